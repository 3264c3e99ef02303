package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/litestone-go/orm/litestone/diag"
)

// lexer cuts a text into tokens. It never fails: what it cannot use it reports and hands on as
// tokBad. Comments are collected beside the tokens, each with the index of the token after it.
type lexer struct {
	file     *diag.File
	text     string
	pos      int
	tokens   []token
	comments []*Comment
	places   []commentPlace // of comments, one for one
	diags    diag.List
	fresh    bool // a line break, or the start of the file, came after the last token, separators aside
}

// commentPlace says where among the tokens a comment stands.
type commentPlace struct {
	next    int  // index of the token after it
	ownLine bool // separators aside, a line break stands between it and the token before
}

func newLexer(f *diag.File) *lexer {
	l := &lexer{file: f, text: f.Text, fresh: true, tokens: make([]token, 0, len(f.Text)/5+16)}
	l.pos = len(f.Text) - len(strings.TrimPrefix(f.Text, "\ufeff"))
	if what := notText(f.Text); what != "" {
		l.errorf(0, 0, CodeBadEncoding, "%s", what).Hint = "a schema is a text file in UTF-8"
		l.pos = len(f.Text)
	} else if i := invalidUTF8(f.Text); i >= 0 {
		l.errorf(i, i+1, CodeBadEncoding, "the text is not UTF-8").Hint = "save the file as UTF-8"
	}
	return l
}

// notText recognises files that are something else, for which one complaint is enough.
func notText(s string) string {
	switch {
	case strings.HasPrefix(s, "SQLite format 3\x00"):
		return "the file is a SQLite database, not a schema"
	case strings.HasPrefix(s, "\xff\xfe"), strings.HasPrefix(s, "\xfe\xff"):
		return "the text is UTF-16, not UTF-8"
	}
	return ""
}

// invalidUTF8 gives the first byte that is no part of a rune, or -1.
func invalidUTF8(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func (l *lexer) errorf(start, end int, code, format string, args ...any) *diag.Diagnostic {
	return l.diags.Errorf(l.span(start, end), code, format, args...)
}

func (l *lexer) span(start, end int) diag.Span {
	return diag.Span{File: l.file, Start: start, End: end}
}

// lex appends the next token.
func (l *lexer) lex() {
	l.stopWhenFull()
	t := l.trivia()
	t.start = int32(l.pos)
	if l.pos >= len(l.text) {
		t.end = t.start
		l.tokens = append(l.tokens, t)
		return
	}
	c := l.text[l.pos]
	switch {
	case isNameStart(c):
		l.name(&t)
	case isDigit(c), c == '-' && isDigit(l.at(1)):
		l.number(&t)
	case c == '"' || c == '\'':
		l.str(&t, c)
	case c < utf8.RuneSelf:
		l.punctuation(&t, c)
	default:
		l.foreign(&t)
	}
	t.end = int32(l.pos)
	l.fresh = l.fresh && (t.kind == tokSemicolon || t.kind == tokComma)
	l.tokens = append(l.tokens, t)
}

// at is the byte some places ahead, 0 behind the end.
func (l *lexer) at(n int) byte {
	if l.pos+n < len(l.text) {
		return l.text[l.pos+n]
	}
	return 0
}

// trivia steps over space and comments and begins the token behind them.
func (l *lexer) trivia() token {
	t := token{newline: len(l.tokens) == 0}
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case c == '\n':
			t.newline, l.fresh = true, true
			l.pos++
		case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
			l.pos++
		case c == '/' && l.at(1) == '/':
			l.comment(&t, l.lineEnd())
		case c == '/' && l.at(1) == '*':
			l.blockComment(&t)
		case c == '#' || c == '-' && l.at(1) == '-':
			l.foreignComment()
		default:
			return t
		}
	}
	return t
}

// lineEnd is the place of the next line break, without a carriage return before it.
func (l *lexer) lineEnd() int {
	end := len(l.text)
	if n := strings.IndexByte(l.text[l.pos:], '\n'); n >= 0 {
		end = l.pos + n
	}
	for end > l.pos && l.text[end-1] == '\r' {
		end--
	}
	return end
}

// foreignComment steps over a comment of SQL or the shell.
func (l *lexer) foreignComment() {
	mark := "#"
	if l.text[l.pos] == '-' {
		mark = "--"
	}
	end := l.lineEnd()
	l.errorf(l.pos, end, CodeUnexpectedCharacter, "a comment does not start with %s here", mark).Hint = "write // before a comment"
	l.pos = end
	l.stopWhenFull()
}

// stopWhenFull ends the text when there are enough errors: garbage must not cost its length in errors.
func (l *lexer) stopWhenFull() {
	if len(l.diags) >= MaxErrors {
		l.pos = len(l.text)
	}
}

func (l *lexer) blockComment(t *token) {
	n := strings.Index(l.text[l.pos+2:], "*/")
	if n < 0 {
		l.errorf(l.pos, l.pos+2, CodeUnterminatedComment, "a comment is not closed").Hint = "close it with */"
		l.comment(t, len(l.text))
		return
	}
	l.comment(t, l.pos+2+n+2)
}

func (l *lexer) comment(t *token, end int) {
	text := l.text[l.pos:end]
	l.comments = append(l.comments, &Comment{
		Span: l.span(l.pos, end),
		Text: text,
		Doc:  strings.HasPrefix(text, "///") && !strings.HasPrefix(text, "////"),
	})
	l.places = append(l.places, commentPlace{next: len(l.tokens), ownLine: l.fresh})
	if strings.IndexByte(text, '\n') >= 0 {
		t.newline, l.fresh = true, true
	}
	l.pos = end
}

// name reads a name; letters beyond ASCII are reported and kept in it, so that it stays one word.
func (l *lexer) name(t *token) {
	t.kind = tokIdent
	start, foreign := l.pos, false
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		if isNamePart(c) {
			l.pos++
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeRuneInString(l.text[l.pos:])
		if !unicode.In(r, unicode.L, unicode.M, unicode.N) {
			break
		}
		foreign = true
		l.pos += n
	}
	if foreign {
		l.badName(start, l.pos)
		return
	}
	if l.at(0) == '-' && isNamePart(l.at(1)) && l.at(1) != '_' && !isDigit(l.at(1)) {
		for isNamePart(l.at(0)) || l.at(0) == '-' && isNamePart(l.at(1)) {
			l.pos++
		}
		l.badName(start, l.pos).Hint = "write _ for -; @map(\"…\") gives a column, @@map(\"…\") a table any name"
	}
}

func (l *lexer) badName(start, end int) *diag.Diagnostic {
	d := l.errorf(start, end, CodeBadName, "the name %s is not made of the letters a-z and A-Z, digits and _", l.text[start:end])
	d.Hint = "@map(\"…\") gives a column, @@map(\"…\") a table any name"
	return d
}

// number reads sign, digits, fraction, exponent and a unit grown to it.
func (l *lexer) number(t *token) {
	t.kind = tokNumber
	start := l.pos
	if l.text[l.pos] == '-' {
		l.pos++
	}
	l.digits()
	if l.at(0) == '.' && isDigit(l.at(1)) {
		l.pos++
		l.digits()
	}
	if c := l.at(0); c == 'e' || c == 'E' {
		if isDigit(l.at(1)) {
			l.pos++
			l.digits()
		} else if (l.at(1) == '+' || l.at(1) == '-') && isDigit(l.at(2)) {
			l.pos += 2
			l.digits()
		}
	}
	if l.at(0) == '_' && isDigit(l.at(1)) || l.at(0) == '.' && isDigit(l.at(1)) {
		for isNamePart(l.at(0)) || l.at(0) == '.' && isDigit(l.at(1)) {
			l.pos++
		}
		l.errorf(start, l.pos, CodeBadNumber, "%s is not a number", l.text[start:l.pos]).Hint = "write 1000 or 0.25; versions and times go in quotes"
		t.kind = tokBad
		return
	}
	for isNamePart(l.at(0)) {
		l.pos++
	}
}

func (l *lexer) digits() {
	for isDigit(l.at(0)) {
		l.pos++
	}
}

// str reads to the closing quote. A string ends with its line at the latest: an open quote then
// costs one line, not the rest of the file.
func (l *lexer) str(t *token, quote byte) {
	t.kind = tokString
	start := l.pos
	for l.pos++; l.pos < len(l.text); l.pos++ {
		switch l.text[l.pos] {
		case quote:
			l.pos++
			return
		case '\\':
			if c := l.at(1); c != '\n' && c != '\r' && l.pos+1 < len(l.text) {
				l.pos++
			}
		case '\n':
			l.unterminated(t, start, quote)
			return
		}
	}
	l.unterminated(t, start, quote)
}

func (l *lexer) unterminated(t *token, start int, quote byte) {
	for l.pos > start+1 && l.text[l.pos-1] == '\r' {
		l.pos--
	}
	t.broken = true
	l.errorf(start, l.pos, CodeUnterminatedString, "a string is not closed on its line").Hint =
		"end it with " + string(quote) + "; a line break inside it is written \\n"
}

func (l *lexer) punctuation(t *token, c byte) {
	l.pos++
	switch c {
	case '@':
		t.kind = tokAt
		if l.at(0) == '@' {
			t.kind = tokAtAt
			l.pos++
		}
	case '{':
		t.kind = tokLBrace
	case '}':
		t.kind = tokRBrace
	case '(':
		t.kind = tokLParen
	case ')':
		t.kind = tokRParen
	case '[':
		t.kind = tokLBracket
	case ']':
		t.kind = tokRBracket
	case ',':
		t.kind = tokComma
	case ';':
		t.kind = tokSemicolon
	case ':':
		t.kind = tokColon
	case '?':
		t.kind = tokQuestion
	case '.':
		t.kind = tokDot
	case '=', '!', '<', '>', '&', '|', '+', '-', '*', '/', '%', '~', '^':
		l.operator(t, c)
	default:
		l.foreign(t)
	}
}

// operators are all of the language and, with tokOddOp, those people bring from elsewhere. A longer
// one stands before its beginnings.
var operators = [...]struct {
	text string
	kind kind
}{
	{"===", tokOddOp}, {"!==", tokOddOp}, {"->", tokArrow}, {"=>", tokOddOp}, {"==", tokCompare}, {"!=", tokCompare},
	{"<=", tokCompare}, {">=", tokCompare}, {"<>", tokOddOp}, {"&&", tokAnd}, {"||", tokOr}, {"=~", tokOddOp},
	{"<", tokCompare}, {">", tokCompare}, {"!", tokBang},
}

func (l *lexer) operator(t *token, c byte) {
	l.pos--
	for _, op := range operators {
		if op.text[0] == c && strings.HasPrefix(l.text[l.pos:], op.text) {
			t.kind = op.kind
			l.pos += len(op.text)
			return
		}
	}
	t.kind = tokOddOp
	l.pos++
}

// foreign reads a run of characters nothing begins with, and reports it once.
func (l *lexer) foreign(t *token) {
	start := int(t.start)
	l.pos = start
	if r, n := utf8.DecodeRuneInString(l.text[start:]); unicode.IsLetter(r) && n > 1 {
		l.name(t)
		return
	}
	t.kind = tokBad
	invalid := true
	for l.pos < len(l.text) {
		r, n := utf8.DecodeRuneInString(l.text[l.pos:])
		if l.pos > start && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" \t\r\n_\"'@{}()[],;:?.=!<>&|+-*/%~^#", r)) {
			break
		}
		invalid = invalid && r == utf8.RuneError && n == 1
		l.pos += n
	}
	if invalid {
		return // reported once for the whole file
	}
	l.errorf(start, l.pos, CodeUnexpectedCharacter, "%q is no part of the language", l.text[start:min(l.pos, start+40)])
}

func isDigit(c byte) bool     { return '0' <= c && c <= '9' }
func isNameStart(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }
func isNamePart(c byte) bool  { return isNameStart(c) || isDigit(c) }
