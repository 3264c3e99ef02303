package ddl

import (
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// ColumnType gives the declared type of a field's column. Every one of them is a type a STRICT
// table knows (https://www.sqlite.org/stricttables.html).
func ColumnType(f *schema.Field) string {
	if f.Encrypted != nil || f.List {
		return "TEXT" // an envelope, or a JSON array
	}
	switch f.Type {
	case schema.Integer, schema.Boolean:
		return "INTEGER"
	case schema.Real:
		return "REAL"
	case schema.Blob:
		return "BLOB"
	}
	return "TEXT"
}

// columnCheck gives the condition a stored value must meet, or "". NULL passes every CHECK.
// An encrypted value is an envelope, and a generated one is nobody's to correct: no check.
func columnCheck(f *schema.Field) string {
	if f.Encrypted != nil || f.Generated != nil {
		return ""
	}
	c := Tick(f.Column)
	switch {
	case f.List || f.Type == schema.Json:
		return "json_valid(" + c + ")"
	case f.Type == schema.Boolean:
		return c + " IN (0, 1)"
	case f.Type == schema.EnumType && f.Enum != nil:
		values := make([]string, len(f.Enum.Values))
		for i, v := range f.Enum.Values {
			values[i] = TextLiteral(v.Name)
		}
		return c + " IN (" + strings.Join(values, ", ") + ")"
	}
	return ""
}

// Column gives a field's column definition as it stands in CREATE TABLE and in ADD COLUMN.
func Column(f *schema.Field) string {
	var b strings.Builder
	b.WriteString(Quote(f.Column) + " " + ColumnType(f))
	if f.Model != nil && f.Model.IntegerKey() == f {
		b.WriteString(" PRIMARY KEY")
		return b.String()
	}
	if g := f.Generated; g != nil {
		b.WriteString(" GENERATED ALWAYS AS (" + g.SQL + ")")
		if g.Stored {
			b.WriteString(" STORED")
		} else {
			b.WriteString(" VIRTUAL")
		}
		return b.String()
	}
	if !f.Optional || f.ID {
		b.WriteString(" NOT NULL")
	}
	if d := DefaultSQL(f); d != "" {
		b.WriteString(" DEFAULT " + d)
	}
	if c := columnCheck(f); c != "" {
		b.WriteString(" CHECK (" + c + ")")
	}
	return b.String()
}

// AddedColumn gives the definition for ALTER TABLE ADD COLUMN: a foreign key of this column
// alone comes with it, since no table constraint can be added later.
func AddedColumn(f *schema.Field) string {
	s := Column(f)
	for _, r := range foreignKeys(f.Model) {
		if len(r.Local) == 1 && r.Local[0] == f {
			s += " " + references(r)
		}
	}
	return s
}
