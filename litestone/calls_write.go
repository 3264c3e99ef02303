package litestone

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

func (c *Client) create(ctx context.Context, m *schema.Model, a *query.CreateArgs, typed bool) (unsafe.Pointer, error) {
	w, err := c.writer(ctx, typed)
	if err != nil {
		return nil, err
	}
	var p unsafe.Pointer
	err = c.creating(ctx, m, "create", a, &w, func() (err error) {
		p, err = c.core.write.Create(ctx, w, m, a)
		return err
	})
	return p, liteerr.In(err, m.Accessor, "create")
}

func (c *Client) createMany(ctx context.Context, m *schema.Model, a *query.CreateArgs) (int64, error) {
	w, err := c.writer(ctx, false)
	if err != nil {
		return 0, err
	}
	var n int64
	err = c.creating(ctx, m, "createMany", a, &w, func() (err error) {
		n, err = c.core.write.CreateMany(ctx, w, m, a)
		return err
	})
	return n, liteerr.In(err, m.Accessor, "createMany")
}

func (c *Client) update(ctx context.Context, m *schema.Model, a *query.UpdateArgs, typed bool) (unsafe.Pointer, error) {
	if err := appendOnly(m, "update"); err != nil {
		return nil, err
	}
	if err := query.NeedWhere(c.scope(ctx, m, "update"), a.Where); err != nil {
		return nil, err
	}
	w, err := c.writer(ctx, typed)
	if err != nil {
		return nil, err
	}
	p, err := c.core.write.Update(ctx, w, m, a)
	return p, liteerr.In(err, m.Accessor, "update")
}

func (c *Client) updateMany(ctx context.Context, m *schema.Model, a *query.UpdateArgs) (int64, error) {
	if err := appendOnly(m, "updateMany"); err != nil {
		return 0, err
	}
	w, err := c.writer(ctx, false)
	if err != nil {
		return 0, err
	}
	n, err := c.core.write.UpdateMany(ctx, w, m, a)
	return n, liteerr.In(err, m.Accessor, "updateMany")
}

func (c *Client) upsert(ctx context.Context, m *schema.Model, a *query.UpsertArgs, typed bool) (unsafe.Pointer, error) {
	if err := appendOnly(m, "upsert"); err != nil {
		return nil, err
	}
	if err := query.NeedWhere(c.scope(ctx, m, "upsert"), a.Where); err != nil {
		return nil, err
	}
	w, err := c.writer(ctx, typed)
	if err != nil {
		return nil, err
	}
	p, err := c.core.write.Upsert(ctx, w, m, a)
	return p, liteerr.In(err, m.Accessor, "upsert")
}

func (c *Client) upsertMany(ctx context.Context, m *schema.Model, a *query.UpsertManyArgs) (int64, error) {
	if err := appendOnly(m, "upsertMany"); err != nil {
		return 0, err
	}
	if err := query.CheckUpsertMany(c.scope(ctx, m, "upsertMany"), a); err != nil {
		return 0, err
	}
	w, err := c.writer(ctx, false)
	if err != nil {
		return 0, err
	}
	n, err := c.core.write.UpsertMany(ctx, w, m, a)
	return n, liteerr.In(err, m.Accessor, "upsertMany")
}

func (c *Client) remove(ctx context.Context, sc *query.Scope, a *query.DeleteArgs, typed bool) (unsafe.Pointer, error) {
	if err := appendOnly(sc.Model, "remove"); err != nil {
		return nil, err
	}
	if err := query.NeedWhere(sc, a.Where); err != nil {
		return nil, err
	}
	w, err := c.writer(ctx, typed)
	if err != nil {
		return nil, err
	}
	p, err := c.core.write.Remove(ctx, w, sc.Model, a)
	return p, liteerr.In(err, sc.Model.Accessor, "remove")
}

func (c *Client) delete(ctx context.Context, sc *query.Scope, a *query.DeleteArgs, typed bool) (unsafe.Pointer, error) {
	if err := appendOnly(sc.Model, "delete"); err != nil {
		return nil, err
	}
	if err := query.NeedWhere(sc, a.Where); err != nil {
		return nil, err
	}
	w, err := c.writer(ctx, typed)
	if err != nil {
		return nil, err
	}
	p, err := c.core.write.Delete(ctx, w, sc.Model, a)
	return p, liteerr.In(err, sc.Model.Accessor, "delete")
}

func (c *Client) removeMany(ctx context.Context, m *schema.Model, a *query.DeleteArgs) (int64, error) {
	if err := appendOnly(m, "removeMany"); err != nil {
		return 0, err
	}
	w, err := c.writer(ctx, false)
	if err != nil {
		return 0, err
	}
	n, err := c.core.write.RemoveMany(ctx, w, m, a)
	return n, liteerr.In(err, m.Accessor, "removeMany")
}

func (c *Client) deleteMany(ctx context.Context, m *schema.Model, a *query.DeleteArgs) (int64, error) {
	if err := appendOnly(m, "deleteMany"); err != nil {
		return 0, err
	}
	w, err := c.writer(ctx, false)
	if err != nil {
		return 0, err
	}
	n, err := c.core.write.DeleteMany(ctx, w, m, a)
	return n, liteerr.In(err, m.Accessor, "deleteMany")
}

func (c *Client) restore(ctx context.Context, m *schema.Model, a *query.DeleteArgs, typed bool) ([]unsafe.Pointer, error) {
	if err := appendOnly(m, "restore"); err != nil {
		return nil, err
	}
	if m.SoftDelete == nil {
		return nil, &Error{Code: CodeUnsupported, Model: m.Accessor, Operation: "restore", Message: "the model does not keep removed rows", Hint: "declare @@softDelete"}
	}
	if err := query.NeedWhere(c.scope(ctx, m, "restore"), a.Where); err != nil {
		return nil, err
	}
	w, err := c.writer(ctx, typed)
	if err != nil {
		return nil, err
	}
	out, err := c.core.write.Restore(ctx, w, m, a)
	return out, liteerr.In(err, m.Accessor, "restore")
}

// transition moves a row's state by a named step of its enum's machine.
func (c *Client) transition(ctx context.Context, m *schema.Model, key query.Value, name string, typed bool) (unsafe.Pointer, error) {
	if err := appendOnly(m, "transition"); err != nil {
		return nil, err
	}
	w, err := c.writer(ctx, typed)
	if err != nil {
		return nil, err
	}
	p, err := c.core.write.Transition(ctx, w, m, key, name)
	return p, liteerr.In(err, m.Accessor, "transition")
}
