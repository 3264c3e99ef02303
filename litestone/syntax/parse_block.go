package syntax

import "github.com/litestone-go/orm/litestone/diag"

// header reads a declaration's keyword and name, and sets what messages say they are about.
func (p *parser) header(what string) (first int, name Ident) {
	first = p.i
	p.next()
	p.owner, p.severed, p.nameless = what, false, false
	name = p.declName(what)
	if name.Name != "" {
		p.owner = what + " " + name.Name
	}
	return first, name
}

func (p *parser) declName(what string) Ident {
	switch t := p.peek(); t.kind {
	case tokIdent:
		if t.newline && p.startsDecl() {
			break
		}
		return p.ident(p.next())
	case tokString, tokNumber:
		p.errorf(p.tokenSpan(t), CodeBadName, "%s's name is a plain word, not %s", article(what), t.describe(p.text)).Hint =
			"names are made of letters, digits and _, start with no digit and have no quotes"
		p.next()
		return p.missed()
	case tokBad:
		p.next()
		return p.missed()
	}
	p.nameless = true
	p.errorf(p.tokenSpan(p.last()), CodeMissingName, "%s has no name", article(what)).Hint = "write " + what + " name { … }"
	return p.missed()
}

func article(what string) string {
	if what == "enum" {
		return "an enum"
	}
	return "a " + what
}

// open steps to the { of a declaration and over it; false where it has none.
func (p *parser) open() (brace token, ok bool) {
	if p.at(tokLBrace) {
		return p.next(), true
	}
	if !p.nameless {
		p.unexpected(CodeMissingBlock, "a {")
	}
	for i := p.i; ; i++ { // what stands before the { on its line is skipped, as `extends base`
		t := p.token(i)
		if t.kind == tokLBrace {
			p.i = i
			return p.next(), true
		}
		if t.kind == tokEOF || t.kind == tokRBrace || t.newline {
			break
		}
	}
	if p.peek().newline && !p.startsDecl() && !p.at(tokEOF) {
		p.skipDeclaration()
	}
	return token{}, false
}

// block reads members to the closing }. A member that reads nothing is skipped with a complaint, so
// that the loop always ends. It answers the place of the block with its braces.
func (p *parser) block(brace token, transitionsAfterName bool, member func()) diag.Span {
	p.gap = p.i
	for {
		p.field = ""
		switch t := p.peek(); {
		case t.kind == tokComma || t.kind == tokSemicolon:
			p.next()
		case t.kind == tokRBrace:
			p.next()
			return p.spanFrom(brace)
		case t.kind == tokEOF, p.startsDecl() && !(transitionsAfterName && p.token(p.i+1).is(p.text, "transitions")):
			p.unclosed(brace, t)
			return p.spanFrom(brace)
		default:
			before := p.i
			member()
			if p.i == before {
				p.skipMember()
			}
			if p.i > before {
				p.gap = p.i
			}
		}
	}
}

func (p *parser) unclosed(brace, at token) {
	if p.severed {
		return // the open string that swallowed the } is reported
	}
	d := p.errorf(p.tokenSpan(brace), CodeUnclosedBlock, "%sa { is not closed", p.context())
	d.Hint = "write } behind its last line"
	if at.kind != tokEOF {
		d.Related = []diag.Related{{Message: "the next declaration begins here", Span: p.tokenSpan(at)}}
	}
}

// skipMember steps over what could not be read: to the next line, attribute or separator, or to the
// end of the block. Brackets are skipped whole.
func (p *parser) skipMember() {
	for depth, start := 0, p.i; ; {
		t := p.peek()
		switch t.kind {
		case tokEOF:
			return
		case tokLParen, tokLBracket, tokLBrace:
			depth++
		case tokRParen, tokRBracket:
			depth = max(0, depth-1)
		case tokRBrace:
			if depth == 0 {
				return
			}
			depth--
		case tokSemicolon, tokComma, tokAtAt:
			if depth == 0 && p.i > start {
				return
			}
		case tokIdent, tokString, tokNumber:
			if p.i > start && t.newline && (depth == 0 || p.startsDecl()) {
				return
			}
		}
		p.next()
	}
}
