package syntax_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// refresh writes a golden file when LITESTONE_UPDATE, a glob of file names, matches it. The test
// fails all the same, so that refreshing is never left on.
func refresh(t *testing.T, file string, content []byte) bool {
	t.Helper()
	glob := os.Getenv("LITESTONE_UPDATE")
	if glob == "" {
		return false
	}
	if ok, err := path.Match(glob, filepath.Base(file)); err != nil || !ok {
		return false
	}
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, content) {
		return false
	}
	if err := os.WriteFile(file, content, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Errorf("%s was rewritten; look at the difference and run again without LITESTONE_UPDATE", file)
	return true
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if refresh(t, file, []byte(got)) {
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; LITESTONE_UPDATE='%s' writes it", err, filepath.Base(file))
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: %s", file, diff)
	}
}

// Each testdata/x.lite has its outline in x.tree and its canonical form in x.fmt.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/*.lite")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".lite")
		t.Run(filepath.Base(name), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tree, list := syntax.ParseString(file, string(b))
			if len(list) > 0 {
				t.Fatal(list.Error())
			}
			golden(t, name+".tree", syntax.Dump(tree))
			golden(t, name+".fmt", syntax.Format(tree))
			checkFormat(t, string(b))
		})
	}
}

const errorsMark = "// errors:\n"

// Each testdata/errors/x.lite ends in a comment that lists what is reported of the text above it.
func TestErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/errors/*.lite")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".lite"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text, want, _ := strings.Cut(string(b), errorsMark)
			got := expectation(reported(t, file, text))
			if refresh(t, file, []byte(text+errorsMark+got)) {
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// reported loads a text as if it were the file it stands in, so that its imports are looked for.
func reported(t *testing.T, file, text string) diag.List {
	t.Helper()
	disk := overlay{FS: os.DirFS("testdata"), name: "errors/" + filepath.Base(file), text: text}
	_, list := syntax.Load(disk, disk.name)
	return list
}

// expectation writes diagnostics as they stand at the end of a file: place and length of the span,
// code, message, then hint and related places.
func expectation(list diag.List) string {
	var b strings.Builder
	for _, d := range list {
		p := d.Span.Pos()
		fmt.Fprintf(&b, "//   %d:%d+%d %s: %s\n", p.Line, p.Column, d.Span.End-d.Span.Start, d.Code, clip(d.Message))
		if d.Hint != "" {
			fmt.Fprintf(&b, "//       = %s\n", clip(d.Hint))
		}
		for _, r := range d.Related {
			p := r.Span.Pos()
			fmt.Fprintf(&b, "//       %d:%d %s\n", p.Line, p.Column, r.Message)
		}
	}
	return b.String()
}

func clip(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

// Every code has an example of its name, but those only a large or missing file shows.
func TestEveryCodeHasAnExample(t *testing.T) {
	elsewhere := map[string]string{
		syntax.CodeFileTooLarge:  "TestLargeFile",
		syntax.CodeTooManyErrors: "TestGarbage",
		syntax.CodeFileNotFound:  "TestLoadMissing",
	}
	f, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(f, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		n++
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		if elsewhere[code] != "" {
			return true
		}
		b, err := os.ReadFile("testdata/errors/" + code + ".lite")
		if err != nil {
			t.Errorf("%s has no example: %v", code, err)
			return true
		}
		if _, expected, _ := strings.Cut(string(b), errorsMark); !strings.Contains(expected, " "+code+": ") {
			t.Errorf("the example of %s does not show it", code)
		}
		return true
	})
	if n < 30 {
		t.Errorf("only %d codes found in codes.go", n)
	}
}
