package migrate

import (
	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/schema"
)

// conversion says how a column's old values become values of a new type: expr gives the new
// value, fits is true for the old values that have one. An empty fits takes them all.
type conversion struct{ expr, fits string }

// convert never changes what a value says: a text becomes a number only if it is one, a real
// an integer only if nothing is cut off. c is the quoted old column. A table that was not
// STRICT may hold anything in any column, so there the values are looked at even when the
// declared type is right.
func convert(c string, want, live *catalog.Column, strict bool, f *schema.Field) conversion {
	if want.Type == live.Type && strict || want.Type == "ANY" || want.Type == "" {
		return conversion{expr: c}
	}
	switch want.Type {
	case "INTEGER", "INT":
		expr := "CAST(" + c + " AS INTEGER)"
		asText := "CASE WHEN json_valid(" + c + ") THEN json_type(" + c + ") = 'integer' AND CAST(CAST(" + c + " AS INTEGER) AS TEXT) = trim(" + c + ") ELSE 0 END"
		if f != nil && f.Type == schema.Boolean && !f.List {
			expr = "CASE lower(" + c + ") WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE " + expr + " END"
			asText = "lower(" + c + ") IN ('true', 'false') OR " + asText
		}
		return conversion{expr, "CASE typeof(" + c + ") WHEN 'integer' THEN 1 WHEN 'real' THEN CAST(" + c + " AS INTEGER) = " + c +
			" WHEN 'text' THEN " + asText + " ELSE 0 END"}
	case "REAL":
		return conversion{"CAST(" + c + " AS REAL)", "CASE typeof(" + c + ") WHEN 'real' THEN 1 WHEN 'integer' THEN CAST(CAST(" + c +
			" AS REAL) AS INTEGER) = " + c + " WHEN 'text' THEN CASE WHEN json_valid(" + c + ") THEN json_type(" + c +
			") IN ('integer', 'real') ELSE 0 END ELSE 0 END"}
	case "TEXT":
		if f != nil && f.Type == schema.DateTime && !f.List && f.Encrypted == nil {
			// A number could be seconds, milliseconds or days: nobody can tell.
			return conversion{"CAST(" + c + " AS TEXT)", "typeof(" + c + ") = 'text'"}
		}
		return conversion{"CAST(" + c + " AS TEXT)", "typeof(" + c + ") <> 'blob'"}
	case "BLOB":
		return conversion{expr: "CAST(" + c + " AS BLOB)"}
	}
	return conversion{expr: c}
}
