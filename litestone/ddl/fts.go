package ddl

import (
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// FTSColumns gives the column names of a model's full-text table, in the order of its fields.
// They are the columns' own names but for the few FTS5 keeps to itself: rank, rowid and the
// full-text table's name (https://www.sqlite.org/fts5.html); those get an underscore.
func FTSColumns(m *schema.Model) []string {
	out := columns(m.FTS.Fields)
	taken := map[string]bool{"rank": true, "rowid": true, strings.ToLower(m.FTS.Table): true}
	for _, c := range out {
		taken[strings.ToLower(c)] = true
	}
	for i, c := range out {
		if !reserved(m, c) {
			continue
		}
		for c += "_"; taken[strings.ToLower(c)]; c += "_" {
		}
		taken[strings.ToLower(c)] = true
		out[i] = c
	}
	return out
}

func reserved(m *schema.Model, column string) bool {
	return strings.EqualFold(column, "rank") || strings.EqualFold(column, "rowid") || strings.EqualFold(column, m.FTS.Table)
}

// fullText gives a model's FTS5 table with external content and the triggers that keep it.
//
// The update trigger compares values instead of naming columns (UPDATE OF): a generated column
// is never named in SET, and an update that changes nothing searchable, like a soft delete,
// must not touch the index. An external-content table has to be told the old text to forget.
func fullText(m *schema.Model) []Statement {
	x := m.FTS
	if x == nil {
		return nil
	}
	names, fts, table := FTSColumns(m), Quote(x.Table), Quote(m.Table)
	source, out := m.Table, []Statement(nil)
	if v, ok := contentView(m, names); ok {
		source, out = v.Name, append(out, v)
	}
	options := []string{quoteAll(names), "content=" + Quote(source), "content_rowid=" + Quote(x.RowID)}
	if x.Tokenizer != "" {
		options = append(options, "tokenize="+Quote(x.Tokenizer))
	}
	out = append(out, Statement{Kind: FTS, Name: x.Table, Table: m.Table,
		SQL: "CREATE VIRTUAL TABLE " + fts + " USING fts5(" + strings.Join(options, ", ") + ")"})

	row := func(side string) string {
		values := []string{side + "." + Quote(x.RowID)}
		for _, f := range x.Fields {
			values = append(values, side+"."+Quote(f.Column))
		}
		return strings.Join(values, ", ")
	}
	list := "rowid, " + quoteAll(names)
	insert := "INSERT INTO " + fts + " (" + list + ") VALUES (" + row("new") + ");"
	forget := "INSERT INTO " + fts + " (" + fts + ", " + list + ") VALUES ('delete', " + row("old") + ");"
	changed := []string{"old." + Quote(x.RowID) + " IS NOT new." + Quote(x.RowID)}
	for _, f := range x.Fields {
		changed = append(changed, "old."+Quote(f.Column)+" IS NOT new."+Quote(f.Column))
	}
	trigger := func(suffix, event, when, body string) {
		name := x.Table + suffix
		out = append(out, Statement{Kind: Trigger, Name: name, Table: m.Table,
			SQL: "CREATE TRIGGER " + Quote(name) + " AFTER " + event + " ON " + table + when + " BEGIN\n" + body + "END"})
	}
	trigger("_insert", "INSERT", "", "  "+insert+"\n")
	trigger("_delete", "DELETE", "", "  "+forget+"\n")
	trigger("_update", "UPDATE", " WHEN "+strings.Join(changed, " OR "), "  "+forget+"\n  "+insert+"\n")
	return out
}

// contentView gives the view a full-text table reads its content from when the columns of the
// table cannot go by their own names.
func contentView(m *schema.Model, names []string) (Statement, bool) {
	renamed := false
	key := Quote(m.Table) + "." + Quote(m.FTS.RowID)
	parts := []string{key + " AS " + Quote(m.FTS.RowID)}
	for i, f := range m.FTS.Fields {
		renamed = renamed || names[i] != f.Column
		parts = append(parts, Quote(m.Table)+"."+Quote(f.Column)+" AS "+Quote(names[i]))
	}
	if !renamed {
		return Statement{}, false
	}
	name := m.FTS.Table + "_source"
	return Statement{Kind: View, Name: name, Table: m.Table,
		SQL: "CREATE VIEW " + Quote(name) + " AS SELECT " + strings.Join(parts, ", ") + " FROM " + Quote(m.Table)}, true
}
