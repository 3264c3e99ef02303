package introspect

import (
	"reflect"
	"testing"

	"github.com/litestone-go/orm/litestone/catalog"
)

func TestNormalMakesEqualWhatReadsAlike(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"`tier` IN ('free', 'paid')", "tier in('free', 'paid')"},
		{"\"Tier\"  in ('free','paid') -- why", "tier in('free', 'paid')"},
		{"((-7))", "- 7"},
		{"-7", "- 7"},
		{"(a) + (b)", "(a) + (b)"},
		{"a == 1 AND b <> 2", "a = 1 and b != 2"},
		{"[select] /* odd */ + `from`", "`select` + `from`"},
		{"X'00FF'", "x'00ff'"},
		{"'It''s'", "'It''s'"},
		{"upper(`a b`)", "upper(`a b`)"},
		{"\"a\"\"b\"", "`a\"b`"},
		{"json_extract(\"m\",'$.A')->>'B'", "json_extract(m, '$.A') ->> 'B'"},
		{"1.5E+3+.5", "1.5e+3 + .5"},
		{"`日本` IS NULL", "日本 is null"},
		{"", ""},
		{"'unclosed", "'unclosed"},
	} {
		if got := Normal(tt.in); got != tt.want {
			t.Errorf("Normal(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestNormalKeepsApartWhatDiffers(t *testing.T) {
	for _, pair := range [][2]string{
		{"'a'", "'A'"},
		{"'a'", "\"a\""},
		{"`null`", "null"},
		{"a b", "ab"},
		{"(a) + (b)", "a + b"},
		{"- -a", "a"},
		{"'a''b'", "'a' 'b'"},
		{"\"a b\"", "a b"},
		{"\"1\"", "1"},
	} {
		if Normal(pair[0]) == Normal(pair[1]) {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], Normal(pair[0]))
		}
	}
}

func TestParseTable(t *testing.T) {
	got := parseTable("CREATE TABLE \"m(\" ( -- the table\n" +
		"  id INTEGER PRIMARY KEY AUTOINCREMENT,\n" +
		"  \"a,b\" VARCHAR(10, 2) NOT NULL DEFAULT ('x' || (1)) CONSTRAINT c1 CHECK (length(\"a,b\") > 0) COLLATE nocase,\n" +
		"  [check] TEXT CHECK ([check] IN (')', '(')),\n" +
		"  g INT GENERATED ALWAYS AS (id * (2 + 1)) STORED,\n" +
		"  v AS (upper(`check`)),\n" +
		"  CHECK (id > 0 OR (g < 5))\n" +
		"  CONSTRAINT c2 CHECK (v <> ''),\n" +
		"  FOREIGN KEY (g) REFERENCES p (id) ON DELETE CASCADE\n" +
		") STRICT")
	want := created{
		generated:  map[string]string{"g": "id *(2 + 1)", "v": "upper(`check`)"},
		collations: map[string]string{"a,b": "NOCASE"},
		checks: []catalog.Check{
			{Expr: "id > 0 or(g < 5)"},
			{Expr: "v != ''"},
			{Column: "a,b", Expr: "length(`a,b`) > 0"},
			{Column: "check", Expr: "`check` in(')', '(')"},
		},
		autoincrement: true,
	}
	if want.generated["g"] = Normal("id * (2 + 1)"); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestParseIndex(t *testing.T) {
	got := parseIndex("CREATE UNIQUE INDEX \"x on (\" ON t (a DESC, lower(b) COLLATE nocase, (c + 1) ASC) WHERE (`deletedAt` IS NULL)")
	want := indexText{exprs: []string{"a", "lower(b)", "c + 1"}, where: "deletedat is null"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestParseFTS(t *testing.T) {
	sql := "CREATE VIRTUAL TABLE \"m_fts\" USING fts5(\"he\"\"ad\", body UNINDEXED, content=\"m\", content_rowid='id', tokenize = \"porter unicode61\", prefix='2 3')"
	module, args := parseVirtual(sql)
	got := parseFTS("m_fts", sql, args)
	want := catalog.FTS{Name: "m_fts", Columns: []string{"he\"ad", "body"}, Content: "m", ContentRowID: "id",
		Options: []string{"prefix=2 3", "tokenize=porter unicode61"}, SQL: sql, Normal: Normal(sql)}
	if module != "fts5" || !reflect.DeepEqual(got, want) {
		t.Errorf("module %s\ngot  %+v\nwant %+v", module, got, want)
	}
}

// The tokenizer and its readers take any text and never fail.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"CREATE TABLE t (a CHECK (a IN (1)), b AS (a))", "CREATE INDEX i ON t (a) WHERE b", "CREATE VIRTUAL TABLE v USING fts5(a, b=c)",
		"((", "))", "'", "\"", "[", "x'", "/*", "--", "CREATE TABLE t (,,)", "CREATE TABLE t (a CHECK ((", "0x", "1e", "`a``",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		once := Normal(sql)
		if len(tokenize(sql)) > 0 && once == "" && len(strip(tokenize(sql))) > 0 {
			t.Errorf("%q vanished", sql)
		}
		parseTable(sql)
		parseIndex(sql)
		_, args := parseVirtual(sql)
		parseFTS("t", sql, args)
	})
}
