package litestone

import "github.com/litestone-go/orm/litestone/query"

// Win begins a window column, answered under the alias: Win("place").Rank().OrderBy(…).
func Win(alias string) query.WinStart { return query.Win(alias) }

// Windows joins several window columns.
func Windows(w ...query.WinExpr) query.WindowList { return query.Windows(w...) }

// Unbounded is a frame's bound at the first or last row of the partition.
func Unbounded() query.Bound { return query.Unbounded() }

// Preceding is a frame's bound n rows, or n of the value sorted by, before the row.
func Preceding(n int) query.Bound { return query.Preceding(n) }

// CurrentRow is a frame's bound at the row itself.
func CurrentRow() query.Bound { return query.CurrentRow() }

// Following is a frame's bound n rows, or n of the value sorted by, after the row.
func Following(n int) query.Bound { return query.Following(n) }

// SortBy sorts by what the answer has beside the fields: a window's alias, "_depth" of a tree,
// "_rank" of a search.
func SortBy(name string) query.SortKey { return query.SortBy(name) }

// HavingKey keeps the groups whose key meets a condition on a column grouped by.
func HavingKey(c Cond) query.Having { return query.HavingKey(c) }

// NoRow makes a write answer no row.
func NoRow() query.Selection { return query.NoRow() }
