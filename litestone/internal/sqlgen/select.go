package sqlgen

import (
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
)

func (w *writer) query(s *plan.Select) {
	b := s.Body()
	if b == nil {
		w.text("SELECT 1 WHERE 0")
		return
	}
	w.with(b)
	w.core(b)
	for u := b; u.Union != nil; u = u.Union.Body() {
		if u.UnionAll {
			w.text(" UNION ALL ")
		} else {
			w.text(" UNION ")
		}
		w.core(u.Union.Body())
	}
	w.order(b.OrderBy)
	if b.Limit != nil {
		w.text(" LIMIT ")
		w.bound(b.Limit)
	}
	if b.Offset != nil {
		w.text(" OFFSET ")
		w.bound(b.Offset)
	}
}

func (w *writer) with(b *plan.Body) {
	for i, c := range b.With {
		if i == 0 {
			w.text("WITH RECURSIVE ")
		} else {
			w.text(", ")
		}
		w.name(c.Name)
		if len(c.Columns) > 0 {
			w.text("(")
			for j, col := range c.Columns {
				if j > 0 {
					w.text(", ")
				}
				w.name(col)
			}
			w.text(")")
		}
		w.text(" AS (")
		w.query(c.Sub)
		w.text(")")
	}
	if len(b.With) > 0 {
		w.text(" ")
	}
}

// core writes SELECT … FROM … WHERE … GROUP BY … HAVING ….
func (w *writer) core(b *plan.Body) {
	w.text("SELECT ")
	if b.Distinct {
		w.text("DISTINCT ")
	}
	for i, o := range b.Out {
		if i > 0 {
			w.text(", ")
		}
		w.expr(o.Expr)
		if o.As != "" {
			w.text(" AS ")
			w.name(o.As)
		}
	}
	if b.From != nil {
		w.text(" FROM ")
		w.table(b.From)
	}
	for _, j := range b.Joins {
		if j.Left {
			w.text(" LEFT JOIN ")
		} else {
			w.text(" JOIN ")
		}
		w.table(j.Table)
		w.text(" ON ")
		w.filter(j.On)
	}
	w.where(b.Where)
	for i, g := range b.GroupBy {
		if i == 0 {
			w.text(" GROUP BY ")
		} else {
			w.text(", ")
		}
		w.expr(g)
	}
	if b.Having != nil {
		w.text(" HAVING ")
		w.expr(b.Having)
	}
}

func (w *writer) where(list plan.All) {
	if len(list) > 0 {
		w.text(" WHERE ")
		w.filter(list)
	}
}

// filter writes a conjunction that filters rows. WHERE and ON pass what is true and nothing else, so
// IS TRUE around a member says what is said already; and SQLite seeks in no index for a comparison
// that stands in it.
func (w *writer) filter(list plan.All) {
	plain := make([]plan.Expr, len(list))
	for i, e := range list {
		plain[i] = asked(e)
	}
	w.all(plain)
}

// asked is what a member of a filter asks.
func asked(e plan.Expr) plan.Expr {
	t, ok := e.(plan.IsTrue)
	if !ok {
		return e
	}
	switch x := t.X.(type) {
	case plan.Any:
		if len(x) == 1 {
			return asked(plan.IsTrue{X: x[0]})
		}
	case plan.IsTrue:
		return asked(x)
	}
	return t.X
}

func (w *writer) table(t *plan.Table) {
	switch {
	case t.Sub != nil:
		w.text("(")
		w.query(t.Sub)
		w.text(")")
	case t.Each != nil:
		w.text("json_each(")
		w.expr(t.Each)
		w.text(")")
	default:
		w.name(t.Name)
	}
	if t.Alias != "" {
		w.text(" AS ")
		w.name(t.Alias)
	}
}

func (w *writer) order(terms []plan.Term) {
	for i, t := range terms {
		if i == 0 {
			w.text(" ORDER BY ")
		} else {
			w.text(", ")
		}
		w.expr(t.X)
		if t.Desc {
			w.text(" DESC")
		}
		switch t.Nulls {
		case query.NullsFirst:
			w.text(" NULLS FIRST")
		case query.NullsLast:
			w.text(" NULLS LAST")
		}
	}
}

// bound writes a LIMIT or OFFSET. SQLite plans by the value of a bare parameter there and
// compiles the statement anew each time another value is bound; of a sum it does not.
func (w *writer) bound(e plan.Expr) {
	w.expr(e)
	if _, ok := e.(plan.Param); ok {
		w.text(" + 0")
	}
}
