package query

import "math"

// Win begins a window column: Win("rank").Rank().OrderBy(Users.Score.Desc()).
func Win(alias string) WinStart { return WinStart{alias} }

// WinStart is a window column without its function.
type WinStart struct{ alias string }

// WinExpr is a window column. It is a Windowing; Windows joins several.
type WinExpr struct {
	window Window
	filter Predicate
	err    error
}

func (w WinStart) of(f WindowFunc) WinExpr {
	return WinExpr{window: Window{Alias: w.alias, Func: f}}
}

func (w WinStart) on(f WindowFunc, c Col) WinExpr {
	e := w.of(f)
	e.window.Ref, e.window.HasRef = c.column().ref, true
	return e
}

// RowNumber numbers the rows of a partition from 1.
func (w WinStart) RowNumber() WinExpr { return w.of(RowNumber) }

// Rank numbers them with gaps after equals.
func (w WinStart) Rank() WinExpr { return w.of(Rank) }

// DenseRank numbers them without gaps.
func (w WinStart) DenseRank() WinExpr { return w.of(DenseRank) }

// CumeDist is the share of rows up to and with this one, above 0 to 1.
func (w WinStart) CumeDist() WinExpr { return w.of(CumeDist) }

// PercentRank is the rank from 0 to 1.
func (w WinStart) PercentRank() WinExpr { return w.of(PercentRank) }

// Ntile deals the rows into n buckets, numbered from 1. n is at least 1.
func (w WinStart) Ntile(n int) WinExpr { return w.of(Ntile).n(n) }

// Lag is the column of an earlier row, one before unless Offset says.
func (w WinStart) Lag(c Col) WinExpr { return w.on(Lag, c).n(1) }

// Lead is the column of a later row, one after unless Offset says.
func (w WinStart) Lead(c Col) WinExpr { return w.on(Lead, c).n(1) }

// FirstValue is the column of the frame's first row.
func (w WinStart) FirstValue(c Col) WinExpr { return w.on(FirstValue, c) }

// LastValue is the column of the frame's last row; without Rows or Range that is this row.
func (w WinStart) LastValue(c Col) WinExpr { return w.on(LastValue, c) }

// NthValue is the column of the frame's n-th row, from 1.
func (w WinStart) NthValue(c Col, n int) WinExpr { return w.on(NthValue, c).n(n) }

// Sum adds the column over the frame.
func (w WinStart) Sum(c Number) WinExpr { return w.on(WinSum, c) }

// Avg is the column's mean over the frame.
func (w WinStart) Avg(c Number) WinExpr { return w.on(WinAvg, c) }

// Min is the column's least value in the frame.
func (w WinStart) Min(c Col) WinExpr { return w.on(WinMin, c) }

// Max is the column's greatest value in the frame.
func (w WinStart) Max(c Col) WinExpr { return w.on(WinMax, c) }

// Count counts the frame's rows.
func (w WinStart) Count() WinExpr { return w.of(WinCount) }

// CountOf counts the frame's rows where the column is not null.
func (w WinStart) CountOf(c Col) WinExpr { return w.on(WinCount, c) }

func (e WinExpr) n(n int) WinExpr { e.window.N = int64(n); return e }

// Offset says how many rows away Lag and Lead look; 0 is this row.
func (e WinExpr) Offset(n int) WinExpr { return e.n(n) }

// Default is what Lag and Lead answer where there is no such row; null unless said.
func (e WinExpr) Default(v any) WinExpr {
	e.window.Default, e.err = ValueOf(v)
	e.window.HasDefault = true
	return e
}

// PartitionBy computes the column anew for each combination of values.
func (e WinExpr) PartitionBy(cols ...Col) WinExpr {
	e.window.PartitionBy = nil
	for _, c := range cols {
		e.window.PartitionBy = append(e.window.PartitionBy, c.column().ref)
	}
	return e
}

// OrderBy sorts the rows of a partition.
func (e WinExpr) OrderBy(o ...Order) WinExpr { e.window.OrderBy = o; return e }

// Rows makes the frame a number of rows: Rows(Preceding(6), CurrentRow()).
func (e WinExpr) Rows(from, to Bound) WinExpr {
	e.window.Frame = &Frame{From: from.n, To: to.n}
	return e
}

// Range makes the frame a distance in the values of the one column sorted by.
func (e WinExpr) Range(from, to Bound) WinExpr {
	e.window.Frame = &Frame{Range: true, From: from.n, To: to.n}
	return e
}

// Filter looks at the rows the predicate holds for; for Sum, Avg, Min, Max and Count.
func (e WinExpr) Filter(p Predicate) WinExpr { e.filter = p; return e }

// Bound is one end of a frame. The zero Bound is unbounded.
type Bound struct{ n *int64 }

// Unbounded reaches to the partition's end.
func Unbounded() Bound { return Bound{} }

// Preceding reaches n rows, or n in value, back.
func Preceding(n int) Bound { v := -int64(n); return Bound{&v} }

// CurrentRow ends at the row itself.
func CurrentRow() Bound { return Bound{new(int64)} }

// Following reaches n rows, or n in value, ahead.
func Following(n int) Bound { v := int64(n); return Bound{&v} }

// Windowing resolves the window column.
func (e WinExpr) Windowing(sc *Scope) ([]Window, error) {
	w := e.window
	if e.err != nil {
		return nil, sc.invalid(w.Alias, "the default "+e.err.Error(), "")
	}
	if e.filter != nil {
		c, err := e.filter.Predicate(sc)
		if err != nil {
			return nil, err
		}
		w.Filter = c
	}
	if err := checkWindow(sc, &w); err != nil {
		return nil, err
	}
	return []Window{w}, nil
}

// Windows is several window columns.
func Windows(w ...WinExpr) WindowList { return w }

// WindowList is several window columns.
type WindowList []WinExpr

// Windowing resolves them in their order.
func (l WindowList) Windowing(sc *Scope) ([]Window, error) {
	out := make([]Window, 0, len(l))
	for _, e := range l {
		w, err := e.Windowing(sc)
		if err != nil {
			return nil, err
		}
		for i := range out {
			if out[i].Alias == w[0].Alias {
				return nil, sc.invalid(out[i].Alias, "two window columns have this name", "")
			}
		}
		out = append(out, w...)
	}
	return out, nil
}

// aggregates reports whether the function is an aggregate over the frame.
func (f WindowFunc) aggregates() bool { return f >= WinSum }

// checkWindow holds what must be true of any window column, however it was written.
func checkWindow(sc *Scope, w *Window) error {
	if !plainName(w.Alias) {
		return sc.invalid(w.Alias, "a window column's name is made of letters, digits and _", "")
	}
	if sc.Model.Field(w.Alias) != nil {
		return sc.invalid(w.Alias, "a window column cannot be named like a field", "choose another name")
	}
	if w.HasRef {
		f, err := w.Ref.Field(sc.Model)
		if err != nil {
			return err
		}
		if !testable(f) {
			return sc.invalid(f.Name, "a window looks at columns only", "")
		}
		if (w.Func == WinSum || w.Func == WinAvg) && !summable(f) {
			return sc.invalid(f.Name, "only numbers can be summed", "")
		}
	}
	for _, r := range w.PartitionBy {
		f, err := r.Field(sc.Model)
		if err != nil {
			return err
		}
		if !testable(f) {
			return sc.invalid(f.Name, "a window looks at columns only", "")
		}
	}
	switch {
	case (w.Func == Ntile || w.Func == NthValue) && w.N < 1:
		return sc.invalid(w.Alias, "needs a whole number of at least 1", "")
	case (w.Func == Lag || w.Func == Lead) && w.N < 0:
		return sc.invalid(w.Alias, "offset must not be negative", "")
	case w.Filter != nil && !w.Func.aggregates():
		return sc.invalid(w.Alias, "a filter is for sum, avg, min, max and count", "")
	}
	return checkFrame(sc, w)
}

func checkFrame(sc *Scope, w *Window) error {
	f := w.Frame
	if f == nil {
		return nil
	}
	if f.From != nil && f.To != nil && *f.From > *f.To {
		return sc.invalid(w.Alias, "the frame ends before it begins", "")
	}
	for _, b := range []*int64{f.From, f.To} {
		if b != nil && *b == math.MinInt64 { // SQLite takes distances, and this one has none
			return sc.invalid(w.Alias, "the frame's bound is too far away", "null is without bound")
		}
	}
	distance := f.From != nil && *f.From != 0 || f.To != nil && *f.To != 0
	if f.Range && distance && len(w.OrderBy) != 1 {
		return sc.invalid(w.Alias, "a range counts from the one field sorted by", "give one orderBy")
	}
	return nil
}
