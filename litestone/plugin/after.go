package plugin

import (
	"context"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Kind is what happened to a row.
type Kind uint8

// The kinds of changes.
const (
	Created  Kind = iota
	Updated       // also a row that nested writes linked or unlinked
	Removed       // kept, and marked as removed
	Restored      // brought back
	Deleted       // gone
)

// String gives the kind's name in lower case.
func (k Kind) String() string {
	return [...]string{"created", "updated", "removed", "restored", "deleted"}[k]
}

// Change is one row that a call changed.
type Change struct {
	Model  *schema.Model
	Kind   Kind
	Before Stored // the row as it was; empty for Created
	After  Stored // the row as it is; empty for Deleted
}

// Stored is a row's columns as they stand in the database: fields with @encrypted hold what the
// FieldCodec made of them, computed and derived fields are not there.
type Stored struct {
	model  *schema.Model
	values []query.Value
}

// StoredRow views the values of a model's Columns; the client calls it.
func StoredRow(m *schema.Model, values []query.Value) Stored { return Stored{m, values} }

// Empty reports whether there is no row.
func (s Stored) Empty() bool { return s.values == nil }

// Value gives a field's stored value; NULL where there is no such column.
func (s Stored) Value(field string) query.Value {
	if s.values != nil {
		for i, f := range s.model.Columns {
			if f.Name == field {
				return s.values[i]
			}
		}
	}
	return query.Null()
}

// Key gives the values of the row's key.
func (s Stored) Key() []query.Value {
	if s.values == nil {
		return nil
	}
	out := make([]query.Value, len(s.model.Key))
	for i, f := range s.model.Key {
		out[i] = s.Value(f.Name)
	}
	return out
}

// Written is what a call wrote.
type Written struct {
	Call
	Changes []Change // in the order they happened, nested and cascaded ones included
}

// AfterWriter sees what each call wrote when all its statements have run, in the call's
// transaction. A call that changed no row is not told. Links of many-to-many relations, and foreign
// keys that the database itself set to null, are no changes.
type AfterWriter interface {
	// AfterWrite undoes the call by an error. Calls of the Host with ctx see what was written.
	AfterWrite(ctx context.Context, w *Written) error
}

// AfterWriteFunc is an AfterWriter made of a function.
type AfterWriteFunc func(ctx context.Context, w *Written) error

// AfterWrite calls the function.
func (f AfterWriteFunc) AfterWrite(ctx context.Context, w *Written) error { return f(ctx, w) }

// AfterDeleter sees the rows that a call deleted for good, once the transaction they were deleted in
// has committed: all of them, those of nested writes, of @hardDelete and of onDelete: Cascade too.
type AfterDeleter interface {
	// AfterDelete reports by an error what could not be cleaned up: it is logged.
	AfterDelete(ctx context.Context, w *Written) error
}

// AfterDeleteFunc is an AfterDeleter made of a function.
type AfterDeleteFunc func(ctx context.Context, w *Written) error

// AfterDelete calls the function.
func (f AfterDeleteFunc) AfterDelete(ctx context.Context, w *Written) error { return f(ctx, w) }

// Watcher narrows AfterWriter and AfterDeleter to some models: rows of others are not told, and
// writes on them cost no more than without the plugin.
type Watcher interface {
	// Watches is asked once per model at Open.
	Watches(m *schema.Model) bool
}
