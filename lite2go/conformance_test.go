package lite2go_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone/schema"
)

// TestConformanceSchemasCompile generates a package of every schema in the conformance cases that
// holds, and type-checks it.
func TestConformanceSchemasCompile(t *testing.T) {
	dir := os.Getenv("LITESTONE_CONFORMANCE")
	if dir == "" {
		dir = "../litestone/testdata/conformance"
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Skipf("no conformance cases in %s", dir)
	}
	if testing.Short() {
		t.Skip("type-checks hundreds of packages")
	}
	seen, withFiles := map[string]bool{}, servesFiles(t)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases any
		if err := json.Unmarshal(text, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, text := range schemaTexts(cases, nil) {
			if seen[text] {
				continue
			}
			seen[text] = true
			s, err := schema.FromText("schema.lite", text, schema.Options{})
			if err != nil || hasFile(s) && !withFiles {
				continue // cases of what must be refused
			}
			files, err := lite2go.Generate(s, lite2go.Options{})
			if err != nil {
				t.Errorf("%v\n%s", err, text)
				continue
			}
			for _, err := range typeCheck(files) {
				t.Errorf("%v\n%s", err, text)
			}
		}
	}
	t.Logf("%d schemas", len(seen))
}

// schemaTexts collects every text under a key that holds a schema.
func schemaTexts(v any, out []string) []string {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			out = schemaTexts(x, out)
		}
	case map[string]any:
		for k, x := range v {
			if text, ok := x.(string); ok && (k == "schema" || k == "reopen" || k == "parse") {
				out = append(out, text)
				continue
			}
			out = schemaTexts(x, out)
		}
	}
	return out
}
