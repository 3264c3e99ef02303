package conn_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// recorder is a query hook that writes down what it sees.
type recorder struct {
	mu     sync.Mutex
	lines  []string
	events []*bun.QueryEvent
}

type recorderKey struct{}

func (r *recorder) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	return context.WithValue(ctx, recorderKey{}, e)
}

func (r *recorder) AfterQuery(ctx context.Context, e *bun.QueryEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	line := e.Query
	if len(e.QueryArgs) > 0 {
		line += fmt.Sprint(" ", e.QueryArgs)
	}
	if ctx.Value(recorderKey{}) != any(e) {
		line += " (context lost)"
	}
	r.lines = append(r.lines, line)
	r.events = append(r.events, e)
}

func (r *recorder) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := strings.Join(r.lines, "|")
	r.lines, r.events = nil, nil
	return s
}

func TestQueryHooks(t *testing.T) {
	t.Parallel()
	h := new(recorder)
	db := open(t, func(o *conn.Options) { o.QueryHooks = []bun.QueryHook{h} })
	want(t, "opening", h.take(), "")
	script(t, db, tableT)
	want(t, "script", h.take(), tableT)
	before := time.Now()
	ok(t, exec(db, "INSERT INTO t VALUES(?,?),(2,'b')", 1, "a"))
	e := h.events[0]
	if e.DB != db.Bun() || e.QueryTemplate != "INSERT INTO t VALUES(?,?),(2,'b')" || e.Err != nil || e.IQuery != nil || e.Model != nil {
		t.Errorf("event %+v", e)
	}
	if e.StartTime.Before(before) || time.Since(e.StartTime) > time.Minute {
		t.Errorf("start %v", e.StartTime)
	}
	n, err := e.Result.RowsAffected()
	ok(t, err)
	want(t, "rows affected", n, 2)
	want(t, "operation", e.Operation(), "INSERT")
	want(t, "exec", h.take(), "INSERT INTO t VALUES(?,?),(2,'b') [1 a]")
	read(t, db, "SELECT count(*) FROM t WHERE id>?", 0)
	n, _ = h.events[0].Result.RowsAffected()
	want(t, "rows given", n, 1)
	want(t, "run", h.take(), "SELECT count(*) FROM t WHERE id>? [0]")
	wantCode(t, exec(db, "INSERT INTO t VALUES(1,'again')"), liteerr.Unique)
	wantCode(t, h.events[0].Err, liteerr.Unique)
	if h.events[0].Result != nil {
		t.Error("a failed statement has a result")
	}
	h.take()
	var rows []rowT
	ok(t, db.Bun().NewSelect().Model(&rows).Where("id = ?", 2).Scan(ctx))
	want(t, "bun", h.take(), `SELECT "rowt"."id", "rowt"."v" FROM "t" AS "rowt" WHERE (id = 2)`)
}

func TestBunRoutesReadsToReaders(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT+"; INSERT INTO t VALUES(1,'a')")
	// The writer is taken: what reads goes on, what writes waits.
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		ok(t, insert(tx.Conn(), 2, "b"))
		n, err := db.Bun().NewSelect().Model((*rowT)(nil)).Count(ctx)
		ok(t, err)
		want(t, "count", n, 1)
		exists, err := db.Bun().NewSelect().Model((*rowT)(nil)).Where("id=2").Exists(ctx)
		ok(t, err)
		want(t, "exists", exists, false)
		cctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		if _, err := db.Bun().NewInsert().Model(&rowT{ID: 3}).Exec(cctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("insert beside a transaction: %v", err)
		}
		return nil
	}))
	_, err := db.Bun().NewUpdate().Model(&rowT{ID: 2, V: "B"}).WherePK().Exec(ctx)
	ok(t, err)
	var m []map[string]any
	ok(t, db.Bun().NewSelect().Table("t").OrderExpr("id").Scan(ctx, &m))
	want(t, "maps", fmt.Sprint(m), "[map[id:1 v:a] map[id:2 v:B]]")
}

func TestBunRawQueries(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	var id int
	ok(t, db.Bun().NewRaw("INSERT INTO t VALUES(?,?) RETURNING id", 5, "SELECT").Scan(ctx, &id))
	want(t, "returned", id, 5)
	ok(t, db.Bun().NewRaw("WITH x AS (SELECT 6 AS id) INSERT INTO t SELECT id, 'x' FROM x RETURNING id").Scan(ctx, &id))
	want(t, "returned", id, 6)
	ok(t, db.Bun().NewRaw("WITH x AS (SELECT max(id) AS id FROM t) SELECT id FROM x").Scan(ctx, &id))
	want(t, "selected", id, 6)
}

func TestPlainTransactions(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	tx, err := db.Bun().BeginTx(ctx, nil)
	ok(t, err)
	_, err = tx.ExecContext(ctx, "INSERT INTO t VALUES(1,'a')")
	ok(t, err)
	ok(t, tx.Rollback())
	_, err = db.Bun().BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadUncommitted})
	wantCode(t, err, liteerr.Unsupported)
	// A context that ends while the transaction is open rolls back; the connection lives.
	cctx, cancel := context.WithCancel(ctx)
	tx, err = db.Bun().BeginTx(cctx, nil)
	ok(t, err)
	_, err = tx.ExecContext(cctx, "INSERT INTO t VALUES(2,'b')")
	ok(t, err)
	cancel()
	if err := tx.Commit(); err == nil {
		t.Error("committed after its context ended")
	}
	ok(t, exec(db, "INSERT INTO t VALUES(3,'c')"))
	want(t, "rows", ids(t, db), "3")
	// A transaction left open in raw SQL does not reach the next borrower.
	_, err = db.Bun().ExecContext(ctx, "BEGIN")
	ok(t, err)
	_, err = db.Bun().ExecContext(ctx, "INSERT INTO t VALUES(4,'d')")
	ok(t, err)
	ok(t, exec(db, "INSERT INTO t VALUES(5,'e')"))
	if _, err = db.Bun().ExecContext(ctx, "COMMIT"); err == nil {
		t.Error("the raw transaction outlived its borrower")
	}
	want(t, "rows", ids(t, db), "3,4,5")
}

func TestPreparedPlainStatements(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	st, err := db.Bun().PrepareContext(ctx, "INSERT INTO t VALUES(?,?) RETURNING v")
	ok(t, err)
	defer st.Close()
	for i := range 3 {
		var v string
		ok(t, st.QueryRowContext(ctx, i, fmt.Sprint("v", i)).Scan(&v))
		want(t, "returned", v, fmt.Sprint("v", i))
	}
	var v string
	wantCode(t, st.QueryRowContext(ctx, 1, "again").Scan(&v), liteerr.Unique)
	ok(t, db.Bun().PingContext(ctx))
	want(t, "rows", ids(t, db), "0,1,2")
}

func TestGuard(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	refusal := &liteerr.Error{Code: liteerr.AccessDenied, Message: "no"}
	db := open(t, func(o *conn.Options) {
		o.Guard = func(ctx context.Context, c *conn.Conn, sql string) error {
			mu.Lock()
			seen = append(seen, sql)
			mu.Unlock()
			if strings.Contains(sql, "forbidden") {
				return refusal
			}
			if _, err := c.Exec(ctx, q("CREATE TEMP TABLE IF NOT EXISTS who(name TEXT)"), nil); err != nil {
				return err
			}
			if _, err := c.Exec(ctx, q("DELETE FROM temp.who"), nil); err != nil {
				return err
			}
			_, err := c.Exec(ctx, q("INSERT INTO temp.who VALUES(?)"), values(fmt.Sprint(ctx.Value(recorderKey{}))))
			return err
		}
	})
	script(t, db, tableT)
	read(t, db, "SELECT 1")
	if len(seen) > 0 {
		t.Fatalf("the runner is guarded: %v", seen)
	}
	as := func(name string) context.Context { return context.WithValue(ctx, recorderKey{}, name) }
	var who string
	ok(t, db.Bun().NewRaw("SELECT name FROM temp.who").Scan(as("ada"), &who))
	want(t, "identity on a reader", who, "ada")
	ok(t, db.Bun().QueryRowContext(as("bob"), "SELECT name FROM temp.who").Scan(&who))
	want(t, "identity on the writer", who, "bob")
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		ok(t, tx.Bun().NewRaw("SELECT name FROM temp.who").Scan(as("eve"), &who))
		want(t, "identity in a transaction", who, "eve")
		return nil
	}))
	for name, f := range map[string]func() error{
		"exec":    func() error { _, err := db.Bun().ExecContext(ctx, "DELETE FROM forbidden"); return err },
		"select":  func() error { return db.Bun().NewRaw("SELECT 1 FROM forbidden").Scan(ctx, new(int)) },
		"prepare": func() error { _, err := db.Bun().Prepare("SELECT 1 FROM forbidden"); return err },
		"sql.DB":  func() error { _, err := db.Bun().DB.Exec("SELECT 1 FROM forbidden"); return err },
	} {
		if err := f(); !errors.Is(err, refusal) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	st, err := db.Bun().Prepare("SELECT name FROM temp.who")
	ok(t, err)
	defer st.Close()
	ok(t, st.QueryRowContext(as("zoe")).Scan(&who))
	want(t, "identity of a prepared statement's execution", who, "zoe")
}
