package migrate

import (
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// newPrefix begins the name a table is built under before it takes the old one's place.
const newPrefix = "_litestone_new_"

// copied is how the rows of an old table become those of the new one: for each column that
// gets a value, the expression over the old table.
type copied struct {
	columns []string
	exprs   []string
	checks  []Check

	numbered bool // an expression looks at other rows
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
		if f == nil && w.Default != "" {
			fill = "(" + w.Default + ")" // a way back knows no fields
		}
		if l == nil {
			if fill == "" {
				fill = d.numbers(f, live)
				out.numbered = out.numbered || fill != ""
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
	keep, gone := carried(want, live)
	step.SQL = append(step.SQL, s.Under(fresh, keep...))
	for _, expr := range gone {
		step.Comment += "; CHECK (" + expr + ") goes with its column"
	}
	if len(columns) > 0 {
		step.copy = &rowCopy{at: len(step.SQL), table: live.Name, rowid: rowid(live)}
		if rows.numbered {
			step.copy.rowid = "" // all rows at once: they are numbered over the whole table
		}
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
			step.Loses = append(step.Loses, lossOf(want.Name, live.Name, l.Name))
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
