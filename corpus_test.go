package orm_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/jsonschema"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/litestone/syntax"
)

// TestCorpus makes everything that is made of a schema from each testdata/corpus/NAME/schema.lite and
// compares it with what lies beside it: schema.tree, schema.sql, schema.json and the Go package
// models. The schemas are in canonical format. LITESTONE_UPDATE=<glob of names> rewrites the goldens;
// a run that changed one fails.
//
// There is one schema per construct: the listing of the folder reads as the language's table of
// contents.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/corpus/*/schema.lite")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d schemas, %v", len(files), err)
	}
	var packages []string
	for _, file := range files {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			for name, content := range outputs(t, file) {
				golden(t, filepath.Join(dir, name), content)
			}
		})
		packages = append(packages, "./"+filepath.ToSlash(dir)+"/models")
	}
	if testing.Short() {
		return
	}
	out, err := exec.Command("go", append([]string{"vet"}, packages...)...).CombinedOutput()
	if err != nil {
		t.Errorf("the generated packages do not compile:\n%s", out)
	}
}

// outputs makes all that a schema becomes, by file name.
func outputs(t *testing.T, file string) map[string][]byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	tree, diags := syntax.ParseString("schema.lite", string(text))
	if diags.HasErrors() {
		t.Fatal(diags.Err())
	}
	s, err := schema.FromText("schema.lite", string(text), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{
		"schema.lite": []byte(syntax.Format(tree)),
		"schema.tree": []byte(syntax.Dump(tree)),
		"schema.sql":  statements(s),
		"schema.json": jsonschema.Schema(s, jsonschema.Options{}),
	}
	generated, err := lite2go.Generate(s, lite2go.Options{Package: "models"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range generated {
		out["models/"+f.Name] = f.Content
	}
	return out
}

// statements are the CREATE statements of every database.
func statements(s *schema.Schema) []byte {
	var b bytes.Buffer
	for _, d := range s.Databases {
		list := ddl.Build(s, d)
		if len(list) == 0 {
			continue
		}
		b.WriteString("-- database " + d.Name + "\n")
		for _, st := range list {
			b.WriteString(st.SQL + ";\n")
		}
	}
	return b.Bytes()
}

func golden(t *testing.T, file string, content []byte) {
	t.Helper()
	want, err := os.ReadFile(file)
	if err == nil && bytes.Equal(want, content) {
		return
	}
	if match, _ := filepath.Match(os.Getenv("LITESTONE_UPDATE"), filepath.Base(corpusDir(file))); match {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s: rewritten", file)
		return
	}
	t.Errorf("%s is not what is made now (%v): %s", file, err, firstDifference(string(want), string(content)))
}

// corpusDir is the schema's folder.
func corpusDir(file string) string {
	dir := filepath.Dir(file)
	if filepath.Base(dir) == "models" {
		dir = filepath.Dir(dir)
	}
	return dir
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "line " + strconv.Itoa(i+1) + ":\n- " + x[i] + "\n+ " + y[i]
		}
	}
	return "one ends before the other"
}
