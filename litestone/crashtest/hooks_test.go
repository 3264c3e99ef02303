package crashtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
)

var errHook = errors.New("the hook fails")

// breaker is a plugin whose n-th hook fails or panics.
type breaker struct {
	n      int
	panics bool
}

func (*breaker) Name() string { return "breaker" }

func (b *breaker) BeforeCreate(context.Context, *plugin.Create) error { return b.hook() }
func (b *breaker) BeforeUpdate(context.Context, *plugin.Update) error { return b.hook() }
func (b *breaker) BeforeDelete(context.Context, *plugin.Delete) error { return b.hook() }
func (b *breaker) AfterWrite(context.Context, *plugin.Written) error  { return b.hook() }

func (b *breaker) hook() error {
	if b.n--; b.n != 0 {
		return nil
	}
	if b.panics {
		panic(errHook)
	}
	return errHook
}

// TestFailingHook lets each hook of a write fail in turn, and panic: nothing is done then, the
// error, which a panic becomes too, reaches the caller, and the client goes on.
func TestFailingHook(t *testing.T) {
	for name, call := range calls {
		for _, panics := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/panics=%v", name, panics), func(t *testing.T) {
				b := &breaker{}
				db := openFilled(t, func(cfg *litestone.Config) { cfg.Plugins = []plugin.Plugin{b} })
				before := dump(t, db)
				for n := 1; ; n++ {
					*b = breaker{n: n, panics: panics}
					err := call(t.Context(), db)
					reached := b.n <= 0
					b.n = 0
					now := dump(t, db)
					switch {
					case reached && !errors.Is(err, errHook):
						t.Fatalf("hook %d: %v", n, err)
					case reached && now != before:
						t.Fatalf("hook %d failed, and yet\n%s\nbecame\n%s", n, before, now)
					case !reached && (err != nil || now == before):
						t.Fatalf("without a failing hook: %v", err)
					}
					if !reached {
						if n < 2 {
							t.Error("no hook ran")
						}
						return
					}
				}
			})
		}
	}
}

// caught turns a panic with an error into that error.
func caught(f func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error:
			err = p
		default:
			panic(p)
		}
	}()
	return f()
}

// openFilled opens filled databases.
func openFilled(t *testing.T, set func(*litestone.Config)) *litestone.Client {
	t.Helper()
	cfg := litestone.Config{SchemaText: strings.ReplaceAll(schema, "$DIR", t.TempDir())}
	set(&cfg)
	db, err := litestone.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	for _, p := range []map[string]any{
		{"tag": "lone"},
		{"tag": "old", "children": map[string]any{"create": []any{
			map[string]any{"name": "one"}, map[string]any{"name": "two", "grandchildren": map[string]any{"create": map[string]any{}}},
		}}},
		{"tag": "gone", "children": map[string]any{"create": map[string]any{"name": "three", "grandchildren": map[string]any{"create": map[string]any{}}}}},
	} {
		if _, err := db.Table("parents").Create(t.Context(), litestone.Map{"data": p}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Table("parents").Remove(t.Context(), litestone.Map{"where": map[string]any{"tag": "gone"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Table("bills").CreateMany(t.Context(), litestone.Map{"data": []any{map[string]any{"shop": 7, "tag": "first"}, map[string]any{"shop": 7, "tag": "last"}}}); err != nil {
		t.Fatal(err)
	}
	return db
}
