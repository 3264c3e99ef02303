package litestone_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/testdata/corpus/computed/models"
)

func TestComputedFieldsOfEveryType(t *testing.T) {
	const everybody = `[{"id":1,"first":"Ada","last":"Byron","nick":"al","born":"1815-12-10T00:00:00.000Z","active":true,"mood":"calm","logo":null,"tags":["math"],"card":{"title":"Countess"},"bossId":null,"noteCount":2,"deletedAt":null,` +
		`"full":"Ada Byron","short":"AL","length":9,"free":false,"feels":"busy","since":"1815-12-10T00:00:00.000Z","words":["Ada","math"],"face":{"title":"Countess"},"raw":{"active":true,"notes":2},"bytes":"/w==",` +
		`"plain":"id first last nick pin born active mood logo tags card bossId deletedAt"},` +
		`{"id":2,"first":"Bob","last":"Ray","nick":null,"born":null,"active":false,"mood":"calm","logo":null,"tags":[],"card":null,"bossId":1,"noteCount":0,"deletedAt":null,` +
		`"full":"Bob Ray","short":null,"length":7,"free":true,"feels":"calm","since":null,"words":["Bob"],"face":{"title":"Ray"},"raw":{"active":false,"notes":0},"bytes":"/w==",` +
		`"plain":"id first last nick pin born active mood logo tags card bossId deletedAt"}]`
	const inputless = `[{"id":1,"share":4,"pay":"c1","deep":"4711","plain":"id first last nick pin wage code born active mood logo tags card bossId deletedAt"},` +
		`{"id":2,"share":0,"pay":"c2","deep":null,"plain":"id first last nick pin wage code born active mood logo tags card bossId deletedAt"}]`
	for name, db := range clients(t) {
		t.Run(name, func(t *testing.T) {
			for _, c := range []struct {
				as   *litestone.Client
				args string
				want string
			}{
				{db, `{"orderBy": {"id": "asc"}}`, everybody},
				{db.As(map[string]any{"id": 7}), `{"orderBy": {"id": "asc"}}`, everybody},
				{db.AsSystem(), `{"orderBy": {"id": "asc"}, "select": {"id": true, "share": true, "pay": true, "deep": true, "plain": true}}`, inputless},
				// a rule that holds for a boss, one for all rows but one, a need nobody but the system reads
				{db.As(map[string]any{"role": "boss"}), `{"orderBy": {"id": "asc"}, "select": {"share": true, "pay": true, "wage": true}}`, `[{"wage":8,"share":4},{"wage":null,"share":0}]`},
				{db, `{"orderBy": {"id": "asc"}, "select": {"share": true, "pay": true, "deep": true}}`, `[{"deep":"4711"},{"deep":null}]`},
			} {
				got := shownAs(t, must(t, c.as, "users.findMany", litestone.JSON(c.args)))
				if got != c.want {
					t.Errorf("%s answers\n%s\nwant\n%s", c.args, got, c.want)
				}
			}
		})
	}
}

func shownAs(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A call and its typed twin answer the same, on every path a row can take.
func TestComputedFieldsOnEveryPath(t *testing.T) {
	u, n := models.Users, models.Notes
	pick := litestone.Find{Select: litestone.Fields(u.ID, u.Length, u.Full)}
	ret := litestone.Returning{Select: pick.Select}
	select3 := `"select": {"id": true, "length": true, "full": true}`
	ada, bob := `{"id":1,"full":"Ada Byron","length":9}`, `{"id":2,"full":"Bob Ray","length":7}`
	with := func(f litestone.Find) litestone.Find { f.Select = pick.Select; return f }
	teaser := n.Teaser
	type call struct {
		name, args, want string
		typed            func(context.Context, *models.Client) (any, error)
	}
	for _, c := range []call{
		{"users.findMany", `{"orderBy": {"id": "asc"}, ` + select3 + `}`, "[" + ada + "," + bob + "]", func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindMany(ctx, with(litestone.Find{OrderBy: u.ID.Asc()}))
		}},
		{"users.findMany", `{"orderBy": {"id": "asc"}, "select": {"length": true}}`, `[{"length":9},{"length":7}]`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindMany(ctx, litestone.Find{OrderBy: u.ID.Asc(), Select: u.Length})
		}},
		{"users.findFirst", `{"where": {"first": "Bob"}, ` + select3 + `}`, bob, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindFirst(ctx, with(litestone.Find{Where: u.First.Eq("Bob")}))
		}},
		{"users.findFirstOrThrow", `{"where": {"first": "Bob"}, ` + select3 + `}`, bob, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindFirstOrThrow(ctx, with(litestone.Find{Where: u.First.Eq("Bob")}))
		}},
		{"users.findUnique", `{"where": {"id": 1}, ` + select3 + `}`, ada, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindUnique(ctx, with(litestone.Find{Where: u.ID.Eq(1)}))
		}},
		{"users.findUniqueOrThrow", `{"where": {"id": 1}, ` + select3 + `}`, ada, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindUniqueOrThrow(ctx, with(litestone.Find{Where: u.ID.Eq(1)}))
		}},
		{"users.findManyAndCount", `{"orderBy": {"id": "asc"}, "limit": 1, ` + select3 + `}`, `{"rows":[` + ada + `],"total":2}`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindManyAndCount(ctx, with(litestone.Find{OrderBy: u.ID.Asc(), Limit: 1}))
		}},
		{"users.search", `"Byron" {"withRank": false, ` + select3 + `}`, "[" + ada + "]", func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.Search(ctx, "Byron", litestone.SearchFind{Find: pick})
		}},
		{"users.findMany", `{"where": {"id": 1}, "recursive": {"via": "boss"}, ` + select3 + `}`, `[{"id":2,"full":"Bob Ray","length":7,"_depth":1}]`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindMany(ctx, with(litestone.Find{Where: u.ID.Eq(1), Recursive: &litestone.Recursive{Via: "boss"}}))
		}},
		{"users.findMany", `{"where": {"id": 2}, "recursive": {"via": "boss", "direction": "ancestors"}, ` + select3 + `}`, `[{"id":1,"full":"Ada Byron","length":9,"_depth":1}]`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindMany(ctx, with(litestone.Find{Where: u.ID.Eq(2), Recursive: &litestone.Recursive{Via: "boss", Ancestors: true}}))
		}},
		{"users.findMany", `{"orderBy": {"id": "asc"}, ` + select3 + `, "window": {"n": {"rowNumber": true, "orderBy": {"id": "asc"}}}}`,
			`[{"id":1,"full":"Ada Byron","length":9,"n":1},{"id":2,"full":"Bob Ray","length":7,"n":2}]`, func(ctx context.Context, db *models.Client) (any, error) {
				return db.Users.FindMany(ctx, with(litestone.Find{OrderBy: u.ID.Asc(), Window: litestone.Win("n").RowNumber().OrderBy(u.ID.Asc())}))
			}},
		// a relation joined into its parent's statement, and those that are read by one of their own
		{"users.findMany", `{"orderBy": {"id": "asc"}, "select": {"full": true, "boss": {` + select3 + `}}}`, `[{"boss":null,"full":"Ada Byron"},{"boss":` + ada + `,"full":"Bob Ray"}]`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindMany(ctx, litestone.Find{OrderBy: u.ID.Asc(), Select: litestone.Fields(u.Full, u.Boss.With(pick))})
		}},
		{"users.findMany", `{"where": {"id": 1}, "select": {"staff": {` + select3 + `}}}`, `[{"staff":[` + bob + `]}]`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindMany(ctx, litestone.Find{Where: u.ID.Eq(1), Select: u.Staff.With(pick)})
		}},
		{"users.findMany", `{"where": {"id": 2}, "select": {"boss": {"select": {"notes": {"limit": 1, "orderBy": {"id": "desc"}, "select": {"teaser": true}}}}}}`, `[{"boss":{"notes":[{"teaser":"two…"}]}}]`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.FindMany(ctx, litestone.Find{Where: u.ID.Eq(2), Select: u.Boss.With(litestone.Find{Select: u.Notes.With(litestone.Find{Limit: 1, OrderBy: n.ID.Desc(), Select: teaser})})})
		}},
		{"notes.findMany", `{"where": {"id": 1}, "include": {"user": {` + select3 + `}}}`, `[{"id":1,"text":"one","user":` + ada + `,"userId":1,"teaser":"one…"}]`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Notes.FindMany(ctx, litestone.Find{Where: n.ID.Eq(1), Include: n.User.With(pick)})
		}},
		{"users.update", `{"where": {"id": 2}, "data": {"last": "Rae"}, ` + select3 + `}`, bob2("Bob Rae"), func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.Update(ctx, u.ID.Eq(2), models.UserUpdate{Last: litestone.Set("Rae")}, ret)
		}},
		{"users.update", `{"where": {"id": 2}, "data": {}, ` + select3 + `}`, bob, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.Update(ctx, u.ID.Eq(2), models.UserUpdate{}, ret)
		}},
		{"users.update", `{"where": {"id": 2}, "data": {"notes": {"create": {"text": "new"}}}, "select": {"full": true, "notes": {"select": {"teaser": true}}}}`, `{"notes":[{"teaser":"new…"}],"full":"Bob Ray"}`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.Update(ctx, u.ID.Eq(2), models.UserUpdate{Notes: litestone.Create(models.NoteCreate{Text: "new"})},
				litestone.Returning{Select: litestone.Fields(u.Full, u.Notes.With(litestone.Find{Select: teaser}))})
		}},
		{"users.create", `{"data": {"id": 3, "first": "Cem", "last": "Can"}, ` + select3 + `}`, `{"id":3,"full":"Cem Can","length":7}`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.Create(ctx, models.UserCreate{ID: litestone.Set(int64(3)), First: "Cem", Last: "Can"}, ret)
		}},
		{"users.create", `{"data": {"id": 3, "first": "Cem", "last": "Can", "boss": {"connect": {"id": 1}}}, "select": {"full": true, "boss": {` + select3 + `}}}`, `{"boss":` + ada + `,"full":"Cem Can"}`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.Create(ctx, models.UserCreate{ID: litestone.Set(int64(3)), First: "Cem", Last: "Can", Boss: litestone.Connect(u.ID.Eq(1))},
				litestone.Returning{Select: litestone.Fields(u.Full, u.Boss.With(pick))})
		}},
		{"users.upsert", `{"where": {"id": 2}, "create": {"id": 2, "first": "X", "last": "Y"}, "update": {"last": "Rae"}, ` + select3 + `}`, bob2("Bob Rae"), func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.Upsert(ctx, u.ID.Eq(2), models.UserCreate{ID: litestone.Set(int64(2)), First: "X", Last: "Y"}, models.UserUpdate{Last: litestone.Set("Rae")}, ret)
		}},
		{"users.upsert", `{"where": {"first": "Z"}, "create": {"id": 2000, "first": "Z", "last": "Y"}, "update": {"last": "Rae"}, ` + select3 + `}`, `{"id":2000,"full":"Z Y","length":3}`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.Upsert(ctx, u.First.Eq("Z"), models.UserCreate{ID: litestone.Set(int64(2000)), First: "Z", Last: "Y"}, models.UserUpdate{Last: litestone.Set("Rae")}, ret)
		}},
		{"users.remove", `{"where": {"id": 2}, ` + select3 + `}`, bob, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.Remove(ctx, u.ID.Eq(2), ret)
		}},
		{"users.delete", `{"where": {"id": 2}, ` + select3 + `}`, bob, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Users.Delete(ctx, u.ID.Eq(2), ret)
		}},
		{"notes.remove", `{"where": {"id": 2}}`, `{"id":2,"text":"two","userId":1,"teaser":"two…"}`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Notes.Remove(ctx, n.ID.Eq(2))
		}},
		{"notes.delete", `{"where": {"id": 2}, "select": {"teaser": true}}`, `{"teaser":"two…"}`, func(ctx context.Context, db *models.Client) (any, error) {
			return db.Notes.Delete(ctx, n.ID.Eq(2), litestone.Returning{Select: teaser})
		}},
	} {
		t.Run(c.name+" "+c.args, func(t *testing.T) {
			for _, functions := range []func() computed{typedFunctions, functionsByName} {
				db := openComputed(t, functions())
				run := func(how string, call func(context.Context, *models.Client) (any, error)) {
					t.Helper()
					undone := errors.New("undone")
					err := db.Transaction(t.Context(), func(ctx context.Context, tx *models.Client) error {
						v, err := call(ctx, tx)
						if err != nil {
							return err
						}
						if got := shownAs(t, v); got != c.want {
							t.Errorf("%s answers %s, want %s", how, got, c.want)
						}
						return undone
					})
					if !errors.Is(err, undone) {
						t.Fatal(how, err)
					}
				}
				dynamic := func(ctx context.Context, db *models.Client) (any, error) {
					if text, args, ok := strings.Cut(c.args, "\" {"); ok && c.name == "users.search" {
						return db.Call(ctx, c.name, strings.TrimPrefix(text, `"`), litestone.JSON("{"+args))
					}
					return db.Call(ctx, c.name, litestone.JSON(c.args))
				}
				run("in a transaction, the JSON call", dynamic)
				run("in a transaction, the typed call", c.typed)
				for how, call := range map[string]func(context.Context, *models.Client) (any, error){"JSON": dynamic, "typed": c.typed} {
					fresh := openComputed(t, functions())
					v, err := call(t.Context(), fresh)
					if err != nil {
						t.Fatal(how, err)
					}
					if got := shownAs(t, v); got != c.want {
						t.Errorf("the %s call answers %s, want %s", how, got, c.want)
					}
				}
			}
		})
	}
}

func bob2(full string) string { return fmt.Sprintf(`{"id":2,"full":%q,"length":%d}`, full, len(full)) }

// What takes more than one call to say.
func TestComputedFieldsElsewhere(t *testing.T) {
	u := models.Users
	for _, functions := range []func() computed{typedFunctions, functionsByName} {
		db := openComputed(t, functions())
		ctx := t.Context()

		// pages
		var walked []string
		f := litestone.Find{OrderBy: u.ID.Asc(), Limit: 1, Select: u.Full}
		for range 2 {
			page, err := db.Users.FindManyCursor(ctx, f)
			if err != nil || len(page.Items) != 1 {
				t.Fatal(page, err)
			}
			walked = append(walked, page.Items[0].Full)
			if f.Cursor = page.NextCursor; page.HasMore != (f.Cursor != "") {
				t.Fatal(page)
			}
		}
		if !slices.Equal(walked, []string{"Ada Byron", "Bob Ray"}) {
			t.Error(walked)
		}
		if got := shownAs(t, must(t, &db.Client, "users.findManyCursor", litestone.JSON(`{"limit": 1, "orderBy": {"id": "desc"}, "select": {"full": true}}`))); !strings.Contains(got, `"items":[{"full":"Bob Ray"}]`) {
			t.Error(got)
		}

		// a nested tree
		nested, err := db.Users.FindMany(ctx, litestone.Find{Where: u.ID.Eq(1), Select: litestone.Fields(u.Full, u.ID), Recursive: &litestone.Recursive{Via: "boss", Nested: true}})
		if err != nil || len(nested) != 1 || nested[0].Full != "Bob Ray" || nested[0].First != "" {
			t.Error(shownAs(t, nested), err)
		}
		if got := shownAs(t, must(t, &db.Client, "users.findMany", litestone.JSON(`{"where": {"id": 1}, "select": {"full": true}, "recursive": {"via": "boss", "nested": true}}`))); got != `[{"full":"Bob Ray","_depth":1,"children":[]}]` {
			t.Error(got)
		}

		// several reads by name
		answers, err := db.Query(ctx, litestone.JSON(`{"users": {"where": {"id": 1}, "select": {"full": true}}, "z": {"model": "notes", "where": {"id": 2}, "select": {"teaser": true}}}`))
		if got := shownAs(t, answers); err != nil || got != `{"users":[{"full":"Ada Byron"}],"z":[{"teaser":"two…"}]}` {
			t.Error(got, err)
		}
		if got := shownAs(t, must(t, &db.Client, "users.query", litestone.JSON(`{"where": {"id": 1}, "select": {"full": true}}`))); got != `[{"full":"Ada Byron"}]` {
			t.Error(got)
		}

		// the row's meta, in Go
		row, err := db.Users.FindFirst(ctx, litestone.Find{Where: u.ID.Eq(1), Select: u.Full})
		if err != nil || row.Full != "Ada Byron" || row.First != "" || row.Last != "" || row.Read("first") || !row.Read("full") || row.Read("length") || row.Length != 0 {
			t.Error(shownAs(t, row), err)
		}
		record, err := db.Table("users").FindFirst(ctx, litestone.JSON(`{"where": {"id": 1}, "select": {"length": true}}`))
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := record.Get("length"); v != int64(9) || !ok {
			t.Error(v, ok)
		}
		for _, hidden := range []string{"first", "last", "full"} {
			if v, ok := record.Get(hidden); v != nil || ok {
				t.Error(hidden, v, ok)
			}
		}
		if m := record.Map(); len(m) != 1 || m["length"] != int64(9) {
			t.Error(m)
		}

		// removed and brought back
		if _, err := db.Users.Remove(ctx, u.ID.Eq(2)); err != nil {
			t.Fatal(err)
		}
		back, err := db.Users.Restore(ctx, u.ID.Eq(2), litestone.Returning{Select: u.Full})
		if got := shownAs(t, back); err != nil || got != `[{"full":"Bob Ray"}]` {
			t.Error(got, err)
		}
		must(t, &db.Client, "users.remove", litestone.JSON(`{"where": {"id": 2}}`))
		if got := shownAs(t, must(t, &db.Client, "users.restore", litestone.JSON(`{"where": {"id": 2}, "select": {"length": true}}`))); got != `[{"length":7}]` {
			t.Error(got)
		}

		// @omit: not in lists, in findUnique and the answers of writes
		one, err := db.Users.FindUnique(ctx, litestone.Find{Where: u.ID.Eq(1)})
		if err != nil || !one.Read("deep") || one.Deep == nil || *one.Deep != "4711" || one.Read("pin") {
			t.Error(shownAs(t, one), err)
		}

		// rows told apart by what they show
		if rows, err := db.Users.FindMany(ctx, litestone.Find{Distinct: true, Select: u.Mood}); err != nil || len(rows) != 1 {
			t.Error(shownAs(t, rows), err)
		}
		rows, err := db.Users.FindMany(ctx, litestone.Find{Distinct: true})
		if err != nil || len(rows) != 2 || rows[0].Read("full") || rows[0].Full != "" {
			t.Error(shownAs(t, rows), err)
		}
		if n, err := db.Users.Count(ctx, litestone.Find{Distinct: true, Select: u.Mood}); err != nil || n != 1 {
			t.Error(n, err)
		}
	}
}

// Without a function the field is absent, and the client opens.
func TestComputedFieldsWithoutFunctions(t *testing.T) {
	db := openComputed(t, nil)
	row, err := db.Users.FindFirst(t.Context(), litestone.Find{})
	if err != nil || row.Read("full") || row.Full != "" {
		t.Fatal(err)
	}
	if got := shownAs(t, must(t, &db.Client, "users.findMany", litestone.JSON(`{"select": {"id": true, "full": true}, "orderBy": {"id": "asc"}}`))); got != `[{"id":1},{"id":2}]` {
		t.Error(got)
	}
	db = openComputed(t, computed{"notes": typedFunctions()["notes"]})
	if got := shownAs(t, must(t, &db.Client, "notes.findMany", litestone.JSON(`{"where": {"id": 1}, "include": {"user": {"select": {"full": true, "id": true}}}}`))); got != `[{"id":1,"text":"one","user":{"id":1},"userId":1,"teaser":"one…"}]` {
		t.Error(got)
	}
}
