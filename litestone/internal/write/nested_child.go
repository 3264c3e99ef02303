package write

import (
	"context"
	"slices"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// child runs one operation on the rows that point to a row, or that a join table links with it.
// Only linked rows are touched by what is not about linking.
func (k *work) child(ctx context.Context, r *row, n *nested, at *place) error {
	m := k.target(n)
	linked := &plan.Within{Relation: n.relation, Values: at.all(n.relation.Local)}
	if hasNull(linked.Values) {
		return &liteerr.Error{Code: liteerr.Validation, Model: k.m.Accessor, Operation: k.op, Fields: []string{join(r.path, n.relation.Name())},
			Message: "nothing can be linked with a row whose " + n.relation.Local[0].Name + " is null"}
	}
	switch n.Op {
	case query.NestCreate:
		return k.createChild(ctx, r, n, at, linked)
	case query.NestConnect, query.NestConnectOrCreate:
		found, err := k.find(ctx, m, n.Where, nil)
		switch {
		case err != nil:
			return err
		case found != nil:
			return k.link(ctx, r, n, linked, found)
		case n.Op == query.NestConnectOrCreate:
			return k.createChild(ctx, r, n, at, linked)
		}
		return k.notFound(r, n)
	case query.NestSet:
		return k.setChildren(ctx, r, n, linked)
	case query.NestDisconnect:
		found, err := k.find(ctx, m, n.Where, linked)
		if err != nil || found == nil {
			return err
		}
		return k.unlink(ctx, r, n, linked, found)
	case query.NestUpdate:
		_, found, err := k.updateFirst(ctx, n.update, n.Where, linked, nil)
		if err == nil && found == nil {
			err = k.notFound(r, n)
		}
		return err
	case query.NestUpdateMany:
		if err := k.missing(n.update); err != nil {
			return err
		}
		_, err := k.updateAll(ctx, n.update, n.Where, linked)
		return err
	case query.NestUpsert:
		if err := k.upsertable(ctx, m.Model); err != nil {
			return err
		}
		_, found, err := k.updateFirst(ctx, n.update, n.Where, linked, nil)
		if err != nil || found != nil {
			return err
		}
		return k.createChild(ctx, r, n, at, linked)
	case query.NestDelete:
		w := plan.Writing{Kind: plan.Delete, Model: m.Model, Op: schema.Delete, Where: n.Where, Within: linked, One: true}
		out, err := k.run(ctx, &w)
		if err == nil && out.rows == 0 {
			err = k.notFound(r, n)
		}
		return k.fault(err)
	case query.NestDeleteMany:
		_, err := k.deleteAll(ctx, m, n.Where, linked, plan.Live)
		return err
	}
	return nil
}

// createChild makes a new row linked with its parent. It inherits the foreign keys it shares with
// the parent, where the parent has them.
func (k *work) createChild(ctx context.Context, r *row, n *nested, parent *place, linked *plan.Within) error {
	c := n.create
	if n.relation.Kind == schema.ManyToMany {
		_, made, err := k.create(ctx, c, nil, true)
		if err != nil {
			return err
		}
		return k.join(ctx, linked, made)
	}
	if n.relation.Kind == schema.HasOne {
		if err := k.release(ctx, r, n, linked); err != nil {
			return err
		}
	}
	for _, own := range c.m.Relations {
		if own.Kind != schema.BelongsTo {
			continue
		}
		for _, of := range parent.m.Relations {
			if of.Kind == schema.BelongsTo && of.Target == own.Target && sameNames(own.Local, of.Local) {
				inherit(c, own.Local, parent.all(of.Local))
			}
		}
	}
	for i, f := range n.relation.Remote {
		c.put(f, linked.Values[i], given)
	}
	_, _, err := k.create(ctx, c, nil, false)
	return err
}

func inherit(c *row, fields []*schema.Field, values []query.Value) {
	for i, f := range fields {
		if !values[i].IsNull() {
			c.put(f, values[i], given)
		}
	}
}

func sameNames(a, b []*schema.Field) bool {
	return slices.EqualFunc(a, b, func(x, y *schema.Field) bool { return x.Name == y.Name })
}

// setChildren links exactly the rows found and lets all others go. Every row is looked for
// before the first link changes.
func (k *work) setChildren(ctx context.Context, r *row, n *nested, linked *plan.Within) error {
	m := k.target(n)
	var keep []*place
	for _, w := range n.Wheres {
		found, err := k.find(ctx, m, w, nil)
		if err != nil {
			return err
		}
		if found == nil {
			return k.notFound(r, n)
		}
		keep = append(keep, found)
	}
	now, err := k.findAll(ctx, m, nil, linked)
	if err != nil {
		return err
	}
	for _, p := range now {
		if !slices.ContainsFunc(keep, p.is) {
			if err := k.unlink(ctx, r, n, linked, p); err != nil {
				return err
			}
		}
	}
	for _, p := range keep {
		if !slices.ContainsFunc(now, p.is) {
			if err := k.link(ctx, r, n, linked, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// is reports whether two places are the same row.
func (p *place) is(o *place) bool { return slices.Equal(p.key(), o.key()) }

// link links a row that was found under the guards of an update.
func (k *work) link(ctx context.Context, r *row, n *nested, linked *plan.Within, p *place) error {
	if n.relation.Kind == schema.ManyToMany {
		return k.join(ctx, linked, p)
	}
	if slices.Equal(p.all(n.relation.Remote), linked.Values) {
		return nil
	}
	if n.relation.Kind == schema.HasOne {
		if err := k.release(ctx, r, n, linked); err != nil {
			return err
		}
	}
	return k.relink(ctx, r, n, p, linked.Values)
}

// unlink lets a linked row go.
func (k *work) unlink(ctx context.Context, r *row, n *nested, linked *plan.Within, p *place) error {
	if n.relation.Kind == schema.ManyToMany {
		return k.part(ctx, linked, p)
	}
	return k.relink(ctx, r, n, p, make([]query.Value, len(n.relation.Remote)))
}

// relink sets a child's foreign key.
func (k *work) relink(ctx context.Context, r *row, n *nested, p *place, values []query.Value) error {
	c := k.newRow(p.m, false, join(r.path, n.relation.Name()))
	for i, f := range n.relation.Remote {
		c.put(f, values[i], given)
	}
	if err := k.missing(c); err != nil {
		return err
	}
	if err := k.permit(ctx, c); err != nil || c.empty() {
		return err
	}
	_, err := k.change(ctx, c, p)
	return err
}

// release lets the row of a to-one relation go before another one takes its place. A required key
// cannot be let go: the constraint then says so.
func (k *work) release(ctx context.Context, r *row, n *nested, linked *plan.Within) error {
	for _, f := range n.relation.Remote {
		if !f.Optional {
			return nil
		}
	}
	p, err := k.find(ctx, k.target(n), nil, linked)
	if err != nil || p == nil {
		return err
	}
	return k.relink(ctx, r, n, p, make([]query.Value, len(n.relation.Remote)))
}
