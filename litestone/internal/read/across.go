package read

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Relations into another database are read on a connection of that database: the call's Conn stands
// for it, and for the databases of what is nested in them, while they are read.

// Place is a connection to one of the databases that a call reads.
type Place struct {
	Database *schema.Database
	Conn     *conn.Conn
}

// Away gives the models beside the call's own that it reads when some of them stand in another
// database; nil when all stand in one.
func (r *Reads) Away() []*schema.Model { return r.away }

// Away gives the models that a page reads in other databases, as of Reads.
func (p *Pages) Away() []*schema.Model { return p.reads.away }

// Away gives the models that rows with their number read in other databases, as of Reads.
func (b *Both) Away() []*schema.Model { return b.reads.away }

// Away gives the models that an answer's relations read in other databases, as of Reads; a nil Answer
// reads none.
func (a *Answer) Away() []*schema.Model {
	if a == nil {
		return nil
	}
	return a.reads.away
}

// Away gives the models that the relations of a write's answer read in other databases.
func (s *Answers) Away() []*schema.Model { return s.answer.Away() }

// read reads a relation of a batch, on the connection of its database.
func (x *includes) read(ctx context.Context, c *Call, parents *rows.Batch) error {
	if !x.plan.Relation.Across {
		return c.relation(ctx, x, parents)
	}
	return c.at(x.plan, func() error {
		if x.plan.Count != "" {
			return c.tally(ctx, x, parents)
		}
		return c.relation(ctx, x, parents)
	})
}

// at runs f where the rows of an include are.
func (c *Call) at(in *plan.Include, f func() error) error {
	db := in.Relation.Target.Database
	for _, p := range c.Places {
		if p.Database == db {
			home := c.Conn
			c.Conn = p.Conn
			defer func() { c.Conn = home }()
			return f()
		}
	}
	return &liteerr.Error{Code: liteerr.Unsupported, Model: in.Relation.Model.Accessor, Fields: []string{in.Relation.Name()},
		Message: "the relation is read in database " + db.Name + ", which takes no part in this call", Hint: "read it by a call of its own"}
}

// tally counts the rows of a relation for each of its parents.
func (c *Call) tally(ctx context.Context, x *includes, parents *rows.Batch) error {
	width := len(x.parent)
	c.links.index(parents, x.parent)
	keys := c.links.keys
	if len(keys) == 0 {
		return nil
	}
	s := x.statement(c.Engine.Dialect, len(keys)/width)
	outer, outerWidth := c.binding.Keys, c.binding.Width
	c.binding.Keys, c.binding.Width = keys, width
	c.args = c.binding.Args(c.args[:0], s.stmt.Args)
	c.binding.Keys, c.binding.Width = outer, outerWidth
	return c.Query(ctx, x.reads.model, s.query, s.stmt.Args, c.args, func(r *conn.Row) error {
		var buf [4]query.Value
		l := buf[:0]
		for i := range width {
			l = append(l, r.Stored(i))
		}
		for p := c.links.parent(l); p >= 0; p = c.links.next[p] {
			x.tally.Set(parents.Rows[p], r.Int64(width))
		}
		return nil
	})
}
