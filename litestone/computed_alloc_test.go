package litestone_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/testdata/corpus/computed/models"
)

const manyUsers = 200

func openManyUsers(t testing.TB) *models.Client {
	u := models.Users
	db := openComputed(t, computed{"users": {
		"length": litestone.Compute(func(_ context.Context, u *models.User) (int64, error) { return int64(len(u.First) + len(u.Last)), nil }, u.First, u.Last),
		"share":  {Needs: []string{"id"}, Value: func(context.Context, *litestone.Record) (any, error) { return 0.5, nil }},
	}})
	rows := make([]models.UserCreate, manyUsers)
	for i := range rows {
		rows[i] = models.UserCreate{First: fmt.Sprint("first", i), Last: fmt.Sprint("last", i)}
	}
	if _, err := db.Users.CreateMany(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	return db
}

// A function costs its own work for each row and nothing else: what it is given is made once.
func TestComputedFieldsAllocateNothingPerRow(t *testing.T) {
	db, u, ctx := openManyUsers(t), models.Users, context.Background()
	count := func(f litestone.Find) float64 {
		f.Where, f.Limit = u.First.StartsWith("first"), manyUsers
		return testing.AllocsPerRun(20, func() {
			rows, err := db.Users.FindMany(ctx, f)
			if err != nil || len(rows) != manyUsers {
				t.Fatal(len(rows), err)
			}
		})
	}
	shown := count(litestone.Find{Select: litestone.Fields(u.ID, u.First, u.Last)})
	filled := count(litestone.Find{Select: litestone.Fields(u.ID, u.Length)})
	t.Logf("%d rows: %.0f allocations where the inputs are shown, %.0f where a function fills a field", manyUsers, shown, filled)
	if filled > shown+20 {
		t.Errorf("%.0f allocations, %.0f without the function", filled, shown)
	}
}

func BenchmarkComputed(b *testing.B) {
	db, u, ctx := openManyUsers(b), models.Users, context.Background()
	for _, c := range []struct {
		name string
		pick litestone.Find
	}{
		{"inputs shown", litestone.Find{Select: litestone.Fields(u.ID, u.First, u.Last)}},
		{"inputs hidden, computed over the struct", litestone.Find{Select: litestone.Fields(u.ID, u.Length)}},
		{"inputs shown too", litestone.Find{Select: litestone.Fields(u.ID, u.First, u.Last, u.Length)}},
		{"computed over a record", litestone.Find{Select: litestone.Fields(u.ID, u.Share)}},
	} {
		c.pick.Where, c.pick.Limit = u.First.StartsWith("first"), manyUsers
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := db.AsSystem().Users.FindMany(ctx, c.pick); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
