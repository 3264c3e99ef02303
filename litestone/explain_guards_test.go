package litestone_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// guarded shows the guards of an explanation by relation.
func guarded(list []litestone.Explained) (out []string) {
	for _, e := range list {
		for _, g := range e.Guards {
			out = append(out, e.Relation+"> "+g.String())
		}
	}
	return out
}

func TestExplainListsTheGuards(t *testing.T) {
	db := openWhy(t, litestone.Config{
		Filters: map[string]litestone.Predicate{"orgs": litestone.JSON(`{"id": {"gt": 0}}`)},
		FilterFuncs: map[string]func(map[string]any) litestone.Predicate{"docs": func(auth map[string]any) litestone.Predicate {
			if auth == nil {
				return nil
			}
			return litestone.JSON(`{"id": {"lt": 100}}`)
		}},
		Scopes: map[string]map[string]litestone.Scope{"docs": {"first": litestone.NewScope(litestone.Find{Where: litestone.SQL("id = 1")})}},
	})
	me := args{"id": 1, "org": 1, "level": 3}
	rules := []string{
		`allow read on docs in LEVEL: orgId == auth().org (schema:13:3): depends`,
		`allow read on docs in LEVEL: auth().admin (schema:14:3): false`,
		`deny read on docs in LEVEL: locked (schema:15:3): depends`,
	}
	level := func(at, relation string, list ...string) (out []string) {
		for _, s := range list {
			if relation == "" {
				s = strings.Replace(s, " in LEVEL", "", 1)
			}
			out = append(out, at+"> "+strings.Replace(s, "LEVEL", relation, 1))
		}
		return out
	}
	for _, c := range []struct {
		name      string
		table     *litestone.DynamicTable
		auth      any
		operation string
		args      litestone.JSON
		want      []string
	}{
		{"a find", db.Table("docs"), me, "findMany", `{"select": {"id": true}}`, slices.Concat(
			level("", "", `session on docs: "docs"."id" < ?: depends`, `softDelete read on docs.deletedAt: deletedAt == null: depends`), level("", "", rules...))},
		{"nobody", db.Table("docs"), nil, "count", `{}`, slices.Concat(
			level("", "", `softDelete read on docs.deletedAt: deletedAt == null: depends`),
			level("", "", rules[0], strings.Replace(rules[1], "false", "false", 1), rules[2]))},
		{"removed too, under a scope", db.Table("docs").Scope("first"), me, "aggregate", `{"_count": true, "withDeleted": true}`, slices.Concat(
			level("", "", `scope on docs first: depends`, `session on docs: "docs"."id" < ?: depends`), level("", "", rules...))},
		{"fields", db.Table("docs"), me, "findFirst", `{"withDeleted": true, "select": {"secret": true, "token": true, "rank": true}}`, slices.Concat(
			level("", "", `session on docs: "docs"."id" < ?: depends`), level("", "", rules...),
			level("", "", `field read on docs.secret: ownerId == auth().id (schema:9:22): depends`, `field read on docs.token: @guarded (schema:11:3): false`))},
		{"a gate", db.Table("vault"), me, "exists", `{}`, level("", "", `gate read on vault: level 3 of 3 (schema:23:42): true`)},
		{"a list beside its parents", db.Table("orgs"), me, "findMany", `{"include": {"docs": {"select": {"id": true}}}}`, slices.Concat(
			level("", "", `filter on orgs: "orgs"."id" > ?: depends`),
			level("docs", "docs", `session on docs in LEVEL: "_a0_1"."id" < ?: depends`, `softDelete read on docs.deletedAt in LEVEL: deletedAt == null: depends`), level("docs", "docs", rules...))},
		{"a parent in the same statement", db.Table("docs"), args{"id": 1, "admin": true}, "findMany", `{"withDeleted": true, "select": {"id": true, "org": true}}`, slices.Concat(
			level("", "", `session on docs: "docs"."id" < ?: depends`), level("", "", rules[0], strings.Replace(rules[1], "false", "true", 1), rules[2]),
			level("", "org", `filter on orgs in LEVEL: "_a0_1"."id" > ?: depends`))},
		{"what a condition looks at", db.Table("orgs"), me, "findMany", `{"where": {"docs": {"some": {"id": 1}}}}`, slices.Concat(
			level("", "", `filter on orgs: "orgs"."id" > ?: depends`),
			level("", "", `session on docs: "_a0_1"."id" < ?: depends`, `softDelete read on docs.deletedAt: deletedAt == null: depends`), level("", "", rules...))},
		{"no guard", db.Table("plain"), me, "findMany", `{}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := c.table.ExplainAs(t.Context(), c.auth, c.operation, c.args)
			if err != nil {
				t.Fatal(err)
			}
			got := guarded(e)
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if text, err := json.Marshal(e); err != nil || !strings.Contains(string(text), `"guards":[`) {
				t.Errorf("%s %v", text, err)
			}
		})
	}
	e, err := db.AsSystem().Table("docs").Explain(t.Context(), "findMany", nil)
	if got := guarded(e); err != nil || len(got) != 1 || !strings.Contains(got[0], "softDelete") {
		t.Errorf("%v %v for the system", got, err)
	}
	_, err = db.As(me).Table("docs").ExplainAs(t.Context(), me, "findMany", nil)
	wantError(t, err, litestone.CodeAccessDenied, "scoped")
	_, err = db.Table("vault").ExplainAs(t.Context(), args{"level": 2}, "findMany", nil)
	wantError(t, err, litestone.CodeAccessDenied, "level 3")
}

// TestExplainIsUnderItsScopes: what is explained is what would run, limits and scopes included.
func TestExplainIsUnderItsScopes(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: budgetSchema, DB: ":memory:", Scopes: map[string]map[string]litestone.Scope{
		"posts": {"first": litestone.NewScope(litestone.Find{Where: litestone.JSON(`{"id": 77}`)})},
	}})
	posts := db.Table("posts").Scope("first")
	for operation, body := range map[string]litestone.JSON{"search": `{"search": "x"}`, "aggregate": `{"_count": true}`, "groupBy": `{"by": ["title"], "_count": true}`, "count": `{}`} {
		e, err := posts.Explain(t.Context(), operation, body)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(e[0].Args, any(int64(77))) {
			t.Errorf("%s: no condition of the scope in %s %v", operation, e[0].SQL, e[0].Args)
		}
		if operation == "search" && !slices.Contains(e[0].Args, any(int64(20))) {
			t.Errorf("a search has a limit: %s %v", e[0].SQL, e[0].Args)
		}
	}
}

// TestPoliciesSeekInIndexes: a policy is found by an index as a condition written by hand is, whatever
// stands beside it and wherever it is asked.
func TestPoliciesSeekInIndexes(t *testing.T) {
	db := openText(t, litestone.Config{DB: ":memory:", SchemaText: `
model owners { id Integer @id  name Text  notes notes[] }
model notes {
  id Integer @id  ownerId Integer  team Integer  hidden Boolean @default(false)
  owner owners @relation(fields: [ownerId], references: [id])
  @@index([ownerId])
  @@index([team])
  @@allow('read', ownerId == auth().id)
  @@allow('read', team == auth().team)
  @@deny('read', hidden)
}
model drafts {
  id Integer @id  ownerId Integer  text Text
  @@index([ownerId])
  @@allow('all', ownerId == auth().id)
  @@fts([text])
}`})
	me := args{"id": 1, "team": 2}
	for _, c := range []struct{ table, operation, args, want string }{
		{"drafts", "findMany", `{"limit": 20}`, "SEARCH drafts USING INDEX idx_drafts_ownerId"},
		{"drafts", "count", `{}`, "SEARCH drafts USING COVERING INDEX idx_drafts_ownerId"},
		{"drafts", "groupBy", `{"by": ["text"], "_count": true}`, "SEARCH drafts USING INDEX idx_drafts_ownerId"},
		{"drafts", "exists", `{"where": {"text": "x"}}`, "SEARCH drafts USING INDEX idx_drafts_ownerId"},
		{"notes", "findMany", `{}`, "MULTI-INDEX OR"},
		{"owners", "findMany", `{"include": {"_count": true}}`, "SEARCH _a0_1 USING INDEX idx_notes_ownerId"},
	} {
		e, err := db.Table(c.table).ExplainAs(t.Context(), me, c.operation, litestone.JSON(c.args))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(e[0].Plan, "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s.%s %s: %s\nwant %s", c.table, c.operation, c.args, got, c.want)
		}
	}
}
