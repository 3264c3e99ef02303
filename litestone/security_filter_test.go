package litestone_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/plugins/encrypt"
)

// TestSessionFiltersServeTheirOwnSession asks the same calls by turns for sessions whose filters have
// other forms: none, one condition, another, nothing at all.
func TestSessionFiltersServeTheirOwnSession(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: `model teams {
  id Integer @id
  notes notes[]
  noteCount Integer @from(notes, count: true)
}
model notes {
  id Integer @id
  n Integer
  kind Text
  teamId Integer
  team teams @relation(fields: [teamId], references: [id])
}`, DB: ":memory:", FilterFuncs: map[string]func(map[string]any) litestone.Predicate{
		"notes": func(auth map[string]any) litestone.Predicate {
			switch auth["role"] {
			case "all":
				return nil
			case "small":
				return litestone.Map{"n": obj{"lt": auth["max"]}}
			case "kind":
				return litestone.Map{"kind": auth["kind"]}
			}
			return litestone.Map{"n": obj{"in": []any{}}}
		},
	}})
	for _, s := range []string{`INSERT INTO teams VALUES (1)`, `INSERT INTO notes VALUES (1, 1, 'a', 1), (2, 2, 'a', 1), (3, 3, 'b', 1), (4, 4, 'b', 1)`} {
		if _, err := db.SQL(s).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sessions := []struct {
		auth map[string]any
		n    int
	}{{who(1, "role", "all"), 4}, {who(2, "role", "small", "max", 2), 1}, {who(2, "role", "small", "max", 4), 3}, {who(3, "role", "kind", "kind", "b"), 2}, {who(4), 0}, {nil, 0}}
	ask := func(auth map[string]any, n int) {
		c := db.As(auth)
		for _, a := range []attack{
			{nil, "notes.count", `{}`, fmt.Sprint(n), "", ""},
			{nil, "notes.count", `{"where": {"team": {"is": {"notes": {"some": {"id": {"gt": 0}}}}}}}`, fmt.Sprint(n), "", ""},
			{nil, "teams.findMany", `{"select": {"noteCount": true}}`, fmt.Sprintf(`[{"noteCount":%d}]`, n), "", ""},
			{nil, "teams.findMany", `{"select": {"_count": {"select": {"notes": true}}}}`, fmt.Sprintf(`[{"_count":{"notes":%d}}]`, n), "", ""},
			{nil, "teams.count", `{"where": {"notes": {"some": {}}}}`, fmt.Sprint(min(n, 1)), "", ""},
			{nil, "notes.updateMany", `{"data": {"teamId": 1}}`, fmt.Sprintf(`{"count":%d}`, n), "", ""},
			{nil, "notes.aggregate", `{"_count": true}`, fmt.Sprintf(`{"_count":%d}`, n), "", ""},
		} {
			a.run(t, c)
		}
		v, err := c.Call(t.Context(), "teams.findMany", litestone.JSON(`{"include": {"notes": true}}`))
		if got := len(v.([]*litestone.Record)[0].Map()["notes"].([]any)); err != nil || got != n {
			t.Errorf("%v includes %d notes (%v), want %d", auth, got, err, n)
		}
	}
	for range 3 {
		for _, s := range sessions {
			ask(s.auth, s.n)
		}
	}
	var all sync.WaitGroup
	for _, s := range sessions {
		all.Go(func() {
			for range 20 {
				ask(s.auth, s.n)
			}
		})
	}
	all.Wait()
}

// TestReadRulesHoldForEncryptedFields: that equality may be asked of an encrypted field does not
// open it to those whom its read rules shut out.
func TestReadRulesHoldForEncryptedFields(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: `model people {
  id Integer @id
  ssn Text @encrypted(searchable: true)
  tax Text @encrypted(searchable: true) @allow('read', auth().admin)
}`, DB: ":memory:", Plugins: []plugin.Plugin{encrypt.New("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")}})
	if _, err := db.AsSystem().Call(t.Context(), "people.create", litestone.JSON(`{"data": {"id": 1, "ssn": "1-2", "tax": "T9"}}`)); err != nil {
		t.Fatal(err)
	}
	count := func(c *litestone.Client, where, want string, code litestone.Code) {
		t.Helper()
		for _, op := range []string{"count", "updateMany", "deleteMany"} {
			args := `{"where": ` + where + `}`
			if op != "count" && code == "" {
				continue
			}
			if op == "updateMany" {
				args = `{"where": ` + where + `, "data": {"ssn": "x"}}`
			}
			attack{nil, "people." + op, args, want, code, ""}.run(t, c)
		}
	}
	count(db.As(who(1)), `{"ssn": "1-2"}`, "1", "")
	count(db.As(who(1)), `{"tax": "T9"}`, "", litestone.CodeAccessDenied)
	count(db.As(who(1)), `{"tax": {"in": ["T9"]}}`, "", litestone.CodeAccessDenied)
	count(db.As(who(1)), `{"tax": null}`, "", litestone.CodeAccessDenied)
	count(db.As(who(1)), `{"NOT": {"tax": "T9"}}`, "", litestone.CodeAccessDenied)
	count(db.As(who(1, "admin", true)), `{"tax": "T9"}`, "1", "")
	count(db.As(who(1, "admin", true)), `{"tax": "T8"}`, "0", "")
}

// TestNobodyIsNotSomebody: the unscoped client, As(nil) and typed nils are nobody, whatever asked
// before.
func TestNobodyIsNotSomebody(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: "model notes {\n  id Integer @id\n  owner Integer?\n  @@allow('read', owner == auth().id || auth() != null && auth().all)\n}\n", DB: ":memory:"})
	if _, err := db.SQL(`INSERT INTO notes VALUES (1, 1), (2, NULL)`).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	type user struct {
		ID int `json:"id"`
	}
	var none *user
	var empty map[string]any
	for _, c := range []struct {
		name   string
		client *litestone.Client
		ctx    context.Context
		want   int64
	}{
		{"unscoped", db, t.Context(), 0}, {"nil", db.As(nil), t.Context(), 0}, {"nil pointer", db.As(none), t.Context(), 0}, {"nil map", db.As(empty), t.Context(), 0},
		{"empty map", db.As(map[string]any{}), t.Context(), 0}, {"struct", db.As(user{1}), t.Context(), 1}, {"pointer", db.As(&user{1}), t.Context(), 1},
		{"nil in the context", db, litestone.WithAuth(t.Context(), nil), 0}, {"all", db.As(who(9, "all", true)), t.Context(), 2},
		{"by another way", db.As(who(9, "all", "")), t.Context(), 0},
	} {
		if n, err := c.client.Table("notes").Count(c.ctx, nil); err != nil || n != c.want {
			t.Errorf("%s: counts %d (%v), want %d", c.name, n, err, c.want)
		}
	}
}
