package schema

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// scalarByName reads a built-in type in either spelling.
func scalarByName(name string) (Scalar, bool) {
	switch name {
	case "Text", "String":
		return Text, true
	case "Integer", "Int":
		return Integer, true
	case "Real", "Float":
		return Real, true
	case "Boolean":
		return Boolean, true
	case "DateTime":
		return DateTime, true
	case "Json":
		return Json, true
	case "Blob", "Bytes":
		return Blob, true
	case "File":
		return File, true
	}
	return 0, false
}

func scalarNamed(name string) bool { _, ok := scalarByName(name); return ok }

func scalarNames() []string {
	return []string{"Text", "Integer", "Real", "Boolean", "DateTime", "Json", "Blob", "File"}
}

// String gives the type's name as a schema spells it; "enum" and "relation" for those.
func (s Scalar) String() string {
	switch s {
	case EnumType:
		return "enum"
	case RelationType:
		return "relation"
	}
	return scalarNames()[s]
}

// TypeName gives the type as a schema spells it, with its marks: Text?, Role, posts[].
func (f *Field) TypeName() string {
	name := f.Type.String()
	switch {
	case f.Enum != nil:
		name = f.Enum.Name
	case f.Relation != nil:
		name = f.Relation.Target.Name
	case f.From != nil && f.Type == RelationType:
		name = f.From.Relation.Target.Name
	}
	if f.List {
		name += "[]"
	}
	if f.Optional {
		name += "?"
	}
	return name
}

// resolveFields gives each field its type, binds every attribute to its row of the table and its
// arguments, and applies those that shape columns.
func (c *checker) resolveFields() {
	for _, md := range c.order {
		for i, d := range md.fields {
			d.f.Index, d.f.Model = i, md.m
			c.resolveType(d)
			md.m.Fields = append(md.m.Fields, d.f)
		}
		md.m.byName = make(map[string]*Field, len(md.fields))
		for _, f := range md.m.Fields {
			md.m.byName[f.Name] = f
		}
		md.m.Database = c.s.Database("main")
	}
	for _, t := range c.s.Types {
		td := c.types[t.Name]
		for i, d := range td.fields {
			d.f.Index = i
			c.resolveType(d)
			t.Fields = append(t.Fields, d.f)
		}
		if len(t.Fields) == 0 {
			c.fail(td.tree.Name.Span, CodeEmptyType, "write its fields between the braces", "type %s has no fields", t.Name)
		}
	}
	c.checkUnusedTraits()
	for _, md := range c.order {
		c.bindModel(md)
	}
	for _, t := range c.s.Types {
		for _, d := range c.types[t.Name].fields {
			c.bindField(d)
		}
	}
	c.apply(shape)
	for _, md := range c.order {
		c.settleKey(md)
		for _, f := range md.m.Fields {
			if f.Stored() {
				md.m.Columns = append(md.m.Columns, f)
			}
		}
	}
}

// resolveType finds what the type's name means and whether the field is a column.
func (c *checker) resolveType(d *fieldDecl) {
	f, name := d.f, d.tree.Type.Name.Name
	if name == "" {
		d.bad = true // the parser missed it and said so
	} else if s, ok := scalarByName(name); ok {
		f.Type = s
	} else if e := c.enums[name]; e != nil {
		f.Type, f.Enum = EnumType, e
	} else if md := c.models[name]; md != nil {
		f.Type, d.model = RelationType, md.m
	} else {
		d.bad = true
		c.unknownType(d)
	}
	switch {
	case d.typ != nil:
		c.typeFieldMayBe(d)
	case hasAttr(d.tree, "from"), hasAttr(d.tree, "computed"):
	case f.Type != RelationType:
		f.Column = f.Name
	}
	if reservedField(f.Name) {
		c.fail(d.tree.Name.Span, CodeReservedName, `choose another name; @map("`+f.Name+`") keeps the column`, "%s: the name has a meaning of its own in queries", d.at())
	}
	if f.List && f.Type == Blob && !d.bad {
		c.fail(d.tree.Type.Span, CodeWrongType, "use a model with a Blob of its own", "%s: a list of Blob cannot be stored", d.at())
	}
}

func (c *checker) unknownType(d *fieldDecl) {
	name := d.tree.Type.Name.Name
	hint := ""
	switch {
	case c.types[name] != nil:
		hint = "write Json @type(" + name + ")"
	case c.traits[name] != nil:
		hint = "a trait is spliced in by @@trait(" + name + ")"
	default:
		hint = orElse(diag.DidYouMean(name, append(scalarNames(), c.declNames("model", "enum", "type")...)...),
			"built in are "+strings.Join(scalarNames(), ", "))
	}
	c.fail(d.tree.Type.Span, CodeUnknownType, hint, "%s: there is no type %s", d.at(), name)
}

// typeFieldMayBe: in a type stand no relations, blobs or files.
func (c *checker) typeFieldMayBe(d *fieldDecl) {
	if d.f.Type == RelationType || d.f.Type == Blob || d.f.Type == File {
		d.bad = true
		c.fail(d.tree.Type.Span, CodeWrongType, "a type holds Text, Integer, Real, Boolean, DateTime, Json, enums and lists of them",
			"%s: %s does not stand in a type", d.at(), d.tree.Type.Name.Name)
	}
}

// checkUnusedTraits looks at the fields of traits that no model uses, so that a mistake there
// does not wait for its first host.
func (c *checker) checkUnusedTraits() {
	for _, file := range c.files {
		for _, decl := range file.Decls {
			t, ok := decl.(*syntax.Trait)
			if !ok || c.traits[t.Name.Name] == nil || c.traits[t.Name.Name].used {
				continue
			}
			phantom := &modelDecl{tree: &syntax.Model{}, m: &Model{Name: t.Name.Name}, trait: true}
			for _, f := range c.traits[t.Name.Name].fields {
				d := &fieldDecl{tree: f.tree, host: phantom, trait: f.trait, f: newField(f.tree)}
				c.resolveType(d)
				for _, a := range f.tree.Attrs {
					c.rowOf(d.at(), a, false)
				}
			}
			for _, a := range c.traits[t.Name.Name].attrs {
				c.rowOf("trait "+t.Name.Name, a.attr, true)
			}
		}
	}
}

func hasAttr(f *syntax.Field, name string) bool {
	return slices.ContainsFunc(f.Attrs, func(a *syntax.Attr) bool { return !a.Block && a.Name.Name == name })
}

// reservedField: names that queries and answers use beside a model's fields.
func reservedField(name string) bool {
	switch name {
	case "AND", "OR", "NOT", "_count", "_sum", "_avg", "_min", "_max", "_stringAgg",
		"_rank", "_depth", "_via", "_highlight", "_snippet":
		return true
	}
	return false
}
