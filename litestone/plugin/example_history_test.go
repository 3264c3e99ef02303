package plugin_test

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

// History keeps every state a row of some models was in, as rows of the model versions.
type History struct {
	models []string // accessors
	host   plugin.Host
}

// NewHistory makes the plugin for Config.Plugins.
func NewHistory(models ...string) *History { return &History{models: models} }

// Name tells the plugin apart in errors and logs.
func (h *History) Name() string { return "history" }

// Check refuses a schema the plugin cannot work on, before anything is opened.
func (h *History) Check(s *schema.Schema) error {
	if s.Model("versions") == nil {
		return fmt.Errorf("the schema needs a model versions")
	}
	for _, name := range h.models {
		if s.Model(name) == nil {
			return fmt.Errorf("there is no model %s", name)
		}
	}
	return nil
}

// Init keeps the host for later.
func (h *History) Init(_ context.Context, host plugin.Host) error {
	h.host = host
	return nil
}

// Watches names the models whose changes AfterWrite is told; others cost nothing.
func (h *History) Watches(m *schema.Model) bool {
	for _, name := range h.models {
		if m.Accessor == name {
			return true
		}
	}
	return false
}

// AfterWrite runs in the transaction of the call: the versions are there if and only if the
// changes are.
func (h *History) AfterWrite(ctx context.Context, w *plugin.Written) error {
	rows := make([]any, 0, len(w.Changes))
	for _, c := range w.Changes {
		if c.Before.Empty() {
			continue
		}
		state := map[string]any{}
		for _, f := range c.Model.Columns {
			if f.Encrypted == nil { // what is stored is of no use without the key
				state[f.Name] = c.Before.Value(f.Name).Any()
			}
		}
		text, err := json.Marshal(state)
		if err != nil {
			return err
		}
		rows = append(rows, map[string]any{"model": c.Model.Accessor, "change": c.Kind.String(), "state": string(text)})
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := h.host.Call(ctx, "versions.createMany", map[string]any{"data": rows})
	return err
}

// A plugin of one's own is a type with some of the methods package plugin names.
func Example() {
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{
		SchemaText: `
model posts    { id Integer @id  title Text }
model versions { id Integer @id  model Text  change Text  state Text  @@deny('all', auth() != null) }`,
		DB:      ":memory:",
		Plugins: []plugin.Plugin{NewHistory("posts")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	me := db.As(map[string]any{"id": 1})
	for _, call := range []struct {
		name string
		args map[string]any
	}{
		{"posts.create", map[string]any{"data": map[string]any{"id": 1, "title": "first"}}},
		{"posts.update", map[string]any{"where": map[string]any{"id": 1}, "data": map[string]any{"title": "second"}}},
		{"posts.delete", map[string]any{"where": map[string]any{"id": 1}}},
	} {
		if _, err := me.Call(ctx, call.name, call.args); err != nil {
			fmt.Println(err)
		}
	}
	versions, err := db.AsSystem().Table("versions").FindMany(ctx, litestone.Map{"orderBy": map[string]any{"id": "asc"}})
	for _, v := range versions {
		fmt.Println(v.Map()["change"], v.Map()["state"])
	}
	fmt.Println(err)
	// Output:
	// updated {"id":1,"title":"first"}
	// deleted {"id":1,"title":"second"}
	// <nil>
}
