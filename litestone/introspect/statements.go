package introspect

import "strings"

// Statement is one statement of an SQL text.
type Statement struct {
	SQL  string  // without its semicolon and the comments before it
	Line int     // where it begins, from 1
	Open bool    // the text ended inside it: a trigger without END, a text without its quote
	List []Token // its tokens
}

// Token is one word, name, literal or symbol of a statement.
type Token struct {
	Text string // a name without its quotes; a literal as written
	Bare bool   // written without quotes: it may be a keyword
	Name bool   // a bare word or a quoted name
}

// Is reports whether the token is this keyword or symbol; keywords in lower case.
func (t Token) Is(s string) bool { return t.Bare && strings.EqualFold(t.Text, s) }

// Statements cuts a text at its semicolons, as sqlite3_complete sees them
// (https://www.sqlite.org/c3ref/complete.html): those inside a trigger's body do not count.
// Texts of comments alone and empty statements are left out.
func Statements(text string) []Statement {
	var out []Statement
	tokens := tokenize(text)
	line, at := 1, 0 // the line that offset at is in
	for from := 0; from < len(tokens); {
		stop := from
		trigger := makesTrigger(tokens[from:])
		for stop < len(tokens) && !(tokens[stop].is(";") && (!trigger || stop > from && bodyEnds(tokens, from, stop))) {
			stop++
		}
		if stop > from {
			first, last := tokens[from], tokens[stop-1]
			line += strings.Count(text[at:first.start], "\n")
			at = first.start
			s := Statement{SQL: text[first.start:last.end], Line: line, Open: unclosed(text, last) || trigger && stop == len(tokens) && !bodyEnds(tokens, from, stop)}
			for _, t := range tokens[from:stop] {
				s.List = append(s.List, Token{Text: t.text, Bare: t.kind == word || t.kind == symbol, Name: t.kind == word || t.kind == name})
			}
			out = append(out, s)
		}
		from = stop + 1
	}
	return out
}

// makesTrigger reports whether a statement begins CREATE [TEMP] TRIGGER.
func makesTrigger(tokens []token) bool {
	i := 0
	if i < len(tokens) && tokens[i].is("explain") {
		i++
	}
	if i >= len(tokens) || !tokens[i].is("create") {
		return false
	}
	i++
	if i < len(tokens) && (tokens[i].is("temp") || tokens[i].is("temporary")) {
		i++
	}
	return i < len(tokens) && tokens[i].is("trigger")
}

// bodyEnds reports whether the token before stop is the END of a trigger's body: the one that
// follows a semicolon. The END of a CASE does not.
func bodyEnds(tokens []token, from, stop int) bool {
	return stop-2 > from && tokens[stop-1].is("end") && tokens[stop-2].is(";")
}

// unclosed reports whether a quoted token lacks its second quote.
func unclosed(text string, t token) bool {
	if t.end < len(text) || t.end-t.start < 1 {
		return false
	}
	q := text[t.start]
	if q == 'x' || q == 'X' {
		q = '\''
	}
	switch q {
	case '[':
		return text[t.end-1] != ']'
	case '\'', '"', '`':
		if t.kind == word {
			return false
		}
		return t.end-t.start < 2 || strings.Count(text[t.start:t.end], string(q))%2 == 1
	}
	return false
}
