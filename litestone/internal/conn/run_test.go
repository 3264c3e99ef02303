package conn_test

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

func TestRowAccessors(t *testing.T) {
	t.Parallel()
	db := open(t)
	type cell struct {
		kind  query.Kind
		null  bool
		int   int64
		real  float64
		text  string
		bytes []byte
		value any
	}
	cases := []struct {
		arg  any
		cell cell
	}{
		{nil, cell{query.KindNull, true, 0, 0, "", nil, nil}},
		{42, cell{query.KindInt, false, 42, 42, "42", []byte("42"), int64(42)}},
		{int64(-1 << 62), cell{query.KindInt, false, -1 << 62, -1 << 62, "-4611686018427387904", []byte("-4611686018427387904"), int64(-1 << 62)}},
		{2.75, cell{query.KindReal, false, 2, 2.75, "2.75", []byte("2.75"), 2.75}},
		{"héllo", cell{query.KindText, false, 0, 0, "héllo", []byte("héllo"), "héllo"}},
		{"7", cell{query.KindText, false, 7, 7, "7", []byte("7"), "7"}},
		{"", cell{query.KindText, false, 0, 0, "", []byte{}, ""}},
		{"a\x00b", cell{query.KindText, false, 0, 0, "a\x00b", []byte("a\x00b"), "a\x00b"}},
		{[]byte{0, 1, 255}, cell{query.KindBlob, false, 0, 0, "\x00\x01\xff", []byte{0, 1, 255}, []byte{0, 1, 255}}},
		{[]byte{}, cell{query.KindBlob, false, 0, 0, "", []byte{}, []byte{}}},
	}
	ok(t, db.Read(ctx, func(c *conn.Conn) error {
		for _, x := range cases {
			rows := 0
			err := c.Run(ctx, q("SELECT ? AS it, typeof(?), ?"), values(x.arg, x.arg, x.arg), func(r *conn.Row) error {
				rows++
				got := cell{r.Kind(0), r.Null(0), r.Int64(0), r.Float64(0), r.Text(0), append([]byte(nil), r.Bytes(0)...), r.Value(0)}
				if x.cell.bytes != nil && len(x.cell.bytes) == 0 {
					got.bytes = r.Bytes(0)
				}
				if !reflect.DeepEqual(got, x.cell) {
					t.Errorf("%#v: got %#v, want %#v", x.arg, got, x.cell)
				}
				want(t, "columns", r.Len(), 3)
				want(t, "name", r.Name(0), "it")
				want(t, "class as SQLite sees it", r.Text(1), []string{"null", "integer", "real", "text", "blob"}[x.cell.kind])
				return nil
			})
			if err != nil {
				return err
			}
			want(t, "rows", rows, 1)
		}
		return nil
	}))
}

// The cgo driver makes Go's own types of some columns other tools declare; they come back in
// one form. The pure Go driver's runner sees what is stored.
func TestForeignColumnTypes(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE f(d DATETIME, b BOOLEAN, n DATETIME); INSERT INTO f VALUES('2024-05-06 07:08:09', 1, NULL)")
	datetime := "2024-05-06T07:08:09.000Z"
	if db.Features().Driver == "sqlite" {
		datetime = "2024-05-06 07:08:09"
	}
	ok(t, db.Read(ctx, func(c *conn.Conn) error {
		return c.Run(ctx, q("SELECT d, b, n, d || '' FROM f"), nil, func(r *conn.Row) error {
			want(t, "datetime", r.Text(0), datetime)
			want(t, "datetime value", r.Value(0), any(datetime))
			want(t, "datetime kind", r.Kind(0), query.KindText)
			want(t, "boolean", r.Int64(1), 1)
			want(t, "boolean value", r.Value(1), any(int64(1)))
			want(t, "boolean kind", r.Kind(1), query.KindInt)
			want(t, "null", r.Null(2), true)
			want(t, "as stored", r.Text(3), "2024-05-06 07:08:09")
			return nil
		})
	}))
}

func TestExecResult(t *testing.T) {
	t.Parallel()
	db := open(t)
	ok(t, db.Write(ctx, func(c *conn.Conn) error {
		steps := []struct {
			sql             string
			changes, lastID int64
		}{
			{"CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER)", 0, 0},
			{"INSERT INTO t VALUES(10,1),(11,2),(12,3)", 3, 12},
			{"  -- a comment\n UPDATE t SET n=n+1 WHERE id>10", 2, 12},
			{"CREATE INDEX i ON t(n)", 0, 0},
			{"INSERT INTO t(n) VALUES(1) RETURNING id", 1, 0},
			{"WITH x AS (SELECT 11 AS id) DELETE FROM t WHERE id IN (SELECT id FROM x)", 1, 13},
			{"SELECT * FROM t", 0, 0},
			{"PRAGMA user_version=3", 0, 0},
			{"DELETE FROM t WHERE id=999", 0, 13},
		}
		for _, s := range steps {
			r, err := c.Exec(ctx, q(s.sql), nil)
			if err != nil {
				return fmt.Errorf("%s: %w", s.sql, err)
			}
			want(t, s.sql+": changes", r.Changes, s.changes)
			if s.lastID != 0 {
				want(t, s.sql+": last id", r.LastID, s.lastID)
			}
		}
		return nil
	}))
	want(t, "rows", read(t, db, "SELECT group_concat(id) FROM t"), any("10,12,13"))
}

// A write with RETURNING is done and committed whatever its caller does with the rows.
func TestReturningIsSteppedToTheEnd(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY)")
	const insert = "INSERT INTO t(id) VALUES(?),(?),(?) RETURNING id"
	ok(t, db.Write(ctx, func(c *conn.Conn) error {
		_, err := c.Exec(ctx, q(insert), values(1, 2, 3))
		want(t, "seen at once by readers", read(t, db, "SELECT count(*) FROM t"), any(int64(3)))
		return err
	}))
	ok(t, db.Write(ctx, func(c *conn.Conn) error { return c.Run(ctx, q(insert), values(4, 5, 6), nil) }))
	calls := 0
	err := db.Write(ctx, func(c *conn.Conn) error {
		return c.Run(ctx, q(insert), values(7, 8, 9), func(*conn.Row) error { calls++; return errBoom })
	})
	if err != errBoom {
		t.Errorf("error of each: got %v", err)
	}
	want(t, "calls of each", calls, 1)
	want(t, "rows", read(t, db, "SELECT count(*) FROM t"), any(int64(9)))
	// A read stops at once, and the statement can be used again.
	ok(t, db.Read(ctx, func(c *conn.Conn) error {
		for range 3 {
			calls = 0
			err := c.Run(ctx, q("SELECT id FROM t"), nil, func(*conn.Row) error { calls++; return errBoom })
			if err != errBoom || calls != 1 {
				t.Errorf("got %v after %d rows", err, calls)
			}
		}
		return nil
	}))
}

func TestStatementsInsideEach(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES(1),(2),(3); CREATE TABLE log(a INTEGER, b INTEGER)")
	nested := func(c *conn.Conn, write bool) error {
		pairs := ""
		err := c.Run(ctx, q("SELECT id FROM t WHERE id>? ORDER BY id"), values(0), func(a *conn.Row) error {
			return c.Run(ctx, q("SELECT id FROM t WHERE id>? ORDER BY id"), values(1), func(b *conn.Row) error {
				pairs += fmt.Sprint(a.Int64(0), b.Int64(0), " ")
				if write {
					_, err := c.Exec(ctx, q("INSERT INTO log VALUES(?,?)"), values(int(a.Int64(0)), int(b.Int64(0))))
					return err
				}
				return nil
			})
		})
		want(t, "pairs", pairs, "1 2 1 3 2 2 2 3 3 2 3 3 ")
		return err
	}
	ok(t, db.Read(ctx, func(c *conn.Conn) error { return nested(c, false) }))
	ok(t, db.Write(ctx, func(c *conn.Conn) error { return nested(c, true) }))
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error { return nested(tx.Conn(), true) }))
	want(t, "log", read(t, db, "SELECT count(*) FROM log"), any(int64(12)))
}

func TestPanicInEach(t *testing.T) {
	t.Parallel()
	db := open(t)
	for name, lend := range map[string]func(func(*conn.Conn) error) error{
		"reader": func(f func(*conn.Conn) error) error { return db.Read(ctx, f) },
		"writer": func(f func(*conn.Conn) error) error { return db.Write(ctx, f) },
	} {
		func() {
			defer func() { want(t, name, recover(), any("ouch")) }()
			lend(func(c *conn.Conn) error {
				return c.Run(ctx, q("SELECT 1"), nil, func(*conn.Row) error { panic("ouch") })
			})
		}()
		ok(t, lend(func(c *conn.Conn) error {
			v, err := one(c, "SELECT 1")
			want(t, "afterwards", v, any(int64(1)))
			return err
		}))
	}
}

func TestStatementCache(t *testing.T) {
	t.Parallel()
	db := open(t, func(o *conn.Options) { o.StatementCache = 3; o.Readers = 1 })
	want(t, "value", read(t, db, "SELECT 1"), any(int64(1)))
	size := func(what string, reads, writes int) {
		t.Helper()
		r, w := db.CacheSize()
		want(t, what+": read", r, reads)
		want(t, what+": write", w, writes)
	}
	_, w := db.CacheSize()
	for i := range 10 {
		want(t, "value", read(t, db, fmt.Sprintf("SELECT %d", i)), any(int64(i)))
	}
	size("full", 3, w)
	for range 3 { // eviction spares what was used last
		read(t, db, "SELECT 'kept'")
		read(t, db, fmt.Sprintf("SELECT %d", 100))
		read(t, db, fmt.Sprintf("SELECT %d", 101))
		read(t, db, fmt.Sprintf("SELECT %d", 102))
	}
	size("full", 3, w)
	// A statement evicted while it runs goes on.
	ok(t, db.Read(ctx, func(c *conn.Conn) error {
		seen := 0
		err := c.Run(ctx, q("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3"), nil, func(r *conn.Row) error {
			seen++
			for i := range 5 {
				if _, err := one(c, fmt.Sprintf("SELECT %d%d", seen, i)); err != nil {
					return err
				}
			}
			return nil
		})
		want(t, "rows", seen, 3)
		return err
	}))
	size("after", 3, w)
	script(t, db, "CREATE TABLE t(a)")
	size("a script is not kept", 3, w)
	ok(t, exec(db, "INSERT INTO t VALUES(1)"))
	if _, now := db.CacheSize(); now > 3 {
		t.Errorf("writer keeps %d", now)
	}
	ok(t, db.Close())
	size("closed", 0, 0)
}

func TestCachedStatementsSurviveSchemaChanges(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE t(a INTEGER); INSERT INTO t VALUES(1)")
	columns := func() (names []string) {
		ok(t, db.Read(ctx, func(c *conn.Conn) error {
			return c.Run(ctx, q("SELECT * FROM t"), nil, func(r *conn.Row) error {
				names = nil
				for i := range r.Len() {
					names = append(names, r.Name(i))
				}
				return nil
			})
		}))
		return names
	}
	want(t, "before", strings.Join(columns(), ","), "a")
	script(t, db, "ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 2")
	want(t, "after", strings.Join(columns(), ","), "a,b")
	script(t, db, "DROP TABLE t; CREATE TABLE t(z TEXT); INSERT INTO t VALUES('z')")
	want(t, "another table", strings.Join(columns(), ","), "z")
}

func TestBadStatements(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE t(a INTEGER)")
	cases := []struct {
		sql     string
		args    []query.Value
		code    liteerr.Code
		message string
	}{
		{"SELECT", nil, liteerr.SQL, "incomplete input"},
		{"SELECT nope FROM t", nil, liteerr.SQL, "no such column: nope"},
		{"SELECT * FROM missing", nil, liteerr.SQL, "no such table: missing"},
		{"SELECT ?", nil, liteerr.SQL, "the statement has 1 parameters, and 0 values were given"},
		{"SELECT ?", values(1, 2), liteerr.SQL, "the statement has 1 parameters, and 2 values were given"},
		{"SELECT 1; SELECT 2", nil, liteerr.Unsupported, "no statement or more than one"},
		{"", nil, liteerr.Unsupported, "no statement or more than one"},
		{"-- nothing", nil, liteerr.Unsupported, "no statement or more than one"},
	}
	for _, c := range cases {
		for range 2 {
			err := db.Read(ctx, func(x *conn.Conn) error { return x.Run(ctx, q(c.sql), c.args, nil) })
			if e := wantCode(t, err, c.code); !strings.Contains(e.Message, c.message) {
				t.Errorf("%s: message %q, want %q", c.sql, e.Message, c.message)
			}
		}
	}
	want(t, "still works", read(t, db, "SELECT 1;"), any(int64(1)))
}

func TestScript(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE a(x); -- one\n CREATE TABLE b(x); INSERT INTO b VALUES(';'), ('--');")
	want(t, "rows", read(t, db, "SELECT count(*) FROM b"), any(int64(2)))
	err := db.Tx(ctx, func(tx *conn.Tx) error {
		return tx.Conn().Script(ctx, "INSERT INTO a VALUES(1); COMMIT; INSERT INTO a VALUES(2)")
	})
	if e := wantCode(t, err, liteerr.Unsupported); !strings.Contains(e.Message, "ended the transaction") {
		t.Error(e)
	}
	err = db.Write(ctx, func(c *conn.Conn) error { return c.Script(ctx, "BEGIN; INSERT INTO a VALUES(3)") })
	if e := wantCode(t, err, liteerr.Unsupported); !strings.Contains(e.Message, "left a transaction open") {
		t.Error(e)
	}
	ok(t, exec(db, "INSERT INTO b VALUES(1)"))
	want(t, "nothing of the open transaction", read(t, db, "SELECT count(*) FROM a WHERE x=3"), any(int64(0)))
	wantCode(t, db.Write(ctx, func(c *conn.Conn) error { return c.Script(ctx, "CREATE TABLE c(x); CREATE TABLE c(x)") }), liteerr.SQL)
	want(t, "first statement stays", read(t, db, "SELECT count(*) FROM c"), any(int64(0)))
}

func TestMoreCallersThanReaders(t *testing.T) {
	t.Parallel()
	db := open(t, func(o *conn.Options) { o.Readers = 2 })
	script(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES(1,'x')")
	var wg sync.WaitGroup
	for range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				err := db.Read(ctx, func(c *conn.Conn) error {
					v, err := one(c, "SELECT v FROM t WHERE id=?", 1)
					if v != "x" {
						return fmt.Errorf("got %v", v)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
}
