package ddl

import "github.com/litestone-go/orm/litestone/schema"

// The tables of Litestone's own. Their names begin with an underscore, which no model's table
// does, and they are made only where something needs them: the counters here when a model of
// the database has a @sequence, the state of migrations by package migrate, locks by the lock.
const (
	// SequencesTable holds the last number given out per sequence and scope. model and field
	// are the table's and the column's name; scope is a JSON array of the scope's column
	// values as stored, in the order @sequence names them: [5], ["acme",7], [] without one.
	SequencesTable = "_litestone_sequences"

	// StateTable holds what package migrate remembers about the database.
	StateTable = "_litestone"
)

func systemTables(models []*schema.Model) []Statement {
	for _, m := range models {
		for _, f := range m.Columns {
			if f.Sequence != nil {
				return []Statement{sequencesTable()}
			}
		}
	}
	return nil
}

func sequencesTable() Statement {
	return tableOf(System, SequencesTable, []string{
		`"model" TEXT NOT NULL`,
		`"field" TEXT NOT NULL`,
		`"scope" TEXT NOT NULL`,
		`"value" INTEGER NOT NULL`,
		`PRIMARY KEY ("model", "field", "scope")`,
	}, []string{"STRICT", "WITHOUT ROWID"})
}
