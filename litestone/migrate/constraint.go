package migrate

import (
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// checkConstraints asks whether the rows as they will be meet what the new table demands and
// the old one did not. What looks at generated columns is left to SQLite, which refuses too,
// only later and without a count.
func (d *differ) checkConstraints(want, live *catalog.Table, rows *copied) []Check {
	var out []Check
	m := d.model(want.Name)
	source := rows.source(live)
	known := map[string]bool{}
	for _, k := range live.Checks {
		known[k.Expr] = true
	}
	for _, k := range want.Checks {
		c := live.Column(k.Column)
		if known[k.Expr] && c != nil && want.Column(k.Column).Type == c.Type || k.Column == "" || !rows.has(k.Column) {
			continue
		}
		out = append(out, Check{SQL: "SELECT count(*) FROM " + source + " WHERE NOT (" + k.Expr + ")", Code: liteerr.Check,
			Model: modelName(m, want.Name), Fields: []string{fieldName(fieldOf(m, k.Column), k.Column)},
			Message: "holds values that CHECK (" + k.Expr + ") does not allow", Hint: "change these rows first"})
	}
	if !sameNames(want.Key, live.Key) && len(want.Key) > 0 {
		out = append(out, d.checkUnique(m, want.Key, source, rows.has)...)
	}
	for i := range want.Indexes {
		if x := &want.Indexes[i]; x.Constraint && !constrained(live, x) {
			out = append(out, d.checkUnique(m, x.Columns(), source, rows.has)...)
		}
	}
	there := map[string]bool{}
	for _, f := range live.ForeignKeys {
		there[foreignKeyText(f)] = true
	}
	for _, f := range want.ForeignKeys {
		if !there[foreignKeyText(f)] {
			out = append(out, d.checkForeignKey(m, want.Name, f, source, rows.has)...)
		}
	}
	return out
}

// checkUnique asks for values that stand in several rows. has tells the columns of source.
func (d *differ) checkUnique(m *schema.Model, columns []string, source string, has func(string) bool) []Check {
	var set []string
	for _, c := range columns {
		if !has(c) {
			return nil
		}
		set = append(set, ddl.Quote(c)+" IS NOT NULL")
	}
	list := quoteList(columns)
	return []Check{{
		SQL: "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM " + source + " WHERE " + strings.Join(set, " AND ") +
			" GROUP BY " + list + " HAVING n > 1)",
		Code: liteerr.Unique, Model: modelName(m, ""), Fields: fieldNames(m, columns),
		Message: "must become unique and is not", Hint: "change or delete these rows first"}}
}

// checkForeignKey asks for rows whose parent is missing. A parent that is made or changed by
// the same plan is judged at the end, by foreign_key_check.
func (d *differ) checkForeignKey(m *schema.Model, table string, f catalog.ForeignKey, source string, has func(string) bool) []Check {
	var set, match []string
	for i, c := range f.Columns {
		if !has(c) || i >= len(f.Remote) {
			return nil
		}
		set = append(set, "c."+ddl.Quote(c)+" IS NOT NULL")
		match = append(match, "p."+ddl.Quote(f.Remote[i])+" = c."+ddl.Quote(c))
	}
	missing := ""
	if p := d.live.Table(f.Parent); p != nil {
		for _, r := range f.Remote {
			if p.Column(r) == nil {
				return nil
			}
		}
		missing = " AND NOT EXISTS (SELECT 1 FROM main." + ddl.Quote(p.Name) + " AS p WHERE " + strings.Join(match, " AND ") + ")"
	}
	return []Check{{
		SQL:  "SELECT count(*) FROM " + source + " AS c WHERE " + strings.Join(set, " AND ") + missing,
		Code: liteerr.ForeignKey, Model: modelName(m, table), Fields: fieldNames(m, f.Columns),
		Message: "points at rows of " + f.Parent + " that are not there", Hint: "delete or correct these rows first"}}
}
