package bench

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/litestone-go/orm/bench/models"
	"github.com/litestone-go/orm/litestone"
	"github.com/uptrace/bun/driver/sqliteshim"
)

const (
	accounts = 100
	users    = 10_000
	perUser  = 5
)

var created = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// bench is one filled file with Litestone and database/sql side by side on it.
type side struct {
	ctx  context.Context
	path string // of the file
	db   *models.Client
	sql  *sql.DB // readers, as many as Litestone has
	w    *sql.DB // the writer
}

func open(b testing.TB) *side {
	b.Helper()
	ctx := context.Background()
	path := filepath.Join(b.TempDir(), "bench.db")
	db, err := models.Open(ctx, litestone.Config{DB: path})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	s := &side{ctx: ctx, path: path, db: db, sql: bare(b, path), w: bare(b, path)}
	s.w.SetMaxOpenConns(1)
	s.fill(b)
	return s
}

// bare opens the file on the same driver with the pragmas Litestone sets.
func bare(b testing.TB, path string) *sql.DB {
	db, err := sql.Open(sqliteshim.DriverName(), "file:"+path)
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1) // one connection, so that the pragmas below hold for all
	for _, p := range []string{"journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON"} {
		if _, err := db.Exec("PRAGMA " + p); err != nil {
			b.Fatal(err)
		}
	}
	b.Cleanup(func() { db.Close() })
	return db
}

func (s *side) fill(b testing.TB) {
	b.Helper()
	tx, err := s.w.Begin()
	if err != nil {
		b.Fatal(err)
	}
	exec := func(q string, args ...any) {
		if _, err := tx.Exec(q, args...); err != nil {
			b.Fatal(err)
		}
	}
	stamp := created.Format("2006-01-02T15:04:05.000Z")
	for i := 1; i <= accounts; i++ {
		exec(`INSERT INTO account(id, name, plan) VALUES(?, ?, 'pro')`, i, fmt.Sprintf("Account %d", i))
	}
	for i := 1; i <= users; i++ {
		var nick any
		if i%3 == 0 {
			nick = fmt.Sprintf("nick%d", i)
		}
		exec(`INSERT INTO user(id, accountId, email, name, role, score, active, createdAt, nickname) VALUES(?, ?, ?, ?, 'member', ?, 1, ?, ?)`,
			i, i%accounts+1, fmt.Sprintf("user%d@example.com", i), fmt.Sprintf("User Number %d", i), float64(i%1000)/10, stamp, nick)
		for p := range perUser {
			exec(`INSERT INTO post(userId, title, body, createdAt) VALUES(?, ?, ?, ?)`, i, fmt.Sprintf("Post %d of user %d", p, i), "some text that is about as long as a short paragraph of a short post", stamp)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

func (s *side) prepare(b testing.TB, db *sql.DB, q string) *sql.Stmt {
	b.Helper()
	st, err := db.Prepare(q)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	return st
}

func check(b testing.TB, n, want int, err error) {
	if err != nil {
		b.Fatal(err)
	}
	if n != want {
		b.Fatalf("%d rows, want %d", n, want)
	}
}
