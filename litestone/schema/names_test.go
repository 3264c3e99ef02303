package schema

import (
	"strings"
	"testing"

	"github.com/jinzhu/inflection"
)

func TestSnakeCase(t *testing.T) {
	for name, want := range map[string]string{
		"pageViews": "page_views", "HTTPLog": "http_log", "orderV2Items": "order_v2_items", "due_items": "due_items",
		"plain": "plain", "A": "a", "AB": "ab", "aB": "a_b", "userID": "user_id", "Already_Snake": "already_snake", "_x": "_x", "X1Y": "x1_y",
	} {
		if got := snakeCase(name); got != want {
			t.Errorf("snakeCase(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestTableName(t *testing.T) {
	for name, want := range map[string]string{
		"user": "users", "blogPost": "blog_posts", "category": "categories", "news": "news", "users": "users", "orderItem": "order_items",
		"person": "people", "box": "boxes", "data": "data", "analysis": "analyses",
	} {
		if got := tableName(name, true); got != want {
			t.Errorf("tableName(%q, true) = %q, want %q", name, got, want)
		}
		if got := tableName(name, false); got != snakeCase(name) {
			t.Errorf("tableName(%q, false) = %q", name, got)
		}
	}
}

func TestGoName(t *testing.T) {
	for name, want := range map[string]string{
		"id": "ID", "accountId": "AccountID", "apiKey": "APIKey", "url": "URL", "http_log": "HTTPLog", "HTTPLog": "HTTPLog", "ids": "IDs",
		"imageUrls": "ImageURLs", "jsonData": "JSONData", "name": "Name", "is_ok": "IsOk", "x1": "X1", "_private": "Private", "_": "X",
		"OAuthToken": "OAuthToken", "type": "Type", "utf8": "UTF8", "https": "HTTPS", "a_b_c": "ABC", "id2": "Id2",
	} {
		if got := goName(name); got != want {
			t.Errorf("goName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestModelGoNames(t *testing.T) {
	for name, want := range map[string][2]string{
		"users": {"User", "Users"}, "user": {"User", "Users"}, "categories": {"Category", "Categories"}, "orderV2Items": {"OrderV2Item", "OrderV2Items"},
		"people": {"Person", "People"}, "news": {"News", "News"}, "data": {"Data", "Data"}, "media": {"Media", "Media"}, "statuses": {"Status", "Statuses"},
		"addresses": {"Address", "Addresses"}, "docs_fts": {"DocsFTS", "DocsFTSs"}, "auditLogs": {"AuditLog", "AuditLogs"}, "children": {"Child", "Children"},
		"buses": {"Bus", "Buses"}, "sheep": {"Sheep", "Sheep"}, "databases": {"Database", "Databases"}, "keys": {"Key", "Keys"},
	} {
		one, many := modelGoNames(name)
		if one != want[0] || many != want[1] {
			t.Errorf("modelGoNames(%q) = %q, %q, want %q", name, one, many, want)
		}
	}
}

// TestShortInflection holds the short way of singular and plural to package inflection's answers.
func TestShortInflection(t *testing.T) {
	const singulars = `account user team member player page file note article theme image invoice line item form name room film
		program problem system system alarm station person woman man human child grandchild sheep police rice information equipment move jean new
		house use mouse louse knife life wife shelf cafe movie cookie database case base vase shoe hoe toe axe size prize place face price
		village cheese horse nurse hive archive dive wave leave slave tree fee bee key day boy toy city box fox bus gas class address
		status alias virus octopus analysis axis crisis quiz matrix vertex index ox datum medium album forum museum stadium tab web
		club bird word record field card board building king book task link disk tool model goal label call map group shop ship step
		order folder letter number car color error event comment document post account project object product unit test list view window
		row review law screw token session region question button season reason lesson icon coupon plan woman`
	for _, w := range strings.Fields(singulars) {
		for _, w := range []string{w, strings.ToUpper(w[:1]) + w[1:]} {
			if got, want := plural(w), inflection.Plural(w); got != want {
				t.Errorf("plural(%q) = %q, inflection says %q", w, got, want)
			}
			p := inflection.Plural(w)
			if strings.HasSuffix(p, "a") {
				continue // Latin is left alone
			}
			if got, want := singular(p), inflection.Singular(p); got != want {
				t.Errorf("singular(%q) = %q, inflection says %q", p, got, want)
			}
			if got, want := singular(w), inflection.Singular(w); got != want && !strings.HasSuffix(w, "a") {
				t.Errorf("singular(%q) = %q, inflection says %q", w, got, want)
			}
		}
	}
}

func TestExpandFragment(t *testing.T) {
	column := func(name string) (string, bool) {
		return "`" + strings.ToUpper(name) + "`", name != "nope"
	}
	for _, c := range []struct{ sql, want, problem string }{
		{"{a} * 2", "`A` * 2", ""},
		{"upper({a}) || '{b}' || \"{c}\" || [x {d}]", "upper(`A`) || '{b}' || \"{c}\" || [x {d}]", ""},
		{"'it''s (' || {a}", "'it''s (' || `A`", ""},
		{"json_extract({a}, '$.x') -> '{\"k\": 1}'", "json_extract(`A`, '$.x') -> '{\"k\": 1}'", ""},
		{"{ a } {1} {} {a", "{ a } {1} {} {a", ""},
		{"1 - -1 / 2", "1 - -1 / 2", ""},
		{"(1", "", "has a ( that is never closed"},
		{"1)(2", "", "has a ) without its ("},
		{"'x", "", "has a quote that is never closed"},
		{"'x''", "", "has a quote that is never closed"},
		{"[x", "", "has a quote that is never closed"},
		{"1; DROP TABLE x", "", "holds a semicolon"},
		{"1 -- x", "", "holds a comment"},
		{"1 /* x */", "", "holds a comment"},
		{" \t\n", "", "is empty"},
		{"a\x00b", "", "holds a NUL byte"},
	} {
		got, problem, ok := expandFragment(c.sql, column)
		if got != c.want || problem != c.problem || ok != (problem == "") {
			t.Errorf("expandFragment(%q) = %q, %q, %v", c.sql, got, problem, ok)
		}
	}
	if _, problem, ok := expandFragment("{nope}", column); problem != "" || ok {
		t.Errorf("an unknown placeholder: %q, %v", problem, ok)
	}
}
