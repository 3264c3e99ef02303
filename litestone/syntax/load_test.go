package syntax_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// overlay is a file system in which one file has another text.
type overlay struct {
	fs.FS
	name, text string
}

func (o overlay) Open(name string) (fs.File, error) {
	if name == o.name {
		return fstest.MapFS{name: {Data: []byte(o.text)}}.Open(name)
	}
	return o.FS.Open(name)
}

func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(o.FS, name) }

// files writes a folder of files and answers its path, links resolved.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// names gives the files' names, with dir cut off.
func names(dir string, files []*syntax.File) []string {
	var all []string
	for _, f := range files {
		all = append(all, filepath.ToSlash(strings.ReplaceAll(f.Source.Name, dir, "$DIR")))
	}
	return all
}

var tree = map[string]string{
	"schema.lite":        `import "./functions.lite" import "./models/users.lite" model a { id Integer @id }`,
	"functions.lite":     `import "./schema.lite" function f(): Text { @@expr("1") }`,
	"models/users.lite":  `import "../enums.lite" import "posts.lite" model users { id Integer @id }`,
	"models/posts.lite":  `import "./users.lite" import "./posts.lite" import "./../enums.lite" model posts { id Integer @id }`,
	"enums.lite":         `enum E { a }`,
	"unused.lite":        `model unused { id Integer @id }`,
	"models/broken.lite": "import \"./gone.lite\"\nmodel broken {\n",
}

func TestLoadFollowsImports(t *testing.T) {
	dir := folder(t, tree)
	want := []string{"schema.lite", "functions.lite", "models/users.lite", "enums.lite", "models/posts.lite"}
	t.Run("absolute path", func(t *testing.T) {
		files, list := syntax.Load(nil, filepath.Join(dir, "schema.lite"))
		if list != nil {
			t.Fatal(list)
		}
		var abs []string
		for _, n := range want {
			abs = append(abs, "$DIR/"+n)
		}
		if diff := cmp.Diff(abs, names(dir, files)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("relative path", func(t *testing.T) {
		t.Chdir(dir)
		files, list := syntax.Load(nil, "./models/../schema.lite")
		if list != nil {
			t.Fatal(list)
		}
		if diff := cmp.Diff(want, names(dir, files)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("from below", func(t *testing.T) {
		t.Chdir(filepath.Join(dir, "models"))
		files, list := syntax.Load(nil, "../schema.lite")
		if list != nil {
			t.Fatal(list)
		}
		if diff := cmp.Diff([]string{"../schema.lite", "../functions.lite", "../models/users.lite", "../enums.lite", "../models/posts.lite"}, names(dir, files)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("file system", func(t *testing.T) {
		files, list := syntax.Load(os.DirFS(dir), "./schema.lite")
		if list != nil {
			t.Fatal(list)
		}
		if diff := cmp.Diff(want, names(dir, files)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("absolute import", func(t *testing.T) {
		path := filepath.Join(dir, "top.lite")
		if err := os.WriteFile(path, []byte(`import "`+filepath.ToSlash(dir)+`/enums.lite"`), 0o666); err != nil {
			t.Fatal(err)
		}
		files, list := syntax.Load(nil, path)
		if list != nil || len(files) != 2 || len(files[1].Decls) != 1 {
			t.Errorf("%v, %v", names(dir, files), list)
		}
	})
}

// A file reached through links is the same file, and its imports are relative to where it lies.
func TestLoadThroughLinks(t *testing.T) {
	dir := folder(t, map[string]string{
		"app/schema.lite":  `import "./shared.lite" import "./lib/base.lite" model a { id Integer @id }`,
		"lib/base.lite":    `import "./enums.lite" model base { id Integer @id }`,
		"lib/enums.lite":   `enum E { a }`,
		"other/enums.lite": `enum Wrong { a }`,
	})
	for _, l := range [][2]string{{"../lib/base.lite", "app/shared.lite"}, {"../lib", "app/lib"}, {"loop.lite", "app/loop.lite"}} {
		if err := os.Symlink(l[0], filepath.Join(dir, l[1])); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	files, list := syntax.Load(nil, filepath.Join(dir, "app/schema.lite"))
	if list != nil {
		t.Fatal(list)
	}
	if diff := cmp.Diff([]string{"$DIR/app/schema.lite", "$DIR/app/shared.lite", "$DIR/lib/enums.lite"}, names(dir, files)); diff != "" {
		t.Error(diff)
	}
	if _, list := syntax.Load(nil, filepath.Join(dir, "app/loop.lite")); len(list) != 1 || list[0].Code != syntax.CodeFileNotFound {
		t.Errorf("a link to itself: %v", list)
	}
}

func TestLoadMissing(t *testing.T) {
	dir := folder(t, tree)
	tests := []struct {
		name string
		fsys fs.FS
		path string
		want string
	}{
		{"no file", nil, filepath.Join(dir, "gone.lite"), "the schema file cannot be read: there is no such file"},
		{"a folder", nil, dir, "the schema file cannot be read: it is a folder"},
		{"no path", nil, "", "the schema file cannot be read: the path is empty"},
		{"a file for a folder", nil, filepath.Join(dir, "schema.lite", "x.lite"), "the schema file cannot be read: not a directory"},
		{"no embedded file", os.DirFS(dir), "gone.lite", "the schema file cannot be read: there is no such file"},
		{"an embedded folder", os.DirFS(dir), "models", "the schema file cannot be read: it is a folder"},
		{"outside of the embedded files", os.DirFS(dir), "../x.lite", "the schema file cannot be read: it lies outside of the embedded files"},
		{"no embedded path", os.DirFS(dir), "", "the schema file cannot be read: the path is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files, list := syntax.Load(tt.fsys, tt.path)
			if len(files) != 0 || len(list) != 1 || list[0].Code != syntax.CodeFileNotFound || list[0].Message != tt.want || list[0].Span.File.Name != tt.path {
				t.Errorf("%v: %v", files, list)
			}
		})
	}
}

func TestLoadReportsAllFiles(t *testing.T) {
	dir := folder(t, map[string]string{
		"schema.lite":        "import \"./models/broken.lite\"\nimport \"./enum.lite\"\nimport \"./models\"\nmodel a {\n",
		"models/broken.lite": tree["models/broken.lite"],
		"enums.lite":         "enum E { a }",
	})
	files, list := syntax.Load(nil, filepath.Join(dir, "schema.lite"))
	if diff := cmp.Diff([]string{"$DIR/schema.lite", "$DIR/models/broken.lite"}, names(dir, files)); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, d := range list {
		p := d.Span.Pos()
		got = append(got, strings.TrimPrefix(filepath.ToSlash(d.Span.File.Name), filepath.ToSlash(dir)+"/")+":"+string(rune('0'+p.Line))+" "+d.Code+" "+d.Hint)
	}
	want := []string{
		"schema.lite:2 import-not-found did you mean ./enums.lite?",
		"schema.lite:3 import-unreadable an import names one readable .lite file, relative to the file it stands in",
		"schema.lite:4 unclosed-block write } behind its last line",
		"models/broken.lite:1 import-not-found paths are relative to the file the import stands in",
		"models/broken.lite:2 unclosed-block write } behind its last line",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoadEmbeddedBounds(t *testing.T) {
	disk := fstest.MapFS{
		"a/schema.lite": {Data: []byte("import \"../b.lite\"\nimport \"../../c.lite\"\nimport \"/b.lite\"\n")},
		"b.lite":        {Data: []byte("enum E { a }")},
	}
	files, list := syntax.Load(disk, "a/schema.lite")
	if diff := cmp.Diff([]string{"a/schema.lite", "b.lite"}, names("-", files)); diff != "" {
		t.Error(diff)
	}
	want := "//   2:8+14 import-unreadable: import: \"../../c.lite\" cannot be read: it lies outside of the embedded files\n" +
		"//       = an import names one readable .lite file, relative to the file it stands in\n" +
		"//   3:8+9 import-unreadable: import: \"/b.lite\" cannot be read: a path among embedded files does not start with /\n" +
		"//       = an import names one readable .lite file, relative to the file it stands in\n"
	if diff := cmp.Diff(want, expectation(list)); diff != "" {
		t.Error(diff)
	}
}

// endless is a file without an end.
type endless struct{}

func (endless) Open(string) (fs.File, error) { return endless{}, nil }
func (endless) Stat() (fs.FileInfo, error)   { return endless{}, nil }
func (endless) Read(b []byte) (int, error)   { return len(b), nil }
func (endless) Close() error                 { return nil }
func (endless) Name() string                 { return "endless" }
func (endless) Size() int64                  { return 0 }
func (endless) Mode() fs.FileMode            { return fs.ModeDevice }
func (endless) ModTime() time.Time           { return time.Time{} }
func (endless) IsDir() bool                  { return false }
func (endless) Sys() any                     { return nil }

var _ io.Reader = endless{}

func TestLargeFile(t *testing.T) {
	_, list := syntax.Load(endless{}, "schema.lite")
	if len(list) != 1 || list[0].Code != syntax.CodeFileTooLarge {
		t.Errorf("%v", list)
	}
	big := &diag.File{Name: "big", Text: strings.Repeat(" ", syntax.MaxFileSize)}
	if _, list := syntax.Parse(big); list != nil {
		t.Errorf("a file of just the limit: %v", list)
	}
}
