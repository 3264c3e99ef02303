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

const hookSchema = `
enum State { open paid closed  transitions { pay: open -> paid   close: [open, paid] -> closed } }
model shops {
  id Integer @id
  name Text
  city Text?
  invoices invoices[]
  @@fts([name])
}
model invoices {
  id Integer @id
  amount Integer
  state State @default(open)
  deletedAt DateTime?
  shop shops @relation(fields: [shopId], references: [id], onDelete: Cascade)
  shopId Integer
  @@softDelete
}`

// noting gives hooks that note where they stand, under every name there is.
func noting(r *recorder, names ...string) litestone.Hooks {
	h := litestone.Hooks{Before: map[string][]litestone.Hook{}, After: map[string][]litestone.Hook{}}
	for _, name := range names {
		h.Before[name] = []litestone.Hook{
			func(_ context.Context, c *litestone.HookCall) error { r.note("before %s 1", name); return nil },
			func(_ context.Context, c *litestone.HookCall) error { r.note("before %s 2", name); return nil },
		}
		h.After[name] = []litestone.Hook{
			func(_ context.Context, c *litestone.HookCall) error { r.note("after %s 1", name); return nil },
			func(_ context.Context, c *litestone.HookCall) error { r.note("after %s 2", name); return nil },
		}
	}
	return h
}

// hookCalls are a call of every operation, in an order in which each finds something to do.
var hookCalls = []struct {
	name string
	args []any
}{
	{"create", []any{args{"data": args{"id": 1, "amount": 1, "shopId": 1}}}},
	{"createMany", []any{args{"data": []any{args{"id": 2, "amount": 1, "shopId": 1}, args{"id": 3, "amount": 1, "shopId": 1}}}}},
	{"update", []any{args{"where": args{"id": 1}, "data": args{"amount": 2}}}},
	{"updateMany", []any{args{"data": args{"amount": 3}}}},
	{"upsert", []any{args{"where": args{"id": 4}, "create": args{"id": 4, "amount": 1, "shopId": 1}, "update": args{"amount": 1}}}},
	{"upsertMany", []any{args{"data": []any{args{"id": 4, "amount": 5, "shopId": 1}}}}},
	{"transition", []any{1, "pay"}},
	{"findMany", []any{args{}}},
	{"findFirst", []any{args{}}},
	{"findFirstOrThrow", []any{args{}}},
	{"findUnique", []any{args{"where": args{"id": 1}}}},
	{"findUniqueOrThrow", []any{args{"where": args{"id": 1}}}},
	{"findManyCursor", []any{args{}}},
	{"findManyAndCount", []any{args{}}},
	{"count", []any{args{}}},
	{"exists", []any{args{}}},
	{"aggregate", []any{args{"_count": true}}},
	{"groupBy", []any{args{"by": []any{"state"}, "_count": true}}},
	{"remove", []any{args{"where": args{"id": 1}}}},
	{"restore", []any{args{"where": args{"id": 1}}}},
	{"delete", []any{args{"where": args{"id": 1}}}},
	{"removeMany", []any{args{"where": args{"id": 2}}}},
	{"deleteMany", []any{args{}}},
}

// TestHooksRunInOrder calls every operation there is, with hooks under every name.
func TestHooksRunInOrder(t *testing.T) {
	group := map[string]string{}
	for _, op := range litestone.Operations() {
		switch {
		case op == "optimizeFts": // maintenance, no call of rows
		case strings.HasPrefix(op, "find") || slices.Contains([]string{"search", "count", "exists", "aggregate", "groupBy"}, op):
			group[op] = "getters"
		default:
			group[op] = "setters"
		}
	}
	names := []string{"all", "getters", "setters"}
	for op := range group {
		names = append(names, op)
	}
	var r recorder
	db := openConfig(t, litestone.Config{SchemaText: hookSchema, Hooks: noting(&r, names...)})
	must(t, db, "shops.create", args{"data": args{"id": 1, "name": "one"}})
	r.take()
	calls := append(hookCalls, struct {
		name string
		args []any
	}{"search", []any{"one", args{}}})
	for _, c := range calls {
		model := "invoices."
		if c.name == "search" {
			model = "shops."
		}
		must(t, db, model+c.name, c.args...)
		order := []string{"all", group[c.name], c.name}
		if base, ok := strings.CutSuffix(c.name, "OrThrow"); ok {
			order = []string{"all", "getters", base, c.name}
		}
		var want []string
		for _, n := range order {
			want = append(want, "before "+n+" 1", "before "+n+" 2")
		}
		slices.Reverse(order)
		for _, n := range order {
			want = append(want, "after "+n+" 1", "after "+n+" 2")
		}
		if got := r.take(); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", c.name, got, want)
		}
		delete(group, c.name)
	}
	if len(group) > 0 {
		t.Errorf("never called: %v", group)
	}
}

// TestHooksStandAroundPlugins: before them on the way in, after them on the way out.
func TestHooksStandAroundPlugins(t *testing.T) {
	var r recorder
	db := openConfig(t, litestone.Config{SchemaText: hookSchema, Hooks: noting(&r, "all"), Plugins: []plugin.Plugin{plugin.New("recorder", r.parts()...)}})
	must(t, db, "shops.create", args{"data": args{"id": 1, "name": "a"}})
	want := []string{"before all 1", "before all 2", "create create shops [id name]", "wrote create shops created ->1", "after all 1", "after all 2"}
	if got := r.take(); !slices.Equal(got, want) {
		t.Errorf("create: %v", got)
	}
	must(t, db, "shops.findMany", args{})
	want = []string{"before all 1", "before all 2", "before findMany shops", "after findMany shops 1", "after all 1", "after all 2"}
	if got := r.take(); !slices.Equal(got, want) {
		t.Errorf("findMany: %v", got)
	}
}

func TestHooksThatDoNotFitFailOpen(t *testing.T) {
	ok := func(context.Context, *litestone.HookCall) error { return nil }
	for _, c := range []struct {
		hooks litestone.Hooks
		want  string
	}{
		{litestone.Hooks{Before: map[string][]litestone.Hook{"updat": {ok}}}, `Config.Hooks.Before: "updat" is no operation (did you mean update?)`},
		{litestone.Hooks{After: map[string][]litestone.Hook{"setter": {ok}}}, `Config.Hooks.After: "setter" is no operation (did you mean setters?)`},
		{litestone.Hooks{After: map[string][]litestone.Hook{"optimizeFts": {ok}}}, `"optimizeFts" is no operation`},
		{litestone.Hooks{Before: map[string][]litestone.Hook{"": {ok}}}, `"" is no operation (name all, getters, setters or an operation, as update)`},
		{litestone.Hooks{Before: map[string][]litestone.Hook{"all": {ok, nil}}}, `Config.Hooks.Before: "all" holds nil`},
	} {
		file := filepath.Join(t.TempDir(), "main.db")
		db, err := litestone.Open(context.Background(), litestone.Config{SchemaText: hookSchema, DB: file, Hooks: c.hooks})
		if err == nil {
			db.Close()
		}
		refusedWith(t, err, litestone.CodeConfig, c.want)
	}
}

// TestBeforeHooksSeeAndChangeWrites: each row and change of a call, nested ones too.
func TestBeforeHooksSeeAndChangeWrites(t *testing.T) {
	var r recorder
	hooks := litestone.Hooks{Before: map[string][]litestone.Hook{"setters": {func(_ context.Context, h *litestone.HookCall) error {
		for i := range h.Writes {
			w := &h.Writes[i]
			r.note("%s %s.%s %s %s %v where=%v step=%s", h.Operation, h.Model.Accessor, w.Model.Accessor, w.Kind, h.Auth["id"], w.Fields(), w.Where != nil, h.Step)
			if v, ok := w.Get("name"); ok {
				if err := w.Set("name", strings.ToUpper(v.Str())); err != nil {
					return err
				}
				if err := w.Set("city", "set"); err != nil {
					return err
				}
			}
			if w.Model.Accessor == "invoices" && w.Kind == plugin.Created {
				w.Unset("state")
			}
		}
		return nil
	}}}}
	db := openConfig(t, litestone.Config{SchemaText: hookSchema, Hooks: hooks}).As(args{"id": "me"})
	for _, step := range []struct {
		call string
		args []any
		want []string
	}{
		{"shops.create", []any{args{"data": args{"id": 1, "name": "a", "invoices": args{"create": args{"id": 1, "amount": 5, "state": "paid"}}}}}, []string{
			"create shops.shops created me [id name] where=false step=", "create shops.invoices created me [id amount state] where=false step="}},
		{"shops.createMany", []any{args{"data": []any{args{"id": 2, "name": "b"}, args{"id": 3, "name": "c"}}}}, []string{
			"createMany shops.shops created me [id name] where=false step=", "createMany shops.shops created me [id name] where=false step="}},
		{"shops.update", []any{args{"where": args{"id": 2}, "data": args{"name": "bb", "invoices": args{"create": args{"id": 2, "amount": 1}, "deleteMany": args{}}}}}, []string{
			"update shops.shops updated me [name] where=true step=", "update shops.invoices created me [id amount] where=false step=", "update shops.invoices deleted me [] where=true step="}},
		{"shops.upsert", []any{args{"where": args{"id": 3}, "create": args{"id": 3, "name": "x"}, "update": args{"name": "cc"}}}, []string{
			"upsert shops.shops created me [id name] where=false step=", "upsert shops.shops updated me [name] where=true step="}},
		{"invoices.transition", []any{1, "pay"}, []string{"transition invoices.invoices updated me [] where=true step=pay"}},
		{"invoices.remove", []any{args{"where": args{"id": 1}}}, []string{"remove invoices.invoices removed me [] where=true step="}},
		{"invoices.restore", []any{args{"where": args{"id": 1}}}, []string{"restore invoices.invoices restored me [] where=true step="}},
		{"invoices.delete", []any{args{"where": args{"id": 1}}}, []string{"delete invoices.invoices deleted me [] where=true step="}},
		{"shops.removeMany", []any{args{"where": args{"id": 9}}}, []string{"removeMany shops.shops deleted me [] where=true step="}},
	} {
		must(t, db, step.call, step.args...)
		got := r.take()
		slices.Sort(got)
		slices.Sort(step.want)
		if !slices.Equal(got, step.want) {
			t.Errorf("%s:\n got %s\nwant %s", step.call, strings.Join(got, "\n     "), strings.Join(step.want, "\n     "))
		}
	}
	rows := must(t, db, "shops.findMany", args{"orderBy": args{"id": "asc"}, "select": args{"name": true, "city": true}}).([]*litestone.Record)
	var got []string
	for _, row := range rows {
		got = append(got, text(row, "name")+"/"+text(row, "city"))
	}
	if want := []string{"A/set", "BB/set", "CC/set"}; !slices.Equal(got, want) {
		t.Errorf("stored %v, want %v", got, want)
	}
}

// TestAfterHooksOfReads: they see rows, counts and groups, and change what is answered, not what is stored.
func TestAfterHooksOfReads(t *testing.T) {
	var r recorder
	hooks := litestone.Hooks{After: map[string][]litestone.Hook{"getters": {func(_ context.Context, h *litestone.HookCall) error {
		r.note("%s rows=%d count=%d groups=%d args=%v changes=%d", h.Operation, len(h.Rows), h.Count, len(h.Groups), h.Args != nil, len(h.Changes))
		for _, row := range h.Rows {
			rec := row.(*litestone.Record)
			if _, ok := rec.Get("city"); ok {
				if err := rec.Set("city", "changed"); err != nil {
					return err
				}
			}
		}
		return nil
	}}}}
	db := openConfig(t, litestone.Config{SchemaText: hookSchema, Hooks: hooks})
	must(t, db, "shops.createMany", args{"data": []any{args{"id": 1, "name": "a", "city": "x"}, args{"id": 2, "name": "b", "city": "y"}}})
	for _, c := range []struct {
		call string
		args []any
		want string
	}{
		{"shops.findMany", []any{args{}}, "findMany rows=2 count=0 groups=0 args=false changes=0"},
		{"shops.findFirst", []any{args{}}, "findFirst rows=1 count=0 groups=0 args=false changes=0"},
		{"shops.findUniqueOrThrow", []any{args{"where": args{"id": 1}}}, "findUniqueOrThrow rows=1 count=0 groups=0 args=false changes=0"},
		{"shops.findUnique", []any{args{"where": args{"id": 7}}}, "findUnique rows=0 count=0 groups=0 args=false changes=0"},
		{"shops.findManyCursor", []any{args{"limit": 1}}, "findManyCursor rows=1 count=0 groups=0 args=false changes=0"},
		{"shops.findManyAndCount", []any{args{"limit": 1}}, "findManyAndCount rows=1 count=2 groups=0 args=false changes=0"},
		{"shops.search", []any{"a", args{}}, "search rows=1 count=0 groups=0 args=false changes=0"},
		{"shops.count", []any{args{}}, "count rows=0 count=2 groups=0 args=false changes=0"},
		{"shops.exists", []any{args{}}, "exists rows=0 count=1 groups=0 args=false changes=0"},
		{"shops.exists", []any{args{"where": args{"id": 7}}}, "exists rows=0 count=0 groups=0 args=false changes=0"},
		{"shops.aggregate", []any{args{"_count": true}}, "aggregate rows=0 count=0 groups=1 args=false changes=0"},
		{"shops.groupBy", []any{args{"by": []any{"name"}, "_count": true}}, "groupBy rows=0 count=0 groups=2 args=false changes=0"},
		{"$query", []any{args{"shops": args{"limit": 1}}}, "findMany rows=1 count=0 groups=0 args=false changes=0"},
	} {
		must(t, db, c.call, c.args...)
		if got := r.take(); !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: got %v, want %s", c.call, got, c.want)
		}
	}
	row := must(t, db, "shops.findUnique", args{"where": args{"id": 1}}).(*litestone.Record)
	if b, _ := row.MarshalJSON(); string(b) != `{"id":1,"name":"a","city":"changed"}` {
		t.Errorf("answered %s", b)
	}
	if n := must(t, db, "shops.count", args{"where": args{"city": "changed"}}); n != int64(0) {
		t.Errorf("%v rows were changed", n)
	}
}

// TestHooksRefuseAndUndo: an error or panic of any hook, plugin's too, refuses the call, leaves nothing
// behind, and the client goes on; in a transaction only the call is undone.
func TestHooksRefuseAndUndo(t *testing.T) {
	boom := errors.New("boom")
	var on, how string
	act := func(at string) error {
		switch {
		case at != on:
			return nil
		case how == "panic":
			panic(boom)
		}
		return boom
	}
	hooks := litestone.Hooks{Before: map[string][]litestone.Hook{}, After: map[string][]litestone.Hook{}}
	for _, name := range []string{"all", "getters", "setters", "create", "update"} {
		hooks.Before[name] = []litestone.Hook{func(context.Context, *litestone.HookCall) error { return act("the hook before " + name) }}
		hooks.After[name] = []litestone.Hook{func(context.Context, *litestone.HookCall) error { return act("the hook after " + name) }}
	}
	p := plugin.New("moody",
		plugin.FilterFunc(func(context.Context, plugin.Who, *schema.Model) (litestone.Predicate, error) {
			return nil, act("plugin moody Filter")
		}),
		plugin.BeforeReadFunc(func(context.Context, *plugin.Read) error { return act("plugin moody BeforeRead") }),
		plugin.AfterReadFunc(func(context.Context, *plugin.Answer) error { return act("plugin moody AfterRead") }),
		plugin.BeforeCreateFunc(func(context.Context, *plugin.Create) error { return act("plugin moody BeforeCreate") }),
		plugin.BeforeUpdateFunc(func(context.Context, *plugin.Update) error { return act("plugin moody BeforeUpdate") }),
		plugin.BeforeDeleteFunc(func(context.Context, *plugin.Delete) error { return act("plugin moody BeforeDelete") }),
		plugin.AfterWriteFunc(func(context.Context, *plugin.Written) error { return act("plugin moody AfterWrite") }),
	)
	var logged bytes.Buffer
	db := openConfig(t, litestone.Config{SchemaText: hookSchema, Hooks: hooks, Plugins: []plugin.Plugin{p}, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	must(t, db, "shops.create", args{"data": args{"id": 1, "name": "a"}})
	state := func(c *litestone.Client) string {
		rows, err := c.SQL("SELECT id, name FROM shops ORDER BY id").Rows(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(rows)
	}
	before := state(db)
	create := args{"data": args{"id": 2, "name": "b", "invoices": args{"create": args{"id": 1, "amount": 1}}}}
	update := args{"where": args{"id": 1}, "data": args{"name": "b"}}
	for _, c := range []struct {
		at, call string
		args     args
	}{
		{"the hook before all", "shops.create", create}, {"the hook before setters", "shops.create", create}, {"the hook before create", "shops.create", create},
		{"the hook after create", "shops.create", create}, {"the hook after setters", "shops.create", create}, {"the hook after all", "shops.create", create},
		{"the hook before update", "shops.update", update}, {"the hook after update", "shops.update", update},
		{"the hook after setters", "shops.updateMany", args{"data": args{"name": "c"}}}, {"the hook after setters", "shops.deleteMany", args{}},
		{"the hook after all", "shops.upsert", args{"where": args{"id": 1}, "create": args{"id": 1, "name": "b"}, "update": args{"name": "b"}}},
		{"the hook before getters", "shops.findMany", args{}}, {"the hook after getters", "shops.findMany", args{}},
		{"the hook after getters", "shops.count", args{}}, {"the hook after getters", "shops.exists", args{}},
		{"the hook after getters", "shops.aggregate", args{"_count": true}}, {"the hook after all", "shops.groupBy", args{"by": []any{"name"}, "_count": true}},
		{"the hook after getters", "shops.findManyAndCount", args{}}, {"the hook after getters", "shops.findManyCursor", args{}},
		{"plugin moody Filter", "shops.findMany", args{}}, {"plugin moody Filter", "shops.update", update},
		{"plugin moody BeforeRead", "shops.findMany", args{}}, {"plugin moody AfterRead", "shops.findMany", args{}},
		{"plugin moody BeforeCreate", "shops.create", create}, {"plugin moody BeforeUpdate", "shops.update", update},
		{"plugin moody BeforeDelete", "shops.delete", args{"where": args{"id": 1}}}, {"plugin moody AfterWrite", "shops.create", create},
	} {
		for _, how = range []string{"error", "panic"} {
			code, said := litestone.CodeValidation, " refuses the call: boom"
			who, _, _ := strings.Cut(c.at, " moody ")
			if who == "plugin" {
				who = "plugin moody"
			}
			if strings.HasSuffix(c.at, "Filter") {
				code, said = litestone.CodeAccessDenied, " gives no filter for shops: boom"
			}
			if how == "panic" {
				code, said = litestone.CodeConfig, " panicked: boom (the log has the stack)"
			}
			check := func(err error) {
				t.Helper()
				refusedWith(t, err, code, who+said)
				if !errors.Is(err, boom) {
					t.Errorf("%s at %s: the cause is lost", c.call, c.at)
				}
			}
			logged.Reset()
			on = c.at
			v, err := db.Call(t.Context(), c.call, c.args)
			on = ""
			if check(err); v != nil {
				t.Errorf("%s at %s answers %v beside its error", c.call, c.at, v)
			}
			if (how == "panic") != strings.Contains(logged.String(), "hooks_named_test.go") {
				t.Errorf("%s at %s by %s: logged %s", c.call, c.at, how, logged.String())
			}
			if got := state(db); got != before {
				t.Fatalf("%s at %s left %s", c.call, c.at, got)
			}
			err = db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
				must(t, tx, "shops.create", args{"data": args{"id": 7, "name": "kept"}})
				inside := state(tx)
				on = c.at
				_, err := tx.Call(ctx, c.call, c.args)
				on = ""
				check(err)
				if got := state(tx); got != inside {
					t.Errorf("%s at %s left %s in the transaction", c.call, c.at, got)
				}
				must(t, tx, "shops.delete", args{"where": args{"id": 7}})
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestHooksAndTheirClient: what a hook writes with its Client is undone with the call, and sees it.
func TestHooksAndTheirClient(t *testing.T) {
	const posts = `
model posts { id Integer @id  title Text @unique  @@allow('all', auth().id == 1) }
model notes { id Integer @id  body Text  n Integer }`
	hooks := litestone.Hooks{
		Before: map[string][]litestone.Hook{"create": {func(ctx context.Context, h *litestone.HookCall) error {
			if h.Model.Accessor != "posts" || h.System {
				return nil
			}
			n, err := h.Client.Table("posts").Count(ctx, nil)
			if err == nil && n >= 2 {
				err = errors.New("there are two already")
			}
			return err
		}}},
		After: map[string][]litestone.Hook{"setters": {func(ctx context.Context, h *litestone.HookCall) error {
			if h.Model.Accessor != "posts" {
				return nil
			}
			n, err := h.Client.Table("posts").Count(ctx, nil)
			if err != nil {
				return err
			}
			for _, c := range h.Changes {
				_, err := h.Client.AsSystem().Table("notes").Create(ctx, args{"data": args{"body": c.Kind.String() + " " + c.After.Value("title").Str(), "n": n}})
				if err != nil {
					return err
				}
			}
			if h.Changes[0].After.Value("title").Str() == "bad" {
				return errors.New("bad")
			}
			return nil
		}}},
	}
	db := openConfig(t, litestone.Config{SchemaText: posts, Hooks: hooks})
	me := db.As(args{"id": 1})
	notes := func() (out []string) {
		for _, r := range must(t, db, "notes.findMany", args{"orderBy": args{"id": "asc"}}).([]*litestone.Record) {
			out = append(out, text(r, "body")+" of "+text(r, "n"))
		}
		return out
	}
	must(t, me, "posts.create", args{"data": args{"id": 1, "title": "a"}})
	_, err := me.Call(t.Context(), "posts.create", args{"data": args{"id": 2, "title": "bad"}})
	refusedWith(t, err, litestone.CodeValidation, "the hook after setters refuses the call: bad")
	_, err = me.Call(t.Context(), "posts.create", args{"data": args{"id": 2, "title": "a"}})
	refusedWith(t, err, litestone.CodeUnique, "")
	must(t, me, "posts.create", args{"data": args{"id": 2, "title": "b"}})
	_, err = me.Call(t.Context(), "posts.create", args{"data": args{"id": 3, "title": "c"}})
	refusedWith(t, err, litestone.CodeValidation, "there are two already")
	err = me.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		must(t, tx, "posts.delete", args{"where": args{"id": 1}})
		must(t, tx, "posts.create", args{"data": args{"id": 3, "title": "c"}})
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if got, want := notes(), []string{"created a of 1", "created b of 2", "deleted  of 1", "created c of 2"}; !slices.Equal(got, want) {
		t.Errorf("notes %v, want %v", got, want)
	}
}

// TestHooksThatNeverEnd: a hook that calls itself is an error, not the end of the program.
func TestHooksThatNeverEnd(t *testing.T) {
	hooks := litestone.Hooks{
		Before: map[string][]litestone.Hook{"getters": {func(ctx context.Context, h *litestone.HookCall) error {
			_, err := h.Client.Table("shops").Count(ctx, nil)
			return err
		}}},
		After: map[string][]litestone.Hook{"create": {func(ctx context.Context, h *litestone.HookCall) error {
			_, err := h.Client.Table("shops").Create(ctx, args{"data": args{"name": "x"}})
			return err
		}}},
	}
	db := openConfig(t, litestone.Config{SchemaText: hookSchema, Hooks: hooks})
	_, err := db.Call(t.Context(), "shops.findMany", args{})
	refusedWith(t, err, litestone.CodeConfig, "hooks called each other 16 deep; the last is the hook before getters")
	_, err = db.Call(t.Context(), "shops.create", args{"data": args{"name": "x"}})
	refusedWith(t, err, litestone.CodeConfig, "hooks called each other 16 deep; the last is the hook after create")
	rows, err := db.SQL("SELECT count(*) AS n FROM shops").Rows(t.Context())
	if err != nil || fmt.Sprint(rows) != "[map[n:0]]" {
		t.Errorf("left %v, %v", rows, err)
	}
}

// TestHooksAndWritesThatChangeNothing run no after hook.
func TestHooksAndWritesThatChangeNothing(t *testing.T) {
	var r recorder
	db := openConfig(t, litestone.Config{SchemaText: hookSchema, Hooks: noting(&r, "setters")})
	for _, c := range []struct {
		call string
		args args
	}{
		{"shops.update", args{"where": args{"id": 1}, "data": args{"name": "x"}}},
		{"shops.updateMany", args{"data": args{"name": "x"}}},
		{"shops.deleteMany", args{}},
		{"shops.createMany", args{"data": []any{}}},
	} {
		must(t, db, c.call, c.args)
		if got := r.take(); !slices.Equal(got, []string{"before setters 1", "before setters 2"}) {
			t.Errorf("%s: %v", c.call, got)
		}
	}
}

func TestRecordSet(t *testing.T) {
	const text = `model a { id Integer @id  n Integer  at DateTime?  j Json?  b bs?  bid Integer?  hidden Text? @guarded }
model bs { id Integer @id  a a @relation(fields: [aid], references: [id])  aid Integer @unique }`
	db := openConfig(t, litestone.Config{SchemaText: strings.ReplaceAll(text, "b bs?  bid Integer?", "b bs[]")})
	must(t, db, "a.create", args{"data": args{"id": 1, "n": 1, "hidden": "h"}})
	r := must(t, db, "a.findFirst", args{"include": args{"b": true, "_count": true}}).(*litestone.Record)
	for _, c := range []struct {
		name  string
		value any
		want  string
	}{
		{"n", 5, ""}, {"at", "2024-01-02", ""}, {"j", args{"x": 1}, ""}, {"_count", args{"b": 9}, ""},
		{"n", "x", "field n: must be"}, {"att", 1, "did you mean at?"}, {"b", nil, `"b" is a relation`}, {"hidden", "x", `"hidden" was not read`},
	} {
		err := r.Set(c.name, c.value)
		if c.want == "" && err != nil {
			t.Error(err)
		}
		if c.want != "" {
			refusedWith(t, err, litestone.CodeValidation, c.want)
		}
	}
	b, err := r.MarshalJSON()
	if want := `{"id":1,"n":5,"at":"2024-01-02T00:00:00.000Z","j":{"x":1},"b":[],"_count":{"b":9}}`; err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
}
