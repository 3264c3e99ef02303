package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Group is one answer of GroupBy, or the answer of Aggregate.
type Group = rows.Group

// Aggregate answers counts, sums, averages, minima and maxima over the rows that match.
func (t Table[T, C, U]) Aggregate(ctx context.Context, a Aggregate) (*Group, error) {
	return t.Dynamic().Aggregate(ctx, a)
}

// GroupBy answers aggregates per group of equal keys, or per interval of time.
func (t Table[T, C, U]) GroupBy(ctx context.Context, g GroupBy) ([]*Group, error) {
	return t.Dynamic().GroupBy(ctx, g)
}

// Aggregate answers {"_count", "_sum", …, "where"} over the rows that match.
func (t *DynamicTable) Aggregate(ctx context.Context, form query.Aggregating) (*Group, error) {
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	var a query.AggregateArgs
	err := form.Aggregating(t.c.scope(ctx, t.m, "aggregate"), &a)
	if err == nil {
		a.Where, err = t.c.where(ctx, t.m, t.scopes, a.Where)
	}
	if err != nil {
		return nil, t.c.refused(ctx, t.m, "aggregate", err)
	}
	return t.c.aggregate(ctx, t.m, &a)
}

// GroupBy answers {"by", "_count", "_sum", …, "having", "orderBy", "limit"} per group.
func (t *DynamicTable) GroupBy(ctx context.Context, form query.Grouping) ([]*Group, error) {
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	var a query.GroupArgs
	err := form.Grouping(t.c.scope(ctx, t.m, "groupBy"), &a)
	if err == nil {
		a.Where, err = t.c.where(ctx, t.m, t.scopes, a.Where)
	}
	if err != nil {
		return nil, t.c.refused(ctx, t.m, "groupBy", err)
	}
	return t.c.groupBy(ctx, t.m, &a)
}

func (c *Client) aggregate(ctx context.Context, m *schema.Model, a *query.AggregateArgs) (out *Group, err error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "aggregate", func(v query.Viewer) query.Shown { return v.Aggregate(m, a) }, func(ctx context.Context, c *Client) (*Group, error) {
			return c.aggregate(ctx, m, a)
		})
	}
	call, err := c.reader(ctx, false)
	if err != nil {
		return nil, err
	}
	defer call.Release()
	if err := c.beforeRead(ctx, m, "aggregate", a); err != nil {
		return nil, err
	}
	g, err := call.PrepareAggregate(m, a)
	if err != nil {
		return nil, liteerr.In(err, m.Accessor, "aggregate")
	}
	err = c.reading(ctx, m, false, func(cn *conn.Conn) (err error) {
		call.Conn = cn
		out, err = call.RunAggregate(ctx, g)
		return err
	})
	if err == nil {
		err = c.keepReads(ctx, call)
	}
	if err == nil {
		err = c.afterGroups(ctx, m, "aggregate", out)
	}
	if err != nil {
		return nil, liteerr.In(err, m.Accessor, "aggregate")
	}
	return out, nil
}

func (c *Client) groupBy(ctx context.Context, m *schema.Model, a *query.GroupArgs) (out []*Group, err error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "groupBy", func(v query.Viewer) query.Shown { return v.Group(m, a) }, func(ctx context.Context, c *Client) ([]*Group, error) {
			return c.groupBy(ctx, m, a)
		})
	}
	call, err := c.reader(ctx, false)
	if err != nil {
		return nil, err
	}
	defer call.Release()
	if err := c.beforeRead(ctx, m, "groupBy", a); err != nil {
		return nil, err
	}
	g, err := call.PrepareGroup(m, a)
	if err != nil {
		return nil, liteerr.In(err, m.Accessor, "groupBy")
	}
	err = c.reading(ctx, m, false, func(cn *conn.Conn) (err error) {
		call.Conn = cn
		out, err = call.RunGroup(ctx, g)
		return err
	})
	if err == nil {
		err = c.keepReads(ctx, call)
	}
	if err == nil {
		err = c.afterGroups(ctx, m, "groupBy", out...)
	}
	if err != nil {
		return nil, liteerr.In(err, m.Accessor, "groupBy")
	}
	return out, nil
}
