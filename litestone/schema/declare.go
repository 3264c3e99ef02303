package schema

import (
	"slices"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// declare takes every name and opens every declaration. Models, traits, types and enums share
// one set of names, since a field's type may be any of them; functions have their own, since
// they are called as attributes, and databases theirs.
func (c *checker) declare() {
	for _, file := range c.files {
		for _, d := range file.Decls {
			c.declareOne(d)
		}
	}
	c.addMainDatabase()
}

func (c *checker) declareOne(d syntax.Decl) {
	name := d.DeclName()
	if name.Name == "" {
		return // the parser missed it and said so
	}
	switch d := d.(type) {
	case *syntax.Database:
		c.declareDatabase(d)
		return
	case *syntax.Function:
		c.declareFunction(d)
		return
	}
	if scalarNamed(name.Name) {
		c.fail(name.Span, CodeReservedName, "choose another name", "%s %s: the name is a built-in type", kindOf(d), name.Name)
		return
	}
	if first, taken := c.decls[name.Name]; taken {
		c.duplicate(name, kindOf(d), first.DeclName(), kindOf(first))
		return
	}
	c.decls[name.Name] = d
	switch d := d.(type) {
	case *syntax.Model:
		m := &Model{Name: name.Name, Doc: d.Doc, Span: d.Span, Strict: true}
		md := &modelDecl{tree: d, m: m}
		c.models[name.Name] = md
		c.order = append(c.order, md)
	case *syntax.Trait:
		c.traits[name.Name] = &traitDecl{tree: d}
	case *syntax.Type:
		t := &Type{Name: name.Name, Doc: d.Doc, Strict: true, Span: d.Span}
		c.types[name.Name] = &typeDecl{tree: d, t: t}
		c.s.Types = append(c.s.Types, t)
	case *syntax.Enum:
		c.declareEnum(d)
	}
}

// duplicate reports a name that is taken, pointing at its first place.
func (c *checker) duplicate(name syntax.Ident, kind string, first syntax.Ident, firstKind string) {
	d := c.fail(name.Span, CodeDuplicateName, "rename one of them", "%s %s: the name is already taken by %s", kind, name.Name, a(firstKind))
	d.Related = []diag.Related{{Message: "first declared here", Span: first.Span}}
}

func kindOf(d syntax.Decl) string {
	switch d.(type) {
	case *syntax.Model:
		return "model"
	case *syntax.Trait:
		return "trait"
	case *syntax.Type:
		return "type"
	case *syntax.Enum:
		return "enum"
	case *syntax.Function:
		return "function"
	}
	return "database"
}

// declNames gives the names a misspelt one may have meant. Where so much is wrong that nobody
// reads it all, it gives none, since comparing all with all would take a while.
func (c *checker) declNames(kinds ...string) (names []string) {
	if len(c.errs) > 500 {
		return nil
	}
	for _, file := range c.files {
		for _, d := range file.Decls {
			if slices.Contains(kinds, kindOf(d)) {
				names = append(names, d.DeclName().Name)
			}
		}
	}
	return names
}
