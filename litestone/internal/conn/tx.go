package conn

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"

	"github.com/uptrace/bun"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// Tx is a write transaction. Its Conn and its bun.Tx run on the same connection and see each
// other's rows.
type Tx struct {
	db   *DB
	conn Conn
	bun  bun.Tx
	over atomic.Bool
}

// Conn runs statements inside the transaction.
func (t *Tx) Conn() *Conn { return &t.conn }

// Bun is the transaction for plain bun. Committing or rolling it back is Tx's work: doing so
// makes the transaction fail.
func (t *Tx) Bun() bun.Tx { return t.bun }

// DB is the database of the transaction.
func (t *Tx) DB() *DB { return t.db }

// Tx runs fn inside BEGIN IMMEDIATE … COMMIT on the writer, waiting for its turn. An error of
// fn rolls back and is returned unchanged; a panic rolls back and goes on. A context that
// has ended when fn returns rolls back too.
func (db *DB) Tx(ctx context.Context, fn func(*Tx) error) error {
	return db.onWriter(ctx, func(pool bun.Conn, h *handle) error { return db.inTx(ctx, pool, h, fn) })
}

// inTx runs fn in a transaction that is over, one way or the other, when it returns or
// panics.
func (db *DB) inTx(ctx context.Context, pool bun.Conn, h *handle, fn func(*Tx) error) (err error) {
	// database/sql would roll back behind our back when a context it knows ends, and the
	// next statement would commit by itself.
	free := context.WithValue(context.WithoutCancel(ctx), waitKey{}, ctx)
	if db.hooks != nil {
		// A hook that panics as BEGIN has run leaves a transaction nobody holds: this ends it.
		var end context.CancelFunc
		free, end = context.WithCancel(free)
		defer end()
	}
	t := &Tx{db: db}
	if t.bun, err = pool.BeginTx(free, nil); err != nil {
		return typed(ctx, err)
	}
	t.conn = Conn{h: h, tx: h.number(), shared: true, of: t}
	committing := false
	defer func() {
		t.over.Store(true)
		defer t.bun.Tx.Rollback() // in case a hook panicked instead of letting it end; does nothing after the end
		if !committing {
			t.bun.Rollback() // err, or the panic, tells what happened
		}
	}()
	if err := fn(t); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return cancelled(ctx, nil)
	}
	committing = true // database/sql calls a transaction done even if Commit fails
	return typed(ctx, t.bun.Commit())
}

type waitKey struct{}

// waitContext is the context whose end stops the wait for the lock, where BeginTx was given
// one that never ends.
func waitContext(ctx context.Context) context.Context {
	if own, ok := ctx.Value(waitKey{}).(context.Context); ok {
		return own
	}
	return ctx
}

// number is that of the open transaction.
func (h *handle) number() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.tx
}

// savepointDepth counts the savepoints of a transaction that are open.
type savepointDepth struct{ n atomic.Int32 }

// Savepoint runs fn so that its error or panic undoes what it did and no more; the error is
// returned unchanged. Savepoints nest; those of one transaction must not overlap in time.
// Outside a transaction it is an error.
func (c *Conn) Savepoint(ctx context.Context, fn func() error) error {
	if c.tx == 0 {
		return misuse("a savepoint needs a transaction", "use Tx")
	}
	name := "litestone_" + strconv.Itoa(int(c.depth.n.Add(1)))
	defer c.depth.n.Add(-1)
	if _, err := c.Exec(ctx, Query{SQL: "SAVEPOINT " + name, Short: true}, nil); err != nil {
		return err
	}
	free := context.WithoutCancel(ctx)
	released := false
	defer func() {
		if !released {
			c.undo(free, name)
		}
	}()
	if err := fn(); err != nil {
		return err
	}
	_, err := c.Exec(free, Query{SQL: "RELEASE " + name, Short: true}, nil)
	released = err == nil
	return err
}

// undo goes back to a savepoint. If that fails the transaction is in an unknown state: it
// must not be committed.
func (c *Conn) undo(ctx context.Context, name string) {
	undone, failed := false, errors.New("a query hook panicked while a savepoint was undone")
	defer func() {
		if undone {
			return
		}
		c.h.mu.Lock()
		if c.h.tx == c.tx && c.h.dead == nil {
			c.h.dead = failed
		}
		c.h.mu.Unlock()
	}()
	for _, sql := range [...]string{"ROLLBACK TO " + name, "RELEASE " + name} {
		if _, err := c.Exec(ctx, Query{SQL: sql, Short: true}, nil); err != nil {
			failed = err
			return
		}
	}
	undone = true
}

type txKey struct{}

// WithTx marks ctx as that of an open transaction, so that a call on the database itself,
// which would wait for its own end, can be refused at once.
func WithTx(ctx context.Context, t *Tx) context.Context {
	return context.WithValue(ctx, txKey{}, &txMark{tx: t, outer: markOf(ctx)})
}

// txMark chains the open transactions of several databases.
type txMark struct {
	tx    *Tx
	outer *txMark
}

// Transaction gives the connection itself where it runs statements inside an open transaction of
// its database, else nil.
func (c *Conn) Transaction() *Conn {
	if c.of == nil {
		return nil
	}
	return c
}

// Within marks ctx as WithTx does with the transaction of c, unless it is marked already.
func (c *Conn) Within(ctx context.Context) context.Context {
	if c.of == nil || FromContext(ctx, c.of.db) == c.of {
		return ctx
	}
	return WithTx(ctx, c.of)
}

func markOf(ctx context.Context) *txMark {
	m, _ := ctx.Value(txKey{}).(*txMark)
	return m
}

// FromContext gives the open transaction on db that ctx was marked with; nil when there is
// none or it has ended.
func FromContext(ctx context.Context, db *DB) *Tx {
	for m := markOf(ctx); m != nil; m = m.outer {
		if m.tx.db == db && !m.tx.over.Load() {
			return m.tx
		}
	}
	return nil
}

// mayWrite refuses what could never succeed.
func (db *DB) mayWrite(ctx context.Context) error {
	switch {
	case db.writePool == nil:
		return &liteerr.Error{Code: liteerr.ReadOnly, Message: "the database " + db.place.path + " was opened read-only"}
	case ctx.Err() != nil:
		return cancelled(ctx, nil)
	case FromContext(ctx, db) != nil:
		return misuse("a call on the database inside its own transaction would wait for itself", "use the transaction that was given to the function")
	}
	return nil
}
