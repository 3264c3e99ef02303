package schema

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// applyDefault reads @default(value): a literal of the field's type, a generator, a sibling
// field, or a value of auth().
func applyDefault(c *checker, u *use) {
	d, f, arg := u.field, u.field.f, u.arg("value")
	switch e := unparen(arg.Value).(type) {
	case *syntax.Call:
		c.defaultCall(u, e)
		return
	case *syntax.Name:
		if f.Enum == nil || len(e.Parts) > 1 || !f.Enum.Has(e.Parts[0].Name) || f.List {
			c.defaultField(u, e)
			return
		}
	}
	v, problem, hint := literalFor(f, unparen(arg.Value), d.typ != nil)
	if problem != "" {
		c.fail(exprSpan(arg.Value, arg.Span), CodeWrongDefault, hint, "%s: the default %s", d.at(), problem)
		return
	}
	f.Default = &Default{Kind: DefaultLiteral, Literal: v}
}

// defaultCall reads now(), uuid(), ulid(), cuid(), nanoid() and auth().x.
func (c *checker) defaultCall(u *use, e *syntax.Call) {
	d, f := u.field, u.field.f
	kinds := map[string]DefaultKind{
		"now": DefaultNow, "uuid": DefaultUUID, "ulid": DefaultULID, "cuid": DefaultCUID, "nanoid": DefaultNanoID, "auth": DefaultAuth,
	}
	name := e.Func.Name
	kind, ok := kinds[name]
	wrong := func(hint, problem string) {
		c.fail(e.Span, CodeWrongDefault, hint, "%s: the default %s", d.at(), problem)
	}
	switch {
	case !ok:
		c.fail(e.Span, CodeUnknownFunction, suggest(name, "now", "uuid", "ulid", "cuid", "nanoid", "auth"), "%s: @default: there is no function %s()", d.at(), name)
	case len(e.Args) > 0:
		wrong("write "+name+"()", name+"() takes no arguments")
	case d.typ != nil:
		wrong("give a literal value", "of a field in a type cannot be "+name+"()")
	case kind == DefaultAuth && len(e.Path) == 0:
		wrong("write auth().id", "needs a field of auth()")
	case kind == DefaultAuth && (f.List || f.Type == Blob || f.Type == File):
		wrong("", "of type "+f.TypeName()+" cannot come from auth()")
	case kind == DefaultAuth:
		f.Default = &Default{Kind: DefaultAuth, Auth: identNames(e.Path)}
	case len(e.Path) > 0:
		wrong("write "+name+"()", name+"() has no fields")
	case kind == DefaultNow && f.Type != DateTime && f.Type != Text || f.List:
		wrong("now() fills a DateTime", "now() does not fit type "+f.TypeName())
	case kind != DefaultNow && f.Type != Text:
		wrong(name+"() fills a Text", name+"() does not fit type "+f.TypeName())
	default:
		f.Default = &Default{Kind: kind}
	}
}

// defaultField reads @default(sibling).
func (c *checker) defaultField(u *use, e *syntax.Name) {
	d, f := u.field, u.field.f
	name := e.Parts[0].Name
	if d.typ != nil {
		c.fail(e.Span, CodeWrongDefault, "a text stands in quotes", "%s: the default of a field in a type must be a literal value", d.at())
		return
	}
	var src *Field
	if len(e.Parts) == 1 {
		src = f.Model.byName[name]
	}
	switch {
	case src == nil && f.Enum != nil:
		c.fail(e.Span, CodeWrongDefault, suggest(name, f.Enum.valueNames()...), "%s: the default %s is not a value of enum %s", d.at(), name, f.Enum.Name)
	case src == nil && len(e.Parts) == 1 && (name == "now" || name == "uuid" || name == "ulid" || name == "cuid" || name == "nanoid" || name == "auth"):
		c.fail(e.Span, CodeUnknownField, "write "+name+"()", "%s: @default: there is no field %s", d.at(), name)
	case src == nil:
		c.fail(e.Span, CodeUnknownField, orElse(diag.DidYouMean(name, f.Model.columnNames()...), "a text stands in quotes"),
			"%s: @default: there is no field %s", d.at(), name)
	case src == f:
		c.fail(e.Span, CodeWrongDefault, "name another field", "%s: the default cannot be the field itself", d.at())
	case !src.Stored() || src.Generated != nil || hasAttr(d.host.fields[src.Index].tree, "generated"):
		c.fail(e.Span, CodeWrongDefault, "name a field that callers give", "%s: the default cannot be copied from %s, which nobody writes", d.at(), name)
	case src.List != f.List || !copies(src, f):
		c.fail(e.Span, CodeWrongDefault, "", "%s: the default of type %s cannot be copied from %s of type %s", d.at(), f.TypeName(), name, src.TypeName())
	default:
		f.Default = &Default{Kind: DefaultField, Field: src}
	}
}

// copies reports whether a value of src is a value of dst.
func copies(src, dst *Field) bool {
	switch {
	case src.Type == EnumType && dst.Type == EnumType:
		return src.Enum == dst.Enum
	case src.Type == dst.Type:
		return true
	}
	return src.Type == Integer && dst.Type == Real || (src.Type == EnumType || src.Type == DateTime) && dst.Type == Text
}

// literalFor turns a literal of the schema into the form the field stores. In a type a DateTime
// is kept as written. problem completes "the default …"; it is empty when the literal fits.
func literalFor(f *Field, e syntax.Expr, inType bool) (v any, problem, hint string) {
	if _, ok := e.(*syntax.Null); ok {
		if !f.Optional {
			return nil, "null does not fit a required field", "write " + f.TypeName() + "? for a field that may be null"
		}
		return nil, "", ""
	}
	if f.List {
		return listLiteral(f, e, inType)
	}
	return scalarLiteral(f, e, inType)
}

func scalarLiteral(f *Field, e syntax.Expr, inType bool) (v any, problem, hint string) {
	wrong := "does not fit type " + f.TypeName()
	switch f.Type {
	case Text:
		if s, ok := e.(*syntax.Str); ok {
			return s.Value, "", ""
		}
		return nil, wrong, "a text stands in quotes"
	case Integer:
		if n, ok := e.(*syntax.Num); ok {
			i, err := strconv.ParseInt(n.Text, 10, 64)
			if err == nil {
				return i, "", ""
			}
			if strings.ContainsAny(n.Text, ".eE") {
				return nil, n.Text + " is not a whole number", "an Integer has no fraction; use Real"
			}
			return nil, n.Text + " is too large for an Integer", "an Integer holds 64 bits"
		}
	case Real:
		if n, ok := e.(*syntax.Num); ok {
			if x, err := strconv.ParseFloat(n.Text, 64); err == nil {
				return x, "", ""
			}
			return nil, n.Text + " is too large for a Real", ""
		}
	case Boolean:
		if b, ok := e.(*syntax.Bool); ok {
			return b.Value, "", ""
		}
		return nil, wrong, "write true or false"
	case DateTime:
		s, ok := e.(*syntax.Str)
		if !ok {
			return nil, wrong, `write now() or a time like "2026-01-31T10:00:00Z"`
		}
		t, ok := StoredDateTime(s.Value)
		if !ok {
			return nil, "is no ISO-8601 date or time", `write "2026-01-31" or "2026-01-31T10:00:00Z"`
		}
		if inType {
			t = s.Value
		}
		return t, "", ""
	case EnumType:
		word, ok := bareWord(e)
		if s, quoted := e.(*syntax.Str); quoted {
			word, ok = s.Value, true
		}
		if !ok {
			return nil, wrong, "write one of " + strings.Join(f.Enum.valueNames(), ", ")
		}
		if !f.Enum.Has(word) {
			return nil, strconv.Quote(word) + " is not a value of enum " + f.Enum.Name, suggest(word, f.Enum.valueNames()...)
		}
		return word, "", ""
	case Json:
		return jsonLiteral(f, e)
	case Blob, File:
		return nil, "of type " + f.TypeName() + " cannot be written in a schema", "leave it out"
	}
	return nil, wrong, ""
}

// jsonLiteral takes a text that is JSON, or a list, number or boolean literal.
func jsonLiteral(f *Field, e syntax.Expr) (v any, problem, hint string) {
	text := ""
	if s, ok := e.(*syntax.Str); ok {
		if !json.Valid([]byte(s.Value)) {
			return nil, "is not JSON", `write JSON in a text: "{}", "[]" or "\"word\""`
		}
		text = s.Value
	} else {
		plain, ok := plainLiteral(e)
		if !ok {
			return nil, "does not fit type " + f.TypeName(), `write JSON in a text: "{}"`
		}
		b, _ := json.Marshal(plain)
		text = string(b)
	}
	if f.JSONType != nil && !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return nil, "is not a JSON object, as type " + f.JSONType.Name + " is", `write "{…}"`
	}
	return text, "", ""
}

// listLiteral takes [a, b] or a text that is a JSON list, and gives the JSON text.
func listLiteral(f *Field, e syntax.Expr, inType bool) (v any, problem, hint string) {
	hint = "write a list: [] or [value, value]"
	element := *f
	element.List, element.Optional = false, false
	switch e := e.(type) {
	case *syntax.List:
		if f.Type == Json {
			return jsonLiteral(&element, e) // here a text is a JSON string
		}
		out := make([]any, 0, len(e.Items))
		for _, item := range e.Items {
			v, problem, hint := literalFor(&element, unparen(item), inType)
			if problem != "" {
				return nil, "is a list with a value that does not fit type " + element.TypeName(), hint
			}
			out = append(out, v)
		}
		b, err := json.Marshal(out)
		if err != nil {
			return nil, "is not JSON", hint
		}
		return string(b), "", ""
	case *syntax.Str:
		var items []any
		if json.Unmarshal([]byte(e.Value), &items) != nil || items == nil {
			return nil, "is not a JSON list", hint
		}
		for _, item := range items {
			if !elementFits(f, item) {
				return nil, "is a list with a value that does not fit type " + element.TypeName(), hint
			}
		}
		return e.Value, "", ""
	}
	return nil, "does not fit type " + f.TypeName(), hint
}

func elementFits(f *Field, item any) bool {
	switch x := item.(type) {
	case string:
		switch f.Type {
		case EnumType:
			return f.Enum.Has(x)
		case DateTime:
			stored, ok := StoredDateTime(x)
			return ok && stored == x
		}
		return f.Type == Text || f.Type == Json
	case float64:
		return f.Type == Real || f.Type == Json || f.Type == Integer && x == float64(int64(x))
	case bool:
		return f.Type == Boolean || f.Type == Json
	}
	return f.Type == Json && item != nil
}

// plainLiteral gives a literal as encoding/json would read it.
func plainLiteral(e syntax.Expr) (any, bool) {
	switch e := unparen(e).(type) {
	case *syntax.Str:
		return e.Value, true
	case *syntax.Num:
		return json.Number(strings.TrimPrefix(e.Text, "+")), json.Valid([]byte(strings.TrimPrefix(e.Text, "+")))
	case *syntax.Bool:
		return e.Value, true
	case *syntax.Null:
		return nil, true
	case *syntax.List:
		out := make([]any, 0, len(e.Items))
		for _, item := range e.Items {
			v, ok := plainLiteral(item)
			if !ok {
				return nil, false
			}
			out = append(out, v)
		}
		return out, true
	}
	return nil, false
}

func unparen(e syntax.Expr) syntax.Expr {
	for {
		p, ok := e.(*syntax.Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}

func identNames(ids []syntax.Ident) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id.Name
	}
	return out
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
