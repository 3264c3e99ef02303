package schema

import (
	"slices"

	"github.com/litestone-go/orm/litestone/syntax"
)

// functionCall is the row of every call of a schema function: @slug(title).
func functionCall() *attribute {
	return &attribute{name: "@function", column: true, sqlite: true, stage: content, apply: applyFunction}
}

func applyGenerated(c *checker, u *use) {
	g := &Generated{Stored: u.word("stored") == "stored"}
	var ok bool
	g.SQL, ok = c.fragment(u.arg("expression").Value.(*syntax.Str), u.at(), func(name string) (string, bool) {
		return c.generatedFrom(u, g, syntax.Ident{Name: name, Span: u.arg("expression").Span})
	})
	if ok {
		c.setGenerated(u, g)
	}
}

// generatedFrom resolves a field that a generated column is made of, as its column in backticks.
func (c *checker) generatedFrom(u *use, g *Generated, id syntax.Ident) (string, bool) {
	d := u.field
	f := d.f.Model.byName[id.Name]
	switch {
	case f == nil:
		c.fail(id.Span, CodeUnknownField, suggest(id.Name, d.f.Model.columnNames()...), "%s: there is no field %s", u.at(), id.Name)
		return "", false
	case !f.Stored():
		if !d.host.fields[f.Index].bad {
			c.fail(id.Span, CodeFieldWithoutColumn, columnHint(d.host, f), "%s: the field %s has no column", u.at(), id.Name)
		}
		return "", false
	case f == d.f:
		c.fail(id.Span, CodeGeneratedCycle, "name other fields", "%s: the generated column is made of itself", u.at())
		return "", false
	}
	if !slices.Contains(g.Uses, f) {
		g.Uses = append(g.Uses, f)
	}
	return backtick(f.Column), true
}

func (c *checker) setGenerated(u *use, g *Generated) {
	f := u.field.f
	if f.Generated != nil {
		c.fail(u.attr.Span, CodeAttributesExclude, "keep one expression", "%s: the field is generated twice", u.at())
		return
	}
	f.Generated = g
}

// bindFunction binds a call of a schema function; its arguments are fields of the model.
func (c *checker) bindFunction(d *fieldDecl, a *syntax.Attr, fn *Function) {
	u := &use{row: c.call, attr: a, field: d, fn: fn, trait: d.trait}
	if d.typ != nil {
		c.fail(a.Span, CodeAttributeNotInType, "leave it out", "%s: a function makes a column, and a type has none", d.at())
		return
	}
	if d.bad {
		return
	}
	if d.f.List || !functionGives(fn.Result, d.f.Type) {
		c.fail(a.Span, CodeWrongFunctionType, "", "%s: the function %s gives %s, not %s", d.at(), fn.Name, fn.Result, d.f.TypeName())
		return
	}
	d.uses = append(d.uses, u)
}

// functionGives reports whether a function's result can be kept in a column of a type.
func functionGives(result, field Scalar) bool {
	if result == field {
		return true
	}
	switch field {
	case Boolean:
		return result == Integer
	case Integer:
		return result == Boolean
	case Real:
		return result == Integer
	case DateTime, Json, EnumType:
		return result == Text
	case Text:
		return result == DateTime || result == Json
	}
	return false
}

// applyFunction puts the columns of the arguments into the function's expression: a STORED column.
func applyFunction(c *checker, u *use) {
	fn, at := u.fn, u.at()
	if len(u.attr.Args) != len(fn.Params) {
		c.fail(u.attr.Span, CodeWrongArgument, "", "%s: the function %s takes %d arguments, not %d", at, fn.Name, len(fn.Params), len(u.attr.Args))
		return
	}
	g := &Generated{Stored: true}
	columns := make(map[string]string, len(fn.Params))
	for i, a := range u.attr.Args {
		if _, reported := a.Value.(*syntax.Bad); reported {
			return
		}
		word, ok := bareWord(a.Value)
		if !ok || a.Name.Name != "" {
			c.fail(a.Span, CodeWrongArgument, "name a field of the model", "%s: the function %s takes names of fields", at, fn.Name)
			return
		}
		column, ok := c.generatedFrom(u, g, syntax.Ident{Name: word, Span: a.Span})
		if !ok {
			return
		}
		columns[fn.Params[i]] = column
	}
	sql, problem, ok := expandFragment(fn.SQL, func(name string) (string, bool) { return columns[name], columns[name] != "" })
	if problem != "" || !ok {
		return // reported at the function
	}
	g.SQL = sql
	c.setGenerated(u, g)
}
