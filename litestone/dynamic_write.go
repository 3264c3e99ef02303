package litestone

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/query"
)

// Create writes a row: {"data": {…}, "select", "include"}. select: false answers nil.
func (t *DynamicTable) Create(ctx context.Context, args any) (*Record, error) {
	var a query.CreateArgs
	if err := decode(ctx, t, "create", query.DecodeCreate, args, &a); err != nil {
		return nil, err
	}
	return record(t.c.create(ctx, t.m, &a, false))
}

// CreateMany writes rows in one transaction: {"data": [{…}, …]}; it answers how many.
func (t *DynamicTable) CreateMany(ctx context.Context, args any) (int64, error) {
	var a query.CreateArgs
	if err := decode(ctx, t, "createMany", query.DecodeCreateMany, args, &a); err != nil {
		return 0, err
	}
	return t.c.createMany(ctx, t.m, &a)
}

// Update changes one row: {"where", "data", "select", "include"}; nil when none matches.
func (t *DynamicTable) Update(ctx context.Context, args any) (*Record, error) {
	var a query.UpdateArgs
	if err := decode(ctx, t, "update", query.DecodeUpdate, args, &a); err != nil {
		return nil, err
	}
	return record(t.c.update(ctx, t.m, &a, false))
}

// UpdateMany changes all rows that match: {"where", "data"}; it answers how many.
func (t *DynamicTable) UpdateMany(ctx context.Context, args any) (int64, error) {
	var a query.UpdateArgs
	if err := decode(ctx, t, "updateMany", query.DecodeUpdateMany, args, &a); err != nil {
		return 0, err
	}
	return t.c.updateMany(ctx, t.m, &a)
}

// Upsert changes a row or creates it: {"where", "create", "update", "select", "include"}.
func (t *DynamicTable) Upsert(ctx context.Context, args any) (*Record, error) {
	var a query.UpsertArgs
	if err := decode(ctx, t, "upsert", query.DecodeUpsert, args, &a); err != nil {
		return nil, err
	}
	return record(t.c.upsert(ctx, t.m, &a, false))
}

// UpsertMany creates or changes rows: {"data", "conflictTarget", "update"}; it answers how many.
func (t *DynamicTable) UpsertMany(ctx context.Context, args any) (int64, error) {
	var a query.UpsertManyArgs
	if err := decode(ctx, t, "upsertMany", query.DecodeUpsertMany, args, &a); err != nil {
		return 0, err
	}
	return t.c.upsertMany(ctx, t.m, &a)
}

// Remove takes away one row: {"where", "select", "include"}; nil when none matches.
func (t *DynamicTable) Remove(ctx context.Context, args any) (*Record, error) {
	var a query.DeleteArgs
	if err := decode(ctx, t, "remove", query.DecodeDelete, args, &a); err != nil {
		return nil, err
	}
	return record(t.c.remove(ctx, t.c.scope(ctx, t.m, "remove"), &a, false))
}

// Delete deletes one row for good: {"where", "select", "include"}; nil when none matches.
func (t *DynamicTable) Delete(ctx context.Context, args any) (*Record, error) {
	var a query.DeleteArgs
	if err := decode(ctx, t, "delete", query.DecodeDelete, args, &a); err != nil {
		return nil, err
	}
	return record(t.c.delete(ctx, t.c.scope(ctx, t.m, "delete"), &a, false))
}

// RemoveMany takes away all rows that match: {"where"}; it answers how many.
func (t *DynamicTable) RemoveMany(ctx context.Context, args any) (int64, error) {
	var a query.DeleteArgs
	if err := decode(ctx, t, "removeMany", query.DecodeDeleteMany, args, &a); err != nil {
		return 0, err
	}
	return t.c.removeMany(ctx, t.m, &a)
}

// DeleteMany deletes all rows that match for good: {"where"}; it answers how many.
func (t *DynamicTable) DeleteMany(ctx context.Context, args any) (int64, error) {
	var a query.DeleteArgs
	if err := decode(ctx, t, "deleteMany", query.DecodeDeleteMany, args, &a); err != nil {
		return 0, err
	}
	return t.c.deleteMany(ctx, t.m, &a)
}

// Restore brings removed rows back: {"where", "select", "include"}; it answers them.
func (t *DynamicTable) Restore(ctx context.Context, args any) ([]*Record, error) {
	var a query.DeleteArgs
	if err := decode(ctx, t, "restore", query.DecodeDelete, args, &a); err != nil {
		return nil, err
	}
	return records(t.c.restore(ctx, t.m, &a, false))
}

// Transition moves the row with that key by a named step of its enum's state machine.
func (t *DynamicTable) Transition(ctx context.Context, id any, name string) (*Record, error) {
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	return record(t.c.move(ctx, t.m, id, name, false))
}

// decode resolves a call's JSON arguments.
func decode[A any](ctx context.Context, t *DynamicTable, op string, f func(*query.Scope, any, *A) error, args any, a *A) error {
	if t.c.bad != nil {
		return t.c.bad
	}
	if err := f(t.c.scope(ctx, t.m, op), args, a); err != nil {
		return t.c.refused(ctx, t.m, op, err)
	}
	return nil
}

func record(p unsafe.Pointer, err error) (*Record, error) { return (*Record)(p), err }
