package litestone

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/policy"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// subject is how rows of the @@auth model are read. It never changes after Open.
type subject struct {
	*subjectPart
	sel *query.Select
	bad *Error // why no row can be a subject; nil: it can
}

// subjectPart is what is read of a row: the subject's, or that of a to-one relation from it.
type subjectPart struct {
	model     *schema.Model
	fields    []*schema.Field
	relations []subjectRelation
}

type subjectRelation struct {
	field *schema.Field
	*subjectPart
}

// newSubject settles what is read; nil where no model is marked @@auth.
func newSubject(s *schema.Schema) *subject {
	i := slices.IndexFunc(s.Models, func(m *schema.Model) bool { return m.Subject })
	if i < 0 {
		return nil
	}
	out := &subject{subjectPart: &subjectPart{model: s.Models[i]}}
	for _, f := range out.model.Columns {
		if f.Guarded == schema.Shown && f.Encrypted == nil && f.Type != schema.Blob && f.Type != schema.File {
			out.fields = append(out.fields, f)
		}
	}
	if len(out.model.Key) == 0 {
		out.bad = out.fault(CodeConfig, "the @@auth model has no key to find its rows by", "give it one with @id")
	}
	for _, path := range policy.AuthPaths(s) {
		if wrong := out.add(path); wrong != "" {
			out.bad = out.fault(CodeConfig, "rules name auth()."+strings.Join(path, ".")+": "+wrong, "ask the database with check(…), or tell As who it is")
		}
	}
	out.sel = out.selection()
	return out
}

// add reads what a path leads to as well, and says what is wrong with it. A name that the model does
// not have is nothing: auth() knows no such value then.
func (p *subjectPart) add(path []string) (wrong string) {
	f := p.model.Field(path[0])
	switch {
	case f == nil:
		return ""
	case f.Encrypted != nil:
		return "an encrypted value is no part of a subject"
	case f.Relation != nil && f.Relation.List():
		return "a list of rows equals nothing"
	case f.From != nil && f.Relation == nil && (f.From.Kind == schema.FromFirst || f.From.Kind == schema.FromLast):
		return "a derived row is no part of a subject"
	case f.Relation == nil:
		if !slices.Contains(p.fields, f) {
			p.fields = append(p.fields, f)
		}
		return ""
	}
	to := p.to(f)
	if len(path) == 1 {
		return ""
	}
	return to.add(path[1:])
}

// to gives what is read of a relation's row: its key at least.
func (p *subjectPart) to(f *schema.Field) *subjectPart {
	for _, r := range p.relations {
		if r.field == f {
			return r.subjectPart
		}
	}
	to := &subjectPart{model: f.Relation.Target, fields: slices.Clone(f.Relation.Remote)}
	p.relations = append(p.relations, subjectRelation{f, to})
	return to
}

func (p *subjectPart) selection() *query.Select {
	out := &query.Select{}
	for _, f := range p.fields {
		out.Fields = append(out.Fields, query.RefOf(p.model, f))
	}
	for _, r := range p.relations {
		if out.Include == nil {
			out.Include = &query.Include{}
		}
		args := &query.FindArgs{Select: r.selection()}
		out.Include.Relations = append(out.Include.Relations, query.IncludeRelation{Ref: query.RefOf(p.model, r.field), Args: args})
	}
	return out
}

// whole reports whether the rows that required relations lead to are there: a deny rule that looks
// into one of them must not find nothing.
func (p *subjectPart) whole(r *Record) bool {
	for _, rel := range p.relations {
		v, _ := r.Get(rel.field.Name)
		to, ok := v.(*Record)
		if !ok && !rel.field.Relation.Optional() || ok && !rel.whole(to) {
			return false
		}
	}
	return true
}
