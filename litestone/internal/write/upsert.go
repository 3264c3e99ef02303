package write

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Upsert changes the first row by key that the condition finds, or creates one, and answers it. A
// row that is there but may not be changed is access_denied.
func (e *Engine) Upsert(ctx context.Context, c Call, m *schema.Model, a *query.UpsertArgs) (p unsafe.Pointer, err error) {
	k := e.begin(c, m, "upsert")
	defer e.end(k)
	create := k.take(e.models[m.Index], &a.Create, true, "")
	update := k.take(e.models[m.Index], &a.Update, false, "")
	if err := k.refused(); err != nil {
		return nil, err
	}
	if err := k.missing(update); err != nil {
		return nil, err
	}
	ret := wanted(&a.Return)
	err = k.atomic(ctx, func() error {
		out, found, err := k.updateFirst(ctx, update, a.Where, nil, ret)
		if err != nil {
			return err
		}
		if found != nil {
			p = out.row()
			return nil
		}
		if err := k.free(ctx, m, a.Where); err != nil {
			return err
		}
		out, _, err = k.create(ctx, create, ret)
		p = out.made()
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// free refuses when the row an upsert is about is there, but out of reach of its update.
func (k *work) free(ctx context.Context, m *schema.Model, where *query.Cond) error {
	if k.system() || k.env().Policies.For(m, schema.Update).Open() {
		return nil
	}
	w := plan.Writing{Kind: plan.Locate, Model: m, Op: schema.Update, Any: true, Where: where, One: true}
	out, err := k.run(ctx, &w)
	if err == nil && out.rows > 0 {
		err = k.denied(m, schema.Update)
	}
	return err
}
