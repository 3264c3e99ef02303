package logdb

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Batch is the lines of an open transaction: its reads see them, and Commit appends them. The zero
// Batch is empty; a nil one takes nothing.
type Batch struct {
	mu    sync.Mutex
	items []item
	lost  []*schema.Database // whose lines Commit could not append
}

// item is the rows of one call.
type item struct {
	d    *DB
	f    *file
	rows []query.Value // the columns of each row in turn
}

func (b *Batch) add(i item) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.items = append(b.items, i)
}

// Mark is the place Undo goes back to.
func (b *Batch) Mark() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.items)
}

// Undo forgets what was added after a mark: a savepoint was rolled back.
func (b *Batch) Undo(mark int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.items[mark:])
	b.items = b.items[:mark]
}

// of gives the rows of a model, or of all models of a database when m is nil.
func (b *Batch) of(d *DB, m *schema.Model) (out []item) {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, i := range b.items {
		if i.d == d && (m == nil || i.f.model == m) {
			out = append(out, i)
		}
	}
	return out
}

// Commit appends the lines, those of one database all or none, and leaves the batch empty.
func (b *Batch) Commit(ctx context.Context) error {
	b.mu.Lock()
	items := b.items
	b.items = nil
	b.mu.Unlock()
	var dbs []*DB
	for _, i := range items {
		if !slices.Contains(dbs, i.d) {
			dbs = append(dbs, i.d)
		}
	}
	var errs []error
	for _, d := range dbs {
		var list []lines
		for _, i := range items {
			if i.d == d {
				list = addLines(list, i.f, i.rows)
			}
		}
		err := d.locked(ctx, func() error { return d.append(list) })
		if err != nil {
			b.lost = append(b.lost, d.o.Database)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Lost reports, after Commit, whether the lines of a database could not be appended; of any where d is
// nil.
func (b *Batch) Lost(d *schema.Database) bool {
	return d == nil && len(b.lost) > 0 || slices.Contains(b.lost, d)
}

// Drain gives out what was collected, one call's rows after the other, and leaves the batch empty.
func (b *Batch) Drain(each func(d *DB, m *schema.Model, rows []query.Value)) {
	b.mu.Lock()
	items := b.items
	b.items = nil
	b.mu.Unlock()
	for _, i := range items {
		each(i.d, i.f.model, i.rows)
	}
}

// addLines adds rows as lines of a file.
func addLines(list []lines, f *file, rows []query.Value) []lines {
	at := slices.IndexFunc(list, func(l lines) bool { return l.f == f })
	if at < 0 {
		at, list = len(list), append(list, lines{f: f})
	}
	width := len(f.model.Columns)
	for i := 0; i+width <= len(rows); i += width {
		list[at].data = appendLine(list[at].data, f.model, rows[i:i+width])
	}
	return list
}

// Append writes rows of a model, their columns one after the other, in one piece: at once, or when
// in is committed.
func (d *DB) Append(ctx context.Context, m *schema.Model, in *Batch, rows []query.Value) error {
	f := d.file(m)
	if in != nil {
		in.add(item{d, f, rows})
		return nil
	}
	list := addLines(nil, f, rows)
	return d.locked(ctx, func() error { return d.append(list) })
}
