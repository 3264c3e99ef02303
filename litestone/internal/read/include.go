package read

import (
	"context"
	"math/bits"
	"sync"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/query"
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
	for _, x := range r.includes {
		if err := c.relation(ctx, x, b); err != nil {
			return err
		}
	}
	return nil
}

func (c *Call) relation(ctx context.Context, x *includes, parents *rows.Batch) error {
	x.relator.Empty(parents.Rows)
	width := len(x.parent)
	index := make(map[query.Value]int32, len(parents.Rows)) // key → first parent
	next := make([]int32, len(parents.Rows))                // parent → next one of the same key
	keys := make([]query.Value, 0, len(parents.Rows)*width)
	var link [4]query.Value
	for i := range parents.Rows {
		l := link[:0]
		for _, p := range x.parent {
			l = append(l, parents.Links[i*parents.Width+p])
		}
		k, ok := rows.Key(l)
		if !ok {
			continue
		}
		first, seen := index[k]
		next[i] = -1
		if seen {
			next[i] = first
		} else {
			keys = append(keys, l...)
		}
		index[k] = int32(i)
	}
	if len(keys) == 0 {
		return nil
	}
	if err := c.check(ctx, x.reads.checks); err != nil {
		return err
	}
	s := x.statement(c.Engine.Dialect, len(keys)/width)
	outer := c.binding.Keys
	c.binding.Keys, c.binding.Width = keys, width
	c.args = c.binding.Args(c.args[:0], s.stmt.Args)
	c.binding.Keys = outer
	kids := x.reads.decoder.NewBatch(0)
	if err := c.Conn.Run(ctx, s.query, c.args, kids.Add); err != nil {
		return err
	}
	for i, row := range kids.Rows {
		l := link[:0]
		for _, p := range x.child {
			l = append(l, kids.Links[i*kids.Width+p])
		}
		k, _ := rows.Key(l)
		p, ok := index[k]
		for ok && p >= 0 {
			x.relator.Attach(parents.Rows[p], row)
			p = next[p]
		}
	}
	return c.include(ctx, x.reads, kids)
}
