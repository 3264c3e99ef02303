package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// parent runs one operation on the row that r's foreign key points to.
func (k *work) parent(ctx context.Context, r *row, n *nested, at *place) error {
	m := k.target(n)
	var linked *plan.Within
	if at != nil {
		if values := at.all(n.relation.Local); !hasNull(values) {
			linked = &plan.Within{Relation: n.relation, Values: values}
		}
	}
	switch n.Op {
	case query.NestCreate:
		return k.createParent(ctx, r, n)
	case query.NestConnect, query.NestConnectOrCreate:
		found, err := k.find(ctx, m, n.Where, nil)
		switch {
		case err != nil:
			return err
		case found != nil:
			r.point(n.relation, found)
			return nil
		case n.Op == query.NestConnectOrCreate:
			return k.createParent(ctx, r, n)
		}
		return k.notFound(r, n)
	case query.NestUpdate, query.NestUpsert:
		if n.Op == query.NestUpsert {
			if err := k.upsertable(ctx, m.Model); err != nil {
				return err
			}
		}
		if linked != nil {
			_, found, err := k.updateFirst(ctx, n.update, n.Where, linked, nil)
			if err != nil || found != nil {
				return err
			}
		}
		if n.Op == query.NestUpsert {
			return k.createParent(ctx, r, n)
		}
		return k.notFound(r, n)
	case query.NestDisconnect, query.NestDelete:
		if linked != nil && n.Where.Empty() && n.Op == query.NestDisconnect {
			r.point(n.relation, nil)
			return nil
		}
		var found *place
		var err error
		if linked != nil {
			found, err = k.linkedFor(ctx, m, n, linked)
		}
		switch {
		case err != nil:
			return err
		case found != nil:
			n.gone = found
			r.point(n.relation, nil)
		case n.Op == query.NestDelete:
			return k.notFound(r, n)
		}
	}
	return nil
}

// linkedFor finds the linked row that a disconnect or delete is about.
func (k *work) linkedFor(ctx context.Context, m *model, n *nested, linked *plan.Within) (*place, error) {
	if n.Op == query.NestDisconnect {
		return k.find(ctx, m, n.Where, linked)
	}
	w := plan.Writing{Kind: plan.Locate, Model: m.Model, Op: schema.Delete, Where: n.Where, Within: linked, One: true, Raw: m.Columns}
	out, err := k.run(ctx, &w)
	if err != nil || out.rows == 0 {
		return nil, err
	}
	return &place{m: m, values: out.raw}, nil
}

// createParent makes a new row and points r's foreign key to it.
func (k *work) createParent(ctx context.Context, r *row, n *nested) error {
	_, made, err := k.create(ctx, n.create, nil, true)
	if err != nil {
		return err
	}
	r.point(n.relation, made)
	return nil
}

// deleteParent deletes the row that r's foreign key pointed to, now that it does no longer.
func (k *work) deleteParent(ctx context.Context, r *row, n *nested) error {
	return k.erase(ctx, n.gone)
}

// point sets the foreign key of a relation: to a row's key, or to null. The caller asked for it,
// so the columns' write rules hold.
func (r *row) point(rel *schema.Relation, to *place) {
	for i, f := range rel.Local {
		v := query.Null()
		if to != nil {
			v = to.of(rel.Remote[i])
		}
		r.put(f, v, given)
	}
}
