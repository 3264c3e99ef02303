package ddl

import (
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// ModelTable gives the CREATE TABLE of a model: its columns in schema order, then the key of
// several columns, uniques without a name, and foreign keys.
func ModelTable(m *schema.Model) Statement {
	var lines []string
	for _, f := range m.Columns {
		lines = append(lines, Column(f))
	}
	if len(m.Key) > 0 && m.IntegerKey() == nil {
		lines = append(lines, "PRIMARY KEY ("+quoteAll(columns(m.Key))+")")
	}
	for _, u := range m.Uniques {
		if u.Name == "" {
			lines = append(lines, "UNIQUE ("+quoteAll(columns(u.Fields))+")")
		}
	}
	for _, r := range foreignKeys(m) {
		lines = append(lines, "FOREIGN KEY ("+quoteAll(columns(r.Local))+") "+references(r))
	}
	var options []string
	if m.Strict {
		options = append(options, "STRICT")
	}
	return tableOf(Table, m.Table, lines, options)
}

func tableOf(kind Kind, name string, lines, options []string) Statement {
	s := Statement{Kind: kind, Name: name, Table: name, body: bodyOf(lines, options), lines: lines, options: options}
	s.SQL = s.Under(name)
	return s
}

func bodyOf(lines, options []string) string {
	body := " (\n  " + strings.Join(lines, ",\n  ") + "\n)"
	if len(options) > 0 {
		body += " " + strings.Join(options, ", ")
	}
	return body
}

// foreignKeys gives the relations whose columns this table holds and SQLite can watch over: a
// key cannot point into another file, at a view, or at a log.
func foreignKeys(m *schema.Model) []*schema.Relation {
	var out []*schema.Relation
	for _, r := range m.Relations {
		if r.Kind == schema.BelongsTo && r.Target.Database == m.Database && !r.Target.External {
			out = append(out, r)
		}
	}
	return out
}

func references(r *schema.Relation) string {
	return "REFERENCES " + Quote(r.Target.Table) + " (" + quoteAll(columns(r.Remote)) + ")" +
		action(" ON DELETE ", r.OnDelete) + action(" ON UPDATE ", r.OnUpdate)
}

func action(clause string, a schema.Action) string {
	switch a {
	case schema.Cascade:
		return clause + "CASCADE"
	case schema.SetNull:
		return clause + "SET NULL"
	case schema.SetDefault:
		return clause + "SET DEFAULT"
	case schema.Restrict:
		return clause + "RESTRICT"
	}
	return ""
}

func columns(fields []*schema.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Column
	}
	return out
}
