package plugin_test

import (
	"os"
	"strings"
	"testing"
)

// TestDocumentedPluginRuns: the plugin that the documentation shows is the one the example runs.
func TestDocumentedPluginRuns(t *testing.T) {
	doc, err := os.ReadFile("../../docs/plugins.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("example_history_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, code, ok := strings.Cut(string(source), "// History keeps every")
	code, _, ends := strings.Cut(code, "\n// A plugin of one's own")
	if !ok || !ends || !strings.Contains(string(doc), strings.TrimSpace(code)) {
		t.Error("docs/plugins.md does not show the code of example_history_test.go: copy it there")
	}
}

// TestDocumentationNamesEveryInterface: a new interface is told of.
func TestDocumentationNamesEveryInterface(t *testing.T) {
	doc, err := os.ReadFile("../../docs/plugins.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			name, ok := strings.CutSuffix(strings.TrimPrefix(line, "type "), " interface {")
			if !ok {
				continue
			}
			n++
			if name != "Plugin" && name != "Record" && !strings.Contains(string(doc), "`"+name+"`") {
				t.Errorf("docs/plugins.md does not name %s (%s)", name, f.Name())
			}
		}
	}
	if n < 14 {
		t.Errorf("found %d interfaces", n)
	}
}
