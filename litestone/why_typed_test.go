package litestone_test

import (
	"slices"
	"testing"

	"github.com/litestone-go/orm/lite2go/testdata/blog/models"
	"github.com/litestone-go/orm/litestone"
)

// TestWhyTakesTypedValues: conditions and inputs of the generated package, by value or pointer.
func TestWhyTakesTypedValues(t *testing.T) {
	db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, s := range []string{
		`INSERT INTO people (id, email) VALUES (1, 'a@x.org'), (2, 'b@x.org')`,
		`INSERT INTO posts (id, title, body, status, authorId, createdAt) VALUES (1, 'one', 'tea', 'draft', 1, '2026-01-01T00:00:00.000Z')`,
	} {
		if _, err := db.SQL(s).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	one := models.PostCreate{Title: "new", AuthorID: litestone.Set[int64](1)}
	for _, c := range []struct {
		q       litestone.Question
		allowed bool
	}{
		{litestone.Question{Auth: who(1), Where: models.Posts.ID.Eq(1)}, true},
		{litestone.Question{Auth: who(2), Where: models.Posts.Title.Eq("one")}, false},
		{litestone.Question{Auth: who(1), Operation: "create", Data: one}, true},
		{litestone.Question{Auth: who(1), Operation: "create", Data: &one}, true},
		{litestone.Question{Auth: who(1), Operation: "update", Where: models.Posts.ID.Eq(1), Data: models.PostUpdate{Title: litestone.Set("other")}}, true},
	} {
		r, err := db.Posts.Why(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		if !r.Found || r.Allowed != c.allowed {
			t.Errorf("%+v: %v", c.q, r)
		}
	}
	_, err = db.Posts.Why(t.Context(), litestone.Question{Operation: "create", Data: models.PostUpdate{}})
	wantError(t, err, litestone.CodeValidation, "PostUpdate", "create")
	_, err = db.Posts.Why(t.Context(), litestone.Question{Where: models.People.ID.Eq(1)})
	wantError(t, err, litestone.CodeValidation, "people")
	if n, err := db.AsSystem().Posts.Count(t.Context(), litestone.Find{Where: models.Posts.Title.Ne("one")}); n != 0 || err != nil {
		t.Errorf("%d posts were kept: %v", n, err)
	}
	e, err := db.Posts.ExplainAs(t.Context(), who(1), litestone.Find{Include: models.Posts.Author})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(e[0].Guards, func(g litestone.Guard) bool {
		return g.Kind == litestone.GuardAllow && g.Model == "posts" && g.At != ""
	}) {
		t.Errorf("%+v", e[0].Guards)
	}
}
