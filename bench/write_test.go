package bench

import (
	"strconv"
	"testing"

	"github.com/litestone-go/orm/bench/models"
	"github.com/litestone-go/orm/litestone"
)

func BenchmarkCreate(b *testing.B) {
	s := open(b)
	n := users
	b.Run("by=litestone", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			n++
			u, err := s.db.Users.Create(s.ctx, models.UserCreate{
				AccountID: litestone.Set(int64(1)), Email: "new" + strconv.Itoa(n) + "@example.com", Name: "New User",
				Role: litestone.Set(models.RoleMember), Score: litestone.Set(1.5), Active: litestone.Set(true), CreatedAt: litestone.Set(litestone.Time{Time: created}),
			})
			if err != nil || u.ID == 0 {
				b.Fatal(u, err)
			}
		}
	})
	b.Run("by=dynamic", func(b *testing.B) {
		b.ReportAllocs()
		t := s.db.Table("user")
		for range b.N {
			n++
			u, err := t.Create(s.ctx, litestone.Map{"data": map[string]any{
				"accountId": 1, "email": "new" + strconv.Itoa(n) + "@example.com", "name": "New User",
				"role": "member", "score": 1.5, "active": true, "createdAt": "2026-01-02T03:04:05.000Z",
			}})
			if err != nil || u == nil {
				b.Fatal(u, err)
			}
		}
	})
	b.Run("by=database-sql", func(b *testing.B) {
		b.ReportAllocs()
		st := s.prepare(b, s.w, "INSERT INTO user(accountId, email, name, role, score, active, createdAt, nickname) VALUES(?, ?, ?, ?, ?, ?, ?, ?) RETURNING "+userColumns)
		for range b.N {
			n++
			u := new(user)
			err := st.QueryRow(int64(1), "new"+strconv.Itoa(n)+"@example.com", "New User", "member", 1.5, true, litestone.Time{Time: created}, nil).Scan(u.dest()...)
			if err != nil || u.ID == 0 {
				b.Fatal(u, err)
			}
		}
	})
}
