package read

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Number is a compiled read of one whole number.
type Number struct {
	model  *schema.Model
	stmt   sqlgen.Stmt
	query  conn.Query
	checks *checks
}

// PrepareCount gives the compiled form of a count, from the cache where its shape was seen.
func (c *Call) PrepareCount(m *schema.Model, args *query.FindArgs) (*Number, error) {
	return c.prepareNumber(callCount, m, args, plan.Count)
}

// PrepareExists gives the compiled form of the question whether there is a row.
func (c *Call) PrepareExists(m *schema.Model, args *query.FindArgs) (*Number, error) {
	return c.prepareNumber(callExists, m, args, plan.RowExists)
}

func (c *Call) prepareNumber(kind byte, m *schema.Model, args *query.FindArgs, p func(*plan.Env, plan.Slots, *schema.Model, *query.FindArgs) (*plan.Rows, error)) (*Number, error) {
	c.begin(kind, m, plan.InList, false)
	c.shape.Find(args)
	if n, ok := c.Compiled().(*Number); ok {
		c.binding.Values = c.shape.Values
		return n, nil
	}
	c.begin(kind, m, plan.InList, true)
	c.shape.Find(args)
	env, slots, err := c.Planning()
	if err != nil {
		return nil, err
	}
	rows, err := p(env, slots, m, args)
	if err != nil {
		return nil, err
	}
	n := c.Engine.compileNumber(rows)
	c.Keep(n)
	c.binding.Values = c.shape.Values
	return n, nil
}

func (e *Engine) compileNumber(p *plan.Rows) *Number {
	n := &Number{model: p.Model, stmt: e.Dialect.Select(p.Select, 0)}
	n.query = conn.Query{SQL: n.stmt.SQL, Short: p.ByKey}
	if len(p.Checks) > 0 {
		n.checks = e.compileChecks(p.Checks)
	}
	return n
}

// Number answers the number of a compiled count; for exists 1, or 0 when there is no row.
func (c *Call) Number(ctx context.Context, n *Number) (out int64, err error) {
	if err := c.check(ctx, n.checks); err != nil {
		return 0, err
	}
	c.args = c.binding.Args(c.args[:0], n.stmt.Args)
	err = c.Query(ctx, n.model, n.query, n.stmt.Args, c.args, func(r *conn.Row) error {
		out = r.Int64(0)
		return nil
	})
	return out, err
}
