package write

import (
	"context"
	"math"
	"slices"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// The statements on the counters. A counter that is there is the usual case: one statement.
const (
	sqlNext = `UPDATE "` + ddl.SequencesTable + `" SET "value" = "value" + 1 WHERE "model" = ? AND "field" = ? AND "scope" = ? RETURNING "value"`
	sqlLift = `UPDATE "` + ddl.SequencesTable + `" SET "value" = max("value", x.n) FROM (SELECT ? AS m, ? AS f, ? AS s, ? AS n) AS x ` +
		`WHERE "model" = x.m AND "field" = x.f AND "scope" = x.s`
	sqlRise = `INSERT INTO "` + ddl.SequencesTable + `" ("model", "field", "scope", "value") VALUES (?, ?, ?, ?) ` +
		`ON CONFLICT ("model", "field", "scope") DO UPDATE SET "value" = max("value", excluded."value")`
)

// number gives a new row's @sequence fields their numbers, within the call's transaction: a
// rollback gives them back. A given number is kept, and the counter rises to it; without a value
// for every field of the scope there is no number.
func (k *work) number(ctx context.Context, r *row) error {
	for _, f := range r.m.sequences {
		scope, ok := scopeOf(f, func(s *schema.Field) query.Value {
			if !r.has(s) {
				return query.Null()
			}
			return r.vals[s.Index]
		})
		if !ok {
			continue
		}
		name := scopeName(scope)
		if r.has(f) && !r.vals[f.Index].IsNull() {
			if err := k.rise(ctx, f, name, scope, r.vals[f.Index].Int64()); err != nil {
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
	err = k.call.Query(ctx, nil, conn.Query{SQL: sqlNext, Short: true}, k.e.models[f.Model.Index].counters[f], k.args, func(r *conn.Row) error {
		n, got = r.Int64(0), true
		return nil
	})
	if e, ok := err.(*liteerr.Error); ok && e.Code == liteerr.Validation {
		return 0, k.usedUp(f) // the sum is no INTEGER
	}
	if err != nil || got {
		return n, err
	}
	if n, err = k.highest(ctx, f, scope); err != nil {
		return 0, err
	}
	if n == math.MaxInt64 {
		return 0, k.usedUp(f)
	}
	n = max(n, 0) + 1
	_, err = k.raise(ctx, sqlRise, f, name, n)
	return n, err
}

// usedUp is the error of a counter that was brought to the largest number there is.
func (k *work) usedUp(f *schema.Field) error {
	return &liteerr.Error{Code: liteerr.Validation, Model: f.Model.Accessor, Operation: k.op, Fields: []string{f.Name},
		Message: "there is no number left: the largest one was given by hand", Hint: "give the row a number"}
}

// rise makes a counter at least n. One that is not there yet begins at the highest number stored, if
// that is more.
func (k *work) rise(ctx context.Context, f *schema.Field, name query.Value, scope []query.Value, n int64) error {
	if there, err := k.raise(ctx, sqlLift, f, name, n); err != nil || there {
		return err
	}
	high, err := k.highest(ctx, f, scope)
	if err == nil {
		_, err = k.raise(ctx, sqlRise, f, name, max(n, high))
	}
	return err
}

// raise runs one of the statements that raise a counter; done is false where there was none.
func (k *work) raise(ctx context.Context, sql string, f *schema.Field, name query.Value, n int64) (done bool, err error) {
	k.args = append(k.args[:0], query.Text(f.Model.Table), query.Text(f.Column), name, query.Int(max(n, 0)))
	r, err := k.call.Exec(ctx, nil, conn.Query{SQL: sql, Short: true}, k.e.models[f.Model.Index].counters[f], k.args)
	return r.Changes > 0, err
}

// counter says which values of a counter's statements are confidential: its scope's, where one of the
// scope's fields is, and its number.
func counter(f *schema.Field) []plan.Source {
	scope := slices.ContainsFunc(f.Sequence.Scope, (*schema.Field).Confidential)
	return []plan.Source{{}, {}, {Hidden: scope}, {Hidden: f.Confidential()}}
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
	err = k.call.Query(ctx, f.Model, conn.Query{SQL: stmt.SQL}, stmt.Args, k.args, func(r *conn.Row) error {
		n = r.Int64(0)
		return nil
	})
	return n, err
}
