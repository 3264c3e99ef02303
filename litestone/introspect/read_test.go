package introspect_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/introspect"
)

// read builds a database from a script and reads it.
func read(t *testing.T, script string) *catalog.Catalog {
	t.Helper()
	ctx := context.Background()
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out *catalog.Catalog
	err = db.Tx(ctx, func(tx *conn.Tx) (err error) {
		if err := tx.Conn().Script(ctx, script); err != nil {
			return err
		}
		out, err = introspect.Read(ctx, tx.Conn())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReadTellsWhatPragmasDoNot(t *testing.T) {
	got := read(t, `
CREATE TABLE p (a TEXT, b INTEGER, c TEXT COLLATE NOCASE UNIQUE, PRIMARY KEY (b, a)) WITHOUT ROWID, STRICT;
CREATE TABLE "odd ""name" (
  "select" INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL DEFAULT 'it''s' CHECK (kind IN ('it''s', 'b')),
  pb INTEGER, pa TEXT,
  twice INTEGER AS (pb * 2) STORED,
  FOREIGN KEY (pb, pa) REFERENCES p ON UPDATE SET NULL,
  CHECK (pb > 0)
);
CREATE INDEX some ON "odd ""name" (kind DESC, lower(pa)) WHERE pb IS NOT NULL;
CREATE TRIGGER g AFTER DELETE ON p BEGIN DELETE FROM "odd ""name" WHERE pb = old.b; END;
CREATE VIRTUAL TABLE s USING fts5(kind, content="odd ""name", content_rowid="select");
CREATE VIEW v AS SELECT b, a AS other FROM p;
CREATE TRIGGER w INSTEAD OF DELETE ON v BEGIN SELECT 1; END;
CREATE VIEW lost AS SELECT x FROM nowhere;
CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);
`)
	want := &catalog.Catalog{
		Tables: []catalog.Table{
			{
				Name: `odd "name`,
				Columns: []catalog.Column{
					{Name: "select", Type: "INTEGER"},
					{Name: "kind", Type: "TEXT", NotNull: true, Default: "'it''s'"},
					{Name: "pb", Type: "INTEGER"},
					{Name: "pa", Type: "TEXT"},
					{Name: "twice", Type: "INTEGER", Generated: catalog.Stored, Expr: "pb * 2"},
				},
				Key:           []string{"select"},
				Autoincrement: true,
				Indexes: []catalog.Index{{
					Name:  "some",
					Parts: []catalog.Part{{Column: "kind", Desc: true}, {Expr: "lower(pa)"}},
					Where: "pb is not null",
					SQL:   `CREATE INDEX some ON "odd ""name" (kind DESC, lower(pa)) WHERE pb IS NOT NULL`,
				}},
				ForeignKeys: []catalog.ForeignKey{{Columns: []string{"pb", "pa"}, Parent: "p", Remote: []string{"b", "a"}, OnDelete: "NO ACTION", OnUpdate: "SET NULL"}},
				Checks:      []catalog.Check{{Expr: "pb > 0"}, {Column: "kind", Expr: "kind in('it''s', 'b')"}},
			},
			{
				Name: "p",
				Columns: []catalog.Column{
					{Name: "a", Type: "TEXT", NotNull: true},
					{Name: "b", Type: "INTEGER", NotNull: true},
					{Name: "c", Type: "TEXT", Collation: "NOCASE"},
				},
				Key: []string{"b", "a"}, Strict: true, WithoutRowID: true,
				Indexes:  []catalog.Index{{Constraint: true, Unique: true, Parts: []catalog.Part{{Column: "c", Collation: "NOCASE"}}}},
				Triggers: []catalog.Trigger{{Name: "g", Table: "p"}},
			},
		},
		FTS:     []catalog.FTS{{Name: "s", Columns: []string{"kind"}, Content: `odd "name`, ContentRowID: "select"}},
		Modules: []catalog.ModuleTable{{Name: "r", Module: "rtree", SQL: "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1)"}},
		Views: []catalog.View{
			{Name: "lost"},
			{Name: "v", Columns: []catalog.Column{{Name: "b", Type: "INTEGER"}, {Name: "other", Type: "TEXT"}}, Triggers: []catalog.Trigger{{Name: "w", Table: "v"}}},
		},
	}
	texts := cmp.FilterPath(func(p cmp.Path) bool {
		f, ok := p.Last().(cmp.StructField)
		return ok && (f.Name() == "Normal" || f.Name() == "SQL" && p.Index(-2).Type().String() != "catalog.Index" && p.Index(-2).Type().String() != "catalog.ModuleTable")
	}, cmp.Ignore())
	if diff := cmp.Diff(want, got, texts); diff != "" {
		t.Error(diff)
	}
}

func TestReadOfNothingIsEmpty(t *testing.T) {
	if got := read(t, "SELECT 1"); !got.Empty() {
		t.Errorf("got %+v", got)
	}
}

func TestReadIsEqualForEqualTables(t *testing.T) {
	a := read(t, "CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY, b TEXT UNIQUE, c INTEGER UNIQUE, CHECK (a <> 5), CHECK (`b` <> 'x'))")
	b := read(t, "CREATE TABLE T (A INTEGER PRIMARY KEY, [b] TEXT, c INTEGER, UNIQUE (c), CHECK (b != 'x') CHECK (a != 5) UNIQUE (b))")
	if len(a.Tables[0].Indexes) != 2 {
		t.Fatalf("got %+v", a.Tables[0].Indexes)
	}
	same := cmp.Comparer(func(x, y string) bool { return catalog.Same(x, y) })
	ignore := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".SQL" }, cmp.Ignore())
	if diff := cmp.Diff(a, b, same, ignore); diff != "" {
		t.Error(diff)
	}
}
