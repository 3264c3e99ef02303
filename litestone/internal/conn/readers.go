package conn

import (
	"context"
	"database/sql"
	"slices"
)

// readers lends read connections to the runner. It keeps those it has, since going through
// database/sql for each call costs a tenth of a read by key; the pool below has room for
// twice as many, so plain bun never waits for the runner nor the runner for it.
//
// Its fields are guarded by DB.mu.
type readers struct {
	max     int
	made    int
	idle    []*reader
	waiting []chan *reader // first come, first served
}

// reader is one read connection the runner holds.
type reader struct {
	conn Conn
	pool *sql.Conn
}

// takeReader lends a reader, waiting for one as long as ctx allows.
func (db *DB) takeReader(ctx context.Context) (*reader, error) {
	if ctx.Err() != nil {
		return nil, cancelled(ctx, nil)
	}
	p := &db.lent
	db.mu.Lock()
	if db.closing {
		db.mu.Unlock()
		return nil, errClosed()
	}
	db.calls++
	if n := len(p.idle); n > 0 {
		r := p.idle[n-1]
		p.idle = p.idle[:n-1]
		db.mu.Unlock()
		return db.caughtUp(ctx, r)
	}
	for p.made >= p.max {
		turn := make(chan *reader, 1)
		p.waiting = append(p.waiting, turn)
		db.mu.Unlock()
		select {
		case r := <-turn:
			if r != nil {
				return db.caughtUp(ctx, r)
			}
			db.mu.Lock() // a reader broke: there may be room for a new one
		case <-ctx.Done():
			db.mu.Lock()
			if i := slices.Index(p.waiting, turn); i >= 0 {
				p.waiting = slices.Delete(p.waiting, i, i+1)
			} else { // it was our turn at the same moment: pass it on
				db.pass(<-turn)
			}
			db.left()
			db.mu.Unlock()
			return nil, cancelled(ctx, nil)
		}
	}
	p.made++
	db.mu.Unlock()
	r, err := db.openReader(ctx)
	if err != nil {
		db.mu.Lock()
		p.made--
		db.pass(nil)
		db.left()
		db.mu.Unlock()
		return nil, err
	}
	return db.caughtUp(ctx, r)
}

// caughtUp gives a reader that has the same files attached as all others.
func (db *DB) caughtUp(ctx context.Context, r *reader) (*reader, error) {
	if err := r.conn.h.attach(ctx); err != nil {
		db.giveReader(r)
		return nil, err
	}
	return r, nil
}

// giveReader takes a reader back.
func (db *DB) giveReader(r *reader) {
	good := r.conn.h.settle()
	if !good {
		r.close()
		r = nil
	}
	db.mu.Lock()
	if !good {
		db.lent.made--
	}
	db.pass(r)
	db.left()
	db.mu.Unlock()
}

// pass hands a reader, or with nil the room for one, to who waits longest. The caller holds
// db.mu.
func (db *DB) pass(r *reader) {
	p := &db.lent
	if len(p.waiting) > 0 {
		turn := p.waiting[0]
		p.waiting = slices.Delete(p.waiting, 0, 1)
		turn <- r
		return
	}
	if r != nil {
		p.idle = append(p.idle, r)
	}
}

// openReader takes a connection out of the pool for good. The pool must not bind it to ctx,
// which is one call's.
func (db *DB) openReader(ctx context.Context) (*reader, error) {
	pool, err := db.readPool.Conn(ctx)
	if err != nil {
		return nil, typed(ctx, err)
	}
	h, err := handleOf(pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &reader{conn: Conn{h: h}, pool: pool}, nil
}

func (r *reader) close() { r.pool.Close() }

// handleOf gives the handle of a connection of one of our pools. It stays valid while pool
// is held: database/sql closes a connection only when nobody holds it.
func handleOf(pool *sql.Conn) (*handle, error) {
	var h *handle
	err := pool.Raw(func(dc any) error {
		h = dc.(*plainConn).h
		return nil
	})
	return h, typed(context.Background(), err)
}
