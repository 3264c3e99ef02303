package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// transaction is the open transactions of a client's databases.
type transaction struct {
	open      map[*database]*conn.Tx
	after     *reports // what plugins and handlers of events are told when it has committed
	committed bool     // the databases' transactions have been
	collected *batches // what is appended to log files at the commit; nil without such databases
}

func (t *transaction) conn(d *database) (*conn.Tx, error) {
	tx, ok := t.open[d]
	if !ok && d.db != nil && d.db.ReadOnly() {
		return nil, readOnlyDatabase(d)
	}
	if !ok {
		return nil, &Error{Code: CodeUnsupported, Message: "database " + d.Name + " takes no part in the transaction"}
	}
	return tx, nil
}

func readOnlyDatabase(d *database) error {
	return &Error{Code: CodeReadOnly, Message: "the database " + d.Name + " was opened read-only"}
}

// Transaction runs fn in a transaction of every sqlite database that is not read-only: calls on tx are
// kept when fn returns nil, and undone when it returns an error, panics, or ctx ends. Reads on tx
// see its writes; others do not see them before the end. A view's transaction stays that view's. A
// Transaction inside another is a savepoint of it.
//
// The databases' transactions begin in the schema's order before fn runs, whichever fn uses, and end in
// turn: an error of fn undoes all. To begin each on its first use would keep others waiting for less
// time, but two transactions that use two databases in different orders would each hold what the other
// waits for, until Config.BusyTotal is over. Each commit by itself is atomic
// and durable as SQLite's is; when the power fails between two of them, or the disk is full at a
// later one, the databases committed before keep their part. Read-only databases are read as they
// are at each call.
//
// fn must use the ctx and tx it is given: a call on the client itself with this ctx is refused,
// since it would wait for the transaction's end.
func (c *Client) Transaction(ctx context.Context, fn func(ctx context.Context, tx *Client) error) error {
	if c.bad != nil {
		return c.bad
	}
	if o := c.watched(ctx); o != nil && len(o.operations) > 0 {
		return spanning(ctx, c, o, "transaction", func(ctx context.Context) error { return c.transact(ctx, fn) })
	}
	return c.transact(ctx, fn)
}

func (c *Client) transact(ctx context.Context, fn func(ctx context.Context, tx *Client) error) error {
	if c.tx != nil {
		return c.tx.after.undoing(func() error {
			return c.tx.undoing(func() error { return c.savepoint(ctx, c.members(), fn) })
		})
	}
	if all := c.core.opened(); len(all) > 0 && len(c.members()) == 0 {
		return liteerr.In(readOnlyDatabase(all[0]), "", "transaction")
	}
	v := *c
	v.tx = &transaction{open: map[*database]*conn.Tx{}, after: &reports{}}
	inside := ctx
	if c.core.plugins.watch != nil {
		inside = context.WithValue(ctx, reportsKey{c.core}, v.tx.after)
	}
	err := v.tx.collecting(inside, c.core, func(ctx context.Context) error { return v.begin(ctx, v.members(), fn) })
	if v.tx.committed {
		v.tx.after.send(ctx, c.core, v.tx.lost())
	}
	return err
}

// members are the databases that take part.
func (c *Client) members() (out []*database) {
	for _, d := range c.core.opened() {
		if !d.db.ReadOnly() {
			out = append(out, d)
		}
	}
	return out
}

// begin opens the databases' transactions one inside the other, always in the schema's order, so
// that two calls cannot wait for each other.
func (c *Client) begin(ctx context.Context, rest []*database, fn func(context.Context, *Client) error) error {
	if len(rest) == 0 {
		return fn(ctx, c)
	}
	d := rest[0]
	if err := outside(ctx, d); err != nil {
		return err
	}
	return d.db.Tx(ctx, func(t *conn.Tx) error {
		c.tx.open[d] = t
		return c.begin(conn.WithTx(ctx, t), rest[1:], fn)
	})
}

func (c *Client) savepoint(ctx context.Context, rest []*database, fn func(context.Context, *Client) error) error {
	if len(rest) == 0 {
		return fn(ctx, c)
	}
	t, err := c.tx.conn(rest[0])
	if err != nil {
		return err
	}
	return t.Conn().Savepoint(ctx, func() error { return c.savepoint(ctx, rest[1:], fn) })
}

// joinedTransaction gives the transaction that a context was marked with, nil when there is none.
func joinedTransaction(ctx context.Context, co *core) *transaction {
	t := &transaction{open: map[*database]*conn.Tx{}}
	for _, d := range co.databases {
		if d.db == nil {
			continue
		}
		if tx := conn.FromContext(ctx, d.db); tx != nil {
			t.open[d] = tx
		}
	}
	if len(t.open) == 0 {
		return nil
	}
	if t.after, _ = ctx.Value(reportsKey{co}).(*reports); t.after == nil {
		t.after = &reports{}
	}
	t.collected, _ = ctx.Value(batchesKey{co}).(*batches)
	return t
}
