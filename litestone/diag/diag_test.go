package diag_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/diag"
)

func TestPosition(t *testing.T) {
	tests := []struct {
		name, text   string
		offset       int
		line, column int
	}{
		{"start of nothing", "", 0, 1, 1},
		{"before the start", "abc", -5, 1, 1},
		{"behind the end", "abc", 99, 1, 4},
		{"first byte of a line", "a\nb", 2, 2, 1},
		{"the line break belongs to its line", "ab\ncd", 2, 1, 3},
		{"behind a last line break", "a\n", 2, 2, 1},
		{"columns count runes", "é日x", 5, 1, 3},
		{"inside a rune is its start", "é日x", 3, 1, 2},
		{"an invalid byte counts one", "\xff\xfex", 2, 1, 3},
		{"a stray continuation byte counts one", "a\x80\x80b", 3, 1, 4},
		{"carriage returns do not start lines", "a\r\nb", 3, 2, 1},
		{"a byte order mark is not counted", "\ufeffab", 4, 1, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := &diag.File{Name: "f", Text: tt.text}
			if got, want := f.Position(tt.offset), (diag.Position{Line: tt.line, Column: tt.column}); got != want {
				t.Errorf("Position(%d) of %q = %v, want %v", tt.offset, tt.text, got, want)
			}
		})
	}
	if got := (*diag.File)(nil).Position(7); got != (diag.Position{Line: 1, Column: 1}) {
		t.Errorf("position in no file = %v", got)
	}
}

func TestLines(t *testing.T) {
	f := &diag.File{Text: "\ufeffone\r\ntwo\n\nfour"}
	var got []string
	for i := range f.LineCount() + 2 {
		got = append(got, f.Line(i))
	}
	if diff := cmp.Diff([]string{"", "one", "two", "", "four", ""}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPositionFromManyGoroutines(t *testing.T) {
	f := &diag.File{Text: strings.Repeat("line\n", 1000)}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if p := f.Position(5*i + 1); p != (diag.Position{Line: i + 1, Column: 2}) {
				t.Errorf("offset %d at %v", 5*i+1, p)
			}
		})
	}
	wg.Wait()
}

// span marks the part of text between « and ».
func span(t *testing.T, text string) diag.Span {
	t.Helper()
	before, rest, ok := strings.Cut(text, "«")
	marked, after, ok2 := strings.Cut(rest, "»")
	if !ok || !ok2 {
		t.Fatalf("no marks in %q", text)
	}
	return diag.Span{File: &diag.File{Name: "a.lite", Text: before + marked + after}, Start: len(before), End: len(before) + len(marked)}
}

func TestRender(t *testing.T) {
	long := strings.Repeat("x", 100) + "«yy»" + strings.Repeat("z", 200)
	tests := []struct{ name, text, want string }{
		{"a word", "model m {\n  a «Texxt» @id\n}", "a.lite:2:5: error: wrong [c]\n  2 |   a Texxt @id\n    |     ^^^^^\n    = do this"},
		{"nothing between two words", "a «»b", "a.lite:1:3: error: wrong [c]\n  1 | a b\n    |   ^\n    = do this"},
		{"behind the end of a line", "model m«»\nx", "a.lite:1:8: error: wrong [c]\n  1 | model m\n    |        ^\n    = do this"},
		{"the last line, empty", "x\n«»", "a.lite:2:1: error: wrong [c]\n    = do this"},
		{"tabs", "\tid\t«Nope\tx»", "a.lite:1:5: error: wrong [c]\n  1 |     id    Nope    x\n    |           ^^^^^^^^^\n    = do this"},
		{"several lines", "a «b\nc» d", "a.lite:1:3: error: wrong [c]\n  1 | a b\n    |   ^\n    = do this"},
		{"wide runes take two cells", "日本 «ab»", "a.lite:1:4: error: wrong [c]\n  1 | 日本 ab\n    |      ^^\n    = do this"},
		{"combining marks take none", "e\u0301 «ab»", "a.lite:1:4: error: wrong [c]\n  1 | e\u0301 ab\n    |   ^^\n    = do this"},
		{"escape sequences never reach the terminal", "\x1b[31m\x00«\xff»\u202e", "a.lite:1:7: error: wrong [c]\n  1 | \ufffd[31m\ufffd\ufffd\ufffd\n    |       ^\n    = do this"},
		{"carriage returns are no part of the line", "«ab»\r\n", "a.lite:1:1: error: wrong [c]\n  1 | ab\n    | ^^\n    = do this"},
		{"a long line is cut", long, "a.lite:1:101: error: wrong [c]\n  1 | … " + strings.Repeat("x", 50) + "yy" + strings.Repeat("z", 88) + " …\n    | " + strings.Repeat(" ", 52) + "^^\n    = do this"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := diag.Diagnostic{Code: "c", Message: "wrong", Hint: "do this", Span: span(t, tt.text)}
			if diff := cmp.Diff(tt.want, d.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRenderFarLine(t *testing.T) {
	f := &diag.File{Name: "b.lite", Text: strings.Repeat("\n", 99) + "last"}
	d := diag.Diagnostic{Severity: diag.Warning, Message: "odd\nname \x1b", Span: diag.Span{File: f, Start: 99, End: 103}}
	d.Related = []diag.Related{{Message: "first here", Span: diag.Span{File: f, Start: 100, End: 101}}}
	want := "b.lite:100:1: warning: odd name \ufffd\n  100 | last\n      | ^^^^\n" +
		"b.lite:100:2: note: first here\n  100 | last\n      |  ^"
	if diff := cmp.Diff(want, d.String()); diff != "" {
		t.Error(diff)
	}
}

func TestListAsError(t *testing.T) {
	a, b := &diag.File{Name: "a", Text: "one two"}, &diag.File{Name: "b", Text: "three"}
	var l diag.List
	if l.Err() != nil || l.HasErrors() {
		t.Fatal("an empty list is an error")
	}
	l.Warnf(diag.Span{File: b, Start: 0, End: 5}, "w", "only %s", "odd")
	if l.Err() != nil {
		t.Fatal("a warning is an error")
	}
	l.Errorf(diag.Span{File: a, Start: 4, End: 7}, "e", "second").Hint = "mend it"
	l.Errorf(diag.Span{File: a, Start: 0, End: 3}, "e", "first")
	l.Warnf(diag.Span{File: a, Start: 4, End: 7}, "w", "beside")
	l.Errorf(diag.Span{File: b, Start: 0, End: 5}, "e", "graver")
	l.Sort()
	want := strings.Join([]string{
		"b:1:1: error: graver [e]", "  1 | three", "    | ^^^^^",
		"", "b:1:1: warning: only odd [w]", "  1 | three", "    | ^^^^^",
		"", "a:1:1: error: first [e]", "  1 | one two", "    | ^^^",
		"", "a:1:5: error: second [e]", "  1 | one two", "    |     ^^^", "    = mend it",
		"", "a:1:5: warning: beside [w]", "  1 | one two", "    |     ^^^",
	}, "\n")
	if diff := cmp.Diff(want, l.Error()); diff != "" {
		t.Error(diff)
	}
	var back diag.List
	if err := l.Err(); !errors.As(err, &back) || len(back) != 5 {
		t.Errorf("errors.As gives %d entries of %v", len(back), err)
	}
	var out strings.Builder
	if err := l.Render(&out); err != nil || out.String() != l.Error()+"\n" {
		t.Errorf("Render wrote %q, %v", out.String(), err)
	}
}

func TestJSON(t *testing.T) {
	at := span(t, "a\n  «bé\nc» d")
	l := diag.List{{Code: "k", Message: "m", Hint: "h", Span: at, Related: []diag.Related{{Message: "r", Span: diag.Span{File: at.File, Start: 0, End: 1}}}}}
	l.Warnf(diag.Span{}, "w", "nowhere")
	got, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"file":"a.lite","line":2,"column":3,"endLine":3,"endColumn":2,"severity":"error","code":"k","message":"m","hint":"h",` +
		`"related":[{"file":"a.lite","line":1,"column":1,"endLine":1,"endColumn":2,"message":"r"}]},` +
		`{"file":"","line":1,"column":1,"endLine":1,"endColumn":1,"severity":"warning","code":"w","message":"nowhere","hint":""}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	if got, _ := json.Marshal(diag.List(nil)); string(got) != "[]" {
		t.Errorf("no diagnostics = %s", got)
	}
}

func TestSuggest(t *testing.T) {
	types := []string{"Integer", "Real", "Text", "Boolean", "DateTime", "Json", "Blob", "File"}
	tests := []struct {
		name string
		from []string
		want string
	}{
		{"Texxt", types, "Text"},
		{"text", types, "Text"},
		{"Txet", types, "Text"},
		{"Datetime", types, "DateTime"},
		{"Boolaen", types, "Boolean"},
		{"Foo", types, ""},
		{"x", []string{"y"}, ""},
		{"ab", []string{"ac"}, "ac"},
		{"ab", []string{"cd"}, ""},
		{"same", []string{"same"}, ""},
		{"", types, ""},
		{"colour", []string{"color", "Colour"}, "Colour"},
		{"modle", []string{"mode", "model"}, "mode"},
		{strings.Repeat("x", 5000), types, ""},
		{"Text", []string{strings.Repeat("x", 5000), ""}, ""},
	}
	for _, tt := range tests {
		if got := diag.Suggest(tt.name, tt.from...); got != tt.want {
			t.Errorf("Suggest(%.20q, %.60q) = %q, want %q", tt.name, tt.from, got, tt.want)
		}
	}
	if got := diag.DidYouMean("Texxt", types...); got != "did you mean Text?" {
		t.Errorf("DidYouMean = %q", got)
	}
	if got := diag.DidYouMean("zzz", types...); got != "" {
		t.Errorf("DidYouMean = %q", got)
	}
}
