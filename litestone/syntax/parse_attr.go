package syntax

// attr reads `@name`, `@name(args)` or the same with @@.
func (p *parser) attr() *Attr {
	first := p.next()
	a := &Attr{Block: first.kind == tokAtAt}
	switch t := p.peek(); {
	case t.kind == tokIdent && !t.newline:
		a.Name = p.ident(p.next())
		p.attrPath(a)
	case t.kind == tokBad:
		a.Name = p.missed()
	default:
		a.Name = p.missed()
		p.errorf(p.tokenSpan(first), CodeMissingName, "%s%s is followed by no attribute's name", p.context(), p.word(first)).Hint =
			"write the name right behind it, as in " + p.word(first) + "unique"
	}
	if p.at(tokLParen) {
		a.Paren = true
		p.mark = p.word(first) + a.Name.Name
		a.Args = p.args()
		p.mark, p.operators, p.unwinding = "", 0, false
	}
	a.Span = p.spanFrom(first)
	return a
}

// attrPath steps over `.Text` in `@db.Text`.
func (p *parser) attrPath(a *Attr) {
	for t := p.peek(); t.kind == tokDot && !t.newline; t = p.peek() {
		p.errorf(p.tokenSpan(t), CodeBadAttribute, "%s@%s: an attribute's name is one word", p.context(), a.Name.Name).Hint =
			"write the name without what follows the dot"
		p.next()
		if p.at(tokIdent) && !p.peek().newline {
			p.next()
		}
	}
}

// args reads ( arg, arg, … ).
func (p *parser) args() []*Arg {
	open := p.next()
	if !p.enter(open) {
		return nil
	}
	defer p.leave()
	var args []*Arg
	for {
		t := p.peek()
		switch {
		case t.kind == tokRParen:
			p.next()
			return args
		case t.kind == tokComma:
			p.errorf(p.tokenSpan(t), CodeMissingValue, "%san argument is missing before the comma", p.context())
			p.next()
			continue
		case p.endsArgs(t):
			p.unclosedBracket(open)
			return args
		}
		args = append(args, p.arg())
		if !p.afterItem(open, tokRParen) {
			return args
		}
	}
}

// arg reads `value` or `name: value`.
func (p *parser) arg() *Arg {
	first := p.peek()
	a := &Arg{}
	switch after := p.token(p.i + 1); {
	case first.kind == tokIdent && after.kind == tokColon:
		a.Name = p.ident(p.next())
		p.next()
	case first.kind == tokString && after.kind == tokColon:
		p.errorf(p.tokenSpan(first), CodeBadArgument, "%san argument's name has no quotes", p.context()).Hint = "write name: value"
		a.Name = Ident{Name: p.unquote(first), Span: p.tokenSpan(first)}
		p.next()
		p.next()
	case first.kind == tokIdent && after.kind == tokOddOp && p.word(after) == "=" && p.token(p.i+2).kind == tokLBracket:
		p.errorf(p.tokenSpan(after), CodeBadArgument, "%san argument's name is followed by :, not by =", p.context()).Hint = "write name: value"
		a.Name = p.ident(p.next())
		p.next()
	}
	a.Value = p.expr()
	a.Span = p.spanFrom(first)
	return a
}

// afterItem reads what follows an argument or a list's item; false when the bracket ends there
// although it is not closed.
func (p *parser) afterItem(open token, closing kind) bool {
	t := p.peek()
	switch {
	case p.unwinding:
		return false
	case t.kind == tokComma:
		p.next()
		return true
	case t.kind == closing:
		return true
	case p.last().kind == tokComma && t.kind == tokIdent && p.token(p.i+1).kind == tokColon:
		return true // a list that was not closed took the comma before the next argument
	case p.last().broken:
		return false // the open string has swallowed the rest
	case t.kind == tokBad:
		p.next()
		return true
	case p.endsArgs(t), t.newline && !p.startsArg(t):
		p.unclosedBracket(open)
		return false
	case closing == tokRBracket && t.kind == tokRParen, closing == tokRParen && t.kind == tokRBracket:
		p.unclosedBracket(open)
		if closing == tokRParen {
			p.next()
		}
		return false
	}
	p.unexpected(CodeMissingSeparator, "a comma or the closing bracket").Hint = "write a comma between two values"
	if !startsOperand(t.kind) && t.kind != tokLParen && t.kind != tokLBracket {
		p.next()
	}
	return true
}

// startsArg reports whether an argument begins at a token on a new line after a lost comma. A field
// has no colon, so a name with one is an argument; strings and brackets begin no field either.
func (p *parser) startsArg(t token) bool {
	switch t.kind {
	case tokIdent:
		after := p.token(p.i + 1)
		return after.kind == tokColon || after.kind == tokLParen || after.kind == tokDot
	case tokString, tokNumber, tokLBracket, tokLParen, tokBang:
		return true
	}
	return false
}

// endsArgs tells tokens no argument holds: the bracket was not closed before them.
func (p *parser) endsArgs(t token) bool {
	switch t.kind {
	case tokEOF, tokRBrace, tokAt, tokAtAt, tokSemicolon:
		return true
	case tokIdent:
		return t.newline && p.startsDecl()
	}
	return false
}

func (p *parser) unclosedBracket(open token) {
	if p.last().broken || p.unwinding {
		return
	}
	closing := ")"
	if open.kind == tokLBracket {
		closing = "]"
	}
	p.errorf(p.tokenSpan(open), CodeUnclosedBracket, "%sa %s is not closed", p.context(), p.word(open)).Hint = "write " + closing + " behind its last part"
}
