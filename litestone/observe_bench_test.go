package litestone_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/litestone-go/orm/lite2go/testdata/blog/models"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
)

// BenchmarkWatching is typed calls that nobody watches, and the same calls watched in every way.
func BenchmarkWatching(b *testing.B) {
	ctx := context.Background()
	calls := []struct {
		name string
		run  func(*models.Client, int) error
	}{
		{"unique", func(db *models.Client, n int) error {
			_, err := db.People.FindUnique(ctx, litestone.Find{Where: models.People.ID.Eq(int64(n%100 + 1))})
			return err
		}},
		{"list20", func(db *models.Client, _ int) error {
			_, err := db.People.FindMany(ctx, litestone.Find{Limit: 20})
			return err
		}},
		{"update", func(db *models.Client, n int) error {
			_, err := db.People.Update(ctx, models.People.ID.Eq(int64(n%100+1)), models.PersonUpdate{Email: litestone.Set(fmt.Sprintf("p%d@example.org", n%100))})
			return err
		}},
	}
	span := plugin.New("spans", plugin.OperationFunc(func(ctx context.Context, o plugin.Operation) (context.Context, func(plugin.Outcome)) {
		return ctx, func(plugin.Outcome) {}
	}))
	for _, way := range []struct {
		name string
		cfg  litestone.Config
	}{
		{"nobody", litestone.Config{}},
		{"query", litestone.Config{OnQuery: litestone.QueryFunc(func(context.Context, litestone.QueryEvent) {})}},
		{"buffered", litestone.Config{OnQuery: litestone.Buffered(1<<20, func(context.Context, litestone.QueryEvent) {})}},
		{"slow", litestone.Config{SlowQuery: time.Minute, Logger: slog.New(slog.DiscardHandler)}},
		{"operation", litestone.Config{Plugins: []plugin.Plugin{span}}},
	} {
		way.cfg.DB = ":memory:"
		db, err := models.Open(ctx, way.cfg)
		if err != nil {
			b.Fatal(err)
		}
		for i := range 100 {
			if _, err := db.People.Create(ctx, models.PersonCreate{Email: fmt.Sprintf("p%d@example.org", i)}); err != nil {
				b.Fatal(err)
			}
		}
		for _, c := range calls {
			b.Run(c.name+"/"+way.name, func(b *testing.B) {
				b.ReportAllocs()
				for n := range b.N {
					if err := c.run(db, n); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
