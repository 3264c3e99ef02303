package jsonschema_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/litestone-go/orm/litestone/jsonschema"
)

// judge is as much of a JSON Schema validator as the documents need. It knows every keyword
// that asserts something; one it does not know is an error, so that no document outgrows it.
type judge struct {
	root map[string]any
	bad  []string
}

func (j *judge) fail(at, format string, args ...any) {
	j.bad = append(j.bad, strings.TrimPrefix(at, ".")+": "+fmt.Sprintf(format, args...))
}

func (j *judge) value(s map[string]any, v any, at string) {
	for key, arg := range s {
		switch key {
		case "$schema", "$id", "$defs", "title", "description", "default", "readOnly", "writeOnly", "x-litestone", "format", "contentEncoding", "contentMediaType":
		case "$ref":
			j.value(j.resolve(arg.(string)), v, at)
		case "anyOf":
			if !slices.ContainsFunc(arg.([]any), func(one any) bool { return j.holds(one, v) }) {
				j.fail(at, "anyOf")
			}
		case "allOf":
			for _, one := range arg.([]any) {
				j.value(one.(map[string]any), v, at)
			}
		case "type":
			types, _ := arg.([]any)
			if one, ok := arg.(string); ok {
				types = []any{one}
			}
			if !slices.ContainsFunc(types, func(t any) bool { return isType(t.(string), v) }) {
				j.fail(at, "type %v", arg)
			}
		case "enum":
			if !slices.Contains(arg.([]any), v) {
				j.fail(at, "enum")
			}
		case "properties", "required", "additionalProperties":
			if o, ok := v.(map[string]any); ok {
				j.object(key, s, o, at)
			}
		case "items", "minItems", "maxItems", "uniqueItems":
			if list, ok := v.([]any); ok {
				j.list(key, arg, list, at)
			}
		case "pattern", "minLength", "maxLength":
			if text, ok := v.(string); ok {
				j.text(key, arg, text, at)
			}
		case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
			if n, ok := v.(float64); ok {
				j.number(key, arg.(float64), n, at)
			}
		default:
			j.fail(at, "unknown keyword %s", key)
		}
	}
}

func (j *judge) holds(s, v any) bool {
	try := judge{root: j.root}
	try.value(s.(map[string]any), v, "")
	return len(try.bad) == 0
}

func (j *judge) resolve(ref string) map[string]any {
	if ref == "#" {
		return j.root
	}
	name := strings.TrimPrefix(ref, "#/$defs/")
	def, ok := j.root["$defs"].(map[string]any)[name].(map[string]any)
	if !ok {
		j.fail("", "no definition %s", ref)
	}
	return def
}

func (j *judge) object(key string, s, o map[string]any, at string) {
	properties, _ := s["properties"].(map[string]any)
	switch key {
	case "properties":
		for name, p := range properties {
			if v, ok := o[name]; ok {
				j.value(p.(map[string]any), v, at+"."+name)
			}
		}
	case "required":
		for _, name := range s["required"].([]any) {
			if _, ok := o[name.(string)]; !ok {
				j.fail(at+"."+name.(string), "required")
			}
		}
	case "additionalProperties":
		for name := range o {
			if _, ok := properties[name]; !ok && s["additionalProperties"] == false {
				j.fail(at+"."+name, "additional")
			}
		}
	}
}

func (j *judge) list(key string, arg any, list []any, at string) {
	switch key {
	case "items":
		for i, v := range list {
			j.value(arg.(map[string]any), v, fmt.Sprintf("%s[%d]", at, i))
		}
	case "minItems":
		if float64(len(list)) < arg.(float64) {
			j.fail(at, "%s", key)
		}
	case "maxItems":
		if float64(len(list)) > arg.(float64) {
			j.fail(at, "%s", key)
		}
	case "uniqueItems":
		for i := range list {
			if slices.ContainsFunc(list[:i], func(v any) bool { return reflect.DeepEqual(v, list[i]) }) {
				j.fail(at, "%s", key)
			}
		}
	}
}

func (j *judge) text(key string, arg any, text, at string) {
	n := float64(utf8.RuneCountInString(text))
	switch {
	case key == "pattern" && !regexp.MustCompile(arg.(string)).MatchString(text),
		key == "minLength" && n < arg.(float64), key == "maxLength" && n > arg.(float64):
		j.fail(at, "%s %v", key, arg)
	}
}

func (j *judge) number(key string, bound, n float64, at string) {
	if !map[string]bool{"minimum": n >= bound, "maximum": n <= bound, "exclusiveMinimum": n > bound, "exclusiveMaximum": n < bound}[key] {
		j.fail(at, "%s %v", key, bound)
	}
}

func isType(t string, v any) bool {
	switch v := v.(type) {
	case nil:
		return t == "null"
	case bool:
		return t == "boolean"
	case string:
		return t == "string"
	case float64:
		return t == "number" || t == "integer" && v == math.Trunc(v)
	case []any:
		return t == "array"
	}
	return t == "object"
}

// ask judges a JSON text by a document and gives what fails, sorted.
func ask(t *testing.T, doc []byte, text string) []string {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(doc, &root); err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	j := judge{root: root}
	j.value(root, v, "")
	slices.Sort(j.bad)
	return j.bad
}

// with changes keys of a JSON object; a nil value takes the key away.
func with(t *testing.T, text string, change map[string]any) string {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	for k, v := range change {
		if o[k] = v; v == nil {
			delete(o, k)
		}
	}
	b, _ := json.Marshal(o)
	return string(b)
}

func TestDocumentsJudgeInputs(t *testing.T) {
	m := load(t, "shop.lite").Model("customers")
	const good = `{"email": "Ada@Example.com", "code": "A.x", "address": {"street": "  Main St  "}, "any": 1, "tags": ["a"], "pin": "1234"}`
	null := json.RawMessage("null")
	doc := jsonschema.Model(m, jsonschema.Options{Mode: jsonschema.Create})
	// Both patterns of code cannot hold at once; the one of letters is left out here.
	doc = []byte(strings.Replace(string(doc), `"^[A-Z]{3}$"`, `""`, 1))
	tests := []struct {
		name   string
		change map[string]any
		want   []string
	}{
		{"as it is", nil, nil},
		{"optional fields take null", map[string]any{"name": null, "wage": null, "loose": null, "deletedAt": null}, nil},
		{"required fields do not", map[string]any{"email": null, "level": null, "any": null, "address": null},
			[]string{"address: type object", "any: type [object array string number boolean]", "email: type string", "level: type integer"}},
		{"what is required is there", map[string]any{"email": nil, "address": nil, "pin": nil}, []string{"address: required", "email: required", "pin: required"}},
		{"computed values are not taken", map[string]any{"slug": "x", "greeting": "x", "count": 1, "town": "x"},
			[]string{"count: additional", "greeting: additional", "slug: additional", "town: additional"}},
		{"bounds", map[string]any{"level": 0, "score": 100.5}, []string{"level: exclusiveMinimum 0", "level: minimum 1", "score: exclusiveMaximum 100.5"}},
		{"whole numbers", map[string]any{"level": 1.5}, []string{"level: type integer"}},
		{"what a trim may mend passes", map[string]any{"name": strings.Repeat(" ", 99) + "Ada"}, nil},
		{"what it cannot does not", map[string]any{"name": "A"}, []string{"name: minLength 2"}},
		{"patterns", map[string]any{"site": "ftp://a.org", "code": "Ax"}, []string{`code: pattern ^A\.`, "site: pattern ^[hH][tT][tT][pP][sS]?://"}},
		{"phones", map[string]any{"phone": "12"}, []string{`phone: pattern ^\+?[0-9 ().-]{7,20}$`}},
		{"enums", map[string]any{"state": "gone", "states": []string{"paid", "?"}}, []string{"state: enum", "states[1]: enum"}},
		{"lists", map[string]any{"tags": []string{}}, []string{"tags: minItems"}},
		{"lists hold nothing twice", map[string]any{"tags": []string{"a", "b", "a"}}, []string{"tags: uniqueItems"}},
		{"inside typed Json", map[string]any{"address": map[string]any{"street": "", "country": "D", "zip": 1, "geo": map[string]any{"lat": 91}}},
			[]string{"address.country: minLength 2", "address.geo: anyOf", "address.street: minLength 1", "address.zip: additional"}},
		{"a loose one takes other keys", map[string]any{"loose": map[string]any{"street": "x", "zip": 1}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ask(t, doc, with(t, good, tt.change)); !slices.Equal(got, tt.want) {
				t.Errorf("fails: %q, want %q", got, tt.want)
			}
		})
	}
	update := jsonschema.Model(m, jsonschema.Options{Mode: jsonschema.Update})
	if got := ask(t, update, `{}`); got != nil {
		t.Errorf("an update of nothing fails: %q", got)
	}
	if got := ask(t, update, `{"level": 0}`); len(got) != 2 {
		t.Errorf("an update is judged too: %q", got)
	}
}

// TestTransformsLoosenInputs: a rule that a transform may make hold is left to the client.
func TestTransformsLoosenInputs(t *testing.T) {
	m := load(t, "shop.lite").Model("labels")
	if got := ask(t, jsonschema.Model(m, jsonschema.Options{Mode: jsonschema.Create}), `{"name": "lower"}`); got != nil {
		t.Errorf("a create fails: %q", got)
	}
	if got := ask(t, jsonschema.Model(m, jsonschema.Options{}), `{"id": 1, "name": "lower"}`); !slices.Equal(got, []string{"name: pattern ^L"}) {
		t.Errorf("an answer fails: %q", got)
	}
}

func TestAudience(t *testing.T) {
	m := load(t, "shop.lite").Model("customers")
	for _, tt := range []struct {
		o       jsonschema.Options
		in, out []string
	}{
		{jsonschema.Options{}, []string{"note", "wage", "slug"}, []string{"hidden", "inner", "pin", "token", "orders", `"table"`, `"gate"`}},
		{jsonschema.Options{Audience: jsonschema.System}, []string{"hidden", "inner", "pin", "token", `"table"`, `"gate"`}, []string{"orders"}},
		{jsonschema.Options{Mode: jsonschema.Create}, []string{"inner", "pin", "token", "hidden"}, []string{"slug", "count", "last", "greeting"}},
	} {
		var doc struct{ Properties map[string]any }
		text := jsonschema.Model(m, tt.o)
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		has := func(name string) bool {
			_, ok := doc.Properties[name]
			return ok || strings.HasPrefix(name, `"`) && strings.Contains(string(text), name)
		}
		for _, name := range tt.in {
			if !has(name) {
				t.Errorf("%s, %s: %s is missing", tt.o.Mode, tt.o.Audience, name)
			}
		}
		for _, name := range tt.out {
			if has(name) {
				t.Errorf("%s, %s: %s is there", tt.o.Mode, tt.o.Audience, name)
			}
		}
	}
}

func TestDescribes(t *testing.T) {
	s := load(t, "shop.lite")
	all := func(o jsonschema.Options) (names []string) {
		for _, m := range s.Models {
			if jsonschema.Describes(m, o) {
				names = append(names, m.Name)
			}
		}
		return names
	}
	for _, tt := range []struct {
		o    jsonschema.Options
		want []string
	}{
		{jsonschema.Options{}, []string{"customers", "orders", "labels", "visits"}},
		{jsonschema.Options{Audience: jsonschema.System}, []string{"customers", "orders", "labels", "visits", "auditLogs"}},
		{jsonschema.Options{Mode: jsonschema.Create, Audience: jsonschema.System}, []string{"customers", "orders", "labels", "visits"}},
		{jsonschema.Options{Mode: jsonschema.Update}, []string{"customers", "orders", "labels"}},
	} {
		if got := all(tt.o); !slices.Equal(got, tt.want) {
			t.Errorf("%s, %s: %q, want %q", tt.o.Mode, tt.o.Audience, got, tt.want)
		}
	}
}
