package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// watched reports whose changes some plugin, hook or handler of events is told; nil when none is told of
// any.
func (p *installed) watched() func(*schema.Model) bool {
	hooked := p.hooks != nil && p.hooks.writes
	if len(p.afterWrite)+len(p.afterDelete) == 0 && p.events == nil && !hooked {
		return nil
	}
	return func(m *schema.Model) bool {
		if hooked || p.events.watches(m) {
			return true
		}
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

// observation is what plugins, hooks and handlers of events are told of one call, and the call's
// door: hooks take part in the transaction it opens.
type observation struct {
	door
	call  plugin.Call
	asker *session.Session // who makes the call
	step  string           // of a transition
	tx    *conn.Tx         // the call's transaction
	told  *reports         // where what is told after the commit waits; nil before there is any
	mark  reportsMark      // what waited there before
}

// observe begins the observation of a call; nil when nobody asks.
func (c *Client) observe(ctx context.Context, m *schema.Model, op string) (*observation, error) {
	if c.core.plugins.watch == nil {
		return nil, nil
	}
	s, err := c.session(ctx)
	if err != nil {
		return nil, err
	}
	o, _ := c.core.observations.Get().(*observation)
	if o == nil {
		o = &observation{}
	}
	o.door, o.call, o.asker = door{c}, plugin.Call{Who: who(s), Model: m, Operation: op}, s
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
		ctx = context.WithValue(ctx, reportsKey{o.c.core}, o.told)
	}
	if d, err := o.c.core.database(o.call.Model); err == nil && d.log != nil {
		ctx = d.log.Within(ctx, o.call.Model)
	}
	if o.tx != nil && conn.FromContext(ctx, o.tx.DB()) == nil {
		ctx = conn.WithTx(ctx, o.tx)
	}
	return ctx
}

// Observe implements write.Observer.
func (o *observation) Observe(ctx context.Context, changes []write.Change) error {
	p := o.c.core.plugins
	list := make([]plugin.Change, len(changes))
	for i, c := range changes {
		list[i] = plugin.Change{Model: c.Model, Kind: plugin.Kind(c.Kind), Before: stored(c.Model, c.Before), After: stored(c.Model, c.After)}
	}
	o.wait(changes, list)
	for _, x := range p.afterWrite {
		if mine := only(list, x.do, false); len(mine) > 0 {
			if err := p.ask(x.name, func() error { return x.do.AfterWrite(o.context(ctx), &plugin.Written{Call: o.call, Changes: mine}) }); err != nil {
				return refusedBy(err, x.name, o.call.Model, o.call.Operation)
			}
		}
	}
	return o.hooksAfterWrite(ctx, list)
}

// wait notes what is told of the call after the commit, before its hooks make calls that follow it.
func (o *observation) wait(changes []write.Change, list []plugin.Change) {
	if o.told = (&reports{}); o.c.tx != nil {
		o.told = o.c.tx.after
	}
	o.mark = o.told.mark()
	p := o.c.core.plugins
	r := report{call: o.call}
	if len(p.afterDelete) > 0 {
		for _, c := range list {
			if c.Kind == plugin.Deleted {
				r.gone = append(r.gone, c)
			}
		}
	}
	if p.events != nil {
		r.events = p.events.collect(o.told, o, changes)
	}
	if len(r.gone)+len(r.events) > 0 {
		o.told.add(r)
	}
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

// done ends the observation of a call that answered err. What waits for the commit is told now, or
// when the transaction the call stands in has committed.
func (o *observation) done(ctx context.Context, err error) {
	c, told, mark := o.c, o.told, o.mark
	*o = observation{}
	c.core.observations.Put(o)
	switch {
	case told == nil:
	case err != nil:
		told.undo(mark)
	case c.tx == nil:
		told.send(ctx, c.core, nil)
	}
}
