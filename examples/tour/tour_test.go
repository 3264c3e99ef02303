package tour_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/litestone-go/orm/examples/tour/models"
	"github.com/litestone-go/orm/litestone"
)

// open gives a private database with ada and bob, each with a post or two.
func open(ctx context.Context) (db *models.Client, ada, bob *models.User) {
	db, err := models.Open(ctx, litestone.Config{DB: ":memory:"})
	check(err)
	ada, err = db.AsSystem().Users.Create(ctx, models.UserCreate{
		Email: "Ada@Example.com",
		Posts: litestone.Create(
			models.PostCreate{Title: "Notes", Body: "on the engine"},
			models.PostCreate{Title: "Hello", Body: "world", Published: litestone.Set(true)},
		),
	})
	check(err)
	bob, err = db.AsSystem().Users.Create(ctx, models.UserCreate{Email: "bob@example.com", Role: litestone.Set(models.RoleAdmin)})
	check(err)
	return db, ada, bob
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func as(u *models.User) map[string]any { return map[string]any{"id": u.ID} }

// The tour: a nested write, a read under a policy, a transaction.
func Example() {
	ctx := context.Background()
	db, ada, _ := open(ctx)
	defer db.Close()
	fmt.Println(ada.Email, ada.Role)

	me := db.As(as(ada))
	posts, err := me.Posts.FindMany(ctx, litestone.Find{
		Where:   models.Posts.Title.Contains("o").And(models.Posts.Author.Is(models.Users.Role.Eq(models.RoleMember))),
		Include: models.Posts.Author,
		OrderBy: models.Posts.ID.Desc(),
		Limit:   20,
	})
	check(err)
	for _, p := range posts {
		fmt.Println(p.Title, "by", p.Author.Email)
	}
	n, err := db.As(nil).Posts.Count(ctx, litestone.Find{})
	check(err)
	fmt.Println("nobody sees", n)

	err = db.AsSystem().Transaction(ctx, func(ctx context.Context, tx *models.Client) error {
		if _, err := tx.Posts.RemoveMany(ctx, nil); err != nil {
			return err
		}
		return errors.New("changed my mind")
	})
	fmt.Println(err)
	n, err = db.AsSystem().Posts.Count(ctx, litestone.Find{})
	check(err)
	fmt.Println("still there:", n)
	// Output:
	// ada@example.com member
	// Hello by ada@example.com
	// Notes by ada@example.com
	// nobody sees 1
	// changed my mind
	// still there: 2
}

// The same calls take JSON; answers marshal in schema order.
func ExampleClient_json() {
	ctx := context.Background()
	db, ada, _ := open(ctx)
	defer db.Close()

	rows, err := db.As(as(ada)).Table("post").FindMany(ctx, litestone.JSON(`{
		"where":   {"published": true},
		"select":  {"title": true, "author": {"select": {"email": true}}}
	}`))
	check(err)
	b, err := json.Marshal(rows)
	check(err)
	fmt.Println(string(b))
	// Output:
	// [{"title":"Hello","author":{"email":"ada@example.com"}}]
}

// Errors have codes, name the fields, and say what to do.
func ExampleClient_errors() {
	ctx := context.Background()
	db, _, _ := open(ctx)
	defer db.Close()
	sys := db.AsSystem()

	_, err := sys.Users.Create(ctx, models.UserCreate{Email: "ada@example.com"})
	fmt.Println(errors.Is(err, litestone.ErrUnique))

	_, err = sys.Users.Create(ctx, models.UserCreate{Email: "nonsense"})
	var e *litestone.Error
	if errors.As(err, &e) {
		fmt.Println(e.Code, e.Fields)
	}
	_, err = sys.Table("post").FindMany(ctx, litestone.JSON(`{"where": {"tilte": "x"}}`))
	if errors.As(err, &e) {
		fmt.Println(e.Code, e.Fields, e.Hint)
	}
	// Output:
	// true
	// validation [email]
	// validation [tilte] did you mean title?
}

// Removed rows of a @@softDelete model are kept and can be restored.
func ExampleTable_softDelete() {
	ctx := context.Background()
	db, ada, _ := open(ctx)
	defer db.Close()
	me := db.As(as(ada))

	gone, err := me.Posts.Remove(ctx, models.Posts.Title.Eq("Notes"))
	check(err)
	left, err := me.Posts.Count(ctx, litestone.Find{})
	check(err)
	all, err := me.Posts.Count(ctx, litestone.Find{WithDeleted: true})
	check(err)
	fmt.Println(gone.DeletedAt != nil, left, all)

	back, err := me.Posts.Restore(ctx, models.Posts.ID.Eq(gone.ID))
	check(err)
	fmt.Println(back[0].Title, back[0].DeletedAt == nil)
	// Output:
	// true 1 2
	// Notes true
}

// Search asks the full-text index; policies hold for it as for every read.
func ExampleTable_search() {
	ctx := context.Background()
	db, ada, bob := open(ctx)
	defer db.Close()

	for _, who := range []*models.User{ada, bob} {
		rows, err := db.As(as(who)).Posts.Search(ctx, "engine OR world", litestone.SearchFind{
			Highlight: litestone.MarkIn(models.Posts.Body).Between("[", "]"),
			Find:      litestone.Find{OrderBy: models.Posts.ID.Asc()},
		})
		check(err)
		for _, p := range rows {
			fmt.Println(who.Email, "finds", p.Title, p.Extra("_highlight"))
		}
	}
	// Output:
	// ada@example.com finds Notes on the [engine]
	// ada@example.com finds Hello [world]
	// bob@example.com finds Hello [world]
}

// Scopes are named pieces of queries.
func ExampleTable_scope() {
	ctx := context.Background()
	db, err := models.Open(ctx, litestone.Config{DB: ":memory:", Scopes: map[string]map[string]litestone.Scope{
		"user": {
			"admins": litestone.NewScope(litestone.Find{Where: models.Users.Role.Eq(models.RoleAdmin)}),
			"me": litestone.ScopeFunc(func(auth map[string]any) litestone.Args {
				id, _ := auth["id"].(int64)
				return litestone.Find{Where: models.Users.ID.Eq(id)}
			}),
		},
	}})
	check(err)
	defer db.Close()
	_, err = db.Users.CreateMany(ctx, []models.UserCreate{{Email: "a@x.org"}, {Email: "b@x.org", Role: litestone.Set(models.RoleAdmin)}})
	check(err)

	admins, err := db.Users.Scope("admins").FindMany(ctx, litestone.Find{})
	check(err)
	both, err := db.As(map[string]any{"id": int64(1)}).Users.Scope("me").Scope("admins").Count(ctx, litestone.Find{})
	check(err)
	fmt.Println(admins[0].Email, len(admins), both)
	// Output:
	// b@x.org 1 0
}

// A read API over HTTP is one handler: the body is untrusted, the subject is whoever signed in.
func handler(db *models.Client) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		subject := map[string]any{"id": json.Number(r.Header.Get("X-User"))} // in earnest: from the session
		answers, err := db.As(subject).Query(r.Context(), litestone.Untrusted(body))
		var e *litestone.Error
		switch {
		case errors.As(err, &e) && e.Code == litestone.CodeValidation:
			http.Error(w, e.Error(), http.StatusBadRequest)
		case errors.As(err, &e) && e.Code == litestone.CodeAccessDenied:
			http.Error(w, e.Error(), http.StatusForbidden)
		case err != nil:
			http.Error(w, "internal error", http.StatusInternalServerError)
		default:
			_ = json.NewEncoder(w).Encode(answers)
		}
	}
}

func ExampleClient_http() {
	ctx := context.Background()
	db, _, _ := open(ctx)
	defer db.Close()
	h := handler(db)
	for _, body := range []string{
		`{"post": {"select": {"title": true}, "orderBy": {"id": "asc"}}, "total": {"model": "post", "_count": true}}`,
		`{"post": {"where": {"$raw": "1=1) OR (1=1"}}}`,
		`{"post": {"limit": 1000000}}`,
	} {
		for _, user := range []string{"1", "2"} {
			w := httptest.NewRecorder()
			r := httptest.NewRequest("POST", "/query", strings.NewReader(body))
			r.Header.Set("X-User", user)
			h(w, r)
			fmt.Println(w.Code, strings.TrimSpace(w.Body.String()))
		}
	}
	// Output:
	// 200 {"post":[{"title":"Notes"},{"title":"Hello"}],"total":{"_count":2}}
	// 200 {"post":[{"title":"Hello"}],"total":{"_count":1}}
	// 400 litestone: model post: findMany: field $raw: SQL as text is refused in requests and on a client that speaks for somebody (use the where's operators, or make a fragment in Go code)
	// 400 litestone: model post: findMany: field $raw: SQL as text is refused in requests and on a client that speaks for somebody (use the where's operators, or make a fragment in Go code)
	// 400 litestone: model post: findMany: field limit: must not be more than 1000 (ask for pages)
	// 400 litestone: model post: findMany: field limit: must not be more than 1000 (ask for pages)
}

// TestUntrustedIncludes holds that an included relation without a limit is capped, and deep
// includes are refused.
func TestUntrustedIncludes(t *testing.T) {
	ctx := t.Context()
	db, err := models.Open(ctx, litestone.Config{DB: ":memory:", Untrusted: litestone.Limits{Rows: 2, Depth: 1, Queries: 2}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	sys := db.AsSystem()
	u, err := sys.Users.Create(ctx, models.UserCreate{Email: "a@x.org"})
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]models.PostCreate, 5)
	for i := range rows {
		rows[i] = models.PostCreate{Title: "t", Body: "b", AuthorID: litestone.Set(u.ID)}
	}
	if _, err := sys.Posts.CreateMany(ctx, rows); err != nil {
		t.Fatal(err)
	}
	got, err := sys.Table("user").FindMany(ctx, litestone.Untrusted(`{"include": {"posts": true}}`))
	if err != nil {
		t.Fatal(err)
	}
	posts, _ := got[0].Get("posts")
	if n := len(posts.([]*litestone.Record)); n != 2 {
		t.Errorf("%d posts included, want the cap of 2", n)
	}
	_, err = sys.Table("user").FindMany(ctx, litestone.Untrusted(`{"include": {"posts": {"include": {"author": true}}}}`))
	if !errors.Is(err, litestone.ErrValidation) {
		t.Errorf("a deep include: %v", err)
	}
	_, err = sys.Query(ctx, litestone.Untrusted(`{"a": {"model": "user"}, "b": {"model": "user"}, "c": {"model": "user"}}`))
	if !errors.Is(err, litestone.ErrValidation) {
		t.Errorf("three queries at once: %v", err)
	}
}
