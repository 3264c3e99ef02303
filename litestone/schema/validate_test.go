package schema_test

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/schema"
)

func TestTextValidators(t *testing.T) {
	re := func(s string) *schema.Validator {
		return &schema.Validator{Kind: schema.Regex, Pattern: regexp.MustCompile(s), Source: s}
	}
	length := func(min, max int) *schema.Validator {
		return &schema.Validator{Kind: schema.Length, Min: min, Max: max}
	}
	text := func(k schema.ValidatorKind, s string) *schema.Validator { return &schema.Validator{Kind: k, Text: s} }
	for _, c := range []struct {
		v    *schema.Validator
		pass []string
		fail []string
	}{
		{&schema.Validator{Kind: schema.Email},
			[]string{"x@y.co", "first.last+tag@sub.example.org", "ü@ö.de", "a@b.c"},
			[]string{"", "plain", "a@b", "a b@c.de", "@c.de", "a@@b.de", "a@b@c.de", "a@.de", "a@b.", "a@b.c d", "a\n@b.de", "a@b.de "}},
		{&schema.Validator{Kind: schema.URL},
			[]string{"https://example.org/a?b=c#d", "http://localhost:8080", "HTTP://X", "https://user:pw@x.org", "http://[::1]/"},
			[]string{"", "ftp://example.org", "example.org", "https://", "javascript:alert(1)", "https:///x", "http://a b", "http://:80", "http:/x", "https://?x", " https://x.org"}},
		{&schema.Validator{Kind: schema.Date}, []string{"2024-02-29"}, []string{"", "2023-02-29", "2024-02-29T00:00:00Z", "29.02.2024"}},
		{&schema.Validator{Kind: schema.DateTimeText}, []string{"2024-02-29", "2024-02-29T10:00+02:00"}, []string{"", "2024-02-30", "10:00"}},
		{&schema.Validator{Kind: schema.Phone},
			[]string{"+1 (555) 123-4567", "5551234", "0123456789.012345678", "+12345678901234567890"},
			[]string{"", "123456", "123456789012345678901", "1234567x", "++1234567", "1234567+"}},
		{re("o.o"), []string{"a logo here"}, []string{"bar"}},
		{re(`^[A-Z]{2}-\d{3}$`), []string{"AB-123"}, []string{"AB-1234", "ab-123", "xAB-123"}},
		{length(2, 4), []string{"ab", "äöüß", "日本語"}, []string{"", "a", "abcde", "日"}},
		{length(3, -1), []string{"abc", strings.Repeat("x", 1000)}, []string{"日本"}},
		{length(0, 0), []string{""}, []string{"x"}},
		{text(schema.StartsWith, "pre"), []string{"prefix", "pre"}, []string{"Prefix", "a pre", ""}},
		{text(schema.EndsWith, ".txt"), []string{"notes.txt"}, []string{"notes.txt.bak", ""}},
		{text(schema.Contains, "%"), []string{"50% off", "%"}, []string{"half off", ""}},
		{&schema.Validator{Kind: schema.Gt, Num: 5}, []string{"a text is not its business"}, nil},
	} {
		for _, s := range c.pass {
			if m := c.v.Check(s); m != "" {
				t.Errorf("%q: %s", s, m)
			}
		}
		for _, s := range c.fail {
			if m := c.v.Check(s); m != c.v.Rule() || m == "" {
				t.Errorf("%q passes %q: %q", s, c.v.Rule(), m)
			}
		}
	}
	if m := (&schema.Validator{Kind: schema.Email, Message: "no mail"}).Check("x"); m != "no mail" {
		t.Errorf("the custom message is %q", m)
	}
}

func TestNumberValidators(t *testing.T) {
	const big = 1 << 53
	for _, c := range []struct {
		kind schema.ValidatorKind
		num  float64
		n    int64
		ok   bool
	}{
		{schema.Gt, 5, 5, false}, {schema.Gt, 5, 6, true}, {schema.Gte, 5, 5, true}, {schema.Gte, 5, 4, false},
		{schema.Lt, 5, 5, false}, {schema.Lt, 5, 4, true}, {schema.Lte, 5, 5, true}, {schema.Lte, 5, 6, false},
		{schema.Gt, 5.5, 5, false}, {schema.Gt, 5.5, 6, true}, {schema.Lt, -0.5, 0, false}, {schema.Lt, 0.5, 0, true},
		{schema.Gt, big, big + 1, true}, {schema.Lte, big, big + 1, false}, {schema.Lt, big, big + 1, false}, {schema.Gte, big, big, true},
		{schema.Gt, 0.5, math.MaxInt64, true}, {schema.Lt, 1e300, math.MaxInt64, true}, {schema.Gt, -1e300, math.MinInt64, true},
		{schema.Lt, -1e300, math.MinInt64, false}, {schema.Gte, -9223372036854775808, math.MinInt64, true},
	} {
		v := &schema.Validator{Kind: c.kind, Num: c.num}
		if m := v.CheckInt(c.n); (m == "") != c.ok {
			t.Errorf("%d %s: %q", c.n, v.Rule(), m)
		}
	}
	for _, k := range []schema.ValidatorKind{schema.Gt, schema.Gte, schema.Lt, schema.Lte} {
		if m := (&schema.Validator{Kind: k}).CheckNumber(math.NaN()); m == "" {
			t.Errorf("NaN passes %d", k)
		}
	}
	if m := (&schema.Validator{Kind: schema.Lte, Num: 0.1}).CheckNumber(0.1); m != "" {
		t.Error(m)
	}
}

func TestListValidators(t *testing.T) {
	one, two := &schema.Validator{Kind: schema.MinItems, Num: 1}, &schema.Validator{Kind: schema.MaxItems, Num: 2}
	unique := &schema.Validator{Kind: schema.UniqueItems}
	for _, c := range []struct {
		v    *schema.Validator
		keys []string
		want string
	}{
		{one, nil, "must have at least 1 item"}, {one, []string{"a"}, ""},
		{two, []string{"a", "b"}, ""}, {two, []string{"a", "b", "c"}, "must have at most 2 items"},
		{unique, []string{"a", "b"}, ""}, {unique, []string{"a", "a"}, "must not hold an item twice"}, {unique, nil, ""},
	} {
		if got := c.v.CheckItems(c.keys); got != c.want {
			t.Errorf("%v: %q, want %q", c.keys, got, c.want)
		}
	}
}

func TestTransforms(t *testing.T) {
	for _, c := range []struct {
		t        schema.Transform
		in, want string
	}{
		{schema.Trim, "  a b \n", "a b"}, {schema.Trim, "\tz ", "z"}, {schema.Trim, "\uFEFFx\u00a0", "x"},
		{schema.Lower, "MiXed", "mixed"}, {schema.Lower, "ÄÖÜ", "äöü"}, {schema.Upper, "äöü", "ÄÖÜ"}, {schema.Upper, "", ""},
		{schema.Slug, "  Hello, World!  Foo_bar -- baz ", "hello-world-foo-bar-baz"}, {schema.Slug, "A--B__C", "a-b-c"},
		{schema.Slug, "My First Post!", "my-first-post"}, {schema.Slug, "?", ""}, {schema.Slug, "", ""}, {schema.Slug, "Über Maß", "über-maß"},
		{schema.Slug, "a.b", "ab"}, {schema.Slug, "-_ x _-", "x"}, {schema.Slug, "日本 語", "日本-語"},
	} {
		if got := c.t.Apply(c.in); got != c.want {
			t.Errorf("%s(%q) = %q, want %q", c.t, c.in, got, c.want)
		}
		if got := c.t.Apply(c.want); got != c.want {
			t.Errorf("%s(%q) = %q: not stable", c.t, c.want, got)
		}
	}
}
