package syntax

import (
	"sort"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
)

// Parse reads one file. The tree holds whatever could be read, also beside errors; names and types
// the parser missed are empty, expressions *Bad, and each is reported once. It never panics and
// answers a tree for any bytes. Imports are left for Load to follow.
func Parse(f *diag.File) (*File, diag.List) {
	tree := &File{Source: f}
	if len(f.Text) > MaxFileSize {
		var l diag.List
		l.Errorf(diag.Span{File: f}, CodeFileTooLarge, "the file is larger than %d megabytes", MaxFileSize>>20).Hint =
			"is it a schema? a large one is split with import"
		return tree, l
	}
	p := &parser{lexer: newLexer(f)}
	p.parse(tree)
	tree.Comments = p.comments
	list := append(p.lexer.diags, p.found...)
	list.Sort()
	if len(list) >= MaxErrors {
		last := list[MaxErrors-1].Span
		list = list[:MaxErrors]
		list.Errorf(last, CodeTooManyErrors, "reading stopped after %d errors", MaxErrors).Hint = "mend these first"
	}
	return tree, list
}

// ParseString is Parse for a text that is no file. The name stands in messages; "" means "schema".
func ParseString(name, text string) (*File, diag.List) {
	if name == "" {
		name = "schema"
	}
	return Parse(&diag.File{Name: name, Text: text})
}

// parser turns tokens into the tree by recursive descent. Tokens are cut when they are first looked
// at, so reading stops early on garbage; they are kept, so that it may go back.
type parser struct {
	*lexer
	i     int       // index of the next token
	gap   int       // index behind the last token of the declaration or member before, separators aside
	found diag.List // the parser's own complaints; the lexer keeps its own, as it never goes back

	owner string // the declaration being read, as "model users"
	field string // the field, setting or value being read in it
	mark  string // the attribute being read, as "@default"

	depth     int  // brackets and ! open
	operators int  // operators read in this argument
	unwinding bool // too deep: step out in silence
	nameless  bool // the declaration has no name: what follows need not look like one
	severed   bool // an open string in this block has swallowed what may have closed it
}

func (p *parser) peek() token { return p.token(p.i) }

// token gives the token of an index; behind the end of the file every token is its end.
func (p *parser) token(i int) token {
	for len(p.tokens) <= i {
		if n := len(p.tokens); n > 0 && p.tokens[n-1].kind == tokEOF {
			return p.tokens[n-1]
		}
		p.lex()
	}
	return p.tokens[i]
}

func (p *parser) next() token {
	t := p.peek()
	if t.kind != tokEOF {
		p.i++
		p.severed = p.severed || t.broken
	}
	return t
}

// last is the token read before the next.
func (p *parser) last() token {
	if p.i == 0 {
		return token{kind: tokEOF}
	}
	return p.tokens[p.i-1]
}

func (p *parser) at(k kind) bool { return p.peek().kind == k }

func (p *parser) accept(k kind) bool {
	if p.at(k) {
		p.next()
		return true
	}
	return false
}

func (p *parser) word(t token) string { return p.text[t.start:t.end] }

func (p *parser) tokenSpan(t token) diag.Span { return p.span(int(t.start), int(t.end)) }

// spanFrom is the span from a token to the last one read.
func (p *parser) spanFrom(first token) diag.Span {
	end := first.end
	if last := p.last(); last.kind != tokEOF {
		end = max(end, last.end)
	}
	return p.span(int(first.start), int(end))
}

func (p *parser) ident(t token) Ident {
	return Ident{Name: p.word(t), Span: p.tokenSpan(t)}
}

// missed is the empty name that stands where none was found.
func (p *parser) missed() Ident {
	at := int(p.peek().start)
	return Ident{Span: p.span(at, at)}
}

// context names what is being read, for the start of a message.
func (p *parser) context() string {
	s := ""
	if p.owner != "" {
		s = p.owner + ": "
	}
	if p.field != "" {
		s += p.field + ": "
	}
	if p.mark != "" {
		s += p.mark + ": "
	}
	return s
}

// errorf reports a complaint of the parser. It is silent, and answers an entry nobody sees, where a
// complaint would only echo an earlier one: at the same place, at what the lexer has reported, while
// stepping out of an expression that is too deep, and when there are enough.
func (p *parser) errorf(at diag.Span, code, format string, args ...any) *diag.Diagnostic {
	echo := p.unwinding || p.full()
	if n := len(p.found); n > 0 && p.found[n-1].Span.Start == at.Start {
		echo = true
	}
	if echo {
		return &diag.Diagnostic{}
	}
	d := p.found.Errorf(at, code, format, args...)
	if p.full() { // the rest of the file is not even cut into tokens
		p.tokens = p.tokens[:min(p.i, len(p.tokens))]
		p.pos = len(p.text)
	}
	return d
}

// full reports whether reading stops for too many errors.
func (p *parser) full() bool { return len(p.lexer.diags)+len(p.found) >= MaxErrors }

// unexpected complains about the next token, saying what should stand there.
func (p *parser) unexpected(code, want string) *diag.Diagnostic {
	t := p.peek()
	if t.kind == tokBad {
		return &diag.Diagnostic{}
	}
	return p.errorf(p.tokenSpan(t), code, "%sthere should be %s, not %s", p.context(), want, t.describe(p.text))
}

// docs gives the /// text of what was read from the token first to the last one read. Separators
// aside, the comments around it belong to what stands before them on their line, and from the first
// one that begins a line on to what comes next; those inside it are its own.
func (p *parser) docs(first int) string {
	var lines []string
	for k := p.commentAt(p.gap); k < len(p.places) && p.places[k].next < p.i; k++ {
		if at := p.places[k]; p.comments[k].Doc && (at.next > first || at.ownLine) {
			lines = append(lines, docText(p.comments[k].Text))
		}
	}
	return strings.Join(p.docsBehind(lines), "\n")
}

// docsBehind adds the /// texts behind the last token read, on its line.
func (p *parser) docsBehind(lines []string) []string {
	next := p.i
	for t := p.token(next); t.kind == tokSemicolon || t.kind == tokComma; t = p.token(next) {
		next++
	}
	for k := p.commentAt(p.i); k < len(p.places) && p.places[k].next <= next && !p.places[k].ownLine; k++ {
		if p.comments[k].Doc {
			lines = append(lines, docText(p.comments[k].Text))
		}
	}
	return lines
}

// closingDocs adds the /// text behind a declaration's } to its own.
func (p *parser) closingDocs(doc string) string {
	var lines []string
	if doc != "" {
		lines = append(lines, doc)
	}
	return strings.Join(p.docsBehind(lines), "\n")
}

// commentAt is the first comment before a token or behind it.
func (p *parser) commentAt(token int) int {
	return sort.Search(len(p.places), func(k int) bool { return p.places[k].next >= token })
}

func docText(s string) string {
	s = strings.TrimPrefix(s, "///")
	return strings.TrimRight(strings.TrimPrefix(s, " "), " \t\r")
}
