package jsonschema

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// The patterns of validators that have no format of their own.
const (
	urlPattern   = `^[hH][tT][tT][pP][sS]?://`
	phonePattern = `^\+?[0-9 ().-]{7,20}$`
)

// rules puts the validators of one value into keywords. An input is judged after its transforms,
// so there a keyword stands only where no transform can turn a refused value into a good one.
func (w *writer) rules(f *schema.Field, out object) object {
	if len(f.Validators) == 0 || out.get("$ref") != nil {
		return out
	}
	changes := f.Transforms
	if !w.input() {
		changes = nil
	}
	shortens := slices.Contains(changes, schema.Trim) || slices.Contains(changes, schema.Slug)
	var patterns []string
	for _, v := range f.Validators {
		switch v.Kind {
		case schema.Length:
			if v.Min > 0 {
				out = out.atLeast("minLength", float64(v.Min))
			}
			if v.Max >= 0 && !shortens {
				out = out.atMost("maxLength", float64(v.Max))
			}
		case schema.Gt:
			out = out.atLeast("exclusiveMinimum", v.Num)
		case schema.Gte:
			out = out.atLeast("minimum", v.Num)
		case schema.Lt:
			out = out.atMost("exclusiveMaximum", v.Num)
		case schema.Lte:
			out = out.atMost("maximum", v.Num)
		}
		if !shortens {
			switch v.Kind {
			case schema.Email:
				out = out.set("format", "email")
			case schema.URL:
				out = out.set("format", "uri")
				patterns = append(patterns, urlPattern)
			case schema.Date:
				out = out.set("format", "date")
			case schema.DateTimeText:
				out = out.set("format", "date-time")
			case schema.Phone:
				patterns = append(patterns, phonePattern)
			}
		}
		if len(changes) > 0 {
			continue
		}
		switch v.Kind {
		case schema.Regex:
			if portable(v.Source) {
				patterns = append(patterns, v.Source)
			}
		case schema.StartsWith:
			patterns = append(patterns, "^"+quote(v.Text))
		case schema.EndsWith:
			patterns = append(patterns, quote(v.Text)+"$")
		case schema.Contains:
			patterns = append(patterns, quote(v.Text))
		}
	}
	switch len(patterns) {
	case 0:
	case 1:
		out = out.set("pattern", patterns[0])
	default:
		var all []any
		for _, p := range patterns {
			all = append(all, object{{"pattern", p}})
		}
		out = out.set("allOf", all)
	}
	return out
}

// atLeast sets a lower bound, the stricter of two.
func (o object) atLeast(key string, n float64) object {
	if old, ok := o.get(key).(float64); ok {
		n = math.Max(n, old)
	}
	return o.set(key, n)
}

// atMost sets an upper bound, the stricter of two.
func (o object) atMost(key string, n float64) object {
	if old, ok := o.get(key).(float64); ok {
		n = math.Min(n, old)
	}
	return o.set(key, n)
}

// quote escapes a text for a pattern. JSON Schema's patterns are ECMA-262 with the u flag, which
// allows the escapes QuoteMeta makes, since they are of the syntax's own characters.
func quote(s string) string { return regexp.QuoteMeta(s) }

// portable reports whether a Go pattern can stand in a document: no flags, anchors, classes,
// groups or escapes of Go's own. Of the rest, ECMA-262 differs in rare spaces and line ends only.
func portable(p string) bool {
	for _, own := range []string{`\A`, `\z`, `\a`, `\C`, `\Q`, `\E`, `\p`, `\P`, `\x{`, `\0`, "[[:", "[^[:", "[]", "[^]"} {
		if strings.Contains(p, own) {
			return false
		}
	}
	return strings.Count(p, "(?") == strings.Count(p, "(?:")
}

// validators lists a field's validators with what they say.
func validators(f *schema.Field) []any {
	var out []any
	for _, v := range f.Validators {
		message := v.Message
		if message == "" {
			message = v.Rule()
		}
		out = append(out, object{{"rule", v.Name}, {"message", message}})
	}
	return out
}
