package schema

import (
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// resolvePolicies turns rules into expressions over fields and relations that exist, then looks
// for rules that ask each other for ever.
func (c *checker) resolvePolicies() {
	c.apply(access)
	c.policyCycles()
}

// applyRule reads @@allow and @@deny.
func applyRule(c *checker, u *use) {
	m := u.model.m
	ops, okOps := c.operations(u, m)
	e, okExpr := c.policyExpr(u, m)
	if !okOps || !okExpr {
		return
	}
	m.Rules = append(m.Rules, &Rule{
		Index: len(m.Rules), Deny: u.row.name == "@@deny", Operations: ops, Expr: e,
		Message: u.text("message"), Source: u.arg("rule").Value.ExprSpan().Text(), Span: u.attr.Span,
	})
}

// operations reads 'read', 'create, update', 'write', 'all'.
func (c *checker) operations(u *use, m *Model) (set Operations, ok bool) {
	arg := u.arg("operation")
	for _, word := range strings.Split(u.text("operation"), ",") {
		switch word = strings.TrimSpace(word); word {
		case "all":
			set |= Of(Read, Create, Update, PostUpdate, Delete)
		case "write":
			set |= Of(Create, Update, Delete)
		default:
			op, known := operationNamed(word)
			if !known {
				hint := orElse(suggest(word, operationWords()...), "write "+strings.Join(operationWords(), ", "))
				c.fail(exprSpan(arg.Value, arg.Span), CodeUnknownOperation, hint, "%s: %s: there is no operation %q", u.at(), u.row.name, word)
				return 0, false
			}
			set |= Of(op)
		}
	}
	return set, true
}

func operationNamed(word string) (Operation, bool) {
	for op := Read; op < operations; op++ {
		if op.String() == word {
			return op, true
		}
	}
	return 0, false
}

func operationWords() []string {
	words := []string{}
	for op := Read; op < operations; op++ {
		words = append(words, op.String())
	}
	return append(words, "write", "all")
}

// applyFieldRule reads @allow on a field.
func applyFieldRule(c *checker, u *use) {
	d := u.field
	rule := &FieldRule{Span: u.attr.Span}
	arg := u.arg("operation")
	ok := true
	for _, word := range strings.Split(u.text("operation"), ",") {
		switch strings.TrimSpace(word) {
		case "read":
			rule.Read = true
		case "write":
			rule.Write = true
		case "all":
			rule.Read, rule.Write = true, true
		default:
			c.fail(exprSpan(arg.Value, arg.Span), CodeUnknownOperation, "write read, write or all", "%s: @allow: there is no operation %q on a field", u.at(), strings.TrimSpace(word))
			ok = false
		}
	}
	for _, other := range []string{"@guarded", "@secret"} {
		if d.useOf(other) != nil {
			c.fail(u.attr.Span, CodeAttributesExclude, "keep one of them", "%s: @allow does not go with %s, which only the system passes", u.at(), other)
			ok = false
		}
	}
	var okExpr bool
	rule.Expr, okExpr = c.policyExpr(u, d.f.Model)
	if !ok || !okExpr {
		return
	}
	rule.Source = u.arg("rule").Value.ExprSpan().Text()
	d.f.Rules = append(d.f.Rules, rule)
}

// applyGate reads one to four levels, read.create.update.delete; the last one fills the rest.
func applyGate(c *checker, u *use) {
	levels, ok := gateLevels(u.text("levels"))
	if !ok {
		c.fail(exprSpan(u.arg("levels").Value, u.attr.Span), CodeWrongGate, `write one to four levels from 0 to 9, as "2.4.4.6" for read, create, update, delete`,
			"%s: @@gate: %q is no list of levels", u.at(), u.text("levels"))
		return
	}
	u.model.m.Gate = &Gate{Read: levels[0], Create: levels[1], Update: levels[2], Delete: levels[3], Span: u.attr.Span}
}

func gateLevels(s string) (levels [4]int, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return levels, false
	}
	for i := range levels {
		if i < len(parts) {
			if len(parts[i]) != 1 || parts[i][0] < '0' || parts[i][0] > '9' {
				return levels, false
			}
			levels[i] = int(parts[i][0] - '0')
		} else {
			levels[i] = levels[i-1]
		}
	}
	return levels, true
}

// policyExpr resolves the rule argument of an attribute; false when something was reported.
func (c *checker) policyExpr(u *use, m *Model) (Expr, bool) {
	arg := u.arg("rule")
	r := &resolver{c: c, u: u, scope: &policyScope{model: m}}
	e := r.expr(arg.Value)
	return e, e != nil && !r.failed
}

// policyScope is the row that names speak of; Outer counts scopes outwards.
type policyScope struct {
	model *Model
	outer *policyScope
}

// resolver turns one rule's tree into an Expr.
type resolver struct {
	c      *checker
	u      *use
	scope  *policyScope
	failed bool
}

// fail reports and answers nil, so that callers can return it.
func (r *resolver) fail(at diag.Span, code, hint, format string, args ...any) Expr {
	r.failed = true
	if at.File == nil {
		at = r.u.attr.Span
	}
	r.c.fail(at, code, hint, "%s: %s: "+format, append([]any{r.u.at(), r.u.row.name}, args...)...)
	return nil
}

// expr resolves a condition; nil after a report.
func (r *resolver) expr(e syntax.Expr) Expr {
	switch e := e.(type) {
	case *syntax.Paren:
		return r.expr(e.X)
	case *syntax.Bool:
		return Const{Value: e.Value}
	case *syntax.Unary:
		if x := r.expr(e.X); x != nil {
			return Not{X: x}
		}
		return nil
	case *syntax.Binary:
		if e.Op != "&&" && e.Op != "||" {
			return r.compare(e)
		}
		x, y := r.expr(e.X), r.expr(e.Y)
		switch {
		case x == nil || y == nil:
			return nil
		case e.Op == "&&":
			return And{X: x, Y: y}
		}
		return Or{X: x, Y: y}
	case *syntax.Call:
		if e.Func.Name == "check" {
			return r.check(e)
		}
		return r.truth(e)
	case *syntax.Name:
		return r.truth(e)
	case *syntax.Bad, nil:
		r.failed = true
		return nil
	}
	return r.fail(e.ExprSpan(), CodeWrongPolicy, "compare it: field == value", "a value alone is neither true nor false")
}

// truth resolves an operand that stands alone as a condition.
func (r *resolver) truth(e syntax.Expr) Expr {
	o := r.operand(e)
	if o.op == nil {
		return nil
	}
	switch x := o.op.(type) {
	case AuthRef:
		if len(x.Path) == 0 { // auth() alone asks whether anybody is there
			return Compare{Op: Ne, X: x, Y: Literal{}}
		}
	case FieldRef:
		if o.leaf.Type != Boolean || o.leaf.List {
			return r.fail(e.ExprSpan(), CodeWrongPolicy, "compare it: "+o.leaf.Name+" == value", "the field %s alone is neither true nor false", o.leaf.Name)
		}
	case RelationRef:
		return r.fail(e.ExprSpan(), CodeWrongPolicy, "write "+x.Relation.Name()+" != null, or check("+x.Relation.Name()+")", "the relation %s alone is neither true nor false", x.Relation.Name())
	case NowRef:
		return r.fail(e.ExprSpan(), CodeWrongPolicy, "compare it: until > now()", "now() alone is neither true nor false")
	}
	return Truth{X: o.op}
}
