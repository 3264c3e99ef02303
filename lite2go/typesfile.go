package lite2go

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/schema"
)

type typesView struct {
	head
	Structs []structView
	Open    []structView // those that keep unknown keys
}

type structView struct {
	Doc     []string
	Name    string
	Columns string // the type of its typed columns
	Make    string // the function that makes them
	Fields  []member
	Others  []member // the field for unknown keys; at most one
	Keys    string   // the known keys as Go literals, joined by commas

	ColumnFields []member
	ColumnValues []value
}

func (g *generator) typesFile() job {
	im := imports{pkgLitestone: true}
	var v typesView
	for _, t := range g.schema.Types {
		s := g.structView(t, im)
		v.Structs = append(v.Structs, s)
		if g.names.types[t.Name].open {
			im[pkgJSON] = true
			v.Open = append(v.Open, s)
		}
	}
	v.head = g.head(im)
	return job{file: "types.go", template: "types.tmpl", view: v}
}

func (g *generator) structView(t *schema.Type, im imports) structView {
	n := g.names.types[t.Name]
	v := structView{
		Name: n.name, Columns: n.columns, Make: n.make,
		Doc: []string{n.name + " is the shape of a Json field declared @type(" + t.Name + ")."},
	}
	if own := comment(t.Doc); len(own) > 0 {
		v.Doc = append(append(v.Doc, ""), own...)
	}
	for _, f := range t.Fields {
		v.Fields = append(v.Fields, member{
			Doc:  g.fieldDoc(f),
			Name: n.fields[f],
			Type: g.keyType(f, im),
			Tag:  structTag(tag{"json", keyName(f)}, tag{"validate", validate(f, keyPointer(f), f.List && f.Optional)}),
		})
		typ, expr := g.keyColumn(f, im)
		v.ColumnFields = append(v.ColumnFields, member{Name: n.cols[f], Type: typ})
		v.ColumnValues = append(v.ColumnValues, value{Name: n.cols[f], Expr: expr})
		if v.Keys != "" {
			v.Keys += ", "
		}
		v.Keys += strconv.Quote(f.Name)
	}
	if n.open {
		v.Others = []member{{
			Doc:  []string{"Others holds the keys the schema does not declare, as read."},
			Name: "Others", Type: "map[string]json.RawMessage", Tag: structTag(tag{"json", "-"}),
		}}
	}
	return v
}

// keyPointer reports whether a key's Go value is a pointer. A key with a default is one too: nil
// leaves the key out, so that the default fills it, while a zero value is written as it is.
func keyPointer(f *schema.Field) bool { return (f.Optional || f.Default != nil) && !nilable(f) }

func (g *generator) keyType(f *schema.Field, im imports) string {
	if keyPointer(f) {
		return "*" + g.valueType(f, im)
	}
	return g.valueType(f, im)
}

func keyName(f *schema.Field) string {
	if keyPointer(f) || nilable(f) {
		return f.Name + ",omitzero"
	}
	return f.Name
}

// keyColumn is the typed column of a key inside a Json field.
func (g *generator) keyColumn(f *schema.Field, im imports) (typ, expr string) {
	typ, call := g.columnType(f, im)
	at := "(model, field, index, at(" + strconv.Quote(f.Name) + ")...)"
	if f.JSONType != nil && !f.List {
		return typ, call + at
	}
	return typ, atVariant(call) + at
}

// atVariant turns a constructor's name into that of the variant for a key: litestone.IntAt for
// litestone.Int, litestone.ListAt[T] for litestone.ListOf[T].
func atVariant(call string) string {
	name, arg := call, ""
	for i, c := range call {
		if c == '[' {
			name, arg = call[:i], call[i:]
			break
		}
	}
	if n := len(name) - len("Of"); n > 0 && name[n:] == "Of" {
		name = name[:n]
	}
	return name + "At" + arg
}
