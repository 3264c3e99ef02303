package litestone_test

import (
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

func TestExplain(t *testing.T) {
	db := openNotes(t)
	ctx := t.Context()
	notes := db.Table("notes")
	for _, c := range []struct {
		operation  string
		args       litestone.JSON
		statements int
		words      []string
	}{
		{"findMany", `{"where": {"id": 7}}`, 1, []string{`"notes"."id" = ?`, "INTEGER PRIMARY KEY"}},
		{"findMany", `{"include": {"tags": true}}`, 2, []string{`"noteId"`}},
		{"findUnique", `{"where": {"id": 7}}`, 1, []string{"LIMIT"}},
		{"findManyCursor", `{"orderBy": {"title": "asc"}, "limit": 3}`, 1, []string{`"title", "notes"."id"`, "LIMIT"}},
		{"findManyAndCount", `{"limit": 3}`, 2, []string{"LIMIT", "count(*)"}},
		{"query", `{"by": ["title"], "_count": true}`, 1, []string{"GROUP BY"}},
		{"count", `{"where": {"title": {"contains": "x"}}}`, 1, []string{"count(*)", "LIKE"}},
		{"exists", `{}`, 1, []string{"SCAN"}},
		{"aggregate", `{"_sum": {"size": true}}`, 1, []string{"sum("}},
		{"groupBy", `{"by": ["title"], "_count": true}`, 1, []string{"GROUP BY"}},
	} {
		got, err := notes.Explain(ctx, c.operation, c.args)
		if err != nil {
			t.Errorf("%s: %v", c.operation, err)
			continue
		}
		all := ""
		for _, e := range got {
			all += e.Relation + " " + e.SQL + "\n" + strings.Join(e.Plan, "\n") + "\n"
			if len(e.Plan) == 0 || strings.Count(e.SQL, "?") != len(e.Args) {
				t.Errorf("%s: no plan, or arguments that do not fit: %+v", c.operation, e)
			}
		}
		if len(got) != c.statements {
			t.Errorf("%s: %d statements, want %d", c.operation, len(got), c.statements)
		}
		for _, w := range c.words {
			if !strings.Contains(all, w) {
				t.Errorf("%s: no %q in\n%s", c.operation, w, all)
			}
		}
	}
	_, err := notes.Explain(ctx, "create", nil)
	wantError(t, err, litestone.CodeUnsupported)
	_, err = notes.Explain(ctx, "findMany", litestone.JSON(`{"where": {"nope": 1}}`))
	wantError(t, err, litestone.CodeValidation, "nope")
	_, err = db.As(map[string]any{"id": 1}).Table("notes").Explain(ctx, "findMany", nil)
	wantError(t, err, litestone.CodeAccessDenied)
}
