package syntax

import (
	"strings"
	"unicode/utf8"
)

// Spelling chooses between the two names of a scalar type.
type Spelling uint8

// The spellings.
const (
	AsWritten  Spelling = iota
	LongNames           // Integer, Real, Text, Blob
	ShortNames          // Int, Float, String, Bytes
)

// Style is how Format writes. The zero value is the canonical style.
type Style struct {
	Types Spelling // of scalar types; names the file itself declares are left alone
}

// Format writes a file in the canonical style, Style{}.Format.
func Format(f *File) string { return Style{}.Format(f) }

// Format writes a file: two spaces of indentation, one member on a line, names, types and attributes
// of neighbouring fields in columns, one empty line between declarations and before the first @@
// attribute of a block, at most one elsewhere where the author had some. An enum or database written
// on one line stays there if it fits. Inside parentheses and before attributes the author's line
// breaks are kept. Comments stay where they are, but those between a declaration's first word and
// its { move above it.
//
// What it writes means what the tree means, and formatting it again changes nothing. Both hold for
// files that parsed without errors; from others, what was not read is lost. A tree that was made by
// a program, without places, is written too, with parentheses where the operators need them.
func (s Style) Format(f *File) string {
	p := &printer{file: f, style: s}
	if f.Source != nil {
		p.text = f.Source.Text
		p.comments = f.Comments
		p.markOwnLines()
	}
	if s.Types != AsWritten {
		p.declared = map[string]bool{}
		for _, d := range f.Decls {
			p.declared[d.DeclName().Name] = true
		}
	}
	return p.print()
}

// printer writes one file. Comments are handed out in source order, each once, as the writing passes
// their places.
type printer struct {
	file     *File
	style    Style
	text     string
	comments []*Comment
	ownLine  []bool // of comments, as the lexer's places have it
	given    int    // comments handed out so far
	declared map[string]bool
}

// markOwnLines finds what the lexer knew: which comments begin their line.
func (p *printer) markOwnLines() {
	p.ownLine = make([]bool, len(p.comments))
	for i, c := range p.comments {
		at := c.Span.Start
		for at > 0 && (isSpace(p.text[at-1]) || p.text[at-1] == ';' || p.text[at-1] == ',') {
			at--
		}
		before := p.text[:at]
		switch {
		case before == "", before == "\ufeff", before[at-1] == '\n':
			p.ownLine[i] = true
		case i > 0 && p.comments[i-1].Span.End == at:
			p.ownLine[i] = p.ownLine[i-1] || strings.Contains(p.comments[i-1].Text, "\n")
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' }

// pending gives the next comment if it stands before an offset.
func (p *printer) pending(before int) (text string, ownLine, ok bool) {
	if p.given == len(p.comments) || p.comments[p.given].Span.Start >= before {
		return "", false, false
	}
	i := p.given
	p.given++
	return commentText(p.comments[i].Text), p.ownLine[i], true
}

func commentText(s string) string {
	if strings.HasPrefix(s, "//") {
		return strings.TrimRight(s, " \t\r")
	}
	for strings.Contains(s, "\r\n") { // however many \r stand before the end of a line
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	return s
}

// breaks counts the line breaks between two offsets of the source, 2 standing for more.
func (p *printer) breaks(from, to int) int {
	if from >= to || to > len(p.text) {
		return 0
	}
	return min(2, strings.Count(p.text[from:to], "\n"))
}

// rowKind is what a row holds.
type rowKind uint8

const (
	commentRow rowKind = iota
	fieldRow           // a field, value, setting or transition: aligned with its neighbours
	attrRow            // an @@attribute
	blockRow           // a declaration or the transitions block, over several lines perhaps
	importRow
)

// row is a line of a block, or several that belong together.
type row struct {
	kind  rowKind
	cells []string // name, type, attributes; one cell for all others
	trail string   // the comments behind it
	blank bool     // an empty line stands before it
}

// rows collects the rows of a block with the comments between them.
type rows struct {
	*printer
	list []row
	head string // comments behind the block's {
	end  int    // where the last row's source ends; -1 at first
}

// comments adds those that stand before an offset: behind the row before, or as rows.
func (r *rows) commentsBefore(offset int) {
	for {
		start := 0
		if r.given < len(r.comments) {
			start = r.comments[r.given].Span.Start
		}
		text, own, ok := r.pending(offset)
		if !ok {
			return
		}
		switch end := r.comments[r.given-1].Span.End; {
		case own:
			r.list = append(r.list, row{kind: commentRow, cells: []string{text}, blank: r.blankBefore(start)})
			r.end = end
		case len(r.list) == 0:
			r.head += " " + text
			r.end = end
		default:
			r.list[len(r.list)-1].trail += " " + text
			r.end = end
		}
	}
}

func (r *rows) blankBefore(start int) bool {
	return len(r.list) > 0 && r.end >= 0 && r.breaks(r.end, start) > 1
}

// add appends the row of a member that stands at [start, end) in the source; write makes its cells,
// handing out the comments inside it.
func (r *rows) add(kind rowKind, start, end int, write func() []string) {
	r.commentsBefore(start)
	blank := r.blankBefore(start)
	r.list = append(r.list, row{kind: kind, blank: blank})
	at := len(r.list) - 1
	r.list[at].cells = write()
	r.end = end
}

// space sets off groups: an empty line before the first @@attribute after fields, and around a
// transitions block. Comments right above a row go with it.
func (r *rows) space() {
	for i, w := range r.list {
		if w.kind == commentRow {
			continue
		}
		g := r.group(i)
		if g == 0 {
			continue
		}
		if above := r.list[g-1].kind; above == fieldRow && w.kind != fieldRow || above == blockRow {
			r.list[g].blank = true
		}
	}
}

// group is the first of the comments that stand right above a row, or the row itself.
func (r *rows) group(i int) int {
	for i > 0 && !r.list[i].blank && r.list[i-1].kind == commentRow {
		i--
	}
	return i
}

// write writes all rows, aligned.
func (r *rows) write(out *strings.Builder, indent string) {
	for from := 0; from < len(r.list); {
		to := from + 1
		for to < len(r.list) && !r.list[to].blank {
			to++
		}
		r.section(out, r.list[from:to], indent)
		from = to
	}
}

// section writes rows without an empty line between them. Columns are as wide as their widest cell.
func (r *rows) section(out *strings.Builder, list []row, indent string) {
	var widths [2]int
	for _, w := range list {
		for c := 0; w.kind == fieldRow && c < len(w.cells)-1; c++ {
			if !strings.Contains(w.cells[c], "\n") && c < len(widths) {
				widths[c] = max(widths[c], utf8.RuneCountInString(w.cells[c]))
			}
		}
	}
	lines := make([]string, len(list))
	for i, w := range list {
		lines[i] = indent + joinCells(w, widths[:])
	}
	for from := 0; from < len(list); {
		to := from + 1
		width := lastWidth(lines[from])
		for list[from].trail != "" && aligned(lines[from]) && to < len(list) && list[to].trail != "" && aligned(lines[to]) {
			width = max(width, lastWidth(lines[to]))
			to++
		}
		for i := from; i < to; i++ {
			if list[i].blank {
				out.WriteByte('\n')
			}
			out.WriteString(lines[i])
			if list[i].trail != "" {
				out.WriteString(strings.Repeat(" ", width-lastWidth(lines[i])))
				out.WriteString(list[i].trail)
			}
			out.WriteByte('\n')
		}
		from = to
	}
}

// aligned reports whether comments behind a row stand in a column with its neighbours'.
func aligned(line string) bool { return !strings.Contains(line, "\n") }

func lastWidth(s string) int {
	return utf8.RuneCountInString(s[strings.LastIndexByte(s, '\n')+1:])
}

func joinCells(w row, widths []int) string {
	var b strings.Builder
	for c, cell := range w.cells {
		b.WriteString(cell)
		if c+1 == len(w.cells) || strings.HasPrefix(w.cells[c+1], "\n") {
			continue
		}
		if w.kind == fieldRow && c < len(widths) && !strings.Contains(cell, "\n") {
			b.WriteString(strings.Repeat(" ", widths[c]-utf8.RuneCountInString(cell)))
		}
		b.WriteByte(' ')
	}
	return b.String()
}
