package ddl

import "github.com/litestone-go/orm/litestone/schema"

// joinTable is the table of an implicit many-to-many relation. Its rows are nothing but their
// key, so they live in the key's tree (WITHOUT ROWID) and a link cannot exist twice.
func joinTable(j *schema.JoinTable) Statement {
	end := func(column string, m *schema.Model) (def, fk string) {
		key := m.Key[0]
		def = Quote(column) + " " + ColumnType(key) + " NOT NULL"
		fk = "FOREIGN KEY (" + Quote(column) + ") REFERENCES " + Quote(m.Table) + " (" + Quote(key.Column) + ") ON DELETE CASCADE ON UPDATE CASCADE"
		return def, fk
	}
	a, fkA := end(j.ColumnA, j.A)
	b, fkB := end(j.ColumnB, j.B)
	lines := []string{a, b, "PRIMARY KEY (" + Quote(j.ColumnA) + ", " + Quote(j.ColumnB) + ")", fkA, fkB}
	return tableOf(JoinTable, j.Table, lines, []string{"STRICT", "WITHOUT ROWID"})
}

// joinIndex serves the walk from B to A; the key serves the other way.
func joinIndex(j *schema.JoinTable) Statement {
	name := "idx_" + j.Table + "_" + j.ColumnB
	return Statement{Kind: Index, Name: name, Table: j.Table,
		SQL: "CREATE INDEX " + Quote(name) + " ON " + Quote(j.Table) + " (" + Tick(j.ColumnB) + ")"}
}
