package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/schema"
)

// Bulk is a stream of rows that several calls write in one transaction. Rules that look at other rows
// are judged when the last has been written, like those of a single call.
type Bulk struct {
	First int // how many rows the calls before have written

	id   int64     // tells its keys from those of other streams in the same table
	kept []pending // the rows to be judged
	away []int64   // for each of kept how many keys stand in the TEMP table
}

// bulkKept is how many keys are kept in memory before they go to a TEMP table.
const bulkKept = 4096

// NewBulk begins a stream. Its calls carry it in Call.Bulk, and Judge ends it.
func (e *Engine) NewBulk() *Bulk { return &Bulk{id: e.bulks.Add(1)} }

// At gives the place in the whole stream of a row of the call at hand; outside a stream it is the row's
// own.
func (b *Bulk) At(i int) int {
	if b == nil {
		return i
	}
	return b.First + i
}

// keep takes over the rows that a call would judge at its end.
func (b *Bulk) keep(ctx context.Context, k *work) error {
	for i := range k.pending {
		p := &k.pending[i]
		at := b.part(p.m, p.op)
		kept := &b.kept[at]
		kept.keys, kept.rows = append(kept.keys, p.keys...), append(kept.rows, p.rows...)
		if width := len(p.m.Key); width == 0 || len(kept.rows) < bulkKept {
			continue
		}
		if err := k.storeKeys(ctx, b.id, at, kept); err != nil {
			return err
		}
		b.away[at] += int64(len(kept.rows))
		clear(kept.keys)
		kept.keys, kept.rows = kept.keys[:0], kept.rows[:0]
	}
	return nil
}

// part gives the place of a model's operation in kept.
func (b *Bulk) part(m *schema.Model, op schema.Operation) int {
	for i := range b.kept {
		if b.kept[i].m == m && b.kept[i].op == op {
			return i
		}
	}
	b.kept, b.away = append(b.kept, pending{m: m, op: op}), append(b.away, 0)
	return len(b.kept) - 1
}

// Judge asks the rules that waited for the end of a stream, in its transaction: a row that breaks one
// refuses all. op is the call's name.
func (e *Engine) Judge(ctx context.Context, c Call, m *schema.Model, op string) error {
	b := c.Bulk
	if len(b.kept) == 0 {
		return nil
	}
	k := e.begin(c, m, op)
	defer e.end(k)
	return k.fault(c.Door.Single(ctx, m, func(cn *conn.Conn) error {
		k.conn, k.call.Conn = cn, cn
		return b.judge(ctx, k)
	}))
}

// judge asks the rules for all rows that wait, on the work's connection. None waits any more then.
func (b *Bulk) judge(ctx context.Context, k *work) error {
	for i := range b.kept {
		p := &b.kept[i]
		if err := k.judgeKeys(ctx, p.m, p.op, p.keys, p.rows); err != nil {
			return err
		}
		if b.away[i] == 0 {
			continue
		}
		if err := k.judgeStored(ctx, b.id, i, p); err != nil {
			return err
		}
	}
	b.kept, b.away = nil, nil
	return nil
}

// judgeStored asks the rules for the rows whose keys stand in the TEMP table, and empties it.
func (k *work) judgeStored(ctx context.Context, bulk int64, part int, p *pending) error {
	for last := int64(0); ; {
		keys, rows, at, err := k.loadKeys(ctx, bulk, part, len(p.m.Key), last)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return k.dropKeys(ctx, bulk, part, len(p.m.Key))
		}
		if err := k.judgeKeys(ctx, p.m, p.op, keys, rows); err != nil {
			return err
		}
		last = at
	}
}
