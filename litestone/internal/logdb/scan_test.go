package logdb

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

func scannerFor(t testing.TB) *scanner {
	s, err := schema.FromText("schema", `
database main { path "main.db" }
database logs { path "logs/"; driver jsonl }
model things {
  i Integer
  r Real?
  ok Boolean @default(true)
  s Text @default("none")
  at DateTime?
  j Json?
  l Integer[]
  b Blob?
  n Real @default(2)
  @@db(logs)
}`, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return newScanner(s.Model("things"))
}

func TestScan(t *testing.T) {
	s := scannerFor(t)
	null := query.Null()
	row := func(i, r, ok, text, at, j, l, b query.Value) []query.Value {
		return []query.Value{i, r, ok, text, at, j, l, b, query.Real(2)}
	}
	plain := row(query.Int(1), null, query.Bool(true), query.Text("none"), null, null, query.Text("[]"), null)
	with := func(at int, v query.Value) []query.Value {
		out := append([]query.Value{}, plain...)
		out[at] = v
		return out
	}
	for _, c := range []struct {
		line string
		want []query.Value // nil: no row
	}{
		{`{"i":1}`, plain},
		{" {\t\"other\" : [{\"i\":\"}\\\"\"}] , \"i\" : 1 } \r", plain},
		{`{"s":"none","i":7,"i":1}`, plain},
		{`{"i":1.0}`, plain},
		{`{"\u0069":1}`, plain},
		{`{"i":1e2}`, with(0, query.Int(100))},
		{`{"i":9223372036854775807}`, with(0, query.Int(1<<63-1))},
		{`{"i":-0}`, with(0, query.Int(0))},
		{`{"i":1,"s":null}`, with(3, null)},
		{`{"i":1,"s":""}`, with(3, query.Text(""))},
		{`{"i":1,"s":"a\"\\\u00e9\ud83d\ude00\n"}`, with(3, query.Text("a\"\\é😀\n"))},
		{"{\"i\":1,\"s\":\"\xff\"}", with(3, query.Text("\ufffd"))},
		{`{"i":1,"ok":false}`, with(2, query.Bool(false))},
		{`{"i":1,"r":3}`, with(1, query.Real(3))},
		{`{"i":1,"r":-0.5e-3}`, with(1, query.Real(-0.0005))},
		{`{"i":1,"at":"2026-02-28T10:00:00.000Z"}`, with(4, query.Text("2026-02-28T10:00:00.000Z"))},
		{`{"i":1,"at":"2024-02-29T10:00:00.000Z"}`, with(4, query.Text("2024-02-29T10:00:00.000Z"))},
		{`{"i":1,"at":"2026-02-28T10:00:00+02:00"}`, with(4, query.Text("2026-02-28T08:00:00.000Z"))},
		{`{"i":1,"j":{"a":[1,{"b":"]"}]}}`, with(5, query.Text(`{"a":[1,{"b":"]"}]}`))},
		{`{"i":1,"j":"text"}`, with(5, query.Text(`"text"`))},
		{`{"i":1,"l":[1,2]}`, with(6, query.Text("[1,2]"))},
		{`{"i":1,"b":"AP8="}`, with(7, query.Blob([]byte{0, 255}))},
		{`{}`, with(0, null)},

		{``, nil}, {`[]`, nil}, {`{`, nil}, {`{"i":1`, nil}, {`{"i":1}}`, nil}, {`{"i":1},`, nil}, {`{"i":1,}`, nil}, {`{"i" 1}`, nil},
		{`{i:1}`, nil}, {`{"i":01}`, nil}, {`{"i":+1}`, nil}, {`{"i":1.}`, nil}, {`{"i":.5}`, nil}, {`{"i":1e}`, nil}, {`{"i":-}`, nil},
		{`{"i":1.5}`, nil}, {`{"i":"1"}`, nil}, {`{"i":1e400}`, nil}, {`{"i":true}`, nil}, {`{"i":[1]}`, nil}, {`{"i":9223372036854775808}`, nil},
		{`{"i":1,"s":1}`, nil}, {`{"i":1,"s":"\q"}`, nil}, {"{\"i\":1,\"s\":\"a\nb\"}", nil}, {`{"i":1,"s":"`, nil}, {`{"i":1,"s":"\`, nil},
		{`{"i":1,"ok":1}`, nil}, {`{"i":1,"ok":tru}`, nil}, {`{"i":1,"other":nul}`, nil}, {`{"i":1,"other":[1}`, nil}, {`{"i":1,"other":{"a"}}`, nil},
		{`{"i":1,"at":"2026-02-29T10:00:00.000Z"}`, nil}, {`{"i":1,"at":"2026-13-01T10:00:00.000Z"}`, nil}, {`{"i":1,"at":5}`, nil},
		{`{"i":1,"l":{}}`, nil}, {`{"i":1,"b":"AP8"}`, nil}, {`{"i":1,"r":"1"}`, nil},
	} {
		values := make([]query.Value, len(s.columns))
		reason := s.row([]byte(c.line), values)
		if (reason == "") != (c.want != nil) {
			t.Errorf("%s: %q", c.line, reason)
			continue
		}
		for i := range c.want {
			if values[i] != c.want[i] {
				t.Errorf("%s: column %s is %v, not %v", c.line, s.columns[i].name, values[i].Any(), c.want[i].Any())
			}
		}
	}
}

// FuzzScan compares the scanner with encoding/json: a line is a row only when it is an object,
// and the texts and whole numbers of its columns are the same.
func FuzzScan(f *testing.F) {
	for _, line := range []string{`{"i":1,"s":"a\u0000","j":[{"x":null}],"at":"2026-01-01"}`, `{"s":"\ud800","ok":true,"r":1e5}`, `{"i":1,"i":2} `, `{"l":[1,[2]],"other":{"a":"}"}}`, "{\"s\":\"\xff\"}", `{"\u0069":-0.0}`} {
		f.Add([]byte(line))
	}
	s := scannerFor(f)
	f.Fuzz(func(t *testing.T, line []byte) {
		values := make([]query.Value, len(s.columns))
		reason := s.row(line, values)
		var object map[string]json.RawMessage
		err := json.Unmarshal(line, &object)
		if strings.ContainsRune(string(line), '\n') {
			return // no line
		}
		if reason == "" && (err != nil || object == nil) {
			t.Fatalf("%q is a row, and no object: %v", line, err)
		}
		if reason != "" {
			if err == nil && object != nil && !strings.HasPrefix(reason, "column ") {
				t.Fatalf("%q is an object: %s", line, reason)
			}
			return
		}
		if raw, ok := object["s"]; ok {
			var text *string
			if json.Unmarshal(raw, &text) == nil && text != nil && values[3].Str() != *text {
				t.Fatalf("%q: s is %q, not %q", line, values[3].Str(), *text)
			}
		}
		if raw, ok := object["i"]; ok {
			var n *int64
			if json.Unmarshal(raw, &n) == nil && n != nil && values[0].Int64() != *n {
				t.Fatalf("%q: i is %d, not %d", line, values[0].Int64(), *n)
			}
		}
		if v := values[5]; !v.IsNull() && !json.Valid([]byte(v.Str())) {
			t.Fatalf("%q: j is %q", line, v.Str())
		}
	})
}
