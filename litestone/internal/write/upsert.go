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
	create := k.take(e.models[m.Index], &a.Create, true, "", spot{name: inCreate})
	update := k.take(e.models[m.Index], &a.Update, false, "", spot{name: inUpdate})
	if err := k.judged(ctx); err != nil {
		return nil, err
	}
	if err := k.missing(update); err != nil {
		return nil, err
	}
	if err := k.upsertable(ctx, m); err != nil {
		return nil, err
	}
	ret := wanted(&a.Return)
	if x, err := k.oneStatement(create, update, a.Where, ret); x != nil || err != nil {
		return k.upsertAtOnce(ctx, x, err)
	}
	err = k.atomic(ctx, func() error {
		out, found, err := k.updateFirst(ctx, update, a.Where, nil, ret)
		if err != nil {
			return err
		}
		if found != nil {
			p = out.row()
			return nil
		}
		if err := k.free(ctx, create, a.Where); err != nil {
			return err
		}
		out, _, err = k.create(ctx, create, ret, false)
		p = out.made()
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// upsertable asks the gate of an upsert, for both that it may do: whether the row is there is no
// matter of the caller's level.
func (k *work) upsertable(ctx context.Context, m *schema.Model) error {
	return k.call.Allow(ctx, m, schema.Create, schema.Update)
}

// oneStatement prepares the whole upsert as INSERT … ON CONFLICT DO UPDATE, where that says the
// same: the condition names one unique value, a new row would have that value, and nothing else
// depends on whether the row is new. Other unique constraints still fail. nil: it takes two.
func (k *work) oneStatement(create, update *row, where *query.Cond, ret *query.FindArgs) (*statement, error) {
	f := uniqueValue(k.m, where)
	if f == nil || update.empty() || len(create.nested)+len(update.nested) > 0 || !k.plain() {
		return nil, nil
	}
	if !k.system() && !k.env().Policies.For(k.m, schema.Read).Open() {
		return nil, nil
	}
	if create.state[f.Index] != given || create.vals[f.Index] != condOf(where).Value {
		return nil, nil
	}
	if err := k.fill(create); err != nil {
		return nil, err
	}
	if k.missing(create) != nil {
		return nil, nil // the row may be there: then the values missing are not wanted
	}
	k.stamp(update)
	clash := &plan.Clash{Target: []*schema.Field{f}, Stamps: sets(update, nil)}
	k.insertion(create, ret, nil)
	k.w.Clash = clash
	return k.prepare(&k.w, 0)
}

// uniqueValue is the unique field whose value a condition asks for and nothing else; nil when
// it is not that simple.
func uniqueValue(m *schema.Model, where *query.Cond) *schema.Field {
	c := condOf(where)
	if c == nil || c.Op != query.OpEq || len(c.Path) > 0 || c.Value.IsNull() {
		return nil
	}
	f, err := c.Ref.Field(m)
	if err != nil || !f.Stored() || !f.Unique && !(len(m.Key) == 1 && m.Key[0] == f) {
		return nil
	}
	return f
}

// condOf looks through ANDs of one member.
func condOf(c *query.Cond) *query.Cond {
	for c != nil && c.Op == query.OpAnd && len(c.Kids) == 1 {
		c = &c.Kids[0]
	}
	return c
}

func (k *work) upsertAtOnce(ctx context.Context, x *statement, err error) (unsafe.Pointer, error) {
	if err != nil {
		return nil, err
	}
	var out result
	once := func() (err error) {
		if out, err = k.exec(ctx, x, k.m, schema.Create); err == nil {
			err = k.attach(ctx, out)
		}
		return err
	}
	if wants(x) {
		err = k.atomic(ctx, once)
	} else {
		err = k.single(ctx, once)
	}
	return out.made(), err
}

// free refuses when the row an upsert is about is there, but out of reach of its update. Where the
// new row would have the unique value the condition asks for, that tells no more than its unique
// error would. Otherwise rows the caller may not read are as if they were not there: he could ask
// what they hold.
func (k *work) free(ctx context.Context, create *row, where *query.Cond) error {
	m := create.m.Model
	if k.system() || k.env().Policies.For(m, schema.Update).Open() {
		return nil
	}
	f := uniqueValue(m, where)
	taken := f != nil && create.has(f) && create.vals[f.Index] == condOf(where).Value
	w := plan.Writing{Kind: plan.Locate, Model: m, Op: schema.Update, Any: true, Seen: !taken, Where: where, One: true}
	out, err := k.run(ctx, &w)
	if err == nil && out.rows > 0 {
		err = k.denied(m, schema.Update)
	}
	return err
}
