package plan

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// key is one field grouped by.
type key struct {
	field *schema.Field
	unit  Unit // how a time is cut; NoUnit: the value itself
	value Expr
}

// Group plans a groupBy. fill says that the groups of the interval's field are completed by
// empty ones: the labels that should be there are the call's value at &args.FillGaps.
func Group(env *Env, slots Slots, m *schema.Model, args *query.GroupArgs, fill bool) (*Rows, error) {
	b := newBuilder(env, slots)
	g, err := b.group(m, &args.AggregateArgs)
	if err != nil {
		return nil, err
	}
	if err := g.keys(args); err != nil {
		return nil, err
	}
	if err := g.items(args.Items); err != nil {
		return nil, err
	}
	out := g.body
	if fill {
		out = g.withGaps(&args.FillGaps)
	}
	having, err := g.having(args.Having)
	if err != nil {
		return nil, err
	}
	if having != nil && fill {
		out.Where = All{having}
	} else if having != nil {
		out.Having = having
	}
	if out.OrderBy, err = g.sort(args); err != nil {
		return nil, err
	}
	b.page(out, &args.Limit, args.HasLimit, &args.Offset)
	if fill {
		g.finishGaps(out)
	}
	return &Rows{Model: m, Select: &Select{out}, Checks: b.checks}, nil
}

// keys adds the fields grouped by.
func (g *grouping) keys(args *query.GroupArgs) error {
	for _, r := range args.By {
		f, err := r.Field(g.model)
		if err != nil {
			return err
		}
		if g.keyOf(f) >= 0 {
			continue
		}
		x, err := g.tested(g.table, g.model, r)
		if err != nil {
			return err
		}
		k := key{field: f, value: x}
		out := Output{Kind: OutField, Expr: x, Field: f}
		if name := args.Interval[f.Name]; name != "" {
			if k.unit = UnitOf(name); k.unit == NoUnit {
				return Fault(g.model, f.Name, "there is no interval "+name)
			}
			k.value = k.unit.label(x, g.model.External)
			out.Kind, out.Expr = OutBucket, k.value
		}
		g.by = append(g.by, k)
		g.body.Out = append(g.body.Out, out)
		g.body.GroupBy = append(g.body.GroupBy, Literal{itoa(len(g.by))})
	}
	return nil
}

// keyOf is the place of a field among the keys, -1 when it is none.
func (g *grouping) keyOf(f *schema.Field) int {
	for i, k := range g.by {
		if k.field == f {
			return i
		}
	}
	return -1
}

// having builds the condition on groups; nil: all.
func (g *grouping) having(h *query.Having) (Expr, error) {
	if h.Empty() {
		return nil, nil
	}
	switch h.Op {
	case query.OpAnd, query.OpOr, query.OpNot:
		var list []Expr
		for i := range h.Kids {
			e, err := g.having(&h.Kids[i])
			if err != nil {
				return nil, err
			}
			if e != nil {
				list = append(list, e)
			}
		}
		switch h.Op {
		case query.OpOr:
			return Any(list), nil
		case query.OpNot:
			return Not{All(list)}, nil
		}
		return All(list), nil
	}
	x, err := g.compared(h)
	if err != nil {
		return nil, err
	}
	defer g.hide(g.confidential(h))()
	if k := g.cut(h); k != nil {
		return g.compareLabels(k, x, h)
	}
	if e := g.comparison(x, h.Op, &h.Value, h.List); e != nil {
		return e, nil
	}
	return nil, Fault(g.model, "having", "having takes comparisons only")
}

// confidential reports whether a having compares what is made of a confidential field.
func (g *grouping) confidential(h *query.Having) bool {
	r := h.Key
	if !h.IsKey {
		r = h.Item.Ref
	}
	f, err := r.Field(g.model)
	return err == nil && (h.IsKey || h.Item.HasRef) && f.Confidential()
}

// cut is the key a having compares, when it is a time cut to an interval.
func (g *grouping) cut(h *query.Having) *key {
	if !h.IsKey {
		return nil
	}
	for i := range g.by {
		if k := &g.by[i]; k.unit != NoUnit && k.field.Name == h.Key.Name {
			return k
		}
	}
	return nil
}

// compareLabels compares a group's label with the label that the given time has.
func (g *grouping) compareLabels(k *key, x Expr, h *query.Having) (Expr, error) {
	label := func(v *query.Value) Expr { return k.unit.label(g.param(v), g.model.External) }
	switch h.Op {
	case query.OpIn, query.OpNotIn:
		in := In{X: x, Negate: h.Op == query.OpNotIn}
		for i := range h.List {
			in.List = append(in.List, label(&h.List[i]))
		}
		if n := listLen(len(h.List)); n != len(in.List) {
			return nil, Fault(g.model, h.Key.Name, "having takes at most 8 intervals in a list")
		}
		if in.Negate {
			return Any{in, IsNull{X: x}}, nil
		}
		return in, nil
	case query.OpEq, query.OpNe:
		if !h.Value.IsNull() {
			return Binary{map[query.Op]string{query.OpEq: "=", query.OpNe: "<>"}[h.Op], x, label(&h.Value)}, nil
		}
	case query.OpLt, query.OpLte, query.OpGt, query.OpGte:
		return Binary{map[query.Op]string{query.OpLt: "<", query.OpLte: "<=", query.OpGt: ">", query.OpGte: ">="}[h.Op], x, label(&h.Value)}, nil
	}
	return g.comparison(x, h.Op, &h.Value, nil), nil
}

// compared is the key or aggregate a having looks at.
func (g *grouping) compared(h *query.Having) (Expr, error) {
	if !h.IsKey {
		return g.aggregate(&h.Item)
	}
	return g.keyValue(h.Key)
}

func (g *grouping) keyValue(r query.Ref) (Expr, error) {
	f, err := r.Field(g.model)
	if err != nil {
		return nil, err
	}
	i := g.keyOf(f)
	if i < 0 {
		return nil, Fault(g.model, f.Name, f.Name+" is not grouped by; groups have their keys and aggregates only")
	}
	if g.gaps != nil {
		return Column{g.gaps, keyColumn(i)}, nil
	}
	return g.by[i].value, nil
}

// sort builds the order of the groups. Times cut to intervals come in their order unless
// something else is asked for.
func (g *grouping) sort(args *query.GroupArgs) ([]Term, error) {
	var out []Term
	for i := range args.OrderBy {
		o := &args.OrderBy[i]
		x, err := g.sortBy(o)
		if err != nil {
			return nil, err
		}
		out = append(out, Term{X: x, Desc: o.Desc, Nulls: o.Nulls})
	}
	if len(out) > 0 || len(args.Interval) == 0 {
		return out, nil
	}
	for i, k := range g.by {
		if k.unit != NoUnit {
			out = append([]Term{{X: Literal{itoa(i + 1)}}}, out...)
		} else {
			out = append(out, Term{X: Literal{itoa(i + 1)}})
		}
	}
	return out, nil
}

func (g *grouping) sortBy(o *query.Order) (Expr, error) {
	switch {
	case o.Name != "":
		if i := g.askedAs(func(it *query.AggItem) bool { return it.Named && it.Name == o.Name }); i >= 0 {
			return g.askedValue(i), nil
		}
		return nil, Fault(g.model, o.Name, "no aggregate is named "+o.Name)
	case o.Agg == query.AggNone:
		return g.keyValue(o.Ref)
	}
	plain := o.Of == query.Ref{}
	if i := g.askedAs(func(it *query.AggItem) bool {
		if it.Func != o.Agg || !it.Filter.Empty() {
			return false
		}
		if plain {
			return it.Named && it.Name == "_count"
		}
		return it.HasRef && it.Ref == o.Of && !it.Distinct
	}); i >= 0 {
		return g.askedValue(i), nil
	}
	if o.Agg == query.AggString {
		return nil, Fault(g.model, o.Of.Name, "groups are not sorted by joined texts unless the answer has them")
	}
	return g.aggregate(&query.AggItem{Func: o.Agg, Ref: o.Of, HasRef: !plain})
}

// askedValue is an aggregate as something to sort by: a column of the answer, or of the groups
// between which gaps are filled, where there may be more.
func (g *grouping) askedValue(i int) Expr {
	if g.gaps != nil {
		return Column{g.gaps, aggregateColumn(i)}
	}
	return Literal{itoa(len(g.by) + i + 1)}
}

func (g *grouping) askedAs(match func(*query.AggItem) bool) int {
	for i, it := range g.asked {
		if match(it) {
			return i
		}
	}
	return -1
}

// page adds LIMIT and OFFSET.
func (b *builder) page(body *Body, limit *int64, has bool, offset *int64) {
	if has {
		body.Limit = Param{b.slotOr(limit, *limit)}
	}
	if *offset > 0 {
		if body.Limit == nil {
			body.Limit = Literal{"-1"}
		}
		body.Offset = Param{b.slotOr(offset, *offset)}
	}
}
