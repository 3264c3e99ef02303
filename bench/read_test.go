package bench

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/litestone-go/orm/bench/models"
	"github.com/litestone-go/orm/litestone"
)

// What database/sql users write by hand: a struct, a statement, a Scan per row.
type user struct {
	ID, AccountID     int64
	Email, Name, Role string
	Score             float64
	Active            bool
	CreatedAt         litestone.Time
	Nickname          *string
	Account           *account
	Posts             []*post
}

type account struct {
	ID         int64
	Name, Plan string
}

type post struct {
	ID, UserID  int64
	Title, Body string
	CreatedAt   litestone.Time
}

const userColumns = `id, accountId, email, name, role, score, active, createdAt, nickname`

func (u *user) dest() []any {
	return []any{&u.ID, &u.AccountID, &u.Email, &u.Name, &u.Role, &u.Score, &u.Active, &u.CreatedAt, &u.Nickname}
}

func scanUsers(rows *sql.Rows, err error, n int) ([]*user, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make([]*user, 0, n)
	for rows.Next() {
		u := new(user)
		if err := rows.Scan(u.dest()...); err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, rows.Err()
}

func BenchmarkFindUnique(b *testing.B) {
	s := open(b)
	b.Run("by=litestone", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			u, err := s.db.Users.FindUnique(s.ctx, litestone.Find{Where: models.Users.ID.Eq(int64(i%users + 1))})
			if err != nil || u == nil {
				b.Fatal(u, err)
			}
		}
	})
	b.Run("by=dynamic", func(b *testing.B) {
		b.ReportAllocs()
		t := s.db.Table("user")
		for i := range b.N {
			u, err := t.FindUnique(s.ctx, litestone.Map{"where": map[string]any{"id": i%users + 1}})
			if err != nil || u == nil {
				b.Fatal(u, err)
			}
		}
	})
	b.Run("by=database-sql", func(b *testing.B) {
		b.ReportAllocs()
		st := s.prepare(b, s.sql, "SELECT "+userColumns+" FROM user WHERE id = ?")
		for i := range b.N {
			u := new(user)
			if err := st.QueryRow(int64(i%users + 1)).Scan(u.dest()...); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkFind20ByIndex(b *testing.B) {
	s := open(b)
	b.Run("by=litestone", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			r, err := s.db.Users.FindMany(s.ctx, litestone.Find{Where: models.Users.AccountID.Eq(int64(i%accounts + 1)), OrderBy: models.Users.ID.Asc(), Limit: 20})
			check(b, len(r), 20, err)
		}
	})
	b.Run("by=dynamic", func(b *testing.B) {
		b.ReportAllocs()
		t := s.db.Table("user")
		for i := range b.N {
			r, err := t.FindMany(s.ctx, litestone.Map{"where": map[string]any{"accountId": i%accounts + 1}, "orderBy": map[string]any{"id": "asc"}, "limit": 20})
			check(b, len(r), 20, err)
		}
	})
	b.Run("by=database-sql", func(b *testing.B) {
		b.ReportAllocs()
		st := s.prepare(b, s.sql, "SELECT "+userColumns+" FROM user WHERE accountId = ? ORDER BY id LIMIT 20")
		for i := range b.N {
			rows, err := st.Query(int64(i%accounts + 1))
			r, err := scanUsers(rows, err, 20)
			check(b, len(r), 20, err)
		}
	})
}

func BenchmarkFind1000(b *testing.B) {
	s := open(b)
	b.Run("by=litestone", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			r, err := s.db.Users.FindMany(s.ctx, litestone.Find{OrderBy: models.Users.ID.Asc(), Limit: 1000})
			check(b, len(r), 1000, err)
		}
	})
	b.Run("by=dynamic", func(b *testing.B) {
		b.ReportAllocs()
		t := s.db.Table("user")
		for range b.N {
			r, err := t.FindMany(s.ctx, litestone.Map{"orderBy": map[string]any{"id": "asc"}, "limit": 1000})
			check(b, len(r), 1000, err)
		}
	})
	b.Run("by=database-sql", func(b *testing.B) {
		b.ReportAllocs()
		st := s.prepare(b, s.sql, "SELECT "+userColumns+" FROM user ORDER BY id LIMIT 1000")
		for range b.N {
			rows, err := st.Query()
			r, err := scanUsers(rows, err, 1000)
			check(b, len(r), 1000, err)
		}
	})
}

// BenchmarkInclude reads 20 users with their account and their posts. By hand that is a join for
// the one and an IN list for the others.
func BenchmarkInclude(b *testing.B) {
	s := open(b)
	b.Run("by=litestone", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			r, err := s.db.Users.FindMany(s.ctx, litestone.Find{
				Where:   models.Users.ID.Gt(int64(i % (users - 20))),
				OrderBy: models.Users.ID.Asc(), Limit: 20,
				Include: litestone.Includes(models.Users.Account, models.Users.Posts),
			})
			check(b, len(r)+len(r[19].Posts), 20+perUser, err)
		}
	})
	b.Run("by=dynamic", func(b *testing.B) {
		b.ReportAllocs()
		t := s.db.Table("user")
		for i := range b.N {
			r, err := t.FindMany(s.ctx, litestone.Map{
				"where":   map[string]any{"id": map[string]any{"gt": i % (users - 20)}},
				"orderBy": map[string]any{"id": "asc"}, "limit": 20,
				"include": map[string]any{"account": true, "posts": true},
			})
			check(b, len(r), 20, err)
		}
	})
	b.Run("by=database-sql", func(b *testing.B) {
		b.ReportAllocs()
		parents := s.prepare(b, s.sql, "SELECT "+prefixed("u", userColumns)+", a.id, a.name, a.plan FROM user u LEFT JOIN account a ON a.id = u.accountId WHERE u.id > ? ORDER BY u.id LIMIT 20")
		children := s.prepare(b, s.sql, "SELECT id, userId, title, body, createdAt FROM post WHERE userId IN (?"+strings.Repeat(", ?", 19)+")")
		for i := range b.N {
			n, err := includeByHand(parents, children, int64(i%(users-20)))
			check(b, n, 20+20*perUser, err)
		}
	})
}

func prefixed(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}

func includeByHand(parents, children *sql.Stmt, after int64) (int, error) {
	rows, err := parents.Query(after)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	byID := make(map[int64]*user, 20)
	ids := make([]any, 0, 20)
	for rows.Next() {
		u := &user{Account: new(account)}
		if err := rows.Scan(append(u.dest(), &u.Account.ID, &u.Account.Name, &u.Account.Plan)...); err != nil {
			return 0, err
		}
		byID[u.ID] = u
		ids = append(ids, u.ID)
	}
	if err := rows.Close(); err != nil {
		return 0, err
	}
	kids, err := children.Query(ids...)
	if err != nil {
		return 0, err
	}
	defer kids.Close()
	n := len(ids)
	for kids.Next() {
		p := new(post)
		if err := kids.Scan(&p.ID, &p.UserID, &p.Title, &p.Body, &p.CreatedAt); err != nil {
			return 0, err
		}
		u := byID[p.UserID]
		if u == nil {
			return 0, fmt.Errorf("post %d has no user", p.ID)
		}
		u.Posts = append(u.Posts, p)
		n++
	}
	return n, kids.Err()
}
