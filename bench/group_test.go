package bench

import (
	"testing"

	"github.com/litestone-go/orm/bench/models"
	"github.com/litestone-go/orm/litestone"
)

// BenchmarkAggregate10000 sums up all users.
func BenchmarkAggregate10000(b *testing.B) {
	s := open(b)
	b.Run("by=litestone", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			g, err := s.db.Users.Aggregate(s.ctx, litestone.Aggregate{Items: []litestone.AggExpr{
				litestone.Count(), litestone.Sum(models.Users.Score), litestone.Max(models.Users.Score),
			}})
			if err != nil || g == nil {
				b.Fatal(g, err)
			}
		}
	})
	b.Run("by=database-sql", func(b *testing.B) {
		b.ReportAllocs()
		st := s.prepare(b, s.sql, "SELECT count(*), sum(score), max(score) FROM user")
		for range b.N {
			var n int64
			var sum, most *float64
			if err := st.QueryRow().Scan(&n, &sum, &most); err != nil || n < users {
				b.Fatal(n, err)
			}
		}
	})
}

// BenchmarkGroupBy10000 groups all users by account: 100 groups.
func BenchmarkGroupBy10000(b *testing.B) {
	s := open(b)
	b.Run("by=litestone", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			g, err := s.db.Users.GroupBy(s.ctx, litestone.GroupBy{
				By:      []litestone.Col{models.Users.AccountID},
				Items:   []litestone.AggExpr{litestone.Count(), litestone.Avg(models.Users.Score), litestone.Max(models.Users.Score)},
				OrderBy: models.Users.AccountID.Asc(),
			})
			check(b, len(g), accounts, err)
		}
	})
	b.Run("by=database-sql", func(b *testing.B) {
		b.ReportAllocs()
		st := s.prepare(b, s.sql, "SELECT accountId, count(*), avg(score), max(score) FROM user GROUP BY accountId ORDER BY accountId")
		type group struct {
			account, n int64
			avg, most  *float64
		}
		for range b.N {
			rows, err := st.Query()
			if err != nil {
				b.Fatal(err)
			}
			out := make([]*group, 0, accounts)
			for rows.Next() {
				g := new(group)
				if err := rows.Scan(&g.account, &g.n, &g.avg, &g.most); err != nil {
					b.Fatal(err)
				}
				out = append(out, g)
			}
			check(b, len(out), accounts, rows.Err())
		}
	})
}
