package introspect

import (
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
)

// Normal gives SQL in the form catalogs compare: comments and spacing gone, names in lower
// case and bare where that is safe (else in backticks), == as = and <> as !=, and no
// parentheses around the whole. Two texts SQLite reads alike need not be equal here, and then
// a table is rebuilt once needlessly; two that differ in meaning must never be.
func Normal(sql string) string { return normal(strip(tokenize(sql))) }

func normal(tokens []token) string {
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 && spaced(tokens[i-1], t) {
			b.WriteByte(' ')
		}
		switch t.kind {
		case word, number:
			b.WriteString(catalog.Fold(t.text))
		case name:
			b.WriteString(bareName(t.text))
		case text:
			if t.text[0] == '\'' {
				b.WriteString(t.text)
			} else {
				b.WriteString(strings.ToLower(t.text))
			}
		default:
			switch t.text {
			case "==":
				b.WriteString("=")
			case "<>":
				b.WriteString("!=")
			default:
				b.WriteString(t.text)
			}
		}
	}
	return b.String()
}

// spaced keeps tokens apart that would read as one, and the result readable.
func spaced(a, b token) bool {
	if b.kind == symbol && (b.text == "," || b.text == ")" || b.text == "." || b.text == ";") {
		return false
	}
	if a.kind == symbol && (a.text == "(" || a.text == ".") {
		return false
	}
	return !(b.kind == symbol && b.text == "(" && (a.kind == word || a.kind == name))
}

// strip takes away parentheses around the whole.
func strip(tokens []token) []token {
	for len(tokens) >= 2 && tokens[0].is("(") && closing(tokens, 0) == len(tokens)-1 {
		tokens = tokens[1 : len(tokens)-1]
	}
	return tokens
}

// closing gives the index of the parenthesis that closes the one at i; len(tokens) when none does.
func closing(tokens []token, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		switch {
		case tokens[i].is("("):
			depth++
		case tokens[i].is(")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(tokens)
}

func bareName(s string) string {
	s = catalog.Fold(s)
	if s == "" || digit(s[0]) || keyword(s) {
		return "`" + strings.ReplaceAll(s, "`", "``") + "`"
	}
	for i := 0; i < len(s); i++ {
		if !letter(s[i]) && !digit(s[i]) {
			return "`" + strings.ReplaceAll(s, "`", "``") + "`"
		}
	}
	return s
}

// keyword reports whether a bare lower-case word means something of its own in SQL
// (https://www.sqlite.org/lang_keywords.html, with the literals true and false and the names
// of functions that are written without parentheses).
func keyword(s string) bool {
	return strings.Contains(keywords, " "+s+" ")
}

const keywords = " abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade case " +
	"cast check collate column commit conflict constraint create cross current current_date current_time current_timestamp " +
	"database default deferrable deferred delete desc detach distinct do drop each else end escape except exclude exclusive " +
	"exists explain fail false filter first following for foreign from full generated glob group groups having if ignore immediate " +
	"in index indexed initially inner insert instead intersect into is isnull join key last left like limit match materialized " +
	"natural new no not nothing notnull null nulls of offset old on or order others outer over partition plan pragma preceding primary " +
	"query raise range recursive references regexp reindex release rename replace restrict returning right rollback row rows " +
	"savepoint select set table temp temporary then ties to transaction trigger true unbounded union unique update using vacuum " +
	"values view virtual when where window with without "
