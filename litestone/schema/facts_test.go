package schema_test

import (
	"slices"
	"testing"

	"github.com/litestone-go/orm/litestone/schema"
)

func TestUsesRow(t *testing.T) {
	s := ok(t, `
model users { id Integer @id  docs docs[] }
model docs {
  id Integer @id
  open Boolean
  user users @relation(fields: [userId], references: [id])
  userId Integer
  a Text? @allow('read', auth().x == 1 && !(now() > auth().until) || true)
  b Text? @allow('read', auth().x == 1 || open)
  c Text? @allow('read', auth() != null && user == auth())
  d Text? @allow('read', check(user))
  e Text? @allow('read', check(users, id == 1))
  f Text? @allow('read', auth().ok)
  g Text? @allow('read', !open)
}`)
	m := s.Model("docs")
	for name, independent := range map[string]bool{"a": true, "b": false, "c": false, "d": false, "e": false, "f": true, "g": false} {
		if got := m.Field(name).Rules[0].RowIndependent(); got != independent {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestRulesFor(t *testing.T) {
	s := ok(t, `
model m {
  id Integer @id
  @@allow('all', id == 0)
  @@deny('write', id == 1)
  @@allow('read, post-update', id == 2)
  @@deny('delete', id == 3)
}`)
	index := func(rules []*schema.Rule) (out []int) {
		for _, r := range rules {
			out = append(out, r.Index)
		}
		return out
	}
	for op, want := range map[schema.Operation][2][]int{
		schema.Read: {{0, 2}, nil}, schema.Create: {{0}, {1}}, schema.Update: {{0}, {1}}, schema.PostUpdate: {{0, 2}, nil}, schema.Delete: {{0}, {1, 3}},
	} {
		allow, deny := s.Models[0].RulesFor(op)
		if !slices.Equal(index(allow), want[0]) || !slices.Equal(index(deny), want[1]) {
			t.Errorf("%s: %v, %v", op, index(allow), index(deny))
		}
	}
}

func TestAsks(t *testing.T) {
	same, other := schema.CheckRelation{Same: true}, schema.CheckRelation{Op: schema.Delete}
	for op := schema.Read; op <= schema.Delete; op++ {
		want := op
		if op == schema.PostUpdate {
			want = schema.Update // the related row is not the one that changes
		}
		if same.Asks(op) != want || other.Asks(op) != schema.Delete {
			t.Errorf("%s asks %s and %s", op, same.Asks(op), other.Asks(op))
		}
	}
}

// TestGenerated: expressions hold columns, mapped ones under their column's name.
func TestGenerated(t *testing.T) {
	s := ok(t, "model m {\n  id Integer @id\n  a Integer @map(\"x`y\")\n  b Integer @generated(\"{a} + {a} + {id}\")\n}")
	g := s.Models[0].Field("b").Generated
	if g.SQL != "`x``y` + `x``y` + `id`" || names(g.Uses) != "[a id]" || g.Stored {
		t.Errorf("%+v", g)
	}
}
