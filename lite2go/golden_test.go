package lite2go_test

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone/schema"
)

// corpus lists the schemas of testdata: each folder holds schema.lite and, in models, the
// package that must come out of it.
func corpus(t testing.TB) []string {
	t.Helper()
	found, err := filepath.Glob("testdata/*/schema.lite")
	if err != nil || len(found) == 0 {
		t.Fatalf("no schemas in testdata (%v)", err)
	}
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = filepath.Base(filepath.Dir(f))
	}
	return names
}

func load(t testing.TB, name string) *schema.Schema {
	t.Helper()
	s, err := schema.FromFile(filepath.Join("testdata", name, "schema.lite"), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func generate(t testing.TB, s *schema.Schema) []lite2go.File {
	t.Helper()
	files, err := lite2go.Generate(s, lite2go.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestGolden compares the whole output of each schema. LITESTONE_UPDATE=<glob> rewrites the
// packages of the schemas whose name matches, and fails, so that nobody commits unseen.
func TestGolden(t *testing.T) {
	for _, name := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			files := generate(t, load(t, name))
			dir := filepath.Join("testdata", name, "models")
			if glob := os.Getenv("LITESTONE_UPDATE"); glob != "" {
				if ok, err := path.Match(glob, name); err != nil {
					t.Fatal(err)
				} else if ok {
					changes, err := lite2go.Write(dir, files)
					t.Fatalf("rewritten: %v %v; look at the difference and run again without LITESTONE_UPDATE", changes, err)
				}
			}
			changes, err := lite2go.Check(dir, files)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range changes {
				t.Errorf("%s is %s%s", c.Name, c.Kind, difference(dir, c.Name, files))
			}
		})
	}
}

func difference(dir, name string, files []lite2go.File) string {
	have, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	for _, f := range files {
		if f.Name == name {
			return ":\n" + cmp.Diff(string(have), string(f.Content))
		}
	}
	return ""
}

// TestSameBytes generates twice from two parses, and from another place.
func TestSameBytes(t *testing.T) {
	for _, name := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			first := generate(t, load(t, name))
			if diff := cmp.Diff(first, generate(t, load(t, name))); diff != "" {
				t.Errorf("a second run differs:\n%s", diff)
			}
			there := t.TempDir()
			if err := os.CopyFS(there, os.DirFS(filepath.Join("testdata", name))); err != nil {
				t.Fatal(err)
			}
			s, err := schema.FromFile(filepath.Join(there, "schema.lite"), schema.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(first, generate(t, s)); diff != "" {
				t.Errorf("the output depends on where the schema lies:\n%s", diff)
			}
		})
	}
}
