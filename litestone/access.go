package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/schema"
)

// database gives the opened database of a model.
func (co *core) database(m *schema.Model) (*database, error) {
	for _, d := range co.databases {
		if d.Database == m.Database && (d.db != nil || d.log != nil) {
			return d, nil
		}
	}
	e := &Error{Code: CodeUnsupported, Model: m.Accessor, Message: "database " + m.Database.Name + " does not take this call"}
	if co.access(m.Database) == AccessOff {
		e.Message, e.Hint = "database "+m.Database.Name+" is not open", "Config.Access says so"
	}
	return nil, e
}

// changeable gives the opened database of a model whose rows can be changed.
func (co *core) changeable(m *schema.Model) (*database, error) {
	if err := appendOnly(m, ""); err != nil {
		return nil, err
	}
	return co.database(m)
}

// reading runs f on a connection for a read of a model: the transaction's, else a reader's; a
// snapshot when f runs several statements.
func (c *Client) reading(ctx context.Context, m *schema.Model, several bool, f func(*conn.Conn) error) error {
	d, err := c.core.database(m)
	if err != nil {
		return err
	}
	if d.log != nil {
		return c.readingLog(ctx, d, m, several, f)
	}
	if c.tx != nil && !d.db.ReadOnly() {
		t, err := c.tx.conn(d)
		if err != nil {
			return err
		}
		return f(t.Conn())
	}
	if cn := c.snap[d]; cn != nil {
		return f(cn)
	}
	if err := outside(ctx, d); err != nil {
		return err
	}
	if several {
		return d.db.Snapshot(ctx, f)
	}
	return d.db.Read(ctx, f)
}

// outside refuses a call on the client with the context of its own open transaction: it would
// not see the transaction's rows, and a write would wait for itself.
func outside(ctx context.Context, d *database) error {
	if conn.FromContext(ctx, d.db) == nil {
		return nil
	}
	return &Error{Code: CodeUnsupported, Message: "a call on the client inside its own transaction", Hint: "use the client that the transaction's function was given"}
}

// door gives writes their connections.
type door struct{ c *Client }

// Single runs one statement: on the transaction's connection, else by itself.
func (d door) Single(ctx context.Context, m *schema.Model, f func(*conn.Conn) error) error {
	o, err := d.c.core.changeable(m)
	if err != nil {
		return err
	}
	if d.c.tx != nil {
		t, err := d.c.tx.conn(o)
		if err != nil {
			return err
		}
		return f(t.Conn())
	}
	if err := outside(ctx, o); err != nil {
		return err
	}
	return o.db.Write(ctx, f)
}

// Atomic runs several statements that happen all or not at all.
func (d door) Atomic(ctx context.Context, m *schema.Model, f func(*conn.Conn) error) error {
	return d.c.atomic(ctx, m, func(t *conn.Tx) error { return f(t.Conn()) })
}

// atomic runs f in a savepoint of the open transaction, else in a transaction of its own.
func (c *Client) atomic(ctx context.Context, m *schema.Model, f func(*conn.Tx) error) error {
	o, err := c.core.changeable(m)
	if err != nil {
		return err
	}
	if c.tx != nil {
		t, err := c.tx.conn(o)
		if err != nil {
			return err
		}
		return t.Conn().Savepoint(ctx, func() error { return f(t) })
	}
	if err := outside(ctx, o); err != nil {
		return err
	}
	return o.db.Tx(ctx, f)
}

// reader prepares a read call.
func (c *Client) reader(ctx context.Context, typed bool) (*read.Call, error) {
	s, err := c.session(ctx)
	if err != nil {
		return nil, err
	}
	call := read.NewCall(c.core.read, s, typed)
	call.Watcher = c.watcher()
	call.Audited, call.Budget = c.core.trails != nil, c.rows
	if f := c.filter(ctx, s); f != nil {
		call.Filter(f)
	}
	return call, nil
}

// writer prepares a write call.
func (c *Client) writer(ctx context.Context, o *observation, typed bool) (write.Call, error) {
	s, err := c.session(ctx)
	w := write.Call{Session: s, Door: door{c}, Typed: typed, Watcher: c.watcher(), Auditor: c.auditor(s), Filter: c.filter(ctx, s), Bulk: c.bulk}
	if c.core.crosses {
		w.Beside = c.beside
	}
	if o != nil {
		w.Observer, w.Door = o, o
	}
	return w, err
}
