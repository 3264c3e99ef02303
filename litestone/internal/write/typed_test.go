package write

import (
	"encoding/json"
	"testing"

	"github.com/litestone-go/orm/litestone/schema"
)

func address(t testing.TB) *schema.Type {
	t.Helper()
	s, err := schema.FromText("typed.lite", `
enum Kind { home work }
type Geo { lat Real @gte(-90)  lng Real }
type Address {
  city  Text @trim @length(1, 20)
  kind  Kind @default(home)
  floor Integer?
  geo   Json? @type(Geo)
  code  Text? @upper
  tags  Text[] @uniqueItems
}
model m { id Integer @id  a Json @type(Address) }`, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s.Model("m").Field("a").JSONType
}

func TestTypedJSON(t *testing.T) {
	typ := address(t)
	for _, c := range []struct{ in, out string }{
		{`{ "kind":"work", "city":"Oslo", "tags":["a"], "code":null}`, ``},
		{`{"city":" Oslo "}`, `{"city":"Oslo","kind":"home","tags":[]}`},
		{`{"tags":["B","c"],"code":"x<","city":"Oslo","geo":{"lng":2,"lat":1},"kind":"home"}`, `{"city":"Oslo","kind":"home","geo":{"lng":2,"lat":1},"code":"X<","tags":["B","c"]}`},
	} {
		k := &work{}
		out, changed := k.object(typ, json.RawMessage(c.in), "a")
		if len(k.issues) > 0 {
			t.Errorf("%s: %v", c.in, k.issues)
		}
		want := c.out
		if want == "" {
			want = c.in
		}
		if string(out) != want || changed != (c.out != "") {
			t.Errorf("%s: got %s, changed %v", c.in, out, changed)
		}
	}
}

func TestTypedJSONRefusals(t *testing.T) {
	typ := address(t)
	for _, c := range []struct{ in, path, message string }{
		{`[]`, "a", "must be an object of type Address"},
		{`null`, "a", "must be an object of type Address"},
		{`{"kind":"home"}`, "a.city", "is required"},
		{`{"city":null}`, "a.city", "must not be null"},
		{`{"city":""}`, "a.city", "must have 1 to 20 characters"},
		{`{"city":"a","kind":"hone"}`, "a.kind", "must be one of home, work (did you mean home?)"},
		{`{"city":"a","floor":1.5}`, "a.floor", "must be a whole number, not a number with a fraction"},
		{`{"city":"a","geo":{"lat":-91,"lng":0}}`, "a.geo.lat", "must be at least -90"},
		{`{"city":"a","geo":5}`, "a.geo", "must be an object of type Geo"},
		{`{"city":"a","geo":{"lat":1}}`, "a.geo.lng", "is required"},
		{`{"city":"a","tags":["x","x"]}`, "a.tags", "must not hold an item twice"},
		{`{"city":"a","tags":"x"}`, "a.tags", "must be a list, not a text"},
		{`{"city":"a","citty":1}`, "a.citty", "is not a key of type Address (did you mean city?)"},
	} {
		k := &work{}
		k.object(typ, json.RawMessage(c.in), "a")
		if len(k.issues) != 1 || k.issues[0].Path != c.path || k.issues[0].Message != c.message {
			t.Errorf("%s: %+v, want %s: %s", c.in, k.issues, c.path, c.message)
		}
	}
}

// Whatever JSON comes in: no panic, and what was accepted is accepted again as it is.
func FuzzTypedJSON(f *testing.F) {
	for _, s := range []string{`{}`, `{"city":" a ","tags":["A"],"stops":[{"lat":1,"lng":2}]}`, `{"city":"a","code":null,"geo":{"lat":1e2,"lng":-0}}`, `[1]`, `"`, `{"city":"\ud800"}`} {
		f.Add(s)
	}
	typ := address(f)
	f.Fuzz(func(t *testing.T, in string) {
		if !json.Valid([]byte(in)) {
			return
		}
		k := &work{}
		out, _ := k.object(typ, json.RawMessage(in), "a")
		if len(k.issues) > 0 {
			return
		}
		if !json.Valid(out) {
			t.Fatalf("%s became %s", in, out)
		}
		again, changed := k.object(typ, out, "a")
		if changed || len(k.issues) > 0 {
			t.Fatalf("%s became %s, then %s: %v", in, out, again, k.issues)
		}
	})
}
