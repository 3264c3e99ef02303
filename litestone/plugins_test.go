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
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

const pluginSchema = `
model shops {
  id Integer @id
  name Text
  city Text?
  invoices invoices[]
  notes notes[]
}
model invoices {
  id Integer @id
  amount Integer
  shop shops @relation(fields: [shopId], references: [id], onDelete: Cascade)
  shopId Integer
  lines lines[]
}
model lines {
  id Integer @id
  text Text
  invoice invoices @relation(fields: [invoiceId], references: [id], onDelete: Cascade)
  invoiceId Integer
}
model notes {
  id Integer @id
  body Text
  deletedAt DateTime?
  shop shops? @relation(fields: [shopId], references: [id], onDelete: SetNull)
  shopId Integer?
  @@softDelete
}`

func openWith(t testing.TB, text string, plugins ...plugin.Plugin) *litestone.Client {
	t.Helper()
	return openConfig(t, litestone.Config{SchemaText: text, Plugins: plugins})
}

func openConfig(t testing.TB, cfg litestone.Config) *litestone.Client {
	t.Helper()
	if cfg.DB == "" {
		cfg.DB = filepath.Join(t.TempDir(), "main.db")
	}
	db, err := litestone.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

type args = map[string]any

func must(t testing.TB, c *litestone.Client, name string, a ...any) any {
	t.Helper()
	v, err := c.Call(context.Background(), name, a...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

func refusedWith(t testing.TB, err error, code litestone.Code, text string) {
	t.Helper()
	var e *litestone.Error
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v, want %s with %q", err, code, text)
	}
}

func TestPluginsThatDoNotFitFailOpen(t *testing.T) {
	named := func(name string, parts ...any) plugin.Plugin { return plugin.New(name, parts...) }
	level := plugin.LevelFunc(func(context.Context, plugin.Who, *schema.Model) (int, error) { return 0, nil })
	boom := errors.New("boom")
	for _, c := range []struct {
		name    string
		schema  string
		plugins []plugin.Plugin
		code    litestone.Code
		want    string
	}{
		{"nil", pluginSchema, []plugin.Plugin{nil}, litestone.CodeConfig, "holds nil"},
		{"a part of nothing", pluginSchema, []plugin.Plugin{named("odd", 1)}, litestone.CodeConfig, "plugin odd has a part that does nothing"},
		{"one name twice", pluginSchema, []plugin.Plugin{named("a", level), named("a", level)}, litestone.CodeConfig, `two plugins are named "a"`},
		{"two levelers", pluginSchema, []plugin.Plugin{named("a", level), named("b", level)}, litestone.CodeConfig, "another one does already"},
		{"a gate without plugin", `model a { id Integer @id  @@gate("1") }`, nil, litestone.CodeConfig, "plugins/gate"},
		{"an encrypted field without plugin", `model a { id Integer @id  s Text? @encrypted }`, nil, litestone.CodeConfig, "plugins/encrypt"},
		{"a secret without plugin", `model a { id Integer @id  s Text? @secret }`, nil, litestone.CodeConfig, "plugins/encrypt"},
		{"Check", pluginSchema, []plugin.Plugin{named("c", plugin.CheckFunc(func(*schema.Schema) error { return boom }))}, litestone.CodeConfig, "plugin c"},
		{"Init", pluginSchema, []plugin.Plugin{named("i", plugin.InitFunc(func(context.Context, plugin.Host) error { return boom }))}, litestone.CodeConfig, "plugin i"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "main.db")
			db, err := litestone.Open(context.Background(), litestone.Config{SchemaText: c.schema, DB: file, Plugins: c.plugins})
			if err == nil {
				db.Close()
			}
			refusedWith(t, err, c.code, c.want)
		})
	}
}

// recorder notes every event.
type recorder struct {
	mu   sync.Mutex
	seen []string
}

func (r *recorder) note(format string, a ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, fmt.Sprintf(format, a...))
}

func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.seen
	r.seen = nil
	return out
}

func (r *recorder) parts() []any {
	changes := func(event string, w *plugin.Written) {
		for _, c := range w.Changes {
			key := func(s plugin.Stored) string {
				if s.Empty() {
					return "-"
				}
				return fmt.Sprint(s.Key()[0].Int64())
			}
			r.note("%s %s %s %s %s>%s", event, w.Operation, c.Model.Accessor, c.Kind, key(c.Before), key(c.After))
		}
	}
	return []any{
		plugin.BeforeReadFunc(func(_ context.Context, e *plugin.Read) error {
			r.note("before %s %s", e.Operation, e.Model.Accessor)
			return nil
		}),
		plugin.AfterReadFunc(func(_ context.Context, e *plugin.Answer) error {
			r.note("after %s %s %d", e.Operation, e.Model.Accessor, len(e.Rows))
			return nil
		}),
		plugin.BeforeCreateFunc(func(_ context.Context, e *plugin.Create) error {
			r.note("create %s %s %v", e.Operation, e.Model.Accessor, e.Fields())
			return nil
		}),
		plugin.BeforeUpdateFunc(func(_ context.Context, e *plugin.Update) error {
			r.note("update %s %s %v", e.Operation, e.Model.Accessor, e.Fields())
			return nil
		}),
		plugin.BeforeDeleteFunc(func(_ context.Context, e *plugin.Delete) error {
			r.note("delete %s %s soft=%v", e.Operation, e.Model.Accessor, e.Soft)
			return nil
		}),
		plugin.AfterWriteFunc(func(_ context.Context, w *plugin.Written) error { changes("wrote", w); return nil }),
		plugin.AfterDeleteFunc(func(_ context.Context, w *plugin.Written) error { changes("gone", w); return nil }),
	}
}

func TestPluginEvents(t *testing.T) {
	var r recorder
	db := openWith(t, pluginSchema, plugin.New("recorder", r.parts()...))
	for _, step := range []struct {
		call string
		args args
		want []string
	}{
		{"shops.create", args{"data": args{"id": 1, "name": "a", "invoices": args{"create": []any{args{"id": 1, "amount": 5, "lines": args{"create": args{"id": 1, "text": "x"}}}, args{"id": 2, "amount": 6}}}}}, []string{
			"create create shops [id name]", "create create invoices [id amount]", "create create lines [id text]", "create create invoices [id amount]",
			"wrote create shops created ->1", "wrote create invoices created ->1", "wrote create lines created ->1", "wrote create invoices created ->2",
		}},
		{"shops.createMany", args{"data": []any{args{"id": 2, "name": "b"}, args{"id": 3, "name": "c"}}}, []string{
			"create createMany shops [id name]", "create createMany shops [id name]", "wrote createMany shops created ->2", "wrote createMany shops created ->3",
		}},
		{"shops.findMany", args{"include": args{"invoices": true}}, []string{"before findMany shops", "after findMany shops 3"}},
		{"shops.findUnique", args{"where": args{"id": 9}}, []string{"before findUnique shops", "after findUnique shops 0"}},
		{"shops.count", args{}, []string{"before count shops"}},
		{"shops.exists", args{}, []string{"before exists shops"}},
		{"shops.aggregate", args{"_count": true}, []string{"before aggregate shops"}},
		{"shops.groupBy", args{"by": []any{"name"}, "_count": true}, []string{"before groupBy shops"}},
		{"shops.findManyCursor", args{"limit": 2}, []string{"before findManyCursor shops", "after findManyCursor shops 2"}},
		{"shops.findManyAndCount", args{"limit": 2}, []string{"before findManyAndCount shops", "after findManyAndCount shops 2"}},
		{"shops.update", args{"where": args{"id": 2}, "data": args{"name": "B"}}, []string{"update update shops [name]", "wrote update shops updated 2>2"}},
		{"shops.update", args{"where": args{"id": 9}, "data": args{"name": "B"}}, []string{"update update shops [name]"}},
		{"shops.update", args{"where": args{"id": 2}, "data": args{"id": 7}}, []string{"update update shops [id]", "wrote update shops updated 2>7"}},
		{"shops.updateMany", args{"where": args{"id": args{"gt": 1}}, "data": args{"city": "x"}}, []string{
			"update updateMany shops [city]", "wrote updateMany shops updated 3>3", "wrote updateMany shops updated 7>7",
		}},
		{"shops.upsert", args{"where": args{"id": 7}, "create": args{"id": 7, "name": "n"}, "update": args{"name": "u"}}, []string{
			"create upsert shops [id name]", "update upsert shops [name]", "wrote upsert shops updated 7>7",
		}},
		{"shops.upsert", args{"where": args{"id": 8}, "create": args{"id": 8, "name": "n"}, "update": args{"name": "u"}}, []string{
			"create upsert shops [id name]", "update upsert shops [name]", "wrote upsert shops created ->8",
		}},
		{"shops.upsertMany", args{"data": []any{args{"id": 8, "name": "m"}, args{"id": 9, "name": "m"}}}, []string{
			"create upsertMany shops [id name]", "create upsertMany shops [id name]", "wrote upsertMany shops updated 8>8", "wrote upsertMany shops created ->9",
		}},
		{"notes.createMany", args{"data": []any{args{"id": 1, "body": "n", "shopId": 1}, args{"id": 2, "body": "m", "shopId": 9}}}, []string{
			"create createMany notes [id body shopId]", "create createMany notes [id body shopId]", "wrote createMany notes created ->1", "wrote createMany notes created ->2",
		}},
		{"notes.remove", args{"where": args{"id": 1}}, []string{"delete remove notes soft=true", "wrote remove notes removed 1>1"}},
		{"notes.restore", args{"where": args{"id": 1}}, []string{"update restore notes []", "wrote restore notes restored 1>1"}},
		{"notes.deleteMany", args{"where": args{"id": 2}}, []string{"delete deleteMany notes soft=false", "wrote deleteMany notes deleted 2>-", "gone deleteMany notes deleted 2>-"}},
		{"shops.update", args{"where": args{"id": 1}, "data": args{"invoices": args{"delete": args{"id": 2}}}}, []string{
			"update update shops []", "delete update invoices soft=false", "wrote update invoices deleted 2>-", "gone update invoices deleted 2>-",
		}},
		// SQLite deletes the rows below by itself.
		{"shops.delete", args{"where": args{"id": 1}}, []string{
			"delete delete shops soft=false",
			"wrote delete invoices deleted 1>-", "wrote delete lines deleted 1>-", "wrote delete shops deleted 1>-",
			"gone delete invoices deleted 1>-", "gone delete lines deleted 1>-", "gone delete shops deleted 1>-",
		}},
	} {
		must(t, db, step.call, step.args)
		if got := r.take(); !slices.Equal(got, step.want) {
			t.Errorf("%s %v:\n got %s\nwant %s", step.call, step.args, strings.Join(got, "\n     "), strings.Join(step.want, "\n     "))
		}
	}
}

func TestPluginsChangeValues(t *testing.T) {
	stamp := plugin.New("stamp",
		plugin.BeforeCreateFunc(func(_ context.Context, c *plugin.Create) error {
			if c.Model.Accessor != "shops" {
				return nil
			}
			if v, ok := c.Get("name"); ok && v.Str() == "drop" {
				c.Unset("city")
			}
			return c.Set("name", fmt.Sprint(c.Auth["id"], c.System))
		}),
		plugin.BeforeUpdateFunc(func(_ context.Context, u *plugin.Update) error {
			if u.Operation == "restore" {
				if u.Set("body", "x") == nil {
					return errors.New("restore takes no values")
				}
				return nil
			}
			if u.Model.Accessor == "shops" {
				return u.Set("city", nil)
			}
			return u.Set("nowhere", 1)
		}),
	)
	db := openWith(t, pluginSchema, stamp)
	me := db.As(args{"id": 7})
	rec := must(t, me, "shops.create", args{"data": args{"id": 1, "name": "drop", "city": "x"}}).(*litestone.Record)
	if got := fmt.Sprint(rec.Map()); got != "map[city:<nil> id:1 name:7 false]" {
		t.Errorf("created %s", got)
	}
	rec = must(t, db.AsSystem(), "shops.update", args{"where": args{"id": 1}, "data": args{"city": "y"}}).(*litestone.Record)
	if got := fmt.Sprint(rec.Map()); got != "map[city:<nil> id:1 name:7 false]" {
		t.Errorf("updated %s", got)
	}
	must(t, db, "notes.create", args{"data": args{"id": 1, "body": "b"}})
	_, err := db.Call(context.Background(), "notes.update", args{"where": args{"id": 1}, "data": args{"body": "c"}})
	refusedWith(t, err, litestone.CodeValidation, `there is no field "nowhere"`)
	must(t, db, "notes.remove", args{"where": args{"id": 1}})
	must(t, db, "notes.restore", args{"where": args{"id": 1}})
}

func TestPluginErrorsRefuseAndUndo(t *testing.T) {
	boom := errors.New("boom")
	var on string
	fail := func(event string) error {
		if on == event {
			return boom
		}
		return nil
	}
	var logged bytes.Buffer
	p := plugin.New("moody",
		plugin.BeforeReadFunc(func(context.Context, *plugin.Read) error { return fail("beforeRead") }),
		plugin.AfterReadFunc(func(context.Context, *plugin.Answer) error { return fail("afterRead") }),
		plugin.BeforeCreateFunc(func(context.Context, *plugin.Create) error { return fail("beforeCreate") }),
		plugin.BeforeUpdateFunc(func(context.Context, *plugin.Update) error { return fail("beforeUpdate") }),
		plugin.BeforeDeleteFunc(func(context.Context, *plugin.Delete) error { return fail("beforeDelete") }),
		plugin.AfterWriteFunc(func(context.Context, *plugin.Written) error { return fail("afterWrite") }),
		plugin.AfterDeleteFunc(func(context.Context, *plugin.Written) error { return fail("afterDelete") }),
	)
	db := openConfig(t, litestone.Config{SchemaText: pluginSchema, Plugins: []plugin.Plugin{p}, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	must(t, db, "shops.create", args{"data": args{"id": 1, "name": "a"}})
	state := func() string {
		rows, err := db.SQL("SELECT id, name FROM shops ORDER BY id").Rows(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(rows)
	}
	before := state()
	for _, c := range []struct {
		event, call string
		args        args
	}{
		{"beforeRead", "shops.findMany", args{}}, {"beforeRead", "shops.count", args{}}, {"beforeRead", "shops.aggregate", args{"_count": true}},
		{"afterRead", "shops.findMany", args{}}, {"afterRead", "shops.findManyCursor", args{}},
		{"beforeCreate", "shops.create", args{"data": args{"id": 2, "name": "b"}}},
		{"beforeCreate", "shops.upsert", args{"where": args{"id": 1}, "create": args{"id": 1, "name": "b"}, "update": args{"name": "b"}}},
		{"beforeUpdate", "shops.update", args{"where": args{"id": 1}, "data": args{"name": "b"}}},
		{"beforeDelete", "shops.delete", args{"where": args{"id": 1}}},
		{"afterWrite", "shops.create", args{"data": args{"id": 2, "name": "b"}}},
		{"afterWrite", "shops.createMany", args{"data": []any{args{"id": 2, "name": "b"}}}},
		{"afterWrite", "shops.update", args{"where": args{"id": 1}, "data": args{"name": "b"}}},
		{"afterWrite", "shops.updateMany", args{"data": args{"name": "b"}}},
		{"afterWrite", "shops.upsert", args{"where": args{"id": 1}, "create": args{"id": 1, "name": "b"}, "update": args{"name": "b"}}},
		{"afterWrite", "shops.delete", args{"where": args{"id": 1}}},
		{"afterWrite", "shops.deleteMany", args{}},
	} {
		on = c.event
		_, err := db.Call(context.Background(), c.call, c.args)
		refusedWith(t, err, litestone.CodeValidation, "plugin moody refuses the call: boom")
		if !errors.Is(err, boom) {
			t.Errorf("%s at %s: the cause is lost", c.call, c.event)
		}
		on = ""
		if got := state(); got != before {
			t.Fatalf("%s at %s left %s", c.call, c.event, got)
		}
	}
	on = "afterDelete"
	must(t, db, "shops.delete", args{"where": args{"id": 1}})
	if got := state(); got != "[]" {
		t.Errorf("left %s", got)
	}
	for _, word := range []string{"plugin=moody", "model=shops", "operation=delete", "error=boom"} {
		if !strings.Contains(logged.String(), word) {
			t.Errorf("the log lacks %s: %s", word, logged.String())
		}
	}
}

// TestPluginsAndTransactions: AfterWrite takes part in the transaction, AfterDelete waits for its
// commit and never hears of what was undone.
func TestPluginsAndTransactions(t *testing.T) {
	var r recorder
	var host plugin.Host
	p := plugin.New("keeper",
		plugin.InitFunc(func(_ context.Context, h plugin.Host) error { host = h; return nil }),
		plugin.AfterWriteFunc(func(ctx context.Context, w *plugin.Written) error {
			for _, c := range w.Changes {
				if c.Model.Accessor != "shops" {
					continue
				}
				n, err := host.Call(ctx, "shops.count", args{})
				if err != nil {
					return err
				}
				r.note("%s sees %v", c.Kind, n)
				if c.Kind == plugin.Created {
					if _, err := host.Call(ctx, "notes.create", args{"data": args{"body": "made " + c.After.Value("name").Str()}}); err != nil {
						return err
					}
				}
				if c.Kind == plugin.Deleted {
					if _, err := host.Call(ctx, "notes.deleteMany", args{"where": args{"body": "made " + c.Before.Value("name").Str()}}); err != nil {
						return err
					}
				}
			}
			return nil
		}),
		plugin.AfterDeleteFunc(func(ctx context.Context, w *plugin.Written) error {
			for _, c := range w.Changes {
				n, err := host.Call(ctx, "shops.count", args{})
				if err != nil {
					return err
				}
				r.note("gone %s %d, sees %v", c.Model.Accessor, c.Before.Key()[0].Int64(), n)
			}
			return nil
		}),
	)
	db := openWith(t, pluginSchema, p)
	ctx := context.Background()
	must(t, db, "shops.create", args{"data": args{"id": 1, "name": "a"}})
	if got := r.take(); !slices.Equal(got, []string{"created sees 1"}) {
		t.Errorf("create: %v", got)
	}
	undo := errors.New("undo")
	err := db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		must2 := func(name string, a args) {
			if _, err := tx.Call(ctx, name, a); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		must2("shops.create", args{"data": args{"id": 2, "name": "b"}})
		inner := tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			if _, err := tx.Call(ctx, "shops.delete", args{"where": args{"id": 1}}); err != nil {
				t.Error(err)
			}
			return undo
		})
		if !errors.Is(inner, undo) {
			t.Error(inner)
		}
		must2("shops.delete", args{"where": args{"id": 2}})
		if got := r.take(); !slices.Equal(got, []string{"created sees 2", "deleted sees 1", "deleted sees 1"}) {
			t.Errorf("inside: %v", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.take(); !slices.Equal(got, []string{"gone shops 2, sees 1", "gone notes 2, sees 1"}) {
		t.Errorf("after the commit: %v", got)
	}
	err = db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		if _, err := tx.Call(ctx, "shops.delete", args{"where": args{"id": 1}}); err != nil {
			t.Error(err)
		}
		return undo
	})
	if !errors.Is(err, undo) {
		t.Error(err)
	}
	if got := r.take(); !slices.Equal(got, []string{"deleted sees 0"}) {
		t.Errorf("undone: %v", got)
	}
	must(t, db, "shops.delete", args{"where": args{"id": 1}})
	got := r.take()
	slices.Sort(got)
	if !slices.Equal(got, []string{"deleted sees 0", "gone notes 1, sees 0", "gone shops 1, sees 0"}) {
		t.Errorf("delete: %v", got)
	}
}

type onlyNotes struct{ *recorder }

func (onlyNotes) Name() string                 { return "only notes" }
func (onlyNotes) Watches(m *schema.Model) bool { return m.Accessor == "notes" }
func (o onlyNotes) AfterWrite(_ context.Context, w *plugin.Written) error {
	for _, c := range w.Changes {
		o.note("%s %s", c.Model.Accessor, c.Kind)
	}
	return nil
}

func TestWatcherNarrows(t *testing.T) {
	var r recorder
	db := openWith(t, pluginSchema, onlyNotes{&r})
	must(t, db, "shops.create", args{"data": args{"id": 1, "name": "a", "notes": args{"create": args{"id": 1, "body": "n"}}}})
	must(t, db, "shops.update", args{"where": args{"id": 1}, "data": args{"name": "b"}})
	must(t, db, "shops.delete", args{"where": args{"id": 1}})
	if got := r.take(); !slices.Equal(got, []string{"notes created"}) {
		t.Errorf("told %v", got)
	}
}

func TestReadFilters(t *testing.T) {
	asked := map[string]int{}
	var mu sync.Mutex
	tenants := plugin.New("tenants", plugin.FilterFunc(func(_ context.Context, who plugin.Who, m *schema.Model) (litestone.Predicate, error) {
		mu.Lock()
		asked[m.Accessor]++
		mu.Unlock()
		switch {
		case who.System || m.Accessor == "lines":
			return nil, nil
		case who.Auth == nil:
			return nil, errors.New("sign in first")
		case m.Accessor == "shops":
			return litestone.Map{"city": who.Auth["city"]}, nil
		case m.Accessor == "invoices":
			return litestone.Map{"amount": args{"lt": who.Auth["limit"]}}, nil
		}
		return nil, nil
	}))
	db := openWith(t, pluginSchema, tenants)
	must(t, db.AsSystem(), "shops.createMany", args{"data": []any{args{"id": 1, "name": "a", "city": "x"}, args{"id": 2, "name": "b", "city": "y"}}})
	must(t, db.AsSystem(), "invoices.createMany", args{"data": []any{args{"id": 1, "amount": 5, "shopId": 1}, args{"id": 2, "amount": 50, "shopId": 1}, args{"id": 3, "amount": 5, "shopId": 2}}})
	x, y := db.As(args{"city": "x", "limit": 10}), db.As(args{"city": "y", "limit": 100})
	for range 3 {
		for who, want := range map[*litestone.Client]string{x: "1 1", y: "2 3", db.AsSystem(): "1 1 2 2 3"} {
			rows := must(t, who, "shops.findMany", args{"orderBy": args{"id": "asc"}, "include": args{"invoices": args{"orderBy": args{"id": "asc"}}}}).([]*litestone.Record)
			var got []string
			for _, r := range rows {
				id, _ := r.Get("id")
				got = append(got, fmt.Sprint(id))
				list, _ := r.Get("invoices")
				for _, i := range list.([]*litestone.Record) {
					id, _ := i.Get("id")
					got = append(got, fmt.Sprint(id))
				}
			}
			if s := strings.Join(got, " "); s != want {
				t.Errorf("reads %s, want %s", s, want)
			}
		}
	}
	if n := must(t, x, "shops.count", args{"where": args{"invoices": args{"some": args{"amount": 50}}}}); n != int64(0) {
		t.Errorf("a relation filter looks past the filter: %v", n)
	}
	must(t, x, "shops.updateMany", args{"data": args{"name": "mine"}})
	if n := must(t, db.AsSystem(), "shops.count", args{"where": args{"name": "mine"}}); n != int64(1) {
		t.Errorf("updateMany changed %v rows", n)
	}
	_, err := db.Call(context.Background(), "shops.findMany", args{})
	if err == nil || !strings.Contains(err.Error(), "sign in first") {
		t.Errorf("nobody reads: %v", err)
	}
	clear(asked)
	must(t, x, "shops.findMany", args{"where": args{"OR": []any{args{"invoices": args{"some": args{"amount": 1}}}, args{"invoices": args{"none": args{"amount": 2}}}}}})
	if asked["shops"] != 1 || asked["invoices"] != 1 {
		t.Errorf("asked %v", asked)
	}
}
