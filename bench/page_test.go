package bench

import (
	"testing"

	"github.com/litestone-go/orm/bench/models"
	"github.com/litestone-go/orm/litestone"
)

// BenchmarkPage50 walks all users by pages of 50, in the order of the key and in that of an index
// with ties.
func BenchmarkPage50(b *testing.B) {
	s := open(b)
	for _, c := range []struct {
		order       string
		find        litestone.Find
		first, next string
		after       func(*user) []any
	}{
		{"key", litestone.Find{OrderBy: models.Users.ID.Asc(), Limit: 50},
			" ORDER BY id LIMIT 50", " WHERE id > ? ORDER BY id LIMIT 50",
			func(u *user) []any { return []any{u.ID} }},
		{"index", litestone.Find{OrderBy: models.Users.AccountID.Asc(), Limit: 50},
			" ORDER BY accountId, id LIMIT 50", " WHERE (accountId, id) > (?, ?) ORDER BY accountId, id LIMIT 50",
			func(u *user) []any { return []any{u.AccountID, u.ID} }},
	} {
		b.Run("order="+c.order, func(b *testing.B) {
			b.Run("by=litestone", func(b *testing.B) {
				b.ReportAllocs()
				f := c.find
				for range b.N {
					p, err := s.db.Users.FindManyCursor(s.ctx, f)
					check(b, len(p.Items), 50, err)
					f.Cursor = p.NextCursor
				}
			})
			b.Run("by=database-sql", func(b *testing.B) {
				b.ReportAllocs()
				first := s.prepare(b, s.sql, "SELECT "+userColumns+" FROM user"+c.first)
				next := s.prepare(b, s.sql, "SELECT "+userColumns+" FROM user"+c.next)
				var last *user
				for range b.N {
					st, args := first, []any(nil)
					if last != nil {
						st, args = next, c.after(last)
					}
					rows, err := st.Query(args...)
					r, err := scanUsers(rows, err, 50)
					check(b, len(r), 50, err)
					if last = r[49]; last.ID == users || last.AccountID == accounts && last.ID > users-accounts {
						last = nil
					}
				}
			})
		})
	}
}
