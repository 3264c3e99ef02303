package plan

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Aggregate plans one row of aggregates over the rows within the caller's reach.
func Aggregate(env *Env, slots Slots, m *schema.Model, args *query.AggregateArgs) (*Rows, error) {
	b := newBuilder(env, slots)
	g, err := b.group(m, args)
	if err != nil {
		return nil, err
	}
	if err := g.items(args.Items); err != nil {
		return nil, err
	}
	return &Rows{Model: m, Select: &Select{g.body}, Checks: b.checks}, nil
}

// grouping is a statement that aggregates one table.
type grouping struct {
	*whereBuilder
	table *Table
	model *schema.Model
	body  *Body
	by    []key            // what is grouped by; empty for one row over all
	asked []*query.AggItem // the aggregates computed: the answer's, then those gaps hide

	gaps   *Table // the groups with empty ones added; nil: no gaps are filled
	labels Expr   // of the groups that should be there
}

// group opens the aggregated table.
func (b *builder) group(m *schema.Model, args *query.AggregateArgs) (*grouping, error) {
	t, body, err := b.base(m, args.Where, reach{op: schema.Read, withDeleted: args.WithDeleted, onlyDeleted: args.OnlyDeleted})
	if err != nil {
		return nil, err
	}
	return &grouping{whereBuilder: b.caller(), table: t, model: m, body: body}, nil
}

// items adds the aggregates asked for to the answer.
func (g *grouping) items(list []query.AggItem) error {
	object := map[string]bool{} // names of the answer → whether they hold an object
	for i := range list {
		it := &list[i]
		if was, seen := object[it.Name]; seen && (it.Named || !was) {
			return Fault(g.model, it.Name, "the answer would have two values named "+it.Name)
		}
		object[it.Name] = !it.Named
		if g.askedAs(func(a *query.AggItem) bool { return a.Name == it.Name && !a.Named && a.Ref == it.Ref }) >= 0 {
			continue // asked for twice
		}
		x, err := g.call(it)
		if err != nil {
			return err
		}
		g.asked = append(g.asked, it)
		g.body.Out = append(g.body.Out, g.output(it, x))
	}
	return nil
}

// output describes an aggregate's column.
func (g *grouping) output(it *query.AggItem, x Expr) Output {
	o := Output{Kind: OutPlain, Expr: x, Name: it.Name}
	if it.HasRef {
		o.Field, _ = it.Ref.Field(g.model)
	}
	if !it.Named && o.Field != nil {
		o.Group, o.Name = it.Name, o.Field.Name
	}
	if it.Func == query.AggMin || it.Func == query.AggMax {
		o.Type = AsFld
	}
	return o
}

// call is an aggregate as SQL. Its field must be one the caller may test.
func (g *grouping) call(it *query.AggItem) (Expr, error) {
	c := Call{Name: aggName(it.Func), Distinct: it.Distinct}
	if !it.Filter.Empty() {
		e, err := g.where(g.table, g.model, it.Filter)
		if err != nil {
			return nil, err
		}
		c.Filter = e
	}
	if !it.HasRef {
		if it.Func != query.AggCount {
			return nil, Fault(g.model, it.Name, "the aggregate "+it.Name+" needs a field")
		}
		c.Star, c.Distinct = true, false
		return c, nil
	}
	x, err := g.tested(g.table, g.model, it.Ref)
	if err != nil {
		return nil, err
	}
	c.Args = []Expr{x}
	if it.Func != query.AggString {
		return c, nil
	}
	if c.OrderBy, err = g.order(g.table, g.model, it.OrderBy); err != nil {
		return nil, err
	}
	switch {
	case !it.Distinct:
		c.Args = append(c.Args, Param{g.slot(&it.Separator)})
	case it.Separator != ",":
		// SQLite's DISTINCT takes one argument, so the values are collected first.
		c.Name = "json_group_array"
		each := &Table{Alias: g.alias(), Each: c}
		sep := Param{g.slot(&it.Separator)}
		return Scalar{&Select{&Body{From: each, Out: []Output{{Expr: Call{Name: "group_concat", Args: []Expr{Column{each, "value"}, sep}}}}}}}, nil
	}
	return c, nil
}
