package migrate

import (
	"sort"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/schema"
)

// Tables and columns are SQLite's; errors speak of models and fields. Join and system tables
// have no model and go by their own names.

func (d *differ) model(table string) *schema.Model { return d.models[catalog.Fold(table)] }

// dates gives the columns of a model that hold DateTime values, folded.
func (d *differ) dates(table string) map[string]bool {
	m := d.model(table)
	if m == nil {
		return nil
	}
	out := map[string]bool{}
	for _, f := range m.Columns {
		if f.Type == schema.DateTime && !f.List && f.Encrypted == nil {
			out[catalog.Fold(f.Column)] = true
		}
	}
	return out
}

func fieldOf(m *schema.Model, column string) *schema.Field {
	if m == nil {
		return nil
	}
	for _, f := range m.Columns {
		if catalog.Same(f.Column, column) {
			return f
		}
	}
	return nil
}

func fieldName(f *schema.Field, column string) string {
	if f == nil {
		return column
	}
	return f.Name
}

func fieldNames(m *schema.Model, columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = fieldName(fieldOf(m, c), c)
	}
	sort.Strings(out)
	return out
}

// typeName is what the schema calls a column's type.
func typeName(f *schema.Field, column string) string {
	if f == nil || f.List || f.Encrypted != nil {
		return column
	}
	switch f.Type {
	case schema.Integer:
		return "Integer"
	case schema.Boolean:
		return "Boolean"
	case schema.Real:
		return "Real"
	case schema.DateTime:
		return "DateTime"
	case schema.Blob:
		return "Blob"
	case schema.EnumType:
		return f.Enum.Name
	case schema.Json:
		return "Json"
	}
	return "Text"
}

func modelName(m *schema.Model, table string) string {
	if m == nil {
		return table
	}
	return m.Name
}
