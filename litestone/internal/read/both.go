package read

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Both is a compiled read of rows with the count of all that match. Its two statements belong
// into one snapshot.
type Both struct {
	reads  *Reads
	number *Number
	limit  int // place of the limit among the call's values; -1: none
	offset int // likewise
}

// PrepareFindAndCount gives the compiled form of findManyAndCount, from the cache where its shape
// was seen.
func (c *Call) PrepareFindAndCount(m *schema.Model, args *query.FindArgs) (*Both, error) {
	c.Bound(args.Most)
	c.begin(callBoth, m, plan.InList, false)
	c.shape.Find(args)
	if b, ok := c.Compiled().(*Both); ok {
		c.binding.Values = c.shape.Values
		return b, nil
	}
	c.begin(callBoth, m, plan.InList, true)
	c.shape.Find(args)
	env, slots, err := c.Planning()
	if err != nil {
		return nil, err
	}
	find, err := plan.Find(env, slots, m, args, plan.InList)
	if err != nil {
		return nil, err
	}
	count, err := plan.Count(env, slots, m, args)
	if err != nil {
		return nil, err
	}
	b := &Both{reads: c.Engine.compile(find, c.Typed), number: c.Engine.compileNumber(count), limit: -1, offset: -1}
	if args.HasLimit {
		b.limit = slots[&args.Limit]
	}
	if args.Offset > 0 {
		b.offset = slots[&args.Offset]
	}
	c.Keep(b)
	c.binding.Values = c.shape.Values
	return b, nil
}

// RunFindAndCount answers the rows, and how many there are without limit and offset. The second
// statement is left out where the rows themselves tell.
func (c *Call) RunFindAndCount(ctx context.Context, b *Both) (list []unsafe.Pointer, total int64, err error) {
	var limit, offset int64 = -1, 0
	if b.limit >= 0 {
		limit = c.binding.Values[b.limit].Int64()
	}
	if b.offset >= 0 {
		offset = c.binding.Values[b.offset].Int64()
	}
	if list, err = c.Run(ctx, b.reads, int(max(0, min(limit, 1000)))); err != nil {
		return nil, 0, err
	}
	n := int64(len(list))
	if b.reads.tree == nil && (limit < 0 || n < limit) && (n > 0 || offset == 0) {
		return list, offset + n, nil
	}
	total, err = c.Number(ctx, b.number)
	return list, total, err
}
