package syntax_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/syntax"
)

// schemaTexts gives the corpus and, where they are, the schemas of the conformance cases, by name.
func schemaTexts(t testing.TB) map[string]string {
	t.Helper()
	texts := map[string]string{}
	paths, err := filepath.Glob("testdata/*.lite")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		texts[p] = string(b)
	}
	for _, s := range conformanceSchemas(t) {
		texts[s.name] = s.text
	}
	return texts
}

type conformanceSchema struct {
	name, text string
	refused    bool // the case expects it to be refused, by this package or by package schema
}

// conformanceSchemas finds every schema text in the conformance cases.
func conformanceSchemas(t testing.TB) []conformanceSchema {
	t.Helper()
	folder := os.Getenv("LITESTONE_CONFORMANCE")
	if folder == "" {
		folder = "../testdata/conformance"
	}
	paths, _ := filepath.Glob(filepath.Join(folder, "*.json"))
	var all []conformanceSchema
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := json.Unmarshal(b, &doc); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		collect(doc, name, &all)
	}
	return all
}

func collect(doc any, name string, all *[]conformanceSchema) {
	switch x := doc.(type) {
	case []any:
		for _, v := range x {
			collect(v, name, all)
		}
	case map[string]any:
		if n, ok := x["name"].(string); ok {
			name += "/" + n
		}
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			text, ok := x[k].(string)
			if !ok || k != "schema" && k != "reopen" && k != "parse" {
				collect(x[k], name, all)
				continue
			}
			expect, _ := x["expect"].(map[string]any)
			failure, _ := x["error"].(map[string]any)
			refused := expect != nil && expect["valid"] == false || failure != nil && failure["code"] == "schema"
			*all = append(*all, conformanceSchema{name, text, refused})
		}
	}
}

func TestConformanceSchemasParse(t *testing.T) {
	all := conformanceSchemas(t)
	if len(all) == 0 {
		t.Skip("no conformance cases in ../testdata/conformance; set LITESTONE_CONFORMANCE")
	}
	for _, s := range all {
		if _, list := syntax.ParseString(s.name, s.text); list.HasErrors() && !s.refused {
			t.Errorf("%s: %v\n%s", s.name, list, s.text)
		}
	}
}

// A comment may stand between any two tokens, and line breaks and separators too; wherever it
// stands, formatting keeps it and the meaning.
func TestFormatWithCommentsAnywhere(t *testing.T) {
	rounds := 40
	if testing.Short() {
		rounds = 4
	}
	pieces := []string{" /* x */ ", " // x\n", " /// doc\n", "\n/// doc\n", "\n", "\n\n", "\n\n\n", " /* x\n y */ ", "\n// x\n", " /**/ ", "\n/* a */ /* b */\n", "\t", "\r\n// x\r\n"}
	for name, text := range schemaTexts(t) {
		starts := syntax.TokenStarts(text)
		rng := rand.New(rand.NewPCG(1, uint64(len(text))))
		for range rounds {
			var b strings.Builder
			last := 0
			share := rng.IntN(20) + 1
			for _, at := range starts {
				b.WriteString(text[last:at])
				last = at
				if rng.IntN(share) == 0 {
					b.WriteString(pieces[rng.IntN(len(pieces))])
				}
			}
			b.WriteString(text[last:])
			checkFormat(t, b.String())
			if t.Failed() {
				t.Fatalf("%s:\n%s", name, b.String())
			}
		}
	}
}

// Whatever is lost, doubled or moved in a schema, parsing ends, reports it inside the text, and the
// tree can be written.
func TestParseDamagedSchemas(t *testing.T) {
	rounds := 30
	if testing.Short() {
		rounds = 3
	}
	for name, text := range schemaTexts(t) {
		starts := syntax.TokenStarts(text)
		rng := rand.New(rand.NewPCG(2, uint64(len(text))))
		for range rounds {
			i, j := rng.IntN(len(starts)), rng.IntN(len(starts))
			if i > j {
				i, j = j, i
			}
			a, b := starts[i], starts[j]
			var damaged string
			switch rng.IntN(4) {
			case 0:
				damaged = text[:a] + text[starts[min(i+1, len(starts)-1)]:]
			case 1:
				damaged = text[:b] + text[a:]
			case 2:
				damaged = text[:a] + text[b:]
			default:
				damaged = text[:a]
			}
			tree, list := syntax.ParseString(name, damaged)
			for _, d := range list {
				inside(t, damaged, d.Span)
			}
			_ = list.Error()
			_ = syntax.Format(tree)
			checkFormat(t, damaged)
			if t.Failed() {
				t.Fatalf("%s:\n%s", name, damaged)
			}
		}
	}
}
