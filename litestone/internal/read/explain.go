package read

import (
	"context"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/query"
)

// Explained is one statement of a call that was not run: its text, its arguments, and how SQLite
// would go about it (https://www.sqlite.org/eqp.html). Values of confidential fields are not shown.
type Explained struct {
	Relation string   `json:"relation,omitempty"` // the relation it reads, as "posts.comments"; empty for the call's own rows
	SQL      string   `json:"sql"`
	Args     []any    `json:"args"`
	Plan     []string `json:"plan"`   // indented by depth
	Guards   []Guard  `json:"guards"` // in force for its rows, and for those it looks at to find them
}

// Guarded adds to statements the guards that Trace noted, each to the one that reads its rows. A
// to-one relation that is read beside its parents stands with them.
func (c *Call) Guarded(ctx context.Context, list []Explained) ([]Explained, error) {
	for i := range list {
		list[i].Guards = []Guard{}
	}
	guards, err := c.guards(ctx, c.Trace.Guards)
	for _, g := range guards {
		at := 0
		for i := range list {
			name := list[i].Relation
			if len(name) > len(list[at].Relation) && (g.Relation == name || strings.HasPrefix(g.Relation, name+".")) {
				at = i
			}
		}
		list[at].Guards = append(list[at].Guards, g)
	}
	return list, err
}

// Explain answers the statements of a compiled read of rows. Those of relations are shown for a
// batch of one parent whose key is NULL.
func (c *Call) Explain(ctx context.Context, r *Reads) ([]Explained, error) {
	if err := c.check(ctx, r.checks); err != nil {
		return nil, err
	}
	own, err := c.explain(ctx, "", r.stmt)
	if err != nil {
		return nil, err
	}
	return c.explainIncludes(ctx, []Explained{own}, "", r)
}

func (c *Call) explainIncludes(ctx context.Context, out []Explained, path string, r *Reads) ([]Explained, error) {
	for _, x := range r.includes {
		if err := c.explainInclude(ctx, &out, path, x); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// explainInclude answers the statements of a relation, on the connection of its database.
func (c *Call) explainInclude(ctx context.Context, out *[]Explained, path string, x *includes) error {
	if x.plan.Relation.Across {
		return c.at(x.plan, func() error { return c.explainHere(ctx, out, path, x) })
	}
	return c.explainHere(ctx, out, path, x)
}

func (c *Call) explainHere(ctx context.Context, out *[]Explained, path string, x *includes) error {
	name := path + x.plan.Field.Name
	if x.plan.Count != "" {
		name = path + "_count." + x.plan.Count
	}
	if err := c.check(ctx, x.reads.checks); err != nil {
		return err
	}
	width := len(x.parent)
	c.binding.Keyed(make([]query.Value, width), width)
	e, err := c.explain(ctx, name, x.statement(c.Engine.Dialect, 1).stmt)
	if err != nil {
		return err
	}
	*out, err = c.explainIncludes(ctx, append(*out, e), name+".", x.reads)
	return err
}

// ExplainPages answers the statements of a page.
func (c *Call) ExplainPages(ctx context.Context, p *Pages) ([]Explained, error) {
	return c.Explain(ctx, p.reads)
}

// ExplainBoth answers the statements of rows and their number; the second is left out of a call whose
// rows tell the number themselves.
func (c *Call) ExplainBoth(ctx context.Context, b *Both) ([]Explained, error) {
	out, err := c.Explain(ctx, b.reads)
	if err != nil {
		return nil, err
	}
	n, err := c.ExplainNumber(ctx, b.number)
	return append(out, n...), err
}

// ExplainNumber answers the statement of a count or exists.
func (c *Call) ExplainNumber(ctx context.Context, n *Number) ([]Explained, error) {
	if err := c.check(ctx, n.checks); err != nil {
		return nil, err
	}
	e, err := c.explain(ctx, "", n.stmt)
	return []Explained{e}, err
}

// ExplainGroups answers the statement of an aggregate or groupBy.
func (c *Call) ExplainGroups(ctx context.Context, g *Groups) ([]Explained, error) {
	if err := c.check(ctx, g.checks); err != nil {
		return nil, err
	}
	e, err := c.explain(ctx, "", g.stmt)
	return []Explained{e}, err
}

func (c *Call) explain(ctx context.Context, relation string, s sqlgen.Stmt) (Explained, error) {
	e := Explained{Relation: relation, SQL: s.SQL, Args: []any{}, Plan: []string{}}
	args := c.binding.Args(nil, s.Args)
	e.Args = Shown(e.Args, s.Args, args)
	depth := map[int64]string{}
	err := c.Conn.Run(ctx, conn.Query{SQL: "EXPLAIN QUERY PLAN " + s.SQL}, args, func(r *conn.Row) error {
		indent := depth[r.Int64(1)]
		depth[r.Int64(0)] = indent + "  "
		e.Plan = append(e.Plan, indent+r.Text(3))
		return nil
	})
	return e, discreet(err, s.Args)
}
