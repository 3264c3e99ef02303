package litestone_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/testdata/corpus/computed/models"
)

// What could not work is refused at Open, before anything is opened.
func TestComputedRegistrations(t *testing.T) {
	u, n := models.Users, models.Notes
	value := func(context.Context, *litestone.Record) (any, error) { return "x", nil }
	ok := litestone.Computed{Value: value}
	text := func(context.Context, *models.User) (string, error) { return "x", nil }
	in := func(model, field string, c litestone.Computed) computed {
		return computed{model: {field: c}}
	}
	both := litestone.Compute(text)
	both.Value = value
	named := litestone.Compute(text)
	named.Needs = []string{"first"}
	for _, c := range []struct {
		name      string
		functions computed
		want      string
	}{
		{"an unknown model", in("user", "full", ok), `Config.Computed names "user", which is no model (did you mean users?)`},
		{"an unknown field", in("users", "fulll", ok), `field fulll: Config.Computed: there is no field "fulll" (did you mean full?)`},
		{"a column", in("users", "first", ok), "field first: Config.Computed: the field is not @computed"},
		{"a derived field", in("users", "noteCount", ok), "field noteCount: Config.Computed: the field is not @computed"},
		{"no function", in("users", "full", litestone.Computed{}), "field full: Config.Computed: the field has no function"},
		{"a nil function", in("users", "full", litestone.Compute[models.User, string](nil)), "field full: Config.Computed: the field has no function"},
		{"two functions", in("users", "full", both), "field full: Config.Computed: the field has two functions"},
		{"needs of both kinds", in("users", "full", named), "field full: Config.Computed: what Compute's function needs are its columns"},
		{"an unknown need", in("users", "full", litestone.Computed{Needs: []string{"firts"}, Value: value}), `field full: Config.Computed: it needs "firts", which is no field of the model (did you mean first?)`},
		{"a relation needed", in("users", "full", litestone.Computed{Needs: []string{"notes"}, Value: value}), "field full: Config.Computed: it needs notes, which answers rows of another model"},
		{"a column of another model", in("users", "full", litestone.Compute(text, n.Text)), "field full: Config.Computed: it needs text of notes, which is another model"},
		{"a key inside a field", in("users", "full", litestone.Compute(text, u.Card.Title)), "field full: Config.Computed: it needs a key inside card"},
		{"a column that is nil", in("users", "full", litestone.Compute(text, nil)), "field full: Config.Computed: it needs a column that is nil"},
		{"itself", in("users", "full", litestone.Compute(text, u.Full)), "field full: Config.Computed: it needs full, which needs it"},
		{"a circle", computed{"users": {"full": litestone.Compute(text, u.Short), "short": litestone.Compute(text, u.Deep), "deep": litestone.Compute(text, u.Full)}}, "Config.Computed: it needs deep, which needs it"},
		{"a computed field without function", in("users", "full", litestone.Compute(text, u.Short)), "field full: Config.Computed: it needs short, which has no function"},
		{"the struct of another model", in("notes", "teaser", litestone.Compute(text)), "field teaser: Config.Computed: the function takes a models.User, and rows are models.Note"},
		{"no struct", in("users", "full", litestone.Compute(func(context.Context, *string) (string, error) { return "", nil })), "field full: Config.Computed: the function takes a string, not a generated struct"},
		{"another type", in("users", "length", litestone.Compute(text)), "field length: Config.Computed: the function answers string, and the field is int64"},
		{"a pointer for a field that is never null", in("users", "full", litestone.Compute(func(context.Context, *models.User) (*string, error) { return nil, nil })), "field full: Config.Computed: the function answers *string, and the field is string"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:", Computed: c.functions})
			if err == nil {
				db.Close()
			}
			refusedWith(t, err, litestone.CodeConfig, c.want)
		})
	}

	// a value where the struct has a pointer
	db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:", Computed: in("users", "short", litestone.Compute(text))})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()

	// accessor and declared name
	s := litestone.Config{DB: ":memory:", SchemaText: "model User {\n id Integer @id\n label Text @computed\n}", Computed: computed{"user": {"label": ok}}}
	plain := openText(t, s)
	must(t, plain, "user.create", litestone.JSON(`{"data": {"id": 1}}`))
	if got := shownAs(t, must(t, plain, "user.findMany")); got != `[{"id":1,"label":"x"}]` {
		t.Error(got)
	}
	s.Computed["User"] = s.Computed["user"]
	_, err = litestone.Open(t.Context(), s)
	refusedWith(t, err, litestone.CodeConfig, `field label: Config.Computed: the field is there twice, under "User" and "user"`)

	// a struct that does not fit a dynamic client's model
	s.Computed = in("User", "label", litestone.Compute(text))
	_, err = litestone.Open(t.Context(), s)
	if err != nil {
		t.Log(err)
	}
	s.Computed = in("User", "label", litestone.Compute(func(context.Context, *struct{ ID int64 }) (string, error) { return "", nil }))
	_, err = litestone.Open(t.Context(), s)
	refusedWith(t, err, litestone.CodeConfig, "does not embed litestone.Row")
}

// SQLite does not know a computed field: nothing can be asked of it.
func TestComputedFieldsAreNotTested(t *testing.T) {
	db := openComputed(t, typedFunctions())
	for _, c := range []struct{ call, args, field string }{
		{"users.findMany", `{"where": {"full": "Ada Byron"}}`, "full"},
		{"users.findMany", `{"where": {"NOT": {"full": {"contains": "A"}}}}`, "full"},
		{"users.findMany", `{"where": {"boss": {"is": {"full": "x"}}}}`, "boss.full"},
		{"notes.findMany", `{"where": {"user": {"is": {"full": "x"}}}}`, "user.full"},
		{"users.findMany", `{"orderBy": {"full": "asc"}}`, "full"},
		{"notes.findMany", `{"orderBy": {"user": {"full": "asc"}}}`, "user.full"},
		{"users.findMany", `{"orderBy": {"notes": {"_max": {"teaser": "asc"}}}}`, "notes.teaser"},
		{"users.findMany", `{"distinct": true, "select": {"full": true}}`, "full"},
		{"users.findMany", `{"include": {"staff": {"where": {"full": "x"}}}}`, "staff.full"},
		{"users.findMany", `{"window": {"w": {"rowNumber": true, "orderBy": {"full": "asc"}}}}`, "window.w.full"},
		{"users.findMany", `{"window": {"w": {"rowNumber": true, "partitionBy": ["full"]}}}`, "window.w.full"},
		{"users.findMany", `{"window": {"w": {"sum": "length"}}}`, "window.w.length"},
		{"users.findMany", `{"window": {"w": {"count": true, "filter": {"full": "x"}}}}`, "window.w.full"},
		{"users.findManyCursor", `{"orderBy": {"full": "asc"}}`, "full"},
		{"users.aggregate", `{"_max": {"full": true}}`, "full"},
		{"users.aggregate", `{"_count": {"full": true}}`, "full"},
		{"users.aggregate", `{"_count": {"distinct": "full"}}`, "full"},
		{"users.aggregate", `{"_sum": {"length": true}}`, "length"},
		{"users.aggregate", `{"_stringAgg": {"field": "full"}}`, "full"},
		{"users.aggregate", `{"_x": {"count": true, "filter": {"full": "x"}}}`, "full"},
		{"users.groupBy", `{"by": ["full"], "_count": true}`, "full"},
		{"users.groupBy", `{"by": ["mood"], "having": {"_max": {"length": {"gt": 1}}}}`, "length"},
		{"users.groupBy", `{"by": ["mood"], "_count": true, "orderBy": {"_max": {"length": "asc"}}}`, "length"},
		{"users.groupBy", `{"by": ["since"], "interval": {"since": "year"}, "_count": true}`, "since"},
		{"users.update", `{"where": {"full": "x"}, "data": {}}`, "full"},
		{"users.update", `{"where": {"id": 1}, "data": {"full": "x"}}`, "full"},
		{"users.create", `{"data": {"first": "a", "last": "b", "full": "x"}}`, "full"},
		{"users.upsertMany", `{"data": [{"id": 1, "first": "a", "last": "b"}], "conflictTarget": ["full"]}`, "full"},
		{"users.deleteMany", `{"where": {"full": "x"}}`, "full"},
	} {
		_, err := db.Call(t.Context(), c.call, litestone.JSON(c.args))
		var e *litestone.Error
		if !errors.As(err, &e) || e.Code != litestone.CodeValidation || !slices.ContainsFunc(e.Fields, func(f string) bool {
			return f == c.field || strings.HasSuffix(f, "."+c.field) || strings.HasSuffix(c.field, f)
		}) {
			t.Errorf("%s %s answers %v", c.call, c.args, err)
		}
	}
	_, err := db.Call(t.Context(), "users.search", "Ada", litestone.JSON(`{"highlight": {"field": "full"}}`))
	refusedWith(t, err, litestone.CodeValidation, "full")

	// the typed twins
	ctx, u := t.Context(), models.Users
	find := func(f litestone.Find) error {
		_, err := db.Users.FindMany(ctx, f)
		return err
	}
	aggregate := func(a litestone.AggExpr) error {
		_, err := db.Users.Aggregate(ctx, litestone.Aggregate{Items: []litestone.AggExpr{a}})
		return err
	}
	_, grouped := db.Users.GroupBy(ctx, litestone.GroupBy{By: []litestone.Col{u.Full}, Items: []litestone.AggExpr{litestone.Count()}})
	_, having := db.Users.GroupBy(ctx, litestone.GroupBy{By: []litestone.Col{u.Mood}, Items: []litestone.AggExpr{litestone.Count()}, Having: litestone.Max(u.Length).Gt(1)})
	_, paged := db.Users.FindManyCursor(ctx, litestone.Find{OrderBy: u.Full.Asc()})
	_, counted := db.Users.Count(ctx, litestone.Find{Distinct: true, Select: u.Full})
	_, updated := db.Users.Update(ctx, u.Full.Eq("x"), models.UserUpdate{})
	for what, err := range map[string]error{
		"where":     find(litestone.Find{Where: u.Full.Eq("x")}),
		"orderBy":   find(litestone.Find{OrderBy: u.Full.Asc()}),
		"distinct":  find(litestone.Find{Distinct: true, Select: u.Full}),
		"relations": find(litestone.Find{Include: u.Staff.With(litestone.Find{Distinct: true, Select: u.Full})}),
		"counted":   counted,
		"relation":  find(litestone.Find{Where: u.Boss.Is(u.Full.Eq("x"))}),
		"order":     find(litestone.Find{OrderBy: u.Boss.By(u.Full.Asc())}),
		"window":    find(litestone.Find{Window: litestone.Win("w").RowNumber().OrderBy(u.Full.Asc())}),
		"partition": find(litestone.Find{Window: litestone.Win("w").RowNumber().PartitionBy(u.Full)}),
		"of":        find(litestone.Find{Window: litestone.Win("w").Sum(u.Length)}),
		"max":       aggregate(litestone.Max(u.Full)),
		"count":     aggregate(litestone.CountDistinct(u.Full)),
		"stringAgg": aggregate(litestone.StringAgg(u.Full)),
		"groupBy":   grouped, "having": having, "cursor": paged, "update": updated,
	} {
		refusedWith(t, err, litestone.CodeValidation, "")
		if err != nil && !strings.Contains(err.Error(), "computed") && !strings.Contains(err.Error(), "no column") && !strings.Contains(err.Error(), "columns only") && !strings.Contains(err.Error(), "full") {
			t.Error(what, err)
		}
	}
}

// A function that fails fails the call, and nothing else.
func TestComputedFunctionsThatFail(t *testing.T) {
	u := models.Users
	boom := errors.New("boom")
	var answer func(ctx context.Context) (any, error)
	hand := func(ctx context.Context, _ *litestone.Record) (any, error) { return answer(ctx) }
	functions := computed{"users": {}, "notes": {"teaser": {Needs: []string{"id"}, Value: hand}}}
	for _, f := range []string{"full", "short", "length", "share", "free", "feels", "since", "words", "face", "raw", "bytes"} {
		functions["users"][f] = litestone.Computed{Needs: []string{"id"}, Value: hand}
	}
	perField := map[string]any{"full": "x", "short": nil, "length": 1, "share": 1, "free": true, "feels": "calm", "since": nil, "words": []string{}, "face": map[string]any{"title": "x"}, "raw": nil, "bytes": nil}
	for name, value := range perField {
		f := functions["users"][name]
		f.Value = func(context.Context, *litestone.Record) (any, error) { return value, nil }
		functions["users"][name] = f
	}
	answer = func(context.Context) (any, error) { return "x", nil }
	db := openComputed(t, functions)
	refused := func(what string, err error, model, field, text string) {
		t.Helper()
		var e *litestone.Error
		if !errors.As(err, &e) || e.Code != litestone.CodeComputed || e.Model != model || !slices.Equal(e.Fields, []string{field}) || !strings.Contains(e.Message, text) {
			t.Errorf("%s answers %v (%#v)", what, err, e)
		}
	}
	failing := map[string]func(context.Context) (any, error){
		"boom":                 func(context.Context) (any, error) { return nil, boom },
		"panicked: 7":          func(context.Context) (any, error) { panic(7) },
		"nil pointer":          func(context.Context) (any, error) { var n *models.Note; return n.Text, nil },
		"must be a text, not ": func(context.Context) (any, error) { return 7, nil },
		"null":                 func(context.Context) (any, error) { return nil, nil },
	}
	for text, f := range failing {
		answer = f
		for _, call := range []struct{ name, args string }{
			{"notes.findMany", `{}`}, {"notes.findFirst", `{}`}, {"notes.findUnique", `{"where": {"id": 1}}`}, {"notes.findManyAndCount", `{}`}, {"notes.findManyCursor", `{}`},
			{"users.findMany", `{"include": {"notes": true}}`}, {"notes.create", `{"data": {"text": "new"}}`}, {"notes.update", `{"where": {"id": 1}, "data": {"text": "new"}}`},
			{"notes.upsert", `{"where": {"id": 1}, "create": {"text": "new"}, "update": {"text": "new"}}`}, {"notes.remove", `{"where": {"id": 1}}`}, {"notes.delete", `{"where": {"id": 1}}`},
			{"users.update", `{"where": {"id": 1}, "data": {"first": "new"}, "include": {"notes": true}}`},
			{"users.create", `{"data": {"first": "new", "last": "b", "notes": {"create": {"text": "new"}}}, "include": {"notes": true}}`},
		} {
			v, err := db.Call(t.Context(), call.name, litestone.JSON(call.args))
			refused(call.name+" "+call.args, err, "notes", "teaser", text)
			if v != nil {
				t.Errorf("%s answers %v beside its error", call.name, v)
			}
			// in a transaction it undoes the call, and the transaction goes on
			err = db.Transaction(t.Context(), func(ctx context.Context, tx *models.Client) error {
				if _, err := tx.Users.Update(ctx, u.ID.Eq(1), models.UserUpdate{Nick: litestone.Set("kept")}); err != nil {
					return err
				}
				_, err := tx.Call(ctx, call.name, litestone.JSON(call.args))
				refused("in a transaction: "+call.name, err, "notes", "teaser", text)
				return nil
			})
			if err != nil {
				t.Fatal(call.name, err)
			}
		}
		if _, err := db.Notes.Create(t.Context(), models.NoteCreate{Text: "new"}); err == nil {
			t.Error("the typed create answers no error")
		}
	}
	if got := shownAs(t, must(t, &db.Client, "notes.findMany", litestone.JSON(`{"select": {"id": true, "text": true}, "orderBy": {"id": "asc"}}`))); got != `[{"id":1,"text":"one"},{"id":2,"text":"two"}]` {
		t.Errorf("after calls that failed there is %s", got)
	}
	if got := shownAs(t, must(t, &db.Client, "users.findMany", litestone.JSON(`{"select": {"first": true, "nick": true}, "orderBy": {"id": "asc"}}`))); got != `[{"first":"Ada","nick":"kept"},{"first":"Bob","nick":null}]` {
		t.Errorf("after calls that failed there is %s", got)
	}
	answer = failing["boom"]
	if _, err := db.Notes.FindMany(t.Context(), litestone.Find{}); !errors.Is(err, boom) || !errors.Is(err, litestone.ErrComputed) {
		t.Error(err)
	}
	// what does not ask for the field does not ask the function
	if n, err := db.Notes.Count(t.Context(), litestone.Find{}); err != nil || n != 2 {
		t.Error(n, err)
	}
	if _, err := db.Notes.UpdateMany(t.Context(), nil, models.NoteUpdate{Text: litestone.Set("all")}); err != nil {
		t.Error(err)
	}
}

// The answer must be of the declared type.
func TestComputedAnswersOfAnotherType(t *testing.T) {
	for _, c := range []struct {
		field string
		value any
		want  string
	}{
		{"full", 1, "must be a text, not "},
		{"full", nil, "the function's answer is null"},
		{"length", 1.5, "must be a whole number"},
		{"length", "7", "must be a whole number"},
		{"share", "x", "must be a number"},
		{"share", true, "must be a number"},
		{"free", 1, "must be true or false"},
		{"feels", "angry", "must be one of calm, busy"},
		{"feels", nil, "must be one of calm, busy"},
		{"since", "yesterday", "must be a date and time"},
		{"words", "x", "must be a list"},
		{"words", []any{1}, "element 1 must be a text"},
		{"words", nil, "the function's answer is null"},
		{"face", nil, "the function's answer is null"},
		{"face", "x", "the function's answer must be an object of type Card"},
		{"face", map[string]any{}, "the function's answer title: is required"},
		{"face", map[string]any{"title": 7}, "the function's answer title: must be a text"},
		{"face", map[string]any{"title": "x", "since": "soon"}, "since: must be a date and time"},
		{"face", map[string]any{"title": "x", "else": 1}, "else: else is not a key of type Card"},
		{"bytes", 7, "must be bytes"},
		{"raw", func() {}, "must be a JSON value"},
	} {
		db := openComputed(t, nil)
		plain := litestone.Config{Schema: "../testdata/corpus/computed/schema.lite", DB: db.Databases()["main"].Path,
			Computed: computed{"users": {c.field: {Needs: []string{"id"}, Value: func(context.Context, *litestone.Record) (any, error) { return c.value, nil }}}}}
		client, err := litestone.Open(t.Context(), plain)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Call(t.Context(), "users.findMany", litestone.JSON(`{"select": {"`+c.field+`": true}}`))
		refusedWith(t, err, litestone.CodeComputed, c.want)
		client.Close()
	}
	file := openComputed(t, nil).Databases()["main"].Path
	for name, f := range map[string]litestone.Computed{
		"feels": litestone.Compute(func(context.Context, *models.User) (models.Mood, error) { return "angry", nil }),
		"since": litestone.Compute(func(context.Context, *models.User) (litestone.Time, error) {
			return litestone.Time{Time: time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)}, nil
		}),
		"share": litestone.Compute(func(_ context.Context, u *models.User) (float64, error) { return float64(u.ID) / float64(u.ID-1), nil }),
	} {
		db, err := models.Open(t.Context(), litestone.Config{DB: file, Computed: computed{"users": {name: f}}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.Users.FindMany(t.Context(), litestone.Find{})
		refusedWith(t, err, litestone.CodeComputed, "the function's answer")
		db.Close()
	}
}

// The context is the call's, and in a write or transaction it is marked: a function that calls the
// client is refused instead of waiting for itself.
func TestComputedFunctionsAndTheirContext(t *testing.T) {
	type key struct{}
	var db *models.Client
	var try func(ctx context.Context) error
	functions := computed{"notes": {"teaser": litestone.Compute(func(ctx context.Context, n *models.Note) (string, error) {
		who, _ := ctx.Value(key{}).(string)
		if try != nil {
			return who, try(ctx)
		}
		return who, nil
	}, models.Notes.ID)}}
	db = openComputed(t, functions)
	ctx := context.WithValue(t.Context(), key{}, "ada")
	row, err := db.Notes.Create(ctx, models.NoteCreate{Text: "x"})
	if err != nil || row.Teaser != "ada" {
		t.Fatal(err)
	}
	try = func(ctx context.Context) error {
		_, err := db.Users.UpdateMany(ctx, nil, models.UserUpdate{Nick: litestone.Set("x")})
		return err
	}
	_, err = db.Notes.Create(ctx, models.NoteCreate{Text: "x"})
	refusedWith(t, err, litestone.CodeComputed, "inside its own transaction")
	_, err = db.Notes.Update(ctx, models.Notes.ID.Eq(1), models.NoteUpdate{Text: litestone.Set("x")})
	refusedWith(t, err, litestone.CodeComputed, "inside its own transaction")
	err = db.Transaction(ctx, func(_ context.Context, tx *models.Client) error {
		_, err := tx.Notes.FindMany(ctx, litestone.Find{}) // with the context from outside
		return err
	})
	refusedWith(t, err, litestone.CodeComputed, "inside its own transaction")
	// a read holds no connection while functions run
	if _, err := db.Notes.FindMany(ctx, litestone.Find{}); err != nil {
		t.Error(err)
	}
	ending, end := context.WithCancel(t.Context())
	try = func(ctx context.Context) error {
		end()
		return ctx.Err()
	}
	_, err = db.Notes.FindMany(ending, litestone.Find{})
	refusedWith(t, err, litestone.CodeCancelled, "")
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Functions of calls side by side are given rows of their own.
func TestComputedFunctionsSideBySide(t *testing.T) {
	db := openComputed(t, typedFunctions())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				rows, err := db.Users.FindMany(context.Background(), litestone.Find{OrderBy: models.Users.ID.Asc(), Include: models.Users.Notes})
				if err != nil || len(rows) != 2 || rows[0].Full != "Ada Byron" || rows[1].Full != "Bob Ray" || rows[0].Notes[1].Teaser != "two…" {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}

// Every field of the corpus schema that is computed has a function in both forms.
func TestComputedFunctionsAreWhole(t *testing.T) {
	s, err := schema.FromFile("../testdata/corpus/computed/schema.lite", schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range s.Models {
		for _, f := range m.Fields {
			_, a := typedFunctions()[m.Name][f.Name]
			_, b := functionsByName()[m.Name][f.Name]
			if f.Computed != a || f.Computed != b {
				t.Errorf("%s.%s: %v %v", m.Name, f.Name, a, b)
			}
		}
	}
}
