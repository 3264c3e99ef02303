// The house, layer by layer. A package imports lower layers only, and inside a layer only names to
// its left. TestLayers reads the table below; change it here when the house changes.
//
//	0: litestone/diag litestone/liteerr litestone/catalog
//	1: litestone/syntax
//	2: litestone/schema
//	3: litestone/query litestone/ddl litestone/jsonschema lite2go
//	4: litestone/plugin
//	5: litestone/internal/session litestone/internal/policy litestone/internal/plan litestone/internal/sqlgen
//	6: litestone/internal/conn litestone/internal/rows litestone/internal/read litestone/internal/write litestone/internal/guard litestone/internal/logdb litestone/introspect litestone/migrate
//	7: litestone
//	8: hooks hooks/httpserve plugins/gate plugins/filestorage plugins/encrypt litestone/tenant testutil
//	9: litestone/crashtest cmd/litestone/cli cmd/litestone cmd/lite2go
package orm_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/litestone-go/orm/"

// place is where a package stands: its layer, and its place inside it.
type place struct{ layer, at int }

func readLayers(t *testing.T) map[string]place {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "arch_test.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	layers := map[string]place{}
	for _, line := range strings.Split(f.Doc.Text(), "\n") {
		digit, names, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || len(digit) != 1 || digit[0] < '0' || digit[0] > '9' {
			continue
		}
		for i, name := range strings.Fields(names) {
			layers[name] = place{int(digit[0] - '0'), i}
		}
	}
	if len(layers) < 20 {
		t.Fatalf("the table gives %d packages", len(layers))
	}
	return layers
}

// imports gives the project's own imports of every package, tests left out.
func imports(t *testing.T) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && p != ".") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := path.Dir(filepath.ToSlash(p))
		if out[pkg] == nil {
			out[pkg] = map[string]string{}
		}
		for _, i := range f.Imports {
			if to, ok := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), module); ok {
				out[pkg][to] = p
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLayers(t *testing.T) {
	layers := readLayers(t)
	for pkg, list := range imports(t) {
		if top, _, _ := strings.Cut(pkg, "/"); top == "examples" || top == "bench" || pkg == "." {
			continue // programs on top of everything
		}
		from, ok := layers[pkg]
		if !ok {
			t.Errorf("package %s stands in no layer: give it one in arch_test.go", pkg)
			continue
		}
		for to, file := range list {
			target, ok := layers[to]
			if !ok {
				t.Errorf("%s imports %s, which stands in no layer", file, to)
				continue
			}
			if target.layer > from.layer || target.layer == from.layer && target.at >= from.at {
				t.Errorf("%s: layer %d (%s) may not import layer %d (%s)", file, from.layer, pkg, target.layer, to)
			}
			if from.layer == 8 && strings.Contains(to, "/internal/") && pkg != "litestone/tenant" {
				t.Errorf("%s: plugins, hooks and testutil use the public API, not %s", file, to)
			}
		}
	}
}

// TestNoCatchAllPackages keeps folders named after what they own.
func TestNoCatchAllPackages(t *testing.T) {
	for pkg := range imports(t) {
		switch path.Base(pkg) {
		case "util", "utils", "common", "helpers", "types", "misc":
			t.Errorf("package %s: name it after what it owns", pkg)
		}
	}
}

// TestStatementsStandInFewPlaces keeps SQL over models' tables inside the guarded planner: nowhere
// else does Go code hold the text of a SELECT or a change of rows, but for what is listed here.
func TestStatementsStandInFewPlaces(t *testing.T) {
	allowed := []string{
		"litestone/internal/sqlgen/",                                         // renders plans
		"litestone/internal/conn/",                                           // transaction control, self-tests
		"litestone/internal/guard/",                                          // TEMP guards for plain bun
		"litestone/internal/logdb/",                                          // fills its own tables from files
		"litestone/optimize.go",                                              // FTS5 maintenance commands
		"litestone/backup.go",                                                // likewise
		"litestone/locks.go",                                                 // the table of locks, which is no model's
		"litestone/internal/write/sequence", "litestone/internal/write/keys", // system and TEMP tables
		"litestone/migrate/", "litestone/introspect/", "litestone/ddl/",
		"examples/", "bench/",
	}
	words := []string{"SELECT ", "INSERT INTO", "DELETE FROM", "UPDATE \""}
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") || strings.Contains(p, "testdata") {
			return err
		}
		p = filepath.ToSlash(p)
		for _, a := range allowed {
			if strings.HasPrefix(p, a) {
				return nil
			}
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for n, line := range strings.Split(string(b), "\n") {
			code, _, _ := strings.Cut(line, "//")
			for _, w := range words {
				if strings.Contains(code, `"`+w) || strings.Contains(code, "`"+w) {
					t.Errorf("%s:%d: SQL outside the planner: %s", p, n+1, strings.TrimSpace(line))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
