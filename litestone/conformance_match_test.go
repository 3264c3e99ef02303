package litestone_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone"
)

// tree parses JSON into maps, lists and json.Number.
func tree(raw []byte) (any, error) {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// toTree turns an answer into the same form; blobs become {"$bytes": …}.
func toTree(v any) (any, error) {
	switch x := v.(type) {
	case *litestone.Record:
		return toTree(x.Map())
	case []*litestone.Record:
		out := make([]any, len(x))
		for i, r := range x {
			y, err := toTree(r.Map())
			if err != nil {
				return nil, err
			}
			out[i] = y
		}
		return out, nil
	case litestone.Page[litestone.Record]:
		items, err := toTree(x.Items)
		if err != nil {
			return nil, err
		}
		next := any(x.NextCursor)
		if x.NextCursor == "" {
			next = nil
		}
		return map[string]any{"items": items, "nextCursor": next, "hasMore": x.HasMore}, nil
	case litestone.Counted[litestone.Record]:
		list, err := toTree(x.Rows)
		total, _ := toTree(x.Total)
		return map[string]any{"rows": list, "total": total}, err
	case nil, string, bool:
		return x, nil
	case *litestone.Group:
		return toTree(x.Map())
	case []*litestone.Group:
		out := make([]any, len(x))
		for i, g := range x {
			y, err := toTree(g.Map())
			if err != nil {
				return nil, err
			}
			out[i] = y
		}
		return out, nil
	case []byte:
		return map[string]any{"$bytes": base64.StdEncoding.EncodeToString(x)}, nil
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			y, err := toTree(e)
			if err != nil {
				return nil, err
			}
			out[k] = y
		}
		return out, nil
	case []map[string]any:
		out := make([]any, len(x))
		for i := range x {
			y, err := toTree(x[i])
			if err != nil {
				return nil, err
			}
			out[i] = y
		}
		return out, nil
	case []any:
		out := make([]any, len(x))
		for i := range x {
			y, err := toTree(x[i])
			if err != nil {
				return nil, err
			}
			out[i] = y
		}
		return out, nil
	case *litestone.Answers:
		out := map[string]any{}
		for _, n := range x.Names() {
			y, err := toTree(x.Get(n))
			if err != nil {
				return nil, err
			}
			out[n] = y
		}
		return out, nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return tree(raw)
}

func matchError(want stepError, err error) error {
	if err == nil {
		return fmt.Errorf("succeeded, want error %s", want.Code)
	}
	var e *litestone.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("error of type %T, want a *litestone.Error: %w", err, err)
	}
	if want.Code != "error" && string(e.Code) != want.Code {
		return fmt.Errorf("error code %s, want %s: %w", e.Code, want.Code, err)
	}
	if want.Fields != nil {
		a, b := slices.Sorted(slices.Values(e.Fields)), slices.Sorted(slices.Values(want.Fields))
		if !slices.Equal(slices.Compact(a), slices.Compact(b)) {
			return fmt.Errorf("error fields %v, want %v: %w", a, b, err)
		}
	}
	return nil
}

// matchKeys compares only the keys that are expected.
func matchKeys(want, got any) error {
	w, _ := want.(map[string]any)
	g, _ := got.(map[string]any)
	for k := range w {
		if err := match(w[k], g[k], false); err != nil {
			return fmt.Errorf("%s: %w", k, err)
		}
	}
	return nil
}

// match compares an answer with what is expected.
func match(want, got any, unordered bool) error {
	switch w := want.(type) {
	case map[string]any:
		if kind, ok := w["$any"].(string); ok && len(w) == 1 {
			return matchAny(kind, got)
		}
		g, ok := got.(map[string]any)
		if !ok {
			return differs(want, got)
		}
		for k := range w {
			v, ok := g[k]
			if !ok {
				return fmt.Errorf("key %s is absent, in %s", k, show(got))
			}
			if err := match(w[k], v, unordered); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		}
		for k := range g {
			if _, ok := w[k]; !ok {
				return fmt.Errorf("key %s is too many, in %s", k, show(got))
			}
		}
		return nil
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return differs(want, got)
		}
		if unordered {
			return matchBag(w, g)
		}
		for i := range w {
			if err := match(w[i], g[i], false); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	case json.Number:
		g, ok := got.(json.Number)
		if !ok || !sameNumber(w, g) {
			return differs(want, got)
		}
		return nil
	}
	if want != got {
		return differs(want, got)
	}
	return nil
}

// matchBag matches lists of rows in any order.
func matchBag(want, got []any) error {
	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, func(g any) bool { return match(w, g, true) == nil })
		if i < 0 {
			return fmt.Errorf("nothing like %s in %s", show(w), show(got))
		}
		left = slices.Delete(left, i, i+1)
	}
	return nil
}

func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, err1 := a.Float64()
	y, err2 := b.Float64()
	if err1 != nil || err2 != nil {
		return false
	}
	i, ierr := a.Int64()
	j, jerr := b.Int64()
	if ierr == nil && jerr == nil {
		return i == j
	}
	return x == y || math.Abs(x-y) <= 1e-9*math.Max(math.Abs(x), math.Abs(y))
}

var shapes = map[string]*regexp.Regexp{
	"datetime": regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`),
	"uuid":     regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`),
	"ulid":     regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{26}$`),
	"nanoid":   regexp.MustCompile(`^[A-Za-z0-9_-]{21}$`),
	"string":   regexp.MustCompile(``),
}

func matchAny(kind string, got any) error {
	ok := false
	switch g := got.(type) {
	case string:
		re := shapes[kind]
		ok = re != nil && re.MatchString(g)
	case json.Number:
		ok = kind == "number"
	case bool:
		ok = kind == "boolean"
	case []any:
		ok = kind == "array"
	case map[string]any:
		ok = kind == "object"
	}
	if !ok {
		return fmt.Errorf("%s is no %s", show(got), kind)
	}
	return nil
}

func differs(want, got any) error { return fmt.Errorf("got %s, want %s", show(got), show(want)) }

func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(b) > 600 {
		b = append(b[:600], "…"...)
	}
	return string(b)
}
