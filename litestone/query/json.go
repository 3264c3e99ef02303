package query

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
)

// JSON is arguments as JSON text, as a request body brings them or a program writes them:
// litestone.JSON(`{"where":{"id":1}}`). The same type stands where a whole call's arguments, a
// where, an orderBy, a select or an include is wanted. Of duplicate keys the last wins.
type JSON string

// Map is arguments as Go values; beside what JSON can say it may hold SQL fragments, []byte and
// times.
type Map map[string]any

// maxDepth bounds the nesting of arguments. Json values given for a field are not counted.
const maxDepth = 50

// Tree parses the text into maps, lists, strings, booleans, nil and json.Number. Text that is not
// one JSON value is a validation error.
func (j JSON) Tree() (any, error) {
	dec := json.NewDecoder(strings.NewReader(string(j)))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		if err == io.EOF {
			return nil, nil
		}
		return nil, invalid("", "", "the arguments are not JSON: "+strings.TrimPrefix(err.Error(), "json: "), "")
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, invalid("", "", fmt.Sprintf("the arguments hold something after the JSON value, at byte %d", dec.InputOffset()), "")
	}
	return tree, nil
}

// object gives a value as an object. Nil is none.
func object(v any) (map[string]any, bool) {
	switch x := v.(type) {
	case map[string]any:
		return x, x != nil
	case Map:
		return x, x != nil
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Map || r.Type().Key().Kind() != reflect.String || r.IsNil() {
		return nil, false
	}
	m := make(map[string]any, r.Len())
	for _, k := range r.MapKeys() {
		m[k.String()] = r.MapIndex(k).Interface()
	}
	return m, true
}

// list gives a value as a list. Bytes are a value, not a list.
func list(v any) ([]any, bool) {
	if x, ok := v.([]any); ok {
		return x, true
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice && r.Kind() != reflect.Array || r.Type().Elem().Kind() == reflect.Uint8 {
		return nil, false
	}
	l := make([]any, r.Len())
	for i := range l {
		l[i] = r.Index(i).Interface()
	}
	return l, true
}

// described names a value's kind for an error, which never holds the value itself: it may be that of a
// confidential field.
func described(v any) string {
	if v == nil {
		return "null"
	}
	if _, ok := object(v); ok {
		return "an object"
	}
	if _, ok := list(v); ok {
		return "a list"
	}
	switch x := v.(type) {
	case string:
		return "a text"
	case bool:
		return "a boolean"
	case json.Number:
		if _, err := x.Int64(); err == nil {
			return "a whole number"
		}
		if f, err := x.Float64(); err != nil || !strings.ContainsAny(string(x), ".eE") || math.Abs(f) >= 1<<63 {
			return "a number that large"
		}
		return "a number with a fraction"
	case []byte:
		return "bytes"
	}
	return fmt.Sprintf("a value of type %T", v)
}

// boolean reads a flag; null is as good as absent.
func (sc *Scope) boolean(name string, v any) (bool, error) {
	switch x := v.(type) {
	case nil:
		return false, nil
	case bool:
		return x, nil
	}
	return false, sc.invalid(name, "must be true or false, not "+described(v), "")
}

// text reads a string.
func (sc *Scope) text(name string, v any) (string, error) {
	if r := reflect.ValueOf(v); r.Kind() == reflect.String {
		if _, number := v.(json.Number); !number {
			return r.String(), nil
		}
	}
	return "", sc.invalid(name, "must be a text, not "+described(v), "")
}

// whole reads a whole number; the text of one is fine too, since query parameters are texts.
func (sc *Scope) whole(name string, v any) (int64, error) {
	if s, ok := v.(string); ok {
		v = json.Number(s)
	}
	n, err := ValueOf(v)
	if err == nil && n.Kind() == KindInt {
		if _, isBool := v.(bool); !isBool {
			return n.Int64(), nil
		}
	}
	if err == nil && n.Kind() == KindReal {
		if i, ok := wholeReal(n.Float64()); ok {
			return i, nil
		}
	}
	return 0, sc.invalid(name, "must be a whole number, not "+described(v), "")
}

// count reads a whole number that is not negative.
func (sc *Scope) count(name string, v any) (int64, error) {
	n, err := sc.whole(name, v)
	if err == nil && n < 0 {
		err = sc.invalid(name, "must not be negative", "")
	}
	return n, err
}

// deeper is the scope one level down, refusing what nests too deep.
func (sc *Scope) deeper() (*Scope, error) {
	c := *sc
	c.depth++
	return &c, c.checkDepth()
}

func (sc *Scope) checkDepth() error {
	if sc.depth > maxDepth {
		return sc.invalid("", fmt.Sprintf("the arguments nest deeper than %d levels", maxDepth), "")
	}
	if sc.capped && sc.includes > sc.Limits.Depth {
		return sc.invalid("", fmt.Sprintf("relations are included deeper than %d levels", sc.Limits.Depth), "")
	}
	return nil
}
