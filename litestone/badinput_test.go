package litestone_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

const notesSchema = `
model notes {
  id    Integer @id
  title Text
  size  Integer?
  tags  tags[]
}
model tags {
  id     Integer @id
  name   Text @unique
  note   notes @relation(fields: [noteId], references: [id])
  noteId Integer
}
`

// openNotes opens a private database of notesSchema.
func openNotes(t *testing.T) *litestone.Client {
	t.Helper()
	db, err := litestone.Open(t.Context(), litestone.Config{SchemaText: notesSchema, DB: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// wantError holds that an error is ours, of a code, and says some words.
func wantError(t *testing.T, err error, code litestone.Code, words ...string) {
	t.Helper()
	var e *litestone.Error
	if !errors.As(err, &e) {
		t.Fatalf("%T %v, want a *litestone.Error of code %s", err, err, code)
	}
	if e.Code != code {
		t.Errorf("code %s, want %s: %v", e.Code, code, err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("this is not a database. ", 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other.db")
	db, err := litestone.Open(t.Context(), litestone.Config{SchemaText: "model notes { id Integer @id }", DB: other})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()

	for _, c := range []struct {
		name  string
		ctx   context.Context
		cfg   litestone.Config
		code  litestone.Code
		words []string
	}{
		{"a broken schema", t.Context(), litestone.Config{SchemaText: "model a {\n  id Integr @id\n}", DB: filepath.Join(dir, "new1.db")}, litestone.CodeSchema, []string{"schema:2:6", "Integr", "Integer", "^"}},
		{"a missing schema file", t.Context(), litestone.Config{Schema: filepath.Join(dir, "no.lite"), DB: filepath.Join(dir, "new2.db")}, litestone.CodeConfig, []string{"no.lite"}},
		{"no path at all", t.Context(), litestone.Config{SchemaText: notesSchema}, litestone.CodeConfig, []string{"main", "Config.DB"}},
		{"a missing folder", t.Context(), litestone.Config{SchemaText: notesSchema, DB: filepath.Join(dir, "no", "such", "a.db")}, litestone.CodeConfig, []string{"a.db"}},
		{"a file that is no database", t.Context(), litestone.Config{SchemaText: notesSchema, DB: garbage}, litestone.CodeCorrupt, []string{"garbage.db"}},
		{"a folder for a file", t.Context(), litestone.Config{SchemaText: notesSchema, DB: dir}, litestone.CodeConfig, nil},
		{"a database of another shape", t.Context(), litestone.Config{SchemaText: notesSchema, DB: other}, litestone.CodeConfig, []string{"other.db", "litestone push"}},
		{"a context that has ended", cancelled, litestone.Config{SchemaText: notesSchema, DB: filepath.Join(dir, "new3.db")}, litestone.CodeCancelled, nil},
		{"a filter on no model", t.Context(), litestone.Config{SchemaText: notesSchema, DB: filepath.Join(dir, "new4.db"), Filters: map[string]litestone.Predicate{"nots": litestone.Map{"id": 1}}}, litestone.CodeConfig, []string{"nots"}},
		{"a filter on no field", t.Context(), litestone.Config{SchemaText: notesSchema, DB: filepath.Join(dir, "new5.db"), Filters: map[string]litestone.Predicate{"notes": litestone.Map{"idd": 1}}}, litestone.CodeConfig, []string{"idd"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := litestone.Open(c.ctx, c.cfg)
			if db != nil {
				db.Close()
				t.Fatal("it opened")
			}
			wantError(t, err, c.code, c.words...)
		})
	}
	left, err := filepath.Glob(filepath.Join(dir, "new*"))
	if err != nil || len(left) > 0 {
		t.Errorf("half-made files: %v %v", left, err)
	}
	if b, _ := os.ReadFile(garbage); !strings.HasPrefix(string(b), "this is not") {
		t.Error("the file that is no database was changed")
	}
}

func TestCallsRefuse(t *testing.T) {
	db := openNotes(t)
	ctx := t.Context()
	if _, err := db.Table("notes").Create(ctx, litestone.JSON(`{"data": {"title": "first"}}`)); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for _, c := range []struct {
		name  string
		ctx   context.Context
		call  string
		args  litestone.JSON
		code  litestone.Code
		words []string
	}{
		{"an unknown model", ctx, "nots.findMany", `{}`, litestone.CodeValidation, []string{`"nots"`, "did you mean notes"}},
		{"an unknown operation", ctx, "notes.findMeny", `{}`, litestone.CodeValidation, []string{"findMeny", "did you mean findMany"}},
		{"an unknown field in where", ctx, "notes.findMany", `{"where": {"titel": "x"}}`, litestone.CodeValidation, []string{"model notes: findMany: field titel", "did you mean title"}},
		{"an unknown field in data", ctx, "notes.create", `{"data": {"titel": "x"}}`, litestone.CodeValidation, []string{"model notes: create: field titel"}},
		{"an unknown nested field", ctx, "notes.create", `{"data": {"title": "x", "tags": {"create": {"nam": "y"}}}}`, litestone.CodeValidation, []string{"tags.nam"}},
		{"a wrong type", ctx, "notes.create", `{"data": {"title": 7, "size": "big"}}`, litestone.CodeValidation, []string{"title", "size"}},
		{"a missing value", ctx, "notes.create", `{"data": {"size": 1}}`, litestone.CodeNotNull, []string{"title"}},
		{"no JSON", ctx, "notes.findMany", `{"where": `, litestone.CodeValidation, nil},
		{"a context that has ended, reading", cancelled, "notes.findMany", `{}`, litestone.CodeCancelled, nil},
		{"a context that has ended, writing", cancelled, "notes.create", `{"data": {"title": "x"}}`, litestone.CodeCancelled, nil},
		{"an update of everything by mistake", ctx, "notes.update", `{"where": {}, "data": {"title": "x"}}`, litestone.CodeValidation, []string{"where"}},
		{"a parent that is not there", ctx, "tags.create", `{"data": {"name": "a", "noteId": 99}}`, litestone.CodeForeignKey, nil},
		{"one bad row of many", ctx, "notes.createMany", `{"data": [{"title": "good"}, {"title": null}]}`, litestone.CodeNotNull, []string{"title"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := db.Call(c.ctx, c.call, c.args)
			wantError(t, err, c.code, c.words...)
		})
	}
	n, err := db.Table("notes").Count(ctx, nil)
	tags, err2 := db.Table("tags").Count(ctx, nil)
	if err != nil || err2 != nil || n != 1 || tags != 0 {
		t.Errorf("%d notes and %d tags are left (%v %v), want 1 and 0: something was half written", n, tags, err, err2)
	}
}

// TestCallOnClientInsideItsTransaction holds that a call on the client, made with its own open
// transaction's context, is refused at once instead of waiting for itself.
func TestCallOnClientInsideItsTransaction(t *testing.T) {
	db := openNotes(t)
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		for _, call := range []struct {
			name string
			args litestone.JSON
		}{
			{"notes.findMany", `{}`}, {"notes.count", `{}`},
			{"notes.create", `{"data": {"title": "x"}}`}, {"notes.createMany", `{"data": [{"title": "x"}]}`},
			{"notes.updateMany", `{"data": {"title": "x"}}`}, {"notes.deleteMany", `{}`},
		} {
			_, err := db.Call(ctx, call.name, call.args)
			wantError(t, err, litestone.CodeUnsupported, "inside its own transaction")
		}
		wantError(t, db.Transaction(ctx, func(context.Context, *litestone.Client) error { return nil }), litestone.CodeUnsupported, "its own transaction")
		_, err := db.SQL("SELECT 1").Rows(ctx)
		wantError(t, err, litestone.CodeUnsupported, "its own transaction")
		_, err = tx.Table("notes").Create(ctx, litestone.JSON(`{"data": {"title": "kept"}}`))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := db.Table("notes").Count(t.Context(), nil); n != 1 || err != nil {
		t.Errorf("%d notes, %v", n, err)
	}
}

// TestClosedClient holds that calls after Close fail with an error, and Close may be repeated.
func TestClosedClient(t *testing.T) {
	db, err := litestone.Open(t.Context(), litestone.Config{SchemaText: notesSchema, DB: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var e *litestone.Error
	if _, err := db.Table("notes").FindMany(t.Context(), nil); !errors.As(err, &e) {
		t.Errorf("reading a closed client: %v", err)
	}
	if _, err := db.Table("notes").Create(t.Context(), litestone.JSON(`{"data": {"title": "x"}}`)); !errors.As(err, &e) {
		t.Errorf("writing a closed client: %v", err)
	}
}

// TestAuthThatIsNoObject holds that every call of a view made with a bad auth object says so.
func TestAuthThatIsNoObject(t *testing.T) {
	db := openNotes(t)
	for _, auth := range []any{7, "ada", func() {}, []int{1}} {
		_, err := db.As(auth).Table("notes").FindMany(t.Context(), nil)
		wantError(t, err, litestone.CodeConfig, "struct or a map")
	}
}

func TestSQL(t *testing.T) {
	db := openNotes(t)
	ctx := t.Context()
	if n, err := db.SQL("INSERT INTO notes(title, size) VALUES(?, ?), (?, ?)", "a", 1, "b", nil).Exec(ctx); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	var count int64
	if err := db.SQL("SELECT count(*) FROM notes").Scan(ctx, &count); count != 2 || err != nil {
		t.Error(count, err)
	}
	var list []struct {
		ID    int64
		Title string
		Size  *int64 `json:"size"`
	}
	if err := db.SQL("SELECT * FROM notes ORDER BY id").Scan(ctx, &list); err != nil || len(list) != 2 || list[0].Title != "a" || *list[0].Size != 1 || list[1].Size != nil {
		t.Error(list, err)
	}
	var titles []string
	if err := db.SQL("SELECT title FROM notes WHERE title <> ?", "a").Scan(ctx, &titles); err != nil || len(titles) != 1 || titles[0] != "b" {
		t.Error(titles, err)
	}
	wantError(t, db.SQL("SELECT title FROM notes WHERE id = 77").Scan(ctx, &count), litestone.CodeNotFound)
	wantError(t, db.SQL("SELEC").Scan(ctx, &count), litestone.CodeSQL)
	wantError(t, db.SQL("SELECT ?", struct{ X int }{1}).Scan(ctx, &count), litestone.CodeValidation)
	_, err := db.As(map[string]any{"id": 1}).SQL("SELECT 1").Rows(ctx)
	wantError(t, err, litestone.CodeAccessDenied)
}
