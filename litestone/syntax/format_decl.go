package syntax

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/litestone-go/orm/litestone/diag"
)

const (
	indentation = "  "
	lineWidth   = 100 // of an enum or database that stays on one line
)

// print writes the whole file.
func (p *printer) print() string {
	r := &rows{printer: p, end: -1}
	for _, d := range p.inOrder() {
		switch x := d.(type) {
		case *Import:
			r.commentsBefore(x.Span.Start)
			r.hoist(x.Path.Span.Start)
			r.add(importRow, x.Span.Start, x.Span.End, func() []string {
				var b strings.Builder
				b.WriteString("import ")
				quote(&b, x.Path.Value, '"')
				return []string{b.String()}
			})
		case Decl:
			span := x.DeclSpan()
			r.commentsBefore(span.Start)
			r.hoist(bodyOf(x).Start)
			r.add(blockRow, span.Start, span.End, func() []string { return []string{p.decl(x)} })
		}
	}
	r.commentsBefore(len(p.text) + 1)
	for i := range r.list {
		if r.list[i].kind == blockRow {
			r.list[r.group(i)].blank = r.group(i) > 0
			if i+1 < len(r.list) {
				r.list[i+1].blank = true
			}
		}
	}
	var out strings.Builder
	out.Grow(len(p.text) + len(p.text)/4)
	r.write(&out, "")
	return out.String()
}

// inOrder gives imports and declarations as they stand in the file; a tree without places has its
// imports first.
func (p *printer) inOrder() []any {
	all := make([]any, 0, len(p.file.Imports)+len(p.file.Decls))
	for _, i := range p.file.Imports {
		all = append(all, i)
	}
	for _, d := range p.file.Decls {
		all = append(all, d)
	}
	start := func(x any) int {
		if i, ok := x.(*Import); ok {
			return i.Span.Start
		}
		return x.(Decl).DeclSpan().Start
	}
	slices.SortStableFunc(all, func(a, b any) int { return start(a) - start(b) })
	return all
}

// hoist makes rows of the comments between a declaration's first word and its {.
func (r *rows) hoist(before int) {
	for {
		text, _, ok := r.pending(before)
		if !ok {
			return
		}
		r.list = append(r.list, row{kind: commentRow, cells: []string{text}})
		r.end = -1
	}
}

func bodyOf(d Decl) diag.Span {
	switch x := d.(type) {
	case *Model:
		return x.Body
	case *Trait:
		return x.Body
	case *Type:
		return x.Body
	case *Enum:
		return x.Body
	case *Function:
		return x.Body
	case *Database:
		return x.Body
	}
	return diag.Span{}
}

func (p *printer) decl(d Decl) string {
	switch x := d.(type) {
	case *Model:
		return p.fields("model", x.Name, x.Fields, x.Attrs, x.Body)
	case *Trait:
		return p.fields("trait", x.Name, x.Fields, x.Attrs, x.Body)
	case *Type:
		return p.fields("type", x.Name, x.Fields, x.Attrs, x.Body)
	case *Enum:
		return p.enum(x)
	case *Function:
		return p.function(x)
	case *Database:
		return p.database(x)
	}
	return ""
}

// block writes `head { rows }`, the braces on their own when there is nothing between them.
func (p *printer) block(head string, body diag.Span, indent string, fill func(*rows)) string {
	r := &rows{printer: p, end: -1}
	fill(r)
	if !body.IsZero() {
		r.commentsBefore(body.End)
	}
	if len(r.list) == 0 && r.head == "" {
		return head + " {}"
	}
	r.space()
	var b strings.Builder
	b.WriteString(head + " {" + r.head + "\n")
	r.write(&b, indent+indentation)
	b.WriteString(indent + "}")
	return b.String()
}

// fields writes a model, trait or type; fields and @@attributes stay in the order they stand in.
func (p *printer) fields(what string, name Ident, fields []*Field, attrs []*Attr, body diag.Span) string {
	return p.block(what+" "+name.Name, body, "", func(r *rows) {
		for len(fields) > 0 || len(attrs) > 0 {
			if len(attrs) == 0 || len(fields) > 0 && fields[0].Span.Start <= attrs[0].Span.Start {
				f := fields[0]
				fields = fields[1:]
				r.add(fieldRow, f.Span.Start, f.Span.End, func() []string { return p.field(f) })
				continue
			}
			a := attrs[0]
			attrs = attrs[1:]
			r.add(attrRow, a.Span.Start, a.Span.End, func() []string { return p.blockAttr(a) })
		}
	})
}

// oneLine reports whether a block may be written on one line: it was, no comment stands in it, and
// it fits.
func (p *printer) oneLine(decl, body diag.Span, line string) bool {
	if decl.IsZero() || utf8.RuneCountInString(line) > lineWidth || p.breaks(decl.Start, decl.End) > 0 {
		return false
	}
	return p.given == len(p.comments) || p.comments[p.given].Span.Start >= body.End
}

func (p *printer) enum(e *Enum) string {
	if !e.HasMachine && len(e.Values) > 0 {
		line := "enum " + e.Name.Name + " {"
		for _, v := range e.Values {
			line += " " + v.Name.Name
		}
		if line += " }"; p.oneLine(e.Span, e.Body, line) {
			return line
		}
	}
	return p.block("enum "+e.Name.Name, e.Body, "", func(r *rows) {
		values, machine := e.Values, e.HasMachine
		for len(values) > 0 || machine {
			if machine && (len(values) == 0 || !e.Machine.IsZero() && e.Machine.Start < values[0].Span.Start) {
				machine = false
				r.commentsBefore(e.Machine.Start)
				r.hoist(p.braceAfter(e.Machine.Start))
				r.add(blockRow, e.Machine.Start, e.Machine.End, func() []string { return []string{p.transitions(e)} })
				continue
			}
			v := values[0]
			values = values[1:]
			r.add(fieldRow, v.Span.Start, v.Span.End, func() []string { return []string{v.Name.Name} })
		}
	})
}

// braceAfter finds the { behind an offset that no comment holds; 0 in a tree without places.
func (p *printer) braceAfter(offset int) int {
	if p.text == "" {
		return 0
	}
	for _, c := range p.comments[p.given:] {
		if c.Span.Start < offset || strings.Contains(p.text[offset:c.Span.Start], "{") {
			break
		}
		offset = c.Span.End
	}
	return offset + max(0, strings.Index(p.text[offset:], "{"))
}

func (p *printer) transitions(e *Enum) string {
	return p.block("transitions", e.Machine, indentation, func(r *rows) {
		for _, t := range e.Transitions {
			r.add(fieldRow, t.Span.Start, t.Span.End, func() []string { return p.transition(t) })
		}
	})
}

func (p *printer) function(f *Function) string {
	var b strings.Builder
	b.WriteString("function " + f.Name.Name + "(")
	for i, a := range f.Params {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a.Name.Name + ": " + p.typeText(a.Type))
	}
	b.WriteString("): " + p.typeText(f.Result))
	return p.block(b.String(), f.Body, "", func(r *rows) {
		for _, a := range f.Attrs {
			r.add(attrRow, a.Span.Start, a.Span.End, func() []string { return p.blockAttr(a) })
		}
	})
}

func (p *printer) database(d *Database) string {
	head := "database " + d.Name.Name
	if len(d.Settings) > 0 && p.oneLine(d.Span, d.Body, "") {
		line := head + " { "
		for i, s := range d.Settings {
			if i > 0 {
				line += "; "
			}
			line += strings.Join(p.setting(s), " ")
		}
		if line += " }"; p.oneLine(d.Span, d.Body, line) {
			return line
		}
	}
	return p.block(head, d.Body, "", func(r *rows) {
		for _, s := range d.Settings {
			r.add(fieldRow, s.Span.Start, s.Span.End, func() []string { return p.setting(s) })
		}
	})
}

// typeText writes a type in the chosen spelling.
func (p *printer) typeText(t TypeRef) string {
	return p.spell(t.Name.Name) + typeSuffix(t)
}

func typeSuffix(t TypeRef) string {
	switch {
	case t.List && t.Optional:
		return "[]?"
	case t.List:
		return "[]"
	case t.Optional:
		return "?"
	}
	return ""
}

// spell gives the chosen spelling of a scalar type. A file that declares either name is left alone.
func (p *printer) spell(name string) string {
	for _, pair := range [...][2]string{{"Integer", "Int"}, {"Real", "Float"}, {"Text", "String"}, {"Blob", "Bytes"}} {
		if name != pair[0] && name != pair[1] || p.declared[pair[0]] || p.declared[pair[1]] {
			continue
		}
		switch p.style.Types {
		case LongNames:
			return pair[0]
		case ShortNames:
			return pair[1]
		}
	}
	return name
}
