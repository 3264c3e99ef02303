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
func (db *DB) Rebuild(ctx context.Context, fn func(*Tx) error) error {
	return db.onWriter(ctx, func(pool bun.Conn, h *handle) error {
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
		return db.inTx(ctx, pool, h, fn)
	})
}
