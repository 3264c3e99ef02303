package migrate

import (
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// differ finds the steps from a live catalog to the wanted one. It looks at nothing else: the
// same catalogs always give the same plan.
type differ struct {
	want, live *catalog.Catalog
	stmts      []ddl.Statement
	models     map[string]*schema.Model   // by folded table name; join and system tables have none
	search     map[string][]ddl.Statement // per folded table: view, full-text table, triggers

	rebuilt map[string]bool // folded tables that are made anew
	dropped map[string]bool // folded full-text tables that are dropped

	// The steps by when they run: drops first, so that names are free; full-text tables last,
	// so that they are filled from the rows as they end up.
	drops, creates, adds, rebuilds, indexes, searches []Step

	version int // of SQLite, as 3053004: newer ones alter more in place

	refused []*liteerr.Error // what no plan can do
}

func newDiffer(want, live *catalog.Catalog, s *schema.Schema, db *schema.Database, stmts []ddl.Statement, version int) *differ {
	d := &differ{want: want, live: live, stmts: stmts, version: version, models: map[string]*schema.Model{},
		search: map[string][]ddl.Statement{}, rebuilt: map[string]bool{}, dropped: map[string]bool{}}
	for _, m := range ddl.Models(s, db) {
		d.models[catalog.Fold(m.Table)] = m
	}
	for _, st := range stmts {
		switch st.Kind {
		case ddl.View, ddl.FTS, ddl.Trigger:
			k := catalog.Fold(st.Table)
			d.search[k] = append(d.search[k], st)
		}
	}
	return d
}

// steps compares everything the schema asks for. Tables it does not name are not looked at:
// those of removed models, of @@external ones, and everybody else's.
func (d *differ) steps() ([]Step, error) {
	for _, s := range d.stmts {
		switch s.Kind {
		case ddl.Table, ddl.JoinTable, ddl.System:
			d.diffTable(s)
		}
	}
	for _, s := range d.stmts {
		if s.Kind == ddl.Index {
			d.diffIndex(s)
		}
	}
	for _, s := range d.stmts {
		switch s.Kind {
		case ddl.Table:
			live := d.live.Table(s.Name)
			d.dropIndexes(live)
			d.diffSearch(live, d.search[catalog.Fold(s.Name)], d.rebuilt[catalog.Fold(s.Name)])
		case ddl.JoinTable:
			d.dropIndexes(d.live.Table(s.Name))
		}
	}
	if err := joined(d.refused); err != nil {
		return nil, err
	}
	var out []Step
	for _, list := range [][]Step{d.drops, d.creates, d.adds, d.rebuilds, d.indexes, d.searches} {
		out = append(out, list...)
	}
	return out, nil
}

func (d *differ) diffTable(s ddl.Statement) {
	want, live := d.want.Table(s.Name), d.live.Table(s.Name)
	if live == nil {
		if d.taken(s.Name) {
			return
		}
		d.creates = append(d.creates, Step{Change: CreateTable{s.Name}, Comment: "create table " + s.Name, SQL: []string{s.SQL}})
		return
	}
	c := compareTables(want, live, d.dates(want.Name))
	if c.same() {
		return
	}
	if !c.hard && d.canAdd(want, live, c.added) && d.canDrop(want, live, c.dropped) && d.canSetNotNull(live, c.nullable) {
		d.alter(want, live, c)
		return
	}
	for _, w := range c.added {
		c.reasons = append(c.reasons, "column "+w.Name+" is added")
	}
	d.rebuilt[catalog.Fold(want.Name)] = true
	d.rebuilds = append(d.rebuilds, d.rebuild(s, want, live, c))
}

// diffIndex makes an index that is missing or differs, or whose table is made anew.
func (d *differ) diffIndex(s ddl.Statement) {
	live := d.live.Table(s.Table)
	step := Step{Change: CreateIndex{s.Table, s.Name}, Comment: "create index " + s.Name, SQL: []string{s.SQL}}
	if live == nil {
		if d.want.Table(s.Table) != nil {
			step.fresh = true
			d.indexes = append(d.indexes, step)
		}
		return
	}
	rebuilt := d.rebuilt[catalog.Fold(s.Table)]
	want := d.want.Table(s.Table).Index(s.Name)
	there := live.Index(s.Name)
	if x := servedBy(live, want); there == nil && x != nil && (!rebuilt || !x.Constraint) {
		return
	}
	if there == nil && d.indexElsewhere(s.Name) {
		return
	}
	if there != nil && there.Alike(want) && !rebuilt {
		return
	}
	if there != nil && !rebuilt {
		d.drops = append(d.drops, Step{Change: DropIndex{s.Table, there.Name}, Comment: "drop index " + there.Name + ", which differs",
			SQL: []string{"DROP INDEX main." + ddl.Quote(there.Name)}})
	}
	if want.Unique && (there == nil || !there.Alike(want)) {
		step.Checks = d.uniqueIndexCheck(want, s.Table, live)
	}
	d.indexes = append(d.indexes, step)
}

// uniqueIndexCheck asks the rows as they will be for duplicates.
func (d *differ) uniqueIndexCheck(x *catalog.Index, table string, live *catalog.Table) []Check {
	want := d.want.Table(table)
	m := d.model(table)
	if d.rebuilt[catalog.Fold(table)] {
		rows := d.copyRows(want, live)
		return d.checkUnique(m, x.Columns(), rows.source(live), rows.has)
	}
	has := func(c string) bool { return live.Column(c) != nil }
	return d.checkUnique(m, x.Columns(), "main."+ddl.Quote(live.Name), has)
}

// indexElsewhere refuses where another table has an index of that name: names of indexes are
// one space for the whole file.
func (d *differ) indexElsewhere(name string) bool {
	for i := range d.live.Tables {
		if t := &d.live.Tables[i]; t.Index(name) != nil {
			d.clash(name, "an index of table "+t.Name)
			return true
		}
	}
	return false
}

// dropIndexes drops the indexes of ours the schema does not ask for any more.
func (d *differ) dropIndexes(live *catalog.Table) {
	if live == nil {
		return
	}
	want := d.want.Table(live.Name)
	for i := range live.Indexes {
		x := &live.Indexes[i]
		if x.Constraint || want.Index(x.Name) != nil || !ours(live.Name, x.Name) || d.rebuilt[catalog.Fold(live.Name)] {
			continue // a rebuild takes its table's indexes away
		}
		d.drops = append(d.drops, Step{Change: DropIndex{live.Name, x.Name}, Comment: "drop index " + x.Name,
			SQL: []string{"DROP INDEX main." + ddl.Quote(x.Name)}})
	}
}

// ours reports whether an index has a name Litestone gives: others' indexes stay.
func ours(table, index string) bool {
	index, table = catalog.Fold(index), catalog.Fold(table)
	return strings.HasPrefix(index, "idx_"+table+"_") || strings.HasPrefix(index, "uniq_"+table+"_")
}

// taken refuses where a table's name belongs to something that is no ordinary table.
func (d *differ) taken(name string) bool {
	what := ""
	if d.live.View(name) != nil {
		what = "a view"
	} else if d.live.FTSTable(name) != nil {
		what = "a full-text table"
	}
	for i := range d.live.Modules {
		if catalog.Same(d.live.Modules[i].Name, name) {
			what = "a virtual table"
		}
	}
	if what != "" {
		d.clash(name, what)
	}
	return what != ""
}

func (d *differ) clash(name, what string) {
	d.refused = append(d.refused, &liteerr.Error{Code: liteerr.Config, Operation: operation,
		Message: name + " is already the name of " + what + " in the database",
		Hint:    "mark the model @@external, or give its table another name with @@map"})
}
