package schema

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// bindModel binds the block attributes of a model and those of its fields.
func (c *checker) bindModel(md *modelDecl) {
	bound := make([]*use, len(md.attrs)) // in source order: what traits give stands before the host's
	first := map[string]*use{}           // of attributes that stand once
	for _, own := range []bool{true, false} {
		for i, at := range md.attrs {
			if (at.trait == nil) != own {
				continue
			}
			row := c.rowOf(md.at(), at.attr, true)
			if row == nil {
				continue
			}
			// The host's own attribute wins over a trait's; the first of two traits stands when
			// both say the same.
			if o := first[row.name]; o != nil && !row.repeat {
				switch {
				case own:
					c.duplicateAttr(md.at(), at.attr, o.attr)
				case o.trait != nil && o.attr.Span.Text() != at.attr.Span.Text():
					d := c.fail(at.attr.Span, CodeTraitConflict, "write the attribute in the model itself", "%s: two of its traits give different %s", md.at(), row.name)
					d.Related = []diag.Related{{Message: "the other one", Span: o.attr.Span}}
				}
				continue
			}
			if bound[i] = c.bind(&use{row: row, attr: at.attr, model: md, trait: at.trait}); bound[i] != nil {
				first[row.name] = bound[i]
			}
		}
	}
	for _, u := range bound {
		if u != nil {
			md.uses = append(md.uses, u)
		}
	}
	for _, d := range md.fields {
		c.bindField(d)
	}
}

func (m *modelDecl) useOf(name string) *use {
	for _, u := range m.uses {
		if u.row.name == name {
			return u
		}
	}
	return nil
}

func (d *fieldDecl) useOf(name string) *use {
	for _, u := range d.uses {
		if u.row.name == name {
			return u
		}
	}
	return nil
}

func (c *checker) duplicateAttr(at string, a, first *syntax.Attr) {
	d := c.fail(a.Span, CodeDuplicateAttribute, "keep one of them", "%s: %s stands twice", at, atName(a))
	d.Related = []diag.Related{{Message: "first here", Span: first.Span}}
}

func (c *checker) bindField(d *fieldDecl) {
	for _, a := range d.tree.Attrs {
		if fn := c.functions[a.Name.Name]; fn != nil && a.Paren && !a.Block {
			c.bindFunction(d, a, fn)
			continue
		}
		row := c.rowOf(d.at(), a, false)
		if row == nil {
			continue
		}
		if first := d.useOf(row.name); first != nil && !row.repeat {
			c.duplicateAttr(d.at(), a, first.attr)
			continue
		}
		u := &use{row: row, attr: a, field: d, trait: d.trait}
		switch {
		case c.bind(u) == nil:
			if row.stage == relation {
				d.half = u
			}
		case c.mayStandHere(u):
			d.uses = append(d.uses, u)
		}
	}
}

// rowOf finds the row of the table for an attribute; nil when it was reported.
func (c *checker) rowOf(at string, a *syntax.Attr, block bool) *attribute {
	if a.Name.Name == "" {
		return nil
	}
	name := atName(a)
	if row := c.table[name]; row != nil && a.Block == block {
		return row
	}
	hint := ""
	other := "@" + name
	if a.Block {
		other = strings.TrimPrefix(name, "@")
	}
	switch {
	case c.table[other] != nil && a.Block:
		hint = other + " stands on a field"
	case c.table[other] != nil:
		hint = other + " stands on a line of its own in the model"
	case !a.Block && c.functions[a.Name.Name] != nil:
		if !a.Paren {
			hint = "a function is called with its arguments: " + name + "(…)"
		}
	default:
		var names []string
		for n, row := range c.table {
			if strings.HasPrefix(n, "@@") == block && row.name == n {
				names = append(names, n)
			}
		}
		if !block {
			for _, fn := range c.s.Functions {
				names = append(names, "@"+fn.Name)
			}
		}
		slices.Sort(names)
		hint = diag.DidYouMean(name, names...)
	}
	c.fail(a.Span, CodeUnknownAttribute, hint, "%s: there is no attribute %s", at, name)
	return nil
}

func atName(a *syntax.Attr) string {
	if a.Block {
		return "@@" + a.Name.Name
	}
	return "@" + a.Name.Name
}

// bind gives each argument to its parameter: named ones by their name, the others in order, where
// an optional parameter of another kind is passed over. Nil when something was reported.
func (c *checker) bind(u *use) *use {
	u.args = make([]*syntax.Arg, len(u.row.params))
	ok, next := true, 0
	for _, a := range u.attr.Args {
		if _, reported := a.Value.(*syntax.Bad); reported || a.Value == nil {
			ok = false
			if a.Name.Name == "" {
				next++
			}
			continue
		}
		i := -1
		if a.Name.Name != "" {
			i = slices.IndexFunc(u.row.params, func(p param) bool { return p.name == a.Name.Name })
			if i < 0 {
				c.unknownArg(u, a)
				ok = false
				continue
			}
			if u.args[i] != nil {
				c.fail(a.Span, CodeDuplicateArgument, "keep one of them", "%s: %s: the argument %s is given twice", u.at(), u.row.name, a.Name.Name)
				ok = false
				continue
			}
		} else {
			i = u.positional(a, &next)
			if i < 0 {
				c.fail(a.Span, CodeUnknownArgument, u.row.usage(), "%s: %s takes no argument here", u.at(), u.row.name)
				ok = false
				continue
			}
		}
		p := u.row.params[i]
		if problem := p.problem(a.Value); problem != "" {
			c.fail(exprSpan(a.Value, a.Span), CodeWrongArgument, u.row.usage(), "%s: %s: %s", u.at(), u.row.name, problem)
			ok = false
			continue
		}
		u.args[i] = a
	}
	for i, p := range u.row.params {
		if p.required && u.args[i] == nil && ok {
			c.fail(u.attr.Span, CodeMissingArgument, u.row.usage(), "%s: %s: the argument %s is missing", u.at(), u.row.name, p.name)
			ok = false
		}
	}
	if !ok {
		return nil
	}
	return u
}

func (u *use) positional(a *syntax.Arg, next *int) int {
	params := u.row.params
	fallback := -1
	for i := *next; i < len(params); i++ {
		if params[i].named || u.args[i] != nil {
			continue
		}
		if params[i].problem(a.Value) == "" {
			*next = i + 1
			return i
		}
		if fallback < 0 {
			fallback = i
		}
		if params[i].required {
			break
		}
	}
	return fallback
}

func (c *checker) unknownArg(u *use, a *syntax.Arg) {
	var names []string
	for _, p := range u.row.params {
		names = append(names, p.name)
	}
	hint := diag.DidYouMean(a.Name.Name, names...)
	if hint == "" {
		hint = u.row.usage()
	}
	c.fail(a.Span, CodeUnknownArgument, hint, "%s: %s has no argument %s", u.at(), u.row.name, a.Name.Name)
}

// bareWord reads a name of one part.
func bareWord(e syntax.Expr) (string, bool) {
	n, ok := e.(*syntax.Name)
	if !ok || len(n.Parts) != 1 || n.Parts[0].Name == "" {
		return "", false
	}
	return n.Parts[0].Name, true
}

// apply runs the attributes of one stage, models in declared order, fields before blocks.
func (c *checker) apply(s stage) {
	run := func(u *use) {
		if u.row.stage == s && u.row.apply != nil {
			u.row.apply(c, u)
		}
	}
	for _, md := range c.order {
		for _, d := range md.fields {
			for _, u := range d.uses {
				run(u)
			}
		}
		for _, u := range md.uses {
			run(u)
		}
	}
	for _, t := range c.s.Types {
		for _, d := range c.types[t.Name].fields {
			for _, u := range d.uses {
				run(u)
			}
		}
	}
}
