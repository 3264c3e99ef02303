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
	rows []int // for each key the row of the bulk call, counted from 1; 0: it is none of a bulk call
}

// postpone notes rows by key.
func (k *work) postpone(m *schema.Model, op schema.Operation, keys []query.Value) {
	p := k.pendingOf(m, op)
	p.keys = append(p.keys, keys...)
	for range len(keys) / max(len(m.Key), 1) {
		p.rows = append(p.rows, k.nth)
	}
}

func (k *work) pendingOf(m *schema.Model, op schema.Operation) *pending {
	for i := range k.pending {
		if p := &k.pending[i]; p.m == m && p.op == op {
			return p
		}
	}
	k.pending = append(k.pending, pending{m: m, op: op})
	return &k.pending[len(k.pending)-1]
}

// looks reports whether the rules of an operation look at other rows.
func (k *work) looks(m *schema.Model, op schema.Operation) bool {
	return !k.system() && plan.Looks(k.env(), m, op)
}

// judge asks the postponed rules; a row that breaks one refuses the whole call. The rows of a stream
// wait for its end.
func (k *work) judge(ctx context.Context) error {
	if k.c.Trial != nil {
		return k.tried(ctx)
	}
	if b := k.c.Bulk; b != nil {
		return b.keep(ctx, k)
	}
	return k.judgePending(ctx)
}

func (k *work) judgePending(ctx context.Context) error {
	for i := range k.pending {
		p := &k.pending[i]
		if err := k.judgeKeys(ctx, p.m, p.op, p.keys, p.rows); err != nil {
			return err
		}
	}
	return nil
}

// judgeKeys asks the rules of an operation for the rows of keys. Keys are bound as they are: in JSON
// a text that is not UTF-8 becomes another, which finds nothing, and nothing found is nothing refused.
func (k *work) judgeKeys(ctx context.Context, m *schema.Model, op schema.Operation, keys []query.Value, rows []int) error {
	width := len(m.Key)
	if width == 0 { // no way to find the rows again: closed
		return k.denied(m, op)
	}
	for len(rows) > 0 {
		n := min(len(rows), sqlgen.MaxKeys)
		if err := k.judgeBatch(ctx, m, op, keys[:n*width], rows[:n]); err != nil {
			return err
		}
		keys, rows = keys[n*width:], rows[n:]
	}
	return nil
}

func (k *work) judgeBatch(ctx context.Context, m *schema.Model, op schema.Operation, keys []query.Value, rows []int) error {
	width := len(m.Key)
	w := plan.Writing{Model: m, Op: op}
	stmt, err := k.cached(shapeVerify, sqlgen.Keys(len(rows)), func(s *plan.Shape) { s.Writing(&w) }, func(env *plan.Env, _ plan.Slots) (*plan.Select, error) {
		return plan.Verify(env, m, op)
	})
	if err != nil {
		return err
	}
	b := k.call.Bind()
	b.Keyed(keys, width)
	k.args = b.Args(k.args[:0], stmt.Args)
	b.Keyed(nil, 0)
	broken, first := false, 0
	err = k.call.Query(ctx, m, conn.Query{SQL: stmt.SQL}, stmt.Args, k.args, func(r *conn.Row) error {
		broken = true
		for i, nth := range rows {
			same := true
			for j := range width {
				same = same && r.Stored(j) == keys[i*width+j]
			}
			if same && nth > 0 && (first == 0 || nth < first) {
				first = nth
			}
		}
		return nil
	})
	if err != nil || !broken {
		return err
	}
	e := k.brokenBy(ctx, m, op, keys)
	if first > 0 {
		e.At = liteerr.Nth(inData, first-1)
	}
	return e
}

// denied is the refusal of a row by the rules of an operation.
func (k *work) denied(m *schema.Model, op schema.Operation) *liteerr.Error {
	return &liteerr.Error{Code: liteerr.AccessDenied, Model: m.Accessor, Operation: k.op,
		Message: k.env().Policies.For(m, op).Message(m, op)}
}
