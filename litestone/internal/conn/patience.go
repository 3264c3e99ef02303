package conn

import (
	"context"
	"strconv"
	"time"
)

// busySlice is how long SQLite may wait for another process's lock before a context is
// looked at again.
const busySlice = 100 * time.Millisecond

// patience lets a context end the wait for a lock another process holds, which SQLite itself
// would sit out for the whole busy timeout: it waits in slices. It serves statements that
// find the lock taken before they did anything, so that running them again is safe: BEGIN
// IMMEDIATE, and writes in autocommit.
type patience struct {
	h     *handle // nil: SQLite waits by itself
	ctx   context.Context
	until time.Time
}

// patience begins waiting in slices, where that is of use. The caller holds the lock.
func (h *handle) patience(ctx context.Context, short bool) patience {
	if !h.writer || h.tx != 0 || ctx.Done() == nil || short && !cheapBusyTimeout {
		return patience{}
	}
	h.busyTimeout(busySlice)
	return patience{h: h, ctx: ctx}
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
		p.until = now.Add(p.h.db.options.BusyTimeout - busySlice)
	}
	return now.Before(p.until)
}

// end lets SQLite wait by itself again.
func (p *patience) end() {
	if p.h != nil {
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
