package logdb_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/logdb"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

func TestMain(m *testing.M) {
	if run := os.Getenv("LOGDB_CHILD"); run != "" {
		child(run)
		return
	}
	os.Exit(m.Run())
}

const ticks = `
database main { path "main.db" }
database logs { path "logs/"; driver jsonl %s }
model ticks {
  n Integer
  text Text
  at DateTime @default(now())
  @@db(logs)
}
model keyed {
  id Integer @id
  text Text
  @@db(logs)
}
`

// fixture is an open folder with the schema above.
type fixture struct {
	t   testing.TB
	s   *schema.Schema
	dir string
	now time.Time
	log bytes.Buffer
	db  *logdb.DB
}

func parse(t testing.TB, text string) *schema.Schema {
	t.Helper()
	s, err := schema.FromText("schema", text, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newFixture(t testing.TB, settings string) *fixture {
	f := &fixture{t: t, s: parse(t, fmt.Sprintf(ticks, settings)), dir: filepath.Join(t.TempDir(), "logs"), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	f.db = f.open(nil)
	return f
}

// open opens the folder once more; change sets options.
func (f *fixture) open(change func(*logdb.Options)) *logdb.DB {
	f.t.Helper()
	o := f.options()
	if change != nil {
		change(&o)
	}
	db, err := logdb.Open(o)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { db.Close() })
	return db
}

func (f *fixture) options() logdb.Options {
	return logdb.Options{Schema: f.s, Database: f.s.Database("logs"), Folder: f.dir,
		Now: func() time.Time { return f.now }, Logger: slog.New(slog.NewTextHandler(&f.log, nil))}
}

// append writes rows of ticks, one batch, stamped with the fixture's time.
func (f *fixture) append(numbers ...int) {
	f.t.Helper()
	f.appendTo(f.db, numbers...)
}

func (f *fixture) appendTo(db *logdb.DB, numbers ...int) {
	f.t.Helper()
	if err := db.Append(context.Background(), f.s.Model("ticks"), nil, f.rows(numbers...)); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) rows(numbers ...int) (rows []query.Value) {
	for _, n := range numbers {
		rows = append(rows, query.Int(int64(n)), query.Text(fmt.Sprint("tick ", n)), query.Text(query.FormatTime(f.now)))
	}
	return rows
}

// numbers reads ticks.n of all rows in the order of writing.
func (f *fixture) numbers(db *logdb.DB) string {
	f.t.Helper()
	return f.query(db, "ticks", `SELECT n FROM ticks ORDER BY _line`)
}

func (f *fixture) query(db *logdb.DB, model, sql string) string {
	f.t.Helper()
	var out []string
	err := db.Read(context.Background(), f.s.Model(model), false, nil, func(c *conn.Conn) error {
		return c.Run(context.Background(), conn.Query{SQL: sql}, nil, func(r *conn.Row) error {
			var cells []string
			for i := range r.Len() {
				cells = append(cells, fmt.Sprint(r.Value(i)))
			}
			out = append(out, strings.Join(cells, "|"))
			return nil
		})
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func (f *fixture) expect(what, got, want string) {
	f.t.Helper()
	if got != want {
		f.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func (f *fixture) path(name string) string { return filepath.Join(f.dir, name) }

// write changes a file as another program would.
func (f *fixture) write(name, content string, flags int) {
	f.t.Helper()
	w, err := os.OpenFile(f.path(name), os.O_WRONLY|os.O_CREATE|flags, 0o644)
	if err == nil {
		_, err = io.WriteString(w, content)
		w.Close()
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) content(name string) string {
	f.t.Helper()
	b, err := os.ReadFile(f.path(name))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(b)
}

func (f *fixture) files() string {
	f.t.Helper()
	list, err := os.ReadDir(f.dir)
	if err != nil {
		f.t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		if !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return strings.Join(names, " ")
}
