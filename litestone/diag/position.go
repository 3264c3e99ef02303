package diag

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Position is a place a person can find: line and column, both from 1. Columns count runes (an
// invalid byte counts as one); a byte order mark before the first line is not counted.
type Position struct {
	Line, Column int
}

const byteOrderMark = "\ufeff"

// Position tells where a byte offset is. Offsets outside the text are moved to its nearest end, an
// offset inside a rune counts as that rune's start. A nil file answers 1:1.
func (f *File) Position(offset int) Position {
	if f == nil {
		return Position{1, 1}
	}
	offset = min(max(offset, 0), len(f.Text))
	line := f.lineAt(offset)
	start, _ := f.lineBounds(line)
	for offset > start && offset < len(f.Text) && !utf8.RuneStart(f.Text[offset]) && insideRune(f.Text, offset) {
		offset--
	}
	return Position{line, utf8.RuneCountInString(f.Text[start:max(start, offset)]) + 1}
}

// insideRune reports whether a continuation byte really belongs to a rune that began before it.
func insideRune(text string, offset int) bool {
	for i := offset - 1; i >= 0 && i > offset-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			_, n := utf8.DecodeRuneInString(text[i:])
			return i+n > offset
		}
	}
	return false
}

// LineCount is the number of lines; a text without any line break, even an empty one, has one.
func (f *File) LineCount() int { return len(f.index()) }

// Line gives the text of a line counted from 1, without its line break; "" where there is none.
func (f *File) Line(line int) string {
	if f == nil || line < 1 || line > f.LineCount() {
		return ""
	}
	start, end := f.lineBounds(line)
	return f.Text[start:end]
}

// lineAt gives the line an offset inside the text stands on.
func (f *File) lineAt(offset int) int {
	lines := f.index()
	return sort.Search(len(lines), func(i int) bool { return lines[i] > offset })
}

// lineBounds gives the byte range of a line without its line break, whether \n or \r\n.
func (f *File) lineBounds(line int) (start, end int) {
	lines := f.index()
	start, end = lines[line-1], len(f.Text)
	if line < len(lines) {
		end = lines[line] - 1
	}
	if line == 1 && strings.HasPrefix(f.Text, byteOrderMark) {
		start = len(byteOrderMark)
	}
	if end > start && f.Text[end-1] == '\r' {
		end--
	}
	return start, max(start, end)
}

// index makes the line starts once; files are read by several goroutines in a language server.
func (f *File) index() []int {
	f.once.Do(func() {
		f.lines = make([]int, 1, strings.Count(f.Text, "\n")+1)
		for i := 0; ; {
			n := strings.IndexByte(f.Text[i:], '\n')
			if n < 0 {
				return
			}
			i += n + 1
			f.lines = append(f.lines, i)
		}
	})
	return f.lines
}

// Text is the source text of the span; "" without a file. Bounds outside the text are clipped.
func (s Span) Text() string {
	if s.File == nil {
		return ""
	}
	start, end := s.clip()
	return s.File.Text[start:end]
}

// Pos is the position of the span's first byte.
func (s Span) Pos() Position { return s.File.Position(s.Start) }

// IsZero reports whether the span points nowhere, as in trees that were not parsed from a text.
func (s Span) IsZero() bool { return s.File == nil }

// To joins two spans of one file: from the start of s to the end of t.
func (s Span) To(t Span) Span { return Span{s.File, s.Start, max(s.End, t.End)} }

func (s Span) clip() (start, end int) {
	start = min(max(s.Start, 0), len(s.File.Text))
	return start, min(max(s.End, start), len(s.File.Text))
}
