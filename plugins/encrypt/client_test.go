package encrypt_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/uptrace/bun"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/plugins/encrypt"
)

const vaultSchema = `
model owners {
  id Integer @id
  name Text
  vaults vaults[]
}
model vaults {
  id Integer @id
  label Text @default("l")
  ssn Text? @encrypted @length(2, 200)
  mail Text? @unique @encrypted(searchable: true) @lower @trim
  phone Text? @encrypted(searchable: true) @allow('write', auth().role != 'guest')
  fixed Text? @encrypted(searchable: true, rotate: false)
  owner owners? @relation(fields: [ownerId], references: [id])
  ownerId Integer?
  deletedAt DateTime?
  @@softDelete
  @@allow('all', label != 'hidden')
}`

type args = map[string]any

func config(dir, key string, older ...string) litestone.Config {
	return litestone.Config{SchemaText: vaultSchema, DB: filepath.Join(dir, "main.db"), Plugins: []plugin.Plugin{encrypt.New(key, older...)}}
}

func open(t testing.TB, cfg litestone.Config) *litestone.Client {
	t.Helper()
	db, err := litestone.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func must(t testing.TB, c *litestone.Client, name string, a ...any) any {
	t.Helper()
	v, err := c.Call(context.Background(), name, a...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// watchful keeps what a query hook sees.
type watchful struct {
	mu   sync.Mutex
	seen strings.Builder
}

func (w *watchful) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }
func (w *watchful) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Fprintf(&w.seen, "%s %s %v %v %v\n", e.Query, e.QueryTemplate, e.QueryArgs, e.Err, e.Result)
}

// TestNothingInTheClear writes known values by every path, failing ones too, and looks for them in the
// files, in what query hooks see, in errors and in logs.
func TestNothingInTheClear(t *testing.T) {
	dir := t.TempDir()
	var logs bytes.Buffer
	w := &watchful{}
	cfg := config(dir, hexKey)
	cfg.QueryHooks = []bun.QueryHook{w}
	cfg.Logger = slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	db := open(t, cfg)
	sys := db.AsSystem()
	n := 0
	var errs strings.Builder
	secret := func() string { n++; return fmt.Sprintf("plaintext%04d", n) }
	row := func(id int) args {
		return args{"id": id, "ssn": secret(), "mail": secret(), "phone": secret(), "fixed": secret()}
	}
	try := func(c *litestone.Client, name string, a ...any) {
		if _, err := c.Call(context.Background(), name, a...); err != nil {
			var e *litestone.Error
			if errors.As(err, &e) {
				fmt.Fprintf(&errs, "%v %v %v %+v\n", e, e.Fields, e.Issues, e.Err)
			} else {
				fmt.Fprintln(&errs, err)
			}
		}
	}
	guest := db.As(args{"role": "guest"})
	for i, c := range []*litestone.Client{sys, db, db.As(args{"role": "user"}), guest} {
		id := i * 100
		try(c, "vaults.create", args{"data": row(id + 1)})
		try(c, "vaults.createMany", args{"data": []any{row(id + 2), row(id + 3)}})
		try(c, "vaults.upsert", args{"where": args{"id": id + 4}, "create": row(id + 4), "update": row(id + 4)})
		try(c, "vaults.upsert", args{"where": args{"id": id + 4}, "create": row(id + 4), "update": row(id + 4)})
		try(c, "vaults.upsertMany", args{"data": []any{row(id + 4), row(id + 5)}})
		try(c, "vaults.update", args{"where": args{"id": id + 1}, "data": args{"ssn": secret(), "phone": secret()}})
		try(c, "vaults.updateMany", args{"where": args{"phone": secret()}, "data": args{"ssn": secret()}})
		try(c, "owners.create", args{"data": args{"id": id + 1, "name": "o", "vaults": args{"create": row(id + 6)}}})
		try(c, "owners.update", args{"where": args{"id": id + 1}, "data": args{"vaults": args{"update": args{"where": args{"id": id + 6}, "data": args{"ssn": secret()}}}}})
		try(c, "vaults.findMany", args{"where": args{"OR": []any{args{"mail": secret()}, args{"phone": args{"in": []any{secret(), secret()}}}, args{"ssn": secret()}}}})
		// What fails.
		try(c, "vaults.create", args{"data": args{"id": id + 1, "ssn": secret(), "mail": secret()}}) // the key is taken
		try(c, "vaults.create", args{"data": args{"id": id + 50, "ssn": secret() + strings.Repeat("x", 300)}})
		try(c, "vaults.create", args{"data": args{"id": id + 50, "label": 1, "ssn": args{"a": secret()}, "mail": []any{secret()}}})
		try(c, "vaults.create", args{"data": args{"id": id + 50, "label": "hidden", "ssn": secret(), "phone": secret()}})
		same := secret()
		try(c, "vaults.create", args{"data": args{"id": id + 51, "mail": same}})
		try(c, "vaults.create", args{"data": args{"id": id + 52, "mail": same}})
		try(c, "vaults.findMany", args{"where": args{"mail": args{"startsWith": secret()}}})
		try(c, "vaults.findMany", args{"where": args{"ssn": args{"gt": secret()}}})
		try(c, "vaults.findMany", args{"where": args{"phone": args{"not": secret()}}})
	}
	if n < 100 || errs.Len() == 0 {
		t.Fatalf("%d values, errors %q", n, errs.String())
	}
	clear := func(where string, b []byte) {
		t.Helper()
		for i := 1; i <= n; i++ {
			if at := bytes.Index(b, fmt.Appendf(nil, "plaintext%04d", i)); at >= 0 {
				t.Errorf("%s shows a value: …%q…", where, b[max(0, at-80):min(len(b), at+80)])
				return
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		clear(filepath.Base(f), b)
	}
	clear("a query hook", []byte(w.seen.String()))
	clear("an error", []byte(errs.String()))
	clear("a log", logs.Bytes())
	// The values are there all the same.
	if rows := asJSON(t, must(t, sys, "vaults.findMany", args{})); strings.Count(rows, "plaintext") < 20 {
		t.Errorf("the system reads %s", rows)
	}
	// And nobody else sees them.
	for _, c := range []*litestone.Client{db, guest} {
		for _, a := range []args{{}, {"select": args{"id": true, "ssn": true, "mail": true}}} {
			clear("a row of another", []byte(asJSON(t, must(t, c, "vaults.findMany", a))))
		}
		clear("an included row", []byte(asJSON(t, must(t, c, "owners.findMany", args{"include": args{"vaults": true}}))))
	}
}

func TestSearching(t *testing.T) {
	db := open(t, config(t.TempDir(), rawKey))
	must(t, db.AsSystem(), "vaults.create", args{"data": args{"id": 1, "mail": "  Ann@X.io ", "phone": "1"}})
	must(t, db.AsSystem(), "vaults.createMany", args{"data": []any{args{"id": 2, "mail": "bob@x.io", "phone": "1"}, args{"id": 3, "phone": nil}}})
	many := make([]any, 300)
	for i := range many {
		many[i] = fmt.Sprint(i + 100)
	}
	for _, c := range []struct {
		where any
		want  string
	}{
		{args{"mail": "ann@x.io"}, "[1]"},
		{args{"mail": args{"in": []any{"ann@x.io", "bob@x.io", "no"}}}, "[1 2]"},
		{args{"mail": args{"in": []any{}}}, "[]"},
		{args{"phone": "1"}, "[1 2]"},
		{args{"phone": nil}, "[3]"},
		{args{"NOT": args{"phone": "1"}}, "[]"}, // null stays unknown
		{args{"NOT": args{"phone": "2"}}, "[1 2]"},
		{args{"phone": ""}, "[]"},
		{args{"ssn": "x"}, "[]"},
		{args{"NOT": args{"ssn": "x"}}, "[]"},
		{args{"ssn": nil}, "[1 2 3]"},
	} {
		rows := must(t, db, "vaults.findMany", args{"where": c.where, "orderBy": args{"id": "asc"}}).([]*litestone.Record)
		var ids []any
		for _, r := range rows {
			id, _ := r.Get("id")
			ids = append(ids, id)
		}
		if got := strings.ReplaceAll(fmt.Sprint(ids), "<nil>", ""); got != c.want {
			t.Errorf("%v finds %s, want %s", c.where, got, c.want)
		}
	}
	for _, n := range []int{9, 12, 16, 17, 5, 256} { // lists of many lengths share a statement
		list := append(append([]any{}, many[2:2+n-1]...), "1")
		if got := must(t, db, "vaults.count", args{"where": args{"phone": args{"in": list}}}); got != int64(2) {
			t.Errorf("in a list of %d finds %v", n, got)
		}
	}
	_, err := db.Call(context.Background(), "vaults.count", args{"where": args{"phone": args{"in": many}}})
	var e *litestone.Error
	if !errors.As(err, &e) || e.Code != litestone.CodeValidation || e.Fields[0] != "phone" {
		t.Errorf("300 values: %v", err)
	}
	for _, c := range []struct {
		call string
		args args
		code litestone.Code
	}{
		{"vaults.findMany", args{"orderBy": args{"mail": "asc"}}, litestone.CodeAccessDenied},
		{"vaults.groupBy", args{"by": []any{"mail"}, "_count": true}, litestone.CodeAccessDenied},
		{"vaults.findMany", args{"where": args{"mail": args{"gt": "a"}}}, litestone.CodeValidation},
		{"vaults.findMany", args{"where": args{"ssn": args{"gt": "a"}}}, litestone.CodeAccessDenied},
	} {
		if _, err := db.Call(context.Background(), c.call, c.args); !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s %v: %v, want %s", c.call, c.args, err, c.code)
		}
	}
	for _, a := range []args{{"orderBy": args{"mail": "asc"}}, {"orderBy": args{"ssn": "asc"}}} {
		if _, err := db.AsSystem().Call(context.Background(), "vaults.findMany", a); !errors.As(err, &e) || e.Code != litestone.CodeValidation {
			t.Errorf("the system sorts by what is stored: %v", err)
		}
	}
	// Equality takes the index over tokens.
	plan, err := db.SQL("EXPLAIN QUERY PLAN SELECT id FROM vaults WHERE substr(vaults.phone, 1, 47) = ? AND vaults.deletedAt IS NULL", "x").Rows(context.Background())
	if err != nil || !strings.Contains(fmt.Sprint(plan), "idx_vaults_phone") {
		t.Errorf("%v, %v", plan, err)
	}
}

func TestUniqueIsDecidedOnTokens(t *testing.T) {
	db := open(t, config(t.TempDir(), hexKey))
	must(t, db, "vaults.create", args{"data": args{"id": 1, "mail": "a@x.io"}})
	must(t, db, "vaults.createMany", args{"data": []any{args{"id": 2}, args{"id": 3}}}) // nulls are no equals
	for _, c := range []struct {
		call string
		args args
	}{
		{"vaults.create", args{"data": args{"id": 4, "mail": "A@x.io"}}},
		{"vaults.createMany", args{"data": []any{args{"id": 4, "mail": "b@x.io"}, args{"id": 5, "mail": "b@x.io"}}}},
		{"vaults.update", args{"where": args{"id": 2}, "data": args{"mail": "a@x.io"}}},
	} {
		_, err := db.Call(context.Background(), c.call, c.args)
		var e *litestone.Error
		if !errors.As(err, &e) || e.Code != litestone.CodeUnique || e.Model != "vaults" || len(e.Fields) != 1 || e.Fields[0] != "mail" {
			t.Errorf("%s: %v", c.call, err)
		}
	}
	must(t, db, "vaults.upsertMany", args{"data": []any{args{"mail": "a@x.io", "label": "found"}, args{"mail": "c@x.io", "label": "new"}}, "conflictTarget": []any{"mail"}})
	if got := asJSON(t, must(t, db, "vaults.findMany", args{"where": args{"label": args{"in": []any{"found", "new"}}}, "select": args{"id": true, "label": true}, "orderBy": args{"id": "asc"}})); got != `[{"id":1,"label":"found"},{"id":4,"label":"new"}]` {
		t.Errorf("upsertMany by the unique field left %s", got)
	}
}

func TestRotateKey(t *testing.T) {
	dir := t.TempDir()
	cfg := config(dir, hexKey)
	db := open(t, cfg)
	sys := db.AsSystem()
	for i := range 600 {
		must(t, sys, "vaults.create", args{"data": args{"id": i, "ssn": fmt.Sprint("s", i), "mail": fmt.Sprint("m", i), "fixed": fmt.Sprint("f", i)}, "select": args{"id": true}})
	}
	must(t, sys, "vaults.removeMany", args{"where": args{"id": args{"lt": 10}}})
	if _, err := sys.SQL("UPDATE vaults SET ssn = 'foreign' WHERE id = 599").Exec(context.Background()); err != nil {
		t.Fatal(err)
	}
	all := args{"withDeleted": true, "orderBy": args{"id": "asc"}, "select": args{"id": true, "ssn": true, "mail": true, "fixed": true}}
	before := asJSON(t, must(t, sys, "vaults.findMany", all))
	stored := func() string {
		rows, err := sys.SQL("SELECT ssn, mail, fixed FROM vaults WHERE id IN (0, 1, 300, 599) ORDER BY id").Rows(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(rows)
	}
	was := stored()

	var e *litestone.Error
	for name, c := range map[string]func() error{
		"a short key":   func() error { _, err := db.RotateKey(context.Background(), "tooshort"); return err },
		"an empty key":  func() error { _, err := db.RotateKey(context.Background(), ""); return err },
		"a scoped view": func() error { _, err := db.As(args{"id": 1}).RotateKey(context.Background(), rawKey); return err },
		"a transaction": func() error {
			return db.Transaction(context.Background(), func(ctx context.Context, tx *litestone.Client) error {
				_, err := tx.RotateKey(ctx, rawKey)
				return err
			})
		},
		"its context": func() error {
			return db.Transaction(context.Background(), func(ctx context.Context, _ *litestone.Client) error {
				_, err := db.RotateKey(ctx, rawKey)
				return err
			})
		},
		"a context that ended": func() error {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			_, err := db.RotateKey(ctx, rawKey)
			return err
		},
	} {
		err := c()
		if !errors.As(err, &e) || strings.Contains(err.Error(), rawKey) {
			t.Errorf("%s: %v", name, err)
		}
		if got := stored(); got != was {
			t.Fatalf("%s changed what is stored", name)
		}
	}

	n, err := sys.RotateKey(context.Background(), rawKey)
	if err != nil || n != 600 {
		t.Fatal(n, err)
	}
	if got := stored(); got == was {
		t.Error("nothing was encrypted anew")
	}
	if got := asJSON(t, must(t, sys, "vaults.findMany", all)); got != before {
		t.Errorf("after the rotation the system reads\n%s\nwant\n%s", got, before)
	}
	for _, where := range []args{{"mail": "m300"}, {"fixed": "f300"}} {
		if got := must(t, db, "vaults.count", args{"where": where}); got != int64(1) {
			t.Errorf("%v finds %v", where, got)
		}
	}
	must(t, sys, "vaults.update", args{"where": args{"id": 300}, "data": args{"ssn": "s300", "fixed": "f300"}})
	db.Close()

	read := func(cfg litestone.Config) (ssn, mail, fixed any) {
		db := open(t, cfg)
		defer db.Close()
		r := must(t, db.AsSystem(), "vaults.findUnique", args{"where": args{"id": 300}}).(*litestone.Record)
		ssn, _ = r.Get("ssn")
		mail, _ = r.Get("mail")
		fixed, _ = r.Get("fixed")
		return ssn, mail, fixed
	}
	for _, c := range []struct {
		name string
		cfg  litestone.Config
		want string
	}{
		{"the old key", config(dir, hexKey), "<nil> <nil> f300"},
		{"the new key", config(dir, rawKey), "s300 m300 <nil>"},
		{"both", config(dir, rawKey, hexKey), "s300 m300 f300"},
		{"a third key", config(dir, strings.Repeat("ab", 32)), "<nil> <nil> <nil>"},
	} {
		ssn, mail, fixed := read(c.cfg)
		if got := fmt.Sprint(ssn, " ", mail, " ", fixed); got != c.want {
			t.Errorf("%s reads %s, want %s", c.name, got, c.want)
		}
	}
}

// TestRotateWhileWriting: no value is lost between two keys, however writes and rotations fall.
func TestRotateWhileWriting(t *testing.T) {
	dir := t.TempDir()
	db := open(t, config(dir, hexKey))
	ctx := context.Background()
	sys := db.AsSystem()
	const writers, each = 4, 60
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				id := w*each + i
				var err error
				switch i % 3 {
				case 0:
					_, err = sys.Call(ctx, "vaults.create", args{"data": args{"id": id, "ssn": fmt.Sprint("s", id)}, "select": args{"id": true}})
				case 1:
					_, err = sys.Call(ctx, "vaults.createMany", args{"data": []any{args{"id": id, "ssn": fmt.Sprint("s", id)}}})
				default:
					err = sys.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
						if _, err := tx.Call(ctx, "vaults.create", args{"data": args{"id": id}}); err != nil {
							return err
						}
						_, err := tx.Call(ctx, "vaults.update", args{"where": args{"id": id}, "data": args{"ssn": fmt.Sprint("s", id)}})
						return err
					})
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	keys := []string{rawKey, strings.Repeat("ab", 32), strings.Repeat("cd", 32), rawKey, hexKey, strings.Repeat("ef", 32)}
	for _, k := range keys {
		if _, err := db.RotateKey(ctx, k); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
	if _, err := db.RotateKey(ctx, keys[len(keys)-1]); err != nil {
		t.Error(err)
	}
	db.Close()
	// The last key alone reads everything: nothing was left under another one.
	db = open(t, config(dir, keys[len(keys)-1]))
	rows := must(t, db.AsSystem(), "vaults.findMany", args{}).([]*litestone.Record)
	if len(rows) != writers*each {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows {
		id, _ := r.Get("id")
		if ssn, _ := r.Get("ssn"); ssn != fmt.Sprint("s", id) {
			t.Errorf("row %v reads %v", id, ssn)
		}
	}
}

// TestKeyOfTheWrongFormOpensNothing: no file is made for a key that cannot be used.
func TestKeyOfTheWrongFormOpensNothing(t *testing.T) {
	dir := t.TempDir()
	_, err := litestone.Open(context.Background(), config(dir, "abcdef"))
	var e *litestone.Error
	if !errors.As(err, &e) || e.Code != litestone.CodeConfig || strings.Contains(err.Error(), "abcdef") {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
