package conn_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/uptrace/bun/driver/sqliteshim"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
)

// The benchmarks put the runner beside database/sql with prepared statements on the same
// driver, file and statements:
//
//	go test -run - -bench . -benchmem -count 6 ./litestone/internal/conn
//
// PERFORMANCE in numbers: by key and 20 rows must not be slower, 1,000 rows at most 0.8.

const (
	benchSchema = `CREATE TABLE users(id INTEGER PRIMARY KEY, accountId INTEGER NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL,
		role TEXT NOT NULL, score REAL NOT NULL, active INTEGER NOT NULL, createdAt TEXT NOT NULL, deletedAt TEXT) STRICT;
		CREATE INDEX users_account ON users(accountId);
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i<10000)
		INSERT INTO users SELECT i, i%500, 'user' || i || '@example.com', 'User ' || i, 'member', i*0.5, i%2, '2026-11-21T10:00:00.000Z', NULL FROM c;`
	benchColumns = "users.id, users.accountId, users.email, users.name, users.role, users.score, users.active, users.createdAt, users.deletedAt"
	byKey        = "SELECT " + benchColumns + " FROM users WHERE users.id = ?"
	by20         = "SELECT " + benchColumns + " FROM users WHERE users.accountId = ?"
	by1000       = "SELECT " + benchColumns + " FROM users ORDER BY users.id LIMIT 1000"
	insertOne    = "INSERT INTO users(accountId,email,name,role,score,active,createdAt,deletedAt) VALUES(?,?,?,?,?,?,?,?)"
)

type user struct {
	id, account               int64
	email, name, role, create string
	score                     float64
	active                    bool
	deleted                   *string
}

func (u *user) read(r *conn.Row) {
	u.id, u.account, u.email, u.name, u.role = r.Int64(0), r.Int64(1), r.Text(2), r.Text(3), r.Text(4)
	u.score, u.active, u.create = r.Float64(5), r.Int64(6) != 0, r.Text(7)
	if !r.Null(8) {
		s := r.Text(8)
		u.deleted = &s
	}
}

func (u *user) scan(rows *sql.Rows) error {
	return rows.Scan(&u.id, &u.account, &u.email, &u.name, &u.role, &u.score, &u.active, &u.create, &u.deleted)
}

// bare is database/sql on the same file with the same pragmas.
func bare(b *testing.B, path string) *sql.DB {
	b.Helper()
	db, err := sql.Open(sqliteshim.DriverName(), "file:"+path)
	ok(b, err)
	db.SetMaxOpenConns(1)
	b.Cleanup(func() { db.Close() })
	for _, p := range []string{"journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"} {
		_, err := db.Exec("PRAGMA " + p)
		ok(b, err)
	}
	return db
}

func BenchmarkRead(b *testing.B) {
	path := filepath.Join(b.TempDir(), "bench.db")
	db := openAt(b, path)
	script(b, db, benchSchema)
	plain := bare(b, path)
	var sink []user
	for _, x := range []struct {
		name, sql string
		rows      int
		arg       func(i int) []query.Value
	}{
		{"by key", byKey, 1, func(i int) []query.Value { return values(i%10000 + 1) }},
		{"20 by index", by20, 20, func(i int) []query.Value { return values(i % 500) }},
		{"1000 rows", by1000, 1000, func(int) []query.Value { return nil }},
	} {
		b.Run(x.name+"/runner", func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				sink = make([]user, 0, x.rows)
				err := db.Read(ctx, func(c *conn.Conn) error {
					return c.Run(ctx, conn.Query{SQL: x.sql, Short: true}, x.arg(i), func(r *conn.Row) error {
						sink = append(sink, user{})
						sink[len(sink)-1].read(r)
						return nil
					})
				})
				if err != nil || len(sink) != x.rows {
					b.Fatal(err, len(sink))
				}
			}
		})
		b.Run(x.name+"/database-sql", func(b *testing.B) {
			st, err := plain.Prepare(x.sql)
			ok(b, err)
			defer st.Close()
			b.ReportAllocs()
			for i := range b.N {
				sink = make([]user, 0, x.rows)
				var args []any
				for _, a := range x.arg(i) {
					args = append(args, a.Any())
				}
				rows, err := st.Query(args...)
				if err != nil {
					b.Fatal(err)
				}
				for rows.Next() {
					sink = append(sink, user{})
					if err := sink[len(sink)-1].scan(rows); err != nil {
						b.Fatal(err)
					}
				}
				if err := rows.Close(); err != nil || len(sink) != x.rows {
					b.Fatal(err, len(sink))
				}
			}
		})
	}
}

func BenchmarkInsert(b *testing.B) {
	path := filepath.Join(b.TempDir(), "bench.db")
	db := openAt(b, path)
	script(b, db, benchSchema)
	args := values(1, "new@example.com", "New", "member", 1.5, 1, "2026-11-21T10:00:00.000Z", nil)
	var plainArgs []any
	for _, a := range args {
		plainArgs = append(plainArgs, a.Any())
	}
	insert := conn.Query{SQL: insertOne, Short: true}
	b.Run("one/runner", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			err := db.Write(ctx, func(c *conn.Conn) error { _, err := c.Exec(ctx, insert, args); return err })
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("one in Tx/runner", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			err := db.Tx(ctx, func(tx *conn.Tx) error { _, err := tx.Conn().Exec(ctx, insert, args); return err })
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("1000 in Tx/runner", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			err := db.Tx(ctx, func(tx *conn.Tx) error {
				for range 1000 {
					if _, err := tx.Conn().Exec(ctx, insert, args); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	plain := bare(b, path)
	st, err := plain.Prepare(insertOne)
	ok(b, err)
	defer st.Close()
	b.Run("one/database-sql", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := st.Exec(plainArgs...); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("1000 in Tx/database-sql", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			tx, err := plain.Begin()
			if err != nil {
				b.Fatal(err)
			}
			in := tx.Stmt(st)
			for range 1000 {
				if _, err := in.Exec(plainArgs...); err != nil {
					b.Fatal(err)
				}
			}
			if err := tx.Commit(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkArmedByKey(b *testing.B) {
	db := open(b)
	script(b, db, benchSchema)
	for _, short := range []bool{true, false} {
		b.Run(fmt.Sprint("short ", short), func(b *testing.B) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			b.ReportAllocs()
			for i := range b.N {
				err := db.Read(ctx, func(c *conn.Conn) error {
					return c.Run(ctx, conn.Query{SQL: byKey, Short: short}, values(i%10000+1), nil)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for _, kind := range []string{"memory", "file", "existing"} {
		b.Run(kind, func(b *testing.B) {
			dir := b.TempDir()
			b.ReportAllocs()
			for i := range b.N {
				path := conn.Memory
				switch kind {
				case "file":
					path = filepath.Join(dir, fmt.Sprint(i, ".db"))
				case "existing":
					path = filepath.Join(dir, "app.db")
				}
				db, err := conn.Open(ctx, conn.Options{Path: path})
				if err != nil {
					b.Fatal(err)
				}
				if err := db.Read(ctx, func(c *conn.Conn) error { return c.Run(ctx, conn.Query{SQL: "SELECT 1"}, nil, nil) }); err != nil {
					b.Fatal(err)
				}
				if err := db.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParallel(b *testing.B) {
	db := open(b)
	script(b, db, benchSchema)
	b.Run("8 readers by key", func(b *testing.B) {
		b.SetParallelism(4)
		b.RunParallel(func(pb *testing.PB) {
			args := values(77)
			for pb.Next() {
				err := db.Read(ctx, func(c *conn.Conn) error {
					return c.Run(ctx, conn.Query{SQL: byKey, Short: true}, args, nil)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}
