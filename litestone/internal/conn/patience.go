package conn

import (
	"context"
	"strconv"
	"time"
)

// busySlice is how long SQLite may wait for another process's lock before a context is
// looked at again.
const busySlice = 100 * time.Millisecond

// patience waits for a lock that another process holds, for as long as Options.BusyTotal. Waiting
// in SQLite is unfair: under contention one waiter in many sleeps past its BusyTimeout, so a
// statement that came away empty is tried again. Where a context can end the wait sooner,
// SQLite waits in slices. It serves statements that find the lock taken before they did
// anything, so that running them again is safe: BEGIN IMMEDIATE, and writes in autocommit.
type patience struct {
	h      *handle // nil: no second try
	ctx    context.Context
	sliced bool
	until  time.Time
}

// patience begins waiting. The caller holds the lock.
func (h *handle) patience(ctx context.Context, short bool) patience {
	o := &h.db.options
	if !h.writer || h.tx != 0 {
		return patience{}
	}
	if ctx.Done() == nil || short && !cheapBusyTimeout {
		if o.BusyTotal <= o.BusyTimeout {
			return patience{}
		}
		return patience{h: h, ctx: ctx}
	}
	h.busyTimeout(busySlice)
	return patience{h: h, ctx: ctx, sliced: true}
}

// again says whether the statement that failed with err is to be run again.
func (p *patience) again(err error) bool {
	if p.h == nil || err == nil || p.ctx.Err() != nil {
		return false
	}
	if code, _, ok := resultOf(err); !ok || code&0xff != rcBusy {
		return false
	}
	now := time.Now()
	if p.until.IsZero() {
		waited := p.h.db.options.BusyTimeout
		if p.sliced {
			waited = busySlice
		}
		p.until = now.Add(p.h.db.options.BusyTotal - waited)
	}
	return now.Before(p.until)
}

// end lets SQLite wait by itself again.
func (p *patience) end() {
	if p.sliced {
		p.h.busyTimeout(p.h.db.options.BusyTimeout)
	}
}

// busyTimeout sets how long SQLite waits. The caller holds the lock.
func (h *handle) busyTimeout(d time.Duration) {
	ms := max(d.Milliseconds(), 1)
	if cheapBusyTimeout {
		h.native.busyTimeout(int32(ms))
		return
	}
	if h.control("PRAGMA busy_timeout="+strconv.FormatInt(ms, 10)) != nil {
		h.broken = true
	}
}
