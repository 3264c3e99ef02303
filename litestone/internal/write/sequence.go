package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// The statements on the counters. A counter that is there is the usual case: one statement.
const (
	sqlNext = `UPDATE "` + ddl.SequencesTable + `" SET "value" = "value" + 1 WHERE "model" = ? AND "field" = ? AND "scope" = ? RETURNING "value"`
	sqlRise = `INSERT INTO "` + ddl.SequencesTable + `" ("model", "field", "scope", "value") VALUES (?, ?, ?, ?) ` +
		`ON CONFLICT ("model", "field", "scope") DO UPDATE SET "value" = max("value", excluded."value")`
)

// number gives the row's @sequence fields their numbers, within the call's transaction: a
// rollback gives them back. A given number is kept, and the counter rises to it; without a value
// for every field of the scope there is no number.
func (k *work) number(ctx context.Context, r *row) error {
	for _, f := range r.m.sequences {
		scope := make([]query.Value, 0, len(f.Sequence.Scope))
		for _, s := range f.Sequence.Scope {
			if r.has(s) && !r.vals[s.Index].IsNull() {
				scope = append(scope, r.vals[s.Index])
			}
		}
		if len(scope) < len(f.Sequence.Scope) {
			continue
		}
		name := plan.JSONRows(scope, 1)
		if len(scope) == 0 {
			name = query.Text("[]")
		}
		if r.has(f) && !r.vals[f.Index].IsNull() {
			if err := k.rise(ctx, f, name, r.vals[f.Index].Int64()); err != nil {
				return err
			}
			continue
		}
		n, err := k.next(ctx, f, name, scope)
		if err != nil {
			return err
		}
		r.put(f, query.Int(n), filled)
	}
	return nil
}

// next takes the next number of a counter. A counter that is not there yet goes on from the
// highest number stored.
func (k *work) next(ctx context.Context, f *schema.Field, name query.Value, scope []query.Value) (n int64, err error) {
	got := false
	k.args = append(k.args[:0], query.Text(f.Model.Table), query.Text(f.Column), name)
	err = k.conn.Run(ctx, conn.Query{SQL: sqlNext, Short: true}, k.args, func(r *conn.Row) error {
		n, got = r.Int64(0), true
		return nil
	})
	if err != nil || got {
		return n, err
	}
	if n, err = k.highest(ctx, f, scope); err != nil {
		return 0, err
	}
	n = max(n, 0) + 1
	return n, k.rise(ctx, f, name, n)
}

// rise makes a counter at least n.
func (k *work) rise(ctx context.Context, f *schema.Field, name query.Value, n int64) error {
	k.args = append(k.args[:0], query.Text(f.Model.Table), query.Text(f.Column), name, query.Int(max(n, 0)))
	_, err := k.conn.Exec(ctx, conn.Query{SQL: sqlRise, Short: true}, k.args)
	return err
}

func (k *work) highest(ctx context.Context, f *schema.Field, scope []query.Value) (n int64, err error) {
	w := plan.Writing{Model: f.Model, Raw: []*schema.Field{f}, Key: scope}
	stmt, err := k.cached(shapeHighest, 0, func(s *plan.Shape) { s.Writing(&w) }, func(env *plan.Env, slots plan.Slots) (*plan.Select, error) {
		return plan.HighestNumber(env, slots, f, scope)
	})
	if err != nil {
		return 0, err
	}
	k.args = k.call.Bind().Args(k.args[:0], stmt.Args)
	err = k.conn.Run(ctx, conn.Query{SQL: stmt.SQL}, k.args, func(r *conn.Row) error {
		n = r.Int64(0)
		return nil
	})
	return n, err
}
