package write

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Update changes the first row by key that the condition finds and answers it; nil when there is
// none within the caller's reach, or when he may not read it. With nothing to set the row is
// answered as it is.
func (e *Engine) Update(ctx context.Context, c Call, m *schema.Model, a *query.UpdateArgs) (unsafe.Pointer, error) {
	k := e.begin(c, m, "update")
	defer e.end(k)
	r := k.take(e.models[m.Index], &a.Data, false, "", spot{name: inData})
	if err := k.judged(ctx); err != nil {
		return nil, err
	}
	if err := k.missing(r); err != nil {
		return nil, err
	}
	var out result
	ret := wanted(&a.Return)
	if len(r.nested) > 0 || k.ruled(r) {
		err := k.atomic(ctx, func() (err error) {
			out, _, err = k.updateFirst(ctx, r, a.Where, nil, ret)
			return err
		})
		return out.row(), err
	}
	x, err := k.updating(ctx, r, a.Where, nil, ret)
	if err != nil {
		return nil, err
	}
	once := func() (err error) {
		if out, err = k.exec(ctx, x, m, schema.Update); err != nil {
			return err
		}
		if out.rows == 0 && len(k.w.States) > 0 {
			return k.stuck(ctx, &k.w)
		}
		if r.counts() {
			if err := k.recount(ctx, r, out.raw); err != nil {
				return err
			}
		}
		return k.attach(ctx, out)
	}
	if x.deferred || wants(x) || r.counts() {
		err = k.atomic(ctx, once)
	} else {
		err = k.single(ctx, once)
	}
	return out.row(), err
}

// updating prepares the UPDATE of one row in k.w; a row with nothing to set is only looked up.
func (k *work) updating(ctx context.Context, r *row, where *query.Cond, within *plan.Within, ret *query.FindArgs) (*statement, error) {
	w := plan.Writing{Kind: plan.Update, Model: r.m.Model, Op: schema.Update, Where: where, Within: within, One: true, Return: ret, Later: k.later}
	if r.empty() {
		w.Kind = plan.Locate
		k.w = w
		return k.prepare(&k.w, 0)
	}
	w.States = k.states(r)
	k.stamp(r)
	if err := k.encrypt(r); err != nil {
		return nil, err
	}
	w.Set = sets(r, k.w.Set[:0])
	if r.counts() {
		w.Raw = r.m.Columns
	}
	if err := k.settle(ctx, r.m, w.Set); err != nil {
		return nil, err
	}
	k.w = w
	return k.prepare(&k.w, 0)
}

// UpdateMany changes all rows the condition finds within the caller's reach and answers how many.
// State machines are not asked.
func (e *Engine) UpdateMany(ctx context.Context, c Call, m *schema.Model, a *query.UpdateArgs) (n int64, err error) {
	k := e.begin(c, m, "updateMany")
	defer e.end(k)
	k.alone(&a.Data, spot{name: inData})
	r := k.take(e.models[m.Index], &a.Data, false, "", spot{name: inData})
	if err := k.judged(ctx); err != nil {
		return 0, err
	}
	if err := k.missing(r); err != nil {
		return 0, err
	}
	if r.empty() {
		return 0, nil
	}
	all := func() (err error) {
		n, err = k.updateAll(ctx, r, a.Where, nil)
		return err
	}
	if k.ruled(r) || k.looks(m, schema.PostUpdate) || r.counts() {
		err = k.atomic(ctx, all)
	} else {
		err = k.single(ctx, all)
	}
	return n, err
}

// updateAll changes all rows of a condition.
func (k *work) updateAll(ctx context.Context, r *row, where *query.Cond, within *plan.Within) (int64, error) {
	if err := k.permit(ctx, r); err != nil {
		return 0, err
	}
	if r.empty() {
		return 0, nil
	}
	k.stamp(r)
	if err := k.encrypt(r); err != nil {
		return 0, err
	}
	w := plan.Writing{Kind: plan.Update, Model: r.m.Model, Op: schema.Update, Where: where, Within: within, Set: sets(r, k.w.Set[:0]), Later: true}
	if r.counts() {
		w.Raw = r.m.Columns
	}
	if err := k.settle(ctx, r.m, w.Set); err != nil {
		return 0, err
	}
	k.w = w
	out, err := k.run(ctx, &k.w)
	if err == nil && r.counts() {
		err = k.recount(ctx, r, out.raw)
	}
	return out.rows, k.fault(err)
}

// updateFirst changes one row within a transaction, with what is nested in it. at is nil when
// nothing was found.
func (k *work) updateFirst(ctx context.Context, r *row, where *query.Cond, within *plan.Within, ret *query.FindArgs) (out result, at *place, err error) {
	if len(r.nested) == 0 {
		if err = k.permit(ctx, r); err != nil {
			return out, nil, err
		}
		return k.updateAlone(ctx, r, where, within, ret)
	}
	k.w = plan.Writing{Kind: plan.Locate, Model: r.m.Model, Op: schema.Update, Where: where, Within: within, One: true, Raw: r.m.Columns}
	if out, err = k.run(ctx, &k.w); err != nil || out.rows == 0 {
		return result{}, nil, err
	}
	at = &place{m: r.m, values: out.raw}
	if err = k.before(ctx, r, at); err != nil {
		return result{}, nil, err
	}
	if err = k.permit(ctx, r); err != nil {
		return result{}, nil, err
	}
	if err = k.missing(r); err != nil {
		return result{}, nil, err
	}
	if !r.empty() {
		if at, err = k.change(ctx, r, at); err != nil {
			return result{}, nil, err
		}
	}
	if err = k.after(ctx, r, at); err != nil || ret == nil {
		return result{}, at, err
	}
	out, err = k.reread(ctx, at, ret)
	return out, at, err
}

// updateAlone is an update that has nothing nested in it.
func (k *work) updateAlone(ctx context.Context, r *row, where *query.Cond, within *plan.Within, ret *query.FindArgs) (out result, at *place, err error) {
	x, err := k.updating(ctx, r, where, within, ret)
	if err != nil {
		return out, nil, err
	}
	if out, err = k.exec(ctx, x, r.m.Model, schema.Update); err != nil {
		return out, nil, k.fault(err)
	}
	if out.rows == 0 {
		if len(k.w.States) > 0 {
			err = k.stuck(ctx, &k.w)
		}
		return out, nil, err
	}
	if r.counts() {
		if err := k.recount(ctx, r, out.raw); err != nil {
			return out, nil, err
		}
	}
	return out, &place{m: r.m}, k.attach(ctx, out)
}

// change updates a row that was found under the guards of an update, by its key, and gives its
// new values.
func (k *work) change(ctx context.Context, r *row, at *place) (*place, error) {
	w := plan.Writing{Kind: plan.Update, Model: r.m.Model, Op: schema.Update, Deleted: plan.WithDeleted, Key: at.key(), States: k.states(r), Raw: r.m.Columns, Later: k.later}
	k.stamp(r)
	if err := k.encrypt(r); err != nil {
		return nil, err
	}
	w.Set = sets(r, k.w.Set[:0])
	if err := k.settle(ctx, r.m, w.Set); err != nil {
		return nil, err
	}
	k.w = w
	out, err := k.run(ctx, &k.w)
	if err != nil {
		return nil, k.fault(err)
	}
	if out.rows == 0 {
		if len(k.w.States) > 0 {
			return nil, k.stuck(ctx, &k.w)
		}
		return nil, k.denied(r.m.Model, schema.Update)
	}
	if r.counts() {
		if err := k.recount(ctx, r, out.raw); err != nil {
			return nil, err
		}
	}
	return &place{m: r.m, values: out.raw}, nil
}
