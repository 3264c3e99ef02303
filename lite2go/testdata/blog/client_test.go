// Package blog_test uses a generated client as a program would.
package blog_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/lite2go/testdata/blog/models"
	"github.com/litestone-go/orm/litestone"
)

func open(t *testing.T) *models.Client {
	t.Helper()
	db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:"})
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

func TestGeneratedClient(t *testing.T) {
	ctx, db := t.Context(), open(t)
	ada, err := db.People.Create(ctx, models.PersonCreate{
		Email: "Ada@Example.com",
		Posts: litestone.Create(
			models.PostCreate{Title: " Hello ", Status: litestone.Set(models.StatusPublished), Body: litestone.Set("words"),
				Cover:    litestone.Set(models.Cover{URL: "https://example.com/a.png"}),
				Keywords: litestone.Set([]string{"go", "sql"})},
			models.PostCreate{Title: "Later"},
		),
	})
	if err != nil {
		t.Fatal(err)
	}
	if ada.ID != 1 || ada.Email != "ada@example.com" || ada.Name != nil {
		t.Errorf("created %+v", ada)
	}

	// A condition on a key inside typed Json, an order, an include; drafts are hidden.
	posts, err := db.Posts.FindMany(ctx, litestone.Find{
		Where:   models.Posts.Cover.URL.StartsWith("https://"),
		OrderBy: models.Posts.CreatedAt.Desc(),
		Include: models.Posts.Author,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(posts) != 1 {
		t.Fatalf("%d posts, want 1", len(posts))
	}
	p := posts[0]
	if p.Title != "Hello" || p.Status != models.StatusPublished || p.Words != 5 || p.Author == nil || p.Author.ID != ada.ID || *p.Cover.Size != 1 {
		t.Errorf("read %+v, cover %+v", p, p.Cover)
	}
	if diff := cmp.Diff([]string{"go", "sql"}, p.Keywords); diff != "" {
		t.Error(diff)
	}
	if n, err := db.Posts.Count(ctx, litestone.Find{}); n != 1 || err != nil {
		t.Errorf("nobody counts %d posts (%v), want the published one", n, err)
	}
	me := db.As(map[string]any{"id": ada.ID})
	if n, err := me.Posts.Count(ctx, litestone.Find{}); n != 2 || err != nil {
		t.Errorf("the author counts %d posts (%v), want both", n, err)
	}
	if me, err = db.AsID(ctx, ada.ID); err != nil {
		t.Fatal(err)
	}
	if n, err := me.Posts.Count(ctx, litestone.Find{}); n != 2 || err != nil {
		t.Errorf("the author, by id, counts %d posts (%v), want both", n, err)
	}
	if v, err := db.AsID(ctx, ada.ID+1); v != nil || !errors.Is(err, litestone.ErrNotFound) {
		t.Errorf("nobody's id gives %v, %v", v, err)
	}

	// What was not asked for is absent from the JSON.
	slim, err := db.Posts.FindFirst(ctx, litestone.Find{Select: litestone.Fields(models.Posts.ID, models.Posts.Title)})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(slim)
	if err != nil || string(text) != `{"id":1,"title":"Hello"}` {
		t.Errorf("JSON %s (%v)", text, err)
	}
}

func TestUpdateAndManyToMany(t *testing.T) {
	ctx, db := t.Context(), open(t)
	if _, err := db.People.Create(ctx, models.PersonCreate{Email: "a@b.co", Name: litestone.Set("A")}); err != nil {
		t.Fatal(err)
	}
	post, err := db.AsSystem().Posts.Create(ctx, models.PostCreate{
		Title:    "Tagged",
		AuthorID: litestone.Set(int64(1)),
		Status:   litestone.Set(models.StatusPublished),
		Tags:     litestone.Create(models.TagCreate{Name: "go"}, models.TagCreate{Name: "sql"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	tag, err := db.Tags.FindFirst(ctx, litestone.Find{Where: models.Tags.Name.Eq("sql"), Include: models.Tags.Posts})
	if err != nil {
		t.Fatal(err)
	}
	if len(tag.Posts) != 1 || tag.Posts[0].ID != post.ID {
		t.Errorf("posts of the tag: %+v", tag.Posts)
	}

	// Unset leaves a value, null takes it away.
	where := models.People.ID.Eq(1)
	for _, tt := range []struct {
		change models.PersonUpdate
		want   *string
	}{
		{models.PersonUpdate{Email: litestone.Set("b@b.co")}, ptr("A")},
		{models.PersonUpdate{Name: litestone.Set("")}, ptr("")},
		{models.PersonUpdate{Name: litestone.Null[string]()}, nil},
	} {
		p, err := db.People.Update(ctx, where, tt.change)
		if err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(p.Name, tt.want) {
			t.Errorf("after %+v the name is %v", tt.change, p.Name)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestGeneratedTransaction(t *testing.T) {
	ctx, db := t.Context(), open(t)
	sorry := errors.New("sorry")
	err := db.Transaction(ctx, func(ctx context.Context, tx *models.Client) error {
		if _, err := tx.People.Create(ctx, models.PersonCreate{Email: "a@b.co"}); err != nil {
			return err
		}
		if n, err := tx.People.Count(ctx, litestone.Find{}); n != 1 || err != nil {
			t.Errorf("inside: %d people (%v)", n, err)
		}
		return sorry
	})
	if !errors.Is(err, sorry) {
		t.Errorf("the transaction answered %v", err)
	}
	if n, err := db.People.Count(ctx, litestone.Find{}); n != 0 || err != nil {
		t.Errorf("after: %d people (%v), want none", n, err)
	}
}

func TestInvalidInput(t *testing.T) {
	_, err := open(t).People.Create(t.Context(), models.PersonCreate{Email: "nobody"})
	var e *litestone.Error
	if !errors.As(err, &e) || e.Code != litestone.CodeValidation || !cmp.Equal(e.Fields, []string{"email"}) {
		t.Errorf("got %v, want a validation error of email", err)
	}
}
