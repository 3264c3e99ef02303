package crashtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/litestone-go/orm/litestone"
)

// cutter is a query hook that ends a context before or after the n-th statement.
type cutter struct {
	n      int // statements until the cut; 0: never
	after  bool
	cancel context.CancelFunc
	last   string
}

func (c *cutter) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	c.cut(e, false)
	return ctx
}

func (c *cutter) AfterQuery(_ context.Context, e *bun.QueryEvent) { c.cut(e, true) }

func (c *cutter) cut(e *bun.QueryEvent, after bool) {
	if c.cancel == nil || after != c.after {
		return
	}
	if c.n--; c.n == 0 {
		c.last = e.Query
		c.cancel()
	}
}

// calls are writes of several statements.
var calls = map[string]func(ctx context.Context, db *litestone.Client) error{
	"nested create": func(ctx context.Context, db *litestone.Client) error {
		_, err := db.Table("parents").Create(ctx, litestone.Map{"data": map[string]any{"tag": "new", "children": map[string]any{"create": []any{
			map[string]any{"name": "a", "grandchildren": map[string]any{"create": []any{map[string]any{}, map[string]any{}}}},
			map[string]any{"name": "b"},
		}}}, "include": map[string]any{"children": map[string]any{"include": map[string]any{"grandchildren": true}}}})
		return err
	},
	"nested update": func(ctx context.Context, db *litestone.Client) error {
		_, err := db.Table("parents").Update(ctx, litestone.Map{"where": map[string]any{"tag": "old"}, "data": map[string]any{"tag": "renamed", "children": map[string]any{
			"create": map[string]any{"name": "c"}, "delete": map[string]any{"name": "one"},
			"update": []any{map[string]any{"where": map[string]any{"name": "two"}, "data": map[string]any{"name": "2"}}},
		}}})
		return err
	},
	"cascade": func(ctx context.Context, db *litestone.Client) error {
		_, err := db.Table("parents").Remove(ctx, litestone.Map{"where": map[string]any{"tag": "old"}})
		return err
	},
	"sequence": func(ctx context.Context, db *litestone.Client) error {
		_, err := db.Table("bills").CreateMany(ctx, litestone.Map{"data": []any{map[string]any{"shop": 1, "tag": "x"}, map[string]any{"shop": 1, "tag": "y"}, map[string]any{"shop": 2, "tag": "z"}}})
		return err
	},
	"counted update": func(ctx context.Context, db *litestone.Client) error {
		_, err := db.Table("bills").UpdateMany(ctx, litestone.Map{"where": map[string]any{"tag": "last"}, "data": map[string]any{"shop": 9, "num": 40}})
		return err
	},
	"upsertMany": func(ctx context.Context, db *litestone.Client) error {
		_, err := db.Table("bills").UpsertMany(ctx, litestone.Map{"conflictTarget": "tag", "data": []any{
			map[string]any{"shop": 7, "tag": "first"}, map[string]any{"shop": 8, "tag": "new"}, map[string]any{"shop": 8, "tag": "last", "num": 30}}})
		return err
	},
	"stream": func(ctx context.Context, db *litestone.Client) error {
		_, err := db.Table("bills").UpsertManySeq(ctx, slices.Values([]any{map[string]any{"shop": 7, "tag": "first"}, map[string]any{"shop": 7, "tag": "new"}}), litestone.Map{"conflictTarget": "tag"})
		return err
	},
	"nested upsert": func(ctx context.Context, db *litestone.Client) error {
		_, err := db.Table("parents").Upsert(ctx, litestone.Map{"where": map[string]any{"tag": "old"}, "create": map[string]any{"tag": "old"}, "update": map[string]any{"children": map[string]any{
			"upsert": []any{map[string]any{"where": map[string]any{"name": "one"}, "create": map[string]any{"name": "x"}, "update": map[string]any{"name": "1"}},
				map[string]any{"where": map[string]any{"name": "none"}, "create": map[string]any{"name": "y"}, "update": map[string]any{}}},
			"deleteMany": map[string]any{"name": "two", "grandchildren": map[string]any{"none": map[string]any{"id": map[string]any{"gt": 0}}}},
		}}})
		return err
	},
	"restore": func(ctx context.Context, db *litestone.Client) error {
		_, err := db.Table("parents").Restore(ctx, litestone.Map{"where": map[string]any{"tag": "gone"}, "include": map[string]any{"children": true}})
		return err
	},
	"bulk": func(ctx context.Context, db *litestone.Client) error { return createMany(ctx, db, "bulk", "b") },
	"transaction": func(ctx context.Context, db *litestone.Client) error {
		return db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			if err := createMany(ctx, tx, "bulk", "t"); err != nil {
				return err
			}
			return tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
				_, err := tx.Table("parents").DeleteMany(ctx, litestone.Map{"where": map[string]any{"tag": "lone"}})
				return err
			})
		})
	},
}

// TestCancelAtEveryStatement ends the context before, and then after, each statement of a write in
// turn. A call that answers an error has done nothing, one that does not has done all; the
// client goes on either way.
func TestCancelAtEveryStatement(t *testing.T) {
	for name, call := range calls {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/after=%v", name, after), func(t *testing.T) {
				hook := &cutter{after: after}
				db := openFilled(t, func(cfg *litestone.Config) { cfg.QueryHooks = []bun.QueryHook{hook} })
				before := dump(t, db)
				for n := 1; ; n++ {
					if n > 500 {
						t.Fatal("the call never ends")
					}
					ctx, cancel := context.WithCancel(t.Context())
					*hook = cutter{n: n, after: after, cancel: cancel}
					err := call(ctx, db)
					cut := hook.n <= 0
					hook.cancel = nil
					cancel()
					now := dump(t, db)
					switch {
					case err != nil && !cut:
						t.Fatalf("statement %d: %v", n, err)
					case err != nil && (!errors.Is(err, litestone.ErrCancelled) || !errors.Is(err, context.Canceled)):
						t.Errorf("statement %d (%s): %v", n, hook.last, err)
					case err != nil && now != before:
						t.Fatalf("statement %d (%s): an error, and yet\n%s\nbecame\n%s", n, hook.last, before, now)
					case err == nil && now == before:
						t.Fatalf("statement %d (%s): no error, and nothing was done", n, hook.last)
					}
					if err == nil {
						if n < 3 {
							t.Errorf("only %d statements were cut", n-1)
						}
						return
					}
				}
			})
		}
	}
}

// dump writes all rows of the main database, counters of sequences included.
func dump(t *testing.T, db *litestone.Client) string {
	t.Helper()
	var b strings.Builder
	for _, table := range []string{"parents", "children", "grandchildren", "bulk", "accounts", "bills", "_litestone_sequences", "children_fts"} {
		rows, err := db.SQL("SELECT * FROM " + table + " ORDER BY 1").Rows(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			fmt.Fprintln(&b, table, r)
		}
	}
	return b.String()
}
