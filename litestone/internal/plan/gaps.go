package plan

import (
	"github.com/litestone-go/orm/litestone/query"
)

// Empty groups are added in SQL, before having, order and limit, so that these see them as any
// other: WITH g AS (the groups), SELECT … FROM (g UNION ALL the labels that g lacks).

func keyColumn(i int) string       { return "k" + itoa(i) }
func aggregateColumn(i int) string { return "a" + itoa(i) }

// withGaps makes the statement over the groups and the gaps between them. Aggregates that only
// having or orderBy need join the groups as they are met; finishGaps writes the result down.
func (g *grouping) withGaps(labels *query.Fill) *Body {
	g.gaps = &Table{Alias: g.alias()}
	src := g.slot(labels)
	for _, k := range g.by { // the labels lie between bounds, which may be values of the key
		src.Hidden = src.Hidden || k.unit != NoUnit && k.field.Confidential()
	}
	g.labels = Param{src}
	out := &Body{From: g.gaps}
	for i := range g.by {
		o := g.body.Out[i]
		o.Expr = Column{g.gaps, keyColumn(i)}
		out.Out = append(out.Out, o)
	}
	for i := range g.asked {
		o := g.body.Out[len(g.by)+i]
		o.Expr = Column{g.gaps, aggregateColumn(i)}
		out.Out = append(out.Out, o)
	}
	return out
}

// aggregate is an aggregate as a value of a group, for having and orderBy.
func (g *grouping) aggregate(it *query.AggItem) (Expr, error) {
	if g.gaps == nil {
		return g.call(it)
	}
	for i, a := range g.asked {
		if sameAggregate(a, it) {
			return Column{g.gaps, aggregateColumn(i)}, nil
		}
	}
	x, err := g.call(it)
	if err != nil {
		return nil, err
	}
	g.asked = append(g.asked, it)
	g.body.Out = append(g.body.Out, Output{Kind: OutPlain, Expr: x})
	return Column{g.gaps, aggregateColumn(len(g.asked) - 1)}, nil
}

// sameAggregate compares what two aggregates compute; what has a filter is only itself.
func sameAggregate(a, b *query.AggItem) bool {
	return a == b || a.Filter.Empty() && b.Filter.Empty() && a.Func == b.Func && a.HasRef == b.HasRef &&
		(!a.HasRef || a.Ref == b.Ref) && a.Distinct == b.Distinct && a.Func != query.AggString
}

// finishGaps completes the statement when all its aggregates are known.
func (g *grouping) finishGaps(out *Body) {
	cte := CTE{Name: g.alias(), Sub: &Select{g.body}}
	groups := func() *Table { return &Table{Name: cte.Name, Alias: g.alias()} }
	there, gap, other, each := groups(), &Body{}, (*Table)(nil), &Table{Alias: g.alias(), Each: g.labels}
	all := &Body{From: there}
	missing := groups()
	lacks := &Body{Out: []Output{{Expr: one}}, From: missing}
	if len(g.by) > 1 {
		other = g.otherKeys(groups())
		gap.Joins = []Join{{Table: other}}
	}
	gap.From = each
	column := func(name string, empty Expr) {
		cte.Columns = append(cte.Columns, name)
		all.Out = append(all.Out, Output{Expr: Column{there, name}, As: name})
		gap.Out = append(gap.Out, Output{Expr: empty})
	}
	for i, k := range g.by {
		name := keyColumn(i)
		from := Column{other, name}
		if k.unit != NoUnit {
			from = Column{each, "value"}
		}
		column(name, from)
		lacks.Where = append(lacks.Where, Binary{"IS", Column{missing, name}, from})
	}
	for i, it := range g.asked {
		column(aggregateColumn(i), emptyOf(it))
	}
	gap.Where = All{Exists{Sub: &Select{lacks}, Negate: true}}
	all.Union, all.UnionAll = &Select{gap}, true
	g.gaps.Sub = &Select{all}
	out.With = []CTE{cte}
}

// otherKeys is every combination of the keys beside the interval's: each gets all labels.
func (g *grouping) otherKeys(from *Table) *Table {
	body := &Body{Distinct: true, From: from}
	for i, k := range g.by {
		if k.unit == NoUnit {
			body.Out = append(body.Out, Output{Expr: Column{from, keyColumn(i)}, As: keyColumn(i)})
		}
	}
	return &Table{Alias: g.alias(), Sub: &Select{body}}
}

// emptyOf is an aggregate of a gap: nothing was counted, nothing adds up to 0, and the rest is
// unknown.
func emptyOf(it *query.AggItem) Expr {
	if it.Func == query.AggCount || it.Func == query.AggSum {
		return zero
	}
	return null
}
