package schema_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/litestone-go/orm/litestone/diag"
)

// FuzzCheck: any text gives a schema or diagnostics, never a panic, and every diagnostic points
// into the text.
func FuzzCheck(f *testing.F) {
	for _, glob := range []string{"testdata/*.lite", "testdata/errors/*.lite"} {
		files, _ := filepath.Glob(glob)
		for _, path := range files {
			text, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Fuzz(holds)
}

func holds(t *testing.T, text string) {
	defer func() {
		if r := recover(); r != nil {
			t.Log(text)
			panic(r)
		}
	}()
	s, list := try("fuzz", text)
	if s == nil && !list.HasErrors() {
		t.Fatal("neither a schema nor an error")
	}
	for _, d := range list {
		inside(t, text, d.Span)
		for _, r := range d.Related {
			inside(t, text, r.Span)
		}
		if d.Code == "" || d.Message == "" {
			t.Fatalf("%+v says nothing", d)
		}
	}
	if s != nil {
		dump(s) // everything can be walked
	}
}

func inside(t *testing.T, text string, at diag.Span) {
	t.Helper()
	if at.File == nil || at.File.Text != text || at.Start < 0 || at.End > len(text) || at.Start > at.End {
		t.Fatalf("span %d-%d outside of %d bytes", at.Start, at.End, len(text))
	}
}
