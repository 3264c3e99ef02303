package syntax

import (
	"fmt"
	"strings"
)

// Dump writes a tree as an indented outline without places: one line per declaration, member,
// attribute and expression. Two files with the same outline mean the same. Parentheses that only
// group are left out, as the shape of the outline shows what they group; comments but /// too.
func Dump(f *File) string {
	d := &dumper{}
	for _, i := range f.Imports {
		d.line(0, "import %q", i.Path.Value)
	}
	for _, decl := range f.Decls {
		d.decl(decl)
	}
	return d.String()
}

// DumpExpr writes one expression on one line, every operator in its own parentheses.
func DumpExpr(e Expr) string {
	d := &dumper{}
	d.expr(e)
	return d.String()
}

type dumper struct{ strings.Builder }

func (d *dumper) line(depth int, format string, args ...any) {
	d.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(d, format, args...)
	d.WriteByte('\n')
}

func (d *dumper) doc(depth int, text string) {
	if text != "" {
		d.line(depth, "doc %q", text)
	}
}

func (d *dumper) decl(decl Decl) {
	switch x := decl.(type) {
	case *Model:
		d.body("model", x.Name, x.Doc, x.Fields, x.Attrs)
	case *Trait:
		d.body("trait", x.Name, x.Doc, x.Fields, x.Attrs)
	case *Type:
		d.body("type", x.Name, x.Doc, x.Fields, x.Attrs)
	case *Enum:
		d.enum(x)
	case *Function:
		d.line(0, "function %s", dumpName(x.Name))
		d.doc(1, x.Doc)
		for _, p := range x.Params {
			d.line(1, "parameter %s %s", dumpName(p.Name), dumpType(p.Type))
		}
		d.line(1, "result %s", dumpType(x.Result))
		d.attrs(1, x.Attrs)
	case *Database:
		d.line(0, "database %s", dumpName(x.Name))
		d.doc(1, x.Doc)
		for _, s := range x.Settings {
			d.line(1, "setting %s %s", dumpName(s.Name), DumpExpr(s.Value))
		}
	}
}

func (d *dumper) body(what string, name Ident, doc string, fields []*Field, attrs []*Attr) {
	d.line(0, "%s %s", what, dumpName(name))
	d.doc(1, doc)
	for _, f := range fields {
		d.line(1, "field %s %s", dumpName(f.Name), dumpType(f.Type))
		d.doc(2, f.Doc)
		d.attrs(2, f.Attrs)
	}
	d.attrs(1, attrs)
}

func (d *dumper) enum(e *Enum) {
	d.line(0, "enum %s", dumpName(e.Name))
	d.doc(1, e.Doc)
	for _, v := range e.Values {
		d.line(1, "value %s", dumpName(v.Name))
		d.doc(2, v.Doc)
	}
	if e.HasMachine {
		d.line(1, "transitions")
	}
	for _, t := range e.Transitions {
		from := make([]string, len(t.From))
		for i, f := range t.From {
			from[i] = dumpName(f)
		}
		d.line(2, "%s: [%s] -> %s", dumpName(t.Name), strings.Join(from, ", "), dumpName(t.To))
	}
}

func (d *dumper) attrs(depth int, attrs []*Attr) {
	for _, a := range attrs {
		mark := "@"
		if a.Block {
			mark = "@@"
		}
		d.line(depth, "%s%s", mark, dumpName(a.Name))
		for _, arg := range a.Args {
			if arg.Name.Name != "" {
				d.line(depth+1, "%s: %s", arg.Name.Name, DumpExpr(arg.Value))
			} else {
				d.line(depth+1, "%s", DumpExpr(arg.Value))
			}
		}
	}
}

func (d *dumper) expr(e Expr) {
	switch x := e.(type) {
	case *Name:
		d.path(x.Parts)
	case *Str:
		fmt.Fprintf(d, "%q", x.Value)
	case *Num:
		d.WriteString(x.Text)
	case *Bool:
		fmt.Fprint(d, x.Value)
	case *Null:
		d.WriteString("null")
	case *Unit:
		d.WriteString(x.Num + x.Unit)
	case *List:
		d.WriteByte('[')
		for i, item := range x.Items {
			d.comma(i)
			d.expr(item)
		}
		d.WriteByte(']')
	case *Call:
		d.WriteString(x.Func.Name + "(")
		for i, a := range x.Args {
			d.comma(i)
			if a.Name.Name != "" {
				d.WriteString(a.Name.Name + ": ")
			}
			d.expr(a.Value)
		}
		d.WriteByte(')')
		if len(x.Path) > 0 {
			d.WriteByte('.')
			d.path(x.Path)
		}
	case *Unary:
		d.WriteString("(" + x.Op)
		d.expr(x.X)
		d.WriteByte(')')
	case *Binary:
		d.WriteByte('(')
		d.expr(x.X)
		d.WriteString(" " + x.Op + " ")
		d.expr(x.Y)
		d.WriteByte(')')
	case *Paren:
		d.expr(x.X)
	default:
		d.WriteString("<bad>")
	}
}

func (d *dumper) comma(i int) {
	if i > 0 {
		d.WriteString(", ")
	}
}

func (d *dumper) path(parts []Ident) {
	for i, p := range parts {
		if i > 0 {
			d.WriteByte('.')
		}
		d.WriteString(dumpName(p))
	}
}

func dumpName(i Ident) string {
	if i.Name == "" {
		return "<missing>"
	}
	return i.Name
}

func dumpType(t TypeRef) string {
	s := dumpName(t.Name)
	if t.List {
		s += "[]"
	}
	if t.Optional {
		s += "?"
	}
	return s
}
