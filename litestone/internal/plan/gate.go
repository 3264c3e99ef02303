package plan

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Gate levels that no subject has: only the system, and nobody at all.
const (
	levelSystem = 8
	levelLocked = 9
)

// Gate is the level a statement asks of the session for a model. Statements are the same for every
// level: who runs one checks its gates before every run, so a compiled statement never carries one
// session's level to another.
type Gate struct {
	Model *schema.Model
	Op    schema.Operation
	Need  int  // 1 to 7
	Soft  bool // below it the statement runs, and its FromGate is 0
}

// Denied is the refusal of a session below the level.
func (g Gate) Denied() error {
	return &liteerr.Error{Code: liteerr.AccessDenied, Model: g.Model.Accessor,
		Message: "the gate asks for level " + strconv.Itoa(g.Need) + " to " + g.Op.String()}
}

// needs gives the level an operation asks for; 0 when anybody may.
func needs(m *schema.Model, op schema.Operation) int {
	if g := m.Gate; g != nil {
		return [...]int{g.Read, g.Create, g.Update, g.Update, g.Delete}[op]
	}
	return 0
}

// GateOf gives the level an operation on a model asks for; false where anybody may.
func GateOf(m *schema.Model, op schema.Operation) (Gate, bool) {
	g := Gate{Model: m, Op: op, Need: needs(m, op)}
	return g, g.Need > 0
}

// Gates gives the levels that operations on a model ask for, of a statement or not, and refuses what no
// level opens. The system is asked for none.
func (e *Env) Gates(m *schema.Model, ops ...schema.Operation) (out []Gate, err error) {
	if m.Gate == nil {
		return nil, nil
	}
	b := builder{env: e}
	for _, op := range ops {
		if err := b.gate(m, op); err != nil {
			return nil, err
		}
	}
	for _, c := range b.checks {
		out = append(out, c.Gate)
	}
	return out, nil
}

// gate notes the level an operation asks for among the statement's checks, and refuses at once what
// no level opens.
func (b *builder) gate(m *schema.Model, op schema.Operation) error {
	g := Gate{Model: m, Op: op, Need: needs(m, op)}
	switch {
	case g.Need >= levelLocked, g.Need >= levelSystem && !b.env.System:
		return g.Denied()
	case g.Need > 0 && !b.env.System:
		b.ask(g)
	}
	return nil
}

// seen gives a condition that holds where the session's level lets it read a model; nil: whatever
// the level.
func (b *builder) seen(m *schema.Model) Expr {
	g := Gate{Model: m, Op: schema.Read, Need: needs(m, schema.Read), Soft: true}
	switch {
	case g.Need >= levelLocked, g.Need >= levelSystem && !b.env.System:
		return zero
	case g.Need > 0 && !b.env.System:
		b.ask(g)
		return Binary{"=", Param{Source{Kind: FromGate, Gate: g}}, constant(query.Int(1))}
	}
	return nil
}

// ask adds a gate to the checks, once.
func (b *builder) ask(g Gate) {
	for i := range b.checks {
		if b.checks[i].Gate == g {
			return
		}
	}
	b.checks = append(b.checks, Check{Gate: g})
}
