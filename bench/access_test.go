package bench

import (
	"context"
	"os"
	"strconv"
	"testing"

	"github.com/litestone-go/orm/bench/models"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/plugins/encrypt"
	"github.com/litestone-go/orm/plugins/gate"
)

// What access rules and plugins cost: a call under them beside the same call without.
var accesses = []struct {
	name string
	most float64 // what it is to stay below
	pair func(b testing.TB, s *side) (with, without func(i int))
}{
	{"PolicyUnique", 1.15, policyUnique},
	{"Policy20", 1.15, policy20},
	{"IdleUnique", 1.03, idleUnique},
	{"Idle20", 1.03, idle20},
	{"IdleUpdate", 1.03, idleUpdate},
	{"As", 1.15, asAndFind},
}

const owners = 500

// memos fills the rows of the owners, 20 each.
func memos(b testing.TB, s *side) {
	b.Helper()
	tx, err := s.w.Begin()
	if err != nil {
		b.Fatal(err)
	}
	for i := range owners * 20 {
		if _, err := tx.Exec(`INSERT INTO memo(id, ownerId, title, body, hidden, createdAt) VALUES(?, ?, 'title', 'some text of a memo', 0, '2026-01-02T03:04:05.000Z')`, i+1, i%owners+1); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// policyUnique finds a row by its key under the policy, and by its key and the policy's condition.
func policyUnique(b testing.TB, s *side) (with, without func(i int)) {
	memos(b, s)
	me, sys := s.db.As(map[string]any{"id": 7}), s.db.AsSystem()
	m := models.Memos
	id := func(i int) int64 { return int64(i%20*owners + 7) }
	find := func(c *models.Client, where litestone.Cond) {
		r, err := c.Memos.FindUnique(s.ctx, litestone.Find{Where: where})
		if err != nil || r == nil {
			b.Fatal(r, err)
		}
	}
	return func(i int) { find(me, m.ID.Eq(id(i))) }, func(i int) { find(sys, m.ID.Eq(id(i)).And(m.OwnerID.Eq(7), m.Hidden.Eq(false))) }
}

// policy20 lists the owner's rows, by the policy and by its condition.
func policy20(b testing.TB, s *side) (with, without func(i int)) {
	memos(b, s)
	me, sys := s.db.As(map[string]any{"id": 7}), s.db.AsSystem()
	m := models.Memos
	list := func(c *models.Client, f litestone.Find) {
		f.OrderBy, f.Limit = m.ID.Asc(), 20
		r, err := c.Memos.FindMany(s.ctx, f)
		check(b, len(r), 20, err)
	}
	return func(i int) { list(me, litestone.Find{Where: m.Title.Eq("title")}) }, func(i int) {
		list(sys, litestone.Find{Where: m.Title.Eq("title").And(m.OwnerID.Eq(7), m.Hidden.Eq(false))})
	}
}

// unconcerned is a plugin that listens to what happens to a model nobody touches.
type unconcerned struct{}

func (unconcerned) Name() string                                       { return "unconcerned" }
func (unconcerned) Watches(m *schema.Model) bool                       { return m.Accessor == "memo" }
func (unconcerned) Init(context.Context, plugin.Host) error            { return nil }
func (unconcerned) AfterWrite(context.Context, *plugin.Written) error  { return nil }
func (unconcerned) AfterDelete(context.Context, *plugin.Written) error { return nil }

// installed opens the file once more, with plugins that have nothing to do there.
func installed(b testing.TB, s *side) *models.Client {
	b.Helper()
	level := func(context.Context, map[string]any, string) (int, error) { return 7, nil }
	db, err := models.Open(s.ctx, litestone.Config{DB: s.path, Plugins: []plugin.Plugin{
		gate.New(gate.Options{GetLevel: level}), encrypt.New("0123456789abcdef0123456789ABCDEF"), unconcerned{},
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

func idleUnique(b testing.TB, s *side) (with, without func(i int)) {
	find := func(c *models.Client) func(int) {
		return func(i int) {
			u, err := c.Users.FindUnique(s.ctx, litestone.Find{Where: models.Users.ID.Eq(int64(i%users + 1))})
			if err != nil || u == nil {
				b.Fatal(u, err)
			}
		}
	}
	return find(installed(b, s)), find(s.db)
}

func idle20(b testing.TB, s *side) (with, without func(i int)) {
	list := func(c *models.Client) func(int) {
		return func(i int) {
			r, err := c.Users.FindMany(s.ctx, litestone.Find{Where: models.Users.AccountID.Eq(int64(i%accounts + 1)), OrderBy: models.Users.ID.Asc(), Limit: 20})
			check(b, len(r), 20, err)
		}
	}
	return list(installed(b, s)), list(s.db)
}

func idleUpdate(b testing.TB, s *side) (with, without func(i int)) {
	update := func(c *models.Client) func(int) {
		return func(i int) {
			u, err := c.Users.Update(s.ctx, models.Users.ID.Eq(int64(i%users+1)), models.UserUpdate{Score: litestone.Set(float64(i))})
			if err != nil || u == nil {
				b.Fatal(u, err)
			}
		}
	}
	return update(installed(b, s)), update(s.db)
}

// asAndFind makes a view for every call, as a program does for every request.
func asAndFind(b testing.TB, s *side) (with, without func(i int)) {
	memos(b, s)
	auth := map[string]any{"id": 7}
	me := s.db.As(auth)
	find := func(c *models.Client, i int) {
		r, err := c.Memos.FindUnique(s.ctx, litestone.Find{Where: models.Memos.ID.Eq(int64(i%20*owners + 7))})
		if err != nil || r == nil {
			b.Fatal(r, err)
		}
	}
	return func(i int) { find(s.db.As(auth), i) }, func(i int) { find(me, i) }
}

// TestAccessRatios prints what access rules and idle plugins cost, by turns as TestRatios does.
func TestAccessRatios(t *testing.T) {
	turns, _ := strconv.Atoi(os.Getenv("LITESTONE_RATIOS"))
	if turns == 0 {
		t.Skip("LITESTONE_RATIOS is not set")
	}
	for _, r := range accesses {
		t.Run(r.name, func(t *testing.T) {
			with, without := r.pair(t, open(t))
			m := takeTurns(turns, 200, with, without)
			t.Logf("%-13s %s, is to stay below %.2f", r.name, m, r.most)
		})
	}
}

func BenchmarkAs(b *testing.B) {
	s := open(b)
	auth := map[string]any{"id": 7}
	b.ReportAllocs()
	for range b.N {
		if s.db.As(auth) == nil {
			b.Fatal()
		}
	}
}
