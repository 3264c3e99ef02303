package conn

import (
	"context"
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
	defer db.giveReader(r) // settles: an error or a panic leaves no transaction behind
	c := &r.conn
	if err := c.begin(ctx, "BEGIN"); err != nil {
		return err
	}
	defer func() { c.tx = 0 }()
	if err := fn(c); err != nil {
		return err
	}
	return c.end(ctx, "COMMIT", c.h.commit)
}

// Write lends the writer to fn, waiting for its turn; each statement commits by itself.
func (db *DB) Write(ctx context.Context, fn func(*Conn) error) error {
	if err := db.mayWrite(ctx); err != nil {
		return err
	}
	if err := db.enter(); err != nil {
		return err
	}
	defer db.leave()
	pool, err := db.writePool.Conn(ctx)
	if err != nil {
		return typed(ctx, err)
	}
	defer pool.Close()
	h, err := handleOf(pool)
	if err != nil {
		return err
	}
	return fn(&Conn{h: h, shared: true})
}

// begin and end run transaction control on a reader, seen by the hooks.
func (c *Conn) begin(ctx context.Context, sql string) error {
	if ctx.Err() != nil {
		return cancelled(ctx, nil)
	}
	return c.end(ctx, sql, func() (err error) {
		c.tx, err = c.h.begin(sql)
		return err
	})
}

func (c *Conn) end(ctx context.Context, sql string, call func() error) error {
	hooks := c.hooks()
	if hooks == nil {
		return call()
	}
	ctx, event := hooks.before(ctx, sql, nil)
	err := call()
	hooks.after(ctx, event, nil, err)
	return err
}
