package syntax

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote gives the value of a string token, with or without its closing quote, and reports what is
// wrong inside it.
func (p *parser) unquote(t token) string {
	body := p.text[t.start+1 : t.end]
	if !t.broken {
		body = body[:len(body)-1]
	}
	if strings.IndexFunc(body, func(r rune) bool { return r == '\\' || r < ' ' && r != '\t' }) < 0 {
		return body
	}
	var b strings.Builder
	b.Grow(len(body))
	for i := 0; i < len(body); {
		switch c := body[i]; {
		case c == '\\':
			n := p.escape(&b, body[i:], int(t.start)+1+i)
			i += n
		case c < ' ' && c != '\t':
			at := int(t.start) + 1 + i
			p.errorf(p.span(at, at+1), CodeControlCharacter, "%sa string holds the control character %q", p.context(), c).Hint =
				`write \n or \t, or leave it out`
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// escape writes what an escape stands for and answers its length. s starts with the backslash, at is
// its place in the file.
func (p *parser) escape(b *strings.Builder, s string, at int) int {
	if len(s) < 2 {
		return len(s) // the string was cut off here, which is reported
	}
	switch c := s[1]; c {
	case '"', '\'', '\\', '/':
		b.WriteByte(c)
		return 2
	case 'n':
		b.WriteByte('\n')
		return 2
	case 't':
		b.WriteByte('\t')
		return 2
	case 'r':
		b.WriteByte('\r')
		return 2
	case 'u':
		r, n := unicodeEscape(s)
		if r <= 0 {
			p.errorf(p.span(at, at+n), CodeBadEscape, "%s%s stands for no character", p.context(), s[:n]).Hint =
				`write \u and four hexadecimal digits, as \u00e9; \u0000 cannot stand in a database's text`
			return n
		}
		b.WriteRune(r)
		return n
	}
	_, n := utf8.DecodeRuneInString(s[1:])
	p.errorf(p.span(at, at+1+n), CodeBadEscape, "%sa string does not know the escape %s", p.context(), s[:1+n]).Hint =
		`write \\ for a backslash; the escapes are \" \' \\ \n \t \r \uXXXX`
	b.WriteString(s[:1+n])
	return 1 + n
}

// unicodeEscape reads \uXXXX, or two of them that make one character. The rune is 0 for NUL and
// negative for what is no character.
func unicodeEscape(s string) (r rune, n int) {
	r, n = hex4(s)
	if r < 0 || !utf16.IsSurrogate(r) {
		return r, n
	}
	if len(s) > 7 && s[6] == '\\' && s[7] == 'u' {
		if low, m := hex4(s[6:]); low >= 0 {
			if joined := utf16.DecodeRune(r, low); joined != utf8.RuneError {
				return joined, n + m
			}
		}
	}
	return -1, n
}

func hex4(s string) (rune, int) {
	n := 2
	for n < 6 && n < len(s) && isHex(s[n]) {
		n++
	}
	if n < 6 {
		return -1, n
	}
	v, _ := strconv.ParseUint(s[2:6], 16, 32)
	return rune(v), 6
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }

// quote writes a value as a string literal that unquote reads back.
func quote(b *strings.Builder, value string, with byte) {
	if with != '\'' {
		with = '"'
	}
	b.WriteByte(with)
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == with || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == '\r':
			b.WriteString(`\r`)
		case c < ' ':
			b.WriteString(`\u00`)
			b.WriteByte("0123456789abcdef"[c>>4])
			b.WriteByte("0123456789abcdef"[c&15])
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(with)
}
