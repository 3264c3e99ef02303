package litestone

import (
	"context"
	"errors"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

func (c *Client) create(ctx context.Context, m *schema.Model, a *query.CreateArgs, typed bool) (unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "create", func(v query.Viewer) query.Shown { return v.Create(m, a, false) }, func(ctx context.Context, c *Client) (unsafe.Pointer, error) {
			return c.create(ctx, m, a, typed)
		})
	}
	if err := c.beforeRows(ctx, m, "create", a.Rows); err != nil {
		return nil, err
	}
	return written(ctx, c, m, "create", typed, func(w write.Call) (p unsafe.Pointer, err error) {
		err = c.creating(ctx, m, "create", a, &w, func() (err error) {
			p, err = c.core.write.Create(ctx, w, m, a)
			return err
		})
		return p, err
	})
}

func (c *Client) createMany(ctx context.Context, m *schema.Model, a *query.CreateArgs) (int64, error) {
	if o := c.watched(ctx); o != nil {
		return changing(ctx, c, o, m, "createMany", func(v query.Viewer) query.Shown { return v.Create(m, a, true) }, a, (*Client).createMany)
	}
	if err := c.beforeRows(ctx, m, "createMany", a.Rows); err != nil {
		return 0, err
	}
	return written(ctx, c, m, "createMany", false, func(w write.Call) (n int64, err error) {
		err = c.creating(ctx, m, "createMany", a, &w, func() (err error) {
			n, err = c.core.write.CreateMany(ctx, w, m, a)
			return err
		})
		return n, err
	})
}

func (c *Client) update(ctx context.Context, m *schema.Model, a *query.UpdateArgs, typed bool) (unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "update", func(v query.Viewer) query.Shown { return v.Update(m, a) }, func(ctx context.Context, c *Client) (unsafe.Pointer, error) {
			return c.update(ctx, m, a, typed)
		})
	}
	if err := appendOnly(m, "update"); err != nil {
		return nil, err
	}
	if err := query.NeedWhere(c.scope(ctx, m, "update"), a.Where); err != nil {
		return nil, err
	}
	if err := c.beforeChange(ctx, m, "update", a.Where, &a.Data); err != nil {
		return nil, err
	}
	return sought(ctx, c, m, "update", a.Where, typed, func(w write.Call) (unsafe.Pointer, error) {
		return c.core.write.Update(ctx, w, m, a)
	})
}

func (c *Client) updateMany(ctx context.Context, m *schema.Model, a *query.UpdateArgs) (int64, error) {
	if o := c.watched(ctx); o != nil {
		return changing(ctx, c, o, m, "updateMany", func(v query.Viewer) query.Shown { return v.Update(m, a) }, a, (*Client).updateMany)
	}
	if err := appendOnly(m, "updateMany"); err != nil {
		return 0, err
	}
	if err := c.beforeChange(ctx, m, "updateMany", a.Where, &a.Data); err != nil {
		return 0, err
	}
	return written(ctx, c, m, "updateMany", false, func(w write.Call) (int64, error) {
		return c.core.write.UpdateMany(ctx, w, m, a)
	})
}

func (c *Client) upsert(ctx context.Context, m *schema.Model, a *query.UpsertArgs, typed bool) (unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "upsert", func(v query.Viewer) query.Shown { return v.Upsert(m, a) }, func(ctx context.Context, c *Client) (unsafe.Pointer, error) {
			return c.upsert(ctx, m, a, typed)
		})
	}
	if err := appendOnly(m, "upsert"); err != nil {
		return nil, err
	}
	if err := query.NeedWhere(c.scope(ctx, m, "upsert"), a.Where); err != nil {
		return nil, err
	}
	if err := c.beforeUpsert(ctx, m, a); err != nil {
		return nil, err
	}
	return sought(ctx, c, m, "upsert", a.Where, typed, func(w write.Call) (unsafe.Pointer, error) {
		return c.core.write.Upsert(ctx, w, m, a)
	})
}

func (c *Client) upsertMany(ctx context.Context, m *schema.Model, a *query.UpsertManyArgs) (int64, error) {
	if o := c.watched(ctx); o != nil {
		return changing(ctx, c, o, m, "upsertMany", func(v query.Viewer) query.Shown { return v.UpsertMany(m, a) }, a, (*Client).upsertMany)
	}
	if err := appendOnly(m, "upsertMany"); err != nil {
		return 0, err
	}
	if err := query.CheckUpsertMany(c.scope(ctx, m, "upsertMany"), a); err != nil {
		return 0, err
	}
	if err := c.beforeRows(ctx, m, "upsertMany", a.Rows); err != nil {
		return 0, err
	}
	return written(ctx, c, m, "upsertMany", false, func(w write.Call) (int64, error) {
		return c.core.write.UpsertMany(ctx, w, m, a)
	})
}

func (c *Client) remove(ctx context.Context, sc *query.Scope, a *query.DeleteArgs, typed bool) (unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, sc.Model, "remove", func(v query.Viewer) query.Shown { return v.Delete(sc.Model, a) }, func(ctx context.Context, c *Client) (unsafe.Pointer, error) {
			return c.remove(ctx, sc, a, typed)
		})
	}
	if err := appendOnly(sc.Model, "remove"); err != nil {
		return nil, err
	}
	if err := query.NeedWhere(sc, a.Where); err != nil {
		return nil, err
	}
	if err := c.beforeDelete(ctx, sc.Model, "remove", a.Where, true); err != nil {
		return nil, err
	}
	return sought(ctx, c, sc.Model, "remove", a.Where, typed, func(w write.Call) (unsafe.Pointer, error) {
		return c.core.write.Remove(ctx, w, sc.Model, a)
	})
}

func (c *Client) delete(ctx context.Context, sc *query.Scope, a *query.DeleteArgs, typed bool) (unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, sc.Model, "delete", func(v query.Viewer) query.Shown { return v.Delete(sc.Model, a) }, func(ctx context.Context, c *Client) (unsafe.Pointer, error) {
			return c.delete(ctx, sc, a, typed)
		})
	}
	if err := appendOnly(sc.Model, "delete"); err != nil {
		return nil, err
	}
	if err := query.NeedWhere(sc, a.Where); err != nil {
		return nil, err
	}
	if err := c.beforeDelete(ctx, sc.Model, "delete", a.Where, false); err != nil {
		return nil, err
	}
	return sought(ctx, c, sc.Model, "delete", a.Where, typed, func(w write.Call) (unsafe.Pointer, error) {
		return c.core.write.Delete(ctx, w, sc.Model, a)
	})
}

func (c *Client) removeMany(ctx context.Context, m *schema.Model, a *query.DeleteArgs) (int64, error) {
	if o := c.watched(ctx); o != nil {
		return changing(ctx, c, o, m, "removeMany", func(v query.Viewer) query.Shown { return v.Delete(m, a) }, a, (*Client).removeMany)
	}
	if err := appendOnly(m, "removeMany"); err != nil {
		return 0, err
	}
	if err := c.beforeDelete(ctx, m, "removeMany", a.Where, true); err != nil {
		return 0, err
	}
	return written(ctx, c, m, "removeMany", false, func(w write.Call) (int64, error) {
		return c.core.write.RemoveMany(ctx, w, m, a)
	})
}

func (c *Client) deleteMany(ctx context.Context, m *schema.Model, a *query.DeleteArgs) (int64, error) {
	if o := c.watched(ctx); o != nil {
		return changing(ctx, c, o, m, "deleteMany", func(v query.Viewer) query.Shown { return v.Delete(m, a) }, a, (*Client).deleteMany)
	}
	if err := appendOnly(m, "deleteMany"); err != nil {
		return 0, err
	}
	if err := c.beforeDelete(ctx, m, "deleteMany", a.Where, false); err != nil {
		return 0, err
	}
	return written(ctx, c, m, "deleteMany", false, func(w write.Call) (int64, error) {
		return c.core.write.DeleteMany(ctx, w, m, a)
	})
}

func (c *Client) restore(ctx context.Context, m *schema.Model, a *query.DeleteArgs, typed bool) ([]unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "restore", func(v query.Viewer) query.Shown { return v.Delete(m, a) }, func(ctx context.Context, c *Client) ([]unsafe.Pointer, error) {
			return c.restore(ctx, m, a, typed)
		})
	}
	if err := appendOnly(m, "restore"); err != nil {
		return nil, err
	}
	if m.SoftDelete == nil {
		return nil, &Error{Code: CodeUnsupported, Model: m.Accessor, Operation: "restore", Message: "the model does not keep removed rows", Hint: "declare @@softDelete"}
	}
	if err := query.NeedWhere(c.scope(ctx, m, "restore"), a.Where); err != nil {
		return nil, err
	}
	if err := c.beforeChange(ctx, m, "restore", a.Where, nil); err != nil {
		return nil, err
	}
	list, err := written(ctx, c, m, "restore", typed, func(w write.Call) ([]unsafe.Pointer, error) {
		return c.core.write.Restore(ctx, w, m, a)
	})
	if c.core.config.PolicyDebug && err == nil && len(list) == 0 {
		asking, _ := reaches("restore")
		asking.Where = a.Where
		c.hidden(ctx, m, "restore", asking)
	}
	return list, err
}

// move makes a key of what the caller gave and takes the step.
func (c *Client) move(ctx context.Context, m *schema.Model, id any, step string, typed bool) (unsafe.Pointer, error) {
	if len(m.Key) != 1 {
		return nil, c.refused(ctx, m, "transition", &Error{Code: CodeUnsupported, Model: m.Accessor, Operation: "transition", Message: "needs a model with a single key field"})
	}
	key, issue := query.FromAny(m.Key[0], id, m.Key[0].Name)
	if issue != nil {
		return nil, c.refused(ctx, m, "transition", &Error{Code: CodeValidation, Model: m.Accessor, Operation: "transition", Fields: []string{issue.Path}, Message: issue.Message})
	}
	return c.transition(ctx, m, key, step, typed)
}

// transition moves a row's state by a named step of its enum's machine.
func (c *Client) transition(ctx context.Context, m *schema.Model, key query.Value, name string, typed bool) (unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "transition", func(v query.Viewer) query.Shown { return v.Transition(m, key, name) }, func(ctx context.Context, c *Client) (unsafe.Pointer, error) {
			return c.transition(ctx, m, key, name, typed)
		})
	}
	if err := appendOnly(m, "transition"); err != nil {
		return nil, err
	}
	if err := c.beforeStep(ctx, m, key, name); err != nil {
		return nil, err
	}
	return sought(ctx, c, m, "transition", keyed(m, key), typed, func(w write.Call) (unsafe.Pointer, error) {
		if o, ok := w.Observer.(*observation); ok {
			o.step = name
		}
		return c.core.write.Transition(ctx, w, m, key, name)
	})
}

// keyed finds the row of a key.
func keyed(m *schema.Model, key query.Value) *query.Cond {
	return &query.Cond{Op: query.OpEq, Ref: query.RefOf(m, m.Key[0]), Value: key}
}

// written makes a write: again where the key of encrypted fields changed before it had the database.
func written[R any](ctx context.Context, c *Client, m *schema.Model, op string, typed bool, run func(write.Call) (R, error)) (r R, err error) {
	if err := c.readOnly(m, op); err != nil {
		return r, err
	}
	for {
		o, err := c.observe(ctx, m, op)
		if err != nil {
			return r, err
		}
		w, err := c.writer(ctx, o, typed)
		if err == nil {
			r, err = run(w)
		}
		if o != nil {
			o.done(ctx, err)
		}
		switch {
		case err == nil:
			return r, nil
		case !errors.Is(err, write.ErrKeyChanged):
			c.refusal(ctx, m, op, err)
			var none R // a row that was made and undone is no answer
			return none, liteerr.In(err, m.Accessor, op)
		}
	}
}
