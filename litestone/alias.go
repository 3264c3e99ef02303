package litestone

import (
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
)

// What a caller asks. See package query for each type's methods.
type (
	// Find is the arguments of a read; its zero value asks for all rows.
	Find = query.Find
	// SearchFind is the arguments of a search beside its text.
	SearchFind = query.SearchFind
	// Aggregate is the arguments of an aggregate call.
	Aggregate = query.Aggregate
	// GroupBy is the arguments of a groupBy call.
	GroupBy = query.GroupBy
	// Cond is a condition made by columns' methods.
	Cond = query.Cond
	// Predicate is anything that can stand in Find.Where.
	Predicate = query.Predicate
	// Ordering is anything that can stand in Find.OrderBy.
	Ordering = query.Ordering
	// Selection is anything that can stand in Find.Select.
	Selection = query.Selection
	// Including is anything that can stand in Find.Include.
	Including = query.Including
	// Args is anything that can be the arguments of a read: Find, JSON, Map, Untrusted.
	Args = query.Finding
	// Order is one sort key.
	Order = query.Order
	// JSON is arguments as JSON text.
	JSON = query.JSON
	// Map is arguments as Go values in the shape of the JSON ones.
	Map = query.Map
	// Untrusted is arguments as a request body brings them: raw SQL is refused and Limits apply.
	Untrusted = query.Untrusted
	// Limits bound what Untrusted arguments may ask.
	Limits = query.Limits
	// Fragment is trusted SQL with bound values, made by SQL.
	Fragment = query.Fragment
	// Time is a DateTime value.
	Time = query.Time
	// Opt is an input's field that may be unset, null or a value.
	Opt[T any] = query.Opt[T]
	// Nest is what a write does with the rows of a relation.
	Nest = query.Nest
	// Col is any typed column.
	Col = query.Col
	// AggExpr is one aggregate of an Aggregate or GroupBy.
	AggExpr = query.AggExpr
	// Fill says how groupBy fills empty intervals.
	Fill = query.Fill
	// Recursive asks a read for a tree.
	Recursive = query.Recursive
)

// What generated structs and columns are made of.
type (
	// Row is embedded in generated structs: which fields were read, and extras.
	Row = rows.Row
	// Record is a row read without a generated struct.
	Record = rows.Record

	IntColumn             = query.IntColumn
	RealColumn            = query.RealColumn
	TextColumn            = query.TextColumn
	BoolColumn            = query.BoolColumn
	TimeColumn            = query.TimeColumn
	BlobColumn            = query.BlobColumn
	JSONColumn            = query.JSONColumn
	FileColumn            = query.FileColumn
	EnumColumn[E ~string] = query.EnumColumn[E]
	ListColumn[T any]     = query.ListColumn[T]
	One                   = query.One
	Many                  = query.Many
)

// Set is an Opt with a value.
func Set[T any](v T) Opt[T] { return query.Set(v) }

// Null is an Opt that is an explicit null.
func Null[T any]() Opt[T] { return query.NullOpt[T]() }

// SetOrNull is null for a nil pointer, else its value.
func SetOrNull[T any](p *T) Opt[T] { return query.SetOrNull(p) }

// SQL is trusted SQL with bound values, for what the builders cannot say: ? stands for each of
// args. Column names are the table's columns. Never put what a user typed into the text.
func SQL(text string, args ...any) Fragment { return query.SQL(text, args...) }

// Now is the present time in the precision stored.
func Now() Time { return query.Now() }

// Not negates a condition by SQL's logic: what is unknown about a NULL stays unknown.
func Not(c Cond) Cond { return query.Not(c) }

// All joins conditions: all must hold.
func All(c ...Cond) Cond { return query.All(c...) }

// Any joins conditions: one must hold.
func Any(c ...Cond) Cond { return query.Any(c...) }

// Orders sorts by several keys, the first deciding.
func Orders(o ...Order) Ordering { return query.Orders(o...) }

// Fields selects columns.
func Fields(cols ...Selection) Selection { return query.Fields(cols...) }

// Includes joins several included relations and counts.
func Includes(in ...Including) Including { return query.Includes(in...) }

// MarkIn shows matches in some of the full-text index's fields, between <mark> and </mark> unless
// told; without columns in all.
func MarkIn(cols ...TextColumn) *query.Mark { return query.MarkIn(cols...) }

// Counts answers counts of list relations as _count, in an include or a select; without arguments
// those of all list relations.
func Counts(c ...query.Counting) query.CountsOf { return query.Counts(c...) }

// Count counts rows, answered as _count.
func Count() AggExpr { return query.Count() }

// CountOf counts the rows where the column is not null.
func CountOf(c Col) AggExpr { return query.CountOfValues(c) }

// CountDistinct counts the column's different values.
func CountDistinct(c Col) AggExpr { return query.CountDistinct(c) }

// Sum adds the column's values; null when there are none.
func Sum(c query.Number) AggExpr { return query.Sum(c) }

// Avg is the mean of the column's values; null when there are none.
func Avg(c query.Number) AggExpr { return query.Avg(c) }

// Min is the least of the column's values; null when there are none.
func Min(c Col) AggExpr { return query.Min(c) }

// Max is the greatest of the column's values; null when there are none.
func Max(c Col) AggExpr { return query.Max(c) }

// StringAgg joins the column's values into one text.
func StringAgg(c Col) AggExpr { return query.StringAgg(c) }

// Named gives an aggregate a name of its own, which begins with _.
func Named(name string, e AggExpr) AggExpr { return query.Named(name, e) }

// Create, Connect and the functions below say what a write does with the rows of a relation.
func Create(rows ...any) Nest { return query.Create(rows...) }

// Connect links existing rows, one for each condition.
func Connect(rows ...Predicate) Nest { return query.Connect(rows...) }

// ConnectOrCreate links the row the condition finds, else a new one.
func ConnectOrCreate(row Predicate, create any) Nest { return query.ConnectOrCreate(row, create) }

// SetTo links exactly the rows found and unlinks all others.
func SetTo(rows ...Predicate) Nest { return query.SetTo(rows...) }

// Disconnect unlinks rows.
func Disconnect(rows ...Predicate) Nest { return query.Disconnect(rows...) }

// Update changes the linked row the condition finds.
func Update(row Predicate, update any) Nest { return query.Update(row, update) }

// UpdateMany changes all linked rows the condition finds.
func UpdateMany(rows Predicate, update any) Nest { return query.UpdateMany(rows, update) }

// Upsert changes the linked row the condition finds, else makes a new one.
func Upsert(row Predicate, create, update any) Nest { return query.Upsert(row, create, update) }

// Delete deletes linked rows.
func Delete(rows ...Predicate) Nest { return query.Delete(rows...) }

// DeleteMany deletes all linked rows any condition finds.
func DeleteMany(rows ...Predicate) Nest { return query.DeleteMany(rows...) }

// Nests does several things with a relation, in order.
func Nests(parts ...Nest) Nest { return query.Nests(parts...) }

// MarshalRow writes a generated struct as JSON: the fields that were read, in schema order, then
// the extras by name. Generated MarshalJSON methods call it.
func MarshalRow(row *Row, v any) ([]byte, error) { return rows.MarshalRow(row, v) }
