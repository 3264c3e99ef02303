package syntax

// kind is what a token is.
type kind uint8

const (
	tokEOF       kind = iota
	tokBad            // bytes the lexer has reported; the parser steps over them in silence
	tokIdent          // a name or a word
	tokNumber         // -1, 2.5, 1e3, 30d: sign, digits and unit together
	tokString         // with its quotes
	tokAt             // @
	tokAtAt           // @@
	tokLBrace         // {
	tokRBrace         // }
	tokLParen         // (
	tokRParen         // )
	tokLBracket       // [
	tokRBracket       // ]
	tokComma          // ,
	tokSemicolon      // ;
	tokColon          // :
	tokQuestion       // ?
	tokDot            // .
	tokArrow          // ->
	tokBang           // !
	tokAnd            // &&
	tokOr             // ||
	tokCompare        // == != < <= > >=
	tokOddOp          // an operator of other languages: = === & | + => …
)

// token is a piece of the text. It is kept small: a file is some ten thousand of them.
type token struct {
	start, end int32
	kind       kind
	newline    bool // a line break, or the start of the file, stands between it and the token before
	broken     bool // a string that is not closed
}

// is reports whether the token is the given word.
func (t token) is(text, word string) bool {
	return t.kind == tokIdent && text[t.start:t.end] == word
}

// describe names a token in a message, as "`}`" or "the end of the file".
func (t token) describe(text string) string {
	if t.kind == tokEOF {
		return "the end of the file"
	}
	s := text[t.start:t.end]
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return "`" + s + "`"
}
