package litestone

import (
	"context"
	"encoding/json"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Page is one page of a walk over rows.
type Page[T any] struct {
	Items      []*T
	NextCursor string // give it as Find.Cursor for the next page; empty after the last
	HasMore    bool
}

// MarshalJSON writes {"items", "nextCursor", "hasMore"}; nextCursor is null after the last page.
func (p Page[T]) MarshalJSON() ([]byte, error) {
	var next *string
	if p.NextCursor != "" {
		next = &p.NextCursor
	}
	return json.Marshal(struct {
		Items      []*T    `json:"items"`
		NextCursor *string `json:"nextCursor"`
		HasMore    bool    `json:"hasMore"`
	}{p.Items, next, p.HasMore})
}

// Counted is a page of rows with the number of rows there are without limit and offset.
type Counted[T any] struct {
	Rows  []*T  `json:"rows"`
	Total int64 `json:"total"`
}

// FindManyCursor answers a page of rows in a stable order: OrderBy, completed by the key. It holds
// 20 rows unless Find.Limit says otherwise; Find.Cursor is the last page's NextCursor. The cost
// of a page does not grow with its distance from the first.
func (t Table[T, C, U]) FindManyCursor(ctx context.Context, f Find) (Page[T], error) {
	var a query.FindArgs
	if err := t.args(ctx, "findManyCursor", f, &a); err != nil {
		return Page[T]{}, err
	}
	return pageOf[T](t.c.page(ctx, t.t.model, &a, true))
}

// FindManyAndCount answers rows, and how many there are without limit and offset, of one moment.
func (t Table[T, C, U]) FindManyAndCount(ctx context.Context, f Find) (Counted[T], error) {
	var a query.FindArgs
	if err := t.args(ctx, "findManyAndCount", f, &a); err != nil {
		return Counted[T]{}, err
	}
	return countedOf[T](t.c.findAndCount(ctx, t.t.model, &a, true))
}

// FindManyCursor answers a page of rows in a stable order.
func (t *DynamicTable) FindManyCursor(ctx context.Context, f query.Finding) (Page[Record], error) {
	var a query.FindArgs
	if err := t.args(ctx, "findManyCursor", f, &a); err != nil {
		return Page[Record]{}, err
	}
	return pageOf[Record](t.c.page(ctx, t.m, &a, false))
}

// FindManyAndCount answers rows, and how many there are without limit and offset.
func (t *DynamicTable) FindManyAndCount(ctx context.Context, f query.Finding) (Counted[Record], error) {
	var a query.FindArgs
	if err := t.args(ctx, "findManyAndCount", f, &a); err != nil {
		return Counted[Record]{}, err
	}
	return countedOf[Record](t.c.findAndCount(ctx, t.m, &a, false))
}

func pageOf[T any](p read.Page, err error) (Page[T], error) {
	items, err := rowsOf[T](p.Rows, err)
	return Page[T]{items, p.Next, p.More}, err
}

func countedOf[T any](ptrs []unsafe.Pointer, total int64, err error) (Counted[T], error) {
	list, err := rowsOf[T](ptrs, err)
	return Counted[T]{list, total}, err
}

func (c *Client) page(ctx context.Context, m *schema.Model, a *query.FindArgs, typed bool) (p read.Page, err error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "findManyCursor", func(v query.Viewer) query.Shown { return v.Find(m, a) }, func(ctx context.Context, c *Client) (read.Page, error) {
			return c.page(ctx, m, a, typed)
		})
	}
	call, err := c.reader(ctx, typed)
	if err != nil {
		return p, err
	}
	defer call.Release()
	if err := c.beforeRead(ctx, m, "findManyCursor", a); err != nil {
		return p, err
	}
	pages, err := call.PrepareCursor(m, a)
	if err != nil {
		return p, liteerr.In(err, m.Accessor, "findManyCursor")
	}
	err = c.readingAll(ctx, call, m, pages.Many(), pages.Away(), func(cn *conn.Conn) (err error) {
		call.Conn = cn
		p, err = call.RunCursor(ctx, pages)
		return err
	})
	if err == nil {
		err = call.Fill(ctx, nil)
	}
	if err == nil {
		err = c.keepReads(ctx, call)
	}
	if err == nil {
		err = c.afterRead(ctx, m, "findManyCursor", typed, p.Rows)
	}
	if err != nil {
		return read.Page{}, liteerr.In(err, m.Accessor, "findManyCursor")
	}
	return p, nil
}

func (c *Client) findAndCount(ctx context.Context, m *schema.Model, a *query.FindArgs, typed bool) (out []unsafe.Pointer, total int64, err error) {
	if o := c.watched(ctx); o != nil {
		both, err := observed(ctx, c, o, m, "findManyAndCount", func(v query.Viewer) query.Shown { return v.Find(m, a) }, func(ctx context.Context, c *Client) (b counted, err error) {
			b.rows, b.total, err = c.findAndCount(ctx, m, a, typed)
			return b, err
		})
		return both.rows, both.total, err
	}
	call, err := c.reader(ctx, typed)
	if err != nil {
		return nil, 0, err
	}
	defer call.Release()
	if err := c.beforeRead(ctx, m, "findManyAndCount", a); err != nil {
		return nil, 0, err
	}
	both, err := call.PrepareFindAndCount(m, a)
	if err != nil {
		return nil, 0, liteerr.In(err, m.Accessor, "findManyAndCount")
	}
	err = c.readingAll(ctx, call, m, true, both.Away(), func(cn *conn.Conn) (err error) {
		call.Conn = cn
		out, total, err = call.RunFindAndCount(ctx, both)
		return err
	})
	if err == nil {
		err = call.Fill(ctx, nil)
	}
	if err == nil {
		err = c.keepReads(ctx, call)
	}
	if err == nil {
		err = c.afterCounted(ctx, m, "findManyAndCount", typed, out, total)
	}
	if err != nil {
		return nil, 0, liteerr.In(err, m.Accessor, "findManyAndCount")
	}
	return out, total, nil
}
