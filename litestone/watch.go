package litestone

import (
	"context"
	"errors"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// watch is a call that somebody watches. It serves one goroutine.
type watch struct {
	co      *core
	who     *observers
	ctx     context.Context
	call    plugin.Operation
	target  string // the model's accessor
	args    func(query.Viewer) query.Shown
	shown   bool // args were made, and stand in the events
	data    query.Shown
	n       int   // statements so far
	rows    int64 // of the last one
	events  []QueryEvent
	endings []func(plugin.Outcome)
}

// watchedEvents is how many events wait for the end of their call.
const watchedEvents = 1024

// quietKey marks the contexts that observers are given: calls made with them are watched by nobody,
// or telling of a call would make another one to tell of.
type quietKey struct{ co *core }

// watched gives those who watch the calls of a view; nil where nobody does, or where the view stands
// inside a call that is watched already.
func (c *Client) watched(ctx context.Context) *observers {
	if c.watch != nil {
		return nil
	}
	o := c.core.watching.now.Load()
	if o != nil && ctx.Value(quietKey{c.core}) != nil {
		return nil
	}
	return o
}

// watches begins a call that is watched; its end must be told.
func (c *Client) watches(ctx context.Context, o *observers, m *schema.Model, op, database string, args func(query.Viewer) query.Shown) (context.Context, *watch) {
	w := &watch{co: c.core, who: o, args: args}
	w.call = plugin.Operation{Call: plugin.Call{Model: m, Operation: op}, Database: database, Transaction: c.tx != nil}
	if m != nil {
		w.target, w.call.Database = m.Accessor, m.Database.Name
	}
	if s, err := c.session(ctx); err == nil {
		w.call.Who = who(s)
	}
	for _, p := range o.operations {
		w.guarded("plugin "+p.name, func() {
			in, end := p.do.ObserveOperation(ctx, w.call)
			if in != nil {
				ctx = in
			}
			if end != nil {
				w.endings = append(w.endings, func(o plugin.Outcome) { w.guarded("plugin "+p.name, func() { end(o) }) })
			}
		})
	}
	w.ctx = context.WithValue(ctx, quietKey{c.core}, true)
	return ctx, w
}

// Watch implements read.Watcher.
func (w *watch) Watch(r *read.Ran) {
	w.n++
	w.rows = r.Rows
	if r.Took < w.who.least {
		return
	}
	e := QueryEvent{
		Model: w.target, Operation: w.call.Operation, Database: w.call.Database, ActorID: w.call.Auth["id"], System: w.call.System,
		SQL: r.SQL, Params: make([]any, 0, len(r.Args)), Duration: r.Took, RowCount: r.Rows,
		Statement: w.n, Transaction: r.InTx, Time: r.Start, Err: r.Err,
	}
	if r.Hidden {
		for range r.Args {
			e.Params = append(e.Params, query.Redacted)
		}
	} else {
		e.Params = read.Shown(e.Params, r.Sources, r.Args)
	}
	if r.Model != nil {
		e.Target = r.Model.Accessor
		e.Database = r.Model.Database.Name
	}
	if r.Err != nil {
		e.Code = CodeSQL
		if x := (*Error)(nil); errors.As(r.Err, &x) {
			e.Code = x.Code
		}
	}
	if w.events = append(w.events, e); len(w.events) >= watchedEvents {
		w.tell()
	}
}

// tell tells of the statements that ran.
func (w *watch) tell() {
	if len(w.events) == 0 {
		return
	}
	if !w.shown && w.args != nil {
		w.data = w.args(w.co.watching.view)
	}
	w.shown = true
	for i := range w.events {
		e := &w.events[i]
		e.Args = w.data
		for _, q := range w.who.queries {
			if e.Duration >= q.least {
				w.guarded(q.name, func() { q.to.ObserveQuery(w.ctx, *e) })
			}
		}
	}
	clear(w.events)
	w.events = w.events[:0]
}

// guarded asks an observer. Its panic is logged, and nothing more: watching changes no call.
func (w *watch) guarded(name string, f func()) {
	_ = w.co.plugins.guarded(name, func() error {
		f()
		return nil
	})
}

// end tells how the call ended.
func (w *watch) end(rows int64, err error) {
	w.tell()
	if err != nil {
		rows = 0
	}
	for i := len(w.endings) - 1; i >= 0; i-- {
		w.endings[i](plugin.Outcome{Rows: rows, Err: err})
	}
}

// errPanicked is what observers are told of a call that did not come back.
var errPanicked = errors.New("litestone: the call panicked")

// observed runs a call that somebody watches. run is the call itself, on a view that notes its
// statements and with the context it goes on with.
func observed[R any](ctx context.Context, c *Client, o *observers, m *schema.Model, op string, args func(query.Viewer) query.Shown, run func(context.Context, *Client) (R, error)) (out R, err error) {
	ctx, w := c.watches(ctx, o, m, op, "", args)
	v := *c
	v.watch = w
	err = errPanicked
	defer func() {
		var rows int64
		if err == nil {
			rows = rowsOfAnswer(out)
		}
		w.end(rows, err)
	}()
	out, err = run(ctx, &v)
	return out, err
}

// watcher is what notes the statements of a view's call; nil when nobody wants to know.
func (c *Client) watcher() read.Watcher {
	if c.watch == nil || len(c.watch.who.queries) == 0 {
		return nil
	}
	return c.watch
}

// refused tells of a call whose arguments were refused before it began.
func (c *Client) refused(ctx context.Context, m *schema.Model, op string, err error) error {
	if o := c.watched(ctx); o != nil && len(o.operations) > 0 {
		_, w := c.watches(ctx, o, m, op, "", nil)
		w.end(0, err)
	}
	return err
}

// rowsOfAnswer counts the rows of an answer.
func rowsOfAnswer(out any) int64 {
	switch x := out.(type) {
	case unsafe.Pointer:
		if x == nil {
			return 0
		}
	case []unsafe.Pointer:
		return int64(len(x))
	case []*Group:
		return int64(len(x))
	case read.Page:
		return int64(len(x.Rows))
	case counted:
		return int64(len(x.rows))
	case changed:
		return int64(x)
	}
	return 1
}

// changed is the answer of a call that says how many rows it changed.
type changed int64

// counted is the answer of findManyAndCount.
type counted struct {
	rows  []unsafe.Pointer
	total int64
}

// changing is observed for calls that answer how many rows they changed.
func changing[A any](ctx context.Context, c *Client, o *observers, m *schema.Model, op string, args func(query.Viewer) query.Shown, a *A, run func(*Client, context.Context, *schema.Model, *A) (int64, error)) (int64, error) {
	n, err := observed(ctx, c, o, m, op, args, func(ctx context.Context, c *Client) (changed, error) {
		n, err := run(c, ctx, m, a)
		return changed(n), err
	})
	return int64(n), err
}

// spanning runs what several calls are made in, each of which is watched by itself.
func spanning(ctx context.Context, c *Client, o *observers, op string, run func(context.Context) error) (err error) {
	ctx, w := c.watches(ctx, o, nil, op, "", nil)
	err = errPanicked
	defer func() { w.end(0, err) }()
	err = run(ctx)
	return err
}

// exec runs a statement of the caller's own. Nobody knows which columns its values meet.
func (w *watch) exec(ctx context.Context, cn *conn.Conn, sql string, args []query.Value) (conn.Result, error) {
	q := conn.Query{SQL: sql}
	if w == nil {
		return cn.Exec(ctx, q, args)
	}
	return read.WatchedExec(ctx, w, cn, q, read.Ran{Args: args, Hidden: w.co.watching.view.Discreet()})
}

// run is exec for a statement that gives rows.
func (w *watch) run(ctx context.Context, cn *conn.Conn, sql string, args []query.Value, each func(*conn.Row) error) error {
	q := conn.Query{SQL: sql}
	if w == nil {
		return cn.Run(ctx, q, args, each)
	}
	return read.Watched(ctx, w, cn, q, read.Ran{Args: args, Hidden: w.co.watching.view.Discreet()}, each)
}
