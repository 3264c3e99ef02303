package migrate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/introspect"
	"github.com/litestone-go/orm/litestone/liteerr"
)

func TestActionOf(t *testing.T) {
	for _, c := range []struct {
		sql  string
		want action
	}{
		{`CREATE TABLE IF NOT EXISTS main."Big Table" (x)`, action{verb: "create table", name: "big table"}},
		{`CREATE UNIQUE INDEX i ON t (a) WHERE a > 1`, action{verb: "create index", name: "i", where: true}},
		{`CREATE VIRTUAL TABLE f USING fts5(a)`, action{verb: "create table", name: "f"}},
		{`CREATE TEMP TRIGGER g AFTER DELETE ON t BEGIN DELETE FROM k; END`, action{verb: "create trigger", name: "g"}},
		{`DROP TABLE IF EXISTS [Old]`, action{verb: "drop table", name: "old"}},
		{`ALTER TABLE main.a RENAME TO "B"`, action{verb: "rename table", name: "a", to: "b"}},
		{`ALTER TABLE a RENAME COLUMN x TO y`, action{verb: "alter table", name: "a"}},
		{`ALTER TABLE a DROP COLUMN x`, action{verb: "alter table", name: "a", drops: true}},
		{`ALTER TABLE a DROP CONSTRAINT x`, action{verb: "alter table", name: "a"}},
		{`INSERT OR IGNORE INTO T SELECT 1`, action{verb: "insert", name: "t"}},
		{`REPLACE INTO t VALUES (1)`, action{verb: "insert", name: "t"}},
		{`WITH d AS (DELETE FROM x) UPDATE OR FAIL t SET a = 1`, action{verb: "update", name: "t"}},
		{`WITH RECURSIVE c(i) AS (SELECT 1) INSERT INTO t SELECT i FROM c WHERE i`, action{verb: "insert", name: "t", where: true}},
		{`DELETE FROM "t"`, action{verb: "delete", name: "t"}},
		{`PRAGMA main.foreign_keys = OFF`, action{verb: "pragma", name: "foreign_keys"}},
		{`Commit`, action{verb: "commit"}},
		{`"quoted"`, action{verb: `quoted`}},
		{`WITH`, action{}},
	} {
		list := introspect.Statements(c.sql)
		if len(list) != 1 {
			t.Fatalf("%s is %d statements", c.sql, len(list))
		}
		if got := actionOf(&list[0]); got != c.want {
			t.Errorf("%s is %+v instead of %+v", c.sql, got, c.want)
		}
	}
}

// Whatever a file holds, taking it apart does not panic, and a check is read as it was written.
func FuzzScript(f *testing.F) {
	f.Add("-- litestone:rebuild\nDROP TABLE a;\nALTER TABLE b RENAME TO a;", "m", "a,b", "holds null", "SELECT 1\nFROM x")
	f.Add("WITH x AS (", "", "", "", "")
	f.Add("-- litestone:check not_null\n--   ", "m", "f", "one: two", "SELECT ';'")
	f.Fuzz(func(t *testing.T, text, model, fields, message, sql string) {
		s := parseScript(text)
		for i := range s.statements {
			a := actionOf(&s.statements[i])
			a.forbidden()
		}
		s.touched()
		l := linter{}
		l.text("f.sql", text, false)

		if strings.ContainsAny(model, " .:\n\r\t") || model == "" || strings.ContainsAny(fields, " .:\n\r\t") || strings.ContainsAny(message, "\n\r") ||
			strings.TrimRight(message, " \t") != message || message == "" || sql == "" || strings.Contains(sql, "\r") {
			return
		}
		want := Check{Code: liteerr.NotNull, Model: model, Message: message, SQL: sql}
		if fields != "" {
			want.Fields = strings.Split(fields, ",")
		}
		var b strings.Builder
		writeCheck(&b, &want)
		b.WriteString("SELECT 1;")
		if diff := cmp.Diff(map[int][]Check{0: {want}}, parseScript(b.String()).checks); diff != "" {
			t.Errorf("%q: %s", b.String(), diff)
		}
	})
}
