package plan

import (
	"strings"

	"github.com/litestone-go/orm/litestone/internal/policy"
	"github.com/litestone-go/orm/litestone/schema"
)

// GuardKind says what keeps rows, a field or a whole model from who asks.
type GuardKind string

// The kinds of guards.
const (
	GuardAllow   GuardKind = "allow"      // @@allow: one of them must hold
	GuardDeny    GuardKind = "deny"       // @@deny: it must be false
	GuardGate    GuardKind = "gate"       // @@gate: the least level
	GuardDeleted GuardKind = "softDelete" // @@softDelete: removed rows
	GuardFilter  GuardKind = "filter"     // Config.Filters
	GuardSession GuardKind = "session"    // Config.FilterFuncs
	GuardPlugin  GuardKind = "plugin"     // a plugin's ReadFilter
	GuardScope   GuardKind = "scope"      // a scope the call was made under
	GuardField   GuardKind = "field"      // @allow, @guarded and @encrypted on a field: one of its rules must hold
)

// Noted is one guard that a statement was given.
type Noted struct {
	Kind     GuardKind
	Relation string // the relation whose rows are read, as "posts.comments"; empty for the call's own
	Model    *schema.Model
	Op       schema.Operation
	Rule     *schema.Rule  // allow, deny
	Name     string        // a scope's
	Field    *schema.Field // field, softDelete
	Write    bool          // a field's rules of writing
	Gate     Gate

	Cond   Expr // what must hold: of a filter or a stamp
	Always Expr // what holds of it whatever the row, NULL where that depends on the row; nil: not known
}

// UsesRow reports whether a rule looks at the row.
func (n *Noted) UsesRow() bool {
	if n.Rule != nil {
		return schema.UsesRow(n.Rule.Expr)
	}
	if n.Field != nil {
		for _, r := range n.Field.Rules {
			if !r.RowIndependent() {
				return true
			}
		}
	}
	return false
}

// Trace notes the guards of the statements planned in an environment that has it. It decides nothing:
// open tells it what it gave.
type Trace struct{ Guards []Noted }

// note adds a guard, once.
func (t *Trace) note(n Noted) {
	for i := range t.Guards {
		if o := &t.Guards[i]; o.Kind == n.Kind && o.Relation == n.Relation && o.Model == n.Model && o.Op == n.Op && o.Rule == n.Rule && o.Field == n.Field && o.Write == n.Write {
			return
		}
	}
	t.Guards = append(t.Guards, n)
}

// traced tells the trace what open gives for a model beside its filters.
func (b *builder) traced(t *Table, m *schema.Model, r reach) error {
	n := Noted{Relation: strings.TrimSuffix(b.at, "."), Model: m, Op: r.op}
	if g := (Gate{Model: m, Op: r.op, Need: needs(m, r.op)}); g.Need > 0 && !b.env.System {
		n := n
		n.Kind, n.Gate = GuardGate, g
		b.env.Trace.note(n)
	}
	if sd := m.SoftDelete; sd != nil && (r.onlyDeleted || !r.withDeleted) {
		n := n
		n.Kind, n.Field, n.Cond = GuardDeleted, sd.Field, IsNull{X: t.column(sd.Field), Negate: r.onlyDeleted}
		b.env.Trace.note(n)
	}
	if r.unjudged || b.env.System {
		return nil
	}
	return b.tracedRules(t, n, b.env.Policies.For(m, r.op))
}

func (b *builder) tracedRules(t *Table, n Noted, p policy.Policy) error {
	for i, list := range [2][]*schema.Rule{p.Allow, p.Deny} {
		for _, r := range list {
			always, err := b.always(t, n.Model, n.Op, r.Expr)
			if err != nil {
				return err
			}
			n := n
			n.Kind, n.Rule, n.Always = [2]GuardKind{GuardAllow, GuardDeny}[i], r, always
			b.env.Trace.note(n)
		}
	}
	return nil
}

// always is what an expression says whatever the row.
func (b *builder) always(t *Table, m *schema.Model, op schema.Operation, e schema.Expr) (Expr, error) {
	l := lowering{builder: b, op: op, scopes: []scope{{t, m}}, noRow: true}
	return l.expr(e)
}

// tracedFilter tells the trace of a filter.
func (b *builder) tracedFilter(m *schema.Model, kind GuardKind, e Expr) {
	if b.env.Trace != nil {
		b.env.Trace.note(Noted{Kind: kind, Relation: strings.TrimSuffix(b.at, "."), Model: m, Cond: e})
	}
}

// tracedField tells the trace that a statement reads or tests a field that not everybody may read.
func (b *builder) tracedField(t *Table, f *schema.Field) error {
	if b.env.Trace == nil || b.env.System || f.Guarded == schema.Shown && len(policy.Field(f, false)) == 0 {
		return nil
	}
	n := Noted{Kind: GuardField, Relation: strings.TrimSuffix(b.at, "."), Model: f.Model, Op: schema.Read, Field: f, Always: zero}
	if f.Guarded == schema.Shown {
		any, err := b.fieldRules(t, f, false, true)
		if err != nil {
			return err
		}
		n.Always = any
	}
	b.env.Trace.note(n)
	return nil
}

// tracedSession tells the trace of a filter that depends on who asks: of Config's, of the plugins', or
// of both.
func (b *builder) tracedSession(m *schema.Model, e Expr) {
	a := b.env.Session.asked[m]
	two, _ := e.(All)
	switch {
	case a.own && a.plug && len(two) == 2:
		b.tracedFilter(m, GuardSession, two[0])
		b.tracedFilter(m, GuardPlugin, two[1])
	case a.plug && !a.own:
		b.tracedFilter(m, GuardPlugin, e)
	default:
		b.tracedFilter(m, GuardSession, e)
	}
}
