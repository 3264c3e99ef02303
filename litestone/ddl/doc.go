// Package ddl writes the CREATE statements of a checked schema: tables, join tables, indexes,
// full-text tables and the triggers that keep them, and the system tables a schema needs.
//
// The statements are values in the order they must run. They are what package migrate builds
// its pristine database from, so nothing about the shape of a database is said anywhere else.
//
// Names are quoted by place: where SQLite can only read a name (a column's definition, a key,
// a foreign key) in double quotes; where it could read an unknown name as a string (CHECK,
// index, generated column, partial index) in backticks, which are never strings.
package ddl

import "github.com/litestone-go/orm/litestone/schema"

// Kind is what a Statement makes.
type Kind uint8

// The kinds of statements, in the order Build emits them.
const (
	Table     Kind = iota // a model's table
	JoinTable             // the table of an implicit many-to-many relation
	System                // a table of Litestone's own: see system.go
	Index                 // an index, unique or not
	View                  // the content view of a full-text table with odd column names
	FTS                   // an FTS5 table
	Trigger               // keeps a full-text table in step
)

func (k Kind) String() string {
	return [...]string{"table", "join table", "system table", "index", "view", "full-text table", "trigger"}[k]
}

// Statement is one CREATE statement, without a final semicolon.
type Statement struct {
	Kind  Kind
	Name  string // of what is made, unquoted
	Table string // the table it belongs to, unquoted; equal to Name for tables
	SQL   string

	body           string   // a table's text after its name
	lines, options []string // what the body is made of; nil where it was stored
}

// Stored makes a Statement of what a database keeps in sqlite_schema; body is a table's text after
// its name, empty for what is no table.
func Stored(kind Kind, name, table, sql, body string) Statement {
	return Statement{Kind: kind, Name: name, Table: table, SQL: sql, body: body}
}

// Under gives the CREATE TABLE text for the same table under another name, with further
// constraints at its end. A rebuild makes the new table beside the old one that way. It is
// empty for what is no table; a Stored table takes no further constraints.
func (s Statement) Under(name string, constraints ...string) string {
	if s.body == "" {
		return ""
	}
	body := s.body
	if len(constraints) > 0 && len(s.lines) > 0 {
		body = bodyOf(append(s.lines[:len(s.lines):len(s.lines)], constraints...), s.options)
	}
	return "CREATE TABLE " + Quote(name) + body
}

// Build gives the statements that make db from nothing. Tables of @@external models and of
// other databases are not among them; a database that is not SQLite has none.
func Build(s *schema.Schema, db *schema.Database) []Statement {
	if db.Driver != schema.SQLite {
		return nil
	}
	var out []Statement
	models := Models(s, db)
	for _, m := range models {
		out = append(out, ModelTable(m))
	}
	joins := Joins(s, db)
	for _, j := range joins {
		out = append(out, joinTable(j))
	}
	out = append(out, systemTables(models)...)
	for _, m := range models {
		out = append(out, indexes(m)...)
	}
	for _, j := range joins {
		out = append(out, joinIndex(j))
	}
	for _, m := range models {
		out = append(out, fullText(m)...)
	}
	return out
}

// Models gives the models whose tables Build makes in db, in declared order.
func Models(s *schema.Schema, db *schema.Database) []*schema.Model {
	var out []*schema.Model
	for _, m := range s.Models {
		if m.Database == db && !m.External {
			out = append(out, m)
		}
	}
	return out
}

// Joins gives the join tables Build makes in db.
func Joins(s *schema.Schema, db *schema.Database) []*schema.JoinTable {
	var out []*schema.JoinTable
	for _, j := range s.Joins {
		if j.Database == db && !j.A.External && !j.B.External {
			out = append(out, j)
		}
	}
	return out
}
