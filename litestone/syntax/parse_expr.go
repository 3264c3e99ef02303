package syntax

const operatorsHint = "the operators are == != < <= > >= && || and !"

// wordOperators are operators of other languages written as words, with ours where there is one.
var wordOperators = map[string]string{
	"and": "&&", "AND": "&&", "or": "||", "OR": "||", "in": "", "IN": "", "is": "==", "IS": "==",
	"like": "", "LIKE": "", "has": "", "between": "", "contains": "",
}

// expr reads an expression. From weakest to strongest: || && comparisons ! and what they apply to.
func (p *parser) expr() Expr { return p.or() }

func (p *parser) or() Expr {
	x := p.and()
	for !p.unwinding {
		if !p.joins(tokOr, "||") {
			return x
		}
		op := p.next()
		x = p.binary(x, "||", op, p.and())
	}
	return x
}

func (p *parser) and() Expr {
	x := p.comparison()
	for !p.unwinding {
		if !p.joins(tokAnd, "&&") {
			return x
		}
		op := p.next()
		x = p.binary(x, "&&", op, p.comparison())
	}
	return x
}

// joins reports whether the next token joins with && or ||, also as other languages write it.
func (p *parser) joins(k kind, op string) bool {
	t := p.peek()
	if t.kind == k {
		return true
	}
	if t.newline {
		return false
	}
	odd := t.kind == tokOddOp && p.word(t) == op[:1] || t.kind == tokIdent && wordOperators[p.word(t)] == op
	if odd {
		p.errorf(p.tokenSpan(t), CodeBadOperator, "%sthere is no operator %s", p.context(), p.word(t)).Hint = "write " + op
	}
	return odd
}

// comparison reads `x op y`. A second comparison behind it is a mistake, but is read as one that
// takes the first for its left side.
func (p *parser) comparison() Expr {
	x := p.unary()
	compared := false
	for !p.unwinding {
		op, ours := p.comparisonOp()
		if op == "" {
			return x
		}
		t := p.next()
		if compared && ours {
			p.errorf(p.tokenSpan(t), CodeChainedComparison, "%sa comparison cannot follow another", p.context()).Hint =
				"join two comparisons: a < b && b < c"
		}
		compared = compared || ours
		x = p.binary(x, op, t, p.unary())
	}
	return x
}

// comparisonOp gives the operator at the next token without reading it, and whether it is one of
// ours; "" for none. One of another language is reported and taken for the nearest of ours.
func (p *parser) comparisonOp() (op string, ours bool) {
	t := p.peek()
	word := p.word(t)
	if t.kind == tokCompare {
		return word, true
	}
	if t.newline {
		return "", false
	}
	hint := ""
	switch t.kind {
	case tokOddOp:
		switch word {
		case "=":
			op, hint = "==", "compare with ==; an argument's name is followed by :"
		case "===", "=~":
			op, hint = "==", "compare with =="
		case "!==", "<>":
			op, hint = "!=", "write !="
		case "+", "-", "*", "/", "%", "^", "~", "=>":
			op, hint = "==", "expressions compare and join, they do not calculate; "+operatorsHint
		}
	case tokIdent:
		switch meant, known := wordOperators[word]; {
		case meant == "==":
			op, hint = "==", "compare with =="
		case known && meant == "":
			op, hint = "==", operatorsHint
		}
	}
	if op != "" {
		p.errorf(p.tokenSpan(t), CodeBadOperator, "%sthere is no operator %s", p.context(), word).Hint = hint
	}
	return op, false
}

func (p *parser) binary(x Expr, op string, at token, y Expr) Expr {
	if p.operators++; p.operators > MaxOperators {
		p.tooDeep(at, "an expression has more than %d operators", MaxOperators)
	}
	return &Binary{Span: x.ExprSpan().To(y.ExprSpan()), Op: op, X: x, Y: y}
}

func (p *parser) unary() Expr {
	t := p.peek()
	if t.kind != tokBang && !p.wordNot(t) {
		return p.operand()
	}
	p.next()
	if !p.enter(t) {
		return p.bad()
	}
	defer p.leave()
	x := p.unary()
	return &Unary{Span: p.tokenSpan(t).To(x.ExprSpan()), Op: "!", X: x}
}

// wordNot complains about `not x`.
func (p *parser) wordNot(t token) bool {
	if !t.is(p.text, "not") && !t.is(p.text, "NOT") {
		return false
	}
	if after := p.token(p.i + 1); after.newline || !startsOperand(after.kind) && after.kind != tokLParen {
		return false
	}
	p.errorf(p.tokenSpan(t), CodeBadOperator, "%sthere is no operator %s", p.context(), p.word(t)).Hint = "write !"
	return true
}

// enter goes one bracket or ! deeper; false, and everything from there on is given up, when that is
// too deep. Each enter that answers true has its leave.
func (p *parser) enter(at token) bool {
	if p.depth >= MaxDepth {
		p.tooDeep(at, "brackets are nested more than %d deep", MaxDepth)
		return false
	}
	p.depth++
	return true
}

func (p *parser) leave() { p.depth-- }

// tooDeep reports and skips the rest of the member; callers step out in silence.
func (p *parser) tooDeep(at token, format string, limit int) {
	if !p.unwinding {
		p.errorf(p.tokenSpan(at), CodeTooDeep, "%s"+format, p.context(), limit).Hint = "split it into several attributes"
	}
	p.unwinding = true
	for {
		switch t := p.peek(); {
		case t.kind == tokEOF, t.kind == tokRBrace, t.kind == tokSemicolon, t.kind == tokAtAt, t.newline && t.kind == tokIdent && p.fieldLike():
			return
		}
		p.next()
	}
}

// fieldLike reports whether `name Type` stands next, as at the start of a field.
func (p *parser) fieldLike() bool {
	return p.token(p.i+1).kind == tokIdent && !p.token(p.i+1).newline
}

func startsOperand(k kind) bool {
	return k == tokIdent || k == tokNumber || k == tokString || k == tokBang
}

// value reads an operand that stands by itself, outside of an attribute.
func (p *parser) value() Expr {
	x := p.operand()
	p.operators, p.unwinding = 0, false
	return x
}

// operand reads a literal, name, call, list or expression in parentheses.
func (p *parser) operand() Expr {
	if p.unwinding {
		return p.bad()
	}
	switch t := p.peek(); t.kind {
	case tokString:
		p.next()
		s := &Str{Span: p.tokenSpan(t), Quote: p.text[t.start]}
		s.Value = p.unquote(t)
		return s
	case tokNumber:
		return p.number(p.next())
	case tokIdent:
		if t.newline && p.startsDecl() {
			break
		}
		return p.nameOrCall()
	case tokLBracket:
		return p.list()
	case tokLParen:
		return p.paren()
	case tokBad:
		p.next()
		return &Bad{Span: p.tokenSpan(t)}
	case tokDot:
		if n := p.token(p.i + 1); n.kind == tokNumber && n.start == t.end {
			p.errorf(p.tokenSpan(t).To(p.tokenSpan(n)), CodeBadNumber, "%s.%s is not a number", p.context(), p.word(n)).Hint = "write 0." + p.word(n)
			p.next()
			p.next()
			return &Bad{Span: p.tokenSpan(t).To(p.tokenSpan(n))}
		}
	case tokOddOp:
		if n := p.token(p.i + 1); p.word(t) == "+" && n.kind == tokNumber && n.start == t.end {
			p.errorf(p.tokenSpan(t), CodeBadNumber, "%sa number has no +", p.context()).Hint = "write " + p.word(n)
			p.next()
			return p.number(p.next())
		}
	case tokLBrace:
		p.errorf(p.tokenSpan(t), CodeUnexpectedToken, "%sa value is no { … }", p.context()).Hint =
			"write Json values as strings, and arguments as name: value"
		p.skipBlock()
		return p.bad()
	}
	p.missingValue()
	return p.bad()
}

func (p *parser) bad() Expr { return &Bad{Span: p.missed().Span} }

func (p *parser) missingValue() {
	t, prev := p.peek(), p.last()
	if t.kind == tokBad || prev.broken {
		return
	}
	d := p.errorf(p.tokenSpan(t), CodeMissingValue, "%sa value is missing before %s", p.context(), t.describe(p.text))
	switch prev.kind {
	case tokCompare, tokAnd, tokOr, tokBang, tokOddOp:
		d.Hint = "write what stands on the right side of " + p.word(prev)
	case tokColon:
		d.Hint = "write the argument's value behind the :"
	}
}

// number splits a number token into the number and its unit.
func (p *parser) number(t token) Expr {
	s := p.word(t)
	i := len(s)
	for j := 0; j < len(s); j++ {
		if isNameStart(s[j]) && !exponent(s, j) {
			i = j
			break
		}
	}
	if i == len(s) {
		return &Num{Span: p.tokenSpan(t), Text: s}
	}
	return &Unit{Span: p.tokenSpan(t), Num: s[:i], Unit: s[i:]}
}

// exponent reports whether the letter at i of a number is its e, as the lexer read it.
func exponent(s string, i int) bool {
	if s[i] != 'e' && s[i] != 'E' || i+1 == len(s) {
		return false
	}
	if isDigit(s[i+1]) {
		return true
	}
	return (s[i+1] == '+' || s[i+1] == '-') && i+2 < len(s) && isDigit(s[i+2])
}

// nameOrCall reads true, false, null, `a.b.c`, `f(args)` or `f(args).a.b`.
func (p *parser) nameOrCall() Expr {
	t := p.next()
	if !p.at(tokLParen) && !p.at(tokDot) {
		switch p.word(t) {
		case "true", "false":
			return &Bool{Span: p.tokenSpan(t), Value: p.text[t.start] == 't'}
		case "null":
			return &Null{Span: p.tokenSpan(t)}
		}
	}
	if p.at(tokLParen) {
		return p.call(t, p.ident(t))
	}
	if !p.at(tokDot) {
		return &Name{Span: p.tokenSpan(t), Parts: []Ident{p.ident(t)}}
	}
	parts := p.path([]Ident{p.ident(t)})
	if p.at(tokLParen) {
		at := p.spanFrom(t)
		p.errorf(at, CodeBadCall, "%s%s is no function", p.context(), at.Text()).Hint = "functions have plain names, as in auth(), now() and check(relation)"
		return p.call(t, Ident{Name: at.Text(), Span: at})
	}
	return &Name{Span: p.spanFrom(t), Parts: parts}
}

func (p *parser) call(first token, name Ident) Expr {
	c := &Call{Func: name, Args: p.args()}
	c.Path = p.path(nil)
	if t := p.peek(); t.kind == tokLParen && !t.newline && !p.unwinding {
		p.errorf(p.tokenSpan(t), CodeBadCall, "%sthe answer of %s() cannot be called", p.context(), name.Name).Hint =
			"functions have plain names, as in auth(), now() and check(relation)"
		p.args()
	}
	c.Span = p.spanFrom(first)
	return c
}

// path reads `.a.b` behind a name or call. Dots are followed on any line, as nothing else begins
// with one.
func (p *parser) path(parts []Ident) []Ident {
	for !p.unwinding {
		dot := p.peek()
		if dot.kind == tokQuestion && p.token(p.i+1).kind == tokDot {
			p.errorf(p.tokenSpan(dot), CodeUnexpectedToken, "%sno ? stands before a dot", p.context()).Hint = "a path through null is null already"
			p.next()
			dot = p.peek()
		}
		if dot.kind != tokDot {
			break
		}
		p.next()
		if t := p.peek(); t.kind == tokIdent {
			parts = append(parts, p.ident(p.next()))
			continue
		}
		p.unexpected(CodeMissingName, "a name behind the dot")
		break
	}
	return parts
}

func (p *parser) paren() Expr {
	open := p.next()
	if !p.enter(open) {
		return p.bad()
	}
	defer p.leave()
	x := p.expr()
	switch t := p.peek(); {
	case t.kind == tokRParen:
		p.next()
	case t.kind == tokBad:
		p.next()
		p.accept(tokRParen)
	default:
		p.unclosedBracket(open)
	}
	return &Paren{Span: p.spanFrom(open), X: x}
}

// list reads [ item, item, … ].
func (p *parser) list() Expr {
	open := p.next()
	l := &List{}
	if p.enter(open) {
		l.Items = p.items(open)
		p.leave()
	}
	l.Span = p.spanFrom(open)
	return l
}

func (p *parser) items(open token) []Expr {
	var items []Expr
	for {
		t := p.peek()
		switch {
		case t.kind == tokRBracket:
			p.next()
			return items
		case t.kind == tokComma:
			p.errorf(p.tokenSpan(t), CodeMissingValue, "%san item is missing before the comma", p.context())
			p.next()
			continue
		case p.endsArgs(t), t.kind == tokRParen, t.kind == tokIdent && p.token(p.i+1).kind == tokColon:
			p.unclosedBracket(open)
			return items
		}
		items = append(items, p.expr())
		if !p.afterItem(open, tokRBracket) {
			return items
		}
	}
}
