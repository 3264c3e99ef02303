package litestone_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

// TestPanicsAtOpen: a plugin that panics fails Open and leaves nothing open.
func TestPanicsAtOpen(t *testing.T) {
	for _, p := range []plugin.Plugin{
		plugin.New("odd", plugin.CheckFunc(func(*schema.Schema) error { panic("boom") })),
		plugin.New("odd", plugin.InitFunc(func(context.Context, plugin.Host) error { panic("boom") })),
	} {
		cfg := litestone.Config{SchemaText: hookSchema, DB: filepath.Join(t.TempDir(), "main.db"), Plugins: []plugin.Plugin{p}, Logger: slog.New(slog.DiscardHandler)}
		_, err := litestone.Open(t.Context(), cfg)
		refusedWith(t, err, litestone.CodeConfig, "plugin odd panicked: boom")
		cfg.Plugins = nil
		openConfig(t, cfg)
	}
}

// TestPanicsOfLevels: who asks what level he has and is answered by a panic is refused, and may ask again.
func TestPanicsOfLevels(t *testing.T) {
	panics := true
	p := plugin.New("levels", plugin.LevelFunc(func(context.Context, plugin.Who, *schema.Model) (int, error) {
		if panics {
			panic("boom")
		}
		return 7, nil
	}))
	db := openConfig(t, litestone.Config{SchemaText: `model a { id Integer @id  @@gate("4") }`, Plugins: []plugin.Plugin{p}, Logger: slog.New(slog.DiscardHandler)})
	for _, c := range []*litestone.Client{db, db.As(args{"id": 1})} {
		panics = true
		for _, call := range []string{"a.findMany", "a.create"} {
			_, err := c.Call(t.Context(), call, args{"data": args{}})
			if call == "a.findMany" {
				_, err = c.Call(t.Context(), call, args{})
			}
			refusedWith(t, err, litestone.CodeConfig, "what tells levels panicked: boom")
		}
		panics = false
		must(t, c, "a.create", args{"data": args{}})
	}
	if n := must(t, db, "a.count", args{}); n != int64(2) {
		t.Errorf("%v rows", n)
	}
}

// TestPanicsAfterTheCommit are logged: nothing can be undone any more.
func TestPanicsAfterTheCommit(t *testing.T) {
	var logged bytes.Buffer
	p := plugin.New("cleaner", plugin.AfterDeleteFunc(func(context.Context, *plugin.Written) error { panic("boom") }))
	logging := strings.ReplaceAll(`
model a { id Integer @id  @@log(audit) }
database audit { path "$DIR/audit/"  driver logger }`, "$DIR", t.TempDir())
	db := openConfig(t, litestone.Config{SchemaText: logging, Plugins: []plugin.Plugin{p}, Logger: slog.New(slog.NewTextHandler(&logged, nil)),
		OnLog: func(context.Context, litestone.LogEntry) any { panic("bang") }})
	must(t, db, "a.create", args{"data": args{"id": 1}})
	must(t, db, "a.delete", args{"where": args{"id": 1}})
	for _, word := range []string{"plugin cleaner panicked: boom", "in=Config.OnLog panic=bang"} {
		if !strings.Contains(logged.String(), word) {
			t.Errorf("the log lacks %q: %s", word, logged.String())
		}
	}
	list := must(t, db, "auditLogs.findMany", args{}).([]*litestone.Record)
	var got []string
	for _, r := range list {
		meta, _ := r.Get("meta")
		got = append(got, fmt.Sprint(text(r, "operation"), meta))
	}
	if want := []string{"create<nil>", "delete<nil>"}; !slices.Equal(got, want) {
		t.Errorf("entries %v, want %v", got, want)
	}
}

// TestHooksOfAppendOnlyModels: a hook of an append may read and write other databases; what would wait for
// the append itself is refused at once. The refusal of a hook appends nothing.
func TestHooksOfAppendOnlyModels(t *testing.T) {
	for _, key := range []string{"id Integer @id", "id Integer"} {
		for _, c := range []struct {
			model string
			data  args
			ok    bool
		}{
			{"hits", args{"id": 9, "path": "/b"}, false}, {"clicks", args{"id": 1}, false},
			{"shops", args{"id": 1}, true}, {"other", args{"id": 1}, true},
		} {
			for _, inTx := range []bool{false, true} {
				t.Run(fmt.Sprint(key, " ", c.model, " ", inTx), func(t *testing.T) {
					schemaText := strings.ReplaceAll(`
database main { path "$DIR/main.db" }
database lines { path "$DIR/lines/"  driver jsonl }
database others { path "$DIR/others/"  driver jsonl }
model shops { id Integer @id }
model hits { `+key+`  path Text  @@db(lines) }
model clicks { id Integer  @@db(lines) }
model other { id Integer @id  @@db(others) }`, "$DIR", t.TempDir())
					hook := func(ctx context.Context, h *litestone.HookCall) error {
						if h.Model.Accessor != "hits" {
							return nil
						}
						_, err := h.Client.Table(c.model).Create(ctx, args{"data": c.data})
						return err
					}
					var r recorder
					db := openConfig(t, litestone.Config{SchemaText: schemaText, OnEvent: changes(&r), Hooks: litestone.Hooks{After: map[string][]litestone.Hook{"setters": {hook}}}})
					write := func(ctx context.Context, c *litestone.Client) error {
						_, err := c.Call(ctx, "hits.create", args{"data": args{"id": 1, "path": "/a"}})
						return err
					}
					var err error
					if inTx {
						err = db.Transaction(t.Context(), write)
					} else {
						err = write(t.Context(), db)
					}
					if !c.ok {
						refusedWith(t, err, litestone.CodeUnsupported, "would wait for itself")
						told(t, &r, "refused")
						if n := must(t, db, "hits.count", args{}); n != int64(0) {
							t.Errorf("%v lines", n)
						}
						return
					}
					if err != nil {
						t.Fatal(err)
					}
					want := []string{"create hits by create ->1", "create " + c.model + " by create ->1"}
					if !inTx {
						slices.Reverse(want) // what the hook writes is a call of its own, over before the lines are appended
					}
					told(t, &r, "a call", want...)
					if n := must(t, db, "hits.count", args{}); n != int64(1) {
						t.Errorf("%v lines", n)
					}
					if n := must(t, db, c.model+".count", args{}); n != int64(1) {
						t.Errorf("%v rows of %s", n, c.model)
					}
				})
			}
		}
	}
}

// TestUnwatchedModelsCostNothing: hooks of other operations and events of other models add no work to a
// call.
func TestUnwatchedModelsCostNothing(t *testing.T) {
	hook := func(context.Context, *litestone.HookCall) error { return errors.New("never") }
	event := func(context.Context, *litestone.Event) error { return nil }
	costs := func(cfg litestone.Config) (out []float64) {
		cfg.SchemaText = eventSchema
		db := openConfig(t, cfg)
		must(t, db, "tags.create", args{"data": args{"id": 1, "name": "t"}})
		table := db.Table("tags")
		for _, call := range []func() error{
			func() error {
				_, err := table.FindUnique(t.Context(), litestone.Map{"where": args{"id": 1}})
				return err
			},
			func() error { _, err := table.Count(t.Context(), nil); return err },
			func() error {
				_, err := table.Update(t.Context(), args{"where": args{"id": 1}, "data": args{"name": "u"}})
				return err
			},
		} {
			out = append(out, testing.AllocsPerRun(200, func() {
				if err := call(); err != nil {
					t.Fatal(err)
				}
			}))
		}
		return out
	}
	plain := costs(litestone.Config{})
	idle := costs(litestone.Config{OnEvent: litestone.Events{Change: event, Models: []string{"shops"}},
		Hooks: litestone.Hooks{Before: map[string][]litestone.Hook{"delete": {hook}}, After: map[string][]litestone.Hook{"search": {hook}}}})
	for i, what := range []string{"findUnique", "count", "update"} {
		if idle[i] > plain[i]+1 { // the pool may be emptied meanwhile
			t.Errorf("%s makes %v allocations, %v without hooks and events", what, idle[i], plain[i])
		}
	}
}
