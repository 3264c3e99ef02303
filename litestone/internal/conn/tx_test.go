package conn_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

const tableT = "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)"

func insert(c *conn.Conn, id int, v string) error {
	_, err := c.Exec(ctx, conn.Query{SQL: "INSERT INTO t VALUES(?,?)", Short: true}, values(id, v))
	return err
}

func ids(t testing.TB, db *conn.DB) string {
	t.Helper()
	s, _ := read(t, db, "SELECT group_concat(id ORDER BY id) FROM t").(string)
	return s
}

func TestTxCommitsOrRollsBack(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		want(t, "in a transaction", tx.Conn().InTx(), true)
		want(t, "on the writer", tx.Conn().Writer(), true)
		ok(t, insert(tx.Conn(), 1, "a"))
		want(t, "reader during the transaction", ids(t, db), "")
		return nil
	}))
	err := db.Tx(ctx, func(tx *conn.Tx) error {
		ok(t, insert(tx.Conn(), 2, "b"))
		return errBoom
	})
	if err != errBoom {
		t.Errorf("got %v, want the function's own error", err)
	}
	func() {
		defer func() { want(t, "panic", recover(), any("ouch")) }()
		db.Tx(ctx, func(tx *conn.Tx) error {
			ok(t, insert(tx.Conn(), 3, "c"))
			panic("ouch")
		})
	}()
	cctx, cancel := context.WithCancel(ctx)
	err = db.Tx(cctx, func(tx *conn.Tx) error {
		ok(t, insert(tx.Conn(), 4, "d"))
		cancel()
		return nil
	})
	wantCode(t, err, liteerr.Cancelled)
	want(t, "rows", ids(t, db), "1")
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error { return insert(tx.Conn(), 5, "e") }))
	want(t, "rows", ids(t, db), "1,5")
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT+"; INSERT INTO t VALUES(1,'a')")
	ok(t, db.Snapshot(ctx, func(c *conn.Conn) error {
		want(t, "in a transaction", c.InTx(), true)
		before, err := one(c, "SELECT count(*) FROM t")
		if err != nil {
			return err
		}
		ok(t, exec(db, "INSERT INTO t VALUES(2,'b')"))
		after, err := one(c, "SELECT count(*) FROM t")
		want(t, "same moment", after, before)
		return err
	}))
	want(t, "later", ids(t, db), "1,2")
	// An error or a panic leaves no transaction open on the reader.
	for range 3 {
		if err := db.Snapshot(ctx, func(c *conn.Conn) error { one(c, "SELECT 1"); return errBoom }); err != errBoom {
			t.Error(err)
		}
		func() {
			defer func() { recover() }()
			db.Snapshot(ctx, func(*conn.Conn) error { panic(1) })
		}()
	}
	ok(t, db.Read(ctx, func(c *conn.Conn) error { want(t, "in a transaction", c.InTx(), false); return nil }))
	ok(t, db.Snapshot(ctx, func(c *conn.Conn) error { _, err := one(c, "SELECT 1"); return err }))
}

func TestSavepoints(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		c := tx.Conn()
		ok(t, insert(c, 1, "a"))
		err := c.Savepoint(ctx, func() error {
			ok(t, insert(c, 2, "b"))
			return errBoom
		})
		if err != errBoom {
			t.Errorf("got %v", err)
		}
		ok(t, c.Savepoint(ctx, func() error {
			ok(t, insert(c, 3, "c"))
			err := c.Savepoint(ctx, func() error { ok(t, insert(c, 4, "d")); return errBoom })
			if err != errBoom {
				t.Errorf("inner: got %v", err)
			}
			return c.Savepoint(ctx, func() error { return insert(c, 5, "e") })
		}))
		func() {
			defer func() { want(t, "panic", recover(), any("ouch")) }()
			c.Savepoint(ctx, func() error { ok(t, insert(c, 6, "f")); panic("ouch") })
		}()
		// A statement that fails inside is undone with the rest.
		err = c.Savepoint(ctx, func() error {
			ok(t, insert(c, 7, "g"))
			return insert(c, 1, "again")
		})
		wantCode(t, err, liteerr.Unique)
		// A context that ends inside undoes the savepoint only.
		cctx, cancel := context.WithCancel(ctx)
		err = c.Savepoint(cctx, func() error {
			ok(t, insert(c, 8, "h"))
			cancel()
			_, err := c.Exec(cctx, q("SELECT 1"), nil)
			return err
		})
		wantCode(t, err, liteerr.Cancelled)
		return insert(c, 9, "i")
	}))
	want(t, "rows", ids(t, db), "1,3,5,9")
	err := db.Write(ctx, func(c *conn.Conn) error { return c.Savepoint(ctx, func() error { return nil }) })
	wantCode(t, err, liteerr.Unsupported)
}

type rowT struct {
	bun.BaseModel `bun:"table:t"`
	ID            int64 `bun:"id,pk"`
	V             string
}

func TestTxWithBun(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		c, b := tx.Conn(), tx.Bun()
		ok(t, insert(c, 1, "runner"))
		var rows []rowT
		ok(t, b.NewSelect().Model(&rows).Scan(ctx))
		if len(rows) != 1 || rows[0].V != "runner" {
			t.Errorf("bun sees %v", rows)
		}
		_, err := b.NewInsert().Model(&rowT{ID: 2, V: "bun"}).Exec(ctx)
		ok(t, err)
		v, err := one(c, "SELECT v FROM t WHERE id=2")
		ok(t, err)
		want(t, "runner sees", v, any("bun"))
		// bun's savepoint undoes the runner's rows too.
		err = b.RunInTx(ctx, nil, func(ctx context.Context, _ bun.Tx) error {
			ok(t, insert(c, 3, "in bun's savepoint"))
			return errBoom
		})
		if err != errBoom {
			t.Error(err)
		}
		// Rows of bun open while the runner runs, and the other way round.
		open, err := b.QueryContext(ctx, "SELECT id FROM t ORDER BY id")
		ok(t, err)
		if !open.Next() {
			t.Error("no row")
		}
		ok(t, insert(c, 4, "with open rows"))
		ok(t, open.Close())
		ok(t, c.Run(ctx, q("SELECT id FROM t WHERE id<3"), nil, func(r *conn.Row) error {
			_, err := b.ExecContext(ctx, "UPDATE t SET v = v || '!' WHERE id = ?", r.Int64(0))
			return err
		}))
		return nil
	}))
	want(t, "rows", ids(t, db), "1,2,4")
	want(t, "updated in each", read(t, db, "SELECT group_concat(v ORDER BY id) FROM t"), any("runner!,bun!,with open rows"))
	err := db.Tx(ctx, func(tx *conn.Tx) error {
		_, err := tx.Bun().NewInsert().Model(&rowT{ID: 9}).Exec(ctx)
		ok(t, err)
		return errBoom
	})
	if err != errBoom {
		t.Error(err)
	}
	want(t, "rolled back", ids(t, db), "1,2,4")
}

func TestTxFromManyGoroutines(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for k := range 25 {
					id := i*100 + k
					if i%2 == 0 {
						if err := insert(tx.Conn(), id, "x"); err != nil {
							t.Error(err)
						}
						continue
					}
					if _, err := tx.Bun().NewInsert().Model(&rowT{ID: int64(id), V: "x"}).Exec(ctx); err != nil {
						t.Error(err)
					}
				}
			}()
		}
		wg.Wait()
		return nil
	}))
	want(t, "rows", read(t, db, "SELECT count(*) FROM t"), any(int64(200)))
}

func TestConnIsRefusedAfterItsTransaction(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	var kept *conn.Conn
	ok(t, db.Write(ctx, func(c *conn.Conn) error { kept = c; return nil }))
	wantCode(t, insert(kept, 9, "z"), liteerr.Unsupported)
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error { kept = tx.Conn(); return insert(kept, 1, "a") }))
	wantCode(t, insert(kept, 2, "b"), liteerr.Unsupported)
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		wantCode(t, insert(kept, 3, "into another transaction"), liteerr.Unsupported)
		return nil
	}))
	// The caller commits bun's transaction himself: what follows must not commit by itself.
	err := db.Tx(ctx, func(tx *conn.Tx) error {
		ok(t, insert(tx.Conn(), 4, "d"))
		ok(t, tx.Bun().Commit())
		wantCode(t, insert(tx.Conn(), 5, "e"), liteerr.Unsupported)
		return nil
	})
	if err == nil {
		t.Error("ending the transaction twice is no error")
	}
	want(t, "rows", ids(t, db), "1,4")
}

func TestCallsInsideTheOwnTransactionAreRefused(t *testing.T) {
	t.Parallel()
	db, other := open(t), open(t)
	script(t, db, tableT)
	script(t, other, tableT)
	var after context.Context
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		inTx := conn.WithTx(ctx, tx)
		after = inTx
		if conn.FromContext(inTx, db) != tx || conn.FromContext(inTx, other) != nil || conn.FromContext(ctx, db) != nil {
			t.Error("FromContext")
		}
		e := wantCode(t, db.Write(inTx, func(*conn.Conn) error { return nil }), liteerr.Unsupported)
		if !strings.Contains(e.Hint, "use the transaction") {
			t.Error(e)
		}
		wantCode(t, db.Tx(inTx, func(*conn.Tx) error { return nil }), liteerr.Unsupported)
		return other.Tx(inTx, func(tx2 *conn.Tx) error { // another database is another matter
			both := conn.WithTx(inTx, tx2)
			if conn.FromContext(both, db) != tx || conn.FromContext(both, other) != tx2 {
				t.Error("FromContext with two transactions")
			}
			return insert(tx2.Conn(), 1, "x")
		})
	}))
	if conn.FromContext(after, db) != nil {
		t.Error("the mark outlives the transaction")
	}
	ok(t, db.Write(after, func(c *conn.Conn) error { return insert(c, 2, "y") }))
}

func TestWritersQueue(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE n(i INTEGER); INSERT INTO n VALUES(0)")
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 25 {
				var err error
				switch g % 4 {
				case 0:
					err = exec(db, "UPDATE n SET i=i+1")
				case 1:
					err = db.Tx(ctx, func(tx *conn.Tx) error {
						v, err := one(tx.Conn(), "SELECT i FROM n")
						if err != nil {
							return err
						}
						_, err = tx.Conn().Exec(ctx, q("UPDATE n SET i=?"), values(int(v.(int64))+1))
						return err
					})
				case 2:
					_, err = db.Bun().ExecContext(ctx, "UPDATE n SET i=i+1")
				case 3:
					err = db.Bun().RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
						var i int
						if err := tx.NewRaw("SELECT i FROM n").Scan(ctx, &i); err != nil {
							return err
						}
						_, err := tx.ExecContext(ctx, "UPDATE n SET i=?", i+1)
						return err
					})
				}
				if err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	want(t, "count", read(t, db, "SELECT i FROM n"), any(int64(200)))
}

func TestBusyFromAnotherDB(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	a := openAt(t, path)
	b := openAt(t, path, func(o *conn.Options) { o.BusyTimeout = 30 * time.Millisecond })
	script(t, a, tableT)
	ok(t, a.Tx(ctx, func(tx *conn.Tx) error {
		ok(t, insert(tx.Conn(), 1, "a"))
		for name, err := range map[string]error{
			"Write": exec(b, "INSERT INTO t VALUES(2,'b')"),
			"Tx":    b.Tx(ctx, func(*conn.Tx) error { return nil }),
			"bun": func() error {
				_, err := b.Bun().ExecContext(ctx, "INSERT INTO t VALUES(3,'c')")
				return err
			}(),
		} {
			if e := wantCode(t, err, liteerr.Busy); !e.Retryable() {
				t.Errorf("%s: not retryable", name)
			}
		}
		want(t, "reading goes on", ids(t, b), "")
		return nil
	}))
	ok(t, exec(b, "INSERT INTO t VALUES(4,'d')"))
	want(t, "rows", ids(t, a), "1,4")
}

func TestManyProcessesLoseNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	db := openAt(t, path)
	script(t, db, "CREATE TABLE n(i INTEGER); INSERT INTO n VALUES(0)")
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			want(t, "child", child(t, "increment", path, false), "done\n")
		}()
	}
	ok(t, increment(db))
	wg.Wait()
	want(t, "count", read(t, db, "SELECT i FROM n"), any(int64(4*increments)))
}

const increments = 200

// increment reads and writes a counter in one transaction, again and again, from two
// goroutines.
func increment(db *conn.DB) error {
	errs := make(chan error)
	for range 2 {
		go func() {
			for range increments / 2 {
				err := db.Tx(ctx, func(tx *conn.Tx) error {
					v, err := one(tx.Conn(), "SELECT i FROM n")
					if err != nil {
						return err
					}
					_, err = tx.Conn().Exec(ctx, q("UPDATE n SET i=?"), values(int(v.(int64))+1))
					return err
				})
				if err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	return errors.Join(<-errs, <-errs)
}

func TestHooksSeeTransactions(t *testing.T) {
	t.Parallel()
	h := new(recorder)
	db := open(t, func(o *conn.Options) { o.QueryHooks = []bun.QueryHook{h} })
	script(t, db, tableT)
	h.take()
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		return tx.Conn().Savepoint(ctx, func() error { return insert(tx.Conn(), 1, "a") })
	}))
	want(t, "transaction", h.take(), "BEGIN|SAVEPOINT litestone_1|INSERT INTO t VALUES(?,?) [1 a]|RELEASE litestone_1|COMMIT")
	ok(t, db.Snapshot(ctx, func(c *conn.Conn) error { _, err := one(c, "SELECT 1"); return err }))
	want(t, "snapshot", h.take(), "BEGIN|SELECT 1|COMMIT")
}
