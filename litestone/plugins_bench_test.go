package litestone_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/plugins/encrypt"
	"github.com/litestone-go/orm/plugins/gate"
)

// idle is a plugin that listens to what happens to other models.
type idle struct{ model string }

func (idle) Name() string                                       { return "idle" }
func (i idle) Watches(m *schema.Model) bool                     { return m.Accessor == i.model }
func (idle) AfterWrite(context.Context, *plugin.Written) error  { return nil }
func (idle) AfterDelete(context.Context, *plugin.Written) error { return nil }
func (idle) Init(context.Context, plugin.Host) error            { return nil }

const benchSchema = `
model rows { id Integer @id  name Text  n Integer @default(0) }
model gated { id Integer @id  name Text  n Integer @default(0)  @@gate("2.4.4.6") }
model sealed { id Integer @id  name Text? @encrypted  mail Text? @encrypted(searchable: true) }
model other { id Integer @id }`

// BenchmarkPlugins compares calls on one model without plugins that do anything for it, with plugins
// that are installed and have nothing to do there, and with ones at work.
func BenchmarkPlugins(b *testing.B) {
	level := func(context.Context, map[string]any, string) (int, error) { return 7, nil }
	needed := func() []plugin.Plugin {
		return []plugin.Plugin{gate.New(gate.Options{GetLevel: level}), encrypt.New("0123456789abcdef0123456789ABCDEF")}
	}
	plain := `model rows { id Integer @id  name Text  n Integer @default(0) }`
	for _, c := range []struct {
		name, text, model string
		plugins           []plugin.Plugin
	}{
		{"nothing installed", plain, "rows", nil},
		{"installed and idle", benchSchema, "rows", append(needed(), idle{"other"})},
		{"gated", benchSchema, "gated", needed()},
		{"hooks at work", plain, "rows", []plugin.Plugin{plugin.New("busy",
			plugin.BeforeReadFunc(func(context.Context, *plugin.Read) error { return nil }),
			plugin.AfterReadFunc(func(context.Context, *plugin.Answer) error { return nil }),
			plugin.BeforeCreateFunc(func(context.Context, *plugin.Create) error { return nil }),
			plugin.BeforeUpdateFunc(func(context.Context, *plugin.Update) error { return nil }),
			plugin.AfterWriteFunc(func(context.Context, *plugin.Written) error { return nil }))}},
	} {
		db := openWith(b, c.text, c.plugins...)
		me := db.As(args{"id": 1})
		table := me.Table(c.model)
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

// BenchmarkEncrypted writes, reads and finds encrypted values.
func BenchmarkEncrypted(b *testing.B) {
	db := openWith(b, benchSchema, gate.New(gate.Options{}), encrypt.New("0123456789abcdef0123456789ABCDEF")).AsSystem()
	ctx := context.Background()
	table := db.Table("sealed")
	for i := range 10_000 {
		if _, err := table.Create(ctx, args{"data": args{"id": i, "name": "n", "mail": fmt.Sprint("m", i)}, "select": false}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("create", func(b *testing.B) {
		for range b.N {
			if _, err := table.Create(ctx, args{"data": args{"name": "n", "mail": "m"}, "select": false}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("findUnique", func(b *testing.B) {
		for i := range b.N {
			if _, err := table.FindUnique(ctx, litestone.Map{"where": args{"id": i % 10_000}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("findFirst by token in 10,000", func(b *testing.B) {
		for i := range b.N {
			if r, err := table.FindFirst(ctx, litestone.Map{"where": args{"mail": fmt.Sprint("m", i%10_000)}}); err != nil || r == nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkAs(b *testing.B) {
	db := openWith(b, pluginSchema)
	auth := args{"id": 1}
	b.ReportAllocs()
	for range b.N {
		if db.As(auth) == nil {
			b.Fatal()
		}
	}
}

// TestAsIsOneAllocation: a view per request costs next to nothing.
func TestAsIsOneAllocation(t *testing.T) {
	db := openWith(t, pluginSchema)
	auth := args{"id": 1}
	var keep *litestone.Client
	if n := testing.AllocsPerRun(100, func() { keep = db.As(auth) }); n != 1 || keep == nil {
		t.Errorf("As makes %v allocations", n)
	}
}
