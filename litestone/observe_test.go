package litestone_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/litestone-go/orm/lite2go/testdata/blog/models"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
)

const observedSchema = `
database lines { path ":memory:" }
enum Stage { idea running done
  transitions { start: idea -> running }
}
model people {
  id Integer @id
  name Text
  token Text? @guarded
  stage Stage @default(idea)
  posts posts[]
  groups groups[]
  deletedAt DateTime?
  @@softDelete
  @@fts([name])
}
model posts {
  id Integer @id
  title Text
  personId Integer
  person people @relation(fields: [personId], references: [id])
}
model groups {
  id Integer @id
  name Text
  people people[]
}
`

// tapped opens a client and shows what its calls run: "call #statement target rows: sql params".
func tapped(t *testing.T, cfg litestone.Config) (db *litestone.Client, ran func() []string) {
	t.Helper()
	db = openText(t, cfg)
	var list []string
	stop := db.TapQuery(func(e litestone.QueryEvent) {
		list = append(list, fmt.Sprintf("%s.%s #%d %s %d: %s %v", e.Model, e.Operation, e.Statement, e.Target, e.RowCount, e.SQL, e.Params))
	})
	t.Cleanup(stop)
	return db, func() []string {
		out := list
		list = nil
		return out
	}
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func observedConfig() litestone.Config {
	return litestone.Config{SchemaText: strings.Replace(observedSchema, `database lines { path ":memory:" }`, "", 1), DB: ":memory:"}
}

// TestEveryStatementOfACallIsTold pins the statements of calls that run several.
func TestEveryStatementOfACallIsTold(t *testing.T) {
	ctx := t.Context()
	db, ran := tapped(t, observedConfig())
	people := db.Table("people")
	_, err := people.Create(ctx, litestone.Map{"data": obj{"id": 1, "name": "Ada", "token": "hush", "posts": obj{"create": []any{obj{"id": 5, "title": "one"}}}, "groups": obj{"create": obj{"id": 9, "name": "g"}}}})
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, ran(),
		`people.create #1 people 1: INSERT INTO "people" ("id", "name", "token") VALUES (?, ?, ?) RETURNING "people"."id", "people"."name", "people"."token", "people"."stage", "people"."deletedAt" [1 Ada [redacted]]`,
		`people.create #2 posts 1: INSERT INTO "posts" ("id", "title", "personId") VALUES (?, ?, ?) [5 one 1]`,
		`people.create #3 groups 1: INSERT INTO "groups" ("id", "name") VALUES (?, ?) RETURNING "groups"."id", "groups"."name" [9 g]`,
		`people.create #4  1: INSERT INTO "_groups_people" ("peopleId", "groupsId") VALUES (?, ?) ON CONFLICT ("peopleId", "groupsId") DO NOTHING [1 9]`,
		`people.create #5 people 1: SELECT "people"."id", "people"."name", "people"."stage", "people"."deletedAt" FROM "people" WHERE ("people"."id" = ?) ORDER BY "people"."id" [1]`)

	if _, err := people.FindManyAndCount(ctx, litestone.Map{"include": obj{"posts": obj{"where": obj{"title": "one"}}, "groups": true}, "limit": 1}); err != nil {
		t.Fatal(err)
	}
	got := ran()
	for i := range got {
		got[i], _, _ = strings.Cut(got[i], ":")
	}
	wantLines(t, got, "people.findManyAndCount #1 people 1", "people.findManyAndCount #2 posts 1", "people.findManyAndCount #3 groups 1", "people.findManyAndCount #4 people 1")
}

// TestEveryOperationIsTold makes each operation, dynamic and typed, on a store of each kind.
func TestEveryOperationIsTold(t *testing.T) {
	ctx := t.Context()
	db, ran := tapped(t, observedConfig())
	var operations []string
	args := map[string][]any{
		"findMany": {nil}, "findFirst": {nil}, "findFirstOrThrow": {nil}, "findManyCursor": {nil}, "findManyAndCount": {nil}, "count": {nil}, "exists": {nil},
		"findUnique": {obj{"where": obj{"id": 1}}}, "findUniqueOrThrow": {obj{"where": obj{"id": 1}}}, "search": {"Ada"},
		"aggregate": {obj{"_count": true}}, "groupBy": {obj{"by": []any{"name"}}},
		"create": {obj{"data": obj{"name": "n"}}}, "createMany": {obj{"data": []any{obj{"name": "n"}, obj{"name": "m"}}}},
		"update": {obj{"where": obj{"id": 1}, "data": obj{"name": "Ada"}}}, "updateMany": {obj{"data": obj{"name": "Ada"}}},
		"upsert": {obj{"where": obj{"id": 1}, "create": obj{"id": 1, "name": "n"}, "update": obj{"name": "Ada"}}}, "upsertMany": {obj{"data": []any{obj{"id": 1, "name": "Ada"}}}},
		"remove": {obj{"where": obj{"id": 1}}}, "restore": {obj{"where": obj{"id": 1}}}, "delete": {obj{"where": obj{"id": 1}}},
		"removeMany": {obj{}}, "deleteMany": {obj{}}, "transition": {1, "start"},
	}
	for _, op := range litestone.Operations() {
		if args[op] == nil {
			if op != "optimizeFts" {
				t.Errorf("how is %s called?", op)
			}
			continue
		}
		for _, inside := range []bool{false, true} {
			if _, err := db.SQL(`DELETE FROM people`).Exec(ctx); err != nil {
				t.Fatal(err)
			}
			if _, err := db.SQL(`INSERT INTO people (id, name) VALUES (1, 'Ada')`).Exec(ctx); err != nil {
				t.Fatal(err)
			}
			if op == "restore" {
				if _, err := db.Table("people").RemoveMany(ctx, nil); err != nil {
					t.Fatal(err)
				}
			}
			ran()
			list := make([]any, len(args[op]))
			for i, a := range args[op] {
				if list[i] = a; reflect.TypeOf(a) == reflect.TypeFor[obj]() {
					list[i] = litestone.Map(a.(obj))
				}
			}
			var err error
			if inside {
				err = db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
					_, err := tx.Call(ctx, "people."+op, list...)
					return err
				})
			} else {
				_, err = db.Call(ctx, "people."+op, list...)
			}
			got := ran()
			if err != nil || len(got) == 0 {
				t.Errorf("%s: %v, and %d statements are told", op, err, len(got))
				continue
			}
			for i, line := range got {
				if !strings.HasPrefix(line, fmt.Sprintf("people.%s #%d ", op, i+1)) {
					t.Errorf("%s: %s", op, line)
				}
			}
		}
		operations = append(operations, op)
	}

	typed, err := models.Open(ctx, litestone.Config{DB: ":memory:", Scopes: map[string]map[string]litestone.Scope{"posts": {"drafts": litestone.NewScope(litestone.Find{})}}})
	if err != nil {
		t.Fatal(err)
	}
	defer typed.Close()
	silent := []string{"Explain", "ExplainAs", "Why", "OptimizeFTS"} // they read no rows for the caller
	for name, call := range typedCalls {
		if _, err := typed.SQL(`INSERT OR REPLACE INTO people (id, email) VALUES (2, 'b@x.org')`).Exec(ctx); err != nil {
			t.Fatal(err)
		}
		var ops []string
		stop := typed.TapQuery(func(e litestone.QueryEvent) { ops = append(ops, e.Operation) })
		_ = typed.Transaction(ctx, func(ctx context.Context, tx *models.Client) error {
			_, _ = call(ctx, tx)
			return errTakenBack
		})
		stop()
		if name == "Transition" && len(ops) == 0 {
			continue // the model has none, which is known before any statement
		}
		if slices.Contains(silent, name) {
			if len(ops) > 0 {
				t.Errorf("%s tells %v", name, ops)
			}
			continue
		}
		op := strings.ToLower(name[:1]) + name[1:]
		op = map[string]string{"dynamic": "findMany", "scope": "findMany", "createManySeq": "createMany", "upsertManySeq": "upsertMany"}[op] + op
		for _, long := range []string{"dynamic", "scope", "createManySeq", "upsertManySeq"} {
			if strings.HasSuffix(op, long) && op != long {
				op = strings.TrimSuffix(op, long)
			}
		}
		if len(ops) == 0 || !slices.Contains(operations, op) || slices.ContainsFunc(ops, func(o string) bool { return o != op }) {
			t.Errorf("%s tells %v", name, ops)
		}
	}
}

// TestQueryEvent pins what an event says, and its JSON form.
func TestQueryEvent(t *testing.T) {
	ctx := t.Context()
	var events []litestone.QueryEvent
	cfg := observedConfig()
	cfg.OnQuery = litestone.QueryFunc(func(_ context.Context, e litestone.QueryEvent) { events = append(events, e) })
	db := openText(t, cfg)
	if len(events) > 0 {
		t.Errorf("opening tells of %d statements", len(events))
	}
	show := func(e litestone.QueryEvent) string {
		if e.Duration <= 0 || e.Duration > time.Minute || time.Since(e.Time) > time.Hour || time.Since(e.Time) < 0 {
			t.Errorf("%v at %v", e.Duration, e.Time)
		}
		e.Duration, e.Time = 1400*time.Microsecond, time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if _, err := db.As(obj{"id": "user_abc"}).Table("people").FindMany(ctx, litestone.Map{"where": obj{"name": "Ada"}, "limit": 20, "select": obj{"id": true}}); err != nil {
		t.Fatal(err)
	}
	if err := db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		_, err := tx.AsSystem().Table("posts").Create(ctx, litestone.Map{"data": obj{"title": "t", "personId": 9}, "select": false})
		return err
	}); !errors.Is(err, litestone.ErrForeignKey) {
		t.Fatal(err)
	}
	if _, err := db.SQL("SELECT ? + 1", 41).Rows(ctx); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, show(e))
	}
	wantLines(t, got,
		`{"model":"people","operation":"findMany","database":"main","actorId":"user_abc","sql":"SELECT \"people\".\"id\" FROM \"people\" WHERE (\"people\".\"name\" = ?) AND (\"people\".\"deletedAt\" IS NULL) LIMIT ? + 0","params":["Ada",20],"duration":1.4,"rowCount":0,`+
			`"args":{"limit":20,"select":{"id":true},"where":{"name":"Ada"}},"target":"people","statement":1,"transaction":false,"time":"2026-07-01T00:00:00Z"}`,
		`{"model":"posts","operation":"create","database":"main","actorId":null,"sql":"INSERT INTO \"posts\" (\"title\", \"personId\") VALUES (?, ?)","params":["t",9],"duration":1.4,"rowCount":0,`+
			`"args":{"data":{"personId":9,"title":"t"},"select":false},"target":"posts","statement":1,"transaction":true,"system":true,"time":"2026-07-01T00:00:00Z","error":"foreign_key"}`,
		`{"model":null,"operation":"sql","database":"main","actorId":null,"sql":"SELECT ? + 1","params":["[redacted]"],"duration":1.4,"rowCount":1,"args":null,"target":null,"statement":1,"transaction":false,"time":"2026-07-01T00:00:00Z"}`)
	if !errors.Is(events[1].Err, litestone.ErrForeignKey) {
		t.Error(events[1].Err)
	}
}

// TestValuesOfRawSQLAreShownWhereNothingIsConfidential: in a schema without confidential fields
// there is nothing to hide.
func TestValuesOfRawSQLAreShownWhereNothingIsConfidential(t *testing.T) {
	db, ran := tapped(t, litestone.Config{SchemaText: "model rows { id Integer @id }", DB: ":memory:"})
	if _, err := db.SQL("SELECT ?", "shown").Rows(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Table("rows").Count(t.Context(), litestone.Map{"where": litestone.SQL("id > ?", 5)}); err != nil {
		t.Fatal(err)
	}
	wantLines(t, ran(), ".sql #1  1: SELECT ? [shown]", "rows.count #1 rows 1: SELECT count(*) FROM \"rows\" WHERE ((id > ?\n)) [5]")
}

// TestWhatIsNotTold: bookkeeping of the client itself, and what reads no rows.
func TestWhatIsNotTold(t *testing.T) {
	ctx := t.Context()
	db, ran := tapped(t, observedConfig())
	if err := db.Lock(ctx, "key", func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Table("people").Explain(ctx, "findMany", nil); err != nil {
		t.Fatal(err)
	}
	if err := db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		return tx.Transaction(ctx, func(context.Context, *litestone.Client) error { return nil })
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Table("people").OptimizeFTS(ctx); err != nil {
		t.Fatal(err)
	}
	wantLines(t, ran())
}

// TestAppendOnlyModelsAreTold: their calls run statements on the replica of their files.
func TestAppendOnlyModelsAreTold(t *testing.T) {
	ctx := t.Context()
	var databases []string
	db := openText(t, litestone.Config{DB: ":memory:", SchemaText: `database lines { path "` + t.TempDir() + `"  driver jsonl }
model rows { id Integer @id }
model lines { id Integer @id  text Text  @@db(lines) }`,
		OnQuery: litestone.QueryFunc(func(_ context.Context, e litestone.QueryEvent) {
			databases = append(databases, e.Model+"."+e.Operation+" "+e.Database+" "+e.Target)
		})})
	lines := db.Table("lines")
	if _, err := lines.Create(ctx, litestone.Map{"data": obj{"id": 1, "text": "x"}}); err != nil {
		t.Fatal(err)
	}
	if n, err := lines.Count(ctx, nil); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	wantLines(t, databases, "lines.create lines lines", "lines.count lines lines")
}

// TestTapQuery: a tap sees all views of its client from its beginning to its end, one statement at a
// time.
func TestTapQuery(t *testing.T) {
	ctx := t.Context()
	db := openText(t, observedConfig())
	count := func() {
		t.Helper()
		if _, err := db.As(who(1)).Table("people").Count(ctx, nil); err != nil {
			t.Error(err)
		}
	}
	var one, two []string
	count()
	stop := db.TapQuery(func(e litestone.QueryEvent) { one = append(one, e.Operation) })
	count()
	stopTwo := db.AsSystem().TapQuery(func(e litestone.QueryEvent) { two = append(two, e.Operation) })
	var all sync.WaitGroup
	for range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 50 {
				count()
			}
		}()
	}
	all.Wait()
	stop()
	stop()
	count()
	stopTwo()
	count()
	if len(one) != 201 || len(two) != 201 {
		t.Errorf("the taps were told of %d and %d statements", len(one), len(two))
	}
}

// TestTapsComeAndGoWhileCallsRun is for the race detector.
func TestTapsComeAndGoWhileCallsRun(t *testing.T) {
	ctx := t.Context()
	db := openText(t, observedConfig())
	var calls, taps sync.WaitGroup
	done := make(chan struct{})
	for i := range 4 {
		calls.Add(1)
		go func() {
			defer calls.Done()
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				_, err := db.Table("people").Count(ctx, nil)
				if i == 0 {
					_, err = db.Table("people").Create(ctx, litestone.Map{"data": obj{"name": "n", "posts": obj{"create": obj{"title": "t"}}}})
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	for range 4 {
		taps.Add(1)
		go func() {
			defer taps.Done()
			for range 50 {
				n := 0
				stop := db.TapQuery(func(litestone.QueryEvent) { n++ })
				_, _ = db.Table("people").Exists(ctx, nil)
				stop()
				if n == 0 {
					t.Error("a tap was not told of the call made while it was there")
				}
			}
		}()
	}
	taps.Wait()
	close(done)
	calls.Wait()
}

// TestSlowQueries: one warning for each statement that took too long, and none for others.
func TestSlowQueries(t *testing.T) {
	ctx := t.Context()
	var log strings.Builder
	cfg := observedConfig()
	cfg.SlowQuery = 30 * time.Millisecond
	cfg.Logger = slog.New(slog.NewJSONHandler(&log, nil))
	db := openText(t, cfg)
	if _, err := db.Table("people").Create(ctx, litestone.Map{"data": obj{"id": 1, "name": "Ada", "token": "hush"}}); err != nil {
		t.Fatal(err)
	}
	if log.Len() > 0 {
		t.Fatal(log.String())
	}
	const slow = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < 3000000) SELECT count(*) > ? FROM c"
	if _, err := db.As(who(7)).Table("people").FindMany(ctx, litestone.Find{Where: litestone.SQL("token = ? AND ("+slow+")", "hush", 0), Limit: 1}); err != nil {
		t.Fatal(err)
	}
	var line struct {
		Level, Msg, Model, Operation, SQL, Target string
		ActorID, RowCount                         int
		Duration                                  float64
		Params                                    []any
	}
	if err := json.Unmarshal([]byte(log.String()), &line); err != nil {
		t.Fatal(err, log.String())
	}
	if line.Level != "WARN" || line.Model != "people" || line.Operation != "findMany" || !strings.Contains(line.SQL, slow) || line.ActorID != 7 || line.RowCount != 1 ||
		line.Duration < 30 || fmt.Sprint(line.Params) != "[[redacted] [redacted] 1]" || strings.Contains(log.String(), "hush") {
		t.Error(log.String())
	}
}

// TestWatchingChangesNoCall: neither a panic of who watches nor a refusal.
func TestWatchingChangesNoCall(t *testing.T) {
	ctx := t.Context()
	var log strings.Builder
	cfg := observedConfig()
	cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	cfg.OnQuery = litestone.QueryFunc(func(context.Context, litestone.QueryEvent) { panic("of OnQuery") })
	cfg.Plugins = []plugin.Plugin{
		plugin.New("first", plugin.OperationFunc(func(ctx context.Context, o plugin.Operation) (context.Context, func(plugin.Outcome)) {
			panic("of an observer")
		})),
		plugin.New("second", plugin.OperationFunc(func(ctx context.Context, o plugin.Operation) (context.Context, func(plugin.Outcome)) {
			return nil, func(plugin.Outcome) { panic("of an end") }
		})),
		plugin.New("third", plugin.OperationFunc(func(ctx context.Context, o plugin.Operation) (context.Context, func(plugin.Outcome)) { return nil, nil })),
	}
	db := openText(t, cfg)
	r, err := db.Table("people").Create(ctx, litestone.Map{"data": obj{"name": "Ada"}})
	if err != nil || r == nil {
		t.Error(r, err)
	}
	for _, text := range []string{"of OnQuery", "of an observer", "of an end"} {
		if !strings.Contains(log.String(), text) {
			t.Errorf("the log does not tell of the panic %s", text)
		}
	}
}

// TestOperationObservers: order of begin and end, the context that goes on, and the outcome.
func TestOperationObservers(t *testing.T) {
	type key struct{}
	var got []string
	see := func(name string) plugin.Plugin {
		return plugin.New(name, plugin.OperationFunc(func(ctx context.Context, o plugin.Operation) (context.Context, func(plugin.Outcome)) {
			above, _ := ctx.Value(key{}).(string)
			call := o.Operation
			if o.Model != nil {
				call = o.Model.Accessor + "." + call
			}
			got = append(got, fmt.Sprintf("%s begins %s in %q (%v %s %v)", name, call, above, o.Auth["id"], o.Database, o.Transaction))
			return context.WithValue(ctx, key{}, above+"/"+name+":"+call), func(out plugin.Outcome) {
				got = append(got, fmt.Sprintf("%s ends %s %d %v", name, call, out.Rows, out.Err))
			}
		}))
	}
	cfg := observedConfig()
	cfg.Plugins = []plugin.Plugin{see("a"), see("b")}
	db := openText(t, cfg)
	ctx := t.Context()
	if _, err := db.As(who(3)).Table("people").UpdateMany(ctx, litestone.Map{"data": obj{"name": "x"}}); err != nil {
		t.Fatal(err)
	}
	wantLines(t, got,
		`a begins people.updateMany in "" (3 main false)`, `b begins people.updateMany in "/a:people.updateMany" (3 main false)`,
		`b ends people.updateMany 0 <nil>`, `a ends people.updateMany 0 <nil>`)
	got = nil
	if err := db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		if above := ctx.Value(key{}); above != "/a:transaction/b:transaction" {
			t.Errorf("the transaction's context is that of %v", above)
		}
		_, err := tx.SQL("SELECT 1 UNION SELECT 2").Rows(ctx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 8 || got[2] != `a begins sql in "/a:transaction/b:transaction" (<nil> main true)` || got[4] != "b ends sql 2 <nil>" {
		t.Error(strings.Join(got, "\n"))
	}
	got = nil
	_, err := db.Table("people").FindMany(ctx, litestone.Map{"limit": "x"})
	if err == nil || len(got) != 4 || got[2] != "b ends people.findMany 0 "+err.Error() {
		t.Error(err, strings.Join(got, "\n"))
	}
	got = nil
	func() {
		defer func() { _ = recover() }()
		_ = db.Transaction(ctx, func(context.Context, *litestone.Client) error { panic("on the way") })
	}()
	if len(got) != 4 || got[3] != "a ends transaction 0 litestone: the call panicked" {
		t.Error(strings.Join(got, "\n"))
	}
}

// TestAFailedCallTellsItsStatements: also those before the error, and of a call that is cancelled.
func TestAFailedCallTellsItsStatements(t *testing.T) {
	db, ran := tapped(t, observedConfig())
	_, err := db.Table("people").Create(t.Context(), litestone.Map{"data": obj{"id": 1, "name": "Ada", "posts": obj{"create": []any{obj{"id": 1, "title": "a"}, obj{"id": 1, "title": "b"}}}}})
	if !errors.Is(err, litestone.ErrUnique) {
		t.Fatal(err)
	}
	if got := ran(); len(got) != 3 || !strings.HasPrefix(got[2], "people.create #3 posts 0") {
		t.Error(got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.Table("people").Count(ctx, nil); !errors.Is(err, litestone.ErrCancelled) {
		t.Fatal(err)
	}
}

// TestWatchingNobodyAllocatesNothing: a client that was tapped is as cheap as one that never was.
func TestWatchingNobodyAllocatesNothing(t *testing.T) {
	ctx := t.Context()
	db := openText(t, observedConfig())
	people := db.Table("people")
	args := litestone.Find{}
	measure := func() float64 {
		return testing.AllocsPerRun(200, func() {
			if _, err := people.Exists(ctx, args); err != nil {
				t.Fatal(err)
			}
		})
	}
	before := measure()
	stop := db.TapQuery(func(litestone.QueryEvent) {})
	during := measure()
	stop()
	if after := measure(); after > before+1 || during < before+4 { // the race detector makes pools forget
		t.Errorf("%v allocations before, %v while it is tapped, %v after", before, during, after)
	}
}
