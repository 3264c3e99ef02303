package conn

import (
	"context"

	"github.com/uptrace/bun"
)

// Read lends a reader to fn; each statement is its own transaction. fn must not keep the
// Conn, nor ask for a second one: that could wait for itself.
func (db *DB) Read(ctx context.Context, fn func(*Conn) error) error {
	r, err := db.takeReader(ctx)
	if err != nil {
		return err
	}
	defer db.giveReader(r)
	return fn(&r.conn)
}

// Snapshot lends a reader to fn inside a read transaction: all statements see the database
// as it is at the first of them, whatever is written meanwhile.
func (db *DB) Snapshot(ctx context.Context, fn func(*Conn) error) error {
	r, err := db.takeReader(ctx)
	if err != nil {
		return err
	}
	defer db.giveReader(r)
	return r.conn.within(ctx, "BEGIN", func() error { return fn(&r.conn) })
}

// Write lends the writer to fn, waiting for its turn; each statement commits by itself.
func (db *DB) Write(ctx context.Context, fn func(*Conn) error) error {
	return db.onWriter(ctx, func(_ bun.Conn, h *handle) error {
		c := &Conn{h: h, shared: true}
		defer func() { c.tx = ended }()
		return fn(c)
	})
}

// onWriter lends the write connection, which bun's pool hands to one caller at a time.
func (db *DB) onWriter(ctx context.Context, fn func(bun.Conn, *handle) error) error {
	if err := db.mayWrite(ctx); err != nil {
		return err
	}
	if err := db.enter(); err != nil {
		return err
	}
	defer db.leave()
	pool, err := db.bun.Conn(ctx)
	if err != nil {
		return typed(ctx, err)
	}
	defer pool.Close()
	h, err := handleOf(pool.Conn)
	if err != nil {
		return err
	}
	if err := h.attach(ctx); err != nil {
		return err
	}
	return fn(pool, h)
}

// ended is the transaction of a Conn whose time is over: no handle ever has it.
const ended = ^uint64(0)

// within runs fn inside a transaction of its own, without bun.
func (c *Conn) within(ctx context.Context, begin string, fn func() error) (err error) {
	if ctx.Err() != nil {
		return cancelled(ctx, nil)
	}
	defer func() { c.tx = 0 }() // where a hook panics, the reader is settled when it is given back
	err = c.control(ctx, begin, func() (err error) {
		c.tx, err = c.h.begin(ctx, begin)
		return err
	})
	if err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed { // err, or the panic, tells what happened
			c.control(ctx, "ROLLBACK", c.h.rollback)
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return cancelled(ctx, nil)
	}
	committed = true
	return c.control(ctx, "COMMIT", c.h.commit)
}

// control makes one step of transaction control, locked and seen by the hooks.
func (c *Conn) control(ctx context.Context, sql string, step func() error) error {
	locked := func() error {
		if c.shared {
			c.h.mu.Lock()
			defer c.h.mu.Unlock()
		}
		return step()
	}
	hooks := c.hooks()
	if hooks == nil {
		return locked()
	}
	ctx, event := hooks.before(ctx, sql, nil)
	err := locked()
	hooks.after(ctx, event, nil, err)
	return err
}
