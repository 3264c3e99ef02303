package migrate

import (
	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/introspect"
)

// bundle is a full-text table of ours as it stands in a live database: it is made and dropped
// as one.
type bundle struct {
	fts      string
	view     string // "" where it reads the table itself
	triggers []string
}

// ownSearch gives the full-text tables on a live table that Litestone made: they read their
// text from the table, or from their own view of it, and have our insert trigger. An FTS5
// table someone else keeps by hand has not.
func (d *differ) ownSearch(live *catalog.Table) []bundle { return bundles(d.live, live) }

func bundles(c *catalog.Catalog, live *catalog.Table) []bundle {
	var out []bundle
	for i := range c.FTS {
		f := &c.FTS[i]
		b := bundle{fts: f.Name}
		switch {
		case catalog.Same(f.Content, live.Name):
		case f.Content != "" && catalog.Same(f.Content, f.Name+"_source") && c.View(f.Content) != nil:
			b.view = f.Content
		default:
			continue
		}
		if live.Trigger(f.Name+"_insert") == nil {
			continue
		}
		for _, suffix := range [...]string{"_insert", "_delete", "_update"} {
			if g := live.Trigger(f.Name + suffix); g != nil {
				b.triggers = append(b.triggers, g.Name)
			}
		}
		out = append(out, b)
	}
	return out
}

// diffSearch compares the full-text table of one table. rebuilt says that the table is made
// anew, which takes its triggers away.
func (d *differ) diffSearch(live *catalog.Table, wanted []ddl.Statement, rebuilt bool) {
	same := live != nil && !rebuilt && len(wanted) > 0
	keep := "" // the full-text table that may stay
	for _, s := range wanted {
		normal := introspect.Normal(s.SQL)
		switch s.Kind {
		case ddl.FTS:
			f := d.live.FTSTable(s.Name)
			if f != nil && f.Normal == normal {
				keep = f.Name
			} else {
				same = false
			}
		case ddl.View:
			v := d.live.View(s.Name)
			same = same && v != nil && v.Normal == normal
		case ddl.Trigger:
			if same {
				g := live.Trigger(s.Name)
				same = g != nil && g.Normal == normal
			}
		}
	}
	if live != nil {
		for _, b := range d.ownSearch(live) {
			if same && catalog.Same(b.fts, keep) {
				continue
			}
			d.dropSearch(live.Name, b, rebuilt)
		}
	}
	if same || len(wanted) == 0 {
		return
	}
	d.createSearch(live, wanted)
}

func (d *differ) dropSearch(table string, b bundle, rebuilt bool) {
	d.drops = append(d.drops, Step{Change: DropSearch{table, b.fts}, Comment: "drop full-text table " + b.fts, SQL: dropBundle(b)})
	d.dropped[catalog.Fold(b.fts)] = true
}

func dropBundle(b bundle) []string {
	var sql []string
	for _, g := range b.triggers {
		sql = append(sql, "DROP TRIGGER main."+ddl.Quote(g))
	}
	sql = append(sql, "DROP TABLE main."+ddl.Quote(b.fts))
	if b.view != "" {
		sql = append(sql, "DROP VIEW main."+ddl.Quote(b.view))
	}
	return sql
}

func (d *differ) createSearch(live *catalog.Table, wanted []ddl.Statement) {
	var sql []string
	table, fts := wanted[0].Table, ""
	for _, s := range wanted {
		if (s.Kind == ddl.FTS || s.Kind == ddl.View) && d.live.Table(s.Name) != nil {
			d.clash(s.Name, "a table")
			return
		}
		if s.Kind == ddl.FTS {
			fts = s.Name
			// Someone else's table of that name has no text of its own that could be lost
			// only if it reads ours; anything else is not for us to drop.
			if f := d.live.FTSTable(fts); f != nil && !d.dropped[catalog.Fold(fts)] {
				if f.Content == "" {
					d.clash(fts, "a full-text table")
					return
				}
				sql = append([]string{"DROP TABLE main." + ddl.Quote(f.Name)}, sql...)
			}
		}
	}
	for _, s := range wanted {
		if live != nil && s.Kind == ddl.Trigger && live.Trigger(s.Name) != nil && !d.triggerDropped(live, s.Name) {
			sql = append(sql, "DROP TRIGGER main."+ddl.Quote(s.Name))
		}
		if s.Kind == ddl.View && d.live.View(s.Name) != nil && !d.viewDropped(live, s.Name) {
			sql = append(sql, "DROP VIEW main."+ddl.Quote(s.Name))
		}
	}
	for _, s := range wanted {
		sql = append(sql, s.SQL)
	}
	comment := "create full-text table " + fts
	if live != nil {
		comment += " and fill it from " + table
		sql = append(sql, "INSERT INTO "+ddl.Quote(fts)+" ("+ddl.Quote(fts)+") VALUES ('rebuild')")
	}
	d.searches = append(d.searches, Step{Change: CreateSearch{table, fts}, Comment: comment, SQL: sql, fresh: live == nil})
}

// triggerDropped reports whether a trigger is gone before full-text tables are made: with its
// bundle, or with its rebuilt table.
func (d *differ) triggerDropped(live *catalog.Table, name string) bool {
	if d.rebuilt[catalog.Fold(live.Name)] {
		return true
	}
	for _, b := range d.ownSearch(live) {
		if d.dropped[catalog.Fold(b.fts)] {
			for _, g := range b.triggers {
				if catalog.Same(g, name) {
					return true
				}
			}
		}
	}
	return false
}

func (d *differ) viewDropped(live *catalog.Table, name string) bool {
	if live == nil {
		return false
	}
	for _, b := range d.ownSearch(live) {
		if catalog.Same(b.view, name) && d.dropped[catalog.Fold(b.fts)] {
			return true
		}
	}
	return false
}
