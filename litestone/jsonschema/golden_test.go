package jsonschema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/jsonschema"
	"github.com/litestone-go/orm/litestone/schema"
)

func load(t testing.TB, name string) *schema.Schema {
	t.Helper()
	s, err := schema.FromFile(filepath.Join("testdata", name), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// golden compares with a file beside the schema; LITESTONE_UPDATE rewrites it and fails.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if pattern := os.Getenv("LITESTONE_UPDATE"); pattern != "" {
		if ok, _ := filepath.Match(pattern, name); ok {
			if old, _ := os.ReadFile(path); string(old) != string(got) {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
				t.Errorf("%s was rewritten", path)
			}
			return
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (make it with LITESTONE_UPDATE='*')", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestGolden(t *testing.T) {
	s := load(t, "shop.lite")
	all := func(o jsonschema.Options) []byte { return jsonschema.Schema(s, o) }
	one := func(o jsonschema.Options) []byte { return jsonschema.Model(s.Model("customers"), o) }
	tests := []struct {
		file  string
		write func(jsonschema.Options) []byte
		o     jsonschema.Options
	}{
		{"all.full.public.json", all, jsonschema.Options{ID: "https://example.com/shop.json"}},
		{"all.full.system.json", all, jsonschema.Options{Audience: jsonschema.System, Relations: true}},
		{"all.create.public.json", all, jsonschema.Options{Mode: jsonschema.Create}},
		{"customers.full.relations.json", one, jsonschema.Options{Relations: true}},
		{"customers.create.relations.json", one, jsonschema.Options{Mode: jsonschema.Create, Relations: true}},
		{"customers.update.system.json", one, jsonschema.Options{Mode: jsonschema.Update, Audience: jsonschema.System}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			got := tt.write(tt.o)
			if !json.Valid(got) {
				t.Fatalf("no JSON: %s", got)
			}
			golden(t, tt.file, got)
		})
	}
}
