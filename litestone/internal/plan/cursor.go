package plan

import (
	"hash/fnv"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// PageSize is how many rows a page has when the call does not say.
const PageSize = 20

// CursorOrder is the order of a paged read: the caller's, completed with the key so that no two
// rows are equal in it. The key goes the way of the last field, so that an index serves both.
//
// Rows of an append-only model without a key are told apart by the order they were written in;
// that counts anew when retention has removed the first ones.
//
// It fails for another model without a key, and for orders by what is no value of the row.
func CursorOrder(m *schema.Model, args *query.FindArgs) ([]query.Order, error) {
	lines := len(m.Key) == 0 && m.Database.Driver != schema.SQLite
	if len(m.Key) == 0 && !lines {
		return nil, &liteerr.Error{Code: liteerr.Unsupported, Model: m.Accessor, Message: "a model without a key has no cursor", Hint: "use limit and offset"}
	}
	if args.Distinct || args.Recursive != nil || args.Search != nil {
		return nil, Fault(m, "cursor", "a cursor goes through plain rows: without distinct, recursive and search")
	}
	list := args.OrderBy
	desc := false
	if n := len(list); n > 0 {
		desc = list[n-1].Desc
	}
	for _, k := range m.Key {
		if !ordersBy(args.OrderBy, k) {
			list = append(list[:len(list):len(list)], query.Order{Ref: refOf(k), Desc: desc})
		}
	}
	for i := range list {
		if list[i].Name != "" {
			return nil, Fault(m, list[i].Name, "a cursor cannot go by "+list[i].Name+": it is computed beside the row")
		}
	}
	if lines {
		list = append(list[:len(list):len(list)], query.Order{Name: LineColumn(m), Desc: desc})
	}
	return list, nil
}

func ordersBy(list []query.Order, f *schema.Field) bool {
	for i := range list {
		o := &list[i]
		if len(o.Hops) == 0 && o.Agg == query.AggNone && len(o.Path) == 0 && o.Name == "" && o.Ref.Index == f.Index {
			return true
		}
	}
	return false
}

// Fingerprint tells a model and an order from others: a cursor continues only the order it was
// made for.
func Fingerprint(m *schema.Model, order []query.Order) uint64 {
	var s Shape
	s.Text(m.Accessor)
	s.Orders(order)
	h := fnv.New64a()
	h.Write(s.Key)
	return h.Sum64()
}

// Page plans one page of rows: those after the values of a cursor, or the first ones when after
// is nil. It reads one row more than asked for. cursor says which columns hold the values the
// next page goes on from.
func Page(env *Env, slots Slots, m *schema.Model, args *query.FindArgs, order []query.Order, after []query.Value) (r *Rows, cursor []int, err error) {
	b := newBuilder(env, slots)
	b.joins = true
	t, body, err := b.base(m, args.Where, reach{op: schema.Read, withDeleted: args.WithDeleted, onlyDeleted: args.OnlyDeleted})
	if err != nil {
		return nil, nil, err
	}
	out, err := b.answer(t, m, args, InList)
	if err != nil {
		return nil, nil, err
	}
	w := b.caller()
	if err := w.windows(out, t, m, args.Windows, nil); err != nil {
		return nil, nil, err
	}
	if n := len(order); n > 0 && order[n-1].Name != "" {
		w.name(order[n-1].Name, Column{t, order[n-1].Name})
	}
	if body.OrderBy, err = w.order(t, m, order); err != nil {
		return nil, nil, err
	}
	for i, term := range body.OrderBy {
		cursor = append(cursor, len(out.cols))
		out.cols = append(out.cols, Output{Kind: OutLink, Expr: term.X})
		if len(order[i].Hops) == 0 && order[i].Agg == query.AggNone && order[i].Name == "" {
			out.cols[len(out.cols)-1].Field, _ = order[i].Ref.Field(m)
		}
	}
	if after != nil {
		if len(after) != len(order) {
			return nil, nil, Fault(m, "cursor", "the cursor does not fit the order")
		}
		body.Where = append(body.Where, b.after(body.OrderBy, order, m, after))
	}
	if args.HasLimit {
		body.Limit = Binary{"+", Param{b.slotOr(&args.Limit, args.Limit)}, one}
	} else {
		body.Limit = Literal{itoa(PageSize + 1)}
	}
	if args.Offset > 0 {
		body.Offset = Param{b.slotOr(&args.Offset, args.Offset)}
	}
	body.Out = out.cols
	body.Joins = append(body.Joins, out.joins...)
	return &Rows{Model: m, Select: &Select{body}, Checks: b.checks, Includes: out.includes, Joined: out.joined, Computed: out.computing}, cursor, nil
}

// after keeps the rows that come behind a cursor's values: those behind in the first field, or
// equal in it and behind in the second, and so on. NULL has its place in the order like any value.
func (b *builder) after(terms []Term, order []query.Order, m *schema.Model, after []query.Value) Expr {
	if e := b.afterRow(terms, order, m, after); e != nil {
		return e
	}
	var any Any
	var equal All
	for i, term := range terms {
		if e := b.behind(term, &after[i]); e != nil {
			any = append(any, append(equal[:len(equal):len(equal)], e))
		}
		if after[i].IsNull() {
			equal = append(equal, IsNull{X: term.X})
		} else {
			equal = append(equal, Binary{"=", term.X, Param{b.slot(&after[i])}})
		}
	}
	if len(any) == 0 {
		return zero
	}
	if len(terms) == 1 || after[0].IsNull() || !nullsFirst(terms[0]) && !never(m, &order[0]) {
		return any
	}
	// All of them lie on one side of the first value, which an index can seek.
	return All{Binary{map[bool]string{false: ">=", true: "<="}[terms[0].Desc], terms[0].X, Param{b.slot(&after[0])}}, any}
}

// afterRow compares all fields at once where they go one way and none can be NULL: a comparison
// of rows seeks an index on all of them.
func (b *builder) afterRow(terms []Term, order []query.Order, m *schema.Model, after []query.Value) Expr {
	var x, y RowValue
	for i, term := range terms {
		if term.Desc != terms[0].Desc || after[i].IsNull() || !never(m, &order[i]) {
			return nil
		}
		x, y = append(x, term.X), append(y, Param{b.slot(&after[i])})
	}
	op := ">"
	if terms[0].Desc {
		op = "<"
	}
	if len(x) == 1 {
		return Binary{op, x[0], y[0]}
	}
	return Binary{op, x, y}
}

// never reports whether an order's value is never NULL: a required column of the row itself.
func never(m *schema.Model, o *query.Order) bool {
	if o.Name != "" {
		return true // the number of a line
	}
	if len(o.Hops) > 0 || o.Agg != query.AggNone || len(o.Path) > 0 {
		return false
	}
	f, err := o.Ref.Field(m)
	return err == nil && f.Stored() && f.Generated == nil && !m.External && (!f.Optional || f.ID)
}

func nullsFirst(t Term) bool {
	return t.Nulls == query.NullsFirst || t.Nulls == query.NullsDefault && !t.Desc
}

// behind keeps the rows behind one value; nil when none can be.
func (b *builder) behind(t Term, v *query.Value) Expr {
	if v.IsNull() {
		if nullsFirst(t) {
			return IsNull{X: t.X, Negate: true}
		}
		return nil
	}
	op := ">"
	if t.Desc {
		op = "<"
	}
	e := Binary{op, t.X, Param{b.slot(v)}}
	if nullsFirst(t) {
		return e
	}
	return Any{e, IsNull{X: t.X}}
}
