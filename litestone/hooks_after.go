package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// watched reports whose changes some plugin is told; nil when none is told of any.
func (p *installed) watched() func(*schema.Model) bool {
	if len(p.afterWrite)+len(p.afterDelete) == 0 {
		return nil
	}
	return func(m *schema.Model) bool {
		for _, x := range p.afterWrite {
			if watches(x.do, m) {
				return true
			}
		}
		for _, x := range p.afterDelete {
			if watches(x.do, m) {
				return true
			}
		}
		return false
	}
}

// watches reports whether a plugin is told of a model.
func watches(p any, m *schema.Model) bool {
	w, ok := p.(plugin.Watcher)
	return !ok || w.Watches(m)
}

// observation is what plugins are told of one call, and the call's door: hooks take part in the
// transaction it opens.
type observation struct {
	door
	call plugin.Call
	tx   *conn.Tx        // the call's transaction
	gone []plugin.Change // deleted rows, for after the commit
	more reports         // those of calls that hooks made in the call's own transaction
}

// reports is what is told when a transaction has committed.
type reports struct{ list []*observation }

// reportsKey marks a context with the reports of its open transaction.
type reportsKey struct{ co *core }

// undoing runs a savepoint, whose failure takes back what it would have told.
func (r *reports) undoing(run func() error) error {
	n, kept := len(r.list), false
	defer func() {
		if !kept {
			r.list = r.list[:n]
		}
	}()
	err := run()
	kept = err == nil
	return err
}

func (r *reports) send(ctx context.Context) {
	for _, o := range r.list {
		o.report(ctx)
	}
}

// observe begins the observation of a call; nil when nobody asks.
func (c *Client) observe(ctx context.Context, m *schema.Model, op string) (*observation, error) {
	if c.core.plugins.watch == nil {
		return nil, nil
	}
	call, err := c.hookCall(ctx, m, op)
	if err != nil {
		return nil, err
	}
	o, _ := c.core.observations.Get().(*observation)
	if o == nil {
		o = &observation{}
	}
	o.door, o.call = door{c}, call
	return o, nil
}

// Atomic runs f like door, and keeps the transaction for hooks.
func (o *observation) Atomic(ctx context.Context, m *schema.Model, f func(*conn.Conn) error) error {
	return o.c.atomic(ctx, m, func(t *conn.Tx) error {
		o.tx = t
		return f(t.Conn())
	})
}

// context is what hooks inside the call's transaction are given.
func (o *observation) context(ctx context.Context) context.Context {
	ctx = o.c.hookContext(ctx)
	if o.c.tx == nil {
		ctx = context.WithValue(ctx, reportsKey{o.c.core}, &o.more)
	}
	if o.tx != nil && conn.FromContext(ctx, o.tx.DB()) == nil {
		ctx = conn.WithTx(ctx, o.tx)
	}
	return ctx
}

// Observe implements write.Observer.
func (o *observation) Observe(ctx context.Context, changes []write.Change) error {
	list := make([]plugin.Change, len(changes))
	for i, c := range changes {
		list[i] = plugin.Change{Model: c.Model, Kind: plugin.Kind(c.Kind), Before: stored(c.Model, c.Before), After: stored(c.Model, c.After)}
	}
	for _, p := range o.c.core.plugins.afterWrite {
		if mine := only(list, p.do, false); len(mine) > 0 {
			if err := p.do.AfterWrite(o.context(ctx), &plugin.Written{Call: o.call, Changes: mine}); err != nil {
				return refusedBy(err, p.name, o.call.Model, o.call.Operation)
			}
		}
	}
	for _, c := range list {
		if c.Kind == plugin.Deleted {
			o.gone = append(o.gone, c)
		}
	}
	return nil
}

func stored(m *schema.Model, values []query.Value) plugin.Stored {
	if values == nil {
		return plugin.Stored{}
	}
	return plugin.StoredRow(m, values)
}

// only leaves what a plugin asks for; all where it asks for everything.
func only(list []plugin.Change, p any, deleted bool) []plugin.Change {
	if _, ok := p.(plugin.Watcher); !ok && !deleted {
		return list
	}
	var out []plugin.Change
	for _, c := range list {
		if (!deleted || c.Kind == plugin.Deleted) && watches(p, c.Model) {
			out = append(out, c)
		}
	}
	return out
}

// done ends the observation of a call that answered err. Deleted rows are told of now, or when the
// transaction the call stands in has committed.
func (o *observation) done(ctx context.Context, err error) {
	switch {
	case err != nil || len(o.gone) == 0 && len(o.more.list) == 0:
		co := o.c.core
		*o = observation{}
		co.observations.Put(o)
	case o.c.tx != nil:
		o.c.tx.after.list = append(o.c.tx.after.list, o)
	default:
		o.report(ctx)
		o.more.send(ctx)
	}
}

// report tells of deleted rows after the commit. Nothing can be undone any more: errors are logged,
// and the end of ctx stops nobody from cleaning up.
func (o *observation) report(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	for _, p := range o.c.core.plugins.afterDelete {
		mine := only(o.gone, p.do, true)
		if len(mine) == 0 {
			continue
		}
		if err := p.do.AfterDelete(ctx, &plugin.Written{Call: o.call, Changes: mine}); err != nil {
			o.c.core.logger().ErrorContext(ctx, "litestone: a plugin could not clean up after rows were deleted",
				"plugin", p.name, "model", o.call.Model.Accessor, "operation", o.call.Operation, "rows", len(mine), "error", err)
		}
	}
}
