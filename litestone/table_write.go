package litestone

import (
	"context"
	"slices"
	"unsafe"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

// Returning says what a write answers beside its row: fields to select, relations to include.
type Returning struct {
	Select  query.Selection
	Include query.Including
}

// Create writes a row and answers it as stored: defaults, transforms and stamps in place.
//
// Errors: validation (all failing fields at once), not_null, unique, foreign_key, check,
// access_denied, not_found (a nested connect), busy, cancelled. Nothing is written then.
func (t Table[T, C, U]) Create(ctx context.Context, row C, r ...Returning) (*T, error) {
	a := query.CreateArgs{Rows: make([]query.Data, 1)}
	sc := t.c.scope(ctx, t.t.model, "create")
	if err := t.c.core.encode(sc, t.t.create, unsafe.Pointer(&row), true, &a.Rows[0]); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "create", liteerr.Within(err, "data"))
	}
	if err := returning(sc, r, &a.Return); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "create", err)
	}
	p, err := t.c.create(ctx, t.t.model, &a, true)
	return (*T)(p), err
}

// CreateMany writes rows in one transaction and answers how many: one bad row refuses all, and
// Error.Row tells which. With BulkOptions.Progress they are written like those of CreateManySeq.
func (t Table[T, C, U]) CreateMany(ctx context.Context, rows []C, options ...BulkOptions) (int64, error) {
	if o := bulkOptions(options); o.Progress != nil {
		return t.CreateManySeq(ctx, slices.Values(rows), o)
	}
	a := query.CreateArgs{}
	var err error
	if a.Rows, err = t.encodeRows(ctx, "createMany", rows); err != nil {
		return 0, err
	}
	return t.c.createMany(ctx, t.t.model, &a)
}

func (t Table[T, C, U]) encodeRows(ctx context.Context, op string, rows []C) ([]query.Data, error) {
	out := make([]query.Data, len(rows))
	sc := t.c.scope(ctx, t.t.model, op)
	for i := range rows {
		if err := t.encodeRow(sc, &rows[i], &out[i]); err != nil {
			return nil, t.c.refused(ctx, t.t.model, op, liteerr.Under(err, liteerr.Nth("data", i)))
		}
	}
	return out, nil
}

// Update changes the first row, by key, that matches, and answers it; nil when none does or a
// policy hides it. The condition must not be empty.
func (t Table[T, C, U]) Update(ctx context.Context, where Predicate, row U, r ...Returning) (*T, error) {
	var a query.UpdateArgs
	sc := t.c.scope(ctx, t.t.model, "update")
	if err := t.updateArgs(sc, where, &row, &a); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "update", err)
	}
	if err := returning(sc, r, &a.Return); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "update", err)
	}
	p, err := t.c.update(ctx, t.t.model, &a, true)
	return (*T)(p), err
}

// UpdateMany changes all rows that match, all rows when where is nil, and answers how many.
func (t Table[T, C, U]) UpdateMany(ctx context.Context, where Predicate, row U) (int64, error) {
	var a query.UpdateArgs
	if err := t.updateArgs(t.c.scope(ctx, t.t.model, "updateMany"), where, &row, &a); err != nil {
		return 0, t.c.refused(ctx, t.t.model, "updateMany", err)
	}
	return t.c.updateMany(ctx, t.t.model, &a)
}

func (t Table[T, C, U]) updateArgs(sc *query.Scope, where Predicate, row *U, a *query.UpdateArgs) (err error) {
	if a.Where, err = condition(sc, where); err != nil {
		return err
	}
	return liteerr.Within(t.c.core.encode(sc, t.t.update, unsafe.Pointer(row), false, &a.Data), "data")
}

// Upsert changes the row that matches, or creates one when none does, and answers it.
func (t Table[T, C, U]) Upsert(ctx context.Context, where Predicate, create C, update U, r ...Returning) (*T, error) {
	var a query.UpsertArgs
	sc := t.c.scope(ctx, t.t.model, "upsert")
	var err error
	if a.Where, err = condition(sc, where); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "upsert", err)
	}
	if err := t.c.core.encode(sc, t.t.create, unsafe.Pointer(&create), true, &a.Create); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "upsert", liteerr.Under(err, "create"))
	}
	if err := t.c.core.encode(sc, t.t.update, unsafe.Pointer(&update), false, &a.Update); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "upsert", liteerr.Under(err, "update"))
	}
	if err := returning(sc, r, &a.Return); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "upsert", err)
	}
	p, err := t.c.upsert(ctx, t.t.model, &a, true)
	return (*T)(p), err
}

// OnConflict says what upsertMany does with rows that are there already.
type OnConflict struct {
	Target []query.Col // the unique fields that tell rows apart; none: the key
	Update []query.Col // the fields overwritten; nil: all given, less the target
}

// args are the arguments of upsertMany beside its rows.
func (o OnConflict) args() query.UpsertManyArgs {
	return query.UpsertManyArgs{ConflictTarget: refs(o.Target), Update: refs(o.Update), HasUpdate: o.Update != nil}
}

// UpsertMany creates rows, or changes those that are there already, in one transaction and answers how
// many were given: one bad row refuses all, and Error.Row tells which. It takes OnConflict and
// BulkOptions; with BulkOptions.Progress the rows are written like those of UpsertManySeq.
func (t Table[T, C, U]) UpsertMany(ctx context.Context, rows []C, options ...UpsertOption) (int64, error) {
	o := upsertOptionsOf(options)
	if o.bulk.Progress != nil {
		return t.UpsertManySeq(ctx, slices.Values(rows), options...)
	}
	a := o.on.args()
	var err error
	if a.Rows, err = t.encodeRows(ctx, "upsertMany", rows); err != nil {
		return 0, err
	}
	return t.c.upsertMany(ctx, t.t.model, &a)
}

// Remove takes away the first row, by key, that matches, and answers it as it was left: a
// @@softDelete model keeps it, stamped; others delete it. nil when none matches.
func (t Table[T, C, U]) Remove(ctx context.Context, where Predicate, r ...Returning) (*T, error) {
	p, err := t.deleting(ctx, "remove", where, r, t.c.remove)
	return (*T)(p), err
}

// Delete deletes the first row, by key, that matches for good, and answers it; nil when none does.
func (t Table[T, C, U]) Delete(ctx context.Context, where Predicate, r ...Returning) (*T, error) {
	p, err := t.deleting(ctx, "delete", where, r, t.c.delete)
	return (*T)(p), err
}

// RemoveMany takes away all rows that match, all rows when where is nil, and answers how many.
func (t Table[T, C, U]) RemoveMany(ctx context.Context, where Predicate) (int64, error) {
	c, err := condition(t.c.scope(ctx, t.t.model, "removeMany"), where)
	if err != nil {
		return 0, t.c.refused(ctx, t.t.model, "removeMany", err)
	}
	return t.c.removeMany(ctx, t.t.model, &query.DeleteArgs{Where: c})
}

// DeleteMany deletes all rows that match, all rows when where is nil, and answers how many.
func (t Table[T, C, U]) DeleteMany(ctx context.Context, where Predicate) (int64, error) {
	c, err := condition(t.c.scope(ctx, t.t.model, "deleteMany"), where)
	if err != nil {
		return 0, t.c.refused(ctx, t.t.model, "deleteMany", err)
	}
	return t.c.deleteMany(ctx, t.t.model, &query.DeleteArgs{Where: c})
}

// Restore brings removed rows back, with what their removal took along, and answers them.
func (t Table[T, C, U]) Restore(ctx context.Context, where Predicate, r ...Returning) ([]*T, error) {
	var a query.DeleteArgs
	sc := t.c.scope(ctx, t.t.model, "restore")
	var err error
	if a.Where, err = condition(sc, where); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "restore", err)
	}
	if err := returning(sc, r, &a.Return); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "restore", err)
	}
	return rowsOf[T](t.c.restore(ctx, t.t.model, &a, true))
}

// Transition moves the row with that key by a named step of its enum's state machine, and answers
// it; nil when there is none within reach.
//
// Errors: transition_not_found when no enum of the model has the step, transition_violation when it
// does not lead from the row's state, transition_conflict when the state changed meanwhile.
func (t Table[T, C, U]) Transition(ctx context.Context, id any, step string) (*T, error) {
	p, err := t.c.move(ctx, t.t.model, id, step, true)
	return (*T)(p), err
}

type deleter func(context.Context, *query.Scope, *query.DeleteArgs, bool) (unsafe.Pointer, error)

func (t Table[T, C, U]) deleting(ctx context.Context, op string, where Predicate, r []Returning, run deleter) (unsafe.Pointer, error) {
	var a query.DeleteArgs
	sc := t.c.scope(ctx, t.t.model, op)
	var err error
	if a.Where, err = condition(sc, where); err != nil {
		return nil, t.c.refused(ctx, t.t.model, op, err)
	}
	if err := returning(sc, r, &a.Return); err != nil {
		return nil, t.c.refused(ctx, t.t.model, op, err)
	}
	return run(ctx, sc, &a, true)
}

func condition(sc *query.Scope, p Predicate) (*query.Cond, error) {
	if p == nil {
		return nil, nil
	}
	return p.Predicate(sc)
}

func returning(sc *query.Scope, r []Returning, a *query.FindArgs) error {
	for _, x := range r {
		inner := *sc
		inner.Operation = "write"
		if err := (Find{Select: x.Select, Include: x.Include}).Finding(&inner, a); err != nil {
			return err
		}
	}
	return nil
}

func refs(cols []query.Col) (out []query.Ref) {
	for _, c := range cols {
		out = append(out, query.RefOfColumn(c))
	}
	return out
}
