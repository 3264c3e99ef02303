package conn_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

func TestMain(m *testing.M) {
	if child := os.Getenv("CONN_TEST_CHILD"); child != "" {
		runChild(child)
		return
	}
	goleak.VerifyTestMain(m)
}

var ctx = context.Background()

// open opens a file database in a folder of its own, closed at the test's end.
func open(t testing.TB, set ...func(*conn.Options)) *conn.DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "app.db"), set...)
}

func openAt(t testing.TB, path string, set ...func(*conn.Options)) *conn.DB {
	t.Helper()
	o := conn.Options{Path: path}
	for _, f := range set {
		f(&o)
	}
	db, err := conn.Open(ctx, o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// script runs DDL or fixtures on the writer.
func script(t testing.TB, db *conn.DB, sql string) {
	t.Helper()
	if err := db.Write(ctx, func(c *conn.Conn) error { return c.Script(ctx, sql) }); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func q(sql string) conn.Query { return conn.Query{SQL: sql} }

// values turns Go values into arguments.
func values(args ...any) []query.Value {
	var out []query.Value
	for _, a := range args {
		switch a := a.(type) {
		case nil:
			out = append(out, query.Null())
		case int:
			out = append(out, query.Int(int64(a)))
		case int64:
			out = append(out, query.Int(a))
		case float64:
			out = append(out, query.Real(a))
		case string:
			out = append(out, query.Text(a))
		case []byte:
			out = append(out, query.Blob(a))
		default:
			panic("values: unknown type")
		}
	}
	return out
}

// one gives the first column of the first row, an int64, string, float64, []byte or nil.
func one(c *conn.Conn, sql string, args ...any) (v any, err error) {
	err = c.Run(ctx, q(sql), values(args...), func(r *conn.Row) error {
		if v == nil {
			v = r.Value(0)
		}
		return nil
	})
	return v, err
}

// read is one on a reader.
func read(t testing.TB, db *conn.DB, sql string, args ...any) (v any) {
	t.Helper()
	err := db.Read(ctx, func(c *conn.Conn) (err error) {
		v, err = one(c, sql, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// exec runs one statement on the writer.
func exec(db *conn.DB, sql string, args ...any) error {
	return db.Write(ctx, func(c *conn.Conn) error {
		_, err := c.Exec(ctx, q(sql), values(args...))
		return err
	})
}

// wantCode fails unless err is a *liteerr.Error of the code, and gives it.
func wantCode(t testing.TB, err error, code liteerr.Code) *liteerr.Error {
	t.Helper()
	var e *liteerr.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v (%T) is no *liteerr.Error; want code %s", err, err, code)
	}
	if e.Code != code {
		t.Fatalf("error %v has code %s, want %s", err, e.Code, code)
	}
	return e
}

func want[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var errBoom = errors.New("boom")
