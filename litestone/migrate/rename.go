package migrate

import (
	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/schema"
)

// renames finds the tables and columns that @was and @@was name and that still go by their old
// names. They come first in a plan; everything else is compared with the database as it is after
// them. A name that is there already, old or new, is left alone: the rename has happened, or
// never was.
//
// SQLite carries the new name into keys, triggers, views and indexes by itself
// (https://www.sqlite.org/lang_altertable.html#alter_table_rename). It does not for a full-text
// table, which is made anew, nor for names of indexes.
func renames(s *schema.Schema, d *schema.Database, want, live *catalog.Catalog) []Step {
	r := renamer{want: want, live: live, now: map[string]*catalog.Table{}, gone: map[string]bool{}}
	for _, m := range ddl.Models(s, d) {
		r.table(m.Table, m.WasTables())
	}
	joins := ddl.Joins(s, d)
	for _, j := range joins {
		if j.Was != nil {
			r.table(j.Table, []string{j.Was.Table})
		}
	}
	for _, m := range ddl.Models(s, d) {
		for _, f := range m.Columns {
			if f.Was != "" {
				r.column(m.Table, f.Was, f.Column)
			}
		}
	}
	for _, j := range joins {
		if j.Was != nil {
			r.column(j.Table, j.Was.ColumnA, j.ColumnA)
			r.column(j.Table, j.Was.ColumnB, j.ColumnB)
		}
	}
	return r.steps
}

type renamer struct {
	want, live *catalog.Catalog
	now        map[string]*catalog.Table // by folded new name: the live table that has it after the steps
	gone       map[string]bool           // old names that were given away: two may claim one
	steps      []Step
}

// find gives the live table that goes by a name after the renames so far.
func (r *renamer) find(name string) *catalog.Table {
	if t := r.now[catalog.Fold(name)]; t != nil {
		return t
	}
	return r.live.Table(name)
}

func (r *renamer) table(name string, was []string) {
	if r.find(name) != nil || r.live.View(name) != nil || r.live.FTSTable(name) != nil {
		return
	}
	for _, old := range was {
		t := r.live.Table(old)
		if t == nil || r.want.Table(old) != nil || r.gone[catalog.Fold(old)] {
			continue
		}
		r.gone[catalog.Fold(old)] = true
		r.steps = append(r.steps, Step{Change: RenameTable{t.Name, name}, Comment: "rename table " + t.Name + " to " + name,
			SQL: append(renameTable(r.live, t, name), r.renumber("model", t.Name, name, "")...)})
		r.now[catalog.Fold(name)] = t
		return
	}
}

// renameTable gives the statements that rename a table. Its full-text table and the indexes that
// bear its name go first.
func renameTable(c *catalog.Catalog, t *catalog.Table, to string) []string {
	var sql []string
	for _, b := range bundles(c, t) {
		sql = append(sql, dropBundle(b)...)
	}
	for i := range t.Indexes {
		if x := &t.Indexes[i]; !x.Constraint && ours(t.Name, x.Name) {
			sql = append(sql, "DROP INDEX main."+ddl.Quote(x.Name))
		}
	}
	return append(sql, "ALTER TABLE main."+ddl.Quote(t.Name)+" RENAME TO "+ddl.Quote(to))
}

func (r *renamer) column(table, was, name string) {
	t := r.find(table)
	at := catalog.Fold(table + "\x00" + was)
	if t == nil || t.Column(was) == nil || t.Column(name) != nil || catalog.Same(was, name) || r.gone[at] {
		return
	}
	if w := r.want.Table(table); w != nil && w.Column(was) != nil {
		return // another field has the old name now
	}
	r.gone[at] = true
	from := t.Column(was).Name
	sql := append([]string{"ALTER TABLE main." + ddl.Quote(table) + " RENAME COLUMN " + ddl.Quote(from) + " TO " + ddl.Quote(name)},
		r.renumber("field", from, name, table)...)
	r.steps = append(r.steps, Step{Change: RenameColumn{table, from, name}, Comment: "rename column " + table + "." + from + " to " + name, SQL: sql})
}

// renumber carries the counters of sequences over to the new name.
func (r *renamer) renumber(what, from, to, table string) []string {
	if r.live.Table(ddl.SequencesTable) == nil {
		return nil
	}
	return []string{recount(what, from, to, table)}
}

func recount(what, from, to, table string) string {
	sql := "UPDATE main." + ddl.Quote(ddl.SequencesTable) + " SET " + ddl.Quote(what) + " = " + ddl.TextLiteral(to) + " WHERE " + ddl.Quote(what) + " = " + ddl.TextLiteral(from)
	if table != "" {
		sql += " AND \"model\" = " + ddl.TextLiteral(table)
	}
	return sql
}

// renamed gives the name a table of the database before the steps has after them.
func renamed(steps []Step, table string) string {
	for i := range steps {
		if r, ok := steps[i].Change.(RenameTable); ok && catalog.Same(r.From, table) {
			return r.To
		}
	}
	return table
}

// underRename puts SQLite's own handling of references on while the steps run, where a rebuild of
// the same plan has switched it off.
func underRename(steps []Step) {
	if len(steps) == 0 {
		return
	}
	first, last := &steps[0], &steps[len(steps)-1]
	first.SQL = append([]string{"PRAGMA legacy_alter_table=OFF"}, first.SQL...)
	last.SQL = append(last.SQL, "PRAGMA legacy_alter_table=ON")
}
