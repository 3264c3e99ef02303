package read

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Groups is a compiled aggregate or groupBy.
type Groups struct {
	model  *schema.Model
	stmt   sqlgen.Stmt
	query  conn.Query
	layout *rows.GroupLayout
	checks *checks
	logged *logged // what of the rows goes into the audit log; nil: nothing
}

// PrepareAggregate gives the compiled form of an aggregate, from the cache where its shape was seen.
func (c *Call) PrepareAggregate(m *schema.Model, args *query.AggregateArgs) (*Groups, error) {
	c.begin(callAggregate, m, plan.InList, false)
	c.shape.Aggregate(args)
	if g, ok := c.Compiled().(*Groups); ok {
		c.binding.Values = c.shape.Values
		return g, nil
	}
	c.begin(callAggregate, m, plan.InList, true)
	c.shape.Aggregate(args)
	env, slots, err := c.Planning()
	if err != nil {
		return nil, err
	}
	p, err := plan.Aggregate(env, slots, m, args)
	return c.keepGroups(p, err)
}

// PrepareGroup gives the compiled form of a groupBy, from the cache where its shape was seen.
func (c *Call) PrepareGroup(m *schema.Model, args *query.GroupArgs) (*Groups, error) {
	c.Bound(args.Most)
	labels, fill, err := plan.Gaps(m, args)
	if err != nil {
		return nil, err
	}
	c.begin(callGroup, m, plan.InList, false)
	c.shape.Group(args, labels, fill)
	if g, ok := c.Compiled().(*Groups); ok {
		c.binding.Values = c.shape.Values
		return g, nil
	}
	c.begin(callGroup, m, plan.InList, true)
	c.shape.Group(args, labels, fill)
	env, slots, err := c.Planning()
	if err != nil {
		return nil, err
	}
	p, err := plan.Group(env, slots, m, args, fill)
	return c.keepGroups(p, err)
}

func (c *Call) keepGroups(p *plan.Rows, err error) (*Groups, error) {
	if err != nil {
		return nil, err
	}
	g := &Groups{model: p.Model, stmt: c.Engine.Dialect.Select(p.Select, 0), layout: rows.NewGroupLayout(p.Out())}
	g.query = conn.Query{SQL: g.stmt.SQL}
	g.logged = c.Engine.logs(p, nil)
	if len(p.Checks) > 0 {
		g.checks = c.Engine.compileChecks(p.Checks)
	}
	c.Keep(g)
	c.binding.Values = c.shape.Values
	return g, nil
}

// RunAggregate answers the one row of a compiled aggregate.
func (c *Call) RunAggregate(ctx context.Context, g *Groups) (*rows.Group, error) {
	list, err := c.RunGroup(ctx, g)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// RunGroup answers the groups of a compiled groupBy; none is an empty slice.
func (c *Call) RunGroup(ctx context.Context, g *Groups) ([]*rows.Group, error) {
	if err := c.check(ctx, g.checks); err != nil {
		return nil, err
	}
	c.args = c.binding.Args(c.args[:0], g.stmt.Args)
	out := []*rows.Group{}
	err := c.Query(ctx, g.model, g.query, g.stmt.Args, c.args, func(r *conn.Row) error {
		if c.Budget != nil {
			if err := c.Budget.spend(1); err != nil {
				return err
			}
		}
		out = append(out, g.layout.Read(r))
		return nil
	})
	if err != nil {
		return nil, err
	}
	if g.logged != nil && c.Audited && len(out) > 0 {
		g.logged.noteGroups(&c.Trail)
	}
	return out, nil
}
