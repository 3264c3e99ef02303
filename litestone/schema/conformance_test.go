package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/schema"
)

// suite is one file of conformance cases; only what speaks of schemas is read.
type suite struct {
	Area  string `json:"area"`
	Cases []struct {
		Name    string `json:"name"`
		Schema  string `json:"schema"`
		Options struct {
			Pluralize bool `json:"pluralize"`
		} `json:"options"`
		Steps []step `json:"steps"`
	} `json:"cases"`
}

type step struct {
	Parse  *string         `json:"parse"`
	Reopen *string         `json:"reopen"`
	Expect json.RawMessage `json:"expect"`
	Error  *struct {
		Code string `json:"code"`
	} `json:"error"`
	Tx []step `json:"tx"`
}

// suites reads the conformance cases, or skips the test where there are none.
func suites(t testing.TB) []suite {
	t.Helper()
	dir := os.Getenv("LITESTONE_CONFORMANCE")
	if dir == "" {
		dir = filepath.Join("..", "testdata", "conformance")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if len(files) == 0 {
		t.Skipf("no conformance cases in %s; LITESTONE_CONFORMANCE names another folder", dir)
	}
	var out []suite
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var s suite
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		out = append(out, s)
	}
	return out
}

// TestConformanceParse runs every parse step of every area.
func TestConformanceParse(t *testing.T) {
	for _, s := range suites(t) {
		for _, c := range s.Cases {
			for i, st := range c.Steps {
				if st.Parse == nil {
					continue
				}
				t.Run(s.Area+"/"+c.Name, func(t *testing.T) {
					var want map[string]any
					if err := json.Unmarshal(st.Expect, &want); err != nil {
						t.Fatal(err)
					}
					got := map[string]any{"valid": false}
					sch, err := schema.FromText("schema", *st.Parse, schema.Options{Pluralize: c.Options.Pluralize})
					if err == nil {
						got = sch.Describe()
					}
					for k, w := range want {
						if !reflect.DeepEqual(got[k], w) {
							t.Errorf("step %d: %s is %v, want %v, of\n%s\n%v", i, k, got[k], w, *st.Parse, err)
						}
					}
				})
			}
		}
	}
}

// TestConformanceSchemas checks every schema that a case opens.
func TestConformanceSchemas(t *testing.T) {
	for _, s := range suites(t) {
		for _, c := range s.Cases {
			try := func(text string) {
				if _, err := schema.FromText("schema", strings.ReplaceAll(text, "$DIR", "/tmp/x"), schema.Options{}); err != nil {
					t.Errorf("%s/%s: %v", s.Area, c.Name, err)
				}
			}
			try(c.Schema)
			for _, st := range c.Steps {
				if st.Reopen != nil && (st.Error == nil || st.Error.Code != "schema") {
					try(*st.Reopen)
				}
			}
		}
	}
}
