package sqlgen

import "github.com/litestone-go/orm/litestone/internal/plan"

// Write renders an INSERT, UPDATE or DELETE. keys is the size of the batch of parents whose rows
// it is about, as in Select.
func (d Dialect) Write(p *plan.Write, keys int) Stmt {
	w := writer{d: d, keys: keys}
	b := p.Body()
	switch b.Kind {
	case plan.Insert:
		w.insert(b)
	case plan.Update:
		w.text("UPDATE ")
		w.table(b.Table)
		w.set(b.Table, b.Set)
		w.where(b.Where)
	case plan.Delete:
		w.text("DELETE FROM ")
		w.table(b.Table)
		w.where(b.Where)
	default:
		panic("litestone: this plan is no write")
	}
	for i, o := range b.Returning {
		if i == 0 {
			w.text(" RETURNING ")
		} else {
			w.text(", ")
		}
		w.expr(o.Expr)
	}
	return w.stmt()
}

func (w *writer) insert(b *plan.WriteBody) {
	w.text("INSERT INTO ")
	w.table(b.Table)
	if len(b.Set) == 0 {
		w.text(" DEFAULT VALUES")
	} else {
		w.text(" (")
		for i, s := range b.Set {
			if i > 0 {
				w.text(", ")
			}
			w.name(s.Column)
		}
		w.text(") VALUES (")
		for i, s := range b.Set {
			if i > 0 {
				w.text(", ")
			}
			w.given(b.Table, s)
		}
		w.text(")")
	}
	c := b.Conflict
	if c == nil {
		return
	}
	w.text(" ON CONFLICT (")
	for i, name := range c.Target {
		if i > 0 {
			w.text(", ")
		}
		w.name(name)
	}
	if len(c.Set) == 0 {
		w.text(") DO NOTHING")
		return
	}
	w.text(") DO UPDATE")
	w.set(b.Table, c.Set)
	w.where(c.Where)
}

func (w *writer) set(t *plan.Table, list []plan.SetColumn) {
	for i, s := range list {
		if i == 0 {
			w.text(" SET ")
		} else {
			w.text(", ")
		}
		w.name(s.Column)
		w.text(" = ")
		w.given(t, s)
	}
}

// given writes the value a column is given.
func (w *writer) given(t *plan.Table, s plan.SetColumn) {
	if !confidential(plan.Column{Table: t, Name: s.Column}) {
		w.expr(s.X)
		return
	}
	w.hide++
	w.expr(s.X)
	w.hide--
}

// rowEqual compares a row's columns with a subquery's.
func (w *writer) rowEqual(e plan.RowEqual) {
	if len(e.X) == 1 {
		w.expr(e.X[0])
	} else {
		w.text("(")
		for i, x := range e.X {
			if i > 0 {
				w.text(", ")
			}
			w.expr(x)
		}
		w.text(")")
	}
	w.text(" = (")
	w.query(e.Sub)
	w.text(")")
}
