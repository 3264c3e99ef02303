package read

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"math"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Pages is a compiled read of pages. It belongs to one call.
type Pages struct {
	reads       *Reads
	limit       int
	fingerprint uint64
}

// Many reports whether a page takes more than one statement: it wants a snapshot.
func (p *Pages) Many() bool { return p.reads.Many }

// Page is one page of rows.
type Page struct {
	Rows []unsafe.Pointer // *T or *rows.Record
	Next string           // the cursor of the next page; empty when this is the last one
	More bool
}

// PrepareCursor gives the compiled form of the page args.Cursor leads to; empty: the first one.
// A cursor that is damaged, or was made for another order or model, is a validation error.
func (c *Call) PrepareCursor(m *schema.Model, args *query.FindArgs) (*Pages, error) {
	c.Bound(args.Most)
	order, err := plan.CursorOrder(m, args)
	if err != nil {
		return nil, err
	}
	p := &Pages{limit: plan.PageSize, fingerprint: plan.Fingerprint(m, order)}
	if args.HasLimit {
		p.limit = int(args.Limit)
	}
	var after []query.Value
	if args.Cursor != "" {
		var ok bool
		if after, ok = decodeCursor(args.Cursor, p.fingerprint, len(order)); !ok {
			e := plan.Fault(m, "cursor", "the cursor is damaged, or was made for another model or order")
			e.Hint = "use nextCursor as it was answered, with the same orderBy"
			return nil, e
		}
	}
	p.reads, err = c.preparePage(m, args, order, after)
	return p, err
}

func (c *Call) preparePage(m *schema.Model, args *query.FindArgs, order []query.Order, after []query.Value) (*Reads, error) {
	walk := func(record bool) {
		c.begin(callPage, m, plan.InList, record)
		c.shape.Find(args)
		c.shape.Num(len(after))
		for i := range after {
			c.shape.Value(&after[i])
		}
	}
	walk(false)
	if r, ok := c.Compiled().(*Reads); ok {
		c.binding.Values = c.shape.Values
		return r, nil
	}
	walk(true)
	env, slots, err := c.Planning()
	if err != nil {
		return nil, err
	}
	pr, cursor, err := plan.Page(env, slots, m, args, order, after)
	if err != nil {
		return nil, err
	}
	r := &Reads{}
	c.Engine.statement(r, pr)
	c.Engine.finish(r, pr, c.Typed, cursor)
	c.Keep(r)
	c.binding.Values = c.shape.Values
	return r, nil
}

// RunCursor answers one page. One row more is read than the page holds, to know whether there
// are more.
func (c *Call) RunCursor(ctx context.Context, p *Pages) (Page, error) {
	if p.limit == 0 {
		return Page{Rows: []unsafe.Pointer{}}, c.check(ctx, p.reads.checks)
	}
	if err := c.check(ctx, p.reads.checks); err != nil {
		return Page{}, err
	}
	c.args = c.binding.Args(c.args[:0], p.reads.stmt.Args)
	b := p.reads.decoder.NewBatch(p.limit + 1)
	if err := c.Query(ctx, p.reads.model, p.reads.query, p.reads.stmt.Args, c.args, c.taking(b)); err != nil {
		return Page{}, err
	}
	out := Page{More: len(b.Rows) > p.limit}
	if out.More {
		b.Truncate(p.limit)
		last := (p.limit - 1) * b.Width
		out.Next = encodeCursor(p.fingerprint, b.Links[last:last+p.reads.own])
	}
	err := c.include(ctx, p.reads, b)
	out.Rows = b.Rows
	return out, err
}

// A cursor is URL-safe base64 of: the version, the fingerprint of model and order, the values
// (storage class and content), and a checksum. It holds no names, and nothing in it is trusted:
// whoever makes one up chooses where to start, not what to see.
const cursorVersion = 1

func encodeCursor(fingerprint uint64, values []query.Value) string {
	b := make([]byte, 0, 64)
	b = append(b, cursorVersion)
	b = binary.BigEndian.AppendUint64(b, fingerprint)
	for _, v := range values {
		b = append(b, byte(v.Kind()))
		switch v.Kind() {
		case query.KindInt:
			b = binary.AppendVarint(b, v.Int64())
		case query.KindReal:
			b = binary.BigEndian.AppendUint64(b, math.Float64bits(v.Float64()))
		case query.KindText, query.KindBlob:
			b = binary.AppendUvarint(b, uint64(len(v.Str())))
			b = append(b, v.Str()...)
		}
	}
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeCursor reads n values; ok is false for whatever encodeCursor did not make.
func decodeCursor(text string, fingerprint uint64, n int) (values []query.Value, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 1+8+4 || b[0] != cursorVersion {
		return nil, false
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum || binary.BigEndian.Uint64(body[1:]) != fingerprint {
		return nil, false
	}
	body = body[9:]
	for range n {
		var v query.Value
		if v, body, ok = decodeValue(body); !ok {
			return nil, false
		}
		values = append(values, v)
	}
	return values, len(body) == 0
}

func decodeValue(b []byte) (v query.Value, rest []byte, ok bool) {
	if len(b) == 0 {
		return v, nil, false
	}
	kind, b := query.Kind(b[0]), b[1:]
	switch kind {
	case query.KindNull:
		return query.Null(), b, true
	case query.KindInt:
		i, n := binary.Varint(b)
		if n <= 0 {
			return v, nil, false
		}
		return query.Int(i), b[n:], true
	case query.KindReal:
		if len(b) < 8 {
			return v, nil, false
		}
		return query.Real(math.Float64frombits(binary.BigEndian.Uint64(b))), b[8:], true
	case query.KindText, query.KindBlob:
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) {
			return v, nil, false
		}
		content, rest := b[n:n+int(length)], b[n+int(length):]
		if kind == query.KindText {
			return query.Text(string(content)), rest, true
		}
		return query.Blob(content), rest, true
	}
	return v, nil, false
}
