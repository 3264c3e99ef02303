package read_test

import (
	"context"
	"reflect"
	"testing"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
)

// person is what the generator writes for the model below.
type person struct {
	rows.Row
	ID       int64      `json:"id"`
	Name     string     `json:"name"`
	Nick     *string    `json:"nick"`
	Born     query.Time `json:"born"`
	Score    float64    `json:"score"`
	BossID   *int64     `json:"bossId"`
	Boss     *person    `json:"boss"`
	Children []*person  `json:"children"`
}

const people = `
model person {
  id       Integer @id
  name     Text
  nick     Text?
  born     DateTime
  score    Real
  bossId   Integer?
  boss     person? @relation(fields: [bossId], references: [id])
  children person[]
  @@index([bossId])
}`

func openPeople(t testing.TB) *fixture {
	f := open(t, people, `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 500)
		INSERT INTO person SELECT i, 'p' || i, CASE WHEN i % 2 THEN 'n' || i END, '2024-01-02T03:04:05.006Z', i / 2.0, CASE WHEN i > 20 THEN i % 20 + 1 END FROM n`)
	typ, err := rows.Describe(f.model("person"), reflect.TypeFor[person]())
	if err != nil {
		t.Fatal(err)
	}
	f.types = []*rows.Type{typ}
	f.filtered(nil)
	return f
}

// typed runs a find with the statements' hooks silent, as a program without hooks does.
func (f *fixture) typed(ctx context.Context, c *conn.Conn, a *query.FindArgs, hint int) []*person {
	call := read.NewCall(f.engine, nil, true)
	r, err := call.PrepareFind(f.model("person"), a, plan.InList)
	if err != nil {
		f.t.Fatal(err)
	}
	call.Conn = c
	list, err := call.Run(ctx, r, hint)
	if err != nil {
		f.t.Fatal(err)
	}
	call.Release()
	return unsafe.Slice((**person)(unsafe.Pointer(unsafe.SliceData(list))), len(list))
}

// A read allocates what it answers and little else, however often its shape was seen.
func TestAllocations(t *testing.T) {
	if othersAllocate {
		t.Skip("the race detector and the cgo driver allocate for every row")
	}
	f := openPeople(t)
	m := f.model("person")
	id := query.RefOf(m, m.Field("id"))
	boss := query.RefOf(m, m.Field("bossId"))
	kids := query.IncludeRelation{Ref: query.RefOf(m, m.Field("children"))}
	parent := query.IncludeRelation{Ref: query.RefOf(m, m.Field("boss"))}
	for _, c := range []struct {
		name string
		args query.FindArgs
		hint int
		rows int
		most float64
	}{
		// the batch, the row, its optional text, the texts' memory
		{"one by key", query.FindArgs{Where: &query.Cond{Op: query.OpEq, Ref: id, Value: query.Int(21)}}, 0, 1, 5},
		// and the list of rows; a slab for each optional field
		{"24 by an index", query.FindArgs{Where: &query.Cond{Op: query.OpEq, Ref: boss, Value: query.Int(3)}, Limit: 24, HasLimit: true}, 24, 24, 12},
		{"500", query.FindArgs{}, 500, 500, 50},
		{"20 with boss and children", query.FindArgs{Limit: 20, HasLimit: true, OrderBy: []query.Order{{Ref: id}},
			Include: &query.Include{Relations: []query.IncludeRelation{kids, parent}}}, 20, 20, 80},
	} {
		ctx := context.Background()
		err := f.quiet.Read(ctx, func(cn *conn.Conn) error {
			got := testing.AllocsPerRun(50, func() {
				if n := len(f.typed(ctx, cn, &c.args, c.hint)); n != c.rows {
					t.Fatalf("%s: %d rows", c.name, n)
				}
			})
			t.Logf("%s: %.0f allocations", c.name, got)
			if got > c.most {
				t.Errorf("%s: %.0f allocations, want at most %.0f", c.name, got, c.most)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkTyped(b *testing.B) {
	f := openPeople(b)
	m := f.model("person")
	id := query.RefOf(m, m.Field("id"))
	include := &query.Include{Relations: []query.IncludeRelation{{Ref: query.RefOf(m, m.Field("children"))}, {Ref: query.RefOf(m, m.Field("boss"))}}}
	for _, c := range []struct {
		name string
		args query.FindArgs
		hint int
	}{
		{"one", query.FindArgs{Where: &query.Cond{Op: query.OpEq, Ref: id, Value: query.Int(21)}}, 1},
		{"500", query.FindArgs{}, 0},
		{"20include2", query.FindArgs{Limit: 20, HasLimit: true, OrderBy: []query.Order{{Ref: id}}, Include: include}, 20},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			ctx := context.Background()
			f.quiet.Read(ctx, func(cn *conn.Conn) error {
				for range b.N {
					f.typed(ctx, cn, &c.args, c.hint)
				}
				return nil
			})
		})
	}
}
