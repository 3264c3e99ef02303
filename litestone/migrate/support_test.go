package migrate_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/introspect"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

var ctx = context.Background()

// fataler is what *testing.T and *rapid.T share.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

func parse(t fataler, text string) *schema.Schema {
	t.Helper()
	s, err := schema.FromText("schema", text, schema.Options{})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return s
}

func open(t testing.TB) *conn.DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "app.db"))
}

func openAt(t testing.TB, path string) *conn.DB {
	t.Helper()
	db, err := conn.Open(ctx, conn.Options{Path: path, Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func push(t fataler, db *conn.DB, text string, o migrate.PushOptions) *migrate.Plan {
	t.Helper()
	s := parse(t, text)
	plan, err := migrate.Push(ctx, db, s, s.Databases[0], o)
	if err != nil {
		t.Fatalf("push: %v", err)
	}
	return plan
}

func script(t fataler, db *conn.DB, sql string) {
	t.Helper()
	if err := db.Write(ctx, func(c *conn.Conn) error { return c.Script(ctx, sql) }); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// rows answers a query as text: columns parted by |, one line a row.
func rows(t fataler, db *conn.DB, sql string) string {
	t.Helper()
	var b strings.Builder
	err := db.Read(ctx, func(c *conn.Conn) error {
		return c.Run(ctx, conn.Query{SQL: sql}, nil, func(r *conn.Row) error {
			for i := 0; i < r.Len(); i++ {
				if i > 0 {
					b.WriteByte('|')
				}
				switch r.Kind(i) {
				case query.KindNull:
					b.WriteString("NULL")
				case query.KindReal:
					b.WriteString(strconv.FormatFloat(r.Float64(i), 'g', -1, 64))
				case query.KindBlob:
					fmt.Fprintf(&b, "x'%x'", r.Bytes(i))
				default:
					b.WriteString(r.Text(i))
				}
			}
			b.WriteByte('\n')
			return nil
		})
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return b.String()
}

// sound fails when the database is not what the schema says or not consistent: after a push
// there is nothing to do, by memory and by comparison, and no key or index is broken.
func sound(t fataler, db *conn.DB, text string) {
	t.Helper()
	s := parse(t, text)
	soundIn(t, db, s, s.Databases[0])
}

func soundIn(t fataler, db *conn.DB, s *schema.Schema, d *schema.Database) {
	t.Helper()
	plan, err := migrate.Diff(ctx, db, s, d)
	if err != nil || !plan.Empty() {
		t.Fatalf("after a push the remembered state is not the schema's: %v\n%v", err, plan)
	}
	script(t, db, `DELETE FROM "_litestone"`) // now it has to be compared
	if plan, err = migrate.Diff(ctx, db, s, d); err != nil {
		t.Fatalf("diff: %v", err)
	}
	if !plan.Empty() {
		t.Fatalf("after a push there is still to do:\n%v", plan)
	}
	if got := rows(t, db, "PRAGMA foreign_key_check"); got != "" {
		t.Fatalf("foreign keys dangle: %s", got)
	}
	if got := rows(t, db, "PRAGMA integrity_check"); got != "ok\n" {
		t.Fatalf("integrity: %s", got)
	}
	err = db.Snapshot(ctx, func(c *conn.Conn) error {
		cat, err := introspect.Read(ctx, c)
		if err != nil {
			return err
		}
		for _, f := range cat.FTS {
			if !strings.HasSuffix(f.Name, "_fts") {
				continue // someone else's, kept or not kept by hand
			}
			name := ddl.Quote(f.Name)
			script(t, db, "INSERT INTO "+name+" ("+name+", rank) VALUES ('integrity-check', 1)")
		}
		for _, table := range cat.Tables {
			if strings.HasPrefix(table.Name, "_litestone_new_") {
				t.Errorf("table %s was left behind", table.Name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
}
