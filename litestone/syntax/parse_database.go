package syntax

// database reads `database name { path "…"  driver jsonl; retention 30d }`.
func (p *parser) database() *Database {
	first, name := p.header("database")
	d := &Database{Name: name}
	brace, ok := p.open()
	d.Doc = p.docs(first)
	if ok {
		d.Body = p.block(brace, false, func() {
			if s := p.setting(); s != nil {
				d.Settings = append(d.Settings, s)
			}
		})
		d.Doc = p.closingDocs(d.Doc)
	}
	d.Span = p.spanFrom(p.tokens[first])
	return d
}

// setting reads `name value`.
func (p *parser) setting() *Setting {
	first := p.peek()
	if first.kind != tokIdent {
		p.unexpected(CodeBadSetting, "a setting").Hint = "a setting is written name value, as in driver jsonl"
		if first.kind == tokAtAt || first.kind == tokAt {
			p.attr()
		}
		return nil
	}
	p.next()
	s := &Setting{Name: p.ident(first)}
	p.field = "setting " + s.Name.Name
	if t := p.peek(); t.kind == tokColon || t.kind == tokOddOp && p.word(t) == "=" {
		p.errorf(p.tokenSpan(t), CodeBadSetting, "%sno %s stands before the value", p.context(), p.word(t)).Hint =
			"write name and value with a space between them"
		p.next()
	}
	switch t := p.peek(); t.kind {
	case tokRBrace, tokSemicolon, tokComma, tokEOF:
		p.errorf(p.tokenSpan(first), CodeMissingValue, "%sit has no value", p.context()).Hint = "a setting is written name value, as in driver jsonl"
		s.Value = p.bad()
	default:
		s.Value = p.value()
	}
	s.Span = p.spanFrom(first)
	return s
}
