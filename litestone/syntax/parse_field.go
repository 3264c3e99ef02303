package syntax

// fieldDecl reads `name Type @attr …`. With lines set, a type on another line is not the field's.
func (p *parser) fieldDecl(lines bool) *Field {
	first := p.next()
	f := &Field{Name: p.ident(first)}
	p.field = "field " + f.Name.Name
	if t := p.peek(); t.kind == tokColon && !t.newline {
		p.errorf(p.tokenSpan(t), CodeUnexpectedToken, "%sno : stands before a type", p.context()).Hint =
			"write " + f.Name.Name + " and the type with a space between them"
		p.next()
	}
	if t := p.peek(); lines && t.newline && t.kind == tokIdent {
		p.missingType(first)
		f.Type = TypeRef{Name: p.missed(), Span: p.missed().Span}
	} else {
		f.Type = p.typeRef(first)
	}
	for p.at(tokAt) {
		f.Attrs = append(f.Attrs, p.attr())
	}
	if t := p.peek(); t.kind == tokOddOp && !t.newline && p.word(t) == "=" {
		p.errorf(p.tokenSpan(t), CodeUnexpectedToken, "%sno = stands behind a type", p.context()).Hint = "write @default(value)"
		p.next()
		p.value()
		for p.at(tokAt) {
			f.Attrs = append(f.Attrs, p.attr())
		}
	}
	f.Span = p.spanFrom(first)
	return f
}

func (p *parser) missingType(name token) {
	d := p.errorf(p.tokenSpan(name), CodeMissingType, "%sthere is no type", p.context())
	d.Hint = "write a type behind the name, as in " + p.word(name) + " Text"
	if before := p.before(name); !name.newline && before != tokLBrace && before != tokSemicolon && before != tokComma && before != tokLParen {
		d.Hint = "an attribute is written @" + p.word(name) + "; a field needs a type behind its name"
	}
}

// before is the kind of the token before one that was read lately.
func (p *parser) before(t token) kind {
	for i := p.i - 1; i > 0; i-- {
		if p.tokens[i].start == t.start {
			return p.tokens[i-1].kind
		}
	}
	return tokEOF
}

// typeRef reads `Name`, `Name?`, `Name[]` or `Name[]?`; after names what the type belongs to.
func (p *parser) typeRef(after token) TypeRef {
	first := p.peek()
	var t TypeRef
	switch {
	case first.kind == tokIdent && !(first.newline && p.startsDecl()):
		t.Name = p.ident(p.next())
		p.typeArguments()
	case first.kind == tokLBracket: // GraphQL's [Name]
		p.foreignList(&t)
	case first.kind == tokBad:
		p.next()
		if n := p.peek(); n.kind == tokIdent && !n.newline {
			return p.typeRef(after)
		}
		t.Name = p.missed()
		t.Span = t.Name.Span
		return t
	case (first.kind == tokString || first.kind == tokNumber) && !first.newline:
		p.errorf(p.tokenSpan(first), CodeBadType, "%sa type is a plain word, not %s", p.context(), first.describe(p.text)).Hint =
			"the types are Integer, Real, Text, Boolean, DateTime, Json, Blob, File and the names of enums, types and models"
		p.next()
		t.Name = p.missed()
		t.Span = t.Name.Span
		return t
	default:
		p.missingType(after)
		t.Name = p.missed()
		t.Span = t.Name.Span
		return t
	}
	p.typeSuffix(&t)
	t.Span = p.spanFrom(first)
	return t
}

// typeSuffix reads [] and ?, complaining about orders and marks of other languages.
func (p *parser) typeSuffix(t *TypeRef) {
	for {
		switch s := p.peek(); {
		case s.kind == tokLBracket:
			p.next()
			if !p.at(tokRBracket) {
				p.errorf(p.tokenSpan(p.peek()), CodeBadType, "%sa list's length does not stand in its type", p.context()).Hint =
					"write [] and limit the length with @maxItems(n)"
				for !p.at(tokRBracket) && !p.peek().newline && !p.at(tokRBrace) && !p.at(tokEOF) {
					p.next()
				}
			}
			p.accept(tokRBracket)
			switch {
			case t.Optional:
				p.errorf(p.tokenSpan(s), CodeBadType, "%sthe items of a list cannot be optional", p.context()).Hint = "write []? where the whole list may be missing"
			case t.List:
				p.errorf(p.tokenSpan(s), CodeBadType, "%sthere are no lists of lists", p.context()).Hint = "store nested lists in a Json field"
			}
			t.List = true
		case s.kind == tokQuestion:
			p.next()
			if t.Optional {
				p.errorf(p.tokenSpan(s), CodeBadType, "%sone ? is enough", p.context())
			}
			t.Optional = true
		case s.kind == tokBang && !s.newline:
			p.errorf(p.tokenSpan(s), CodeBadType, "%sa type has no !", p.context()).Hint = "fields are required unless a ? follows the type"
			p.next()
		default:
			return
		}
	}
}

// typeArguments steps over what other languages write behind a type's name: db.Text, Text(80), List<Text>.
func (p *parser) typeArguments() {
	t := p.peek()
	odd := t.kind == tokDot || t.kind == tokLParen || t.kind == tokCompare && p.word(t) == "<"
	if !odd || t.newline {
		return
	}
	p.errorf(p.tokenSpan(t), CodeBadType, "%sa type is one word with [] or ? behind it, not %s", p.context(), t.describe(p.text)).Hint =
		"limit a length with @length(min, max); a list is written Text[]"
	for {
		t := p.next()
		if n := p.peek(); t.kind == tokRParen || t.kind == tokCompare && p.word(t) == ">" ||
			n.newline || n.kind == tokEOF || n.kind == tokRBrace || n.kind == tokAt || n.kind == tokAtAt || n.kind == tokSemicolon {
			return
		}
	}
}

func (p *parser) foreignList(t *TypeRef) {
	open := p.next()
	p.errorf(p.tokenSpan(open), CodeBadType, "%sa list's [] stands behind its type", p.context()).Hint = "write Text[]"
	t.List = true
	if p.at(tokIdent) {
		t.Name = p.ident(p.next())
	} else {
		t.Name = p.missed()
	}
	p.accept(tokBang)
	p.accept(tokRBracket)
}
