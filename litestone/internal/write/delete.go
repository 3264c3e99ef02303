package write

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Delete deletes the first row by key that the condition finds for good, removed ones included,
// and answers it as it was; nil when there is none within the caller's reach.
func (e *Engine) Delete(ctx context.Context, c Call, m *schema.Model, a *query.DeleteArgs) (unsafe.Pointer, error) {
	k := e.begin(c, m, "delete")
	defer e.end(k)
	return k.deleteOne(ctx, a, plan.WithDeleted)
}

// DeleteMany deletes all rows the condition finds within the caller's reach for good and answers
// how many.
func (e *Engine) DeleteMany(ctx context.Context, c Call, m *schema.Model, a *query.DeleteArgs) (n int64, err error) {
	k := e.begin(c, m, "deleteMany")
	defer e.end(k)
	all := func() (err error) {
		n, err = k.deleteAll(ctx, e.models[m.Index], a.Where, nil, plan.WithDeleted)
		return err
	}
	if e.models[m.Index].erasing {
		err = k.atomic(ctx, all)
	} else {
		err = k.single(ctx, all)
	}
	return n, err
}

// deleteOne deletes the first row of a condition. When the answer shows more than the row's own
// columns, it is read before the row goes.
func (k *work) deleteOne(ctx context.Context, a *query.DeleteArgs, reach plan.Deleted) (unsafe.Pointer, error) {
	m := k.m
	ret := wanted(&a.Return)
	k.w = plan.Writing{Kind: plan.Delete, Model: m, Op: schema.Delete, Where: a.Where, Deleted: reach, One: true, Return: ret}
	var out result
	if ret == nil || plainAnswer(m, ret) {
		x, err := k.prepare(&k.w, 0)
		if err != nil {
			return nil, err
		}
		once := func() (err error) {
			if out, err = k.exec(ctx, x, m, schema.Delete); err == nil {
				err = k.attach(ctx, out)
			}
			return err
		}
		if wants(x) {
			err = k.atomic(ctx, once)
		} else {
			err = k.single(ctx, once)
		}
		return out.row(), err
	}
	err := k.atomic(ctx, func() error {
		k.w.Kind, k.w.Raw = plan.Locate, m.Columns
		found, err := k.run(ctx, &k.w)
		if err != nil || found.rows == 0 {
			return err
		}
		if err := k.attach(ctx, found); err != nil {
			return err
		}
		out = found
		at := place{m: k.e.models[m.Index], values: found.raw}
		return k.erase(ctx, &at)
	})
	return out.row(), err
}

// erase deletes a row that this call found under guards.
func (k *work) erase(ctx context.Context, at *place) error {
	k.w = plan.Writing{Kind: plan.Delete, Model: at.m.Model, Op: schema.Delete, Trusted: true, Deleted: plan.WithDeleted, Key: at.key()}
	_, err := k.run(ctx, &k.w)
	return k.fault(err)
}

// deleteAll deletes all rows of a condition.
func (k *work) deleteAll(ctx context.Context, m *model, where *query.Cond, within *plan.Within, reach plan.Deleted) (int64, error) {
	k.w = plan.Writing{Kind: plan.Delete, Model: m.Model, Op: schema.Delete, Where: where, Within: within, Deleted: reach}
	out, err := k.run(ctx, &k.w)
	return out.rows, k.fault(err)
}

// plainAnswer reports whether an answer shows columns of the row and nothing beside them.
func plainAnswer(m *schema.Model, ret *query.FindArgs) bool {
	if ret.Include != nil || ret.Select != nil && (ret.Select.Include != nil || ret.Select.Count) {
		return false
	}
	for _, f := range m.Fields {
		if f.From != nil {
			return false
		}
	}
	return true
}
