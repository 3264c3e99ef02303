package litestone

import (
	"context"
	"log/slog"
	"sync"
)

// defaultBuffer is how many events a buffer of no size holds.
const defaultBuffer = 1024

// BufferedHandler hands events to a function on a goroutine of its own, so that no call waits for it:
// see Buffered.
type BufferedHandler struct {
	fn   func(context.Context, QueryEvent)
	size int

	mu       sync.Mutex
	idle     sync.Cond // nothing is being delivered
	log      *slog.Logger
	list     []bufferedEvent // waiting, in order
	pending  int             // waiting or being delivered
	running  bool
	closed   bool
	dropped  int64
	reported int64 // of dropped
}

type bufferedEvent struct {
	ctx context.Context
	e   QueryEvent
}

// Buffered makes a handler for Config.OnQuery that keeps up to size events (Defaults to 1024) and gives
// them to fn one after the other, in the background. A call never waits for it: while size events are
// waiting, further ones are dropped, counted (Dropped), and told of in Config.Logger.
//
// fn gets the context of the call without its end. It may call the client, with that context: calls
// made with it are not told of again. A panic of fn is logged. The client's Close waits until fn has
// had all events; fn must not close the client. A handler serves one client.
func Buffered(size int, fn func(ctx context.Context, e QueryEvent)) *BufferedHandler {
	if size <= 0 {
		size = defaultBuffer
	}
	b := &BufferedHandler{fn: fn, size: size}
	b.idle.L = &b.mu
	return b
}

// ObserveQuery implements QueryHandler. It does not block.
func (b *BufferedHandler) ObserveQuery(ctx context.Context, e QueryEvent) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || b.pending >= b.size {
		b.dropped++
		return
	}
	b.list = append(b.list, bufferedEvent{context.WithoutCancel(ctx), e})
	b.pending++
	if !b.running {
		b.running = true
		go b.deliver()
	}
}

// Dropped is how many events found no room, or came after Close.
func (b *BufferedHandler) Dropped() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dropped
}

// Flush waits until the function has had all events so far.
func (b *BufferedHandler) Flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.running {
		b.idle.Wait()
	}
}

// Close takes no more events and waits until the function has had all there are. The client's Close
// calls it. It may be called again.
func (b *BufferedHandler) Close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.Flush()
	b.report()
}

func (b *BufferedHandler) attach(log *slog.Logger) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.log = log
}

// deliver gives the function what is waiting, tells of what was dropped, and ends when there is
// nothing more of either.
func (b *BufferedHandler) deliver() {
	for {
		b.mu.Lock()
		list := b.list
		b.list = nil
		if len(list) == 0 && b.dropped == b.reported {
			b.running = false
			b.idle.Broadcast()
			b.mu.Unlock()
			return
		}
		b.mu.Unlock()
		if len(list) == 0 {
			b.report()
		}
		for i := range list {
			b.give(&list[i])
		}
	}
}

func (b *BufferedHandler) give(x *bufferedEvent) {
	defer func() {
		if p := recover(); p != nil {
			b.logger().ErrorContext(x.ctx, "litestone: a handler of query events panicked", "panic", p)
		}
		b.mu.Lock()
		b.pending--
		b.mu.Unlock()
	}()
	b.fn(x.ctx, x.e)
}

// report tells of events that were dropped since it did so last.
func (b *BufferedHandler) report() {
	b.mu.Lock()
	n := b.dropped - b.reported
	b.reported = b.dropped
	b.mu.Unlock()
	if n > 0 {
		b.logger().Warn("litestone: query events were dropped: their handler is too slow for them", "dropped", n, "buffer", b.size)
	}
}

func (b *BufferedHandler) logger() *slog.Logger {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.log != nil {
		return b.log
	}
	return slog.Default()
}
