package litestone_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// TestDocumentationNamesEveryHook: each operation and each kind of event is told of.
func TestDocumentationNamesEveryHook(t *testing.T) {
	doc, err := os.ReadFile("../docs/hooks.md")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"all", "getters", "setters", "create", "update", "transition", "restore", "remove", "delete"}
	for _, op := range litestone.Operations() {
		if op != "optimizeFts" {
			names = append(names, op)
		}
	}
	for _, name := range names {
		if !strings.Contains(string(doc), "`"+name+"`") {
			t.Errorf("docs/hooks.md does not name %s", name)
		}
	}
}

// BenchmarkHooks compares calls without hooks and events, with ones that have nothing to do there, and
// with ones at work.
func BenchmarkHooks(b *testing.B) {
	hook := []litestone.Hook{func(context.Context, *litestone.HookCall) error { return nil }}
	event := func(context.Context, *litestone.Event) error { return nil }
	hooks := func(name string) litestone.Hooks {
		return litestone.Hooks{Before: map[string][]litestone.Hook{name: hook}, After: map[string][]litestone.Hook{name: hook}}
	}
	const text = `model rows { id Integer @id  name Text  n Integer @default(0) }  model other { id Integer @id }`
	for _, c := range []struct {
		name   string
		hooks  litestone.Hooks
		events litestone.Events
	}{
		{name: "none"},
		{name: "idle", hooks: hooks("groupBy"), events: litestone.Events{Change: event, Models: []string{"other"}}},
		{name: "hooks", hooks: hooks("all")},
		{name: "events", events: litestone.Events{Change: event}},
	} {
		db := openConfig(b, litestone.Config{SchemaText: text, Hooks: c.hooks, OnEvent: c.events})
		table := db.Table("rows")
		ctx := context.Background()
		for i := range 100 {
			if _, err := table.Create(ctx, args{"data": args{"id": i, "name": "n"}}); err != nil {
				b.Fatal(err)
			}
		}
		b.Run("findUnique/"+c.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if r, err := table.FindUnique(ctx, litestone.Map{"where": args{"id": i % 100}}); err != nil || r == nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("update/"+c.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if _, err := table.Update(ctx, args{"where": args{"id": i % 100}, "data": args{"n": i}, "select": false}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
