package migrate

import (
	"sort"
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// newPrefix begins the name a table is built under before it takes the old one's place.
const newPrefix = "_litestone_new_"

// copied is how the rows of an old table become those of the new one: for each column that
// gets a value, the expression over the old table.
type copied struct {
	columns []string
	exprs   []string
	checks  []Check
}

func (c *copied) add(column, expr string) {
	c.columns = append(c.columns, column)
	c.exprs = append(c.exprs, expr)
}

// source is a subquery that answers the new rows from the old table, for the checks that ask
// about them. Generated columns are not among its columns.
func (c *copied) source(live *catalog.Table) string {
	parts := make([]string, len(c.exprs))
	for i, e := range c.exprs {
		parts[i] = e + " AS " + ddl.Quote(c.columns[i])
	}
	return "(SELECT " + strings.Join(parts, ", ") + " FROM main." + ddl.Quote(live.Name) + ")"
}

func (c *copied) has(column string) bool {
	for _, n := range c.columns {
		if catalog.Same(n, column) {
			return true
		}
	}
	return false
}

// copyRows decides about each column of the new table.
func (d *differ) copyRows(want, live *catalog.Table) copied {
	var out copied
	m := d.model(want.Name)
	from := " FROM main." + ddl.Quote(live.Name)
	for i := range want.Columns {
		w := &want.Columns[i]
		if w.Generated != catalog.NotGenerated {
			continue
		}
		f := fieldOf(m, w.Name)
		refuse := func(code liteerr.Code, count, message, hint string) {
			out.checks = append(out.checks, Check{SQL: "SELECT count(*)" + from + count, Code: code,
				Model: modelName(m, want.Name), Fields: []string{fieldName(f, w.Name)}, Message: message, Hint: hint})
		}
		l := live.Column(w.Name)
		fill := d.fill(f, live)
		if l == nil {
			if fill == "" {
				fill = d.numbers(f, live)
			}
			switch {
			case fill != "":
				out.add(w.Name, fill)
			case w.NotNull:
				refuse(liteerr.NotNull, "", "the new required field would have no value", "give it a default, or make it optional")
			}
			continue
		}
		c := ddl.Quote(l.Name)
		conv := convert(c, w, l, live.Strict || !want.Strict, f)
		if conv.fits != "" {
			refuse(liteerr.Validation, " WHERE "+c+" IS NOT NULL AND ("+conv.fits+") IS NOT TRUE",
				"holds values that cannot become "+typeName(f, w.Type)+" unchanged", "change the values first, or keep the old type")
		}
		required := w.NotNull || catalog.Same(want.IntegerKey(), w.Name)
		if required && !l.NotNull && !catalog.Same(live.IntegerKey(), l.Name) {
			if fill == "" {
				refuse(liteerr.NotNull, " WHERE "+c+" IS NULL", "becomes required and holds null", "give it a default, or fill the rows first")
			} else {
				conv.expr = "coalesce(" + conv.expr + ", " + fill + ")"
			}
		}
		out.add(w.Name, conv.expr)
	}
	return out
}

// rebuild makes the step that puts a new table in the place of an old one, after the twelve
// steps of https://www.sqlite.org/lang_altertable.html#otheralter. Our own indexes, triggers
// and full-text tables follow as steps of their own; those of others are remade here.
func (d *differ) rebuild(s ddl.Statement, want, live *catalog.Table, c comparison) Step {
	rows := d.copyRows(want, live)
	columns, exprs := rows.columns, rows.exprs
	// The rowid of a table without an integer key orders its rows and ties it to its
	// full-text table: it is kept.
	if n := rowid(want); n != "" && want.IntegerKey() == "" && live.IntegerKey() == "" && rowid(live) == n {
		columns, exprs = append([]string{n}, columns...), append([]string{n}, exprs...)
	}
	fresh := newPrefix + want.Name
	step := Step{
		Comment:  "rebuild table " + want.Name + ": " + strings.Join(c.reasons, "; "),
		Checks:   rows.checks,
		rebuilds: true,
	}
	change := RebuildTable{Table: want.Name, Reasons: c.reasons}
	step.SQL = append(step.SQL, s.Under(fresh))
	if len(columns) > 0 {
		step.SQL = append(step.SQL, "INSERT INTO "+ddl.Quote(fresh)+" ("+quoteList(columns)+")\nSELECT "+strings.Join(exprs, ", ")+"\nFROM main."+ddl.Quote(live.Name))
	} else {
		// No column of the old table goes on; a row each, all defaults, cannot be said in SQL.
		step.Checks = append(step.Checks, Check{SQL: "SELECT count(*) FROM main." + ddl.Quote(live.Name), Code: liteerr.Validation,
			Model: modelName(d.model(want.Name), want.Name), Message: "no column of the table stays, so its rows would keep nothing", Hint: "keep a column, or use a new model"})
	}
	step.SQL = append(step.SQL,
		"DROP TABLE main."+ddl.Quote(live.Name),
		"ALTER TABLE "+ddl.Quote(fresh)+" RENAME TO "+ddl.Quote(want.Name))
	for _, l := range c.dropped {
		change.Dropped = append(change.Dropped, l.Name)
		if l.Generated == catalog.NotGenerated {
			step.Loses = append(step.Loses, Loss{Table: want.Name, Column: l.Name,
				SQL: "SELECT count(" + ddl.Quote(l.Name) + ") FROM main." + ddl.Quote(live.Name)})
		}
	}
	step.Checks = append(step.Checks, d.checkConstraints(want, live, &rows)...)
	again, lost := d.remade(want, live)
	step.SQL = append(step.SQL, again...)
	for _, name := range lost {
		step.Comment += "; index " + name + " goes with its column"
	}
	step.Change = change
	return step
}

// remade gives the statements that bring back what others put on the old table, and the names
// of their indexes that cannot come back.
func (d *differ) remade(want, live *catalog.Table) (out, lost []string) {
	for i := range live.Indexes {
		x := &live.Indexes[i]
		if x.Constraint || ours(live.Name, x.Name) || want.Index(x.Name) != nil {
			continue
		}
		if coveredBy(want, live, x) {
			out = append(out, x.SQL)
		} else {
			lost = append(lost, x.Name)
		}
	}
	ownTriggers := map[string]bool{}
	for _, s := range d.search[catalog.Fold(want.Name)] {
		ownTriggers[catalog.Fold(s.Name)] = true
	}
	for _, f := range d.ownSearch(live) {
		for _, g := range f.triggers {
			ownTriggers[catalog.Fold(g)] = true
		}
	}
	for _, g := range live.Triggers {
		if !ownTriggers[catalog.Fold(g.Name)] {
			out = append(out, g.SQL)
		}
	}
	return out, lost
}

// coveredBy reports whether another's index can stand on the new table: none of the columns
// that go is named in it.
func coveredBy(want, live *catalog.Table, x *catalog.Index) bool {
	gone := map[string]bool{}
	for i := range live.Columns {
		if want.Column(live.Columns[i].Name) == nil {
			gone[catalog.Fold(live.Columns[i].Name)] = true
		}
	}
	if len(gone) == 0 {
		return true
	}
	for _, n := range namesIn(x.SQL) {
		if gone[catalog.Fold(n)] {
			return false
		}
	}
	return true
}

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

func (d *differ) model(table string) *schema.Model { return d.models[catalog.Fold(table)] }

func fieldOf(m *schema.Model, column string) *schema.Field {
	if m == nil {
		return nil
	}
	for _, f := range m.Columns {
		if catalog.Same(f.Column, column) {
			return f
		}
	}
	return nil
}

func fieldName(f *schema.Field, column string) string {
	if f == nil {
		return column
	}
	return f.Name
}

func fieldNames(m *schema.Model, columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = fieldName(fieldOf(m, c), c)
	}
	sort.Strings(out)
	return out
}

// typeName is what the schema calls a column's type.
func typeName(f *schema.Field, column string) string {
	if f == nil || f.List || f.Encrypted != nil {
		return column
	}
	switch f.Type {
	case schema.Integer:
		return "Integer"
	case schema.Boolean:
		return "Boolean"
	case schema.Real:
		return "Real"
	case schema.DateTime:
		return "DateTime"
	case schema.Blob:
		return "Blob"
	case schema.EnumType:
		return f.Enum.Name
	case schema.Json:
		return "Json"
	}
	return "Text"
}

func modelName(m *schema.Model, table string) string {
	if m == nil {
		return table
	}
	return m.Name
}
