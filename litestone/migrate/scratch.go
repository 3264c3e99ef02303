package migrate

import (
	"context"
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/introspect"
)

// A scratch database has the shape of a live one and no rows. What SQLite itself would make of a
// change is tried there: how a rename rewrites the texts of others, whether a way back leads back.

// openScratch makes one from the texts a catalog keeps. An object of others that cannot be made
// here (a module that is missing, a view SQLite no longer takes) is left out.
func openScratch(ctx context.Context, from *catalog.Catalog) (*conn.DB, error) {
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
	if err != nil {
		return nil, err
	}
	err = db.Rebuild(ctx, func(tx *conn.Tx) error {
		c := tx.Conn()
		optional := func(sql string) {
			_ = c.Savepoint(ctx, func() error { return c.Script(ctx, sql) })
		}
		for i := range from.Tables {
			if t := &from.Tables[i]; !strings.HasPrefix(catalog.Fold(t.Name), "sqlite_") {
				if err := c.Script(ctx, t.SQL); err != nil {
					return err
				}
			}
		}
		for i := range from.FTS {
			optional(from.FTS[i].SQL)
		}
		for i := range from.Modules {
			optional(from.Modules[i].SQL)
		}
		for i := range from.Views {
			optional(from.Views[i].SQL)
		}
		for i := range from.Tables {
			for _, x := range from.Tables[i].Indexes {
				if !x.Constraint {
					optional(x.SQL)
				}
			}
		}
		for i := range from.Tables {
			for _, g := range from.Tables[i].Triggers {
				optional(g.SQL)
			}
		}
		for i := range from.Views {
			for _, g := range from.Views[i].Triggers {
				optional(g.SQL)
			}
		}
		return nil
	})
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// try runs steps in a scratch database and reads what it is then.
func try(ctx context.Context, db *conn.DB, steps []Step) (out *catalog.Catalog, err error) {
	err = db.Rebuild(ctx, func(tx *conn.Tx) error {
		if err := runSteps(ctx, tx.Conn(), steps, nil); err != nil {
			return err
		}
		out, err = introspect.Read(ctx, tx.Conn())
		return err
	})
	return out, err
}

// statementsOf gives the statements a catalog was made with, as if a schema had asked for them.
func statementsOf(c *catalog.Catalog) []ddl.Statement {
	var tables, indexes, search []ddl.Statement
	for i := range c.Tables {
		t := &c.Tables[i]
		if bookkeeping(t.Name) && !catalog.Same(t.Name, ddl.SequencesTable) {
			continue
		}
		tables = append(tables, ddl.Stored(ddl.Table, t.Name, t.Name, t.SQL, introspect.AfterName(t.SQL)))
		for _, x := range t.Indexes {
			if !x.Constraint {
				indexes = append(indexes, ddl.Stored(ddl.Index, x.Name, t.Name, x.SQL, ""))
			}
		}
		for _, b := range bundles(c, t) {
			if v := c.View(b.view); v != nil {
				search = append(search, ddl.Stored(ddl.View, v.Name, t.Name, v.SQL, ""))
			}
			search = append(search, ddl.Stored(ddl.FTS, b.fts, t.Name, c.FTSTable(b.fts).SQL, ""))
			for _, n := range b.triggers {
				search = append(search, ddl.Stored(ddl.Trigger, n, t.Name, t.Trigger(n).SQL, ""))
			}
		}
	}
	return append(append(tables, indexes...), search...)
}
