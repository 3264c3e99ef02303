package bench

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/litestone-go/orm/bench/models"
	"github.com/litestone-go/orm/litestone"
)

// The reads that are compared, each with one call of both sides. What is written by hand is what
// people write: prepared statements with the limits in their text, a struct and a Scan per row.
var reads = []struct {
	name string
	pair func(b testing.TB, s *side) (ours, bare func(i int))
}{
	{"FindUnique", readUnique},
	{"Find20ByIndex", read20},
	{"Find1000", read1000},
	{"Include20", readRelations},
	{"Page50ByKey", pageByKey},
	{"Page50ByIndex", pageByIndex},
	{"Aggregate10000", aggregateAll},
	{"GroupBy10000", groupByAccount},
	{"Search20", search20},
}

func BenchmarkRead(b *testing.B) {
	for _, r := range reads {
		b.Run(r.name, func(b *testing.B) {
			ours, bare := r.pair(b, open(b))
			for _, by := range []string{"litestone", "database-sql"} {
				call := map[string]func(int){"litestone": ours, "database-sql": bare}[by]
				b.Run("by="+by, func(b *testing.B) {
					b.ReportAllocs()
					for i := range b.N {
						call(i)
					}
				})
			}
		})
	}
}

func readUnique(b testing.TB, s *side) (ours, bare func(i int)) {
	st := s.prepare(b, s.sql, "SELECT "+userColumns+" FROM user WHERE id = ?")
	return func(i int) {
			u, err := s.db.Users.FindUnique(s.ctx, litestone.Find{Where: models.Users.ID.Eq(int64(i%users + 1))})
			if err != nil || u == nil {
				b.Fatal(u, err)
			}
		}, func(i int) {
			if err := st.QueryRow(int64(i%users + 1)).Scan(new(user).dest()...); err != nil {
				b.Fatal(err)
			}
		}
}

func read20(b testing.TB, s *side) (ours, bare func(i int)) {
	st := s.prepare(b, s.sql, "SELECT "+userColumns+" FROM user WHERE accountId = ? ORDER BY id LIMIT 20")
	return func(i int) {
			r, err := s.db.Users.FindMany(s.ctx, litestone.Find{Where: models.Users.AccountID.Eq(int64(i%accounts + 1)), OrderBy: models.Users.ID.Asc(), Limit: 20})
			check(b, len(r), 20, err)
		}, func(i int) {
			rows, err := st.Query(int64(i%accounts + 1))
			r, err := scanUsers(rows, err, 20)
			check(b, len(r), 20, err)
		}
}

func read1000(b testing.TB, s *side) (ours, bare func(i int)) {
	st := s.prepare(b, s.sql, "SELECT "+userColumns+" FROM user ORDER BY id LIMIT 1000")
	return func(int) {
			r, err := s.db.Users.FindMany(s.ctx, litestone.Find{OrderBy: models.Users.ID.Asc(), Limit: 1000})
			check(b, len(r), 1000, err)
		}, func(int) {
			rows, err := st.Query()
			r, err := scanUsers(rows, err, 1000)
			check(b, len(r), 1000, err)
		}
}

func readRelations(b testing.TB, s *side) (ours, bare func(i int)) {
	parents := s.prepare(b, s.sql, "SELECT "+prefixed("u", userColumns)+", a.id, a.name, a.plan FROM user u LEFT JOIN account a ON a.id = u.accountId WHERE u.id > ? ORDER BY u.id LIMIT 20")
	children := s.prepare(b, s.sql, "SELECT id, userId, title, body, createdAt FROM post WHERE userId IN (?"+strings.Repeat(", ?", 19)+")")
	return func(i int) {
			r, err := s.db.Users.FindMany(s.ctx, litestone.Find{
				Where: models.Users.ID.Gt(int64(i % (users - 20))), OrderBy: models.Users.ID.Asc(), Limit: 20,
				Include: litestone.Includes(models.Users.Account, models.Users.Posts),
			})
			check(b, len(r)+len(r[19].Posts), 20+perUser, err)
		}, func(i int) {
			n, err := includeByHand(parents, children, int64(i%(users-20)))
			check(b, n, 20+20*perUser, err)
		}
}

// pageByKey walks all users by pages of 50 in the order of their key.
func pageByKey(b testing.TB, s *side) (ours, bare func(i int)) {
	st := s.prepare(b, s.sql, "SELECT "+userColumns+" FROM user WHERE id > ? ORDER BY id LIMIT 50")
	return pages(b, s, models.Users.ID.Asc(), st, func(u *user) []any { return []any{u.ID} })
}

// pageByIndex walks in the order of an index with ties.
func pageByIndex(b testing.TB, s *side) (ours, bare func(i int)) {
	st := s.prepare(b, s.sql, "SELECT "+userColumns+" FROM user WHERE (accountId, id) > (?, ?) ORDER BY accountId, id LIMIT 50")
	return pages(b, s, models.Users.AccountID.Asc(), st, func(u *user) []any { return []any{u.AccountID, u.ID} })
}

func pages(b testing.TB, s *side, order litestone.Order, next *sql.Stmt, after func(*user) []any) (ours, bare func(i int)) {
	f := litestone.Find{OrderBy: order, Limit: 50}
	last := new(user)
	return func(int) {
			p, err := s.db.Users.FindManyCursor(s.ctx, f)
			check(b, len(p.Items), 50, err)
			f.Cursor = p.NextCursor
		}, func(int) {
			rows, err := next.Query(after(last)...)
			r, err := scanUsers(rows, err, 50)
			check(b, len(r), 50, err)
			if last = r[49]; last.ID == users || last.AccountID == accounts && last.ID > users-accounts {
				last = new(user)
			}
		}
}

func aggregateAll(b testing.TB, s *side) (ours, bare func(i int)) {
	st := s.prepare(b, s.sql, "SELECT count(*), sum(score), max(score) FROM user")
	items := []litestone.AggExpr{litestone.Count(), litestone.Sum(models.Users.Score), litestone.Max(models.Users.Score)}
	return func(int) {
			g, err := s.db.Users.Aggregate(s.ctx, litestone.Aggregate{Items: items})
			if err != nil || g.Count() < users {
				b.Fatal(g, err)
			}
		}, func(int) {
			var n int64
			var sum, most *float64
			if err := st.QueryRow().Scan(&n, &sum, &most); err != nil || n < users {
				b.Fatal(n, err)
			}
		}
}

// groupByAccount makes 100 groups.
func groupByAccount(b testing.TB, s *side) (ours, bare func(i int)) {
	st := s.prepare(b, s.sql, "SELECT accountId, count(*), avg(score), max(score) FROM user GROUP BY accountId ORDER BY accountId")
	type group struct {
		account, n int64
		avg, most  *float64
	}
	return func(int) {
			g, err := s.db.Users.GroupBy(s.ctx, litestone.GroupBy{
				By:      []litestone.Col{models.Users.AccountID},
				Items:   []litestone.AggExpr{litestone.Count(), litestone.Avg(models.Users.Score), litestone.Max(models.Users.Score)},
				OrderBy: models.Users.AccountID.Asc(),
			})
			check(b, len(g), accounts, err)
		}, func(int) {
			rows, err := st.Query()
			if err != nil {
				b.Fatal(err)
			}
			defer rows.Close()
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
}
