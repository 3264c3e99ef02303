package logdb

import (
	"context"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// withinKey marks the contexts of functions that run inside an append to a folder.
type withinKey struct{ dir string }

// within is the append a function runs in.
type within struct {
	d      *DB
	locked bool // it holds the folder's lock
}

// Within marks the context of functions that run while rows of a model are made: a call to the same
// folder that would wait for its own end is refused then.
func (d *DB) Within(ctx context.Context, m *schema.Model) context.Context {
	return context.WithValue(ctx, withinKey{d.dir}, within{d, len(m.Key) > 0})
}

// outside refuses what would wait for the append that ctx stands in: its lock or, making rows, its
// place in the empty tables.
func outside(ctx context.Context, dir string, making *DB) error {
	w, ok := ctx.Value(withinKey{dir}).(within)
	if !ok || !w.locked && w.d != making {
		return nil
	}
	return &liteerr.Error{Code: liteerr.Unsupported, Message: "a call on log files inside a call that appends to the same folder would wait for itself",
		Hint: "make it after the call: where events are told"}
}
