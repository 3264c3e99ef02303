package introspect_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/introspect"
)

func TestStatements(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "  \n-- only a comment;\n;;", ""},
		{"two on a line", "SELECT 1; SELECT 2", "1 SELECT 1\n1 SELECT 2\n"},
		{"lines are counted from the first word", "\n-- why\n\nCREATE TABLE a (\n  x\n);\n/* a\n b */ DROP TABLE a;", "4 CREATE TABLE a (\n  x\n)\n8 DROP TABLE a\n"},
		{"semicolons in texts, names and comments", "INSERT INTO \"a;b\" VALUES ('x;''y', [c;], `d;`) -- e;\n; SELECT ';'", "1 INSERT INTO \"a;b\" VALUES ('x;''y', [c;], `d;`)\n2 SELECT ';'\n"},
		{"a trigger with a CASE", "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT CASE WHEN 1 THEN 2 END;\n  DELETE FROM b;\nEND;\nSELECT 1;",
			"1 CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  SELECT CASE WHEN 1 THEN 2 END;\n  DELETE FROM b;\nEND\n5 SELECT 1\n"},
		{"a temporary trigger at the end of the text", "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END", "1 CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END\n"},
		{"a trigger that never ends", "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;", "1 open CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;\n"},
		{"a text that never ends", "SELECT 'abc; DROP TABLE x;", "1 open SELECT 'abc; DROP TABLE x;\n"},
		{"a table called trigger", "CREATE TABLE trigger_log (a); SELECT 1", "1 CREATE TABLE trigger_log (a)\n1 SELECT 1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			for _, s := range introspect.Statements(c.text) {
				open := ""
				if s.Open {
					open = "open "
				}
				fmt.Fprintf(&b, "%d %s%s\n", s.Line, open, s.SQL)
			}
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever the text, no statement is lost and none is made up: the pieces stand in the text
// in order.
func FuzzStatements(f *testing.F) {
	for _, s := range []string{"SELECT 1;", "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; x", "'", "[", "x'", "--", "/*", "\";"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, s := range introspect.Statements(text) {
			i := strings.Index(text[at:], s.SQL)
			if i < 0 || s.SQL == "" {
				t.Fatalf("%q is not in the rest of %q", s.SQL, text)
			}
			at += i + len(s.SQL)
			if line := 1 + strings.Count(text[:at-len(s.SQL)], "\n"); s.Line > line+strings.Count(text, "\n") || s.Line < 1 {
				t.Fatalf("%q stands on line %d", s.SQL, s.Line)
			}
		}
	})
}
