package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/jsonschema"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/litestone/syntax"
	"github.com/litestone-go/orm/plugins/encrypt"
	"github.com/litestone-go/orm/plugins/gate"
)

// TestMain draws few schemas unless -rapid.checks says otherwise; `make soak` draws many.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		_ = flag.Set("rapid.checks", "60")
	}
	os.Exit(m.Run())
}

// TestWhatChecksWorks: of any schema that checks, SQLite takes the statements, a client opens and
// answers about every model with all its relations, the Go package type-checks, the JSON Schemas are
// JSON, and the formatted text means the same.
func TestWhatChecksWorks(t *testing.T) {
	drawn, held := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		drawn++
		if works(t) {
			held++
		}
	})
	t.Logf("%d of %d drawn schemas hold", held, drawn)
	if held*2 < drawn {
		t.Errorf("only %d of %d drawn schemas hold: too few to say anything", held, drawn)
	}
}

// FuzzWhatChecksWorks is the same, led by what the draws reach.
func FuzzWhatChecksWorks(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { works(t) }))
}

// works draws a schema and takes it through the house; false when it does not check.
func works(t *rapid.T) bool {
	text := drawSchema(t)
	s, err := schema.FromText("schema.lite", text, schema.Options{})
	if err != nil {
		return false
	}
	formattedMeansTheSame(t, text, s)
	clientAnswers(t, text, s)
	packageCompiles(t, text, s)
	for _, o := range []jsonschema.Options{{}, {Mode: jsonschema.Create, Relations: true}, {Mode: jsonschema.Update}, {Audience: jsonschema.System, Relations: true}} {
		if doc := jsonschema.Schema(s, o); !json.Valid(doc) {
			t.Fatalf("no JSON: %s\n%s", doc, text)
		}
	}
	return true
}

// formattedMeansTheSame compares what is made of the formatted text, in either spelling.
func formattedMeansTheSame(t *rapid.T, text string, s *schema.Schema) {
	tree, list := syntax.Parse(&diag.File{Name: "schema.lite", Text: text})
	if list.HasErrors() {
		t.Fatalf("%v\n%s", list, text)
	}
	for _, style := range []syntax.Style{{}, {Types: syntax.ShortNames}} {
		formatted := style.Format(tree)
		again, err := schema.FromText("schema.lite", formatted, schema.Options{})
		if err != nil {
			t.Fatalf("formatted, it fails: %v\n%s\n%s", err, text, formatted)
		}
		if diff := cmp.Diff(statements(s), statements(again)); diff != "" {
			t.Fatalf("formatted, it makes other tables: %s\n%s", diff, text)
		}
		o := jsonschema.Options{Audience: jsonschema.System, Relations: true}
		if diff := cmp.Diff(string(jsonschema.Schema(s, o)), string(jsonschema.Schema(again, o))); diff != "" {
			t.Fatalf("formatted, it means something else: %s\n%s", diff, text)
		}
	}
}

func statements(s *schema.Schema) (out []string) {
	for _, d := range s.Databases {
		for _, stmt := range ddl.Build(s, d) {
			out = append(out, stmt.SQL)
		}
	}
	return out
}

// clientAnswers makes the tables, takes rows of each model through their life, asks for them with
// all their relations, and finds nothing wrong with the database afterwards.
func clientAnswers(t *rapid.T, text string, s *schema.Schema) {
	db, err := litestone.Open(t.Context(), litestone.Config{Parsed: s, DB: ":memory:", Plugins: plugins()})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	defer db.Close()
	call := func(view *litestone.Client, name string, args any) string {
		answer, err := view.Call(t.Context(), name, args)
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, text)
		}
		b, err := json.Marshal(answer)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		return string(b)
	}
	system := db.AsSystem()
	made := map[*schema.Model]int{}
	for n := range 2 {
		for _, m := range s.Models {
			_, err := system.Call(t.Context(), m.Accessor+".create", litestone.Map{"data": rowOf(m, n+1)})
			if n == 1 && (errors.Is(err, litestone.ErrUnique) || errors.Is(err, litestone.ErrForeignKey)) {
				continue // a default that is unique, or a parent that had one
			}
			if err != nil {
				t.Fatalf("%s.create: %v\n%s", m.Accessor, err, text)
			}
			made[m]++
		}
	}
	for _, m := range s.Models {
		include := map[string]any{}
		for _, r := range m.Relations {
			if r.Index >= 0 {
				include[r.Name()] = true
			}
		}
		for _, view := range []*litestone.Client{db, db.As(map[string]any{"id": 1}), system} {
			call(view, m.Accessor+".findMany", litestone.Map{"include": include})
			call(view, m.Accessor+".aggregate", litestone.Map{"_count": true})
		}
		if got := call(system, m.Accessor+".count", nil); got != fmt.Sprint(made[m]) {
			t.Fatalf("%s rows of %s\n%s", got, m.Name, text)
		}
		if m.FTS != nil {
			if _, err := system.Call(t.Context(), m.Accessor+".search", "x*", litestone.Map{}); err != nil {
				t.Fatalf("%s.search: %v\n%s", m.Name, err, text)
			}
		}
	}
	for i := len(s.Models) - 1; i >= 0; i-- {
		m := s.Models[i]
		first := map[string]any{"id": keyValue(m, 1)}
		call(system, m.Accessor+".update", litestone.Map{"where": first, "data": again(m)})
		_, err := system.Call(t.Context(), m.Accessor+".remove", litestone.Map{"where": first})
		if errors.Is(err, litestone.ErrForeignKey) {
			continue // children that are kept refer to it
		}
		if err != nil {
			t.Fatalf("%s.remove: %v\n%s", m.Accessor, err, text)
		}
		if got := call(system, m.Accessor+".count", nil); got != fmt.Sprint(made[m]-1) {
			t.Fatalf("%s rows of %s after a remove\n%s", got, m.Name, text)
		}
		if m.SoftDelete != nil {
			call(system, m.Accessor+".restore", litestone.Map{"where": first})
		}
	}
	found, err := db.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found[0].Findings {
		t.Fatalf("%s: %s\n%s", f.Check, f.Message, text)
	}
}

func keyValue(m *schema.Model, n int) any {
	if m.Key[0].Type == schema.Text {
		return fmt.Sprintf("k%d", n)
	}
	return n
}

// rowOf is the data of the n-th row of a model: what a create must have, its key, and a parent.
func rowOf(m *schema.Model, n int) map[string]any {
	out := map[string]any{"id": keyValue(m, n)}
	for _, f := range m.Fields {
		if f.Required() && !f.ID && f.Type != schema.RelationType {
			out[f.Name] = valueOf(f, n)
		}
	}
	for _, r := range m.Relations {
		if r.Kind == schema.BelongsTo && r.Target != m {
			out[r.Local[0].Name] = keyValue(r.Target, n)
		}
	}
	return out
}

// again is an update that changes little: every text that may be given.
func again(m *schema.Model) map[string]any {
	out := map[string]any{}
	for _, f := range m.Columns {
		if f.Type == schema.Text && !f.ReadOnly() && !f.ID && !f.List && len(f.Validators) == 0 && f.Encrypted == nil && !isForeign(m, f) {
			out[f.Name] = "Again x"
		}
	}
	return out
}

func isForeign(m *schema.Model, f *schema.Field) bool {
	for _, r := range m.Relations {
		if r.Kind == schema.BelongsTo && r.Local[0] == f {
			return true
		}
	}
	return false
}

// valueOf is a value that the field's rules take, different for each n where it can be.
func valueOf(f *schema.Field, n int) any {
	switch {
	case f.List:
		return []any{}
	case f.Enum != nil:
		return f.Enum.Values[0].Name
	case f.JSONType != nil:
		out := map[string]any{}
		for _, k := range f.JSONType.Fields {
			if !k.Optional && k.Default == nil {
				out[k.Name] = valueOf(k, n)
			}
		}
		return out
	}
	switch f.Type {
	case schema.Integer:
		return n
	case schema.Real:
		return float64(n) / 4
	case schema.Boolean:
		return n%2 == 0
	case schema.DateTime:
		return fmt.Sprintf("2026-01-%02dT10:00:00Z", n)
	case schema.Json:
		return map[string]any{"n": n}
	case schema.Blob:
		return []byte{byte(n)}
	}
	return fmt.Sprintf("x %d", n)
}

// plugins are those a drawn schema may ask for; anyone may do everything.
func plugins() []plugin.Plugin {
	levels := gate.Options{GetLevel: func(context.Context, map[string]any, string) (int, error) { return gate.SysAdmin, nil }}
	return []plugin.Plugin{gate.New(levels), encrypt.New(strings.Repeat("0f", 32))}
}

func packageCompiles(t *rapid.T, text string, s *schema.Schema) {
	files, err := lite2go.Generate(s, lite2go.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	im, err := runtimeImporter()
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		tree, err := parser.ParseFile(fset, f.Name, f.Content, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		parsed = append(parsed, tree)
	}
	config := types.Config{Importer: im, Error: func(err error) { t.Errorf("%v\n%s", err, text) }}
	_, _ = config.Check("models", fset, parsed, nil) // every error went to Error
}

// runtimeImporter reads what generated code may import from the go command's cache.
var runtimeImporter = sync.OnceValues(func() (types.Importer, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}",
		"encoding/json", "context", "github.com/uptrace/bun", "github.com/go-playground/validator/v10", "github.com/litestone-go/orm/litestone")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %v\n%s", err, stderr.Bytes())
	}
	files := map[string]string{}
	for _, line := range strings.Fields(string(out)) {
		if path, file, ok := strings.Cut(line, "="); ok {
			files[path] = file
		}
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("the generated code imports %s, which it may not", path)
		}
		return os.Open(files[path])
	}), nil
})
