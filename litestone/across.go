package litestone

import (
	"context"
	"slices"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// A call whose relations lead into other databases holds a connection of each database it reads, all
// snapshots, until it has read everything.
//
// Who holds one and waits for another does so in one order, so that no two calls wait for each other:
// the write connections in the schema's order, then the locks and readers of log files, then the
// readers of sqlite databases in the schema's order.

// crosses reports whether a relation of the schema leads into another database.
func crosses(s *schema.Schema) bool {
	return slices.ContainsFunc(s.Models, func(m *schema.Model) bool {
		return slices.ContainsFunc(m.Relations, func(r *schema.Relation) bool { return r.Across })
	})
}

// portion is a database that a call reads, and which of its models.
type portion struct {
	d      *database
	models []*schema.Model
}

// portions are the databases of models, in the order in which they are waited for.
func (co *core) portions(models []*schema.Model) ([]portion, error) {
	var out []portion
	for _, m := range models {
		d, err := co.database(m)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(out, func(p portion) bool { return p.d == d })
		if i < 0 {
			i, out = len(out), append(out, portion{d: d})
		}
		if !slices.Contains(out[i].models, m) {
			out[i].models = append(out[i].models, m)
		}
	}
	order := co.order()
	slices.SortFunc(out, func(a, b portion) int { return slices.Index(order, a.d) - slices.Index(order, b.d) })
	return out, nil
}

// order gives the databases in the order in which readers of several are waited for.
func (co *core) order() []*database {
	out := slices.Clone(co.databases)
	slices.SortStableFunc(out, func(a, b *database) int { return waits(a) - waits(b) })
	return out
}

func waits(d *database) int {
	if d.log != nil {
		return 0
	}
	return 1
}

// readingAll is reading for a call that reads models of other databases too; away nil: it does not.
func (c *Client) readingAll(ctx context.Context, call *read.Call, m *schema.Model, several bool, away []*schema.Model, f func(*conn.Conn) error) error {
	if away == nil {
		return c.reading(ctx, m, several, f)
	}
	list, err := c.core.portions(append([]*schema.Model{m}, away...))
	if err != nil {
		return err
	}
	return c.hold(ctx, list, nil, func(places []read.Place) error {
		call.Places = places
		i := slices.IndexFunc(places, func(p read.Place) bool { return p.Database == m.Database })
		return f(places[i].Conn)
	})
}

// hold runs f with a snapshot of each portion.
func (c *Client) hold(ctx context.Context, rest []portion, places []read.Place, f func([]read.Place) error) error {
	if len(rest) == 0 {
		return f(places)
	}
	p := rest[0]
	next := func(cn *conn.Conn) error {
		return c.hold(ctx, rest[1:], append(places, read.Place{Database: p.d.Database, Conn: cn}), f)
	}
	switch {
	case c.tx == nil && c.snap != nil && c.snap[p.d] == nil: // waiting for it now would be out of order
		return &Error{Code: CodeUnsupported, Message: "database " + p.d.Name + " takes no part in this query", Hint: "read the relation by a call of its own"}
	case p.d.log != nil:
		return c.readingLogs(ctx, p, next)
	}
	return c.reading(ctx, p.models[0], true, next)
}

// readingLogs is readingLog for several models of one database.
func (c *Client) readingLogs(ctx context.Context, p portion, f func(*conn.Conn) error) error {
	for _, m := range p.models {
		if err := c.mayAudit(ctx, m); err != nil {
			return err
		}
	}
	if cn := c.snap[p.d]; cn != nil {
		return f(cn)
	}
	if b := c.tx.batches(); b != nil {
		return p.d.log.ReadModels(ctx, p.models, &b.lines, f)
	}
	if err := c.core.apart(ctx); err != nil {
		return err
	}
	return p.d.log.ReadModels(ctx, p.models, nil, f)
}

// beside runs f with the databases that the answer of a write leads to; home is the connection of the
// write itself, which sees what it wrote. A create of log rows holds the files' lock, so that it waits
// for no other log file, and its own rows are in the files only after the answer: its answer leads
// into sqlite databases only.
func (c *Client) beside(ctx context.Context, m *schema.Model, home *conn.Conn, away []*schema.Model, f func([]read.Place) error) error {
	var models []*schema.Model
	for _, o := range away {
		switch {
		case !m.Writable() && !o.Writable():
			return &Error{Code: CodeUnsupported, Model: m.Accessor, Message: "the answer of a create in log files leads back to log files, to model " + o.Accessor,
				Hint: "leave the relation out, and read it by a call of its own"}
		case o.Database != m.Database:
			models = append(models, o)
		}
	}
	list, err := c.core.portions(models)
	if err != nil {
		return err
	}
	return c.hold(ctx, list, []read.Place{{Database: m.Database, Conn: home}}, f)
}

// uses notes the databases that a query's read of rows leads to.
func (c *Client) uses(ctx context.Context, t *DynamicTable, args any, used map[*database]bool) error {
	if !c.core.crosses || query.Route(args) != "findMany" {
		return nil
	}
	form, err := t.finding(args)
	if err != nil {
		return err
	}
	var a query.FindArgs
	if err := t.args(ctx, "findMany", form, &a); err != nil {
		return err
	}
	return c.core.leads(t.m, &a, used)
}

func (co *core) leads(m *schema.Model, a *query.FindArgs, used map[*database]bool) error {
	in := []*query.Include{a.Include}
	if a.Select != nil {
		in = append(in, a.Select.Include)
	}
	for _, in := range in {
		if in == nil {
			continue
		}
		for i := range in.Relations {
			r := &in.Relations[i]
			to, err := co.leadsTo(m, r.Ref, used)
			if err != nil {
				return err
			}
			if to != nil && r.Args != nil {
				if err := co.leads(to, r.Args, used); err != nil {
					return err
				}
			}
		}
		for i := range in.Counts {
			if _, err := co.leadsTo(m, in.Counts[i].Ref, used); err != nil {
				return err
			}
		}
		if !in.CountAll {
			continue
		}
		for _, r := range m.Relations {
			if r.List() {
				if _, err := co.leadsTo(m, query.RefOf(m, r.Field), used); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// leadsTo notes the database of a relation's target and gives the target; nil for what is no relation,
// which the call itself will refuse.
func (co *core) leadsTo(m *schema.Model, ref query.Ref, used map[*database]bool) (*schema.Model, error) {
	f, err := ref.Field(m)
	if err != nil || f.Relation == nil {
		return nil, err
	}
	d, err := co.database(f.Relation.Target)
	if err != nil {
		return nil, err
	}
	used[d] = true
	return f.Relation.Target, nil
}
