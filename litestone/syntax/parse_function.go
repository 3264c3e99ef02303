package syntax

const functionHint = `write function name(a: Text): Text { @@expr("upper({a})") }`

// function reads `function name(a: Text): Text { @@expr("…") }`.
func (p *parser) function() *Function {
	first, name := p.header("function")
	f := &Function{Name: name}
	if p.at(tokLParen) {
		f.Params = p.params()
	} else {
		p.unexpected(CodeBadFunction, "the parameters in ( )").Hint = functionHint
	}
	p.field = ""
	f.Result = p.result(p.tokens[first])
	brace, ok := p.open()
	f.Doc = p.docs(first)
	if ok {
		f.Body = p.block(brace, false, func() { p.functionMember(f) })
		f.Doc = p.closingDocs(f.Doc)
	}
	f.Span = p.spanFrom(p.tokens[first])
	return f
}

// result reads `: Type`.
func (p *parser) result(keyword token) TypeRef {
	switch t := p.peek(); {
	case t.kind == tokColon:
		p.next()
		return p.typeRef(t)
	case t.kind == tokArrow, t.kind == tokOddOp:
		p.unexpected(CodeBadFunction, "a : before the result's type").Hint = functionHint
		p.next()
		return p.typeRef(t)
	case t.kind == tokIdent && p.token(p.i+1).kind == tokLBrace:
		p.unexpected(CodeBadFunction, "a : before the result's type").Hint = functionHint
		return p.typeRef(t)
	}
	p.errorf(p.tokenSpan(keyword), CodeMissingType, "%sit says no type of its result", p.context()).Hint = functionHint
	return TypeRef{Name: p.missed(), Span: p.missed().Span}
}

func (p *parser) params() []*Param {
	open := p.next()
	var params []*Param
	for {
		p.field = ""
		t := p.peek()
		switch {
		case t.kind == tokRParen:
			p.next()
			return params
		case t.kind == tokComma:
			p.next()
		case t.kind == tokIdent:
			params = append(params, p.param())
			if n := p.peek(); n.kind == tokIdent && !n.newline {
				p.unexpected(CodeMissingSeparator, "a comma").Hint = "write a comma between two parameters"
			}
		case t.kind == tokEOF, t.kind == tokLBrace, t.kind == tokRBrace, t.kind == tokColon, t.kind == tokAtAt:
			p.unclosedBracket(open)
			return params
		default:
			p.unexpected(CodeUnexpectedToken, "a parameter").Hint = functionHint
			p.next()
		}
	}
}

func (p *parser) param() *Param {
	first := p.next()
	a := &Param{Name: p.ident(first)}
	p.field = "parameter " + a.Name.Name
	if !p.accept(tokColon) && p.at(tokIdent) {
		p.unexpected(CodeBadFunction, "a : before the type").Hint = "write " + a.Name.Name + ": Text"
	}
	a.Type = p.typeRef(first)
	a.Span = p.spanFrom(first)
	return a
}

func (p *parser) functionMember(f *Function) {
	if p.at(tokAtAt) {
		f.Attrs = append(f.Attrs, p.attr())
		return
	}
	p.unexpected(CodeBadFunction, "@@expr(\"…\")").Hint = "a function is one SQL expression: " + functionHint
}
