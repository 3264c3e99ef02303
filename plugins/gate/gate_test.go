package gate_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/plugins/gate"
)

const text = `
model shops {
  id Integer @id
  name Text
  invoices invoices[]
  vaults vaults[]
  tags tags[]
}
model invoices {
  id Integer @id
  amount Integer
  label Text @default("l")
  shop shops? @relation(fields: [shopId], references: [id])
  shopId Integer?
  deletedAt DateTime?
  @@softDelete
  @@fts([label])
  @@gate("2.3.4.5")
}
model vaults {
  id Integer @id
  shop shops? @relation(fields: [shopId], references: [id])
  shopId Integer?
  @@gate("9")
}
model tags {
  id Integer @id
  shops shops[]
  @@gate("2.3.4.5")
}
model jobs {
  id Integer @id
  @@gate("8")
}`

type args = map[string]any

func open(t testing.TB, o gate.Options) *litestone.Client {
	t.Helper()
	db, err := litestone.Open(context.Background(), litestone.Config{SchemaText: text, DB: filepath.Join(t.TempDir(), "main.db"), Plugins: []plugin.Plugin{gate.New(o)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func own(_ context.Context, auth map[string]any, _ string) (int, error) {
	n, _ := auth["level"].(int)
	return n, nil
}

func call(c *litestone.Client, name string, a ...any) error {
	_, err := c.Call(context.Background(), name, a...)
	return err
}

func must(t testing.TB, c *litestone.Client, name string, a ...any) {
	t.Helper()
	if err := call(c, name, a...); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// TestEveryPath asks each way to a gated model one level below what it needs, and at it; first the
// one, then the other, and again: what was compiled for one session must not open for another.
func TestEveryPath(t *testing.T) {
	db := open(t, gate.Options{GetLevel: own})
	sys := db.AsSystem()
	paths := []struct {
		need int
		name string
		a    []any
	}{
		{2, "invoices.findMany", []any{args{}}},
		{2, "invoices.findFirst", []any{args{}}},
		{2, "invoices.findUnique", []any{args{"where": args{"id": 1}}}},
		{2, "invoices.count", []any{args{}}},
		{2, "invoices.exists", []any{args{}}},
		{2, "invoices.aggregate", []any{args{"_sum": args{"amount": true}}}},
		{2, "invoices.groupBy", []any{args{"by": []any{"label"}, "_count": true}}},
		{2, "invoices.search", []any{"l"}},
		{2, "invoices.findManyCursor", []any{args{}}},
		{2, "invoices.findManyAndCount", []any{args{}}},
		{2, "invoices.findMany", []any{args{"window": args{"n": args{"rowNumber": true, "orderBy": args{"id": "asc"}}}}}},
		{2, "shops.findMany", []any{args{"include": args{"invoices": true}}}},
		{2, "shops.findMany", []any{args{"where": args{"id": -1}, "include": args{"invoices": true}}}},
		{2, "shops.findMany", []any{args{"select": args{"id": true, "invoices": args{"select": args{"id": true}}}}}},
		{2, "shops.findMany", []any{args{"include": args{"_count": true}}}},
		{2, "shops.findMany", []any{args{"include": args{"_count": args{"select": args{"invoices": true}}}}}},
		{2, "shops.findMany", []any{args{"where": args{"invoices": args{"some": args{"amount": 1}}}}}},
		{2, "shops.count", []any{args{"where": args{"invoices": args{"none": args{}}}}}},
		{2, "shops.findMany", []any{args{"orderBy": args{"invoices": args{"_count": "asc"}}}}},
		{2, "shops.findMany", []any{args{"orderBy": args{"invoices": args{"_max": args{"amount": "asc"}}}}}},
		{2, "shops.findMany", []any{args{"include": args{"tags": true}}}},
		{2, "tags.findMany", []any{args{"include": args{"shops": args{"include": args{"invoices": true}}}}}},
		{2, "$query", []any{args{"shops": args{}, "invoices": args{"_count": true}}}},
		{2, "shops.update", []any{args{"where": args{"id": 1}, "data": args{"name": "n"}, "include": args{"invoices": true}}}},
		{2, "shops.updateMany", []any{args{"where": args{"invoices": args{"some": args{}}}, "data": args{"name": "n"}}}},
		{3, "invoices.create", []any{args{"data": args{"amount": 1}}}},
		{3, "invoices.createMany", []any{args{"data": []any{args{"amount": 1}}}}},
		{4, "invoices.upsert", []any{args{"where": args{"id": 1}, "create": args{"amount": 1}, "update": args{"amount": 2}}}},
		{4, "invoices.upsertMany", []any{args{"data": []any{args{"id": 1, "amount": 1}}}}},
		{4, "invoices.update", []any{args{"where": args{"id": 1}, "data": args{"amount": 2}}}},
		{4, "invoices.update", []any{args{"where": args{"id": 1}, "data": args{}}}},
		{4, "invoices.updateMany", []any{args{"data": args{"amount": 2}}}},
		{4, "invoices.restore", []any{args{"where": args{"id": 1}}}},
		{5, "invoices.remove", []any{args{"where": args{"id": -1}}}},
		{5, "invoices.removeMany", []any{args{"where": args{"id": -1}}}},
		{5, "invoices.delete", []any{args{"where": args{"id": -1}}}},
		{5, "invoices.deleteMany", []any{args{"where": args{"id": -1}}}},
		{3, "shops.create", []any{args{"data": args{"name": "n", "invoices": args{"create": args{"amount": 1}}}}}},
		{4, "shops.update", []any{args{"where": args{"id": 1}, "data": args{"invoices": args{"connect": args{"id": 1}}}}}},
		{4, "shops.update", []any{args{"where": args{"id": 1}, "data": args{"invoices": args{"disconnect": args{"id": -1}}}}}},
		{4, "shops.update", []any{args{"where": args{"id": 1}, "data": args{"invoices": args{"set": []any{args{"id": 1}}}}}}},
		{4, "shops.update", []any{args{"where": args{"id": 1}, "data": args{"invoices": args{"update": args{"where": args{"id": 1}, "data": args{"amount": 3}}}}}}},
		{4, "shops.update", []any{args{"where": args{"id": 1}, "data": args{"invoices": args{"updateMany": args{"where": args{}, "data": args{"amount": 3}}}}}}},
		{4, "shops.update", []any{args{"where": args{"id": 1}, "data": args{"invoices": args{"upsert": args{"where": args{"id": 1}, "create": args{"amount": 1}, "update": args{"amount": 3}}}}}}},
		{5, "shops.update", []any{args{"where": args{"id": 1}, "data": args{"invoices": args{"deleteMany": args{"id": -1}}}}}},
	}
	must(t, sys, "shops.create", args{"data": args{"id": 1, "name": "a", "invoices": args{"create": args{"id": 1, "amount": 1}}}})
	if err := call(sys, "shops.update", args{"where": args{"id": 1}, "data": args{"tags": args{"create": args{"id": 1}}}}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, p := range paths {
			shown, _ := json.Marshal(p.a)
			for _, level := range []int{7, p.need, p.need - 1, 0, p.need} {
				err := call(db.As(args{"level": level}), p.name, p.a...)
				var e *litestone.Error
				switch denied := errors.As(err, &e) && e.Code == litestone.CodeAccessDenied; {
				case level < p.need && !denied:
					t.Errorf("level %d: %s %s: %v, want access_denied", level, p.name, shown, err)
				case level >= p.need && err != nil && !strings.Contains(err.Error(), "vaults"):
					t.Errorf("level %d: %s %s: %v", level, p.name, shown, err)
				}
			}
			if err := call(db, p.name, p.a...); err == nil {
				t.Errorf("nobody: %s %s passed", p.name, shown)
			}
			if p.name != "invoices.create" && !strings.Contains(string(shown), `"_count":true`) {
				if err := call(sys, p.name, p.a...); err != nil && !strings.Contains(err.Error(), "not_found") {
					t.Errorf("system: %s %s: %v", p.name, shown, err)
				}
			}
		}
	}
	// LOCKED is for nobody.
	for name, c := range map[string]*litestone.Client{"system": sys, "level 9": db.As(args{"level": 9}), "nobody": db} {
		for _, p := range []string{"vaults.findMany", "vaults.count"} {
			if err := call(c, p, args{}); !errors.Is(err, litestone.ErrAccessDenied) {
				t.Errorf("%s: %s: %v", name, p, err)
			}
		}
		if err := call(c, "shops.findMany", args{"include": args{"vaults": true}}); !errors.Is(err, litestone.ErrAccessDenied) {
			t.Errorf("%s: include: %v", name, err)
		}
	}
}

// TestAnswerBelowTheReadLevel: who may write a model and not read it gets no row back.
func TestAnswerBelowTheReadLevel(t *testing.T) {
	db, err := litestone.Open(context.Background(), litestone.Config{SchemaText: `model drops { id Integer @id  body Text  @@gate("5.1.1.1") }`,
		DB: ":memory:", Plugins: []plugin.Plugin{gate.New(gate.Options{GetLevel: own})}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	low, high := db.As(args{"level": 1}), db.As(args{"level": 5})
	for i, c := range []*litestone.Client{high, low, high, low} {
		v, err := c.Call(context.Background(), "drops.create", args{"data": args{"id": i, "body": "b"}})
		b, _ := json.Marshal(v)
		want := fmt.Sprintf(`{"id":%d,"body":"b"}`, i)
		if c == low {
			want = fmt.Sprintf(`{"id":%d}`, i)
		}
		if err != nil || string(b) != want {
			t.Errorf("create %d answers %s, %v, want %s", i, b, err, want)
		}
		v, err = c.Call(context.Background(), "drops.update", args{"where": args{"id": i}, "data": args{"body": "c"}})
		b, _ = json.Marshal(v)
		want = fmt.Sprintf(`{"id":%d,"body":"c"}`, i)
		if c == low {
			want = "null"
		}
		if err != nil || string(b) != want {
			t.Errorf("update %d answers %s, %v, want %s", i, b, err, want)
		}
	}
}

func TestLevelIsAskedOnce(t *testing.T) {
	var asked atomic.Int64
	var seen sync.Map
	db := open(t, gate.Options{GetLevel: func(_ context.Context, auth map[string]any, model string) (int, error) {
		asked.Add(1)
		seen.Store(fmt.Sprint(auth["id"], " ", model), true)
		return 7, nil
	}})
	me := db.As(args{"id": 1})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if err := call(me, "invoices.findMany", args{}); err != nil {
					t.Error(err)
				}
				if err := call(me, "tags.count", args{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := asked.Load(); n != 2 {
		t.Errorf("asked %d times, want 2", n)
	}
	ctx := litestone.WithAuth(context.Background(), args{"id": 2})
	for range 3 {
		if _, err := db.Call(ctx, "invoices.count", args{}); err != nil {
			t.Error(err)
		}
	}
	if n := asked.Load(); n != 3 {
		t.Errorf("asked %d times, want 3", n)
	}
	must(t, db.AsSystem(), "invoices.count", args{})
	must(t, me, "shops.count", args{})
	if n := asked.Load(); n != 3 {
		t.Errorf("asked %d times for the system or without a gate", n-3)
	}
	for _, key := range []string{"1 invoices", "1 tags", "2 invoices"} {
		if _, ok := seen.Load(key); !ok {
			t.Errorf("not asked for %s", key)
		}
	}
}

// TestNobodyIsAskedEachTime: the unscoped client is one session for many callers, whom their contexts
// may tell apart.
func TestNobodyIsAskedEachTime(t *testing.T) {
	type key struct{}
	db := open(t, gate.Options{GetLevel: func(ctx context.Context, _ map[string]any, _ string) (int, error) {
		n, _ := ctx.Value(key{}).(int)
		return n, nil
	}})
	for _, level := range []int{7, 0, 2, 1} {
		_, err := db.Call(context.WithValue(context.Background(), key{}, level), "invoices.count", args{})
		if errors.Is(err, litestone.ErrAccessDenied) != (level < 2) {
			t.Errorf("level %d: %v", level, err)
		}
	}
}

func TestLevelsThatCannotBeTold(t *testing.T) {
	boom := errors.New("no directory")
	var db *litestone.Client
	fail := true
	db = open(t, gate.Options{GetLevel: func(ctx context.Context, auth map[string]any, model string) (int, error) {
		switch auth["id"] {
		case "circle": // asks for what it is to tell
			_, err := db.Call(ctx, "invoices.count", args{})
			return 7, err
		case "own error":
			return 0, &litestone.Error{Code: litestone.CodeBusy, Message: "later"}
		case "panic":
			panic("boom")
		}
		if fail {
			return 7, boom
		}
		return 7, nil
	}})
	me := db.As(args{"id": 1})
	err := call(me, "invoices.findMany", args{})
	if !errors.Is(err, boom) || !errors.Is(err, litestone.ErrAccessDenied) && !strings.Contains(err.Error(), "could not be told") {
		t.Errorf("an error opens the gate: %v", err)
	}
	fail = false
	must(t, me, "invoices.findMany", args{}) // an error is not kept
	ctx := litestone.WithAuth(context.Background(), args{"id": "circle"})
	if _, err := db.Call(ctx, "invoices.count", args{}); err == nil || !strings.Contains(err.Error(), "while it is being told") {
		t.Errorf("a circle: %v", err)
	}
	var e *litestone.Error
	if err := call(db.As(args{"id": "own error"}), "invoices.count", args{}); !errors.As(err, &e) || e.Code != litestone.CodeBusy {
		t.Errorf("an error of its own code: %v", err)
	}
	if err := call(db.As(args{"id": "panic"}), "invoices.count", args{}); !errors.As(err, &e) || e.Code != litestone.CodeConfig {
		t.Errorf("a panic is an error of the program: %v", err)
	}
	must(t, db.AsSystem(), "invoices.create", args{"data": args{"amount": 1}}) // nothing is held after a panic
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = db.Call(stopped, "invoices.count", args{})
	if !errors.As(err, &e) || e.Code != litestone.CodeCancelled {
		t.Errorf("a context that ended: %v", err)
	}
}

// TestLevelFromTheDatabase: what tells levels reads through the client, inside transactions too.
func TestLevelFromTheDatabase(t *testing.T) {
	var host plugin.Host
	levels := plugin.New("levels",
		plugin.InitFunc(func(_ context.Context, h plugin.Host) error { host = h; return nil }),
		plugin.LevelFunc(func(ctx context.Context, who plugin.Who, _ *schema.Model) (int, error) {
			v, err := host.Call(ctx, "users.findUnique", args{"where": args{"id": who.Auth["id"]}})
			r, ok := v.(plugin.Record)
			if err != nil || !ok {
				return gate.Stranger, err
			}
			level, _ := r.Get("level")
			return int(level.(int64)), nil
		}))
	db, err := litestone.Open(context.Background(), litestone.Config{DB: filepath.Join(t.TempDir(), "main.db"), Plugins: []plugin.Plugin{levels}, SchemaText: `
model users { id Integer @id  level Integer  @@gate("8") }
model posts { id Integer @id  @@gate("4") }`})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	must(t, db.AsSystem(), "users.createMany", args{"data": []any{args{"id": 1, "level": 3}, args{"id": 2, "level": 4}}})
	if err := call(db.As(args{"id": 1}), "posts.create", args{"data": args{"id": 1}}); !errors.Is(err, litestone.ErrAccessDenied) {
		t.Error(err)
	}
	must(t, db.As(args{"id": 2}), "posts.create", args{"data": args{"id": 1}})
	err = db.AsSystem().Transaction(context.Background(), func(ctx context.Context, tx *litestone.Client) error {
		if _, err := tx.Call(ctx, "users.create", args{"data": args{"id": 3, "level": 5}}); err != nil {
			return err
		}
		_, err := tx.As(args{"id": 3}).Call(ctx, "posts.create", args{"data": args{"id": 2}}) // sees the transaction's row
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestLevelNames(t *testing.T) {
	for level, want := range map[int]string{gate.Stranger: "STRANGER", gate.SysAdmin: "SYSADMIN", gate.System: "SYSTEM", gate.Locked: "LOCKED", -1: "", 10: ""} {
		if got := gate.LevelName(level); got != want {
			t.Errorf("%d is %q, want %q", level, got, want)
		}
	}
}
