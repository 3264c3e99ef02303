package write

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Create writes a row, with the rows nested in it, and answers it as *T or *rows.Record: nil for
// select: false. A row the caller may not read answers with its key only.
func (e *Engine) Create(ctx context.Context, c Call, m *schema.Model, a *query.CreateArgs) (unsafe.Pointer, error) {
	k := e.begin(c, m, "create")
	defer e.end(k)
	data := &query.Data{}
	if len(a.Rows) > 0 {
		data = &a.Rows[0]
	}
	r := k.take(e.models[m.Index], data, true, "", spot{name: inData})
	if err := k.judged(ctx); err != nil {
		return nil, err
	}
	if k.steps(r) {
		return k.createTree(ctx, r, wanted(&a.Return))
	}
	if err := k.complete(r); err != nil {
		return nil, err
	}
	k.insertion(r, wanted(&a.Return), nil)
	x, err := k.prepare(&k.w, 0)
	if err != nil {
		return nil, err
	}
	var out result
	once := func() (err error) {
		if out, err = k.exec(ctx, x, m, schema.Create); err == nil {
			err = k.attach(ctx, out)
		}
		return err
	}
	if x.deferred || wants(x) {
		err = k.atomic(ctx, once)
	} else {
		err = k.single(ctx, once)
	}
	if err != nil {
		return nil, err
	}
	return out.made(), nil
}

// wants reports whether an answer is read by several statements, which must see one moment, or may
// fail after the first.
func wants(x *statement) bool {
	return x.answer != nil && (x.answer.Many() || x.answer.Fallible()) || x.log != nil && x.log.before != nil
}

// steps reports whether a create needs more than its INSERT.
func (k *work) steps(r *row) bool {
	return len(r.nested) > 0 || len(r.m.sequences) > 0 || k.ruled(r)
}

// complete fills a new row and checks that nothing required is missing.
func (k *work) complete(r *row) error {
	if err := k.fill(r); err != nil {
		return err
	}
	if err := k.missing(r); err != nil {
		return err
	}
	return k.encrypt(r)
}

// insertion sets up the INSERT of a completed row.
func (k *work) insertion(r *row, ret *query.FindArgs, raw []*schema.Field) {
	k.w = plan.Writing{Kind: plan.Insert, Model: r.m.Model, Op: schema.Create, Set: sets(r, k.w.Set[:0]), Return: ret, Raw: raw, Later: k.later}
}

// createTree writes a row that takes several statements, in a transaction.
func (k *work) createTree(ctx context.Context, r *row, ret *query.FindArgs) (unsafe.Pointer, error) {
	var out result
	err := k.atomic(ctx, func() (err error) {
		out, _, err = k.create(ctx, r, ret, false)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out.made(), nil
}

// create writes one row and what is nested in it, and gives its answer, and its stored values
// where they are wanted.
func (k *work) create(ctx context.Context, r *row, ret *query.FindArgs, stored bool) (out result, at *place, err error) {
	if err := k.before(ctx, r, nil); err != nil {
		return out, nil, err
	}
	if err := k.prepared(ctx, r); err != nil {
		return out, nil, k.placed(err, r)
	}
	below := r.below()
	first := ret
	var raw []*schema.Field
	if below {
		first = nil // what is nested changes the answer
	}
	if below || stored {
		raw = r.m.Columns
	}
	k.insertion(r, first, raw)
	if out, err = k.run(ctx, &k.w); err != nil {
		return out, nil, k.placed(err, r)
	}
	if raw != nil {
		at = &place{m: r.m, values: out.raw}
	}
	if !below {
		return out, at, k.attach(ctx, out)
	}
	if err := k.after(ctx, r, at); err != nil || ret == nil {
		return out, at, err
	}
	out, err = k.reread(ctx, at, ret)
	return out, at, err
}

// prepared brings a new row, whose foreign keys are known, into the form that is stored.
func (k *work) prepared(ctx context.Context, r *row) error {
	if err := k.permit(ctx, r); err != nil {
		return err
	}
	if err := k.fill(r); err != nil {
		return err
	}
	if err := k.number(ctx, r); err != nil {
		return err
	}
	if err := k.missing(r); err != nil {
		return err
	}
	return k.encrypt(r)
}

// made is the row a create answers.
func (out result) made() unsafe.Pointer {
	switch s := out.answers; {
	case s == nil:
		return nil
	case len(s.Seen.Rows) > 0:
		return s.Seen.Rows[0]
	case s.Keys != nil && len(s.Keys.Rows) > 0:
		return s.Keys.Rows[0]
	}
	return nil
}

// row is the row any other write answers: nil when the caller may not read it.
func (out result) row() unsafe.Pointer {
	if out.answers == nil || len(out.answers.Seen.Rows) == 0 {
		return nil
	}
	return out.answers.Seen.Rows[0]
}

// place is a stored row: its columns' values.
type place struct {
	m      *model
	values []query.Value // in the order of Columns
}

// of gives a column's value.
func (p *place) of(f *schema.Field) query.Value {
	for i, c := range p.m.Columns {
		if c == f {
			return p.values[i]
		}
	}
	return query.Null()
}

// all gives the values of several columns.
func (p *place) all(fields []*schema.Field) []query.Value {
	out := make([]query.Value, len(fields))
	for i, f := range fields {
		out[i] = p.of(f)
	}
	return out
}

// key is the row's key.
func (p *place) key() []query.Value { return p.all(p.m.Key) }

// reread answers a row that was written, by its key.
func (k *work) reread(ctx context.Context, at *place, ret *query.FindArgs) (result, error) {
	k.w = plan.Writing{Kind: plan.Reread, Model: at.m.Model, Op: schema.Read, Trusted: true, Deleted: plan.WithDeleted, Key: at.key(), Return: ret}
	out, err := k.run(ctx, &k.w)
	if err != nil {
		return out, err
	}
	return out, k.attach(ctx, out)
}
