package conn_test

import (
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
)

// On the pure Go driver the runner allocates nothing of its own, per call or per row; the cgo
// driver boxes every value, which is its affair.
func TestAllocations(t *testing.T) {
	db := open(t)
	script(t, db, `CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, v TEXT) STRICT;
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i<1000) INSERT INTO t SELECT i, i*1000, 'text ' || i FROM c`)
	if db.Features().Driver != "sqlite" {
		t.Skip("only for the pure Go driver")
	}
	var rows int
	var sum int64
	key := values(500)
	text := values("text 500")
	update := []query.Value{query.Int(7), query.Text("a text of some length"), query.Int(500)}
	each := func(r *conn.Row) error { rows++; sum += r.Int64(0); return nil }
	var texts []string
	eachText := func(r *conn.Row) error { texts = append(texts, r.Text(0)); return nil }
	run := func(sql string, args []query.Value, each func(*conn.Row) error) func(*conn.Conn) error {
		return func(c *conn.Conn) error { return c.Run(ctx, conn.Query{SQL: sql, Short: true}, args, each) }
	}
	byKey := run("SELECT t.n FROM t WHERE t.id=?", key, each)
	byText := run("SELECT t.n FROM t WHERE t.v=?", text, each)
	all := run("SELECT t.n FROM t", nil, each)
	allTexts := run("SELECT t.v FROM t", nil, eachText)
	write := func(c *conn.Conn) error {
		_, err := c.Exec(ctx, conn.Query{SQL: "UPDATE t SET n=?, v=? WHERE id=?", Short: true}, update)
		return err
	}
	returning := run("UPDATE t SET n=?, v=? WHERE id=? RETURNING n", update, each)
	for _, x := range []struct {
		name string
		f    func() error
		most float64
	}{
		{"read by key", func() error { return db.Read(ctx, byKey) }, 0},
		{"read by text", func() error { return db.Read(ctx, byText) }, 0},
		{"snapshot", func() error { return db.Snapshot(ctx, byKey) }, 4},
		{"1000 rows", func() error { return db.Read(ctx, all) }, 0},
		{"1000 texts", func() error { texts = texts[:0]; return db.Read(ctx, allTexts) }, 10},
		{"update", func() error { return db.Write(ctx, write) }, 4},
		{"update returning", func() error { return db.Write(ctx, returning) }, 4},
	} {
		if err := x.f(); err != nil {
			t.Fatal(x.name, err)
		}
		if got := testing.AllocsPerRun(50, func() { x.f() }); got > x.most {
			t.Errorf("%s: %v allocations, at most %v", x.name, got, x.most)
		}
	}
	ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
		if got := testing.AllocsPerRun(50, func() { write(tx.Conn()) }); got > 0 {
			t.Errorf("update in a transaction: %v allocations", got)
		}
		return nil
	}))
	if rows == 0 || sum == 0 {
		t.Error("nothing was read")
	}
}

// Texts stay what they were while later rows and runs are read.
func TestTextsAreTheCallersToKeep(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, `CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT) STRICT;
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i<3000)
		INSERT INTO t SELECT i, substr(replace(hex(zeroblob(5000)), '0', char(97 + i%26)), 1, (i*i)%9000) FROM c`)
	var kept []string
	for range 3 {
		ok(t, db.Read(ctx, func(c *conn.Conn) error {
			return c.Run(ctx, q("SELECT v FROM t ORDER BY id"), nil, func(r *conn.Row) error {
				kept = append(kept, r.Text(0))
				return nil
			})
		}))
	}
	want(t, "texts", len(kept), 9000)
	for i, s := range kept {
		id := i%3000 + 1
		if s != strings.Repeat(string(rune('a'+id%26)), id*id%9000) {
			t.Fatalf("text %d is not what was stored", id)
		}
	}
}

// Arguments reach SQLite whatever their size and number.
func TestArguments(t *testing.T) {
	t.Parallel()
	db := open(t)
	big := strings.Repeat("x", 3<<20)
	ok(t, db.Read(ctx, func(c *conn.Conn) error {
		for _, args := range [][]any{{big, "", "b"}, {"", "", ""}, {"a", big, []byte{}}, {[]byte(big), 1, nil}} {
			var lengths []int64
			err := c.Run(ctx, q("SELECT length(?), length(?), length(?)"), values(args...), func(r *conn.Row) error {
				lengths = []int64{r.Int64(0), r.Int64(1), r.Int64(2)}
				return nil
			})
			if err != nil {
				return err
			}
			for i, a := range args {
				switch a := a.(type) {
				case string:
					want(t, "length", lengths[i], int64(len(a)))
				case []byte:
					want(t, "length", lengths[i], int64(len(a)))
				}
			}
		}
		many := make([]any, 2000)
		for i := range many {
			many[i] = strings.Repeat("é", i%7)
		}
		n, err := one(c, "SELECT sum(length(column1)) FROM (VALUES (?)"+strings.Repeat(",(?)", len(many)-1)+")", many...)
		expected := int64(0)
		for i := range many {
			expected += int64(i % 7)
		}
		want(t, "many", n, any(expected))
		return err
	}))
}
