package plan

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// order builds the sort terms of a row query.
func (w *whereBuilder) order(t *Table, m *schema.Model, list []query.Order) ([]Term, error) {
	var out []Term
	for i := range list {
		o := &list[i]
		x, err := w.orderBy(t, m, o)
		if err != nil {
			return nil, err
		}
		out = append(out, Term{X: x, Desc: o.Desc, Nulls: o.Nulls})
	}
	return out, nil
}

func (w *whereBuilder) orderBy(t *Table, m *schema.Model, o *query.Order) (Expr, error) {
	if o.Name != "" {
		if x, ok := w.names[o.Name]; ok {
			return x, nil
		}
		return nil, Fault(m, o.Name, "there is nothing named "+o.Name+" to sort by")
	}
	if len(o.Hops) > 0 {
		return w.hop(t, m, o.Hops, o)
	}
	f, err := o.Ref.Field(m)
	if err != nil {
		return nil, err
	}
	if o.Agg != query.AggNone {
		return w.relationAggregate(t, m, f, o)
	}
	if f.Relation != nil {
		return nil, Fault(m, f.Name, "sorting by the relation "+f.Name+" needs one of its fields, or _count")
	}
	if f.List && f.From == nil {
		return nil, Fault(m, f.Name, "a list field cannot be sorted by")
	}
	if err := w.sortable(t, f); err != nil {
		return nil, err
	}
	x, err := w.value(t, f)
	return jsonPath(x, o.Path), err
}

// hop sorts by a field of a related row: a correlated subquery under the target's guards, so a
// row one may not read sorts as if it were not there.
func (w *whereBuilder) hop(t *Table, m *schema.Model, hops []query.Ref, o *query.Order) (Expr, error) {
	f, err := hops[0].Field(m)
	if err != nil {
		return nil, err
	}
	r := f.Relation
	if r == nil || r.List() {
		return nil, Fault(m, f.Name, "sorting goes through to-one relations; "+f.Name+" is not one")
	}
	if !w.trusted {
		if err := w.traversable(t, r); err != nil {
			return nil, err
		}
	}
	if err := apart(r, ordering); err != nil {
		return nil, err
	}
	sub, to, err := w.related(t, r, reach{op: schema.Read})
	if err != nil {
		return nil, err
	}
	rest := *o
	rest.Hops = hops[1:]
	x, err := w.orderBy(to, r.Target, &rest)
	if err != nil {
		return nil, beneath(err, m, f.Name)
	}
	sub.body.Out = []Output{{Expr: x}}
	sub.body.Limit = one
	return Scalar{sub}, nil
}

// relationAggregate sorts by a count, sum, average, minimum or maximum over a list relation.
func (w *whereBuilder) relationAggregate(t *Table, m *schema.Model, f *schema.Field, o *query.Order) (Expr, error) {
	r := f.Relation
	if r == nil || !r.List() {
		return nil, Fault(m, f.Name, "aggregates sort over list relations; "+f.Name+" is not one")
	}
	if !w.trusted {
		if err := w.traversable(t, r); err != nil {
			return nil, err
		}
	}
	if err := apart(r, ordering); err != nil {
		return nil, err
	}
	sub, to, err := w.related(t, r, reach{op: schema.Read})
	if err != nil {
		return nil, err
	}
	if o.Agg == query.AggCount {
		sub.body.Out = []Output{{Expr: Call{Name: "count", Star: true}}}
		return Scalar{sub}, nil
	}
	if r.Kind == schema.ManyToMany {
		return nil, Fault(m, f.Name, "a many-to-many relation is sorted by _count only")
	}
	of, err := o.Of.Field(r.Target)
	if err != nil {
		return nil, err
	}
	if err := w.sortable(to, of); err != nil {
		return nil, err
	}
	x, err := w.value(to, of)
	if err != nil {
		return nil, err
	}
	sub.body.Out = []Output{{Expr: Call{Name: aggName(o.Agg), Args: []Expr{x}}}}
	return Scalar{sub}, nil
}

func aggName(a query.Agg) string {
	return [...]string{"", "count", "sum", "avg", "min", "max", "group_concat"}[a]
}
