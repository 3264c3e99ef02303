package conn_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

func TestTypedErrors(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, `
		CREATE TABLE users(id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, a TEXT, b TEXT, age INTEGER,
			CONSTRAINT adult CHECK(age IS NULL OR age >= 18), UNIQUE(a, b)) STRICT;
		CREATE TABLE tags(name TEXT);
		CREATE UNIQUE INDEX lower_name ON tags(lower(name));
		CREATE TABLE posts(id TEXT PRIMARY KEY, userId INTEGER REFERENCES users(id), later INTEGER REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED) STRICT;
		CREATE TABLE two(x INTEGER, y INTEGER, PRIMARY KEY(x, y)) STRICT, WITHOUT ROWID;
		CREATE TABLE "odd name"("a b" TEXT UNIQUE);
		CREATE TRIGGER no_bob BEFORE INSERT ON users WHEN NEW.email = 'bob' BEGIN SELECT RAISE(ABORT, 'no bob here'); END;
		CREATE TRIGGER no_eve BEFORE INSERT ON users WHEN NEW.email = 'eve' BEGIN SELECT RAISE(ABORT, 'litestone:denied:users:create rule'); END;
		INSERT INTO users(id, email, a, b) VALUES(1, 'ada', 'x', 'y');
		INSERT INTO posts VALUES('p', 1, NULL);
		INSERT INTO two VALUES(1, 2);
		INSERT INTO tags VALUES('go');
		INSERT INTO "odd name" VALUES('z');
	`)
	cases := []struct {
		sql    string
		code   liteerr.Code
		number int
		fields string
		table  string
		name   string
	}{
		{"INSERT INTO users(email) VALUES('ada')", liteerr.Unique, 2067, "email", "users", ""},
		{"INSERT INTO tags VALUES('GO')", liteerr.Unique, 2067, "", "", "lower_name"},
		{"INSERT INTO users(email,a,b) VALUES('c','x','y')", liteerr.Unique, 2067, "a,b", "users", ""},
		{"INSERT INTO users(id,email) VALUES(1,'c')", liteerr.Unique, 1555, "id", "users", ""},
		{"INSERT INTO posts VALUES('p',1,NULL)", liteerr.Unique, 1555, "id", "posts", ""},
		{"INSERT INTO two VALUES(1,2)", liteerr.Unique, 1555, "x,y", "two", ""},
		{`INSERT INTO "odd name" VALUES('z')`, liteerr.Unique, 2067, "a b", "odd name", ""},
		{"INSERT INTO users(email) VALUES(NULL)", liteerr.NotNull, 1299, "email", "users", ""},
		{"UPDATE users SET email=NULL", liteerr.NotNull, 1299, "email", "users", ""},
		{"INSERT INTO users(email,age) VALUES('c',3)", liteerr.Check, 275, "", "", "adult"},
		{"INSERT INTO users(email,age) VALUES('c','old')", liteerr.Validation, 3091, "age", "users", ""},
		{"INSERT INTO users(id,email) VALUES('x','c')", liteerr.Validation, 3091, "id", "users", ""},
		{"INSERT INTO posts VALUES('q',99,NULL)", liteerr.ForeignKey, 787, "", "", ""},
		{"DELETE FROM users", liteerr.ForeignKey, 787, "", "", ""},
		{"INSERT INTO users(email) VALUES('bob')", liteerr.Check, 1811, "", "", ""},
		{"SELECT nope", liteerr.SQL, 1, "", "", ""},
		{"SELECT zeroblob(2000000000)", liteerr.Validation, 18, "", "", ""},
	}
	for _, c := range cases {
		for _, way := range []string{"runner", "bun"} {
			t.Run(c.sql+" "+way, func(t *testing.T) {
				var err error
				if way == "runner" {
					err = exec(db, c.sql)
				} else {
					_, err = db.Bun().ExecContext(ctx, c.sql)
				}
				if c.number == 3091 && strings.Contains(c.sql, "'x','c'") { // an INTEGER PRIMARY KEY says mismatch
					var e *liteerr.Error
					var r *conn.Refusal
					if errors.As(err, &e) && errors.As(err, &r) && r.Code == 20 {
						want(t, "code", e.Code, liteerr.Validation)
						return
					}
				}
				e := wantCode(t, err, c.code)
				var r *conn.Refusal
				if !errors.As(err, &r) {
					t.Fatalf("%v has no Refusal", err)
				}
				want(t, "result code", r.Code, c.number)
				want(t, "fields", strings.Join(e.Fields, ","), c.fields)
				want(t, "table", r.Table, c.table)
				want(t, "name", r.Name, c.name)
				if strings.Contains(r.Message, fmt.Sprintf("(%d)", r.Code)) || strings.HasPrefix(r.Message, "constraint failed:") || strings.HasPrefix(r.Message, "SQL logic error:") {
					t.Errorf("message %q still has the driver's decoration", r.Message)
				}
			})
		}
	}
	// A deferred constraint fails at COMMIT, and nothing is left.
	err := db.Tx(ctx, func(tx *conn.Tx) error {
		_, err := tx.Conn().Exec(ctx, q("INSERT INTO posts VALUES('late',1,77)"), nil)
		return err
	})
	wantCode(t, err, liteerr.ForeignKey)
	want(t, "rows", read(t, db, "SELECT count(*) FROM posts"), any(int64(1)))
	ok(t, exec(db, "INSERT INTO posts VALUES('fine',1,1)"))
}

func TestDenied(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE users(id INTEGER PRIMARY KEY, n INTEGER) STRICT")
	for _, way := range []conn.RowCheck{conn.RaiseInReturning, conn.JSONError} {
		t.Run(way.String(), func(t *testing.T) {
			insert := q("INSERT INTO users(n) VALUES(?) RETURNING id, CASE WHEN (users.n > 5) IS TRUE THEN 1 ELSE " + way.Deny("users", "who's: it") + " END")
			run := func(n int) error {
				return db.Write(ctx, func(c *conn.Conn) error { return c.Run(ctx, insert, values(n), nil) })
			}
			before := read(t, db, "SELECT count(*) FROM users")
			e := wantCode(t, run(1), liteerr.AccessDenied)
			want(t, "model", e.Model, "users")
			var d *conn.Denied
			if !errors.As(e, &d) || d.Model != "users" || d.Rule != "who's: it" {
				t.Errorf("cause %#v", e.Err)
			}
			want(t, "rows", read(t, db, "SELECT count(*) FROM users"), before)
			ok(t, run(9))
			// In a transaction the rows before stay.
			ok(t, db.Tx(ctx, func(tx *conn.Tx) error {
				ok(t, tx.Conn().Run(ctx, insert, values(10), nil))
				wantCode(t, tx.Conn().Run(ctx, insert, values(2), nil), liteerr.AccessDenied)
				return tx.Conn().Run(ctx, insert, values(11), nil)
			}))
			want(t, "rows", read(t, db, "SELECT count(*) FROM users"), any(before.(int64)+3))
		})
	}
	want(t, "no such expression", conn.Savepoint.Deny("m", "r"), "")
	ok(t, exec(db, "CREATE TRIGGER g BEFORE DELETE ON users BEGIN SELECT RAISE(ABORT, 'litestone:denied:users:delete'); END"))
	_, err := db.Bun().ExecContext(ctx, "DELETE FROM users")
	e := wantCode(t, err, liteerr.AccessDenied)
	want(t, "model", e.Model, "users")
}

func TestFullAndCorrupt(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	ok(t, db.Write(ctx, func(c *conn.Conn) error { return c.Script(ctx, "PRAGMA max_page_count=10") }))
	err := db.Tx(ctx, func(tx *conn.Tx) error {
		ok(t, insert(tx.Conn(), 1, "a"))
		_, err := tx.Conn().Exec(ctx, q("INSERT INTO t VALUES(2, zeroblob(1000000))"), nil)
		wantCode(t, err, liteerr.Full)
		wantCode(t, insert(tx.Conn(), 3, "after"), liteerr.Full)
		return nil
	})
	wantCode(t, err, liteerr.Full)
	want(t, "rows", ids(t, db), "")
	ok(t, exec(db, "INSERT INTO t VALUES(4,'d')"))
	path := db.Path()
	ok(t, db.Close())
	data, err := os.ReadFile(path)
	ok(t, err)
	for i := 8192; i < len(data); i++ {
		data[i] = 0x5a
	}
	ok(t, os.WriteFile(path, data, 0o644))
	db = openAt(t, path)
	err = db.Read(ctx, func(c *conn.Conn) error { _, err := one(c, "SELECT * FROM t"); return err })
	wantCode(t, err, liteerr.Corrupt)
}
