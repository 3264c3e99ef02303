package logdb

import (
	"context"
	"errors"
	"sync"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Create runs a create call of the write engine: its rows are made in an empty table, which asks
// the checks and fills the defaults that SQLite's tables do, and then appended in one piece, at
// once or when in is committed. rows are the call's; those without their integer key get the next
// number.
//
// A model with a key is looked at as a whole, so that a key is taken once; but a transaction's
// rows are appended at its commit, and a key another process took meanwhile is then there twice.
func (d *DB) Create(ctx context.Context, m *schema.Model, rows []query.Data, in *Batch, run func(write.Door) error) error {
	f := d.file(m)
	if err := outside(ctx, d.dir, d); err != nil {
		return err
	}
	if len(m.Key) == 0 {
		return run(door{d: d, f: f, in: in})
	}
	if err := d.writable(); err != nil {
		return err
	}
	f.table.sync.Lock()
	release, err := d.lock.acquire(ctx, true)
	if err != nil {
		f.table.sync.Unlock()
		return err
	}
	done := sync.OnceFunc(func() {
		release()
		f.table.sync.Unlock()
	})
	defer done()
	if err := d.sync(ctx, f, true); err != nil {
		return err
	}
	if err := d.number(ctx, f, rows, in); err != nil {
		return err
	}
	return run(door{d: d, f: f, in: in, done: done})
}

// door leads the write engine to the empty table of a model.
type door struct {
	d    *DB
	f    *file
	in   *Batch
	done func() // set while the folder's lock is held and the model's table has all rows: ends that
}

// Single runs f like Atomic.
func (o door) Single(ctx context.Context, m *schema.Model, f func(*conn.Conn) error) error {
	return o.Atomic(ctx, m, f)
}

// errMade ends the transaction that made rows: the table stays empty.
var errMade = errors.New("rows made")

// Atomic appends the rows that f inserts, all or none.
func (o door) Atomic(ctx context.Context, m *schema.Model, f func(*conn.Conn) error) error {
	stage, err := o.d.staging(ctx)
	if err != nil {
		return err
	}
	var made []query.Value
	err = stage.Tx(ctx, func(t *conn.Tx) error {
		if err := f(t.Conn()); err != nil {
			return err
		}
		if made, err = o.f.table.made(ctx, t.Conn()); err != nil {
			return err
		}
		return errMade
	})
	if !errors.Is(err, errMade) {
		return err
	}
	if o.done == nil {
		return o.d.Append(ctx, m, o.in, made)
	}
	defer o.done() // what follows the append may write other logs of the folder
	if err := o.d.keysFree(ctx, o.f, made, o.in); err != nil {
		return err
	}
	if o.in != nil {
		o.in.add(item{o.d, o.f, made})
		return nil
	}
	return o.d.append(addLines(nil, o.f, made))
}

// number gives rows without their integer key the next number after the highest there is. The
// folder's lock is held.
func (d *DB) number(ctx context.Context, f *file, rows []query.Data, in *Batch) error {
	key := f.model.IntegerKey()
	if key == nil {
		return nil
	}
	var high int64
	known := false
	for i := range rows {
		at := givenAt(&rows[i], key)
		if at >= 0 && !rows[i].Set[at].Value.IsNull() {
			high = max(high, rows[i].Set[at].Value.Int64())
			continue
		}
		if !known {
			n, err := d.highest(ctx, f, in)
			if err != nil {
				return err
			}
			high, known = max(high, n), true
		}
		high++
		if at < 0 {
			at = len(rows[i].Set)
			rows[i].Set = append(rows[i].Set, query.Assign{Ref: query.RefOf(f.model, key)})
		}
		rows[i].Set[at].Value = query.Int(high)
	}
	return nil
}

func givenAt(d *query.Data, f *schema.Field) int {
	for i := range d.Set {
		if d.Set[i].Ref.Index == f.Index {
			return i
		}
	}
	return -1
}

// keysFree refuses rows whose key another row has. Among themselves the rows were told apart when
// they were made.
func (d *DB) keysFree(ctx context.Context, f *file, made []query.Value, in *Batch) error {
	pending := in.of(d, f.model)
	width := len(f.model.Columns)
	for at := 0; at+width <= len(made); at += width {
		key := f.key(made[at : at+width])
		taken, err := d.taken(ctx, f, key)
		if err != nil {
			return err
		}
		for _, p := range pending {
			for i := 0; i+width <= len(p.rows) && !taken; i += width {
				taken = sameKey(key, f.key(p.rows[i:i+width]))
			}
		}
		if !taken {
			continue
		}
		e := &liteerr.Error{Code: liteerr.Unique, Model: f.model.Accessor, Operation: "create", Message: "another row has this value already"}
		for _, k := range f.model.Key {
			e.Fields = append(e.Fields, k.Name)
		}
		return e
	}
	return nil
}

// key picks a row's key out of its columns.
func (f *file) key(row []query.Value) []query.Value {
	out := make([]query.Value, 0, len(f.model.Key))
	for _, k := range f.model.Key {
		for i, c := range f.model.Columns {
			if c == k {
				out = append(out, row[i])
			}
		}
	}
	return out
}

func sameKey(a, b []query.Value) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
