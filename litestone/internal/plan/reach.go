package plan

import (
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// one reports whether at most one row can be touched.
func (w *Writing) one() bool { return w.One || w.Key != nil }

// reached opens the table of an UPDATE or DELETE and says which of its rows are touched. The
// first row by key is found by a subquery over the same name, which hides the outer one: trusted
// fragments and policies speak of the inner row.
func (b *builder) reached(w *Writing) (*Table, All, error) {
	m := w.Model
	t, body, err := b.found(w)
	if err != nil || !w.One || single(m, w.Where) {
		return t, body.where(), err
	}
	if len(m.Key) == 0 {
		return nil, nil, &liteerr.Error{Code: liteerr.Unsupported, Model: m.Accessor,
			Message: "a single row is found by its key, and the model has none", Hint: "use the call for many rows"}
	}
	outer, err := b.target(m, w.Op, w.Trusted)
	if err != nil {
		return nil, nil, err
	}
	for _, k := range m.Key {
		body.Out = append(body.Out, Output{Kind: OutLink, Expr: t.column(k), Field: k})
		body.OrderBy = append(body.OrderBy, Term{X: t.column(k)})
	}
	body.Limit = one
	return outer, All{RowEqual{columns(outer, m.Key), &Select{body}}}, nil
}

// where gives a body's condition; a nil body has none.
func (s *Body) where() All {
	if s == nil {
		return nil
	}
	return s.Where
}

// RowEqual compares the columns of a row with a subquery's single row.
type RowEqual struct {
	X   []Expr
	Sub *Select
}

func (RowEqual) sqlExpr() {}

// found opens the rows a write is about, under the guards of its operation.
func (b *builder) found(w *Writing) (*Table, *Body, error) {
	m := w.Model
	if w.Trusted && !w.Where.Empty() {
		panic("litestone: a caller's condition without guards")
	}
	t, guards, err := b.open(m, false, reach{op: w.Op, trusted: w.Trusted, unjudged: w.Any, withDeleted: w.Deleted == WithDeleted, onlyDeleted: w.Deleted == OnlyDeleted})
	if err != nil {
		return nil, nil, err
	}
	body := &Body{From: t}
	if !w.Where.Empty() {
		e, err := b.caller().where(t, m, w.Where)
		if err != nil {
			return nil, nil, err
		}
		body.Where = append(body.Where, e)
	}
	if w.removes() {
		may, err := b.mayRemove(t, m)
		if err != nil {
			return nil, nil, err
		}
		body.Where = append(body.Where, may...)
	}
	if w.Seen {
		seen, err := b.readPolicy(t, m)
		if err != nil {
			return nil, nil, err
		}
		body.Where = append(body.Where, seen...)
	}
	body.Where = append(body.Where, b.keyValues(t, m, w.Key)...)
	if w.Within != nil {
		if !w.Where.Empty() { // would tell which rows are linked
			if err := b.traversable(t, w.Within.Relation); err != nil {
				return nil, nil, err
			}
		}
		body.Where = append(body.Where, b.within(t, w.Within)...)
	}
	if w.Batch != nil {
		body.Where = append(body.Where, InKeys{X: keyColumns(t, w.Batch.Fields)})
		if w.Batch.Stamp != nil {
			body.Where = append(body.Where, Binary{"=", t.column(m.SoftDelete.Field), Param{b.slot(w.Batch.Stamp)}})
		}
	}
	body.Where = append(body.Where, guards...)
	return t, body, nil
}

// within is the link of a parent's relation, the parent being known by value.
func (b *builder) within(t *Table, in *Within) All {
	r := in.Relation
	if r.Kind == schema.ManyToMany {
		j := &Table{Name: r.Join.Table, Alias: b.alias()}
		sub := &Select{&Body{Out: []Output{{Expr: one}}, From: j, Where: All{
			Binary{"=", Column{j, r.JoinRemote}, t.column(r.Remote[0])},
			Binary{"=", Column{j, r.JoinLocal}, b.linked(r, &in.Values[0])},
		}}}
		return All{Exists{Sub: sub}}
	}
	var all All
	for i, f := range r.Remote {
		all = append(all, Binary{"=", t.column(f), b.linked(r, &in.Values[i])})
	}
	return all
}

// single reports whether a condition alone leaves at most one row: equality on the whole key or
// on a unique column.
func single(m *schema.Model, c *query.Cond) bool {
	if c == nil {
		return false
	}
	if c.Op == query.OpAnd {
		for i := range c.Kids {
			if single(m, &c.Kids[i]) {
				return true
			}
		}
		return false
	}
	if c.Op != query.OpEq || len(c.Path) > 0 || c.Value.IsNull() || c.Ref.Index >= len(m.Fields) {
		return false
	}
	f := m.Fields[c.Ref.Index]
	return f.Unique && f.Stored() && f.Encrypted == nil || len(m.Key) == 1 && f == m.Key[0]
}

// locate plans the look-ups of a write.
func (b *builder) locate(w *Writing) (*Written, error) {
	t, body, err := b.found(w)
	if err != nil {
		return nil, err
	}
	out, done, err := b.returned(w, t)
	if err != nil {
		return nil, err
	}
	for _, k := range w.Model.Key {
		body.OrderBy = append(body.OrderBy, Term{X: t.column(k)})
	}
	if w.One {
		body.Limit = one
	}
	if len(out.cols) == 0 {
		out.cols = []Output{{Kind: OutPlain, Expr: one}}
	}
	body.Out = out.cols
	done.Select, done.Checks = &Select{body}, b.checks
	if w.Return != nil {
		done.Answer = &Rows{Model: w.Model, Select: &Select{&Body{Out: out.cols}}, Checks: b.checks, Includes: out.includes, Computed: out.computing}
	}
	return done, nil
}

// removes reports whether an update writes the stamp of a soft delete: then it is a removal by
// another name, and the rules of deletes hold beside its own. Bringing rows back is not one.
func (w *Writing) removes() bool {
	sd := w.Model.SoftDelete
	if sd == nil || w.Kind != Update || w.Op != schema.Update || w.Trusted || w.Deleted == OnlyDeleted {
		return false
	}
	for i := range w.Set {
		if w.Set[i].Field == sd.Field {
			return true
		}
	}
	return false
}

// mayRemove gives the conditions under which a row may be deleted.
func (b *builder) mayRemove(t *Table, m *schema.Model) (All, error) {
	if err := b.gate(m, schema.Delete); err != nil {
		return nil, err
	}
	return b.policy(t, m, schema.Delete)
}
