package read

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Verdict is what the guards say of one row.
type Verdict struct {
	Found    bool // there is such a row, for those who may see all
	More     bool // there are several
	Reached  bool // the operation reaches it
	Readable bool // who asks may read it
	Guards   []Guard
	Key      []query.Value
}

// Why is a compiled question why an operation does not reach a row. It belongs to one call.
type Why struct {
	plan  *plan.Why
	stmt  sqlgen.Stmt
	query conn.Query
}

// PrepareWhy compiles the question for the call's session.
func (c *Call) PrepareWhy(m *schema.Model, q *plan.Asking) (*Why, error) {
	c.begin(callWhy, m, plan.Alone, true)
	c.shape.Asking(q)
	env, slots, err := c.Planning()
	if err != nil {
		return nil, err
	}
	p, err := plan.PlanWhy(env, slots, m, q)
	if err != nil {
		return nil, err
	}
	c.binding.Values = c.shape.Values
	return c.asking(p, 0), nil
}

func (c *Call) asking(p *plan.Why, keys int) *Why {
	w := &Why{plan: p, stmt: c.Engine.Dialect.Select(p.Select, keys)}
	w.query = conn.Query{SQL: w.stmt.SQL}
	return w
}

// RunWhy judges the first row that the question finds.
func (c *Call) RunWhy(ctx context.Context, w *Why) (out Verdict, err error) {
	gates := make([]Guard, len(w.plan.Gates))
	for i, g := range w.plan.Gates {
		if g.Soft {
			if err := c.pass(ctx, w.plan.Gates[i:i+1]); err != nil {
				return out, err
			}
		}
		gates[i] = c.Engine.guard(&plan.Noted{Kind: plan.GuardGate, Model: g.Model, Op: g.Op, Gate: g})
		if err := c.level(ctx, &gates[i], g); err != nil {
			return out, err
		}
	}
	list, err := c.judge(ctx, w)
	if err != nil || len(list) == 0 {
		return out, err
	}
	out = list[0]
	out.More = len(list) > 1
	for i, g := range w.plan.Gates {
		if g.Soft || hasGate(out.Guards, gates[i]) {
			continue // a gate that hides rows stands in Readable
		}
		gates[i].Blocks = gates[i].Holds != True
		out.Guards = append(out.Guards, gates[i])
	}
	for _, g := range out.Guards {
		if g.Kind == plan.GuardGate && g.Blocks {
			out.Reached = false
		}
	}
	return out, nil
}

func hasGate(list []Guard, g Guard) bool {
	for _, o := range list {
		if o.Kind == g.Kind && o.Model == g.Model && o.Operation == g.Operation {
			return true
		}
	}
	return false
}

// Judge says of new rows, given by key, which rules of an operation they meet: of all of them, or of
// the first one that breaks a rule. It changes nothing, and lets nothing pass.
func (c *Call) Judge(ctx context.Context, m *schema.Model, op schema.Operation, keys []query.Value, broken bool) ([]Verdict, error) {
	p, err := plan.Judgement(c.Engine.Env(c.Session), m, op, broken)
	if err != nil {
		return nil, err
	}
	width := len(m.Key)
	if err := c.pass(ctx, p.Gates); err != nil {
		return nil, err
	}
	w := c.asking(p, sqlgen.Keys(len(keys)/width))
	c.binding.Keyed(keys, width)
	defer c.binding.Keyed(nil, 0)
	return c.judge(ctx, w)
}

// GateOf asks a model's gate of an operation; nil where it has none.
func (c *Call) GateOf(ctx context.Context, m *schema.Model, op schema.Operation) (*Guard, error) {
	gate, ok := plan.GateOf(m, op)
	if !ok {
		return nil, nil
	}
	g := c.Engine.guard(&plan.Noted{Kind: plan.GuardGate, Model: m, Op: op, Gate: gate})
	err := c.level(ctx, &g, gate)
	g.Blocks = g.Holds != True
	return &g, err
}

func (c *Call) judge(ctx context.Context, w *Why) (out []Verdict, err error) {
	guards := make([]Guard, len(w.plan.Guards))
	for i := range w.plan.Guards {
		n := &w.plan.Guards[i]
		guards[i] = c.Engine.guard(n)
		if n.Kind == plan.GuardGate {
			if err := c.level(ctx, &guards[i], n.Gate); err != nil {
				return nil, err
			}
		}
	}
	err = c.Conn.Run(ctx, w.query, c.binding.Args(nil, w.stmt.Args), func(r *conn.Row) error {
		v := Verdict{Found: true, Reached: r.Int64(0) != 0, Readable: r.Int64(1) != 0, Guards: append([]Guard{}, guards...)}
		at := 2
		for i := range v.Guards {
			if w.plan.Guards[i].Cond != nil {
				v.Guards[i].Holds = truth(r, at)
				at += 2
			}
		}
		for i := range w.plan.Model.Key {
			v.Key = append(v.Key, r.Stored(w.plan.Key+i))
		}
		blocks(v.Guards)
		out = append(out, v)
		return nil
	})
	return out, err
}

// blocks marks the guards that keep a row: allow rules where none of them holds, every other one that
// does not.
func blocks(list []Guard) {
	allowed := false
	for _, g := range list {
		allowed = allowed || g.Kind == plan.GuardAllow && g.Holds == True
	}
	for i := range list {
		switch g := &list[i]; g.Kind {
		case plan.GuardAllow:
			g.Blocks = !allowed
		case plan.GuardDeny:
			g.Blocks = g.Holds != False
		case plan.GuardField: // keeps a value, not the row
		default:
			g.Blocks = g.Holds != True
		}
	}
}
