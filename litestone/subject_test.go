package litestone_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/plugins/encrypt"
)

const subjectKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

// subjectSchema has people with every kind of field a subject may or may not carry.
const subjectSchema = `
enum Role { admin member }

database trail { path "$DIR/trail/"  driver logger }

model Org {
  id        Integer @id
  name      Text
  plan      Text @default("free")
  secret    Text? @guarded
  people    Person[]
  deletedAt DateTime?
  @@softDelete
}

model Person {
  id        Integer @id
  email     Text
  role      Role @default(member)
  active    Boolean @default(true)
  tags      Text[]
  settings  Json?
  joined    DateTime
  score     Real?
  photo     Blob?
  nick      Text? @omit(all)
  salary    Integer? @allow('read', auth().role == 'admin')
  pin       Text? @guarded
  badge     Text? @guarded
  token     Text? @secret
  shouted   Text @generated("upper({email})")
  docs      Doc[]
  docCount  Integer @from(docs, count: true)
  docSum    Integer @from(docs, sum: size)
  orgId     Integer
  org       Org @relation(fields: [orgId], references: [id])
  bossId    Integer?
  boss      Person? @relation("boss", fields: [bossId], references: [id])
  staff     Person[] @relation("boss")
  deletedAt DateTime?
  @@auth
  @@softDelete
  @@log(trail)
  @@deny('all', auth().active == false)
  @@allow('read', orgId == auth().orgId)
}

model Doc {
  id      Integer @id
  size    Integer
  ownerId Integer @default(auth().id)
  owner   Person @relation(fields: [ownerId], references: [id])
  plan    Text @default(auth().org.plan)
  @@allow('read', owner == auth() || auth().boss.role == 'admin' || auth().badge == 'gold')
  @@allow('read', auth().docCount > 1 || auth().settings.all == true)
  @@allow('create', auth().boss.org.name == 'Initech')
  @@allow('create', true)
}
`

func openSubjects(t *testing.T, change ...func(*litestone.Config)) *litestone.Client {
	t.Helper()
	cfg := litestone.Config{SchemaText: strings.ReplaceAll(subjectSchema, "$DIR", t.TempDir()), DB: ":memory:", Plugins: []plugin.Plugin{encrypt.New(subjectKey)}}
	for _, f := range change {
		f(&cfg)
	}
	db := openText(t, cfg)
	ctx := t.Context()
	sys := db.AsSystem()
	for _, c := range []struct{ name, args string }{
		{"org.create", `{"data": {"id": 1, "name": "Initech", "secret": "s"}}`},
		{"org.create", `{"data": {"id": 2, "name": "Gone", "deletedAt": "2026-01-01"}}`},
		{"person.create", `{"data": {"id": 1, "email": "boss@x.org", "role": "admin", "joined": "2026-01-01", "orgId": 1}}`},
		{"person.create", `{"data": {"id": 2, "email": "ada@x.org", "joined": "2026-01-02T03:04:05+01:00", "orgId": 1, "bossId": 1, "tags": ["a", "b"],
			"settings": {"all": false, "deep": {"n": 12345678901234567}}, "score": 2, "nick": "A", "salary": 7, "pin": "1234", "badge": "tin", "token": "t0k3n"}}`},
		{"person.create", `{"data": {"id": 3, "email": "gone@x.org", "joined": "2026-01-01", "orgId": 1, "deletedAt": "2026-01-01"}}`},
		{"person.create", `{"data": {"id": 4, "email": "lost@x.org", "joined": "2026-01-01", "orgId": 2}}`},
		{"doc.createMany", `{"data": [{"size": 10, "ownerId": 2, "plan": "free"}, {"size": 1, "ownerId": 1, "plan": "free"}]}`},
	} {
		if _, err := sys.Call(ctx, c.name, litestone.JSON(c.args)); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
	}
	return db
}

// TestSubjectHoldsWhatRulesMayLookAt holds what a subject carries to the letter: no guarded value
// that no rule names, no secret, nothing derived unless named.
func TestSubjectHoldsWhatRulesMayLookAt(t *testing.T) {
	db := openSubjects(t)
	for id, want := range map[int64]string{
		2: `{"active":true,"badge":"tin","boss":{"id":1,"org":{"id":1,"name":"Initech"},"role":"admin"},"bossId":1,"deletedAt":null,` +
			`"docCount":1,"email":"ada@x.org","id":2,"joined":"2026-01-02T02:04:05.000Z","nick":"A","org":{"id":1,"plan":"free"},"orgId":1,` +
			`"role":"member","salary":7,"score":2,"settings":{"all":false,"deep":{"n":12345678901234567}},"shouted":"ADA@X.ORG","tags":["a","b"]}`,
		1: `{"active":true,"badge":null,"boss":null,"bossId":null,"deletedAt":null,` +
			`"docCount":1,"email":"boss@x.org","id":1,"joined":"2026-01-01T00:00:00.000Z","nick":null,"org":{"id":1,"plan":"free"},"orgId":1,` +
			`"role":"admin","salary":null,"score":null,"settings":null,"shouted":"BOSS@X.ORG","tags":[]}`,
	} {
		auth, err := db.As(map[string]any{"id": 77}).Subject(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := json.Marshal(auth); string(got) != want {
			t.Errorf("subject %d:\n got  %s\n want %s", id, got, want)
		}
	}
}

// TestSubjectsThatAreNot holds that who is not there is refused, and is nobody in no case.
func TestSubjectsThatAreNot(t *testing.T) {
	db := openSubjects(t)
	other := openText(t, litestone.Config{DB: ":memory:", SchemaText: `model a { id Integer @id }`})
	pairs := openText(t, litestone.Config{DB: ":memory:", SchemaText: `model a { x Integer  y Text  @@id([x, y])  @@auth }`})
	bare := openText(t, litestone.Config{DB: ":memory:", SchemaText: strings.ReplaceAll(`
		database lines { path "$DIR"  driver jsonl }
		model a { x Integer  @@auth  @@db(lines) }`, "$DIR", t.TempDir())})
	listed := openText(t, litestone.Config{DB: ":memory:", SchemaText: `
		model a { id Integer @id  bs b[]  @@auth  @@deny('read', auth().bs.id == 1) }
		model b { id Integer @id  aId Integer  a a @relation(fields: [aId], references: [id]) }`})
	sealed := openText(t, litestone.Config{DB: ":memory:", Plugins: []plugin.Plugin{encrypt.New(subjectKey)}, SchemaText: `
		model a { id Integer @id  s Text? @encrypted  @@auth  @@deny('read', auth().s != null) }`})
	locked := openText(t, litestone.Config{DB: ":memory:", Plugins: []plugin.Plugin{levels(7)}, SchemaText: `model a { id Integer @id  @@auth  @@gate("9") }`})
	var none *int64
	for _, c := range []struct {
		name string
		db   *litestone.Client
		key  []any
		code litestone.Code
	}{
		{"no such row", db, []any{99}, litestone.CodeNotFound},
		{"a removed row", db, []any{3}, litestone.CodeNotFound},
		{"a removed organisation, which rules look at", db, []any{4}, litestone.CodeNotFound},
		{"null", db, []any{nil}, litestone.CodeNotFound},
		{"a nil pointer", db, []any{none}, litestone.CodeNotFound},
		{"a text for an integer", db, []any{"2 OR 1=1"}, litestone.CodeValidation},
		{"an object", db, []any{map[string]any{"gt": 0}}, litestone.CodeValidation},
		{"a list", db, []any{[]any{1, 2}}, litestone.CodeValidation},
		{"no key", db, nil, litestone.CodeValidation},
		{"too many values", db, []any{1, 2}, litestone.CodeValidation},
		{"half a key", pairs, []any{1}, litestone.CodeValidation},
		{"half a key and null", pairs, []any{1, nil}, litestone.CodeNotFound},
		{"no @@auth model", other, []any{1}, litestone.CodeConfig},
		{"an @@auth model without key", bare, []any{1}, litestone.CodeConfig},
		{"a list in rules", listed, []any{1}, litestone.CodeConfig},
		{"an encrypted value in rules", sealed, []any{1}, litestone.CodeConfig},
		{"a locked model", locked, []any{1}, litestone.CodeAccessDenied},
		{"a view that could not be made", db.As(1), []any{1}, litestone.CodeConfig},
	} {
		auth, err := c.db.Subject(t.Context(), c.key...)
		var e *litestone.Error
		if !errors.As(err, &e) || e.Code != c.code || auth != nil {
			t.Errorf("%s: %v, %v; want %s", c.name, auth, err, c.code)
		}
		if v, err := c.db.AsID(t.Context(), c.key...); v != nil || !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s: AsID gives %v, %v; want %s", c.name, v, err, c.code)
		}
	}
}

// levels is a plugin that tells everybody one level.
func levels(n int) plugin.Plugin {
	return plugin.New("levels", plugin.LevelFunc(func(context.Context, plugin.Who, *schema.Model) (int, error) { return n, nil }))
}

// TestAsIDAsksAsTheRow holds that rules see the row as it is now, and nothing of it is kept.
func TestAsIDAsksAsTheRow(t *testing.T) {
	db := openSubjects(t)
	ctx := t.Context()
	docs := func(c *litestone.Client) int64 {
		t.Helper()
		n, err := c.Table("doc").Count(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	as := func(c *litestone.Client, id int64) *litestone.Client {
		t.Helper()
		v, err := c.AsID(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if n := docs(as(db, 1)); n != 1 {
		t.Errorf("the boss sees %d docs, want his own", n)
	}
	if n := docs(as(db, 2)); n != 2 {
		t.Errorf("who has an admin for a boss sees %d docs, want both", n)
	}
	if _, err := db.AsSystem().Call(ctx, "person.update", litestone.JSON(`{"where": {"id": 1}, "data": {"role": "member"}}`)); err != nil {
		t.Fatal(err)
	}
	if n := docs(as(db, 2)); n != 1 {
		t.Errorf("after the boss lost his role: %d docs, want 1", n)
	}

	// What a view of AsID creates is stamped with the row.
	r, err := as(db, 2).Table("doc").Create(ctx, litestone.JSON(`{"data": {"size": 3}}`))
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := json.Marshal(r); string(text) != `{"id":3,"size":3,"ownerId":2,"plan":"free"}` {
		t.Errorf("created %s", text)
	}

	// In a transaction: what it wrote counts, the view stays in it, and the client outside is refused.
	undone := errors.New("undone")
	err = db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		if _, err := tx.AsSystem().Call(ctx, "person.update", litestone.JSON(`{"where": {"id": 2}, "data": {"badge": "gold"}}`)); err != nil {
			return err
		}
		me, err := tx.AsID(ctx, 2)
		if err != nil {
			return err
		}
		if n, err := me.Table("doc").Count(ctx, nil); n != 3 || err != nil {
			t.Errorf("with a gold badge: %d docs, %v; want 3", n, err)
		}
		if _, err := me.Table("doc").Create(ctx, litestone.JSON(`{"data": {"size": 4}}`)); err != nil {
			return err
		}
		if _, err := db.AsID(ctx, 2); !errors.Is(err, litestone.ErrUnsupported) {
			t.Errorf("the client inside its own transaction: %v", err)
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	if n := docs(db.AsSystem()); n != 3 {
		t.Errorf("%d docs after the rollback, want 3", n)
	}
}

// TestAsIDOfSeveralKeyFields finds a row by all of its key.
func TestAsIDOfSeveralKeyFields(t *testing.T) {
	db := openText(t, litestone.Config{DB: ":memory:", SchemaText: `model a { x Integer  y Text  n Integer  @@id([x, y])  @@auth  @@allow('read', n == auth().n)  @@allow('create', true) }`})
	ctx := t.Context()
	if _, err := db.Table("a").CreateMany(ctx, litestone.JSON(`{"data": [{"x": 1, "y": "p", "n": 1}, {"x": 1, "y": "q", "n": 2}, {"x": 2, "y": "p", "n": 3}]}`)); err != nil {
		t.Fatal(err)
	}
	me, err := db.AsID(ctx, 1, "q")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := me.Call(ctx, "a.findMany")
	if got := asJSON(t, rows, err); got != `[{"x":1,"y":"q","n":2}]` {
		t.Errorf("got %s", got)
	}
}

// TestSubjectIsNotAudited holds that signing in writes no entry, while a read of the same row does.
func TestSubjectIsNotAudited(t *testing.T) {
	db := openSubjects(t)
	reads := func() int64 {
		t.Helper()
		n, err := db.AsSystem().Table("trailLogs").Count(t.Context(), litestone.JSON(`{"where": {"operation": "read"}}`))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if _, err := db.Subject(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if n := reads(); n != 0 {
		t.Errorf("%d entries of reads after Subject", n)
	}
	if _, err := db.AsSystem().Table("person").FindMany(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if n := reads(); n != 1 {
		t.Errorf("%d entries after a read, want 1", n)
	}
}

// TestSubjectUnderFiltersAndPlugins holds that global filters and plugins rule over who can sign in.
func TestSubjectUnderFiltersAndPlugins(t *testing.T) {
	var told []string
	db := openSubjects(t, func(c *litestone.Config) {
		c.FilterFuncs = map[string]func(map[string]any) litestone.Predicate{"person": func(map[string]any) litestone.Predicate {
			return litestone.JSON(`{"id": {"not": 1}}`)
		}}
		c.Plugins = append(c.Plugins, plugin.New("told", plugin.BeforeReadFunc(func(_ context.Context, r *plugin.Read) error {
			if r.Model.Accessor == "person" && r.Who.System {
				told = append(told, r.Operation)
			}
			return nil
		})))
	})
	if _, err := db.AsID(t.Context(), 1); !errors.Is(err, litestone.ErrNotFound) {
		t.Errorf("a filtered subject: %v", err)
	}
	if _, err := db.AsID(t.Context(), 2); err != nil {
		t.Error(err)
	}
	if len(told) != 2 || told[0] != "findUnique" {
		t.Errorf("plugins were told %v", told)
	}
}

// TestSubjectIsObserved holds that watchers are told of the read as of any other.
func TestSubjectIsObserved(t *testing.T) {
	var told []string
	db := openSubjects(t, func(c *litestone.Config) {
		c.RequireIdentity = true
		c.Plugins = append(c.Plugins, plugin.New("observer", plugin.OperationFunc(func(ctx context.Context, o plugin.Operation) (context.Context, func(plugin.Outcome)) {
			return ctx, func(x plugin.Outcome) {
				told = append(told, fmt.Sprintf("%s %s system=%t %d %t", o.Model.Accessor, o.Operation, o.Who.System, x.Rows, x.Err == nil))
			}
		})))
	})
	told = nil
	if _, err := db.AsID(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if _, err := db.AsID(t.Context(), 99); !errors.Is(err, litestone.ErrNotFound) {
		t.Fatal(err)
	}
	if want := []string{"person subject system=false 1 true", "person subject system=false 0 false"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

// TestSubjectsAtOnce makes views of one client from many goroutines.
func TestSubjectsAtOnce(t *testing.T) {
	db := openSubjects(t)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			id := int64(1 + g%2)
			for range 20 {
				v, err := db.AsID(t.Context(), id)
				if err != nil {
					t.Error(err)
					return
				}
				r, err := v.Table("doc").FindMany(t.Context(), litestone.JSON(`{"orderBy": {"id": "asc"}}`))
				if err != nil || len(r) != int(id) {
					t.Errorf("subject %d sees %d docs, %v", id, len(r), err)
					return
				}
			}
		}()
	}
	wg.Wait()
}

// TestRequireIdentity holds that every call of nobody is refused, however it is made, until it is
// said who asks.
func TestRequireIdentity(t *testing.T) {
	db := openText(t, litestone.Config{DB: ":memory:", RequireIdentity: true, SchemaText: `
		enum S { a b  transitions { go: a -> b } }
		model m { id Integer @id  s S @default(a)  t Text?  deletedAt DateTime?  @@softDelete  @@fts([t]) }`})
	ctx := t.Context()
	calls := []struct {
		name string
		args []any
	}{
		{"m.findMany", nil}, {"m.findFirst", nil}, {"m.findUnique", []any{litestone.JSON(`{"where": {"id": 1}}`)}}, {"m.count", nil}, {"m.exists", nil},
		{"m.findManyCursor", nil}, {"m.findManyAndCount", nil}, {"m.aggregate", []any{litestone.JSON(`{"_count": true}`)}},
		{"m.groupBy", []any{litestone.JSON(`{"by": ["s"], "_count": true}`)}}, {"m.search", []any{"x"}}, {"m.query", nil},
		{"m.create", []any{litestone.JSON(`{"data": {}}`)}}, {"m.createMany", []any{litestone.JSON(`{"data": [{}]}`)}},
		{"m.update", []any{litestone.JSON(`{"where": {"id": 1}, "data": {"t": "x"}}`)}}, {"m.updateMany", []any{litestone.JSON(`{"data": {"t": "x"}}`)}},
		{"m.upsert", []any{litestone.JSON(`{"where": {"id": 1}, "create": {}, "update": {}}`)}}, {"m.upsertMany", []any{litestone.JSON(`{"data": [{"id": 1}]}`)}},
		{"m.remove", []any{litestone.JSON(`{"where": {"id": 1}}`)}}, {"m.removeMany", nil}, {"m.delete", []any{litestone.JSON(`{"where": {"id": 1}}`)}}, {"m.deleteMany", nil},
		{"m.restore", []any{litestone.JSON(`{"where": {"id": 1}}`)}}, {"m.transition", []any{1, "go"}}, {"$query", []any{litestone.JSON(`{"m": {}}`)}},
	}
	for _, c := range calls {
		if _, err := db.Call(ctx, c.name, c.args...); !errors.Is(err, litestone.ErrConfig) {
			t.Errorf("%s of nobody: %v", c.name, err)
		}
		err := db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			_, err := tx.Call(ctx, c.name, c.args...)
			return err
		})
		if !errors.Is(err, litestone.ErrConfig) {
			t.Errorf("%s of nobody in a transaction: %v", c.name, err)
		}
		for who, said := range map[string]func() error{
			"As(nil)":       func() error { _, err := db.As(nil).Call(ctx, c.name, c.args...); return err },
			"AsSystem":      func() error { _, err := db.AsSystem().Call(ctx, c.name, c.args...); return err },
			"WithAuth(nil)": func() error { _, err := db.Call(litestone.WithAuth(ctx, nil), c.name, c.args...); return err },
			"AsSystem(ctx)": func() error { _, err := db.Call(litestone.AsSystem(ctx), c.name, c.args...); return err },
		} {
			if err := said(); errors.Is(err, litestone.ErrConfig) {
				t.Errorf("%s by %s: %v", c.name, who, err)
			}
		}
	}
	if err := db.SQL("SELECT 1").Scan(ctx, new(int64)); !errors.Is(err, litestone.ErrConfig) {
		t.Errorf("SQL of nobody: %v", err)
	}
	if _, err := db.Optimize(ctx); !errors.Is(err, litestone.ErrConfig) {
		t.Errorf("Optimize of nobody: %v", err)
	}
	if db.Identified(ctx) || !db.As(nil).Identified(ctx) || !db.AsSystem().Identified(ctx) || !db.Identified(litestone.WithAuth(ctx, nil)) {
		t.Error("Identified does not tell who said who asks")
	}
}

// TestNobodyInsideSomebody holds that WithAuth(ctx, nil) is nobody whoever the outer context is, and
// that a view of As is no other whatever the context.
func TestNobodyInsideSomebody(t *testing.T) {
	db := openSubjects(t)
	system := litestone.AsSystem(t.Context())
	ada := litestone.WithAuth(t.Context(), map[string]any{"id": 2, "orgId": 1, "active": true})
	for _, c := range []struct {
		name string
		ctx  context.Context
		db   *litestone.Client
		want int64
	}{
		{"system", system, db, 3},
		{"ada", ada, db, 2},
		{"nobody in the system's context", litestone.WithAuth(system, nil), db, 0},
		{"nobody in ada's context", litestone.WithAuth(ada, nil), db, 0},
		{"As(nil) in the system's context", system, db.As(nil), 0},
	} {
		n, err := c.db.Table("person").Count(c.ctx, nil)
		if err != nil || n != c.want {
			t.Errorf("%s: %d people, %v; want %d", c.name, n, err, c.want)
		}
	}
	if _, err := db.Table("person").FindMany(litestone.WithAuth(t.Context(), nil), litestone.JSON(`{"where": {"$raw": "1=1"}}`)); !errors.Is(err, litestone.ErrValidation) {
		t.Errorf("SQL as text of an explicit nobody: %v", err)
	}
	if _, err := db.Table("person").FindMany(t.Context(), litestone.JSON(`{"where": {"$raw": "1=1"}}`)); err != nil {
		t.Errorf("SQL as text of the client itself: %v", err)
	}
}

// TestSubjectReachesFar reads what rules name of computed fields and of rows in another database.
func TestSubjectReachesFar(t *testing.T) {
	db := openText(t, litestone.Config{DB: ":memory:",
		SchemaText: strings.ReplaceAll(`
			database other { path "$DIR/other.db" }
			model plans { id Integer @id  name Text  people people[]  @@db(other) }
			model people {
			  id Integer @id  first Text  last Text  full Text @computed
			  planId Integer?  plan plans? @relation(fields: [planId], references: [id])
			  @@auth
			}
			model notes { id Integer @id  owner Text
			  @@allow('read', owner == auth().full && auth().plan.name == 'gold') }`, "$DIR", t.TempDir()),
		Computed: map[string]map[string]litestone.Computed{"people": {"full": litestone.Computed{
			Needs: []string{"first", "last"},
			Value: func(_ context.Context, r *litestone.Record) (any, error) {
				first, _ := r.Get("first")
				last, _ := r.Get("last")
				return fmt.Sprint(first, " ", last), nil
			},
		}}}})
	ctx := t.Context()
	sys := db.AsSystem()
	for _, c := range []struct{ name, args string }{
		{"plans.create", `{"data": {"id": 5, "name": "gold"}}`},
		{"people.createMany", `{"data": [{"id": 1, "first": "Ada", "last": "L", "planId": 5}, {"id": 2, "first": "Bob", "last": "B"}]}`},
		{"notes.createMany", `{"data": [{"owner": "Ada L"}, {"owner": "Bob B"}]}`},
	} {
		if _, err := sys.Call(ctx, c.name, litestone.JSON(c.args)); err != nil {
			t.Fatal(err)
		}
	}
	auth, err := db.Subject(ctx, 1)
	if got := asJSON(t, auth, err); got != `{"first":"Ada","full":"Ada L","id":1,"last":"L","plan":{"id":5,"name":"gold"},"planId":5}` {
		t.Errorf("subject %s", got)
	}
	for id, want := range map[int]int64{1: 1, 2: 0} {
		me, err := db.AsID(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := me.Table("notes").Count(ctx, nil); n != want || err != nil {
			t.Errorf("%d sees %d notes, %v; want %d", id, n, err, want)
		}
	}
}
