package litestone

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
)

// QueryEvent is one SQL statement that a call ran; see plugin.QueryEvent.
type QueryEvent = plugin.QueryEvent

// QueryHandler is what Config.OnQuery takes: QueryFunc, Buffered, or a type of one's own.
type QueryHandler = plugin.QueryObserver

// QueryFunc is a QueryHandler made of a function. It is called when the call that ran the statement
// has ended, before the call answers.
type QueryFunc = plugin.QueryFunc

// observers are those who watch a client's calls: what Open was given, and taps. An observers value
// never changes, so a call that began with it ends with it.
type observers struct {
	operations []part[plugin.OperationObserver]
	queries    []querySink
	least      time.Duration // statements that took less interest nobody
}

// querySink is one who is told of statements.
type querySink struct {
	name  string // in logs
	to    plugin.QueryObserver
	least time.Duration // that took at least so long
}

// watching is what a client keeps of those who watch.
type watching struct {
	now   atomic.Pointer[observers] // nil: nobody watches
	mu    sync.Mutex                // held by who changes now
	fixed observers                 // of Config and of plugins
	taps  []*tap
	view  query.Viewer
}

// begin takes in those whom Open was given.
func (w *watching) begin(co *core) {
	w.view = query.NewViewer(co.schema)
	w.fixed.operations = co.plugins.operations
	if h := co.config.OnQuery; h != nil {
		if b, ok := h.(*BufferedHandler); ok {
			b.attach(co.logger())
		}
		w.fixed.queries = append(w.fixed.queries, querySink{name: "Config.OnQuery", to: h})
	}
	for _, p := range co.plugins.queries {
		w.fixed.queries = append(w.fixed.queries, querySink{name: "plugin " + p.name, to: p.do})
	}
	if least := co.config.SlowQuery; least > 0 {
		w.fixed.queries = append(w.fixed.queries, querySink{"Config.SlowQuery", slowLog{co.logger()}, least})
	}
	w.renew()
}

// end lets a handler that works in the background finish.
func (w *watching) end() {
	for _, q := range w.fixed.queries {
		if b, ok := q.to.(*BufferedHandler); ok {
			b.Close()
		}
	}
}

// renew makes what calls look at; the lock is held, or nobody else is there yet.
func (w *watching) renew() {
	o := w.fixed
	o.queries = slices.Clone(o.queries)
	for _, t := range w.taps {
		o.queries = append(o.queries, querySink{name: "TapQuery", to: t})
	}
	if len(o.queries)+len(o.operations) == 0 {
		w.now.Store(nil)
		return
	}
	for i, q := range o.queries {
		if i == 0 || q.least < o.least {
			o.least = q.least
		}
	}
	w.now.Store(&o)
}

// tap is a handler that comes and goes.
type tap struct {
	mu  sync.Mutex
	fn  func(QueryEvent)
	off bool
}

// ObserveQuery implements plugin.QueryObserver.
func (t *tap) ObserveQuery(_ context.Context, e QueryEvent) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.off {
		t.fn(e)
	}
}

// TapQuery shows fn every statement of the calls that begin from now on, on all views of this client,
// until stop is called. It is told of one statement at a time, whatever goroutines the calls run on,
// and of all of a call's before the call answers; after stop has returned it is not called again. fn
// must not call the client, nor stop. stop may be called again. A client that nobody taps pays nothing.
//
// Events hold no values of confidential fields; see QueryEvent.
func (c *Client) TapQuery(fn func(QueryEvent)) (stop func()) {
	w := &c.core.watching
	t := &tap{fn: fn}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.taps = append(w.taps, t)
	w.renew()
	return func() {
		w.mu.Lock()
		w.taps = slices.DeleteFunc(slices.Clone(w.taps), func(x *tap) bool { return x == t })
		w.renew()
		w.mu.Unlock()
		t.mu.Lock()
		t.off = true
		t.mu.Unlock()
	}
}

// slowLog warns of slow statements.
type slowLog struct{ to *slog.Logger }

// ObserveQuery implements plugin.QueryObserver.
func (l slowLog) ObserveQuery(ctx context.Context, e QueryEvent) {
	l.to.LogAttrs(ctx, slog.LevelWarn, "litestone: a slow query", QueryAttrs(e)...)
}

// QueryAttrs gives an event as attributes of a log record, under the names of its JSON form: what the
// log of slow queries is made of.
func QueryAttrs(e QueryEvent) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("model", e.Model), slog.String("operation", e.Operation), slog.String("database", e.Database),
		slog.Any("actorId", e.ActorID), slog.Float64("duration", plugin.Milliseconds(e.Duration)), slog.Int64("rowCount", e.RowCount),
		slog.String("sql", e.SQL), slog.Any("params", e.Params), slog.Any("args", e.Args),
		slog.String("target", e.Target), slog.Int("statement", e.Statement), slog.Bool("transaction", e.Transaction),
	}
	if e.Code != "" {
		attrs = append(attrs, slog.String("error", string(e.Code)))
	}
	return attrs
}
