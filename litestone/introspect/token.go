package introspect

import "strings"

// kind is what a token is.
type kind uint8

const (
	end    kind = iota
	word        // a bare name or keyword
	name        // a quoted name
	text        // 'text' or x'00'
	number      // 1, 1.5, 0x1F
	param       // ?, :a – not in stored SQL, but the tokenizer never fails
	symbol      // operators and punctuation
)

// token is one token of stored SQL. Text is unquoted for names, as written otherwise.
type token struct {
	kind  kind
	text  string
	start int // byte offset
	end   int
}

// is reports whether the token is this keyword (lower case) or symbol.
func (t token) is(s string) bool {
	switch t.kind {
	case word:
		return len(t.text) == len(s) && strings.EqualFold(t.text, s)
	case symbol:
		return t.text == s
	}
	return false
}

// tokenize cuts SQL as SQLite does (https://www.sqlite.org/lang.html), comments left out. It
// takes any text: what it does not know becomes a symbol of one byte.
func tokenize(sql string) []token {
	var out []token
	for i := 0; i < len(sql); {
		c := sql[i]
		j := i + 1
		switch {
		case c == ' ' || c >= '\t' && c <= '\r' && c != '\v':
			i++
			continue
		case strings.HasPrefix(sql[i:], "--"):
			if n := strings.IndexByte(sql[i:], '\n'); n >= 0 {
				i += n
			} else {
				i = len(sql)
			}
			continue
		case strings.HasPrefix(sql[i:], "/*"):
			if n := strings.Index(sql[i+2:], "*/"); n >= 0 {
				i += n + 4
			} else {
				i = len(sql)
			}
			continue
		case c == '"' || c == '`' || c == '[':
			var s string
			s, j = quoted(sql, i)
			out = append(out, token{name, s, i, j})
			i = j
			continue
		case c == '\'':
			_, j = quoted(sql, i)
			out = append(out, token{text, sql[i:j], i, j})
			i = j
			continue
		case (c == 'x' || c == 'X') && j < len(sql) && sql[j] == '\'':
			_, j = quoted(sql, j)
			out = append(out, token{text, sql[i:j], i, j})
			i = j
			continue
		case letter(c):
			for j < len(sql) && (letter(sql[j]) || digit(sql[j]) || sql[j] == '$') {
				j++
			}
			out = append(out, token{word, sql[i:j], i, j})
			i = j
			continue
		case digit(c) || c == '.' && j < len(sql) && digit(sql[j]):
			j = numberEnd(sql, i)
			out = append(out, token{number, sql[i:j], i, j})
			i = j
			continue
		case c == '?' || c == ':' || c == '@' || c == '$':
			for j < len(sql) && (letter(sql[j]) || digit(sql[j])) {
				j++
			}
			out = append(out, token{param, sql[i:j], i, j})
			i = j
			continue
		}
		for _, op := range [...]string{"->>", "||", "->", "<<", ">>", "<=", ">=", "<>", "!=", "=="} {
			if strings.HasPrefix(sql[i:], op) {
				j = i + len(op)
				break
			}
		}
		out = append(out, token{symbol, sql[i:j], i, j})
		i = j
	}
	return out
}

// quoted reads from a quote to its end; a doubled quote stands for itself but inside [ ].
func quoted(sql string, i int) (string, int) {
	q := sql[i]
	if q == '[' {
		if n := strings.IndexByte(sql[i:], ']'); n >= 0 {
			return sql[i+1 : i+n], i + n + 1
		}
		return sql[i+1:], len(sql)
	}
	var b strings.Builder
	for j := i + 1; j < len(sql); j++ {
		if sql[j] != q {
			b.WriteByte(sql[j])
			continue
		}
		if j+1 < len(sql) && sql[j+1] == q {
			b.WriteByte(q)
			j++
			continue
		}
		return b.String(), j + 1
	}
	return b.String(), len(sql)
}

func numberEnd(sql string, i int) int {
	if strings.HasPrefix(sql[i:], "0x") || strings.HasPrefix(sql[i:], "0X") {
		j := i + 2
		for j < len(sql) && (digit(sql[j]) || letter(sql[j])) {
			j++
		}
		return j
	}
	j := i
	for j < len(sql) && (digit(sql[j]) || sql[j] == '.' || sql[j] == '_') {
		j++
	}
	if j < len(sql) && (sql[j] == 'e' || sql[j] == 'E') {
		k := j + 1
		if k < len(sql) && (sql[k] == '+' || sql[k] == '-') {
			k++
		}
		if k < len(sql) && digit(sql[k]) {
			for j = k; j < len(sql) && digit(sql[j]); j++ {
			}
		}
	}
	return j
}

func letter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
