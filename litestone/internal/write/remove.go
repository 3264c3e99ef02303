package write

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Remove soft-deletes the first row by key that the condition finds, or deletes it where the
// model keeps no removed rows, and answers it; nil when there is none within the caller's reach.
func (e *Engine) Remove(ctx context.Context, c Call, m *schema.Model, a *query.DeleteArgs) (unsafe.Pointer, error) {
	k := e.begin(c, m, "remove")
	defer e.end(k)
	if m.SoftDelete == nil {
		return k.deleteOne(ctx, a, plan.Live)
	}
	var out result
	if !m.SoftDelete.Cascade {
		k.w = k.removal(m, a.Where, nil, true, k.removedAt(m))
		k.w.Return = wanted(&a.Return)
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
	err := k.atomic(ctx, func() (err error) {
		at := k.removedAt(m)
		k.w = k.removal(m, a.Where, nil, true, at)
		k.w.Return, k.w.Raw = wanted(&a.Return), m.Columns
		if out, err = k.run(ctx, &k.w); err != nil || out.rows == 0 {
			return err
		}
		attached := k.attach(ctx, out)
		if attached != nil {
			return attached
		}
		return k.cascade(ctx, e.models[m.Index], out.raw, at)
	})
	return out.row(), err
}

// RemoveMany removes all rows the condition finds within the caller's reach and answers how many;
// what cascades is not counted.
func (e *Engine) RemoveMany(ctx context.Context, c Call, m *schema.Model, a *query.DeleteArgs) (n int64, err error) {
	k := e.begin(c, m, "removeMany")
	defer e.end(k)
	all := func() (err error) {
		n, err = k.removeAll(ctx, e.models[m.Index], a.Where, nil)
		return err
	}
	if m.SoftDelete != nil && m.SoftDelete.Cascade || m.SoftDelete == nil && e.models[m.Index].erasing {
		err = k.atomic(ctx, all)
	} else {
		err = k.single(ctx, all)
	}
	return n, err
}

// removeAll removes all rows of a condition: soft where the model keeps them.
func (k *work) removeAll(ctx context.Context, m *model, where *query.Cond, within *plan.Within) (int64, error) {
	if m.SoftDelete == nil {
		return k.deleteAll(ctx, m, where, within, plan.Live)
	}
	at := k.removedAt(m.Model)
	k.w = k.removal(m.Model, where, within, false, at)
	if m.SoftDelete.Cascade {
		k.w.Raw = m.Columns
	}
	out, err := k.run(ctx, &k.w)
	if err != nil || !m.SoftDelete.Cascade || out.rows == 0 {
		return out.rows, k.fault(err)
	}
	return out.rows, k.cascade(ctx, m, out.raw, at)
}

// removal sets up the UPDATE that stamps live rows as removed.
func (k *work) removal(m *schema.Model, where *query.Cond, within *plan.Within, one bool, at query.Value) plan.Writing {
	return plan.Writing{Kind: plan.Update, Model: m, Op: schema.Delete, Where: where, Within: within, One: one,
		Set: append(k.w.Set[:0], plan.Given{Field: m.SoftDelete.Field, Value: at})}
}
