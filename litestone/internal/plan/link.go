package plan

import (
	"slices"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Linking is a statement on the join table of a many-to-many relation, which holds keys only:
// the rows it joins were found under their own guards.
type Linking struct {
	Relation *schema.Relation
	Local    query.Value
	Remote   query.Value
	All      bool // unlinking only: every row linked with Local
}

// Linking adds a statement on a join table.
func (s *Shape) Linking(l *Linking, unlink bool) {
	s.Num(l.Relation.Model.Index)
	s.Num(l.Relation.Field.Index)
	s.bools(unlink, l.All)
	s.record(&l.Local)
	s.Values = append(s.Values, l.Local)
	s.record(&l.Remote)
	s.Values = append(s.Values, l.Remote)
}

// Link plans joining two rows; joining them again does nothing.
func Link(slots Slots, l *Linking) *Write {
	b := newBuilder(nil, slots)
	r := l.Relation
	return &Write{&WriteBody{Kind: Insert, Table: &Table{Name: r.Join.Table}, Set: []SetColumn{
		{r.JoinLocal, b.linked(r, &l.Local)},
		{r.JoinRemote, b.linked(r, &l.Remote)},
	}, Conflict: &Conflict{Target: []string{r.JoinLocal, r.JoinRemote}}}}
}

// Unlink plans parting two rows, or a row from all it is joined with.
func Unlink(slots Slots, l *Linking) *Write {
	b := newBuilder(nil, slots)
	r := l.Relation
	t := &Table{Name: r.Join.Table}
	where := All{Binary{"=", Column{t, r.JoinLocal}, b.linked(r, &l.Local)}}
	if !l.All {
		where = append(where, Binary{"=", Column{t, r.JoinRemote}, b.linked(r, &l.Remote)})
	}
	return &Write{&WriteBody{Kind: Delete, Table: t, Where: where}}
}

// linked is a value that links two rows.
func (b *builder) linked(r *schema.Relation, v *query.Value) Param {
	src := b.slot(v)
	src.Hidden = confidentialLink(r)
	return Param{src}
}

// confidentialLink reports whether the values that link the rows of a relation are confidential: they
// are the same on both sides.
func confidentialLink(r *schema.Relation) bool {
	return slices.ContainsFunc(r.Local, (*schema.Field).Confidential) || slices.ContainsFunc(r.Remote, (*schema.Field).Confidential)
}

// HighestNumber plans the look-up a counter starts from: the largest number of a @sequence field
// within the scope's values, rows that were removed included.
func HighestNumber(env *Env, slots Slots, f *schema.Field, scope []query.Value) (*Select, error) {
	b := newBuilder(env, slots)
	t, guards, err := b.open(f.Model, false, reach{op: schema.Read, trusted: true, withDeleted: true})
	if err != nil {
		return nil, err
	}
	body := &Body{From: t, Where: guards, Out: []Output{{Kind: OutPlain, Expr: Call{Name: "max", Args: []Expr{t.column(f)}}}}}
	for i, s := range f.Sequence.Scope {
		body.Where = append(body.Where, Binary{"=", t.column(s), Param{b.slot(&scope[i])}})
	}
	return &Select{body}, nil
}
