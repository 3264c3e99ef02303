package lite2go

import (
	"slices"

	"github.com/litestone-go/orm/litestone/schema"
)

// Packages that generated code may import.
const (
	pkgBun       = "github.com/uptrace/bun"
	pkgLitestone = "github.com/litestone-go/orm/litestone"
	pkgJSON      = "encoding/json"
	pkgContext   = "context"
	pkgValidator = "github.com/go-playground/validator/v10"
)

// imports collects what one generated file refers to.
type imports map[string]bool

// groups gives the import paths sorted, the standard library's apart from the others.
func (im imports) groups() (std, others []string) {
	for p := range im {
		switch p {
		case pkgJSON, pkgContext:
			std = append(std, p)
		default:
			others = append(others, p)
		}
	}
	slices.Sort(std)
	slices.Sort(others)
	return std, others
}

// valueType is the Go type of one value that is not null.
func (g *generator) valueType(f *schema.Field, im imports) string {
	if f.List {
		return "[]" + g.elementType(f, im)
	}
	return g.elementType(f, im)
}

// elementType is the Go type of a scalar, or of a list's element.
func (g *generator) elementType(f *schema.Field, im imports) string {
	if f.Encrypted != nil {
		return "string" // the stored form is an envelope, whatever it holds
	}
	switch f.Type {
	case schema.Integer:
		return "int64"
	case schema.Real:
		return "float64"
	case schema.Boolean:
		return "bool"
	case schema.DateTime:
		im[pkgLitestone] = true
		return "litestone.Time"
	case schema.Json:
		if f.JSONType != nil {
			return g.names.types[f.JSONType.Name].name
		}
		im[pkgJSON] = true
		return "json.RawMessage"
	case schema.Blob:
		return "[]byte"
	case schema.File:
		im[pkgLitestone] = true
		return "litestone.FileRef"
	case schema.EnumType:
		return g.names.enums[f.Enum].name
	}
	return "string"
}

// nilable reports whether the value type itself has a nil that stands for null.
func nilable(f *schema.Field) bool {
	return f.List || f.Encrypted == nil && (f.Type == schema.Blob || f.Type == schema.Json && f.JSONType == nil)
}

// rowType is the type of a field in a row struct.
func (g *generator) rowType(f *schema.Field, im imports) string {
	switch {
	case f.Relation != nil:
		return g.relationType(f.Relation)
	case f.From != nil:
		return g.fromType(f, im)
	case f.Optional && !nilable(f):
		return "*" + g.valueType(f, im)
	}
	return g.valueType(f, im)
}

func (g *generator) relationType(r *schema.Relation) string {
	target := "*" + g.names.models[r.Target].row
	if r.List() {
		return "[]" + target
	}
	return target
}

// fromType is the type of a derived field. A count, a sum and an existence always have a value;
// the least and the greatest of nothing are null.
func (g *generator) fromType(f *schema.Field, im imports) string {
	switch f.From.Kind {
	case schema.FromCount:
		return "int64"
	case schema.FromExists:
		return "bool"
	case schema.FromFirst, schema.FromLast:
		return "*" + g.names.models[f.From.Relation.Target].row
	case schema.FromMin, schema.FromMax:
		if nilable(f) {
			return g.valueType(f, im)
		}
		return "*" + g.valueType(f, im)
	}
	return g.valueType(f, im)
}

// columnType is the type of a field in a set of typed columns, and the name of the constructor
// with its type argument. Constructors for a key inside typed Json end in At.
func (g *generator) columnType(f *schema.Field, im imports) (typ, constructor string) {
	im[pkgLitestone] = true
	switch {
	case f.Relation != nil && f.Relation.List():
		return "litestone.Many", "litestone.ToMany"
	case f.Relation != nil:
		return "litestone.One", "litestone.ToOne"
	case f.From != nil && f.From.Kind == schema.FromCount:
		return "litestone.IntColumn", "litestone.Int"
	case f.From != nil && f.From.Kind == schema.FromExists:
		return "litestone.BoolColumn", "litestone.Bool"
	case f.From != nil && (f.From.Kind == schema.FromFirst || f.From.Kind == schema.FromLast):
		return "litestone.JSONColumn", "litestone.JSONOf"
	case f.List:
		e := g.elementType(f, im)
		return "litestone.ListColumn[" + e + "]", "litestone.ListOf[" + e + "]"
	case f.Encrypted != nil:
		return "litestone.TextColumn", "litestone.Text"
	}
	switch f.Type {
	case schema.Integer:
		return "litestone.IntColumn", "litestone.Int"
	case schema.Real:
		return "litestone.RealColumn", "litestone.Real"
	case schema.Boolean:
		return "litestone.BoolColumn", "litestone.Bool"
	case schema.DateTime:
		return "litestone.TimeColumn", "litestone.TimeOf"
	case schema.Blob:
		return "litestone.BlobColumn", "litestone.BlobOf"
	case schema.EnumType:
		e := g.names.enums[f.Enum].name
		return "litestone.EnumColumn[" + e + "]", "litestone.EnumOf[" + e + "]"
	case schema.Json:
		if f.JSONType != nil {
			t := g.names.types[f.JSONType.Name]
			return t.columns, t.make
		}
		return "litestone.JSONColumn", "litestone.JSONOf"
	case schema.File:
		return "litestone.FileColumn", "litestone.FileOf"
	}
	return "litestone.TextColumn", "litestone.Text"
}
