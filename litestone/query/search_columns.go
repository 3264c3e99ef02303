package query

import (
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// MatchText is a search's text for the model's index. Column filters, as in title: word or
// {title body}: word, name fields; the index has columns, which @map may have named otherwise.
// Names of columns are left as they are, and so is whatever FTS5 will refuse.
// https://sqlite.org/fts5.html#fts5_column_filters
func MatchText(m *schema.Model, text string) string {
	if m.FTS == nil || !strings.Contains(text, ":") {
		return text
	}
	columns := mappedColumns(m.FTS.Fields)
	if len(columns) == 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		end, names := columnFilter(text[i:])
		if !names {
			b.WriteString(text[i : i+end])
			i += end
			continue
		}
		for spec := text[i : i+end]; spec != ""; {
			n := matchToken(spec)
			if column, ok := columns[unquoteMatch(spec[:n])]; ok {
				b.WriteString(`"` + strings.ReplaceAll(column, `"`, `""`) + `"`)
			} else {
				b.WriteString(spec[:n])
			}
			spec = spec[n:]
		}
		i += end
	}
	return b.String()
}

// mappedColumns gives the columns by the fields they are mapped from, but for names that are
// columns of the index themselves.
func mappedColumns(fields []*schema.Field) map[string]string {
	columns := map[string]string{}
	for _, f := range fields {
		if f.Column != f.Name {
			columns[f.Name] = f.Column
		}
	}
	for _, f := range fields {
		if _, taken := columns[f.Column]; taken && columns[f.Column] != f.Column {
			delete(columns, f.Column)
		}
	}
	return columns
}

// columnFilter measures the next part of a search text, and tells whether it is the columns of a
// filter: one name, or several in braces, with a colon behind.
func columnFilter(s string) (n int, names bool) {
	if s[0] == '{' {
		if end := strings.IndexByte(s, '}'); end > 0 && colonNext(s[end+1:]) {
			return end + 1, true
		}
		return 1, false
	}
	n = matchToken(s)
	return n, colonNext(s[n:]) && (s[0] == '"' || matchWord(s[0]))
}

func colonNext(s string) bool { return strings.HasPrefix(strings.TrimLeft(s, " \t\r\n"), ":") }

// matchToken is the length of the token a search text begins with: a quoted string, a bare word,
// or one byte of anything else.
func matchToken(s string) int {
	switch {
	case s[0] == '"':
		for i := 1; i < len(s); i++ {
			if s[i] != '"' {
				continue
			}
			if i+1 < len(s) && s[i+1] == '"' {
				i++
				continue
			}
			return i + 1
		}
		return len(s)
	case matchWord(s[0]):
		n := 1
		for n < len(s) && matchWord(s[n]) {
			n++
		}
		return n
	}
	return 1
}

// matchWord reports whether a byte stands in FTS5's bare words.
func matchWord(c byte) bool {
	return c >= 0x80 || c == '_' || c == 0x1a || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func unquoteMatch(token string) string {
	if len(token) < 2 || token[0] != '"' {
		return token
	}
	return strings.ReplaceAll(token[1:len(token)-1], `""`, `"`)
}
