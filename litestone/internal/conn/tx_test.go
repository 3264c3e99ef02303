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
