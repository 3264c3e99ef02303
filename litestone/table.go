package litestone

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
)

// Table is a model's typed calls: T is the generated row, C and U the inputs of create and
// update. Generated clients have one per model.
//
// Reads answer what the caller may read: rows behind policies, global filters and soft delete
// are as if they were not there, and fields he may not read hold zero (Row.Read tells).
type Table[T, C, U any] struct {
	c      *Client
	t      *modelTypes
	scopes []scoped
}

// TableOf binds a model's table; generated code calls it. i is the model's place in the
// Definition.
func TableOf[T, C, U any](c *Client, i int) Table[T, C, U] {
	return Table[T, C, U]{c: c, t: c.core.models[i]}
}

// FindMany answers the rows that match, an empty slice when none does. Without OrderBy they
// come in any order.
func (t Table[T, C, U]) FindMany(ctx context.Context, f Find) ([]*T, error) {
	var a query.FindArgs
	if err := t.args(ctx, "findMany", f, &a); err != nil {
		return nil, err
	}
	return rowsOf[T](t.c.find(ctx, t.t.model, "findMany", &a, plan.InList, true))
}

// FindFirst answers the first row that matches, nil when none does.
func (t Table[T, C, U]) FindFirst(ctx context.Context, f Find) (*T, error) {
	return t.first(ctx, f, "findFirst")
}

// FindFirstOrThrow is FindFirst, but answers ErrNotFound when no row matches.
func (t Table[T, C, U]) FindFirstOrThrow(ctx context.Context, f Find) (*T, error) {
	return t.first(ctx, f, "findFirstOrThrow")
}

// FindUnique answers the one row that matches, nil when none does. More than one match is a
// validation error: the condition was not unique.
func (t Table[T, C, U]) FindUnique(ctx context.Context, f Find) (*T, error) {
	return t.unique(ctx, f, "findUnique")
}

// FindUniqueOrThrow is FindUnique, but answers ErrNotFound when no row matches.
func (t Table[T, C, U]) FindUniqueOrThrow(ctx context.Context, f Find) (*T, error) {
	return t.unique(ctx, f, "findUniqueOrThrow")
}

func (t Table[T, C, U]) first(ctx context.Context, f Find, op string) (*T, error) {
	var a query.FindArgs
	if err := t.args(ctx, op, f, &a); err != nil {
		return nil, err
	}
	p, err := t.c.first(ctx, t.t.model, op, &a, true)
	return (*T)(p), err
}

func (t Table[T, C, U]) unique(ctx context.Context, f Find, op string) (*T, error) {
	var a query.FindArgs
	if err := t.args(ctx, op, f, &a); err != nil {
		return nil, err
	}
	p, err := t.c.unique(ctx, t.t.model, op, &a, true)
	return (*T)(p), err
}

// Search answers the rows whose full-text index matches text, in FTS5's syntax, best first
// and 20 at most unless Find says otherwise. It needs @@fts on the model. Bad syntax is a
// validation error. Extra gives _rank, and _highlight and _snippet where asked for.
func (t Table[T, C, U]) Search(ctx context.Context, text string, f SearchFind) ([]*T, error) {
	var a query.FindArgs
	if err := f.Finding(t.c.scope(ctx, t.t.model, "search"), &a); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "search", err)
	}
	if err := t.c.under(ctx, t.t.model, t.scopes, &a); err != nil {
		return nil, t.c.refused(ctx, t.t.model, "search", err)
	}
	return rowsOf[T](t.c.search(ctx, t.t.model, text, &a, true))
}

// Count answers how many rows match; limit and offset do not count.
func (t Table[T, C, U]) Count(ctx context.Context, f Find) (int64, error) {
	var a query.FindArgs
	if err := t.args(ctx, "count", f, &a); err != nil {
		return 0, err
	}
	return t.c.count(ctx, t.t.model, &a)
}

// Exists answers whether a row matches.
func (t Table[T, C, U]) Exists(ctx context.Context, f Find) (bool, error) {
	var a query.FindArgs
	if err := t.args(ctx, "exists", f, &a); err != nil {
		return false, err
	}
	return t.c.exists(ctx, t.t.model, &a)
}

// Dynamic is the same table with JSON arguments and dynamic records.
func (t Table[T, C, U]) Dynamic() *DynamicTable { return &DynamicTable{t.c, t.t.model, t.scopes} }

// args resolves a read's arguments, under the table's scopes.
func (t Table[T, C, U]) args(ctx context.Context, op string, f Find, a *query.FindArgs) error {
	if err := t.resolve(ctx, op, f, a); err != nil {
		return t.c.refused(ctx, t.t.model, op, err)
	}
	return nil
}

func (t Table[T, C, U]) resolve(ctx context.Context, op string, f Find, a *query.FindArgs) error {
	if err := f.Finding(t.c.scope(ctx, t.t.model, op), a); err != nil || len(t.scopes) == 0 {
		return err
	}
	return t.c.under(ctx, t.t.model, t.scopes, a)
}

// rowsOf views row handles as the generated structs they point to.
func rowsOf[T any](ptrs []unsafe.Pointer, err error) ([]*T, error) {
	if err != nil {
		return nil, err
	}
	if ptrs == nil {
		return []*T{}, nil
	}
	return unsafe.Slice((**T)(unsafe.Pointer(unsafe.SliceData(ptrs))), len(ptrs)), nil
}
