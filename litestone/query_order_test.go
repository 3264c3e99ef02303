package litestone_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"github.com/litestone-go/orm/litestone"
)

// statements is a query hook that notes what runs.
type statements struct{ list []string }

func (*statements) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }
func (s *statements) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	if strings.Contains(e.Query, "FROM \"") {
		s.list = append(s.list, e.Query)
	}
}

// TestQueryKeepsTheOrderAsked holds that the queries of a batch run, and are answered, in the order of
// its text, and those of a map by name.
func TestQueryKeepsTheOrderAsked(t *testing.T) {
	hook := &statements{}
	db := openText(t, litestone.Config{DB: ":memory:", QueryHooks: []bun.QueryHook{hook}, SchemaText: `
model users { id Integer @id; name Text }
model orders { id Integer @id; total Real @default(1) }`})
	const text = `{"zeta": {"model": "users", "where": {"a\u0062c": 1}}, "users": {}, "alpha": {"model": "orders", "_count": true}, "orders": {}, "zeta": {"model": "users", "limit": 1}}`
	want := []string{"zeta", "users", "alpha", "orders"}
	tables := []string{"users", "users", "orders", "orders"}
	for _, c := range []struct {
		name   string
		spec   any
		want   []string
		tables []string
	}{
		{"JSON", litestone.JSON(text), want, tables},
		{"a request", litestone.Untrusted(text), want, tables},
		{"a map", litestone.Map{"b": map[string]any{"model": "users"}, "a": map[string]any{"model": "orders"}}, []string{"a", "b"}, []string{"orders", "users"}},
		{"nothing", litestone.JSON(`{}`), nil, nil},
	} {
		ask := func(where string, db *litestone.Client) {
			hook.list = nil
			a, err := db.Query(t.Context(), c.spec)
			if err != nil {
				t.Fatal(c.name, err)
			}
			if !slices.Equal(a.Names(), c.want) {
				t.Errorf("%s, %s: %v, want %v", c.name, where, a.Names(), c.want)
			}
			b, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			at := 0
			for _, name := range c.want {
				i := strings.Index(string(b[at:]), `"`+name+`":`)
				if i < 0 {
					t.Errorf("%s, %s: %s is not next in %s", c.name, where, name, b)
					break
				}
				at += i
			}
			var ran []string
			for _, sql := range hook.list {
				for _, table := range []string{"users", "orders"} {
					if strings.Contains(sql, `FROM "`+table+`"`) {
						ran = append(ran, table)
					}
				}
			}
			if !slices.Equal(ran, c.tables) {
				t.Errorf("%s, %s: asked %v, want %v", c.name, where, ran, c.tables)
			}
		}
		ask("outside", db)
		err := db.Transaction(t.Context(), func(_ context.Context, tx *litestone.Client) error {
			ask("in a transaction", tx)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
