package read

import (
	"context"
	"math/bits"
	"sync"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
)

// sized is a relation's statement for one size of batch.
type sized struct {
	stmt  sqlgen.Stmt
	query conn.Query
}

// sizes counts the statements a relation can need: 1 to 4, powers of two up to
// sqlgen.MaxKeys, and the one that takes any number.
const sizes = 12

type sizeLock struct{ sync.RWMutex }

func sizeIndex(n int) int {
	switch {
	case n < 0:
		return sizes - 1
	case n <= 4:
		return n - 1
	}
	return bits.Len(uint(n)) // 8 → 4, 16 → 5, … 256 → 9
}

// statement gives the relation's statement for a batch of so many parents.
func (x *includes) statement(d sqlgen.Dialect, n int) *sized {
	n = sqlgen.Keys(n)
	s := &x.sizes[sizeIndex(n)]
	x.mu.RLock()
	ready := s.query.SQL != ""
	x.mu.RUnlock()
	if ready {
		return s
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if s.query.SQL == "" {
		s.stmt = d.Select(x.plan.Rows.Select, n)
		s.query = conn.Query{SQL: s.stmt.SQL}
	}
	return s
}

// include reads each relation of a batch by one statement and attaches its rows.
func (c *Call) include(ctx context.Context, r *Reads, b *rows.Batch) error {
	if len(b.Rows) == 0 {
		return nil
	}
	if err := c.spend(b); err != nil {
		return err
	}
	if r.logged != nil && c.Audited {
		r.logged.note(&c.Trail, b)
	}
	if r.fills {
		c.unfilled = append(c.unfilled, b)
		if in := c.Conn.Transaction(); in != nil { // of whichever of the call's databases
			c.inside = in
		}
	}
	for _, x := range r.includes {
		if err := x.read(ctx, c, b); err != nil {
			return err
		}
	}
	return nil
}

func (c *Call) relation(ctx context.Context, x *includes, parents *rows.Batch) error {
	width := len(x.parent)
	c.links.index(parents, x.parent)
	keys := c.links.keys
	if len(keys) == 0 {
		x.relator.Empty(parents.Rows)
		return nil
	}
	if err := c.check(ctx, x.reads.checks); err != nil {
		return err
	}
	n := len(keys) / width
	s := x.statement(c.Engine.Dialect, n)
	outer, outerWidth := c.binding.Keys, c.binding.Width
	c.binding.Keys, c.binding.Width = keys, width
	c.args = c.binding.Args(c.args[:0], s.stmt.Args)
	c.binding.Keys, c.binding.Width = outer, outerWidth
	kids := x.reads.decoder.NewBatch(max(n, 16))
	if err := c.Query(ctx, x.reads.model, s.query, s.stmt.Args, c.args, c.taking(kids)); err != nil {
		return err
	}
	c.links.attach(x.relator, parents, kids, x.child)
	if c.Budget != nil {
		c.links.weigh(parents, kids)
	}
	return c.include(ctx, x.reads, kids)
}
