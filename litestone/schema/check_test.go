package schema_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/litestone/syntax"
)

func ok(t *testing.T, text string) *schema.Schema {
	t.Helper()
	s, err := schema.FromText("schema", text, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEmptySchema(t *testing.T) {
	s := ok(t, "// nothing\n")
	if len(s.Models) != 0 || len(s.Databases) != 1 || !s.Databases[0].Implicit || s.Databases[0].Name != "main" {
		t.Errorf("%+v", s)
	}
}

func TestErrorIsTyped(t *testing.T) {
	_, err := schema.FromText("app.lite", "model m { id Integer @id  n Texxt  k Intger }", schema.Options{})
	var e *liteerr.Error
	if !errors.As(err, &e) || e.Code != liteerr.Schema {
		t.Fatalf("%#v", err)
	}
	var list diag.List
	if !errors.As(err, &list) || len(list) != 2 {
		t.Fatalf("%v", list)
	}
	for _, part := range []string{"app.lite:1:", "Texxt", "did you mean Text?", "Intger", "did you mean Integer?", "^^^^^"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in\n%s", part, err)
		}
	}
}

func TestLookups(t *testing.T) {
	s := ok(t, "enum E { a b }\ntype T { x Text }\nmodel Order { id Integer @id  e E  fullName Text @map(\"fn\") }")
	m := s.Model("Order")
	if m == nil || s.Model("order") != m || s.Model("orders") != nil {
		t.Fatal("a model is found by its name and accessor only")
	}
	if f := m.Field("fullName"); f == nil || f.Column != "fn" || m.Field("fn") != nil || m.Fields[f.Index] != f || f.Model != m {
		t.Error("a field is found by its name only")
	}
	if s.Database("main") == nil || s.Database("x") != nil || s.Enums[0].Has("c") || !s.Enums[0].Has("b") || s.Types[0].Field("x") == nil {
		t.Error("lookups")
	}
	if m.IntegerKey() != m.Field("id") || !m.Writable() {
		t.Error("the key")
	}
}

func TestFromFile(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"schema.lite": "import \"./sub/users.lite\"\nimport \"./enums.lite\"\nmodel posts { id Integer @id  role Role  author users @relation(fields: [authorId], references: [id])  authorId Integer }",
		"enums.lite":  "enum Role { admin }",
		// importing each other is fine
		"sub/users.lite": "import \"../schema.lite\"\nmodel users { id Integer @id  posts posts[] }",
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := schema.FromFile(filepath.Join(dir, "schema.lite"), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Models) != 2 || len(s.Files) != 3 || s.Model("users").Field("posts").Relation.Inverse.Name() != "author" {
		t.Errorf("%s", dump(s))
	}
	if _, err := schema.FromFile(filepath.Join(dir, "none.lite"), schema.Options{}); !errors.Is(err, &liteerr.Error{Code: liteerr.Schema}) {
		t.Errorf("a missing file gives %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "enums.lite"), []byte("enum Rolle { admin }"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = schema.FromFile(filepath.Join(dir, "schema.lite"), schema.Options{})
	if err == nil || !strings.Contains(err.Error(), "did you mean Rolle?") {
		t.Errorf("%v", err)
	}
}

func TestPluralize(t *testing.T) {
	s, err := schema.FromText("schema", "model blogPost { id Integer @id }\nmodel user { id Integer @id  @@map(\"user\") }", schema.Options{Pluralize: true})
	if err != nil {
		t.Fatal(err)
	}
	if s.Models[0].Table != "blog_posts" || s.Models[1].Table != "user" {
		t.Errorf("%s, %s", s.Models[0].Table, s.Models[1].Table)
	}
}

func TestDescribe(t *testing.T) {
	s := ok(t, "database log { path \"./l/\"  driver logger }\nenum P { a b }\nmodel m { id Integer @id  p P  deletedAt DateTime?  @@softDelete }\nmodel N { id Integer @id }")
	want := map[string]any{
		"valid": true, "models": []any{"m", "n", "logLogs"}, "enums": map[string]any{"P": []any{"a", "b"}},
		"softDelete": map[string]any{"m": true, "n": false}, "databases": map[string]any{"main": "sqlite", "log": "logger"}, "warnings": []any{},
	}
	if got := s.Describe(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestCheckLeavesTheTreeAlone: the tree is shared with formatters and editors.
func TestCheckLeavesTheTreeAlone(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.lite")
	for _, path := range files {
		file, list := syntax.ParseString(path, read(t, path))
		if list.HasErrors() {
			t.Fatal(list)
		}
		before := syntax.Dump(file)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { schema.Check([]*syntax.File{file}, schema.Options{}) })
		}
		wg.Wait()
		if syntax.Dump(file) != before {
			t.Errorf("%s was changed", path)
		}
	}
}

// TestLooseType: strict: false is a matter of the field; both uses share the fields.
func TestLooseType(t *testing.T) {
	s := ok(t, "type T { a Text }\nmodel m { id Integer @id  x Json @type(T)  y Json @type(T, strict: false)  z Json? @type(T, strict: false) }")
	m := s.Models[0]
	x, y, z := m.Field("x").JSONType, m.Field("y").JSONType, m.Field("z").JSONType
	if x != s.Types[0] || y == x || y != z || !x.Strict || y.Strict || y.GoName != x.GoName || &x.Fields[0] != &y.Fields[0] {
		t.Errorf("%+v %+v", x, y)
	}
}

func TestWarnings(t *testing.T) {
	_, list := try("schema", `
model a { id Integer @id  deletedAt DateTime?  bs b[]  c c?  @@softDelete }
model b { id Integer @id  deletedAt DateTime?  a a @relation(fields: [aId], references: [id])  aId Integer  @@softDelete(cascade)  ds d[] }
model c { id Integer @id  a a @relation(fields: [aId], references: [id])  aId Integer }
model d { id Integer @id  deletedAt DateTime?  b b @relation(fields: [bId], references: [id])  bId Integer  @@softDelete }`)
	var got []string
	for _, d := range list {
		got = append(got, d.Severity.String()+" "+d.Code+": "+d.Message)
	}
	want := []string{
		"warning has-one-not-unique: model a: field c: several rows of c may refer to one row",
		"warning soft-delete-without-cascade: model a: removing a row leaves its rows of b as they are",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

// TestRelationsAgree: the two sides of every relation mirror each other.
func TestRelationsAgree(t *testing.T) {
	s := ok(t, read(t, "testdata/relations.lite"))
	n := 0
	for _, m := range s.Models {
		for i, r := range m.Relations {
			n++
			if r.Index != i || r.Model != m || r.Field.Relation != r || r.Field.Model != m || len(r.Local) == 0 || len(r.Local) != len(r.Remote) {
				t.Errorf("%s.%s is not whole", m.Name, r.Name())
			}
			inv := r.Inverse
			if inv == nil {
				continue
			}
			if inv.Inverse != r || inv.Model != r.Target || inv.Target != r.Model || inv.Join != r.Join ||
				!reflect.DeepEqual(inv.Local, r.Remote) || !reflect.DeepEqual(inv.Remote, r.Local) ||
				inv.JoinLocal != r.JoinRemote || inv.JoinRemote != r.JoinLocal || inv.OnDelete != r.OnDelete || inv.OnUpdate != r.OnUpdate {
				t.Errorf("%s.%s and its other side differ", m.Name, r.Name())
			}
		}
	}
	if n != 20 {
		t.Errorf("%d relations", n)
	}
}

func TestFromFS(t *testing.T) {
	fsys := fstest.MapFS{
		"db/schema.lite": {Data: []byte("import \"./enums.lite\"\nmodel m { id Integer @id  r Role }")},
		"db/enums.lite":  {Data: []byte("enum Role { admin }")},
	}
	s, err := schema.FromFS(fsys, "db/schema.lite", schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Model("m").Field("r").Enum != s.Enums[0] {
		t.Error("the import is not linked")
	}
	if _, err := schema.FromFS(fsys, "schema.lite", schema.Options{}); err == nil {
		t.Error("a missing file gives no error")
	}
}
