package conn

import (
	"context"

	"github.com/uptrace/bun"
)

// Rebuild is Tx for changes of the schema that make tables anew: foreign keys are not watched
// and renaming a table changes nothing but its name
// (https://www.sqlite.org/lang_altertable.html#otheralter). Both are pragmas of the
// connection that SQLite ignores inside a transaction, so they are set before BEGIN and put
// back after the end, whatever happened; a connection that cannot be put back is dropped.
//
// fn has to see to it that no foreign key dangles when it returns.
func (db *DB) Rebuild(ctx context.Context, fn func(*Tx) error) (err error) {
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
	c := &Conn{h: h, shared: true}
	defer func() {
		if e := c.Script(context.WithoutCancel(ctx), "PRAGMA legacy_alter_table=OFF;PRAGMA foreign_keys=ON"); e != nil {
			h.mu.Lock()
			h.broken = true
			h.mu.Unlock()
		}
	}()
	if err := c.Script(ctx, "PRAGMA foreign_keys=OFF;PRAGMA legacy_alter_table=ON"); err != nil {
		return err
	}
	return db.rebuildIn(ctx, pool, h, fn)
}

// rebuildIn runs fn in a transaction that is over, one way or the other, when it returns or
// panics. As in Tx, database/sql gets a context that does not end.
func (db *DB) rebuildIn(ctx context.Context, pool bun.Conn, h *handle, fn func(*Tx) error) (err error) {
	t := &Tx{db: db}
	if t.bun, err = pool.BeginTx(context.WithoutCancel(ctx), nil); err != nil {
		return typed(ctx, err)
	}
	t.conn = Conn{h: h, tx: h.number(), shared: true}
	committed := false
	defer func() {
		t.over.Store(true)
		if !committed {
			t.bun.Rollback() // err, or the panic, tells what happened
		}
	}()
	if err := fn(t); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return cancelled(ctx, nil)
	}
	committed = true
	return typed(ctx, t.bun.Commit())
}
