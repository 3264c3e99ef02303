package schema

import "strings"

// policyCycles: a rule may ask a related row's rules by check(), but not in a circle, since then
// no row would ever answer.
func (c *checker) policyCycles() {
	g := &policyGraph{c: c, state: map[policyNode]uint8{}}
	for _, m := range c.s.Models {
		for op := Read; op < operations; op++ {
			g.visit(policyNode{m, op})
		}
	}
}

// policyNode is one operation's policy of one model.
type policyNode struct {
	model *Model
	op    Operation
}

type policyGraph struct {
	c     *checker
	state map[policyNode]uint8 // 1 on the path, 2 done
	path  []policyNode
}

func (g *policyGraph) visit(n policyNode) {
	g.state[n] = 1
	g.path = append(g.path, n)
	for _, r := range n.model.Rules {
		if !r.Operations.Has(n.op) {
			continue
		}
		for _, next := range asked(r.Expr, n.op, nil) {
			switch g.state[next] {
			case 0:
				g.visit(next)
			case 1:
				g.report(r, next)
			}
		}
	}
	g.path = g.path[:len(g.path)-1]
	g.state[n] = 2
}

func (g *policyGraph) report(r *Rule, back policyNode) {
	var names []string
	for i := range g.path {
		if g.path[i] == back || len(names) > 0 {
			names = append(names, g.path[i].model.Name+" "+g.path[i].op.String())
		}
	}
	names = append(names, back.model.Name+" "+back.op.String())
	g.c.fail(r.Span, CodePolicyCycle, "end the circle with a rule over fields", "model %s: check() asks in a circle: %s",
		g.path[len(g.path)-1].model.Name, strings.Join(names, " → "))
}

// asked lists the policies an expression asks when op is judged.
func asked(e Expr, op Operation, out []policyNode) []policyNode {
	switch e := e.(type) {
	case And:
		return asked(e.Y, op, asked(e.X, op, out))
	case Or:
		return asked(e.Y, op, asked(e.X, op, out))
	case Not:
		return asked(e.X, op, out)
	case CheckRelation:
		return append(out, policyNode{e.Relation.Target, e.Asks(op)})
	case CheckModel:
		return asked(e.Expr, op, out)
	}
	return out
}

// Asks gives the operation of the related row's policy when op is judged here: op itself for
// check(rel), where post-update asks for update (the related row is not the one that changes), or
// the one named.
func (e CheckRelation) Asks(op Operation) Operation {
	switch {
	case !e.Same:
		return e.Op
	case op == PostUpdate:
		return Update
	}
	return op
}
