package conn_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/uptrace/bun"

	"github.com/litestone-go/orm/litestone/internal/conn"
)

var errThrown = errors.New("the hook panics")

// thrower is a query hook that panics before or after the statement of a text.
type thrower struct {
	at    string
	after bool
}

func (h *thrower) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	if e.Query == h.at && !h.after {
		panic(errThrown)
	}
	return ctx
}

func (h *thrower) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	if e.Query == h.at && h.after {
		panic(errThrown)
	}
}

// TestHooksThatPanicLeaveNothingOpen lets hooks panic around transaction control: connections come
// back without a transaction, and nobody waits for them for ever.
func TestHooksThatPanicLeaveNothingOpen(t *testing.T) {
	ctx := t.Context()
	hook := &thrower{}
	db, err := conn.Open(ctx, conn.Options{Path: filepath.Join(t.TempDir(), "t.db"), Readers: 1, QueryHooks: []bun.QueryHook{hook}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	insert := conn.Query{SQL: "INSERT INTO t (n) VALUES (1)"}
	exec := func(c *conn.Conn) error {
		_, err := c.Exec(ctx, insert, nil)
		return err
	}
	if err := db.Write(ctx, func(c *conn.Conn) error { return c.Script(ctx, "CREATE TABLE t (n INTEGER)") }); err != nil {
		t.Fatal(err)
	}
	rows := func() (n int64) {
		t.Helper()
		err := db.Read(ctx, func(c *conn.Conn) error {
			return c.Run(ctx, conn.Query{SQL: "SELECT count(*) FROM t"}, nil, func(r *conn.Row) error {
				n = r.Int64(0)
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	thrown := func(f func() error) (panicked bool, err error) {
		defer func() {
			if p := recover(); p != nil {
				panicked = p == errThrown
			}
		}()
		return false, f()
	}
	undo := errors.New("undo")
	for _, c := range []struct {
		at    string
		after bool
		adds  int64
		run   func() error
	}{
		{"BEGIN", false, 0, func() error { return db.Tx(ctx, func(x *conn.Tx) error { return exec(x.Conn()) }) }},
		{"BEGIN", true, 0, func() error { return db.Tx(ctx, func(x *conn.Tx) error { return exec(x.Conn()) }) }},
		{"COMMIT", false, 0, func() error { return db.Tx(ctx, func(x *conn.Tx) error { return exec(x.Conn()) }) }},
		{"COMMIT", true, 1, func() error { return db.Tx(ctx, func(x *conn.Tx) error { return exec(x.Conn()) }) }},
		{"ROLLBACK", false, 0, func() error { return db.Tx(ctx, func(x *conn.Tx) error { return errors.Join(exec(x.Conn()), undo) }) }},
		{"ROLLBACK", true, 0, func() error { return db.Tx(ctx, func(x *conn.Tx) error { return errors.Join(exec(x.Conn()), undo) }) }},
		{"BEGIN", false, 0, func() error { return db.Snapshot(ctx, func(*conn.Conn) error { return nil }) }},
		{"BEGIN", true, 0, func() error { return db.Snapshot(ctx, func(*conn.Conn) error { return nil }) }},
		{"COMMIT", false, 0, func() error { return db.Snapshot(ctx, func(*conn.Conn) error { return nil }) }},
		{"COMMIT", true, 0, func() error { return db.Snapshot(ctx, func(*conn.Conn) error { return nil }) }},
		{"ROLLBACK", false, 0, func() error { return db.Snapshot(ctx, func(*conn.Conn) error { return undo }) }},
		{"ROLLBACK", true, 0, func() error { return db.Snapshot(ctx, func(*conn.Conn) error { return undo }) }},
	} {
		before := rows()
		*hook = thrower{c.at, c.after}
		panicked, err := thrown(c.run)
		*hook = thrower{}
		if !panicked {
			t.Errorf("%s, after=%v: no panic: %v", c.at, c.after, err)
		}
		if got := rows(); got != before+c.adds {
			t.Errorf("%s, after=%v: %d rows, want %d", c.at, c.after, got, before+c.adds)
		}
		if err := db.Write(ctx, func(w *conn.Conn) error { return exec(w) }); err != nil {
			t.Errorf("%s, after=%v: the next write: %v", c.at, c.after, err)
		}
		if got := rows(); got != before+c.adds+1 {
			t.Errorf("%s, after=%v: the next write left %d rows, want %d", c.at, c.after, got, before+c.adds+1)
		}
	}

	// Who catches the panic of a hook at a savepoint and goes on must not keep half of it.
	for _, sql := range []string{"SAVEPOINT litestone_1", "RELEASE litestone_1", "ROLLBACK TO litestone_1"} {
		for _, after := range []bool{false, true} {
			before := rows()
			err := db.Tx(ctx, func(x *conn.Tx) error {
				*hook = thrower{sql, after}
				panicked, err := thrown(func() error {
					return x.Conn().Savepoint(ctx, func() error {
						if err := exec(x.Conn()); err != nil || sql != "ROLLBACK TO litestone_1" {
							return err
						}
						return undo
					})
				})
				*hook = thrower{}
				if !panicked {
					t.Errorf("%s, after=%v: no panic: %v", sql, after, err)
				}
				return nil
			})
			// A savepoint that is still open at COMMIT is part of it: only whole or not at all.
			if got := rows(); err != nil && got != before || err == nil && sql == "ROLLBACK TO litestone_1" && got != before {
				t.Errorf("%s, after=%v: %d rows, want %d: %v", sql, after, got, before, err)
			}
		}
	}
}
