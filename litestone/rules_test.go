package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

const eventsSchema = `
type Place { town Text  seats Integer }
enum Kind { talk party }
model teams { id Integer @id  name Text  events events[] }
model events {
  id     Integer  @id
  title  Text     @trim @length(1, 20)
  kind   Kind     @default(talk)
  starts DateTime
  ends   DateTime?
  free   Boolean  @default(false)
  price  Real?
  place  Json?    @type(Place)
  tags   Text[]
  logo   Blob?
  team   teams?   @relation(fields: [teamId], references: [id])
  teamId Integer?
}`

// inOrder: an event does not end before it starts.
func inOrder(_ context.Context, data map[string]any) error {
	starts, _ := data["starts"].(string)
	if ends, ok := data["ends"].(string); ok && starts != "" && ends < starts {
		return errors.New("ends too early")
	}
	return nil
}

func openEvents(t *testing.T, rules ...litestone.Rule) *litestone.Client {
	t.Helper()
	db, err := litestone.Open(t.Context(), litestone.Config{SchemaText: eventsSchema, DB: ":memory:", Validate: map[string][]litestone.Rule{"events": rules}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestRulesOnEveryWrite(t *testing.T) {
	db := openEvents(t, litestone.Rule{Check: inOrder, Message: "must end after it starts", Path: []string{"ends"}})
	call := func(name, args string) (any, error) {
		return db.AsSystem().Call(t.Context(), name, litestone.JSON(args))
	}
	if _, err := call("teams.create", `{"data": {"id": 1, "name": "a", "events": {"create": [{"id": 1, "title": "x", "starts": "2026-01-01", "ends": "2026-01-02T10:00:00+02:00"}]}}}`); err != nil {
		t.Fatal(err)
	}
	const bad = `"starts": "2026-02-01", "ends": "2026-01-31T23:59:59Z"`
	for _, tt := range []struct{ call, args, field string }{
		{"events.create", `{"data": {"title": "x", ` + bad + `}}`, "ends"},
		{"events.createMany", `{"data": [{"title": "x", "starts": "2026-02-01"}, {"title": "y", ` + bad + `}]}`, "ends"},
		{"events.update", `{"where": {"id": 1}, "data": {` + bad + `}}`, "ends"},
		{"events.updateMany", `{"data": {` + bad + `}}`, "ends"},
		{"events.upsert", `{"where": {"id": 1}, "create": {"title": "x", "starts": "2026-02-01"}, "update": {` + bad + `}}`, "ends"},
		{"events.upsert", `{"where": {"id": 1}, "create": {"title": "x", ` + bad + `}, "update": {}}`, "ends"},
		{"events.upsertMany", `{"data": [{"id": 1, "title": "x", ` + bad + `}]}`, "ends"},
		{"teams.create", `{"data": {"name": "b", "events": {"create": {"title": "x", ` + bad + `}}}}`, "events.ends"},
		{"teams.update", `{"where": {"id": 1}, "data": {"events": {"update": {"where": {"id": 1}, "data": {` + bad + `}}}}}`, "events.ends"},
		{"teams.update", `{"where": {"id": 1}, "data": {"events": {"upsert": {"where": {"id": 9}, "create": {"title": "x", ` + bad + `}, "update": {}}}}}`, "events.ends"},
	} {
		t.Run(tt.call, func(t *testing.T) {
			_, err := call(tt.call, tt.args)
			var e *litestone.Error
			if !errors.As(err, &e) || e.Code != litestone.CodeValidation || !slices.Equal(e.Fields, []string{tt.field}) || e.Message != "must end after it starts" {
				t.Fatalf("%s answers %v", tt.args, err)
			}
			if len(e.Issues) != 1 || e.Issues[0].Rule != "validate" {
				t.Errorf("issues: %+v", e.Issues)
			}
		})
	}
	if n, _ := call("events.count", `{}`); fmt.Sprint(n) != "1" {
		t.Errorf("%v events are there", n)
	}
	if n, _ := call("teams.count", `{}`); fmt.Sprint(n) != "1" {
		t.Errorf("%v teams are there", n)
	}
}

// TestRulesOncePerRow: nobody is asked twice, nor before the values themselves are right.
func TestRulesOncePerRow(t *testing.T) {
	asked := 0
	db := openEvents(t, litestone.Rule{Check: func(context.Context, map[string]any) error { asked++; return nil }})
	for _, tt := range []struct {
		call, args string
		want       int
	}{
		{"events.create", `{"data": {"title": "x", "starts": "2026-01-01"}}`, 1},
		{"events.createMany", `{"data": [{"title": "x", "starts": "2026-01-01"}, {"title": "y", "starts": "2026-01-01"}]}`, 2},
		{"events.upsertMany", `{"data": [{"id": 1, "title": "x", "starts": "2026-01-01"}, {"id": 77, "title": "x", "starts": "2026-01-01"}]}`, 2},
		{"events.upsert", `{"where": {"id": 1}, "create": {"title": "x", "starts": "2026-01-01"}, "update": {"title": "z"}}`, 2},
		{"events.updateMany", `{"data": {"free": true}}`, 1},
		{"events.create", `{"data": {"title": "", "starts": "2026-01-01"}}`, 0},
		{"teams.create", `{"data": {"name": "x", "events": {"create": [{"title": "x", "starts": "2026-01-01"}, {"title": "y", "starts": "2026-01-01"}]}}}`, 2},
		{"teams.create", `{"data": {"name": "x"}}`, 0},
	} {
		asked = 0
		_, err := db.Call(t.Context(), tt.call, litestone.JSON(tt.args))
		if asked != tt.want || (err != nil) != strings.Contains(tt.args, `"title": ""`) {
			t.Errorf("%s %s: asked %d times instead of %d, %v", tt.call, tt.args, asked, tt.want, err)
		}
	}
}

func TestRulesSeeTheRow(t *testing.T) {
	var seen map[string]any
	db := openEvents(t, litestone.Rule{Check: func(_ context.Context, data map[string]any) error {
		seen = data
		data["title"] = "changed"
		return nil
	}})
	row, err := db.Call(t.Context(), "events.create", litestone.Map{"data": map[string]any{
		"id": 5, "title": "  x  ", "starts": "2026-01-31T12:00:00+02:00", "ends": nil, "price": 2.5, "place": map[string]any{"town": "Ulm", "seats": 3},
		"tags": []string{"a"}, "logo": []byte{1, 2},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"id": int64(5), "title": "changed", "kind": "talk", "starts": "2026-01-31T10:00:00.000Z", "ends": nil, "free": false, "price": 2.5,
		"place": map[string]any{"town": "Ulm", "seats": 3.0}, "tags": []any{"a"}, "logo": []byte{1, 2},
	}
	if !reflect.DeepEqual(seen, want) {
		t.Errorf("a create's data is\n%#v\ninstead of\n%#v", seen, want)
	}
	if title, _ := row.(*litestone.Record).Get("title"); title != "x" {
		t.Errorf("the rule changed the row: %v", title)
	}
	if _, err := db.Call(t.Context(), "events.update", litestone.JSON(`{"where": {"id": 5}, "data": {"free": true, "tags": []}}`)); err != nil {
		t.Fatal(err)
	}
	if want := map[string]any{"title": "changed", "free": true, "tags": []any{}}; !reflect.DeepEqual(seen, want) {
		t.Errorf("an update's data is %#v", seen)
	}
}

func TestRulesSayWhatTheyWant(t *testing.T) {
	busy := &litestone.Error{Code: litestone.CodeBusy, Message: "the calendar does not answer"}
	db := openEvents(t,
		litestone.Rule{Check: func(_ context.Context, d map[string]any) error {
			if d["title"] == "busy" {
				return fmt.Errorf("asking: %w", busy)
			}
			return nil
		}},
		litestone.Rule{Check: inOrder},
		litestone.Rule{Check: func(_ context.Context, d map[string]any) error {
			if p, ok := d["place"].(map[string]any); ok && p["seats"] == 0.0 {
				return errors.New("nobody can sit")
			}
			return nil
		}, Path: []string{"place", "seats"}},
	)
	create := func(data string) *litestone.Error {
		_, err := db.Call(t.Context(), "events.create", litestone.JSON(`{"data": {"starts": "2026-02-01", `+data+`}}`))
		var e *litestone.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s answers %v", data, err)
		}
		return e
	}
	if e := create(`"title": "busy"`); e.Code != litestone.CodeBusy || e.Operation != "create" || e.Model != "events" {
		t.Errorf("a check that could not be made: %v", e)
	}
	e := create(`"title": "x", "ends": "2026-01-01", "place": {"town": "x", "seats": 0}`)
	if e.Message != "ends too early; nobody can sit" || !slices.Equal(e.Fields, []string{"place.seats"}) || len(e.Issues) != 2 || e.Issues[0].Path != "" {
		t.Errorf("%v %+v", e, e.Issues)
	}
}

func TestRulesThatCannotBe(t *testing.T) {
	ok := litestone.Rule{Check: inOrder}
	for _, tt := range []struct {
		rules map[string][]litestone.Rule
		want  string
	}{
		{map[string][]litestone.Rule{"event": {ok}}, `Config.Validate names "event", which is no model (did you mean events?)`},
		{map[string][]litestone.Rule{"events": {ok, {}}}, `model events: open: Config.Validate: rule 2 has no Check`},
		{map[string][]litestone.Rule{"events": {{Check: inOrder, Path: []string{"end"}}}}, `rule 1: there is no field "end" (did you mean ends?)`},
	} {
		_, err := litestone.Open(t.Context(), litestone.Config{SchemaText: eventsSchema, DB: ":memory:", Validate: tt.rules})
		if !errors.Is(err, litestone.ErrConfig) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
}

func ExampleRule() {
	db, err := litestone.Open(context.Background(), litestone.Config{
		SchemaText: "model users { id Integer @id  email Text @email }",
		DB:         ":memory:",
		Validate: map[string][]litestone.Rule{"users": {{
			Check: func(_ context.Context, data map[string]any) error {
				if email, _ := data["email"].(string); strings.Contains(email, "+") {
					return errors.New("plus sign")
				}
				return nil
			},
			Message: "email aliases are not allowed",
			Path:    []string{"email"},
		}}},
	})
	if err != nil {
		panic(err)
	}
	defer db.Close()
	_, err = db.Table("users").Create(context.Background(), litestone.JSON(`{"data": {"email": "ada+x@example.com"}}`))
	fmt.Println(err)
	// Output: litestone: model users: create: field email: email aliases are not allowed
}

// TestRulesOfFiles: rows of append-only files are rows too.
func TestRulesOfFiles(t *testing.T) {
	db, err := litestone.Open(t.Context(), litestone.Config{
		SchemaText: fmt.Sprintf("database hits { path %q; driver jsonl }\nmodel hit { path Text  status Integer  @@db(hits) }", t.TempDir()),
		Validate: map[string][]litestone.Rule{"hit": {{Check: func(_ context.Context, data map[string]any) error {
			if data["path"] == "/" && data["status"] != int64(200) {
				return errors.New("the front page always works")
			}
			return nil
		}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Call(t.Context(), "hit.create", litestone.JSON(`{"data": {"path": "/", "status": 500}}`)); !errors.Is(err, litestone.ErrValidation) {
		t.Errorf("%v", err)
	}
	if _, err := db.Call(t.Context(), "hit.create", litestone.JSON(`{"data": {"path": "/", "status": 200}}`)); err != nil {
		t.Error(err)
	}
	if n, err := db.Call(t.Context(), "hit.count", nil); err != nil || fmt.Sprint(n) != "1" {
		t.Errorf("%v rows, %v", n, err)
	}
}
