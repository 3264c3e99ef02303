package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// pending are rows whose rules look at other rows: judged when the call has written all.
type pending struct {
	m    *schema.Model
	op   schema.Operation
	keys []query.Value
}

// postpone notes rows by key.
func (k *work) postpone(m *schema.Model, op schema.Operation, keys []query.Value) {
	for i := range k.pending {
		if p := &k.pending[i]; p.m == m && p.op == op {
			p.keys = append(p.keys, keys...)
			return
		}
	}
	k.pending = append(k.pending, pending{m, op, keys})
}

// looks reports whether the rules of an operation look at other rows.
func (k *work) looks(m *schema.Model, op schema.Operation) bool {
	return !k.system() && plan.Looks(k.env(), m, op)
}

// judge asks the postponed rules; a row that breaks one refuses the whole call.
func (k *work) judge(ctx context.Context) error {
	for _, p := range k.pending {
		width := len(p.m.Key)
		if len(p.keys) == 0 && width > 0 {
			continue
		}
		if width == 0 { // no way to find the rows again: closed
			return k.denied(p.m, p.op)
		}
		w := plan.Writing{Model: p.m, Op: p.op}
		stmt, err := k.cached(shapeVerify, sqlgen.Keys(len(p.keys)/width), func(s *plan.Shape) { s.Writing(&w) }, func(env *plan.Env, _ plan.Slots) (*plan.Select, error) {
			return plan.Verify(env, p.m, p.op)
		})
		if err != nil {
			return err
		}
		b := k.call.Bind()
		b.Keyed(p.keys, width)
		k.args = b.Args(k.args[:0], stmt.Args)
		b.Keyed(nil, 0)
		broken := false
		err = k.conn.Run(ctx, conn.Query{SQL: stmt.SQL}, k.args, func(*conn.Row) error {
			broken = true
			return nil
		})
		if err != nil {
			return err
		}
		if broken {
			return k.denied(p.m, p.op)
		}
	}
	return nil
}

// denied is the refusal of a row by the rules of an operation.
func (k *work) denied(m *schema.Model, op schema.Operation) *liteerr.Error {
	return &liteerr.Error{Code: liteerr.AccessDenied, Model: m.Accessor, Operation: k.op,
		Message: k.env().Policies.For(m, op).Message(m, op)}
}
