package litestone

import (
	"context"
	"slices"
	"sync"

	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

// reports is what waits for the commit of a transaction to be told, in the order it happened.
type reports struct {
	mu   sync.Mutex
	list []report
	kept int   // rows that events of the list hold
	sums tally // what is beyond the rows that are kept
}

// report is what is told of one call.
type report struct {
	call   plugin.Call
	gone   []plugin.Change // deleted rows, for plugins
	events []*Event
}

// reportsKey marks a context with the reports of its open transaction.
type reportsKey struct{ co *core }

// reportsMark is the place undo goes back to.
type reportsMark struct {
	n, kept int
	sums    tallyMark
}

func (r *reports) mark() reportsMark {
	r.mu.Lock()
	defer r.mu.Unlock()
	return reportsMark{len(r.list), r.kept, r.sums.mark()}
}

// undo forgets what was added after a mark.
func (r *reports) undo(m reportsMark) {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.list[m.n:])
	r.list, r.kept = r.list[:m.n], m.kept
	r.sums.back(m.sums)
}

func (r *reports) add(x report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, x)
}

// undoing runs a savepoint, whose failure takes back what it would have told.
func (r *reports) undoing(run func() error) error {
	mark, kept := r.mark(), false
	defer func() {
		if !kept {
			r.undo(mark)
		}
	}()
	err := run()
	kept = err == nil
	return err
}

// send tells what waited. Nothing can be undone any more: errors are logged, and the end of ctx
// stops nobody. lost are databases whose part of the transaction was not kept; nil for none.
func (r *reports) send(ctx context.Context, co *core, lost func(*schema.Database) bool) {
	r.mu.Lock()
	list, sums := r.list, r.sums
	r.list, r.sums = nil, tally{}
	r.mu.Unlock()
	if len(list)+len(sums.list) == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	var events []*Event
	for _, x := range list {
		co.cleanUp(ctx, x)
		events = append(events, x.events...)
	}
	events = append(events, sums.events()...)
	if lost != nil {
		events = slices.DeleteFunc(events, func(e *Event) bool { return lost(e.Model.Database) })
	}
	if len(events) > 0 {
		co.deliver(ctx, events)
	}
}

// cleanUp tells plugins of deleted rows.
func (co *core) cleanUp(ctx context.Context, x report) {
	for _, p := range co.plugins.afterDelete {
		mine := only(x.gone, p.do, true)
		if len(mine) == 0 {
			continue
		}
		err := co.plugins.ask(p.name, func() error { return p.do.AfterDelete(ctx, &plugin.Written{Call: x.call, Changes: mine}) })
		if err != nil {
			co.logger().ErrorContext(ctx, "litestone: a plugin could not clean up after rows were deleted",
				"plugin", p.name, "model", x.call.Model.Accessor, "operation", x.call.Operation, "rows", len(mine), "error", err)
		}
	}
}
