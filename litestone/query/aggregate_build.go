package query

import "strings"

// Aggregate is the arguments of aggregate, typed.
type Aggregate struct {
	Where       Predicate
	Items       []AggExpr
	WithDeleted bool // soft-deleted rows too
	OnlyDeleted bool // soft-deleted rows only
}

// Aggregating is anything that resolves to AggregateArgs: Aggregate and JSON.
type Aggregating interface {
	Aggregating(*Scope, *AggregateArgs) error
}

// GroupBy is the arguments of groupBy, typed.
type GroupBy struct {
	By          []Col
	Items       []AggExpr
	Where       Predicate
	Interval    map[string]string // one DateTime field of By → year, quarter, month, week, day or hour
	FillGaps    Fill              // the zero Fill fills between the where's bounds
	Having      Having
	OrderBy     Ordering
	Limit       int // groups at most; 0: no limit
	Offset      int
	WithDeleted bool
	OnlyDeleted bool
}

// Grouping is anything that resolves to GroupArgs: GroupBy and JSON.
type Grouping interface {
	Grouping(*Scope, *GroupArgs) error
}

// AggExpr is one aggregate: Count(), Sum(col), …. Its methods name, filter and order it; the
// comparisons make a Having of it.
type AggExpr struct {
	item   AggItem
	filter Predicate
}

// Count counts rows, answered as _count.
func Count() AggExpr {
	return AggExpr{item: AggItem{Name: "_count", Named: true, Func: AggCount}}
}

// CountOfValues counts the rows where the column is not null, answered under _count and its name.
func CountOfValues(c Col) AggExpr {
	return AggExpr{item: AggItem{Name: "_count", Nested: true, Func: AggCount, Ref: c.column().ref, HasRef: true}}
}

// CountDistinct counts the column's different values, answered as _count.
func CountDistinct(c Col) AggExpr {
	return AggExpr{item: AggItem{Name: "_count", Named: true, Func: AggCount, Ref: c.column().ref, HasRef: true, Distinct: true}}
}

// Sum adds the column's values; null when there are none.
func Sum(c Number) AggExpr { return aggOf(AggSum, c) }

// Avg is the mean of the column's values; null when there are none.
func Avg(c Number) AggExpr { return aggOf(AggAvg, c) }

// Min is the column's least value; null when there are none.
func Min(c Col) AggExpr { return aggOf(AggMin, c) }

// Max is the column's greatest value; null when there are none.
func Max(c Col) AggExpr { return aggOf(AggMax, c) }

// StringAgg joins the column's values with a comma; see Separator and OrderBy.
func StringAgg(c Col) AggExpr {
	e := aggOf(AggString, c)
	e.item.Separator = ","
	return e
}

// Named answers an aggregate under a name of its own, which begins with _ (added when missing).
// Only a named aggregate takes a filter.
func Named(name string, e AggExpr) AggExpr {
	if !strings.HasPrefix(name, "_") {
		name = "_" + name
	}
	e.item.Name, e.item.Named, e.item.Nested = name, true, false
	return e
}

func aggOf(f Agg, c Col) AggExpr {
	return AggExpr{item: AggItem{Name: aggNames()[f-AggCount], Func: f, Ref: c.column().ref, HasRef: true}}
}

// aggNames are the names aggregates are asked for and answered under, in AggCount's order.
func aggNames() []string {
	return []string{"_count", "_sum", "_avg", "_min", "_max", "_stringAgg"}
}

// Distinct looks at each value once.
func (e AggExpr) Distinct() AggExpr { e.item.Distinct = true; return e }

// Filter looks at the rows the predicate holds for, whatever the others do.
func (e AggExpr) Filter(p Predicate) AggExpr { e.filter = p; return e }

// Separator stands between the values of a StringAgg.
func (e AggExpr) Separator(s string) AggExpr { e.item.Separator = s; return e }

// OrderBy sorts the values of a StringAgg.
func (e AggExpr) OrderBy(o ...Order) AggExpr { e.item.OrderBy = o; return e }

// Asc sorts groups upwards by the aggregate.
func (e AggExpr) Asc() Order { return e.order() }

// Desc sorts groups downwards by the aggregate.
func (e AggExpr) Desc() Order { o := e.order(); o.Desc = true; return o }

func (e AggExpr) order() Order {
	if e.item.Named && e.item.Name != "_count" {
		return Order{Name: e.item.Name}
	}
	o := Order{Agg: e.item.Func}
	if e.item.HasRef {
		o.Of = e.item.Ref
	}
	return o
}

// Eq keeps groups where the aggregate is v; nil: is null.
func (e AggExpr) Eq(v any) Having { return e.having(OpEq, v) }

// Ne keeps groups where the aggregate is not v; nil: is not null.
func (e AggExpr) Ne(v any) Having { return e.having(OpNe, v) }

// Lt keeps groups where the aggregate is below v.
func (e AggExpr) Lt(v any) Having { return e.having(OpLt, v) }

// Lte keeps groups where the aggregate is at most v.
func (e AggExpr) Lte(v any) Having { return e.having(OpLte, v) }

// Gt keeps groups where the aggregate is above v.
func (e AggExpr) Gt(v any) Having { return e.having(OpGt, v) }

// Gte keeps groups where the aggregate is at least v.
func (e AggExpr) Gte(v any) Having { return e.having(OpGte, v) }

// In keeps groups where the aggregate is one of the values; none given keeps nothing.
func (e AggExpr) In(v ...any) Having { return e.havingIn(OpIn, v) }

// NotIn keeps groups where the aggregate is none of the values.
func (e AggExpr) NotIn(v ...any) Having { return e.havingIn(OpNotIn, v) }

func (e AggExpr) having(op Op, v any) Having {
	h := Having{Op: op, Item: e.item}
	h.Value, h.err = ValueOf(v)
	return h
}

func (e AggExpr) havingIn(op Op, vs []any) Having {
	h := Having{Op: op, Item: e.item, List: make([]Value, len(vs))}
	for i, v := range vs {
		var err error
		if h.List[i], err = ValueOf(v); err != nil && h.err == nil {
			h.err = err
		}
	}
	return h
}

// HavingKey keeps groups by one of the grouped fields: HavingKey(Orders.State.Eq("paid")). The
// condition is a comparison of one column.
func HavingKey(c Cond) Having {
	return Having{Op: c.Op, Key: c.Ref, IsKey: true, Value: c.Value, List: c.List}
}

// And keeps groups where all hold.
func (h Having) And(more ...Having) Having {
	return Having{Op: OpAnd, Kids: append([]Having{h}, more...)}
}

// Or keeps groups where one holds.
func (h Having) Or(more ...Having) Having {
	return Having{Op: OpOr, Kids: append([]Having{h}, more...)}
}

// Not keeps groups where the condition is false, by SQL's logic.
func (h Having) Not() Having { return Having{Op: OpNot, Kids: []Having{h}} }

// Empty reports whether the condition says nothing.
func (h *Having) Empty() bool {
	if h == nil {
		return true
	}
	if h.Op > OpNot {
		return false
	}
	for i := range h.Kids {
		if !h.Kids[i].Empty() {
			return false
		}
	}
	return true
}
