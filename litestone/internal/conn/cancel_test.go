package conn_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// big is a statement that runs for minutes.
const big = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i<2000000000) "

func TestCancelInterruptsReads(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	count := big + "SELECT count(*) FROM c"
	late := big + "SELECT i FROM c WHERE i=1 OR i=1999999999" // the first row comes at once
	ways := map[string]func(context.Context, string) error{
		"Read": func(ctx context.Context, sql string) error {
			return db.Read(ctx, func(c *conn.Conn) error { return c.Run(ctx, q(sql), nil, nil) })
		},
		"Snapshot": func(ctx context.Context, sql string) error {
			return db.Snapshot(ctx, func(c *conn.Conn) error { return c.Run(ctx, q(sql), nil, nil) })
		},
		"Write": func(ctx context.Context, sql string) error {
			return db.Write(ctx, func(c *conn.Conn) error { return c.Run(ctx, q(sql), nil, nil) })
		},
		"Exec": func(ctx context.Context, sql string) error {
			return db.Write(ctx, func(c *conn.Conn) error { _, err := c.Exec(ctx, q(sql), nil); return err })
		},
		"Tx": func(ctx context.Context, sql string) error {
			return db.Tx(ctx, func(tx *conn.Tx) error { return tx.Conn().Run(ctx, q(sql), nil, nil) })
		},
		"bun": func(ctx context.Context, sql string) error {
			var n []int64
			return db.Bun().NewRaw("SELECT * FROM ("+sql+")").Scan(ctx, &n)
		},
		"bun writer": func(ctx context.Context, sql string) error {
			rows, err := db.Bun().QueryContext(ctx, sql)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
			}
			return rows.Err()
		},
		"bun prepared": func(ctx context.Context, sql string) error {
			st, err := db.Bun().PrepareContext(ctx, sql)
			if err != nil {
				return err
			}
			defer st.Close()
			rows, err := st.QueryContext(ctx)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
			}
			return rows.Err()
		},
	}
	for name, way := range ways {
		for what, sql := range map[string]string{"first step": count, "later step": late} {
			t.Run(name+" "+what, func(t *testing.T) {
				cctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
				defer cancel()
				begin := time.Now()
				err := way(cctx, sql)
				if d := time.Since(begin); d > slow {
					t.Errorf("took %v", d)
				}
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error %v is no DeadlineExceeded", err)
				}
				if !strings.HasPrefix(name, "bun") { // database/sql may be first to notice
					wantCode(t, err, liteerr.Cancelled)
				}
			})
		}
	}
	want(t, "connections still good", ids(t, db), "")
	ok(t, exec(db, "INSERT INTO t VALUES(1,'a')"))
}

// slow is more than a cancelled call may take, on a machine that has other things to do: what
// is cancelled would run for minutes.
const slow = 3 * time.Second

// A context that ends at the very start of a statement is not overlooked either.
func TestCancelAtAnyMoment(t *testing.T) {
	t.Parallel()
	db := open(t)
	if db.Features().Driver != "sqlite" {
		t.Skip("the cgo driver watches the context itself, and has a gap of nanoseconds before the first step")
	}
	for i := range 300 {
		cctx, cancel := context.WithCancel(ctx)
		go func() {
			for range i % 100 * 50 { // about 0 to 5 microseconds
				cctx.Err()
			}
			cancel()
		}()
		begin := time.Now()
		err := db.Read(cctx, func(c *conn.Conn) error { return c.Run(cctx, q(big+"SELECT count(*) FROM c"), nil, nil) })
		wantCode(t, err, liteerr.Cancelled)
		if d := time.Since(begin); d > slow {
			t.Fatalf("took %v", d)
		}
	}
}

// An interrupted connection stays the same connection: its TEMP objects are kept.
func TestInterruptKeepsTheConnection(t *testing.T) {
	t.Parallel()
	db := open(t)
	var first any
	ok(t, db.Write(ctx, func(c *conn.Conn) error {
		first = c.Connection()
		return c.Script(ctx, "CREATE TEMP TABLE mine(id); INSERT INTO mine VALUES(1)")
	}))
	cctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	rows, err := db.Bun().QueryContext(cctx, big+"SELECT count(*) FROM c")
	if err == nil {
		rows.Close()
		t.Fatal("not cancelled")
	}
	ok(t, db.Write(ctx, func(c *conn.Conn) error {
		want(t, "same connection", c.Connection(), first)
		v, err := one(c, "SELECT count(*) FROM temp.mine")
		want(t, "temp table", v, any(int64(1)))
		return err
	}))
}

func TestCancelledBeforeTheStart(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	cctx, cancel := context.WithCancelCause(ctx)
	cancel(errBoom)
	nop := func(*conn.Conn) error { t.Error("called"); return nil }
	errs := map[string]error{
		"Read":     db.Read(cctx, nop),
		"Snapshot": db.Snapshot(cctx, nop),
		"Write":    db.Write(cctx, nop),
		"Tx":       db.Tx(cctx, func(*conn.Tx) error { t.Error("called"); return nil }),
		"Run": db.Write(ctx, func(c *conn.Conn) error {
			return c.Run(cctx, conn.Query{SQL: "INSERT INTO t VALUES(1,'x')", Short: true}, nil, nil)
		}),
		"Exec": db.Write(ctx, func(c *conn.Conn) error {
			_, err := c.Exec(cctx, q("INSERT INTO t VALUES(2,'x')"), nil)
			return err
		}),
		"Script": db.Write(ctx, func(c *conn.Conn) error { return c.Script(cctx, "INSERT INTO t VALUES(3,'x')") }),
	}
	for name, err := range errs {
		wantCode(t, err, liteerr.Cancelled)
		if !errors.Is(err, context.Canceled) || !errors.Is(err, errBoom) {
			t.Errorf("%s: %v hides the context's error or its cause", name, err)
		}
	}
	// One driver used to run such a statement on a bun.Conn and say nothing.
	bc, err := db.Bun().Conn(ctx)
	ok(t, err)
	defer bc.Close()
	for i := range 200 {
		if _, err := bc.ExecContext(cctx, "INSERT INTO t VALUES(?,'x')", 100+i); err == nil {
			t.Fatal("a cancelled statement ran")
		}
	}
	ok(t, bc.Close())
	// Inside a transaction nothing has happened, so it goes on.
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		_, err := tx.Conn().Exec(cctx, q("INSERT INTO t VALUES(4,'x')"), nil)
		wantCode(t, err, liteerr.Cancelled)
		return insert(tx.Conn(), 5, "y")
	}))
	want(t, "rows", ids(t, db), "5")
}

// SQLite rolls the whole transaction back when a write in it is interrupted; what follows
// would commit by itself.
func TestDeadTransaction(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	kill := map[string]func(context.Context, *conn.Tx) error{
		"runner read": func(ctx context.Context, tx *conn.Tx) error {
			return tx.Conn().Run(ctx, q(big+"SELECT count(*) FROM c"), nil, nil)
		},
		"bun read": func(ctx context.Context, tx *conn.Tx) error {
			var n int
			return tx.Bun().NewRaw(big+"SELECT count(*) FROM c").Scan(ctx, &n)
		},
	}
	for name, f := range kill {
		t.Run(name, func(t *testing.T) {
			err := db.Tx(ctx, func(tx *conn.Tx) error {
				ok(t, insert(tx.Conn(), 1, "before"))
				cctx, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
				defer cancel()
				if err := f(cctx, tx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v", err)
				}
				e := wantCode(t, insert(tx.Conn(), 2, "after"), liteerr.Cancelled)
				if !strings.Contains(e.Message, "the transaction is over") {
					t.Error(e)
				}
				_, err := tx.Bun().ExecContext(ctx, "INSERT INTO t VALUES(3,'after, bun')")
				wantCode(t, err, liteerr.Cancelled)
				if err := tx.Conn().Savepoint(ctx, func() error { t.Error("savepoint entered"); return nil }); err == nil {
					t.Error("savepoint in a dead transaction")
				}
				return nil // the caller ignores it all: Commit must still refuse
			})
			wantCode(t, err, liteerr.Cancelled)
			want(t, "rows", ids(t, db), "")
		})
	}
	// OR ROLLBACK ends the transaction without any of the codes that say so.
	for name, f := range map[string]func(*conn.Tx) error{
		"runner": func(tx *conn.Tx) error {
			_, err := tx.Conn().Exec(ctx, q("INSERT OR ROLLBACK INTO t VALUES(1,'twice')"), nil)
			return err
		},
		"bun": func(tx *conn.Tx) error {
			_, err := tx.Bun().ExecContext(ctx, "INSERT OR ROLLBACK INTO t VALUES(1,'twice')")
			return err
		},
	} {
		t.Run("or rollback "+name, func(t *testing.T) {
			err := db.Tx(ctx, func(tx *conn.Tx) error {
				ok(t, insert(tx.Conn(), 1, "once"))
				wantCode(t, f(tx), liteerr.Unique)
				wantCode(t, insert(tx.Conn(), 2, "after"), liteerr.Unique)
				return nil
			})
			wantCode(t, err, liteerr.Unique)
			want(t, "rows", ids(t, db), "")
		})
	}
	t.Run("bun says COMMIT", func(t *testing.T) {
		err := db.Tx(ctx, func(tx *conn.Tx) error {
			ok(t, insert(tx.Conn(), 1, "a"))
			_, err := tx.Bun().ExecContext(ctx, "ROLLBACK")
			ok(t, err)
			if err := insert(tx.Conn(), 2, "b"); err == nil {
				t.Error("a statement after the end was taken")
			}
			return nil
		})
		if err == nil {
			t.Error("no error")
		}
		want(t, "rows", ids(t, db), "")
	})
	ok(t, exec(db, "INSERT INTO t VALUES(9,'z')"))
	want(t, "rows", ids(t, db), "9")
}

// Writes inside a transaction are not interrupted: the context counts between statements.
func TestWritesInATransactionAreNotInterrupted(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE n(i INTEGER)")
	const many = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i<150000) INSERT INTO n SELECT i FROM c"
	for _, way := range []string{"runner", "bun"} {
		var rows any
		err := db.Tx(ctx, func(tx *conn.Tx) error {
			cctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
			defer cancel()
			var err error
			if way == "runner" {
				_, err = tx.Conn().Exec(cctx, q(many), nil)
			} else {
				_, err = tx.Bun().ExecContext(cctx, many)
			}
			ok(t, err)
			<-cctx.Done()
			wantCode(t, tx.Conn().Run(cctx, q("SELECT 1"), nil, nil), liteerr.Cancelled)
			rows, err = one(tx.Conn(), "SELECT count(*) FROM n")
			ok(t, err)
			return errBoom
		})
		if err != errBoom {
			t.Error(err)
		}
		want(t, way+": rows", rows, any(int64(150000)))
	}
}

func TestCancelWaitingForTheWriter(t *testing.T) {
	t.Parallel()
	db := open(t, func(o *conn.Options) { o.Readers = 1 })
	inside, goOn := make(chan bool), make(chan bool)
	done := make(chan error)
	go func() { done <- db.Tx(ctx, func(*conn.Tx) error { close(inside); <-goOn; return nil }) }()
	<-inside
	for name, f := range map[string]func(context.Context) error{
		"Write": func(ctx context.Context) error { return db.Write(ctx, func(*conn.Conn) error { return nil }) },
		"Tx":    func(ctx context.Context) error { return db.Tx(ctx, func(*conn.Tx) error { return nil }) },
	} {
		cctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		begin := time.Now()
		wantCode(t, f(cctx), liteerr.Cancelled)
		if d := time.Since(begin); d > slow {
			t.Errorf("%s waited %v", name, d)
		}
		cancel()
	}
	close(goOn)
	ok(t, <-done)
	// The same for the only reader.
	inside, goOn = make(chan bool), make(chan bool)
	go func() { done <- db.Read(ctx, func(*conn.Conn) error { close(inside); <-goOn; return nil }) }()
	<-inside
	cctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	wantCode(t, db.Read(cctx, func(*conn.Conn) error { return nil }), liteerr.Cancelled)
	waiting := make(chan error)
	go func() { waiting <- db.Read(ctx, func(*conn.Conn) error { return nil }) }()
	time.Sleep(10 * time.Millisecond)
	close(goOn)
	ok(t, <-done)
	ok(t, <-waiting)
}

// A context ends the wait for another process's lock, not only the busy timeout.
func TestCancelWaitingForAnotherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	db := openAt(t, path)
	script(t, db, tableT)
	release := holdInChild(t, path)
	for name, f := range map[string]func(context.Context) error{
		"Tx":      func(ctx context.Context) error { return db.Tx(ctx, func(*conn.Tx) error { return nil }) },
		"Rebuild": func(ctx context.Context) error { return db.Rebuild(ctx, func(*conn.Tx) error { return nil }) },
		"Exec": func(ctx context.Context) error {
			return db.Write(ctx, func(c *conn.Conn) error {
				_, err := c.Exec(ctx, q("INSERT INTO t VALUES(1,'a')"), nil)
				return err
			})
		},
		"Run": func(ctx context.Context) error {
			return db.Write(ctx, func(c *conn.Conn) error {
				return c.Run(ctx, q("INSERT INTO t VALUES(2,'a') RETURNING id"), nil, nil)
			})
		},
		"bun": func(ctx context.Context) error {
			_, err := db.Bun().ExecContext(ctx, "INSERT INTO t VALUES(3,'a')")
			return err
		},
		"bun rows": func(ctx context.Context) error {
			return db.Bun().NewRaw("INSERT INTO t VALUES(4,'a') RETURNING id").Scan(ctx, new(int))
		},
	} {
		cctx, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
		begin := time.Now()
		if err := f(cctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		if d := time.Since(begin); d > slow {
			t.Errorf("%s waited %v", name, d)
		}
		cancel()
	}
	// Without an end, a call waits until the lock is free, also over several slices.
	cctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error)
	go func() {
		done <- db.Tx(cctx, func(tx *conn.Tx) error { return insert(tx.Conn(), 9, "after") })
	}()
	time.Sleep(250 * time.Millisecond)
	release()
	ok(t, <-done)
	want(t, "rows", ids(t, db), "9")
	ok(t, db.Write(ctx, func(c *conn.Conn) error {
		v, err := one(c, "PRAGMA busy_timeout")
		want(t, "busy timeout afterwards", v, any(int64(5000)))
		return err
	}))
}
