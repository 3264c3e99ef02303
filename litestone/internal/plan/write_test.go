package plan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

const library = `
model shelves {
  id    Integer @id
  room  Text
  owner Integer
  books books[]
  @@allow('read', true)
  @@allow('create', owner == auth().id)
  @@allow('update', owner == auth().id)
  @@allow('delete', false)
}
model books {
  isbn    Text @id
  title   Text @map("t""itle")
  price   Real? @allow('write', shelf.owner == auth().id)
  shelf   shelves? @relation(fields: [shelfId], references: [id])
  shelfId Integer?
  tags    tags[]
  deletedAt DateTime?
  @@softDelete
  @@allow('all', check(shelf))
}
model tags {
  id    Integer @id
  word  Text @unique
  books books[]
}
model rings {
  a Integer
  b Integer
  next rings? @relation(fields: [na, nb], references: [a, b])
  na Integer?
  nb Integer?
  prev rings[]
  @@id([a, b])
  @@allow('all', next == null || next.a > 0)
}`

type written struct {
	sql      string
	args     []plan.Source
	deferred bool
}

func write(t *testing.T, s *schema.Schema, system bool, keys int, w plan.Writing) written {
	t.Helper()
	env := plan.NewEnv(s, nil)
	env.System = system
	var shape plan.Shape
	shape.Reset(true)
	shape.Writing(&w)
	p, err := plan.PlanWrite(env, shape.Slots(), &w)
	if err != nil {
		t.Fatal(err)
	}
	var stmt sqlgen.Stmt
	if p.Select != nil {
		stmt = sqlgen.Dialect{}.Select(p.Select, keys)
	} else {
		stmt = sqlgen.Dialect{}.Write(p.Write, keys)
	}
	return written{stmt.SQL, stmt.Args, p.Deferred}
}

func load(t *testing.T) *schema.Schema {
	t.Helper()
	s, err := schema.FromText("library.lite", strings.ReplaceAll(library, `"t""itle"`, `"t\"itle"`), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func eq(m *schema.Model, name string, v query.Value) *query.Cond {
	return &query.Cond{Op: query.OpEq, Ref: query.RefOf(m, m.Field(name)), Value: v}
}

func set(m *schema.Model, names ...string) []plan.Given {
	out := make([]plan.Given, len(names))
	for i, n := range names {
		out[i] = plan.Given{Field: m.Field(n), Value: query.Text("v")}
	}
	return out
}

func TestWrites(t *testing.T) {
	s := load(t)
	shelves, books, tags, rings := s.Model("shelves"), s.Model("books"), s.Model("tags"), s.Model("rings")
	ruled := set(books, "title", "price")
	ruled[1].Rules = true
	key := []*schema.Field{books.Field("isbn")}
	for _, c := range []struct {
		name     string
		system   bool
		keys     int
		w        plan.Writing
		sql      string
		deferred bool
	}{
		{
			name: "an insert judges its own row",
			w:    plan.Writing{Kind: plan.Insert, Model: shelves, Op: schema.Create, Set: set(shelves, "room"), Return: &query.FindArgs{}},
			sql: `INSERT INTO "shelves" ("room") VALUES (?) RETURNING "shelves"."id", "shelves"."room", "shelves"."owner", ` +
				`CASE WHEN (((("shelves"."owner" = ?)) IS TRUE)) IS TRUE THEN 1 ELSE RAISE(ABORT, 'litestone:denied:shelves:create') END`,
		},
		{
			name: "the system's insert is not judged", system: true,
			w:   plan.Writing{Kind: plan.Insert, Model: shelves, Op: schema.Create, Return: &query.FindArgs{}},
			sql: `INSERT INTO "shelves" DEFAULT VALUES RETURNING "shelves"."id", "shelves"."room", "shelves"."owner"`,
		},
		{
			name: "a call that says no answer returns nothing", system: true,
			w:   plan.Writing{Kind: plan.Insert, Model: books, Op: schema.Create, Set: set(books, "isbn", "title")},
			sql: `INSERT INTO "books" ("isbn", "t""itle") VALUES (?, ?)`,
		},
		{
			name:     "a rule about other rows waits for the end of a longer call",
			w:        plan.Writing{Kind: plan.Insert, Model: books, Op: schema.Create, Set: set(books, "isbn"), Later: true},
			sql:      `INSERT INTO "books" ("isbn") VALUES (?) RETURNING "books"."isbn"`,
			deferred: true,
		},
		{
			name:     "a rule about the own table waits even for one row",
			w:        plan.Writing{Kind: plan.Insert, Model: rings, Op: schema.Create, Set: set(rings, "a", "b")},
			sql:      `INSERT INTO "rings" ("a", "b") VALUES (?, ?) RETURNING "rings"."a", "rings"."b"`,
			deferred: true,
		},
		{
			name: "an insert that may find its place taken", system: true,
			w: plan.Writing{Kind: plan.Insert, Model: tags, Op: schema.Create, Set: set(tags, "id", "word"),
				Clash: &plan.Clash{Target: []*schema.Field{tags.Field("word")}, Set: []*schema.Field{tags.Field("id")}}},
			sql: `INSERT INTO "tags" ("id", "word") VALUES (?, ?) ON CONFLICT ("word") DO UPDATE SET "id" = "excluded"."id"`,
		},
		{
			name: "one row by its key",
			w:    plan.Writing{Kind: plan.Update, Model: shelves, Op: schema.Update, One: true, Where: eq(shelves, "id", query.Int(1)), Set: set(shelves, "room")},
			sql:  `UPDATE "shelves" SET "room" = ? WHERE ("shelves"."id" = ?) AND ("shelves"."owner" = ?)`,
		},
		{
			name: "one row, the first by key",
			w:    plan.Writing{Kind: plan.Update, Model: shelves, Op: schema.Update, One: true, Where: eq(shelves, "room", query.Text("a")), Set: set(shelves, "room")},
			sql: `UPDATE "shelves" SET "room" = ? WHERE ("shelves"."id" = (SELECT "shelves"."id" FROM "shelves" ` +
				`WHERE ("shelves"."room" = ?) AND ("shelves"."owner" = ?) ORDER BY "shelves"."id" LIMIT 1))`,
		},
		{
			name: "one row of a key of two columns", system: true,
			w: plan.Writing{Kind: plan.Delete, Model: rings, Op: schema.Delete, One: true, Where: eq(rings, "na", query.Int(1))},
			sql: `DELETE FROM "rings" WHERE (("rings"."a", "rings"."b") = (SELECT "rings"."a", "rings"."b" FROM "rings" ` +
				`WHERE ("rings"."na" = ?) ORDER BY "rings"."a", "rings"."b" LIMIT 1))`,
		},
		{
			name: "a state leads to the new one", system: true,
			w: plan.Writing{Kind: plan.Update, Model: tags, Op: schema.Update, Key: []query.Value{query.Int(1)}, Set: set(tags, "word"),
				States: []plan.State{{Field: tags.Field("word"), From: []string{"a", "b"}}}},
			sql: `UPDATE "tags" SET "word" = ? WHERE ("tags"."id" = ?) AND (("tags"."word" IS NULL) OR ("tags"."word" IN (?, ?)))`,
		},
		{
			name: "a field rule about the row keeps what is stored",
			w:    plan.Writing{Kind: plan.Update, Model: books, Op: schema.Update, Key: []query.Value{query.Text("1")}, Set: ruled, Later: true},
			sql: `UPDATE "books" SET "t""itle" = ?, "price" = CASE WHEN (((SELECT "_a0_2"."owner" FROM "shelves" AS "_a0_2" WHERE ("_a0_2"."id" = "books"."shelfId") LIMIT 1) = ?)) IS TRUE ` +
				`THEN ? ELSE "books"."price" END WHERE ("books"."isbn" = ?) AND ("books"."deletedAt" IS NULL) AND (EXISTS (SELECT 1 FROM "shelves" AS "_a0_1" ` +
				`WHERE ("_a0_1"."id" = "books"."shelfId") AND ("_a0_1"."owner" = ?))) RETURNING "books"."isbn"`,
			deferred: true,
		},
		{
			name: "rows linked through a join table", system: true,
			w: plan.Writing{Kind: plan.Delete, Model: tags, Op: schema.Delete, Where: eq(tags, "word", query.Text("x")), One: true,
				Within: &plan.Within{Relation: books.Field("tags").Relation, Values: []query.Value{query.Text("1")}}},
			sql: `DELETE FROM "tags" WHERE ("tags"."word" = ?) AND (EXISTS (SELECT 1 FROM "_books_tags" AS "_a0_1" ` +
				`WHERE ("_a0_1"."tagsId" = "tags"."id") AND ("_a0_1"."booksId" = ?)))`,
		},
		{
			name: "what follows from a removal is not judged again", keys: 3,
			w:   plan.Writing{Kind: plan.Update, Model: books, Op: schema.Delete, Trusted: true, Batch: &plan.Batch{Fields: key}, Set: set(books, "deletedAt"), Raw: key},
			sql: `UPDATE "books" SET "deletedAt" = ? WHERE ("books"."isbn" IN (?, ?, ?)) AND ("books"."deletedAt" IS NULL) RETURNING "books"."isbn"`,
		},
		{
			name: "removed rows only", system: true, keys: 1,
			w:   plan.Writing{Kind: plan.Locate, Model: books, Op: schema.Update, Deleted: plan.OnlyDeleted, Batch: &plan.Batch{Fields: key}, Raw: key, One: true},
			sql: `SELECT "books"."isbn" FROM "books" WHERE ("books"."isbn" IN (?)) AND ("books"."deletedAt" IS NOT NULL) ORDER BY "books"."isbn" LIMIT 1`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := write(t, s, c.system, c.keys, c.w)
			if got.sql != c.sql {
				t.Errorf("got\n%s\nwant\n%s", got.sql, c.sql)
			}
			if got.deferred != c.deferred {
				t.Errorf("deferred = %v, want %v", got.deferred, c.deferred)
			}
			if n := strings.Count(got.sql, "?"); n != len(got.args) {
				t.Errorf("%d placeholders, %d arguments", n, len(got.args))
			}
		})
	}
}

// A caller's condition never goes without guards.
func TestTrustedWritesTakeNoCondition(t *testing.T) {
	s := load(t)
	defer func() {
		if recover() == nil {
			t.Error("a trusted write with a caller's condition was planned")
		}
	}()
	m := s.Model("tags")
	write(t, s, false, 0, plan.Writing{Kind: plan.Delete, Model: m, Op: schema.Delete, Trusted: true, Where: eq(m, "id", query.Int(1))})
}

// Two writes of one shape have one key; whatever changes the statement changes the key.
func TestShapesOfWrites(t *testing.T) {
	s := load(t)
	tags, books := s.Model("tags"), s.Model("books")
	key := func(w plan.Writing) string {
		var shape plan.Shape
		shape.Writing(&w)
		return string(shape.Key)
	}
	base := func() plan.Writing {
		return plan.Writing{Kind: plan.Update, Model: tags, Op: schema.Update, Where: eq(tags, "id", query.Int(1)), Set: set(tags, "word")}
	}
	one := base()
	one.Where, one.Set[0].Value = eq(tags, "id", query.Int(2)), query.Text("other")
	if key(base()) != key(one) {
		t.Error("values are part of the key")
	}
	seen := []string{key(base())}
	for name, change := range map[string]func(*plan.Writing){
		"kind":    func(w *plan.Writing) { w.Kind = plan.Locate },
		"model":   func(w *plan.Writing) { w.Model = books },
		"op":      func(w *plan.Writing) { w.Op = schema.Delete },
		"trusted": func(w *plan.Writing) { w.Trusted = true },
		"any":     func(w *plan.Writing) { w.Any = true },
		"deleted": func(w *plan.Writing) { w.Deleted = plan.OnlyDeleted },
		"where":   func(w *plan.Writing) { w.Where = nil },
		"key":     func(w *plan.Writing) { w.Key = []query.Value{query.Int(1)} },
		"within": func(w *plan.Writing) {
			w.Within = &plan.Within{Relation: books.Field("tags").Relation, Values: make([]query.Value, 1)}
		},
		"batch":  func(w *plan.Writing) { w.Batch = &plan.Batch{Fields: tags.Key} },
		"stamp":  func(w *plan.Writing) { w.Batch = &plan.Batch{Fields: tags.Key, Stamp: &query.Value{}} },
		"one":    func(w *plan.Writing) { w.One = true },
		"set":    func(w *plan.Writing) { w.Set = set(tags, "id", "word") },
		"rules":  func(w *plan.Writing) { w.Set[0].Rules = true },
		"states": func(w *plan.Writing) { w.States = []plan.State{{Field: tags.Field("word"), From: []string{"a"}}} },
		"only": func(w *plan.Writing) {
			w.States = []plan.State{{Field: tags.Field("word"), From: []string{"a"}, Only: true}}
		},
		"clash":  func(w *plan.Writing) { w.Clash = &plan.Clash{Target: tags.Key} },
		"return": func(w *plan.Writing) { w.Return = &query.FindArgs{} },
		"raw":    func(w *plan.Writing) { w.Raw = tags.Key },
		"later":  func(w *plan.Writing) { w.Later = true },
	} {
		w := base()
		change(&w)
		k := key(w)
		if slices.Contains(seen, k) {
			t.Errorf("%s is not part of the key", name)
		}
		seen = append(seen, k)
	}
}
