package litestone_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

const budgetSchema = `
model authors { id Integer @id  name Text  posts posts[]  bossId Integer?  boss authors? @relation("team", fields: [bossId], references: [id])  team authors[] @relation("team")  friends authors[] @relation("friends")  friendOf authors[] @relation("friends") }
model posts {
  id Integer @id  title Text  day DateTime?  authorId Integer  deletedAt DateTime?
  author authors @relation(fields: [authorId], references: [id])
  @@fts([title])
  @@softDelete
}`

// openBudget has 2 authors, a chain of 4 bosses, and 5 posts of each of the first two authors.
func openBudget(t *testing.T, most int) *litestone.Client {
	db := openText(t, litestone.Config{SchemaText: budgetSchema, DB: ":memory:", Untrusted: litestone.Limits{Total: most}})
	for i := range 4 {
		boss := any(nil)
		if i > 0 {
			boss = i
		}
		must(t, db, "authors.create", args{"data": args{"id": i + 1, "name": "a", "bossId": boss}})
	}
	for i := range 10 {
		must(t, db, "posts.create", args{"data": args{"id": i + 1, "title": fmt.Sprint("word ", i), "authorId": i%2 + 1, "day": fmt.Sprintf("2026-01-%02d", i+1)}})
	}
	return db
}

// rowsIn counts the objects of an answer that are rows: all but those that hold lists of rows.
func rowsIn(v any) (n int) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			n += rowsIn(x)
		}
	case map[string]any:
		if _, row := v["id"]; row {
			n++
		}
		for _, x := range v {
			n += rowsIn(x)
		}
	}
	return n
}

func TestUntrustedBudgetCountsTheRowsOfAnAnswer(t *testing.T) {
	for _, c := range []struct{ name, args string }{
		{"posts.findMany", `{}`},
		{"posts.findMany", `{"include": {"author": true}}`},
		{"posts.findMany", `{"include": {"author": {"include": {"boss": true}}}}`},
		{"authors.findMany", `{"include": {"posts": true}}`},
		{"authors.findMany", `{"include": {"posts": {"limit": 2}}}`},
		// The two authors are read once each, and stand below each of their posts with all of theirs.
		{"posts.findMany", `{"include": {"author": {"include": {"posts": true}}}}`},
		{"posts.findMany", `{"include": {"author": {"include": {"posts": {"include": {"author": {"include": {"posts": true}}}}}}}}`},
		{"authors.findFirst", `{"where": {"id": 1}, "include": {"posts": true}}`},
		{"authors.findUnique", `{"where": {"id": 1}, "include": {"posts": {"include": {"author": true}}}}`},
		{"authors.findMany", `{"where": {"id": 1}, "select": {"id": true, "team": {"select": {"id": true, "boss": true}}}}`},
		{"posts.findManyCursor", `{"limit": 4, "include": {"author": true}}`},
		{"posts.findManyAndCount", `{"limit": 4, "include": {"author": true}}`},
		{"authors.findMany", `{"where": {"id": 1}, "recursive": true, "include": {"posts": true}}`},
		{"authors.findMany", `{"where": {"id": 1}, "recursive": {"nested": true, "via": "bossId"}}`},
		{"authors.update", `{"where": {"id": 1}, "data": {"name": "b"}, "include": {"posts": true}}`},
		{"posts.create", `{"data": {"title": "x", "authorId": 1}, "include": {"author": {"include": {"posts": true}}}}`},
	} {
		db := openBudget(t, 1<<20)
		text, err := json.Marshal(must(t, db, c.name, litestone.Untrusted(c.args)))
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal(text, &tree); err != nil {
			t.Fatal(err)
		}
		n := rowsIn(tree)
		if n < 2 {
			t.Fatalf("%s %s: %d rows", c.name, c.args, n)
		}
		must(t, openBudget(t, n), c.name, litestone.Untrusted(c.args))
		_, err = openBudget(t, n-1).Call(t.Context(), c.name, litestone.Untrusted(c.args))
		if err == nil {
			t.Errorf("%s %s: %d rows pass a bound of %d", c.name, c.args, n, n-1)
			continue
		}
		model, op, _ := strings.Cut(c.name, ".")
		wantError(t, err, litestone.CodeValidation, model, op, fmt.Sprintf("more than %d rows", n-1))
		must(t, openBudget(t, n-1), c.name, litestone.JSON(c.args)) // trusted arguments have no bound
	}
}

func TestUntrustedBudgetOfSearchAndGroups(t *testing.T) {
	body := litestone.Untrusted(`{"by": ["title"], "_count": true}`)
	search := litestone.Untrusted(`{"include": {"author": true}}`)
	gaps := litestone.Untrusted(`{"by": ["day"], "interval": {"day": "hour"}, "fillGaps": {"start": "2026-01-01", "end": "2026-01-02"}, "_count": true}`)
	db := openBudget(t, 20)
	must(t, db, "posts.groupBy", body)
	must(t, db, "posts.search", "word", search)
	_, err := db.Call(t.Context(), "posts.groupBy", gaps)
	wantError(t, err, litestone.CodeValidation, "posts", "groupBy", "more than 20 rows")
	db = openBudget(t, 9)
	_, err = db.Call(t.Context(), "posts.groupBy", body)
	wantError(t, err, litestone.CodeValidation, "posts", "groupBy", "more than 9 rows")
	_, err = db.Call(t.Context(), "posts.search", "word", search)
	wantError(t, err, litestone.CodeValidation, "posts", "search", "more than 9 rows")
	for _, fine := range []string{"count", "exists"} {
		must(t, db, "posts."+fine, litestone.Untrusted(`{}`))
	}
	must(t, db, "posts.aggregate", litestone.Untrusted(`{"_count": true}`))
}

// TestUntrustedTextsAreJoinedWithinBounds: a short request is not made a long text by what it says itself.
func TestUntrustedTextsAreJoinedWithinBounds(t *testing.T) {
	db := openBudget(t, 100)
	separated := func(n int) string {
		return fmt.Sprintf(`"_stringAgg": {"field": "title", "separator": "%s"}`, strings.Repeat("-", n))
	}
	joined := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `, "_t%d": {"stringAgg": "title"}`, i)
		}
		return b.String()
	}
	for _, c := range []struct{ args, refusal string }{
		{`{` + separated(64) + joined(7) + `}`, ""},
		{`{` + separated(65) + `}`, "separator of at most 64 bytes"},
		{`{"_x": {"stringAgg": "title", "separator": "` + strings.Repeat("é", 33) + `"}}`, "separator of at most 64 bytes"},
		{`{` + separated(1) + joined(8) + `}`, "more than 8 stringAggs"},
		{`{"_count": true` + joined(9) + `}`, "more than 8 stringAggs"},
	} {
		for op, more := range map[string]string{"aggregate": "", "groupBy": `"by": ["authorId"], `} {
			args := `{` + more + c.args[1:]
			_, err := db.Call(t.Context(), "posts."+op, litestone.Untrusted(args))
			if c.refusal == "" && err != nil {
				t.Errorf("%s %.80s: %v", op, args, err)
			} else if c.refusal != "" {
				wantError(t, err, litestone.CodeValidation, "posts", op, c.refusal)
			}
			must(t, db, "posts."+op, litestone.JSON(args))
		}
	}
}

// TestUntrustedBudgetOfAQuery: the reads of a batch share one bound, in a transaction too.
func TestUntrustedBudgetOfAQuery(t *testing.T) {
	spec := litestone.Untrusted(`{"posts": {}, "authors": {}, "n": {"model": "posts", "_count": true}, "g": {"model": "posts", "by": ["authorId"], "_count": true}}`)
	const rows = 10 + 4 + 1 + 2
	ask := func(most int) error {
		db := openBudget(t, most)
		_, err := db.Query(t.Context(), spec)
		inside := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
			_, err := tx.As(args{"id": 1}).Query(ctx, spec)
			return err
		})
		if (err == nil) != (inside == nil) {
			t.Errorf("bound %d: %v outside a transaction, %v inside", most, err, inside)
		}
		return err
	}
	if err := ask(rows); err != nil {
		t.Error(err)
	}
	wantError(t, ask(rows-1), litestone.CodeValidation, fmt.Sprintf("more than %d rows", rows-1))
	db := openBudget(t, rows-1)
	for range 3 { // what one call spends is not missing in the next
		must(t, db, "posts.findMany", litestone.Untrusted(`{}`))
	}
	if _, err := db.Query(t.Context(), litestone.JSON(spec)); err != nil {
		t.Error(err)
	}
}

// TestUntrustedQueriesAreAsLargeAsTheyCame: a body within the limit is not too large because of its letters.
func TestUntrustedQueriesAreAsLargeAsTheyCame(t *testing.T) {
	db := openBudget(t, 100)
	for _, letter := range []string{"<", "&", "é", "\u0026"} {
		body := `{"posts": {"where": {"title": "` + strings.Repeat(letter, 60_000/len(letter)) + `"}}}`
		if _, err := db.Query(t.Context(), litestone.Untrusted(body)); err != nil {
			t.Errorf("%s: %v", letter, err)
		}
	}
}

// TestUntrustedBudgetUndoesAWrite: an answer that is too large is no half-done call.
func TestUntrustedBudgetUndoesAWrite(t *testing.T) {
	db := openBudget(t, 3)
	must(t, db, "posts.removeMany", args{"where": args{"authorId": 1}})
	_, err := db.Call(t.Context(), "posts.restore", litestone.Untrusted(`{"where": {"authorId": 1}}`))
	wantError(t, err, litestone.CodeValidation, "restore", "more than 3 rows")
	if n := must(t, db, "posts.count", args{"where": args{"authorId": 1}}); n != int64(0) {
		t.Errorf("%v rows came back", n)
	}
	_, err = db.Call(t.Context(), "authors.update", litestone.Untrusted(`{"where": {"id": 2}, "data": {"name": "changed"}, "include": {"posts": true}}`))
	wantError(t, err, litestone.CodeValidation, "update", "more than 3 rows")
	if n := must(t, db, "authors.count", args{"where": args{"name": "changed"}}); n != int64(0) {
		t.Error("the update was kept")
	}
}

// TestUntrustedTreesEnd: a tree is as deep as the limit allows, and a cycle costs no more than its rows.
func TestUntrustedTreesEnd(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: budgetSchema, DB: ":memory:", Untrusted: litestone.Limits{Tree: 2}})
	for i := range 5 {
		must(t, db, "authors.create", args{"data": args{"id": i + 1, "name": "a"}})
	}
	for i := range 5 { // a ring
		must(t, db, "authors.update", args{"where": args{"id": i + 1}, "data": args{"bossId": (i+1)%5 + 1, "friends": args{"connect": args{"id": (i+1)%5 + 1}}}})
	}
	depth := func(recursive string, trusted bool) int {
		body := `{"where": {"id": 1}, "recursive": ` + recursive + `}`
		var form any = litestone.Untrusted(body)
		if trusted {
			form = litestone.JSON(body)
		}
		return len(must(t, db, "authors.findMany", form).([]*litestone.Record))
	}
	for _, direction := range []string{"ancestors", "descendants"} {
		for _, via := range []string{"bossId", "friends"} {
			at := `"direction": "` + direction + `", "via": "` + via + `"`
			if n := depth(`{`+at+`}`, false); n != 2 {
				t.Errorf("%s: %d rows of an untrusted tree, want 2", at, n)
			}
			if n := depth(`{`+at+`}`, true); n != 4 {
				t.Errorf("%s: %d rows of a tree, want 4", at, n)
			}
			if n := depth(`{`+at+`, "maxDepth": 1000000000}`, true); n != 4 {
				t.Errorf("%s: %d rows of a bounded tree, want 4", at, n)
			}
		}
	}
	_, err := db.Call(t.Context(), "authors.findMany", litestone.Untrusted(`{"recursive": {"maxDepth": 3, "via": "bossId"}}`))
	wantError(t, err, litestone.CodeValidation, "maxDepth", "more than 2")
}
