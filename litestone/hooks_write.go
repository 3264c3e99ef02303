package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// hookContext is the context a plugin's hook is given: inside a transaction the Host's calls with it
// take part.
func (c *Client) hookContext(ctx context.Context) context.Context {
	if c.tx == nil {
		return ctx
	}
	for d, t := range c.tx.open {
		if conn.FromContext(ctx, d.db) == nil {
			ctx = conn.WithTx(ctx, t)
		}
	}
	if c.core.plugins.watch != nil {
		ctx = context.WithValue(ctx, reportsKey{c.core}, c.tx.after)
	}
	if c.tx.collected != nil {
		ctx = context.WithValue(ctx, batchesKey{c.core}, c.tx.collected)
	}
	return ctx
}

// teller tells the plugins what a call is about to write.
type teller struct {
	p    *installed
	ctx  context.Context
	call plugin.Call
}

// before gives the teller of a call; nil when no plugin listens.
func (c *Client) before(ctx context.Context, m *schema.Model, op string) (*teller, error) {
	p := c.core.plugins
	if len(p.beforeCreate)+len(p.beforeUpdate)+len(p.beforeDelete) == 0 {
		return nil, nil
	}
	call, err := c.hookCall(ctx, m, op)
	return &teller{p, c.hookContext(ctx), call}, err
}

// beforeRows tells of rows that are about to be made, and of all that is nested in them.
func (c *Client) beforeRows(ctx context.Context, m *schema.Model, op string, rows []query.Data) error {
	err := c.hooksBefore(ctx, m, op, "", func(a *announced) {
		for i := range rows {
			a.create(m, &rows[i])
		}
	})
	if err != nil {
		return err
	}
	t, err := c.before(ctx, m, op)
	if t == nil || err != nil {
		return err
	}
	for i := range rows {
		if err := t.create(m, &rows[i]); err != nil {
			return liteerr.Placed(err, c.rowAt(op, i))
		}
	}
	return nil
}

// beforeChange tells of a change that is about to be made, and of all that is nested in it. d is nil
// where the caller gives no values.
func (c *Client) beforeChange(ctx context.Context, m *schema.Model, op string, where *query.Cond, d *query.Data) error {
	err := c.hooksBefore(ctx, m, op, "", func(a *announced) { a.change(op, m, where, d) })
	if err != nil {
		return err
	}
	t, err := c.before(ctx, m, op)
	if t == nil || err != nil {
		return err
	}
	return t.update(m, where, d)
}

// beforeStep tells of the step of a state machine that a row is about to take.
func (c *Client) beforeStep(ctx context.Context, m *schema.Model, key query.Value, step string) error {
	p := c.core.plugins
	if p.hooks == nil && len(p.beforeUpdate) == 0 {
		return nil
	}
	const op = "transition"
	where := &query.Cond{Op: query.OpEq, Ref: query.RefOf(m, m.Key[0]), Value: key}
	err := c.hooksBefore(ctx, m, op, step, func(a *announced) { a.change(op, m, where, nil) })
	if err != nil {
		return err
	}
	t, err := c.before(ctx, m, op)
	if t == nil || err != nil {
		return err
	}
	return t.update(m, where, nil)
}

// beforeUpsert tells of both that may happen.
func (c *Client) beforeUpsert(ctx context.Context, m *schema.Model, a *query.UpsertArgs) error {
	err := c.hooksBefore(ctx, m, "upsert", "", func(w *announced) {
		w.create(m, &a.Create)
		w.update(m, a.Where, &a.Update)
	})
	if err != nil {
		return err
	}
	t, err := c.before(ctx, m, "upsert")
	if t == nil || err != nil {
		return err
	}
	if err := t.create(m, &a.Create); err != nil {
		return err
	}
	return t.update(m, a.Where, &a.Update)
}

// beforeDelete tells of rows that are about to be taken away.
func (c *Client) beforeDelete(ctx context.Context, m *schema.Model, op string, where *query.Cond, soft bool) error {
	err := c.hooksBefore(ctx, m, op, "", func(a *announced) { a.delete(m, where, soft && m.SoftDelete != nil) })
	if err != nil {
		return err
	}
	t, err := c.before(ctx, m, op)
	if t == nil || err != nil {
		return err
	}
	return t.delete(m, where, soft && m.SoftDelete != nil)
}

func (t *teller) of(m *schema.Model) plugin.Call {
	call := t.call
	call.Model = m
	return call
}

func (t *teller) create(m *schema.Model, d *query.Data) error {
	for _, p := range t.p.beforeCreate {
		err := t.p.ask(p.name, func() error {
			return p.do.BeforeCreate(t.ctx, &plugin.Create{Call: t.of(m), Values: plugin.ValuesOf(m, d)})
		})
		if err != nil {
			return refusedBy(err, p.name, m, t.call.Operation)
		}
	}
	return eachNested(t, m, d)
}

func (t *teller) update(m *schema.Model, where *query.Cond, d *query.Data) error {
	for _, p := range t.p.beforeUpdate {
		err := t.p.ask(p.name, func() error {
			return p.do.BeforeUpdate(t.ctx, &plugin.Update{Call: t.of(m), Where: where, Values: plugin.ValuesOf(m, d)})
		})
		if err != nil {
			return refusedBy(err, p.name, m, t.call.Operation)
		}
	}
	return eachNested(t, m, d)
}

func (t *teller) delete(m *schema.Model, where *query.Cond, soft bool) error {
	for _, p := range t.p.beforeDelete {
		err := t.p.ask(p.name, func() error {
			return p.do.BeforeDelete(t.ctx, &plugin.Delete{Call: t.of(m), Where: where, Soft: soft})
		})
		if err != nil {
			return refusedBy(err, p.name, m, t.call.Operation)
		}
	}
	return nil
}

// listener is told what a call is about to write.
type listener interface {
	create(m *schema.Model, d *query.Data) error
	update(m *schema.Model, where *query.Cond, d *query.Data) error
	delete(m *schema.Model, where *query.Cond, soft bool) error
}

// eachNested tells of the rows nested in a row.
func eachNested(t listener, m *schema.Model, d *query.Data) error {
	if d == nil {
		return nil
	}
	for i := range d.Nested {
		n := &d.Nested[i]
		f, err := n.Ref.Field(m)
		if err != nil || f.Relation == nil {
			continue // the write itself says what is wrong with it
		}
		target := f.Relation.Target
		if n.Create != nil {
			if err := t.create(target, n.Create); err != nil {
				return err
			}
		}
		if n.Update != nil {
			if err := t.update(target, n.Where, n.Update); err != nil {
				return err
			}
		}
		if n.Op == query.NestDelete || n.Op == query.NestDeleteMany {
			if err := t.delete(target, n.Where, false); err != nil {
				return err
			}
		}
	}
	return nil
}
