package migrate

import (
	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/introspect"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// The versions of SQLite that brought a form of ALTER TABLE.
const (
	dropsColumns = 3035005 // DROP COLUMN, without the bugs of its first release
	setsNotNull  = 3053000 // ALTER COLUMN … SET NOT NULL and DROP NOT NULL
)

// alter changes a table in place. The can… functions have said that it can be.
func (d *differ) alter(want, live *catalog.Table, c comparison) {
	table := "ALTER TABLE main." + ddl.Quote(live.Name)
	for _, w := range c.added {
		f := fieldOf(d.model(want.Name), w.Name)
		d.adds = append(d.adds, Step{Change: AddColumn{want.Name, w.Name}, Comment: "add column " + want.Name + "." + w.Name,
			SQL: []string{table + " ADD COLUMN " + ddl.AddedColumn(f)}})
	}
	for _, w := range c.nullable {
		step := Step{Change: SetNotNull{want.Name, w.Name, w.NotNull}, Comment: "column " + want.Name + "." + w.Name + " becomes optional",
			SQL: []string{table + " ALTER COLUMN " + ddl.Quote(w.Name) + " DROP NOT NULL"}}
		if w.NotNull {
			m := d.model(want.Name)
			f := fieldOf(m, w.Name)
			step.Comment = "column " + want.Name + "." + w.Name + " becomes required"
			step.SQL[0] = table + " ALTER COLUMN " + ddl.Quote(w.Name) + " SET NOT NULL"
			step.Checks = []Check{{SQL: "SELECT count(*) FROM main." + ddl.Quote(live.Name) + " WHERE " + ddl.Quote(w.Name) + " IS NULL", Code: liteerr.NotNull,
				Model: modelName(m, want.Name), Fields: []string{fieldName(f, w.Name)}, Message: "becomes required and holds null", Hint: "give it a default, or fill the rows first"}}
		}
		d.adds = append(d.adds, step)
	}
	for _, l := range c.dropped {
		step := Step{Change: DropColumn{want.Name, l.Name}, Comment: "drop column " + want.Name + "." + l.Name,
			SQL: []string{table + " DROP COLUMN " + ddl.Quote(l.Name)}}
		if l.Generated == catalog.NotGenerated {
			step.Loses = []Loss{lossOf(want.Name, live.Name, l.Name)}
		}
		d.adds = append(d.adds, step)
	}
}

// lossOf asks how many rows hold a value in a column that goes.
func lossOf(table, live, column string) Loss {
	return Loss{Table: table, Column: column, SQL: "SELECT count(" + ddl.Quote(column) + ") FROM main." + ddl.Quote(live)}
}

// canAdd reports whether ALTER TABLE can add the columns and gives old rows what a rebuild
// would (https://www.sqlite.org/lang_altertable.html#alter_table_add_column): no STORED
// column, and a value for old rows that is the same for all of them. A key or UNIQUE that
// comes along is a reason to rebuild already.
func (d *differ) canAdd(want, live *catalog.Table, added []*catalog.Column) bool {
	m := d.model(want.Name)
	for _, w := range added {
		f := fieldOf(m, w.Name)
		if f == nil || w.Generated == catalog.Stored {
			return false
		}
		if w.Generated == catalog.Virtual {
			continue
		}
		constant := ddl.ConstantDefault(f)
		if w.Default != "" && !constant || w.NotNull && !constant {
			return false
		}
		if !constant && d.fill(f, live) != "" {
			return false // @default(sibling): old rows get the sibling's value
		}
		references := false
		for _, k := range want.ForeignKeys {
			if references = references || len(k.Columns) == 1 && catalog.Same(k.Columns[0], w.Name); references && constant {
				return false // refused while foreign keys are watched
			}
		}
	}
	return true
}

// canDrop reports whether ALTER TABLE can drop the columns
// (https://www.sqlite.org/lang_altertable.html#alter_table_drop_column): nothing else in the file
// may name them. Whether a trigger or view means this column or another's of its name is not
// asked; a rebuild is right in either case.
func (d *differ) canDrop(want, live *catalog.Table, dropped []*catalog.Column) bool {
	if len(dropped) == 0 {
		return true
	}
	if d.version < dropsColumns {
		return false
	}
	gone := map[string]bool{}
	for _, l := range dropped {
		gone[catalog.Fold(l.Name)] = true
	}
	named := func(names ...string) bool {
		for _, n := range names {
			if gone[catalog.Fold(n)] {
				return true
			}
		}
		return false
	}
	inText := func(sql string) bool { return named(namesIn(sql)...) }
	if named(live.Key...) {
		return false
	}
	for i := range live.Indexes {
		x := &live.Indexes[i]
		if !x.Constraint && want.Index(x.Name) == nil && ours(live.Name, x.Name) {
			continue // dropped before
		}
		if named(x.Columns()...) || inText(x.SQL) {
			return false
		}
	}
	for _, k := range live.Checks {
		if !named(k.Column) && inText(k.Expr) {
			return false
		}
	}
	for i := range live.Columns {
		if c := &live.Columns[i]; inText(c.Expr) {
			return false
		}
	}
	for i := range d.live.Tables {
		t := &d.live.Tables[i]
		for _, f := range t.ForeignKeys {
			if catalog.Same(t.Name, live.Name) && named(f.Columns...) || catalog.Same(f.Parent, live.Name) && named(f.Remote...) {
				return false
			}
		}
		for _, g := range t.Triggers {
			if inText(g.SQL) {
				return false
			}
		}
	}
	for i := range d.live.Views {
		v := &d.live.Views[i]
		if inText(v.SQL) {
			return false
		}
		for _, g := range v.Triggers {
			if inText(g.SQL) {
				return false
			}
		}
	}
	return true
}

// canSetNotNull reports whether ALTER TABLE can change NOT NULL of the columns: what is null now
// is refused then, so no default may be there to fill it.
func (d *differ) canSetNotNull(live *catalog.Table, columns []*catalog.Column) bool {
	for _, w := range columns {
		if d.version < setsNotNull || catalog.Same(live.IntegerKey(), w.Name) {
			return false
		}
		for _, k := range live.Key {
			if catalog.Same(k, w.Name) {
				return false
			}
		}
		if f := fieldOf(d.model(live.Name), w.Name); w.NotNull && d.fill(f, live) != "" {
			return false
		}
		if w.NotNull && w.Default != "" {
			return false // a way back: the default fills
		}
	}
	return true
}

// namesIn gives the names an SQL text could mean, texts included: SQLite reads one in double
// quotes as either.
func namesIn(sql string) []string {
	var out []string
	for _, s := range introspect.Statements(sql) {
		for _, t := range s.List {
			if t.Name {
				out = append(out, t.Text)
			}
		}
	}
	return out
}
