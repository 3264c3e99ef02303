package litestone_test

import "fmt"

// truth is SQL's: unknown is neither yes nor no.
type truth int

const (
	no truth = iota
	yes
	unknown
)

func (t truth) not() truth { return [...]truth{yes, no, unknown}[t] }

func (t truth) and(o truth) truth {
	switch {
	case t == no || o == no:
		return no
	case t == unknown || o == unknown:
		return unknown
	}
	return yes
}

func (t truth) or(o truth) truth { return t.not().and(o.not()).not() }

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// rule is an expression of the policy language that judges itself. r is nil to ask what holds
// whatever the row: then all that looks at it is unknown.
type rule interface {
	text() string
	judge(w *world, r *wRow) truth
	byRow() bool
}

// newRule makes a random rule of a model.
func newRule(d dice, w *world, m *wModel, depth int) rule {
	if depth > 0 && chance(d, 45) {
		a := newRule(d, w, m, depth-1)
		switch d.n(3) {
		case 0:
			return both{a, newRule(d, w, m, depth-1), true}
		case 1:
			return both{a, newRule(d, w, m, depth-1), false}
		}
		return negated{a}
	}
	var ups []*wParent
	for _, p := range m.parents {
		if p.to != m && p.to.side == m.side { // a policy that asks itself is a cycle, and none looks into another file
			ups = append(ups, p)
		}
	}
	switch k := d.n(10); {
	case k < 2:
		return fieldAuth{"owner", choose(d, []string{"==", "!="}), "id"}
	case k == 2:
		return fieldAuth{"n", choose(d, []string{"<=", ">", "=="}), "level"}
	case k == 3:
		return fieldLiteral{choose(d, []string{"owner", "n", "tag", "flag"}), choose(d, []string{"==", "!="}), nil}
	case k == 4:
		return fieldLiteral{"n", choose(d, []string{">", "<", "!=", ">="}), d.n(4)}
	case k == 5:
		return fieldLiteral{"tag", choose(d, []string{"==", "!="}), choose(d, []string{"a", "b"})}
	case k == 6:
		return flagged{}
	case k == 7 && len(ups) > 0:
		return checked{m, choose(d, ups)}
	case k == 8 && len(ups) > 0:
		return pathed{m, choose(d, ups), choose(d, []string{">", "<="}), d.n(3)}
	}
	return sessionRule(d)
}

// sessionRule makes a rule that looks at auth() only.
func sessionRule(d dice) rule {
	return choose(d, []rule{
		session{"auth() != null", func(a map[string]any) truth { return truthOf(a != nil) }},
		session{"auth().role == 'admin'", func(a map[string]any) truth {
			if a["role"] == nil {
				return unknown
			}
			return truthOf(a["role"] == "admin")
		}},
		session{"auth().vip", func(a map[string]any) truth { return truthOf(a["vip"] == true) }},
		session{"auth().level == null", func(a map[string]any) truth { return truthOf(a["level"] == nil) }},
		session{"auth().level > 1", func(a map[string]any) truth {
			if a["level"] == nil {
				return unknown
			}
			return truthOf(a["level"].(int) > 1)
		}},
		session{"true", func(map[string]any) truth { return yes }},
	})
}

type session struct {
	expr string
	f    func(map[string]any) truth
}

func (s session) text() string                  { return s.expr }
func (s session) judge(w *world, _ *wRow) truth { return s.f(w.auth) }
func (s session) byRow() bool                   { return false }

type both struct {
	a, b rule
	and  bool
}

func (x both) text() string {
	return fmt.Sprintf("(%s %s %s)", x.a.text(), map[bool]string{true: "&&", false: "||"}[x.and], x.b.text())
}
func (x both) judge(w *world, r *wRow) truth {
	if x.and {
		return x.a.judge(w, r).and(x.b.judge(w, r))
	}
	return x.a.judge(w, r).or(x.b.judge(w, r))
}
func (x both) byRow() bool { return x.a.byRow() || x.b.byRow() }

type negated struct{ x rule }

func (x negated) text() string                  { return "!(" + x.x.text() + ")" }
func (x negated) judge(w *world, r *wRow) truth { return x.x.judge(w, r).not() }
func (x negated) byRow() bool                   { return x.x.byRow() }

// field gives a column by name.
func (r *wRow) field(name string) any {
	return map[string]any{"owner": r.owner, "n": r.n, "tag": r.tag, "flag": r.flag}[name]
}

func compare(a any, op string, b any) truth {
	if a == nil || b == nil {
		return unknown
	}
	switch op {
	case "==":
		return truthOf(a == b)
	case "!=":
		return truthOf(a != b)
	}
	x, y := a.(int), b.(int)
	return truthOf(map[string]bool{"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[op])
}

type fieldAuth struct{ name, op, path string }

func (x fieldAuth) text() string { return fmt.Sprintf("%s %s auth().%s", x.name, x.op, x.path) }
func (x fieldAuth) judge(w *world, r *wRow) truth {
	if r == nil {
		return unknown
	}
	return compare(r.field(x.name), x.op, w.auth[x.path])
}
func (fieldAuth) byRow() bool { return true }

type fieldLiteral struct {
	name, op string
	value    any
}

func (x fieldLiteral) text() string {
	switch v := x.value.(type) {
	case nil:
		return fmt.Sprintf("%s %s null", x.name, x.op)
	case string:
		return fmt.Sprintf("%s %s '%s'", x.name, x.op, v)
	}
	return fmt.Sprintf("%s %s %v", x.name, x.op, x.value)
}
func (x fieldLiteral) judge(_ *world, r *wRow) truth {
	switch {
	case r == nil:
		return unknown
	case x.value == nil:
		return truthOf((r.field(x.name) == nil) == (x.op == "=="))
	}
	return compare(r.field(x.name), x.op, x.value)
}
func (fieldLiteral) byRow() bool { return true }

type flagged struct{}

func (flagged) text() string { return "flag" }
func (flagged) judge(_ *world, r *wRow) truth {
	if r == nil || r.flag == nil {
		return unknown
	}
	return truthOf(r.flag == 1)
}
func (flagged) byRow() bool { return true }

// checked asks the parent's own policy; a parent that is missing or removed does not pass.
type checked struct {
	of *wModel
	up *wParent
}

func (x checked) text() string { return "check(" + x.up.rel + ", 'read')" }
func (x checked) judge(w *world, r *wRow) truth {
	if r == nil {
		return unknown
	}
	p := x.up.to.row(r.keys[x.up.key])
	return truthOf(p != nil && !p.deleted && w.permits(x.up.to, p))
}
func (checked) byRow() bool { return true }

// pathed compares a field of the parent.
type pathed struct {
	of    *wModel
	up    *wParent
	op    string
	value int
}

func (x pathed) text() string { return fmt.Sprintf("%s.n %s %d", x.up.rel, x.op, x.value) }
func (x pathed) judge(_ *world, r *wRow) truth {
	if r == nil {
		return unknown
	}
	p := x.up.to.row(r.keys[x.up.key])
	if p == nil || p.deleted {
		return unknown
	}
	return compare(p.n, x.op, x.value)
}
func (pathed) byRow() bool { return true }
