package litestone_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// attack is one call of somebody who controls every argument of it, and what he must get.
type attack struct {
	as   any // nil: nobody
	call string
	args any    // JSON text, or arguments as they are
	want string // JSON
	code litestone.Code
	not  string // must not stand in an error's text
}

// scene is a database as the system filled it, and attacks on it in order.
type scene struct {
	schema  string
	fill    []string // statements that fill it
	attacks []attack
}

func (s scene) run(t *testing.T) {
	t.Helper()
	db := openText(t, litestone.Config{SchemaText: s.schema, DB: ":memory:"})
	for _, text := range s.fill {
		if _, err := db.SQL(text).Exec(t.Context()); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	for _, a := range s.attacks {
		a.run(t, db.As(a.as))
	}
}

func (a attack) run(t *testing.T, c *litestone.Client) {
	t.Helper()
	args := a.args
	if text, ok := args.(string); ok {
		args = litestone.JSON(text)
	}
	list, several := args.([]any)
	if !several {
		list = []any{args}
	}
	got, err := c.Call(t.Context(), a.call, list...)
	a.judge(t, got, err)
}

func (a attack) judge(t *testing.T, got any, err error) {
	t.Helper()
	var e *litestone.Error
	if errors.As(err, &e) {
		if a.code == "" || e.Code != a.code {
			t.Errorf("as %v: %s %v: error %v, want %s%s", a.as, a.call, a.args, err, a.want, a.code)
		}
		if text := e.Error() + e.Hint; a.not != "" && containsText(text, a.not) {
			t.Errorf("as %v: %s %v: the error tells %q: %s", a.as, a.call, a.args, a.not, text)
		}
		return
	}
	if err != nil {
		t.Errorf("as %v: %s %v: untyped error %v", a.as, a.call, a.args, err)
		return
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if a.code != "" {
		t.Errorf("as %v: %s %v: answers %s, want %s", a.as, a.call, a.args, text, a.code)
	} else if string(text) != a.want {
		t.Errorf("as %v: %s %v:\n got  %s\n want %s", a.as, a.call, a.args, text, a.want)
	}
}

func containsText(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

// who makes an auth object.
func who(id int, more ...any) map[string]any {
	m := map[string]any{"id": id}
	for i := 0; i+1 < len(more); i += 2 {
		m[more[i].(string)] = more[i+1]
	}
	return m
}
