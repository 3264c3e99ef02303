package plan

import (
	"strings"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// Models of append-only databases are read on tables filled from their files. Beside the model's
// columns such a table has one that numbers the rows in the order they were written.

// LineColumn names the column that numbers the rows of an append-only model's table.
func LineColumn(m *schema.Model) string {
	name := "_line"
	for taken := true; taken; {
		taken = false
		for _, f := range m.Columns {
			taken = taken || strings.EqualFold(f.Column, name)
		}
		if taken {
			name += "_"
		}
	}
	return name
}

// asWritten orders the rows of an append-only model when the caller asks for no order.
func asWritten(t *Table, body *Body) {
	if t.Model.Database.Driver != schema.SQLite && len(body.OrderBy) == 0 && !body.Distinct {
		body.OrderBy = []Term{{X: Column{t, LineColumn(t.Model)}}}
	}
}

// served refuses what no database does, to stand in one statement with models of another one, and what an
// append-only one cannot: change rows.
func (b *builder) served(m *schema.Model, op schema.Operation) error {
	if b.home == nil {
		b.home = m.Database
	}
	if m.Database == b.home && (m.Database.Driver == schema.SQLite || op == schema.Read || op == schema.Create) {
		return nil
	}
	if m.Database != b.home {
		return &liteerr.Error{Code: liteerr.Unsupported, Model: m.Accessor, Err: errApart,
			Message: "the model is stored in database " + m.Database.Name + ", apart from " + b.home.Name, Hint: "read it by a call of its own"}
	}
	return &liteerr.Error{Code: liteerr.Unsupported, Model: m.Accessor,
		Message: "the model is stored in the append-only database " + m.Database.Name, Hint: "rows can be created and read there, nothing else"}
}
