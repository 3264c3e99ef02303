package schema

import (
	"slices"

	"github.com/litestone-go/orm/litestone/syntax"
)

// declareFunction reads a schema function: parameters, result and the one @@expr("…").
func (c *checker) declareFunction(d *syntax.Function) {
	name := d.Name.Name
	if c.functions[name] != nil {
		c.fail(d.Name.Span, CodeDuplicateName, "rename one of them", "function %s: the name is already taken by a function", name)
		return
	}
	if row := c.table["@"+name]; row != nil && !row.shared {
		c.fail(d.Name.Span, CodeReservedName, "choose another name", "function %s: @%s is a built-in attribute", name, name)
	}
	fn := &Function{Name: name}
	for _, p := range d.Params {
		if p.Name.Name == "" {
			continue
		}
		if slices.Contains(fn.Params, p.Name.Name) {
			c.fail(p.Name.Span, CodeDuplicateName, "rename one of them", "function %s: the parameter %s stands twice", name, p.Name.Name)
		}
		fn.Params = append(fn.Params, p.Name.Name)
		c.functionType(name, "the parameter "+p.Name.Name, p.Type)
	}
	fn.Result = c.functionType(name, "the result", d.Result)
	c.functionExpr(d, fn)
	c.functions[name] = fn
	c.s.Functions = append(c.s.Functions, fn)
}

// functionType wants one of the types a column expression can give.
func (c *checker) functionType(fn, what string, t syntax.TypeRef) Scalar {
	s, ok := scalarByName(t.Name.Name)
	switch {
	case t.Name.Name == "":
	case !ok && c.declaredSomewhere(t.Name.Name):
		c.fail(t.Span, CodeWrongFunctionType, "use a built-in type", "function %s: %s cannot be of type %s", fn, what, t.Name.Name)
	case !ok:
		c.fail(t.Span, CodeUnknownType, suggest(t.Name.Name, scalarNames()...), "function %s: %s: there is no type %s", fn, what, t.Name.Name)
	case s == File || t.List:
		c.fail(t.Span, CodeWrongFunctionType, "use a built-in type", "function %s: %s cannot be a list or a File", fn, what)
	}
	return s
}

func (c *checker) declaredSomewhere(name string) bool {
	for _, file := range c.files {
		for _, d := range file.Decls {
			switch d.(type) {
			case *syntax.Database, *syntax.Function:
			default:
				if d.DeclName().Name == name {
					return true
				}
			}
		}
	}
	return false
}

// functionExpr takes @@expr("…") and checks its placeholders once, at the declaration.
func (c *checker) functionExpr(d *syntax.Function, fn *Function) {
	var found *syntax.Attr
	for _, a := range d.Attrs {
		switch {
		case a.Name.Name == "":
		case a.Name.Name != "expr" || !a.Block:
			c.fail(a.Span, CodeUnknownAttribute, `write @@expr("…")`, "function %s: only @@expr may stand here, not %s", fn.Name, atName(a))
			return
		case found != nil:
			c.fail(a.Span, CodeDuplicateAttribute, "keep one of them", "function %s: @@expr stands twice", fn.Name)
		default:
			found = a
		}
	}
	if found == nil {
		c.fail(d.Name.Span, CodeFunctionWithoutExpr, `write @@expr("…") between the braces`, "function %s has no @@expr", fn.Name)
		return
	}
	if len(found.Args) != 1 || found.Args[0].Name.Name != "" {
		c.fail(found.Span, CodeWrongArgument, `write @@expr("upper({name})")`, "function %s: @@expr takes one text", fn.Name)
		return
	}
	text, ok := found.Args[0].Value.(*syntax.Str)
	if !ok {
		if _, reported := found.Args[0].Value.(*syntax.Bad); !reported {
			c.fail(found.Args[0].Span, CodeWrongArgument, `write @@expr("upper({name})")`, "function %s: @@expr takes one text", fn.Name)
		}
		return
	}
	fn.SQL = text.Value
	c.fragment(text, "function "+fn.Name, func(name string) (string, bool) {
		if slices.Contains(fn.Params, name) {
			return "", true
		}
		c.fail(text.Span, CodeUnknownPlaceholder, suggest(name, fn.Params...), "function %s: {%s} is not one of its parameters", fn.Name, name)
		return "", false
	})
}
