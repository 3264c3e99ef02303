package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// UpsertMany creates rows, or changes those whose conflict target is taken, in one transaction,
// and answers how many rows were given. What a row does not say keeps its value; numbers of
// sequences stay.
func (e *Engine) UpsertMany(ctx context.Context, c Call, m *schema.Model, a *query.UpsertManyArgs) (int64, error) {
	if len(a.Rows) == 0 {
		return 0, nil
	}
	k := e.begin(c, m, "upsertMany")
	defer e.end(k)
	if err := k.judgeRows(ctx, a.Rows); err != nil {
		return 0, err
	}
	if err := k.upsertable(ctx, m); err != nil {
		return 0, err
	}
	u := upserts{k: k, target: m.Key}
	if len(a.ConflictTarget) > 0 {
		u.target = named(m, a.ConflictTarget)
	}
	if a.HasUpdate {
		u.update, u.limited = named(m, a.Update), true
	}
	u.plain = k.plain()
	err := k.atomic(ctx, func() error {
		for i := range a.Rows {
			if err := u.one(ctx, &a.Rows[i], k.nthRow(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return int64(len(a.Rows)), nil
}

func named(m *schema.Model, refs []query.Ref) []*schema.Field {
	out := make([]*schema.Field, len(refs))
	for i, r := range refs {
		out[i] = m.Fields[r.Index]
	}
	return out
}

// upserts is one upsertMany.
type upserts struct {
	k       *work
	target  []*schema.Field
	update  []*schema.Field
	limited bool // only the fields of update are overwritten
	plain   bool // one statement does it
}

// plain reports whether ON CONFLICT can do the work: nothing depends on whether a row is new.
func (k *work) plain() bool {
	m := k.e.models[k.m.Index]
	if len(m.sequences) > 0 || m.SoftDelete != nil || m.audit != nil || m.watched || k.env().Filtered(k.m) {
		return false
	}
	for _, f := range m.Columns {
		if f.Enum != nil && f.Enum.HasMachine || f.Encrypted != nil {
			return false
		}
	}
	if k.system() {
		return true
	}
	p := k.env().Policies
	return !m.hasRuled && m.Gate == nil && p.For(k.m, schema.Create).Open() && p.For(k.m, schema.Update).Open() && p.For(k.m, schema.PostUpdate).Open()
}

// one writes one row.
func (u *upserts) one(ctx context.Context, d *query.Data, at spot) error {
	k := u.k
	used := k.used
	defer func() {
		for k.used > used {
			k.again()
		}
	}()
	r := k.take(k.e.models[k.m.Index], d, true, "", at)
	return k.placed(u.write(ctx, d, r), r)
}

// write writes a row that was taken.
func (u *upserts) write(ctx context.Context, d *query.Data, r *row) error {
	k := u.k
	fields := u.changes(d)
	if u.plain {
		if err := k.fill(r); err != nil {
			return err
		}
		if k.missing(r) == nil {
			return u.insert(ctx, r, fields)
		}
	}
	at, err := u.taken(ctx, r)
	if err != nil {
		return err
	}
	if at == nil {
		_, _, err := k.create(ctx, r, nil, false)
		return err
	}
	c := k.newRow(r.m, false, "")
	for _, f := range fields {
		c.put(f, r.vals[f.Index], given)
	}
	if err := k.missing(c); err != nil {
		return err
	}
	if err := k.permit(ctx, c); err != nil {
		return err
	}
	if c.empty() {
		return u.reachable(ctx, at)
	}
	_, err = k.change(ctx, c, at)
	return err
}

// changes are the fields of a row that overwrite the stored row's: those given, but the target's.
func (u *upserts) changes(d *query.Data) []*schema.Field {
	var out []*schema.Field
	for i := range d.Set {
		f := u.k.m.Fields[d.Set[i].Ref.Index]
		if !contains(u.target, f) && (!u.limited || contains(u.update, f)) {
			out = append(out, f)
		}
	}
	return out
}

func contains(list []*schema.Field, f *schema.Field) bool {
	for _, x := range list {
		if x == f {
			return true
		}
	}
	return false
}

// insert writes the row by one statement.
func (u *upserts) insert(ctx context.Context, r *row, fields []*schema.Field) error {
	k := u.k
	clash := &plan.Clash{Target: u.target, Set: fields}
	if len(fields) > 0 {
		s := k.newRow(r.m, false, "")
		for _, f := range fields {
			s.put(f, r.vals[f.Index], given)
		}
		k.stamp(s)
		for _, f := range r.m.Columns {
			if s.state[f.Index] == filled {
				clash.Stamps = append(clash.Stamps, plan.Given{Field: f, Value: s.vals[f.Index]})
			}
		}
		clash.Set = without(fields, clash.Stamps)
	}
	k.insertion(r, nil, nil)
	k.w.Clash = clash
	_, err := k.run(ctx, &k.w)
	return err
}

// without leaves out the fields that are stamped.
func without(fields []*schema.Field, stamps []plan.Given) []*schema.Field {
	out := fields[:0:0]
	for _, f := range fields {
		stamped := false
		for i := range stamps {
			stamped = stamped || stamps[i].Field == f
		}
		if !stamped {
			out = append(out, f)
		}
	}
	return out
}

// taken finds the stored row whose conflict target the row has; nil when there is none.
func (u *upserts) taken(ctx context.Context, r *row) (*place, error) {
	keys := make([]query.Value, 0, len(u.target))
	for _, f := range u.target {
		if !r.has(f) || r.vals[f.Index].IsNull() {
			return nil, nil
		}
		v := r.vals[f.Index]
		if codec := u.k.env().Codec; f.Encrypted != nil && codec != nil {
			t, ok := codec.Token(f, v)
			if !ok {
				return nil, nil
			}
			v = t
		}
		keys = append(keys, v)
	}
	w := plan.Writing{Kind: plan.Locate, Model: r.m.Model, Op: schema.Update, Trusted: true, Batch: &plan.Batch{Fields: u.target}, One: true, Raw: r.m.Columns}
	out, err := u.k.runBatch(ctx, &w, keys)
	if err != nil || out.rows == 0 {
		return nil, err
	}
	return &place{m: r.m, values: out.raw}, nil
}

// reachable refuses a stored row that may not be changed, when there is nothing to change in it.
func (u *upserts) reachable(ctx context.Context, at *place) error {
	w := plan.Writing{Kind: plan.Locate, Model: at.m.Model, Op: schema.Update, Key: at.key()}
	out, err := u.k.run(ctx, &w)
	if err == nil && out.rows == 0 {
		err = u.k.denied(at.m.Model, schema.Update)
	}
	return err
}
