package plan

import (
	"github.com/litestone-go/orm/litestone/schema"
)

// update plans an UPDATE: of one row, the first by key, or of all the condition finds.
func (b *builder) update(w *Writing) (*Written, error) {
	t, where, err := b.reached(w)
	if err != nil {
		return nil, err
	}
	body := &WriteBody{Kind: Update, Table: t, Where: where}
	for i := range w.Set {
		g := &w.Set[i]
		x := Expr(Param{b.slot(&g.Value)})
		if g.Rules {
			ok, err := b.writable(t, g.Field)
			if err != nil {
				return nil, err
			}
			x = Case{When: []Expr{ok}, Then: []Expr{x}, Else: t.column(g.Field)}
		}
		body.Set = append(body.Set, SetColumn{g.Field.Column, x})
	}
	for _, s := range w.States {
		col := t.column(s.Field)
		from := Expr(In{X: col, List: texts(s.From)})
		if !s.Only {
			from = Any{IsNull{X: col}, from}
		}
		body.Where = append(body.Where, from)
	}
	out, done, err := b.returned(w, t)
	if err != nil {
		return nil, err
	}
	if w.Op != schema.Delete {
		if done.Deferred, err = b.judge(w, out, t, schema.PostUpdate, w.one() && !moves(w)); err != nil {
			return nil, err
		}
	}
	return b.written(w, t, done, body, out)
}

// moves reports whether an update changes the row's key: foreign keys may follow it after
// RETURNING has looked.
func moves(w *Writing) bool {
	for i := range w.Set {
		if w.Set[i].Field.ID {
			return true
		}
	}
	return false
}
