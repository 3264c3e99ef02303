package litestone_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/testdata/corpus/computed/models"
)

// TestComputedFieldsOfAFailedCallAreForgotten: what a call read before it failed is not handed to
// functions in the next call, which is somebody else's.
func TestComputedFieldsOfAFailedCallAreForgotten(t *testing.T) {
	var asked []string
	db := openText(t, litestone.Config{
		DB: ":memory:", Untrusted: litestone.Limits{Total: 2},
		SchemaText: `
model owners { id Integer @id  name Text  owner Integer  pets pets[]  label Text @computed
  @@allow('all', owner == auth().id) }
model pets { id Integer @id  ownerId Integer  owner owners @relation(fields: [ownerId], references: [id]) }`,
		Computed: map[string]map[string]litestone.Computed{"owners": {"label": {Needs: []string{"name"}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
			v, _ := r.Get("name")
			asked = append(asked, fmt.Sprint(v))
			return "x", nil
		}}}},
	})
	for i := 1; i <= 2; i++ {
		must(t, db.AsSystem(), "owners.create", args{"data": args{"id": i, "name": fmt.Sprint("name of ", i), "owner": i}})
	}
	for i := range 3 {
		must(t, db.AsSystem(), "pets.create", args{"data": args{"id": i, "ownerId": 1}})
	}
	for _, c := range []struct{ fails, then [2]string }{
		{[2]string{"owners.findMany", `{"include": {"pets": true}}`}, [2]string{"owners.findMany", `{}`}},
		{[2]string{"owners.findManyCursor", `{"include": {"pets": true}}`}, [2]string{"owners.findManyCursor", `{}`}},
		{[2]string{"owners.findManyAndCount", `{"include": {"pets": true}}`}, [2]string{"owners.findManyAndCount", `{}`}},
		{[2]string{"owners.update", `{"where": {"owner": 1}, "data": {"owner": 1}, "include": {"pets": true}}`}, [2]string{"owners.update", `{"where": {"owner": 2}, "data": {"owner": 2}}`}},
	} {
		for range 3 { // whichever call's room the pool gives
			if _, err := db.As(who(1)).Call(t.Context(), c.fails[0], litestone.Untrusted(c.fails[1])); err == nil {
				t.Fatalf("%s does not fail", c.fails)
			}
			asked = nil
			must(t, db.As(who(2)), c.then[0], litestone.Untrusted(c.then[1]))
			if !slices.Equal(asked, []string{"name of 2"}) {
				t.Errorf("%s after %s: the function was given %q", c.then, c.fails, asked)
			}
		}
	}
}

// TestComputedInputsHoldNothingOfTheLastRow: keys that a row's Json lacks are not those of the row before.
func TestComputedInputsHoldNothingOfTheLastRow(t *testing.T) {
	var seen []string
	db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:", Computed: map[string]map[string]litestone.Computed{"users": {
		"plain": litestone.Compute(func(_ context.Context, u *models.User) (string, error) {
			seen = append(seen, shownAs(t, u.Card))
			return "", nil
		}, models.Users.Card),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i, card := range []any{args{"title": "one", "since": "2026-01-01"}, args{"title": "two"}, nil, args{"title": "four"}} {
		must(t, &db.Client, "users.create", args{"data": args{"id": i, "first": "a", "last": "b", "card": card}, "select": args{"id": true}})
	}
	seen = nil
	if _, err := db.Users.FindMany(t.Context(), litestone.Find{OrderBy: models.Users.ID.Asc()}); err != nil {
		t.Fatal(err)
	}
	if want := []string{`{"title":"one","since":"2026-01-01T00:00:00.000Z"}`, `{"title":"two"}`, "null", `{"title":"four"}`}; !slices.Equal(seen, want) {
		t.Errorf("the function was given %q, want %q", seen, want)
	}
}
