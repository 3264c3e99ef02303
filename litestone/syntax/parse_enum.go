package syntax

import (
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
)

// enum reads `enum Name { a b c  transitions { … } }`.
func (p *parser) enum() *Enum {
	first, name := p.header("enum")
	e := &Enum{Name: name}
	brace, ok := p.open()
	e.Doc = p.docs(first)
	if ok {
		e.Body = p.block(brace, true, func() { p.enumMember(e) })
		e.Doc = p.closingDocs(e.Doc)
	}
	e.Span = p.spanFrom(p.tokens[first])
	return e
}

func (p *parser) enumMember(e *Enum) {
	first := p.i
	switch t := p.peek(); t.kind {
	case tokIdent:
		if p.token(p.i+1).kind == tokLBrace {
			p.transitions(e, p.next())
			return
		}
		p.next()
		v := &EnumValue{Span: p.tokenSpan(t), Name: p.ident(t)}
		p.afterEnumValue(v.Name.Name)
		v.Doc = p.docs(first)
		e.Values = append(e.Values, v)
	case tokString:
		p.errorf(p.tokenSpan(t), CodeBadEnumValue, "%sa value is written without quotes", p.context()).Hint = "write the plain word"
		p.next()
		if s := p.unquote(t); isName(s) {
			e.Values = append(e.Values, &EnumValue{Span: p.tokenSpan(t), Name: Ident{Name: s, Span: p.tokenSpan(t)}})
		}
	case tokNumber:
		p.errorf(p.tokenSpan(t), CodeBadEnumValue, "%sa value starts with a letter, so %s is none", p.context(), p.word(t)).Hint = "write v" + strings.TrimPrefix(p.word(t), "-")
		p.next()
	case tokAt, tokAtAt:
		p.attr()
		p.errorf(p.tokenSpan(t), CodeBadEnumValue, "%san enum has no attributes", p.context())
	case tokBad:
	default:
		p.unexpected(CodeUnexpectedToken, "a value, transitions { … } or the closing }")
	}
}

// afterEnumValue complains about what other languages write behind a value.
func (p *parser) afterEnumValue(name string) {
	for {
		switch t := p.peek(); {
		case t.kind == tokAt:
			p.attr()
			p.errorf(p.tokenSpan(t), CodeBadEnumValue, "%svalue %s: values have no attributes", p.context(), name).Hint = "the value is stored as it is named"
		case t.kind == tokOddOp && p.word(t) == "=":
			p.errorf(p.tokenSpan(t), CodeBadEnumValue, "%svalue %s: values have no = behind them", p.context(), name).Hint = "the value is stored as it is named"
			p.next()
			p.value()
		default:
			return
		}
	}
}

func isName(s string) bool {
	for i := range len(s) {
		if !isNamePart(s[i]) || i == 0 && !isNameStart(s[0]) {
			return false
		}
	}
	return s != ""
}

// transitions reads the { … } of `transitions`; word is what stands before it.
func (p *parser) transitions(e *Enum, word token) {
	if !word.is(p.text, "transitions") {
		d := p.errorf(p.tokenSpan(word), CodeUnexpectedToken, "%sthere is no block %s in an enum", p.context(), p.word(word))
		d.Hint = diag.DidYouMean(p.word(word), "transitions")
		if d.Hint == "" {
			p.skipBlock()
			return
		}
	}
	if e.HasMachine {
		p.errorf(p.tokenSpan(word), CodeBadTransition, "%sthere are two transitions blocks", p.context()).Hint = "put all transitions into one"
	}
	e.HasMachine = true
	enum := p.owner
	p.owner += ": transitions"
	p.block(p.next(), false, func() {
		if t := p.transition(); t != nil {
			e.Transitions = append(e.Transitions, t)
		}
	})
	p.owner = enum
	e.Machine = p.spanFrom(word)
}

// transition reads `name: from -> to` or `name: [a, b] -> to`.
func (p *parser) transition() *Transition {
	first := p.peek()
	if first.kind != tokIdent {
		p.unexpected(CodeBadTransition, "a transition").Hint = "a transition is written name: from -> to"
		return nil
	}
	p.next()
	t := &Transition{Name: p.ident(first)}
	p.field = t.Name.Name
	if !p.accept(tokColon) {
		p.unexpected(CodeBadTransition, "a : behind the name").Hint = "a transition is written name: from -> to"
		if p.at(tokArrow) { // `draft -> live`: a transition without its name
			t.From = []Ident{t.Name}
		}
	}
	if len(t.From) == 0 {
		t.From = p.states()
	}
	arrow := p.peek()
	switch {
	case arrow.kind == tokArrow:
		p.next()
	case arrow.kind == tokOddOp && p.word(arrow) == "=>", arrow.is(p.text, "to") && p.token(p.i+1).kind == tokIdent && !p.token(p.i+1).newline:
		p.unexpected(CodeBadTransition, "->")
		p.next()
	default:
		p.unexpected(CodeBadTransition, "->").Hint = "a transition is written name: from -> to"
		t.To = p.missed()
		if arrow.kind == tokIdent && !arrow.newline { // `go: a b`: only the arrow is lost
			t.To = p.ident(p.next())
		}
		t.Span = p.spanFrom(first)
		return t
	}
	t.To = p.target()
	t.Span = p.spanFrom(first)
	return t
}

// states reads the states a transition starts from.
func (p *parser) states() []Ident {
	var from []Ident
	open := p.peek()
	bracket := p.accept(tokLBracket)
	for {
		t := p.peek()
		switch {
		case t.kind == tokIdent && !(t.newline && (p.startsDecl() || p.token(p.i+1).kind == tokColon)):
			from = append(from, p.ident(p.next()))
		case bracket && t.kind == tokRBracket:
			p.next()
			return p.someState(from, open)
		default:
			if bracket {
				p.unclosedBracket(open)
			}
			return p.someState(from, open)
		}
		sep := p.peek()
		switch {
		case bracket && sep.kind == tokComma:
			p.next()
		case bracket && sep.kind == tokIdent && !sep.newline:
			p.unexpected(CodeMissingSeparator, "a comma").Hint = "write a comma between two states"
		case !bracket && (sep.kind == tokComma || sep.kind == tokOddOp && p.word(sep) == "|"):
			p.errorf(p.tokenSpan(sep), CodeBadTransition, "%sseveral states to start from stand in brackets", p.context()).Hint = "write name: [a, b] -> to"
			p.next()
		case !bracket:
			return from
		}
	}
}

func (p *parser) someState(from []Ident, open token) []Ident {
	if len(from) == 0 {
		p.errorf(p.tokenSpan(open), CodeBadTransition, "%sno state stands before ->", p.context()).Hint = "a transition is written name: from -> to"
	}
	return from
}

// target reads the one state a transition leads to.
func (p *parser) target() Ident {
	t := p.peek()
	if t.kind == tokLBracket {
		p.errorf(p.tokenSpan(t), CodeBadTransition, "%sa transition leads to one state", p.context()).Hint = "write one transition for each state"
		to := p.missed()
		if l, ok := p.value().(*List); ok && len(l.Items) > 0 {
			if n, ok := l.Items[0].(*Name); ok {
				to = n.Parts[0]
			}
		}
		return to
	}
	if t.kind != tokIdent || t.newline && (p.startsDecl() || p.token(p.i+1).kind == tokColon) {
		p.unexpected(CodeBadTransition, "the state it leads to").Hint = "a transition is written name: from -> to"
		return p.missed()
	}
	return p.ident(p.next())
}
