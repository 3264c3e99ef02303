package schema

import (
	"github.com/litestone-go/orm/litestone/syntax"
)

// applyFrom reads @from(relation, …): a value answered at query time from the rows of a relation.
func applyFrom(c *checker, u *use) {
	d, f := u.field, u.field.f
	var kind *syntax.Arg
	from := &From{}
	for i, k := range []string{"count", "sum", "min", "max", "first", "last", "exists"} {
		a := u.arg(k)
		if a == nil {
			continue
		}
		if kind != nil {
			c.fail(a.Span, CodeWrongArgument, "keep one of them", "%s: @from: %s and %s exclude each other", u.at(), kind.Name.Name, k)
			return
		}
		kind, from.Kind = a, FromKind(i)
	}
	if kind == nil {
		c.fail(u.attr.Span, CodeMissingArgument, "add count: true, exists: true, first: true, last: true, sum: field, min: field or max: field",
			"%s: @from says nothing about what to answer", u.at())
		return
	}
	from.Relation = c.fromRelation(u)
	if from.Relation == nil {
		return
	}
	if from.Relation.Across {
		c.fail(u.arg("relation").Span, CodeRelationAcrossDatabases, "include the relation, or keep the value in this model", "%s: @from cannot look into another file: %s",
			u.at(), from.Relation.apart())
		return
	}
	target := c.models[from.Relation.Target.Name]
	if from.Kind == FromSum || from.Kind == FromMin || from.Kind == FromMax {
		if from.Field = c.fromField(u, target, kind); from.Field == nil {
			return
		}
	}
	if a := u.arg("orderBy"); a != nil {
		if from.Kind != FromFirst && from.Kind != FromLast {
			c.fail(a.Span, CodeWrongArgument, "leave it out", "%s: @from: orderBy goes with first and last", u.at())
			return
		}
		if from.OrderBy = c.fromField(u, target, a); from.OrderBy == nil {
			return
		}
	}
	if a := u.arg("where"); a != nil {
		sql, ok := c.fragment(a.Value.(*syntax.Str), u.at(), func(name string) (string, bool) {
			g := target.m.byName[name]
			if g == nil || !g.Stored() {
				c.fail(a.Span, CodeUnknownField, suggest(name, target.m.columnNames()...), "%s: @from: model %s has no column %s", u.at(), target.m.Name, name)
				return "", false
			}
			return backtick(g.Column), true
		})
		if !ok {
			return
		}
		from.Where = sql
	}
	if want := fromType(from, f); want != "" {
		c.fail(d.tree.Type.Span, CodeWrongType, "write "+want, "%s: @from(…, %s) answers %s, not %s", u.at(), kind.Name.Name, want, d.tree.Type.Name.Name)
		return
	}
	f.From = from
	if from.Kind == FromFirst || from.Kind == FromLast {
		f.Type = RelationType // an object, whatever type was declared
	}
}

// fromRelation finds the relation by the field's name, else by the name of a model that has just
// one relation to this one.
func (c *checker) fromRelation(u *use) *Relation {
	m, name := u.field.f.Model, u.word("relation")
	f := m.byName[name]
	if f != nil && f.Relation != nil {
		return f.Relation
	}
	md := c.models[name]
	if md == nil && f != nil && u.field.host.fields[f.Index].model != nil && f.From == nil {
		return nil // the relation was reported
	}
	if md == nil && f != nil {
		c.fail(u.arg("relation").Span, CodeNotARelation, "", "%s: @from: the field %s is not a relation", u.at(), name)
		return nil
	}
	if md == nil {
		var names []string
		for _, r := range m.Relations {
			names = append(names, r.Name())
		}
		c.fail(u.arg("relation").Span, CodeUnknownRelation, suggest(name, names...), "%s: @from: there is no relation %s", u.at(), name)
		return nil
	}
	var found *Relation
	for _, r := range md.m.Relations {
		if r.Kind != BelongsTo || r.Target != m {
			continue
		}
		if found != nil {
			c.fail(u.arg("relation").Span, CodeAmbiguousRelation, "declare a list field "+name+" "+name+"[] with the relation's name",
				"%s: @from: model %s has several relations to %s", u.at(), name, m.Name)
			return nil
		}
		found = r
	}
	if found == nil {
		c.fail(u.arg("relation").Span, CodeUnknownRelation, "", "%s: @from: model %s has no relation to %s", u.at(), name, m.Name)
		return nil
	}
	if found.Inverse != nil {
		return found.Inverse
	}
	// Only one side is declared: the other one is made here and stands in no model.
	return &Relation{
		Index: -1, Model: m, Target: md.m, Kind: HasMany, Local: found.Remote, Remote: found.Local, Inverse: found,
		OnDelete: found.OnDelete, OnUpdate: found.OnUpdate, Across: found.Across,
		Field: &Field{Index: -1, Model: m, Name: name, Type: RelationType, List: true, Span: u.attr.Span},
	}
}

func (c *checker) fromField(u *use, target *modelDecl, a *syntax.Arg) *Field {
	word, _ := bareWord(a.Value)
	f := target.m.byName[word]
	switch {
	case f == nil:
		c.fail(a.Value.ExprSpan(), CodeUnknownField, suggest(word, target.m.columnNames()...), "%s: @from: model %s has no field %s", u.at(), target.m.Name, word)
		return nil
	case !f.Stored() || f.List || f.Type == Json || f.Type == Blob || f.Type == File || f.Encrypted != nil:
		c.fail(a.Value.ExprSpan(), CodeWrongType, "name a column with plain values", "%s: @from: %s cannot be of the field %s", u.at(), a.Name.Name, word)
		return nil
	case a.Name.Name == "sum" && f.Type != Integer && f.Type != Real:
		c.fail(a.Value.ExprSpan(), CodeWrongType, "sum an Integer or a Real", "%s: @from: the field %s is not a number", u.at(), word)
		return nil
	}
	return f
}

// fromType gives the type a derived field must have, "" when it has it.
func fromType(from *From, f *Field) string {
	switch from.Kind {
	case FromCount:
		if f.Type != Integer || f.List {
			return "Integer"
		}
	case FromExists:
		if f.Type != Boolean || f.List {
			return "Boolean"
		}
	case FromSum:
		if f.List || f.Type != Real && f.Type != from.Field.Type {
			return from.Field.Type.String()
		}
	case FromMin, FromMax:
		want := from.Field
		if f.List || f.Type != want.Type && !(want.Type == Integer && f.Type == Real) || f.Enum != want.Enum {
			element := *want
			element.Optional = false
			return element.TypeName()
		}
	}
	return ""
}
