package schema

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// traitDecl is a trait while it is being spliced.
type traitDecl struct {
	tree   *syntax.Trait
	state  traitState
	fields []traitField
	attrs  []attrAt
	used   bool
}

type traitState uint8

const (
	unread traitState = iota
	reading
	read
)

// traitField is a field with the trait that declares it.
type traitField struct {
	tree  *syntax.Field
	trait *syntax.Trait
}

// spliceTraits puts into each model the fields of its traits before its own, and their attributes
// before its own. The host's own field wins over a trait's; two traits may not give the same
// field unless the host declares it (SPEC "Language and names").
func (c *checker) spliceTraits() {
	for _, file := range c.files {
		for _, d := range file.Decls {
			if t, ok := d.(*syntax.Trait); ok && c.traits[t.Name.Name] != nil && c.traits[t.Name.Name].tree == t {
				c.readTrait(c.traits[t.Name.Name])
			}
		}
	}
	for _, md := range c.order {
		fields, attrs := c.splice("model "+md.m.Name, md.tree.Name.Name, md.tree.Fields, md.tree.Attrs, nil)
		for _, f := range fields {
			md.fields = append(md.fields, &fieldDecl{tree: f.tree, host: md, trait: f.trait, f: newField(f.tree)})
		}
		md.attrs = attrs
	}
	for _, td := range c.types {
		for _, f := range c.ownFields("type "+td.t.Name, td.tree.Fields, nil) {
			td.fields = append(td.fields, &fieldDecl{tree: f.tree, typ: td, f: newField(f.tree)})
		}
		for _, a := range td.tree.Attrs {
			c.fail(a.Span, CodeAttributeNotInType, "leave it out", "type %s: %s does not stand in a type", td.t.Name, atName(a))
		}
	}
}

func newField(tree *syntax.Field) *Field {
	return &Field{
		Name: tree.Name.Name, Doc: tree.Doc, Span: tree.Span,
		List: tree.Type.List, Optional: tree.Type.Optional,
	}
}

// readTrait makes a trait's whole content, its own traits spliced in.
func (c *checker) readTrait(td *traitDecl) {
	if td.state != unread {
		return
	}
	td.state = reading
	name := td.tree.Name.Name
	for _, f := range td.tree.Fields {
		if i := slices.IndexFunc(f.Attrs, func(a *syntax.Attr) bool { return a.Name.Name == "id" && !a.Block }); i >= 0 {
			c.fail(f.Attrs[i].Span, CodeNotInTrait, "write it in each model", "trait %s: @id does not stand in a trait", name)
		}
	}
	for _, a := range td.tree.Attrs {
		if row := c.table["@@"+a.Name.Name]; row != nil && row.notInTrait {
			c.fail(a.Span, CodeNotInTrait, "write it in each model", "trait %s: %s does not stand in a trait", name, atName(a))
		}
	}
	td.fields, td.attrs = c.splice("trait "+name, name, td.tree.Fields, td.tree.Attrs, td.tree)
	td.state = read
}

// splice gives the host's fields and attributes with those of its traits before them.
func (c *checker) splice(at, host string, own []*syntax.Field, attrs []*syntax.Attr, self *syntax.Trait) ([]traitField, []attrAt) {
	mine := c.ownFields(at, own, self)
	owned := make(map[string]bool, len(mine))
	for _, f := range mine {
		owned[f.tree.Name.Name] = true
	}
	var fields []traitField
	var spliced []attrAt
	given := map[string]traitField{}
	seen := map[*syntax.Trait]bool{}
	for _, a := range attrs {
		if a.Name.Name != "trait" || !a.Block {
			continue
		}
		td := c.traitNamed(at, host, a)
		if td == nil || seen[td.tree] {
			continue
		}
		seen[td.tree] = true
		for _, f := range td.fields {
			name := f.tree.Name.Name
			if owned[name] {
				continue
			}
			if first, ok := given[name]; !ok {
				given[name] = f
				fields = append(fields, f)
			} else if first.tree != f.tree {
				d := c.fail(a.Span, CodeTraitConflict, "declare the field in the "+strings.Fields(at)[0]+" itself, or leave one trait out",
					"%s: both trait %s and trait %s give the field %s", at, first.trait.Name.Name, f.trait.Name.Name, name)
				d.Related = []diag.Related{
					{Message: "given here", Span: first.tree.Name.Span}, {Message: "and here", Span: f.tree.Name.Span},
				}
			}
		}
		for _, sub := range td.attrs {
			if !slices.ContainsFunc(spliced, func(o attrAt) bool { return o.attr == sub.attr }) {
				spliced = append(spliced, sub)
			}
		}
	}
	for _, a := range attrs {
		if a.Name.Name != "trait" || !a.Block {
			spliced = append(spliced, attrAt{attr: a, trait: self})
		}
	}
	return append(fields, mine...), spliced
}

// ownFields gives the fields of one block, each name once.
func (c *checker) ownFields(at string, fields []*syntax.Field, self *syntax.Trait) []traitField {
	out := make([]traitField, 0, len(fields))
	first := make(map[string]*syntax.Field, len(fields))
	for _, f := range fields {
		name := f.Name.Name
		if name == "" {
			continue
		}
		if o := first[name]; o != nil {
			d := c.fail(f.Name.Span, CodeDuplicateName, "rename one of them", "%s: the field %s stands twice", at, name)
			d.Related = []diag.Related{{Message: "first declared here", Span: o.Name.Span}}
			continue
		}
		first[name] = f
		out = append(out, traitField{tree: f, trait: self})
	}
	return out
}

// traitNamed resolves @@trait(Name); nil when it was reported.
func (c *checker) traitNamed(at, host string, a *syntax.Attr) *traitDecl {
	word := ""
	if len(a.Args) == 1 && a.Args[0].Name.Name == "" {
		if _, reported := a.Args[0].Value.(*syntax.Bad); reported {
			return nil
		}
		word, _ = bareWord(a.Args[0].Value)
	}
	if word == "" {
		c.fail(a.Span, CodeWrongArgument, "write @@trait(Name)", "%s: @@trait takes the name of one trait", at)
		return nil
	}
	td := c.traits[word]
	if td == nil {
		c.fail(a.Args[0].Span, CodeUnknownTrait, suggest(word, c.declNames("trait")...), "%s: there is no trait %s", at, word)
		return nil
	}
	if td.state == reading {
		c.fail(a.Span, CodeTraitCycle, "leave this @@trait out", "%s: trait %s contains itself", at, word)
		return nil
	}
	c.readTrait(td)
	td.used = td.used || strings.HasPrefix(at, "model ")
	return td
}
