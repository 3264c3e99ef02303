package litestone

import (
	"context"
	"iter"
	"unsafe"

	"github.com/litestone-go/orm/litestone/query"
)

// bulkChunk is how many rows of a stream are prepared and written at a time.
const bulkChunk = 1000

// BulkOptions say how a long write goes about. The zero value works.
type BulkOptions struct {
	// Progress is told how many rows are written so far, after every 1,000 and at the end. The rows
	// are kept only when the whole call succeeds. It must not use the client.
	// Defaults to nobody.
	Progress func(rows int64)
}

// CreateManySeq is CreateMany for rows that come from an iterator: they are written in one
// transaction as they come, 1,000 at a time, so that memory does not grow with their number. It
// answers how many. One bad row, a panic of rows, or the end of ctx refuses all.
//
// Each 1,000 rows are checked like a createMany of their own: a policy that looks at other new
// rows sees those that came before and those of the same 1,000.
//
// rows may read through the client. What it writes must go through the client of a transaction
// around the call: the client itself would wait for the end of this call.
func (t Table[T, C, U]) CreateManySeq(ctx context.Context, rows iter.Seq[C], options ...BulkOptions) (int64, error) {
	return stream(ctx, t.c, rows, options, func(ctx context.Context, c *Client, chunk []C, a *query.CreateArgs) error {
		sc := c.scope(ctx, t.t.model, "createMany")
		for i := range chunk {
			a.Rows = append(a.Rows, query.Data{})
			if err := c.core.encode(sc, t.t.create, unsafe.Pointer(&chunk[i]), true, &a.Rows[i]); err != nil {
				return err
			}
		}
		_, err := c.createMany(ctx, t.t.model, a)
		return err
	})
}

// CreateManySeq is CreateMany for rows that come from an iterator, each a map or JSON; see
// Table.CreateManySeq.
func (t *DynamicTable) CreateManySeq(ctx context.Context, rows iter.Seq[any], options ...BulkOptions) (int64, error) {
	if t.c.bad != nil {
		return 0, t.c.bad
	}
	return stream(ctx, t.c, rows, options, func(ctx context.Context, c *Client, chunk []any, a *query.CreateArgs) error {
		sc := c.scope(ctx, t.m, "createMany")
		for _, row := range chunk {
			d, err := query.DecodeData(sc, row, true)
			if err != nil {
				return err
			}
			a.Rows = append(a.Rows, d)
		}
		_, err := c.createMany(ctx, t.m, a)
		return err
	})
}

// stream writes the rows of an iterator in one transaction, chunk by chunk.
func stream[R any](ctx context.Context, c *Client, rows iter.Seq[R], options []BulkOptions, write func(context.Context, *Client, []R, *query.CreateArgs) error) (n int64, err error) {
	var o BulkOptions
	for _, given := range options {
		o = given
	}
	err = c.Transaction(ctx, func(ctx context.Context, tx *Client) error {
		chunk := make([]R, 0, bulkChunk)
		var a query.CreateArgs
		flush := func() error {
			if len(chunk) == 0 {
				return nil
			}
			clear(a.Rows)
			a = query.CreateArgs{Rows: a.Rows[:0]}
			if err := write(ctx, tx, chunk, &a); err != nil {
				return err
			}
			n += int64(len(chunk))
			clear(chunk)
			chunk = chunk[:0]
			if o.Progress != nil {
				o.Progress(n)
			}
			return nil
		}
		for row := range rows {
			if chunk = append(chunk, row); len(chunk) == bulkChunk {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		return flush()
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
