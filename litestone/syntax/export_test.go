package syntax

// TokenStarts gives the places of a text where tokens begin.
func TokenStarts(text string) []int {
	f, _ := ParseString("", text)
	l := newLexer(f.Source)
	for {
		l.lex()
		if l.tokens[len(l.tokens)-1].kind == tokEOF {
			break
		}
	}
	var starts []int
	for _, t := range l.tokens {
		starts = append(starts, int(t.start))
	}
	return starts
}
