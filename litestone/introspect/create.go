package introspect

import (
	"sort"
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
)

// created is what only the text of a CREATE TABLE tells.
type created struct {
	generated     map[string]string // folded column → expression in normal form
	collations    map[string]string // folded column → COLLATE
	checks        []catalog.Check
	autoincrement bool
}

// parseTable reads the text of a CREATE TABLE as SQLite stored it. SQLite has accepted the
// text, so it is well formed; a text it did not write gives what can be made out.
func parseTable(sql string) created {
	out := created{generated: map[string]string{}, collations: map[string]string{}}
	tokens := tokenize(sql)
	open := 0
	for open < len(tokens) && !tokens[open].is("(") {
		open++
	}
	for _, item := range items(tokens, open) {
		column, rest := "", item
		if !tableConstraint(item) {
			column, rest = item[0].text, item[1:]
		}
		out.read(column, rest)
	}
	sort.Slice(out.checks, func(i, j int) bool {
		a, b := out.checks[i], out.checks[j]
		if a.Column != b.Column {
			return a.Column < b.Column
		}
		return a.Expr < b.Expr
	})
	return out
}

// AfterName gives a stored CREATE TABLE text after the table's name: SQLite keeps it as
// CREATE TABLE name … (https://www.sqlite.org/schematab.html). Empty for what is no such text.
func AfterName(sql string) string {
	tokens := tokenize(sql)
	if len(tokens) < 4 || !tokens[0].is("create") || !tokens[1].is("table") {
		return ""
	}
	return sql[tokens[2].end:]
}

// items cuts the list whose parenthesis opens at i at its commas. None is empty.
func items(tokens []token, open int) [][]token {
	if open >= len(tokens) {
		return nil
	}
	stop := closing(tokens, open)
	var out [][]token
	for i, from := open+1, open+1; i <= stop && i <= len(tokens); i++ {
		if i < stop && tokens[i].is("(") {
			i = closing(tokens, i)
		}
		if i >= stop || tokens[i].is(",") {
			if last := min(i, stop, len(tokens)); from < last {
				out = append(out, tokens[from:last])
			}
			from = i + 1
		}
	}
	return out
}

func tableConstraint(item []token) bool {
	for _, k := range [...]string{"constraint", "primary", "unique", "check", "foreign"} {
		if item[0].is(k) {
			return true
		}
	}
	return false
}

// read takes the clauses of one column or table constraint.
func (c *created) read(column string, rest []token) {
	for i := 0; i < len(rest); i++ {
		t := rest[i]
		group := i+1 < len(rest) && rest[i+1].is("(")
		switch {
		case t.is("check") && group:
			stop := closing(rest, i+1)
			c.checks = append(c.checks, catalog.Check{Column: column, Expr: normal(strip(rest[i+1 : min(stop+1, len(rest))]))})
			i = stop
		case t.is("as") && group && column != "":
			stop := closing(rest, i+1)
			c.generated[catalog.Fold(column)] = normal(strip(rest[i+1 : min(stop+1, len(rest))]))
			i = stop
		case t.is("collate") && i+1 < len(rest) && column != "":
			if s := strings.ToUpper(rest[i+1].text); s != "BINARY" {
				c.collations[catalog.Fold(column)] = s
			}
			i++
		case t.is("autoincrement"):
			c.autoincrement = true
		case t.is("("):
			i = closing(rest, i)
		}
	}
}

// indexText is what only the text of a CREATE INDEX tells.
type indexText struct {
	exprs []string // per part, in normal form
	where string   // in normal form
}

func parseIndex(sql string) indexText {
	var out indexText
	tokens := tokenize(sql)
	open := 0
	for open < len(tokens) && !tokens[open].is("(") {
		open++
	}
	for _, item := range items(tokens, open) {
		out.exprs = append(out.exprs, normal(strip(partExpr(item))))
	}
	if stop := closing(tokens, open); stop+1 < len(tokens) && tokens[stop+1].is("where") {
		out.where = normal(strip(tokens[stop+2:]))
	}
	return out
}

// partExpr leaves out COLLATE x, ASC and DESC, which the pragma tells.
func partExpr(item []token) []token {
	if n := len(item); n > 1 && (item[n-1].is("asc") || item[n-1].is("desc")) {
		item = item[:n-1]
	}
	if n := len(item); n > 2 && item[n-2].is("collate") {
		item = item[:n-2]
	}
	return item
}

// parseVirtual reads CREATE VIRTUAL TABLE t USING module(arguments).
func parseVirtual(sql string) (module string, args [][]token) {
	tokens := tokenize(sql)
	for i := 0; i+1 < len(tokens); i++ {
		if tokens[i].is("using") {
			module = catalog.Fold(tokens[i+1].text)
			if i+2 < len(tokens) {
				args = items(tokens, i+2)
			}
			return module, args
		}
	}
	return "", nil
}

// parseFTS makes the facts of an FTS5 table from its arguments.
func parseFTS(table, sql string, args [][]token) catalog.FTS {
	out := catalog.FTS{Name: table, SQL: sql, Normal: Normal(sql)}
	for _, a := range args {
		if len(a) < 2 || !a[1].is("=") {
			out.Columns = append(out.Columns, a[0].text)
			continue
		}
		var b strings.Builder
		for _, t := range a[2:] {
			if t.kind == text && t.text[0] == '\'' {
				t.text, _ = quoted(t.text, 0)
			}
			b.WriteString(t.text)
		}
		switch option := catalog.Fold(a[0].text); option {
		case "content":
			out.Content = b.String()
		case "content_rowid":
			out.ContentRowID = b.String()
		default:
			out.Options = append(out.Options, option+"="+b.String())
		}
	}
	sort.Strings(out.Options)
	return out
}
