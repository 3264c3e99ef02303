package syntax_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// seeds adds the whole corpus, good and bad.
func seeds(f *testing.F) {
	for _, pattern := range []string{"testdata/*.lite", "testdata/errors/*.lite"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("no corpus in %s: %v", pattern, err)
		}
		for _, p := range paths {
			b, err := os.ReadFile(p)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(b))
		}
	}
}

// FuzzParse: any bytes give a tree and diagnostics inside the text, soon.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		tree, list := syntax.ParseString("fuzz", text)
		if d := time.Since(start); d > time.Second+time.Duration(len(text))*time.Microsecond {
			t.Errorf("parsing %d bytes took %v", len(text), d)
		}
		if len(list) > syntax.MaxErrors+1 {
			t.Errorf("%d diagnostics", len(list))
		}
		for _, d := range list {
			inside(t, text, d.Span)
			if d.Code == "" || d.Message == "" {
				t.Errorf("an empty diagnostic: %#v", d)
			}
			for _, r := range d.Related {
				inside(t, text, r.Span)
			}
		}
		last := 0
		for _, c := range tree.Comments {
			inside(t, text, c.Span)
			if c.Span.Text() != c.Text || c.Span.Start < last {
				t.Errorf("comment %q stands at %d-%d behind %d", c.Text, c.Span.Start, c.Span.End, last)
			}
			last = c.Span.End
		}
		for _, d := range tree.Decls {
			inside(t, text, d.DeclSpan())
			inside(t, text, d.DeclName().Span)
		}
		_ = list.Error()
		_ = syntax.Dump(tree)
		_ = syntax.Format(tree)
	})
}

func inside(t *testing.T, text string, s diag.Span) {
	t.Helper()
	if s.File == nil || s.Start < 0 || s.End < s.Start || s.End > len(text) {
		t.Errorf("a span %d-%d of a text of %d bytes", s.Start, s.End, len(text))
	}
}

// FuzzFormat: what is written means the same, keeps every comment, and is written again unchanged.
func FuzzFormat(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		checkFormat(t, text)
	})
}

func checkFormat(t *testing.T, text string) {
	t.Helper()
	tree, list := syntax.ParseString("fuzz", text)
	if list.HasErrors() {
		return
	}
	once := syntax.Format(tree)
	again, list := syntax.ParseString("formatted", once)
	if list.HasErrors() {
		t.Fatalf("the formatted text has errors: %v\n%s", list, once)
	}
	if diff := cmp.Diff(syntax.Dump(tree), syntax.Dump(again)); diff != "" {
		t.Errorf("formatting changed the meaning: %s\n%s", diff, once)
	}
	if a, b := comments(tree), comments(again); a != b {
		t.Errorf("comments became %q from %q", b, a)
	}
	if diff := cmp.Diff(once, syntax.Format(again)); diff != "" {
		t.Errorf("formatting again changed the text: %s", diff)
	}
	for i, line := range strings.Split(once, "\n") {
		if strings.HasSuffix(line, " ") && !inBlockComment(again, once, i) {
			t.Errorf("line %d ends in space: %q", i+1, line)
		}
	}
}

func comments(f *syntax.File) string {
	var all []string
	for _, c := range f.Comments {
		all = append(all, strings.Join(strings.Fields(c.Text), " "))
	}
	return strings.Join(all, "\n")
}

func inBlockComment(f *syntax.File, text string, line int) bool {
	end := 0
	for range line + 1 {
		end += strings.IndexByte(text[end:], '\n') + 1
	}
	for _, c := range f.Comments {
		if c.Span.Start < end && end <= c.Span.End {
			return true
		}
	}
	return false
}
