package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error renders all diagnostics, errors and warnings, with an empty line between.
func (l List) Error() string {
	var b strings.Builder
	for i, d := range l {
		if i > 0 {
			b.WriteByte('\n')
		}
		d.render(&b)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Render writes what Error answers, with a line break at its end; nothing for an empty list.
func (l List) Render(w io.Writer) error {
	if len(l) == 0 {
		return nil
	}
	_, err := io.WriteString(w, l.Error()+"\n")
	return err
}

// String renders one diagnostic:
//
//	schema.lite:3:9: error: field email: there is no type Texxt [unknown-type]
//	  3 |   email Texxt @unique
//	    |         ^^^^^
//	    = did you mean Text?
func (d Diagnostic) String() string {
	var b strings.Builder
	d.render(&b)
	return strings.TrimSuffix(b.String(), "\n")
}

func (d Diagnostic) render(b *strings.Builder) {
	header(b, d.Span, d.Severity.String(), d.Message)
	if d.Code != "" {
		b.WriteString(" [" + clean(d.Code) + "]")
	}
	b.WriteByte('\n')
	gutter := excerpt(b, d.Span)
	if d.Hint != "" {
		fmt.Fprintf(b, "%s = %s\n", gutter, clean(d.Hint))
	}
	for _, r := range d.Related {
		header(b, r.Span, "note", r.Message)
		b.WriteByte('\n')
		excerpt(b, r.Span)
	}
}

func header(b *strings.Builder, at Span, kind, message string) {
	if at.File != nil {
		p := at.Pos()
		fmt.Fprintf(b, "%s:%d:%d: ", clean(at.File.Name), p.Line, p.Column)
	}
	b.WriteString(kind + ": " + clean(message))
}

const (
	excerptWidth = 140 // cells of source shown of a long line
	excerptLead  = 50  // of them before the span
	tabWidth     = 4   // every tab is shown as so many cells, so carets stand right in any terminal
)

// excerpt writes the first line of the span and the carets under it, and answers the blank gutter.
// A span over several lines is underlined to the end of its first line.
func excerpt(b *strings.Builder, at Span) (gutter string) {
	if at.File == nil {
		return "  "
	}
	start, end := at.clip()
	line := at.File.lineAt(start)
	number := fmt.Sprint(line)
	gutter = strings.Repeat(" ", len(number)+2)
	lo, hi := at.File.lineBounds(line)
	if lo == hi && start == end {
		return gutter // an empty line tells nothing
	}
	text := at.File.Text
	start = min(max(start, lo), hi) // the line break itself is shown as a caret behind the line
	end = min(max(end, start), hi)

	from, cells := start, 0
	for from > lo && cells < excerptLead {
		r, n := utf8.DecodeLastRuneInString(text[lo:from])
		_, width := show(r, n)
		from -= n
		cells += width
	}
	var source, marks strings.Builder
	if from > lo {
		source.WriteString("… ")
		marks.WriteString("  ")
	}
	cells = 0
	i := from
	for i < hi && cells < excerptWidth {
		r, n := utf8.DecodeRuneInString(text[i:hi])
		shown, width := show(r, n)
		source.WriteString(shown)
		mark := " "
		if i >= start && i < end {
			mark = "^"
		}
		marks.WriteString(strings.Repeat(mark, width))
		i += n
		cells += width
	}
	if i < hi {
		source.WriteString(" …")
	}
	under := strings.TrimRight(marks.String(), " ")
	if start == end {
		under = caretAt(text[from:start], from > lo)
	}
	fmt.Fprintf(b, "  %s | %s\n", number, strings.TrimRight(source.String(), " "))
	fmt.Fprintf(b, "%s | %s\n", gutter, under)
	return gutter
}

// caretAt is one caret behind the cells of before.
func caretAt(before string, clipped bool) string {
	width := 0
	if clipped {
		width = 2
	}
	for i := 0; i < len(before); {
		r, n := utf8.DecodeRuneInString(before[i:])
		_, w := show(r, n)
		width += w
		i += n
	}
	return strings.Repeat(" ", width) + "^"
}

// show gives what stands for a rune on a terminal and its width in cells. Control and format
// characters (escape sequences, reversed writing) never reach the terminal.
func show(r rune, n int) (string, int) {
	switch {
	case r == '\t':
		return strings.Repeat(" ", tabWidth), tabWidth
	case r == utf8.RuneError && n <= 1, unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == '\u2028', r == '\u2029':
		return "\ufffd", 1
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r):
		return string(r), 0
	case wide(r):
		return string(r), 2
	}
	return string(r), 1
}

// wide reports whether terminals give a rune two cells: the East Asian wide blocks and pictures.
func wide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf && r != 0x303f || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 ||
		r >= 0x1f300 && r <= 0x1f64f || r >= 0x1f900 && r <= 0x1f9ff || r >= 0x20000 && r <= 0x3fffd)
}

// clean makes text from a source safe to print on one line.
func clean(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f }) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '\t' || r == '\n' {
			b.WriteByte(' ')
		} else {
			shown, _ := show(r, n)
			b.WriteString(shown)
		}
		i += n
	}
	return b.String()
}
