package conn

import (
	"context"
	"sync"
	"time"
)

// interrupts stops what a connection runs when a context ends. Its lock keeps an interrupt
// from reaching a closed connection, or the statement after the one it was meant for.
type interrupts struct {
	mu     sync.Mutex
	closed bool
}

// watch is the armed interrupt of one statement.
type watch struct {
	h    *handle
	stop func() bool
	over bool // under h.interrupts.mu
}

// arm makes ctx interrupt the connection until disarm. It costs about half a microsecond,
// which is why short statements do without. The nil watch is valid and does nothing: the
// context cannot end, or the driver itself watches it.
func (h *handle) arm(ctx context.Context) *watch {
	if cancelsByContext || ctx.Done() == nil {
		return nil
	}
	w := &watch{h: h}
	w.stop = context.AfterFunc(ctx, w.fire)
	return w
}

// fire interrupts until the statement has ended: SQLite forgets an interrupt that comes just
// before the first step.
func (w *watch) fire() {
	for pause := time.Millisecond; w.interrupt(); pause = min(2*pause, 20*time.Millisecond) {
		time.Sleep(pause)
	}
}

func (w *watch) interrupt() (running bool) {
	in := &w.h.interrupts
	in.mu.Lock()
	defer in.mu.Unlock()
	if w.over || in.closed {
		return false
	}
	w.h.native.interrupt()
	return true
}

func (w *watch) disarm() {
	if w == nil || w.stop() { // true: fire was never started and never will be
		return
	}
	in := &w.h.interrupts
	in.mu.Lock()
	w.over = true
	in.mu.Unlock()
}

// driverContext is the context to start a statement with: the caller's where the driver
// interrupts by it and interruptible says so, else one that never ends, which spares the
// driver a goroutine.
func driverContext(ctx context.Context, interruptible bool) context.Context {
	if cancelsByContext && interruptible {
		return ctx
	}
	return context.Background()
}
