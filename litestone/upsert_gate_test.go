package litestone_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

// TestUpsertAsksForBothLevels holds that an upsert needs the levels of create and update, wherever it
// stands and whether or not its row is there: a refusal tells nothing of rows.
func TestUpsertAsksForBothLevels(t *testing.T) {
	const head = `
		model p { id Integer @id  cs c[]  d d? }
		model d { id Integer @id  name Text  pId Integer @unique  p p @relation(fields: [pId], references: [id])  @@gate("1.GATE.1") }
		model c { id Integer @id  name Text  pId Integer?  p p? @relation(fields: [pId], references: [id])  t t? @relation(fields: [tId], references: [id])  tId Integer?  @@gate("1.GATE.1") }
		model t { id Integer @id  name Text  cs c[]  @@gate("1.GATE.1") }`
	calls := [][2]string{
		{"c.upsert", `{"where": {"id": 1}, "create": {"id": 1, "name": "x"}, "update": {"name": "y"}}`},
		{"c.upsert", `{"where": {"id": 2}, "create": {"id": 2, "name": "x"}, "update": {"name": "y"}}`},
		{"c.upsert", `{"where": {"name": "c"}, "create": {"name": "x"}, "update": {}}`},
		{"c.upsert", `{"where": {"name": "none"}, "create": {"name": "x"}, "update": {}}`},
		{"c.upsertMany", `{"data": [{"id": 1, "name": "x"}]}`},
		{"c.upsertMany", `{"data": [{"id": 3, "name": "x"}]}`},
		{"c.upsertMany", `{"data": [{"id": 1, "name": "x"}], "update": []}`},
		{"p.update", `{"where": {"id": 1}, "data": {"cs": {"upsert": {"where": {"id": 1}, "create": {"name": "x"}, "update": {"name": "z"}}}}}`},
		{"p.update", `{"where": {"id": 1}, "data": {"cs": {"upsert": {"where": {"id": 9}, "create": {"name": "x"}, "update": {"name": "z"}}}}}`},
		{"p.update", `{"where": {"id": 1}, "data": {"d": {"upsert": {"create": {"name": "x"}, "update": {"name": "z"}}}}}`},
		{"p.update", `{"where": {"id": 2}, "data": {"d": {"upsert": {"create": {"name": "x"}, "update": {"name": "z"}}}}}`},
		{"c.update", `{"where": {"id": 1}, "data": {"t": {"upsert": {"create": {"name": "x"}, "update": {"name": "z"}}}}}`},
		{"c.update", `{"where": {"id": 4}, "data": {"t": {"upsert": {"create": {"name": "x"}, "update": {"name": "z"}}}}}`},
	}
	for _, g := range []struct {
		gate   string
		level  int
		system bool
		denied bool
	}{
		{"4.4", 4, false, false}, {"5.1", 4, false, true}, {"1.5", 4, false, true}, {"5.5", 4, false, true},
		{"8.1", 7, false, true}, {"1.8", 7, false, true}, {"8.8", 0, true, false}, {"9.1", 0, true, true}, {"1.9", 0, true, true},
	} {
		for _, x := range calls {
			db := openText(t, litestone.Config{DB: ":memory:", SchemaText: strings.ReplaceAll(head, "GATE", g.gate),
				Plugins: []plugin.Plugin{plugin.New("level", plugin.LevelFunc(func(context.Context, plugin.Who, *schema.Model) (int, error) { return g.level, nil }))}})
			for _, text := range []string{`INSERT INTO p (id) VALUES (1), (2)`, `INSERT INTO t (id, name) VALUES (1, 't')`, `INSERT INTO c (id, name, pId, tId) VALUES (1, 'c', 1, 1), (4, 'd', 1, NULL)`, `INSERT INTO d (id, name, pId) VALUES (1, 'd', 1)`} {
				if _, err := db.SQL(text).Exec(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			who := db.As(map[string]any{"id": 1})
			if g.system {
				who = db.AsSystem()
			}
			_, err := who.Call(t.Context(), x[0], litestone.JSON(x[1]))
			if denied := errors.Is(err, litestone.ErrAccessDenied); denied != g.denied || err != nil && !denied {
				t.Errorf("gate %s, level %d: %s %s: %v", g.gate, g.level, x[0], x[1], err)
			}
		}
	}
}
