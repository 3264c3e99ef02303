package plan

import (
	"github.com/litestone-go/orm/litestone/internal/policy"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
	"strconv"
)

// reach says which rows of a model a statement may touch, beside what the caller asks.
type reach struct {
	op          schema.Operation // whose policy applies
	withDeleted bool             // soft-deleted rows too
	onlyDeleted bool             // soft-deleted rows only
	trusted     bool             // a policy's own look-up: no policy of the target, no global filter
	unjudged    bool             // whatever the policy says: to tell a refusal from absence
	crowded     bool             // other tables will stand beside it in the same FROM
}

// open brings a model's table into scope with its guards. It is the only way to a model's
// table in this package: every caller gets the conditions together with the table and must
// AND all of them.
//
// aliased is false for a statement's outermost table, whose own name qualifies its columns, so
// that trusted fragments may use it.
func (b *builder) open(m *schema.Model, aliased bool, r reach) (*Table, All, error) {
	if err := b.served(m, r.op); err != nil {
		return nil, nil, err
	}
	t := &Table{Model: m, Name: m.Table, crowded: r.crowded}
	if aliased {
		t.Alias = b.alias()
	}
	if !r.trusted {
		if err := b.gate(m, r.op); err != nil {
			return nil, nil, err
		}
	}
	var guards All
	if sd := m.SoftDelete; sd != nil {
		switch {
		case r.onlyDeleted:
			guards = append(guards, IsNull{X: t.column(sd.Field), Negate: true})
		case !r.withDeleted:
			guards = append(guards, IsNull{X: t.column(sd.Field)})
		}
	}
	if r.trusted {
		return t, guards, nil
	}
	filters, err := b.filters(t, m)
	if err != nil {
		return nil, nil, err
	}
	guards = append(guards, filters...)
	if b.env.Trace != nil {
		if err := b.traced(t, m, r); err != nil {
			return nil, nil, err
		}
	}
	if r.unjudged {
		return t, guards, nil
	}
	p, err := b.policy(t, m, r.op)
	if err != nil {
		return nil, nil, err
	}
	return t, append(guards, p...), nil
}

func (b *builder) alias() string {
	b.n++
	return b.env.Alias + strconv.Itoa(b.n)
}

// constants is a builder that shares b's aliases and turns values into constants: global
// filters are the client's, not the call's.
func (b *builder) constants() *whereBuilder {
	return &whereBuilder{builder: b, trusted: true, source: func(v *query.Value) Source { return Source{Kind: FromConst, Const: *v} }}
}

// policy gives the conditions of a model's rules for an operation, judged on t's row.
func (b *builder) policy(t *Table, m *schema.Model, op schema.Operation) (All, error) {
	if b.env.System {
		return nil, nil
	}
	p := b.env.Policies.For(m, op)
	return b.rules(t, m, op, p)
}

func (b *builder) rules(t *Table, m *schema.Model, op schema.Operation, p policy.Policy) (All, error) {
	var out All
	l := lowering{builder: b, op: op, scopes: []scope{{t, m}}}
	if len(p.Allow) > 0 && !allowsAll(p) {
		var any Any
		for _, r := range p.Allow {
			e, err := l.expr(r.Expr)
			if err != nil {
				return nil, err
			}
			any = append(any, e)
		}
		out = append(out, IsTrue{any})
	}
	for _, r := range p.Deny {
		e, err := l.expr(r.Expr)
		if err != nil {
			return nil, err
		}
		out = append(out, IsFalse{e})
	}
	return out, nil
}

// allowsAll reports whether one allow rule holds for every row.
func allowsAll(p policy.Policy) bool {
	for _, r := range p.Allow {
		if c, ok := r.Expr.(schema.Const); ok && c.Value {
			return true
		}
	}
	return false
}

// target brings the table a statement writes to into scope, under its own name: the gate of the
// operation holds, and the rows touched are said by a condition that open guarded, or judged by
// the policy after they were written.
func (b *builder) target(m *schema.Model, op schema.Operation, trusted bool) (*Table, error) {
	t, _, err := b.open(m, false, reach{op: op, trusted: true})
	if err == nil && !trusted {
		err = b.gate(m, op)
	}
	return t, err
}
