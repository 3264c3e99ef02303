package ddl_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/schema"
)

var ctx = context.Background()

// Each .lite of testdata has its statements beside it as .sql, and SQLite takes them.
// LITESTONE_UPDATE=<glob of names> writes them anew.
func TestGolden(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.lite")
	if len(files) == 0 {
		t.Fatal("no schemas in testdata")
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".lite")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := parse(t, string(text))
			var b strings.Builder
			for _, d := range s.Databases {
				b.WriteString("-- database " + d.Name + "\n")
				for _, st := range ddl.Build(s, d) {
					b.WriteString("\n-- " + st.Kind.String() + " " + st.Name + "\n" + st.SQL + ";\n")
				}
				built(t, s, d)
			}
			golden := strings.TrimSuffix(file, ".lite") + ".sql"
			if update, _ := filepath.Match(os.Getenv("LITESTONE_UPDATE"), name); update {
				if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				t.Fatalf("%s was refreshed: look at it and run again", golden)
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func parse(t *testing.T, text string) *schema.Schema {
	t.Helper()
	s, err := schema.FromText("schema", text, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// built makes one database of a schema, closed at the test's end.
func built(t *testing.T, s *schema.Schema, d *schema.Database) *conn.DB {
	t.Helper()
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, st := range ddl.Build(s, d) {
		script(t, db, st.SQL)
	}
	return db
}

func script(t *testing.T, db *conn.DB, sql string) {
	t.Helper()
	if err := db.Write(ctx, func(c *conn.Conn) error { return c.Script(ctx, sql) }); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// rows answers a query as text: columns parted by |, one line a row.
func rows(t *testing.T, db *conn.DB, sql string) string {
	t.Helper()
	var b strings.Builder
	err := db.Read(ctx, func(c *conn.Conn) error {
		return c.Run(ctx, conn.Query{SQL: sql}, nil, func(r *conn.Row) error {
			for i := 0; i < r.Len(); i++ {
				if i > 0 {
					b.WriteByte('|')
				}
				b.WriteString(r.Text(i))
			}
			b.WriteByte('\n')
			return nil
		})
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return b.String()
}
