package diag_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/litestone-go/orm/litestone/diag"
)

// FuzzRender: any span of any text, even outside of it, is rendered; no control character of the
// text or the message reaches the terminal, and the JSON form is JSON.
func FuzzRender(f *testing.F) {
	f.Add("model m {\n\tid Texxt\n}", 13, 18, "wrong")
	f.Add("\ufeff\x1b[31m\r\n日本\u202e", -3, 99, "a\x00b")
	f.Add(strings.Repeat("x", 500), 300, 320, "")
	f.Fuzz(func(t *testing.T, text string, start, end int, message string) {
		at := diag.Span{File: &diag.File{Name: "f", Text: text}, Start: start, End: end}
		d := diag.Diagnostic{Message: message, Code: "c", Hint: message, Span: at, Related: []diag.Related{{Message: message, Span: at}}}
		out := d.String()
		for _, r := range strings.ReplaceAll(out, "\n", "") {
			if unicode.IsControl(r) {
				t.Errorf("%q is rendered: %q", r, out)
			}
		}
		if !utf8.ValidString(out) {
			t.Errorf("not UTF-8: %q", out)
		}
		if n := strings.Count(out, "\n"); n > 7 {
			t.Errorf("%d lines: %q", n, out)
		}
		b, err := json.Marshal(diag.List{d})
		if err != nil || !json.Valid(b) {
			t.Errorf("%s: %v", b, err)
		}
		_ = at.Text()
		if p := at.Pos(); p.Line < 1 || p.Column < 1 || p.Line > at.File.LineCount() {
			t.Errorf("position %v", p)
		}
	})
}
