package litestone

import (
	"context"
	"iter"
	"unsafe"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// bulkChunk is how many rows of a stream are prepared and written at a time.
const bulkChunk = 1000

// BulkOptions say how a long write goes about. The zero value works.
//
// updateMany, removeMany and deleteMany have none: each is one statement, of which there is nothing to
// tell between its beginning and its end.
type BulkOptions struct {
	// Progress is told how many rows are written so far, after every 1,000 and at the end. The rows
	// are kept only when the whole call succeeds. It must not use the client.
	// Defaults to nobody.
	Progress func(rows int64)
}

// UpsertOption is what UpsertMany and UpsertManySeq take: OnConflict and BulkOptions.
type UpsertOption interface{ upserting(*upsertOptions) }

type upsertOptions struct {
	on   OnConflict
	bulk BulkOptions
}

func (o OnConflict) upserting(u *upsertOptions)  { u.on = o }
func (o BulkOptions) upserting(u *upsertOptions) { u.bulk = o }

func upsertOptionsOf(options []UpsertOption) (u upsertOptions) {
	for _, o := range options {
		if o != nil {
			o.upserting(&u)
		}
	}
	return u
}

func bulkOptions(options []BulkOptions) (o BulkOptions) {
	for _, given := range options {
		o = given
	}
	return o
}

// CreateManySeq is CreateMany for rows that come from an iterator: they are written in one
// transaction as they come, 1,000 at a time, so that memory does not grow with their number. It
// answers how many. One bad row, a panic of rows, or the end of ctx refuses all; policies that look at
// other rows are judged when all are written. Hooks, plugins and the audit log are told of every
// 1,000 rows as of a call.
//
// rows may read through the client. What it writes must go through the client of a transaction
// around the call: the client itself would wait for the end of this call.
func (t Table[T, C, U]) CreateManySeq(ctx context.Context, rows iter.Seq[C], options ...BulkOptions) (int64, error) {
	s := bulk{c: t.c, m: t.t.model, op: "createMany", options: bulkOptions(options)}
	return stream(ctx, s, rows, t.encodeRow, s.create)
}

// UpsertManySeq is UpsertMany for rows that come from an iterator, written like those of
// CreateManySeq.
func (t Table[T, C, U]) UpsertManySeq(ctx context.Context, rows iter.Seq[C], options ...UpsertOption) (int64, error) {
	o := upsertOptionsOf(options)
	s := bulk{c: t.c, m: t.t.model, op: "upsertMany", options: o.bulk}
	return stream(ctx, s, rows, t.encodeRow, s.upsert(o.on.args()))
}

func (t Table[T, C, U]) encodeRow(sc *query.Scope, row *C, d *query.Data) error {
	return t.c.core.encode(sc, t.t.create, unsafe.Pointer(row), true, d)
}

// CreateManySeq is CreateMany for rows that come from an iterator, each a map or JSON; see
// Table.CreateManySeq.
func (t *DynamicTable) CreateManySeq(ctx context.Context, rows iter.Seq[any], options ...BulkOptions) (int64, error) {
	if t.c.bad != nil {
		return 0, t.c.bad
	}
	s := bulk{c: t.c, m: t.m, op: "createMany", options: bulkOptions(options)}
	return stream(ctx, s, rows, decodeRow, s.create)
}

// UpsertManySeq is UpsertMany for rows that come from an iterator, each a map or JSON; args are
// {"conflictTarget", "update"}, or nil for neither. See Table.CreateManySeq.
func (t *DynamicTable) UpsertManySeq(ctx context.Context, rows iter.Seq[any], args any, options ...BulkOptions) (int64, error) {
	var a query.UpsertManyArgs
	if err := decode(ctx, t, "upsertMany", query.DecodeOnConflict, args, &a); err != nil {
		return 0, err
	}
	s := bulk{c: t.c, m: t.m, op: "upsertMany", options: bulkOptions(options)}
	return stream(ctx, s, rows, decodeRow, s.upsert(a))
}

func decodeRow(sc *query.Scope, row *any, d *query.Data) (err error) {
	*d, err = query.DecodeBulkRow(sc, *row)
	return err
}

// bulk is a stream of rows of one model.
type bulk struct {
	c       *Client
	m       *schema.Model
	op      string
	options BulkOptions
}

func (s bulk) create(ctx context.Context, tx *Client, rows []query.Data) error {
	_, err := tx.createMany(ctx, s.m, &query.CreateArgs{Rows: rows})
	return err
}

func (s bulk) upsert(a query.UpsertManyArgs) func(context.Context, *Client, []query.Data) error {
	return func(ctx context.Context, tx *Client, rows []query.Data) error {
		part := a
		part.Rows = rows
		_, err := tx.upsertMany(ctx, s.m, &part)
		return err
	}
}

// stream writes the rows of an iterator in one transaction, chunk by chunk, and judges at its end what
// one call would judge at its own.
func stream[R any](ctx context.Context, s bulk, rows iter.Seq[R], encode func(*query.Scope, *R, *query.Data) error, write func(context.Context, *Client, []query.Data) error) (n int64, err error) {
	err = s.c.Transaction(ctx, func(ctx context.Context, tx *Client) error {
		part := tx.inBulk(s.m)
		sc := part.scope(ctx, s.m, s.op)
		chunk := make([]query.Data, 0, bulkChunk)
		flush := func() error {
			if len(chunk) == 0 {
				return nil
			}
			if err := write(ctx, part, chunk); err != nil {
				return err
			}
			n += int64(len(chunk))
			if part.bulk != nil {
				part.bulk.First = int(n)
			}
			chunk = make([]query.Data, 0, bulkChunk) // who watches may have kept the old one
			if s.options.Progress != nil {
				s.options.Progress(n)
			}
			return nil
		}
		var one R
		for row := range rows {
			one = row
			chunk = append(chunk, query.Data{})
			if err := encode(sc, &one, &chunk[len(chunk)-1]); err != nil {
				err = liteerr.Under(err, liteerr.Nth("data", int(n)+len(chunk)-1))
				return part.refused(ctx, s.m, s.op, err)
			}
			if len(chunk) == bulkChunk {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		if err := flush(); err != nil {
			return err
		}
		return part.judgeBulk(ctx, s.m, s.op)
	})
	if err != nil {
		return 0, liteerr.In(err, s.m.Accessor, s.op)
	}
	return n, nil
}

// inBulk is a view of a transaction's client whose calls are parts of one stream. Append-only files
// judge each part by itself.
func (c *Client) inBulk(m *schema.Model) *Client {
	v := *c
	if m.Database.Driver == schema.SQLite {
		v.bulk = c.core.write.NewBulk()
	}
	return &v
}

// judgeBulk ends a stream.
func (c *Client) judgeBulk(ctx context.Context, m *schema.Model, op string) error {
	if c.bulk == nil {
		return nil
	}
	w, err := c.writer(ctx, nil, false)
	if err == nil {
		err = c.core.write.Judge(ctx, w, m, op)
	}
	return liteerr.In(err, m.Accessor, op)
}

// rowAt is the place of a row given to a call: the only one of a create needs none.
func (c *Client) rowAt(op string, i int) string {
	if op == "create" {
		return ""
	}
	return liteerr.Nth("data", c.bulk.At(i))
}
