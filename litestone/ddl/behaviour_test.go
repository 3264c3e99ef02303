package ddl_test

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

func builtFrom(t *testing.T, text string) *conn.DB {
	t.Helper()
	s := parse(t, text)
	return built(t, s, s.Databases[0])
}

func TestDefaultsAreFilledBySQLite(t *testing.T) {
	db := builtFrom(t, `model m {
  id Integer @id
  u Text @default(uuid())
  l Text @default(ulid())
  n Text @default(nanoid())
  c Text @default(cuid())
  d DateTime @default(now())
  at DateTime @updatedAt
  list Integer[]
}`)
	script(t, db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO m (id) SELECT i FROM n")
	forms := map[string]*regexp.Regexp{
		"u":    regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
		"l":    regexp.MustCompile(`^0[0-9A-HJKMNP-TV-Z]{25}$`),
		"n":    regexp.MustCompile(`^[\w-]{21}$`),
		"c":    regexp.MustCompile(`^[a-z][0-9a-z]{23}$`),
		"d":    regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`),
		"at":   regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`),
		"list": regexp.MustCompile(`^\[\]$`),
	}
	for column, form := range forms {
		values := strings.Fields(rows(t, db, "SELECT "+column+" FROM m"))
		distinct := map[string]bool{}
		for _, v := range values {
			distinct[v] = true
			if !form.MatchString(v) {
				t.Fatalf("%s holds %q", column, v)
			}
		}
		if strings.Contains("ulnc", column) && len(distinct) != 200 {
			t.Errorf("%s holds %d different values in 200 rows", column, len(distinct))
		}
	}
	// A ULID's first ten letters are its time: the same number as now, within a minute.
	got := rows(t, db, `WITH RECURSIVE d(i, n) AS (SELECT 1, 0 UNION ALL
SELECT i + 1, n * 32 + instr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', substr((SELECT l FROM m WHERE id = 1), i, 1)) - 1 FROM d WHERE i <= 10)
SELECT abs(max(n) / 1000 - unixepoch()) < 60 FROM d WHERE i = 11`)
	if got != "1\n" {
		t.Errorf("the time in a ULID is not now: %s", got)
	}
}

func TestChecksRefuse(t *testing.T) {
	db := builtFrom(t, `enum E { a b }
model p { id Integer @id }
model m { id Integer @id; e E?; b Boolean?; j Json?; l E[]?; i Integer?; p p? @relation(fields: [pId], references: [id]); pId Integer?; u Text? @unique }`)
	script(t, db, "INSERT INTO m (e, b, j, l, i, u) VALUES ('a', 1, '{}', '[]', 5, 'x')")
	for sql, code := range map[string]liteerr.Code{
		"INSERT INTO m (e) VALUES ('A')":     liteerr.Check,
		"INSERT INTO m (b) VALUES (2)":       liteerr.Check,
		"INSERT INTO m (j) VALUES ('{')":     liteerr.Check,
		"INSERT INTO m (l) VALUES ('a')":     liteerr.Check,
		"INSERT INTO m (pId) VALUES (9)":     liteerr.ForeignKey,
		"INSERT INTO m (u) VALUES ('x')":     liteerr.Unique,
		"INSERT INTO p (id) VALUES (1), (1)": liteerr.Unique,
	} {
		err := db.Write(ctx, func(c *conn.Conn) error { return c.Script(ctx, sql) })
		var e *liteerr.Error
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("%s gave %v, want %s", sql, err, code)
		}
	}
}

func TestFullTextFollowsEveryWrite(t *testing.T) {
	text, err := os.ReadFile("testdata/search.lite")
	if err != nil {
		t.Fatal(err)
	}
	db := builtFrom(t, string(text))
	find := func(fts, word string) string {
		return strings.ReplaceAll(rows(t, db, "SELECT f.rowid FROM "+fts+" AS f WHERE f."+fts+" MATCH '"+word+"' ORDER BY 1"), "\n", " ")
	}
	check := func(fts, word, want string) {
		t.Helper()
		if got := find(fts, word); got != want {
			t.Errorf("%s: %s is in rows %q, want %q", fts, word, got, want)
		}
		script(t, db, "INSERT INTO "+fts+" ("+fts+", rank) VALUES ('integrity-check', 1)")
	}
	script(t, db, `INSERT INTO memos (id, head, body) VALUES (1, 'tea', 'hills'), (2, 'black', NULL);
INSERT INTO notes ("key", text) VALUES ('a', 'one'), ('b', 'two');
INSERT INTO odd ("rank", "Rank_", odd_fts) VALUES ('first', 'second', 'third')`)
	check("memos_fts", "hills", "1 ")
	check("memos_fts", "loud:BLACK", "2 ")
	check("notes_fts", "two", "2 ")
	check("odd_fts", "third", "1 ")

	script(t, db, `UPDATE memos SET head = 'coffee' WHERE id = 1; UPDATE memos SET id = 7 WHERE id = 2;
DELETE FROM notes WHERE "key" = 'a'; UPDATE odd SET "rank" = 'last'`)
	check("memos_fts", "tea", "")
	check("memos_fts", "loud:coffee", "1 ")
	check("memos_fts", "black", "7 ")
	check("notes_fts", "one", "")
	check("odd_fts", "first", "")
	check("odd_fts", "last", "1 ")
	if got := rows(t, db, "SELECT highlight(odd_fts, 0, '[', ']') FROM odd_fts('last')"); got != "[last]\n" {
		t.Errorf("the text comes back as %s", got)
	}
	// REPLACE deletes without saying so, but for recursive_triggers.
	script(t, db, `INSERT OR REPLACE INTO memos (id, head) VALUES (1, 'cocoa')`)
	check("memos_fts", "coffee", "")
	check("memos_fts", "cocoa", "1 ")
}

func TestUnderNamesTheSameTableAnew(t *testing.T) {
	s := parse(t, `model m { id Integer @id; up m? @relation(fields: [upId], references: [id]); upId Integer?; downs m[]; t Text; @@index([t]) }`)
	for _, st := range ddl.Build(s, s.Databases[0]) {
		got := st.Under(`n "x"`)
		switch st.Kind {
		case ddl.Table:
			if want := strings.Replace(st.SQL, `CREATE TABLE "m"`, `CREATE TABLE "n ""x"""`, 1); got != want || !strings.Contains(got, `REFERENCES "m"`) {
				t.Errorf("got %s", got)
			}
		case ddl.Index:
			if got != "" {
				t.Errorf("an index has no other name, got %s", got)
			}
		}
	}
}

func TestOtherDriversHaveNoStatements(t *testing.T) {
	s := parse(t, `database main { path "x.db" }
database logs { path "./logs/"; driver jsonl }
model hits { id Integer @id; @@db(logs) }
model here { id Integer @id }`)
	for _, d := range s.Databases {
		n := len(ddl.Build(s, d))
		if want := map[schema.Driver]int{schema.SQLite: 1, schema.JSONL: 0}[d.Driver]; n != want {
			t.Errorf("database %s has %d statements, want %d", d.Name, n, want)
		}
	}
}

func TestTextLiteral(t *testing.T) {
	db := builtFrom(t, "model m { id Integer @id }")
	for _, s := range []string{"", "it's", "''", "a\"b`c[d]", "日本", "line\nbreak", "a\x00b", "?1 :a @b $c"} {
		if got := rows(t, db, "SELECT hex("+ddl.TextLiteral(s)+"), typeof("+ddl.TextLiteral(s)+")"); !strings.EqualFold(got, hexOf(s)+"|text\n") {
			t.Errorf("%q came back as %s", s, got)
		}
	}
}

func hexOf(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(digits[s[i]>>4])
		b.WriteByte(digits[s[i]&15])
	}
	return b.String()
}
