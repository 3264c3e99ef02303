package migrate

import (
	"strings"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/schema"
)

// sequencesOf gives the @sequence fields whose columns stand in db.
func sequencesOf(s *schema.Schema, db *schema.Database) []*schema.Field {
	var out []*schema.Field
	for _, m := range ddl.Models(s, db) {
		for _, f := range m.Columns {
			if f.Sequence != nil {
				out = append(out, f)
			}
		}
	}
	return out
}

// seedSQL sets the counters of a sequence that has none yet to the numbers its rows hold, so
// that the next number is free. A sequence that counts already is left alone.
func seedSQL(f *schema.Field) string {
	table := f.Model.Table
	scope := make([]string, len(f.Sequence.Scope))
	for i, s := range f.Sequence.Scope {
		scope[i] = ddl.Quote(table) + "." + ddl.Quote(s.Column)
	}
	key := "json_array(" + strings.Join(scope, ", ") + ")"
	column := ddl.Quote(table) + "." + ddl.Quote(f.Column)
	return "INSERT INTO main." + ddl.Quote(ddl.SequencesTable) + ` ("model", "field", "scope", "value")
SELECT ` + ddl.TextLiteral(table) + ", " + ddl.TextLiteral(f.Column) + ", " + key + ", max(" + column + ")\nFROM main." + ddl.Quote(table) +
		"\nWHERE " + column + " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM main." + ddl.Quote(ddl.SequencesTable) + ` AS s WHERE s."model" = ` +
		ddl.TextLiteral(table) + ` AND s."field" = ` + ddl.TextLiteral(f.Column) + ")\nGROUP BY " + key
}
