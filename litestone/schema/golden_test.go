package schema_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/schema"
)

// updating reports whether LITESTONE_UPDATE, a glob over names, asks to rewrite this golden. A run
// that rewrites fails, so that the variable is never left on.
func updating(t *testing.T, name string) bool {
	t.Helper()
	ok, err := filepath.Match(os.Getenv("LITESTONE_UPDATE"), name)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

const expected = "// Expected:\n"

// TestErrors holds testdata/errors/*.lite to the diagnostics in the comment at their end.
func TestErrors(t *testing.T) {
	files, _ := filepath.Glob("testdata/errors/*.lite")
	if len(files) == 0 {
		t.Fatal("no files")
	}
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			text := read(t, path)
			source, want, _ := strings.Cut(text, expected)
			_, list := try(name, source)
			var b strings.Builder
			for _, d := range list {
				p := d.Span.Pos()
				fmt.Fprintf(&b, "// %d:%d %s %s: %s\n", p.Line, p.Column, d.Severity, d.Code, d.Message)
				if d.Hint != "" {
					fmt.Fprintf(&b, "//     %s\n", d.Hint)
				}
			}
			if got := b.String(); got != want {
				if updating(t, name) {
					write(t, path, source+expected+got)
					t.Fatal("rewritten")
				}
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestGoldens holds testdata/*.lite to what they mean, written out in the .schema file beside them.
func TestGoldens(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.lite")
	if len(files) == 0 {
		t.Fatal("no files")
	}
	for _, path := range files {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			s, err := schema.FromText(name, read(t, path), schema.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, golden := dump(s), strings.TrimSuffix(path, ".lite")+".schema"
			want, _ := os.ReadFile(golden)
			if got != string(want) {
				if updating(t, name) {
					write(t, golden, got)
					t.Fatal("rewritten")
				}
				t.Errorf("%s: got\n%s", golden, got)
			}
		})
	}
}

// try checks a text and gives everything said about it, warnings too.
func try(name, text string) (*schema.Schema, diag.List) {
	s, err := schema.FromText(name, text, schema.Options{})
	if err == nil {
		return s, s.Warnings
	}
	var list diag.List
	if !errors.As(err, &list) {
		panic(err)
	}
	return nil, list
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
