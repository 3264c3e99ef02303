package litestone

import (
	"context"
	"sync"
)

// deliveryKey marks the context of handlers with the delivery they are told by.
type deliveryKey struct{ co *core }

// delivery is events on their way to the handlers: one goroutine tells them one after the other.
type delivery struct {
	mu     sync.Mutex
	events []*Event
	over   bool
}

// deliver tells events. Those of a call that a handler makes are told by the delivery the handler stands
// in, after what it still has to tell.
func (co *core) deliver(ctx context.Context, events []*Event) {
	if d, ok := ctx.Value(deliveryKey{co}).(*delivery); ok && d.add(events) {
		return
	}
	d := &delivery{events: events}
	ctx = context.WithValue(ctx, deliveryKey{co}, d)
	for e := d.next(); e != nil; e = d.next() {
		co.tell(ctx, e)
	}
}

// add puts events behind the others; false when the delivery is over.
func (d *delivery) add(events []*Event) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.over {
		d.events = append(d.events, events...)
	}
	return !d.over
}

// next takes the next event; nil when there is none, and never will be.
func (d *delivery) next() *Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.events) == 0 {
		d.over = true
		return nil
	}
	e := d.events[0]
	d.events = d.events[1:]
	return e
}

// tell tells one event to whom it concerns.
func (co *core) tell(ctx context.Context, e *Event) {
	on := &co.plugins.events.told
	switch e.Kind {
	case EventCreate:
		co.handle(ctx, "Create", on.Create, e)
	case EventRemove, EventDelete:
		co.handle(ctx, "Remove", on.Remove, e)
	default:
		co.handle(ctx, "Update", on.Update, e)
	}
	if e.Kind == EventTransition {
		co.handle(ctx, "Transition", on.Transition, e)
	}
	co.handle(ctx, "Change", on.Change, e)
}

// handle tells one handler. What it says is committed: its error can only be logged.
func (co *core) handle(ctx context.Context, name string, f func(context.Context, *Event) error, e *Event) {
	if f == nil {
		return
	}
	name = "Config.OnEvent." + name
	if err := co.plugins.guarded(name, func() error { return f(ctx, e) }); err != nil {
		co.logger().ErrorContext(ctx, "litestone: a handler of events failed",
			"handler", name, "model", e.Model.Accessor, "kind", string(e.Kind), "operation", e.Operation, "rows", e.Count, "error", err)
	}
}
