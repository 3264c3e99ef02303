package schema

import (
	"strings"

	"github.com/litestone-go/orm/litestone/syntax"
)

// fragment reads an SQL expression written in a schema (@generated, @@expr, where of @from) and
// puts resolve's answer in the place of each {name} that stands outside quotes. It refuses what
// would break out of the statement it is put into: an open quote or parenthesis, a semicolon, a
// comment. Everything else is SQLite's to judge. False when something was reported.
func (c *checker) fragment(text *syntax.Str, at string, resolve func(name string) (string, bool)) (string, bool) {
	out, problem, ok := expandFragment(text.Value, resolve)
	if problem != "" {
		c.fail(text.Span, CodeBrokenFragment, "write one complete SQL expression", "%s: the SQL expression %s", at, problem)
		return "", false
	}
	return out, ok
}

func expandFragment(sql string, resolve func(name string) (string, bool)) (out, problem string, ok bool) {
	var b strings.Builder
	depth, ok := 0, true
	for i := 0; i < len(sql); {
		switch ch := sql[i]; {
		case ch == '\'' || ch == '"' || ch == '`' || ch == '[':
			end := quoteEnd(sql, i)
			if end < 0 {
				return "", "has a quote that is never closed", false
			}
			b.WriteString(sql[i:end])
			i = end
			continue
		case ch == '(':
			depth++
		case ch == ')':
			if depth--; depth < 0 {
				return "", "has a ) without its (", false
			}
		case ch == ';':
			return "", "holds a semicolon", false
		case ch == 0:
			return "", "holds a NUL byte", false
		case strings.HasPrefix(sql[i:], "--"), strings.HasPrefix(sql[i:], "/*"):
			return "", "holds a comment", false
		case ch == '{':
			if name := placeholder(sql[i:]); name != "" {
				text, known := resolve(name)
				ok = ok && known
				b.WriteString(text)
				i += len(name) + 2
				continue
			}
		}
		b.WriteByte(sql[i])
		i++
	}
	switch {
	case depth > 0:
		return "", "has a ( that is never closed", false
	case strings.TrimSpace(sql) == "":
		return "", "is empty", false
	}
	return b.String(), "", ok
}

// quoteEnd gives the index after the quoted run that starts at i, or -1. A doubled quote stands
// for itself; […] has no such escape (https://www.sqlite.org/lang_keywords.html).
func quoteEnd(sql string, i int) int {
	closing := sql[i]
	if closing == '[' {
		if j := strings.IndexByte(sql[i:], ']'); j >= 0 {
			return i + j + 1
		}
		return -1
	}
	for j := i + 1; j < len(sql); j++ {
		if sql[j] != closing {
			continue
		}
		if j+1 < len(sql) && sql[j+1] == closing {
			j++
			continue
		}
		return j + 1
	}
	return -1
}

// placeholder gives name of a text that begins with {name}, else "".
func placeholder(s string) string {
	end := strings.IndexByte(s, '}')
	if end < 2 {
		return ""
	}
	for i := 1; i < end; i++ {
		ch := s[i]
		letter := ch == '_' || ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z' || ch >= 0x80
		if !letter && (i == 1 || ch < '0' || ch > '9') {
			return ""
		}
	}
	return s[1:end]
}

// backtick quotes an identifier that cannot be qualified by its table. Backticks, because SQLite
// reads an unknown name in double quotes as a text (https://www.sqlite.org/quirks.html#dblquote).
func backtick(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
