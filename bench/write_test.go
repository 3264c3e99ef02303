package bench

import (
	"database/sql"
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
			err := readOne(st, u, int64(1), "new"+strconv.Itoa(n)+"@example.com", "New User", "member", 1.5, true, litestone.Time{Time: created}, nil)
			if err != nil || u.ID == 0 {
				b.Fatal(u, err)
			}
		}
	})
}

// What is written by hand below is what people write: prepared statements, a transaction where
// there is more than one. Each case gives one call of both sides.
var writes = []struct {
	name string
	pair func(b testing.TB, s *side) (ours, bare func(i int))
}{
	{"CreateOne", createOne},
	{"CreateMany1000", createMany},
	{"UpdateByKey", updateByKey},
	{"Upsert", upsert},
	{"NestedCreate", nestedCreate},
}

func BenchmarkWrite(b *testing.B) {
	for _, w := range writes {
		b.Run(w.name, func(b *testing.B) {
			ours, bare := w.pair(b, open(b))
			n := 0
			for by, call := range map[string]func(int){"litestone": ours, "database-sql": bare} {
				b.Run("by="+by, func(b *testing.B) {
					b.ReportAllocs()
					for range b.N {
						n++
						call(n)
					}
				})
			}
		})
	}
}

// readOne runs a statement that writes a row and returns it. QueryRow would not do: it ends the
// statement before its last step, where SQLite looks whether the log is long enough for a
// checkpoint, so the log would grow without end and the comparison favour it.
func readOne(st *sql.Stmt, u *user, args ...any) error {
	rows, err := st.Query(args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(u.dest()...); err != nil {
			return err
		}
	}
	return rows.Err()
}

func newUser(email string) models.UserCreate {
	return models.UserCreate{
		AccountID: litestone.Set(int64(1)), Email: email, Name: "New User",
		Role: litestone.Set(models.RoleMember), Score: litestone.Set(1.5), Active: litestone.Set(true), CreatedAt: litestone.Set(litestone.Time{Time: created}),
	}
}

const insertUser = "INSERT INTO user(accountId, email, name, role, score, active, createdAt) VALUES(?, ?, ?, ?, ?, ?, ?)"

func userArgs(email string) []any {
	return []any{int64(1), email, "New User", "member", 1.5, true, litestone.Time{Time: created}}
}

func address(i int) string { return "made" + strconv.Itoa(i) + "@example.com" }

func createOne(b testing.TB, s *side) (ours, bare func(int)) {
	st := s.prepare(b, s.w, insertUser+" RETURNING "+userColumns)
	return func(i int) {
			u, err := s.db.Users.Create(s.ctx, newUser(address(i)))
			check(b, int(min(u.ID, 1)), 1, err)
		}, func(i int) {
			u := new(user)
			err := readOne(st, u, userArgs(address(i))...)
			check(b, int(min(u.ID, 1)), 1, err)
		}
}

func createMany(b testing.TB, s *side) (ours, bare func(int)) {
	st := s.prepare(b, s.w, insertUser)
	in := make([]models.UserCreate, 1000)
	rows := func(i int) {
		for k := range in {
			in[k] = newUser(address(i*1000 + k))
		}
	}
	return func(i int) {
			rows(i)
			n, err := s.db.Users.CreateMany(s.ctx, in)
			check(b, int(n), 1000, err)
		}, func(i int) {
			rows(i)
			tx, err := s.w.Begin()
			if err != nil {
				b.Fatal(err)
			}
			ts := tx.Stmt(st)
			for k := range in {
				u := &in[k]
				account, _ := u.AccountID.Get()
				role, _ := u.Role.Get()
				score, _ := u.Score.Get()
				active, _ := u.Active.Get()
				at, _ := u.CreatedAt.Get()
				if _, err := ts.Exec(account, u.Email, u.Name, string(role), score, active, at); err != nil {
					b.Fatal(err)
				}
			}
			check(b, 0, 0, tx.Commit())
		}
}

func updateByKey(b testing.TB, s *side) (ours, bare func(int)) {
	st := s.prepare(b, s.w, "UPDATE user SET score = ? WHERE id = ? RETURNING "+userColumns)
	return func(i int) {
			u, err := s.db.Users.Update(s.ctx, models.Users.ID.Eq(int64(i%users+1)), models.UserUpdate{Score: litestone.Set(float64(i))})
			check(b, int(u.Score), i, err)
		}, func(i int) {
			u := new(user)
			err := readOne(st, u, float64(i), int64(i%users+1))
			check(b, int(u.Score), i, err)
		}
}

// upsert finds the row in every second call.
func upsert(b testing.TB, s *side) (ours, bare func(int)) {
	st := s.prepare(b, s.w, insertUser+" ON CONFLICT(email) DO UPDATE SET score = ? RETURNING "+userColumns)
	return func(i int) {
			e := address(i / 2)
			u, err := s.db.Users.Upsert(s.ctx, models.Users.Email.Eq(e), newUser(e), models.UserUpdate{Score: litestone.Set(2.5)})
			check(b, int(min(u.ID, 1)), 1, err)
		}, func(i int) {
			u := new(user)
			err := readOne(st, u, append(userArgs(address(i/2)), 2.5)...)
			check(b, int(min(u.ID, 1)), 1, err)
		}
}

const postsOf = 10

// nestedCreate writes a user with ten posts.
func nestedCreate(b testing.TB, s *side) (ours, bare func(int)) {
	const text = "some text that is about as long as a short paragraph of a short post"
	parent := s.prepare(b, s.w, insertUser+" RETURNING "+userColumns)
	child := s.prepare(b, s.w, "INSERT INTO post(userId, title, body, createdAt) VALUES(?, ?, ?, ?)")
	return func(i int) {
			posts := make([]any, postsOf)
			for k := range posts {
				posts[k] = models.PostCreate{Title: "Hello", Body: text, CreatedAt: litestone.Set(litestone.Time{Time: created})}
			}
			row := newUser(address(i))
			row.Posts = litestone.Create(posts...)
			u, err := s.db.Users.Create(s.ctx, row)
			check(b, int(min(u.ID, 1)), 1, err)
		}, func(i int) {
			tx, err := s.w.Begin()
			if err != nil {
				b.Fatal(err)
			}
			u := new(user)
			if err := readOne(tx.Stmt(parent), u, userArgs(address(i))...); err != nil {
				b.Fatal(err)
			}
			ts := tx.Stmt(child)
			for range postsOf {
				if _, err := ts.Exec(u.ID, "Hello", text, litestone.Time{Time: created}); err != nil {
					b.Fatal(err)
				}
			}
			check(b, 0, 0, tx.Commit())
		}
}
