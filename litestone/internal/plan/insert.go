package plan

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// insert plans the INSERT of one row. The create policy is judged on the row as stored.
func (b *builder) insert(w *Writing) (*Written, error) {
	m := w.Model
	t, err := b.target(m, schema.Create, w.Trusted)
	if err != nil {
		return nil, err
	}
	body := &WriteBody{Kind: Insert, Table: t}
	for i := range w.Set {
		g := &w.Set[i]
		body.Set = append(body.Set, SetColumn{g.Field.Column, Param{b.slot(&g.Value)}})
	}
	out, done, err := b.returned(w, t)
	if err != nil {
		return nil, err
	}
	if c := w.Clash; c != nil {
		if body.Conflict, err = b.clash(t, m, c); err != nil {
			return nil, err
		}
	} else if done.Deferred, err = b.judge(w, out, t, schema.Create, true); err != nil {
		return nil, err
	}
	return b.written(w, t, done, body, out)
}

// clash is the ON CONFLICT clause. It is planned for sessions without policies only: a row check
// could not tell a new row from an old one.
func (b *builder) clash(t *Table, m *schema.Model, c *Clash) (*Conflict, error) {
	out := &Conflict{}
	for _, f := range c.Target {
		out.Target = append(out.Target, f.Column)
	}
	excluded := &Table{Name: "excluded"}
	for _, f := range c.Set {
		out.Set = append(out.Set, SetColumn{f.Column, excluded.column(f)})
	}
	for i := range c.Stamps {
		g := &c.Stamps[i]
		out.Set = append(out.Set, SetColumn{g.Field.Column, Param{b.slot(&g.Value)}})
	}
	return out, nil
}

// returned chooses what a statement answers: the call's answer, then the columns the engine
// reads. Without an answer and without columns there is no RETURNING.
func (b *builder) returned(w *Writing, t *Table) (*outputs, *Written, error) {
	m := w.Model
	done := &Written{Readable: -1}
	out := &outputs{links: map[*schema.Field]int{}}
	var readable All
	if w.Return != nil {
		var err error
		if w.Return.Select == nil || !w.Return.Select.None {
			if out, err = b.answer(t, m, w.Return, Alone); err != nil {
				return nil, nil, err
			}
		}
		if readable, err = b.readPolicy(t, m); err != nil {
			return nil, nil, err
		}
	}
	if readable != nil {
		for _, k := range m.Key {
			out.link(t, k)
		}
		done.Readable = len(out.cols)
		out.cols = append(out.cols, Output{Kind: OutPlain, Expr: Case{When: []Expr{IsTrue{readable}}, Then: []Expr{one}, Else: zero}})
	}
	for _, f := range w.Raw {
		done.Raw = append(done.Raw, out.link(t, f))
	}
	return out, done, nil
}

// readPolicy says whether the row may be read; nil: whatever it is. A gate the session is below
// hides every row.
func (b *builder) readPolicy(t *Table, m *schema.Model) (All, error) {
	all, err := b.policy(t, m, schema.Read)
	if g := b.seen(m); g != nil {
		all = append(All{g}, all...)
	}
	return all, err
}

// written finishes a planned statement.
func (b *builder) written(w *Writing, t *Table, done *Written, body *WriteBody, out *outputs) (*Written, error) {
	if done.Deferred {
		for _, k := range w.Model.Key {
			done.Keys = append(done.Keys, out.link(t, k))
		}
	}
	body.Returning = out.cols
	done.Write = &Write{body}
	done.Checks = b.checks
	if w.Return != nil {
		done.Answer = &Rows{Model: w.Model, Select: &Select{&Body{Out: out.cols}}, Checks: b.checks, Includes: out.includes, Computed: out.computing}
	}
	return done, nil
}

// keyValues are the conditions that name a row by its key.
func (b *builder) keyValues(t *Table, m *schema.Model, key []query.Value) All {
	var all All
	for i := range key {
		all = append(all, Binary{"=", t.column(m.Key[i]), Param{b.slot(&key[i])}})
	}
	return all
}
