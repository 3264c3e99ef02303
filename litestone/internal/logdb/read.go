package logdb

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/schema"
)

// Read runs f on a connection that sees a model's rows, those of all models when m is nil. With
// snapshot all statements of f see the same moment. mine are the lines of the caller's open
// transaction, nil without one.
func (d *DB) Read(ctx context.Context, m *schema.Model, snapshot bool, mine *Batch, f func(*conn.Conn) error) error {
	for _, x := range d.files {
		if m == nil || x.model == m {
			if err := d.sync(ctx, x, false); err != nil {
				return err
			}
		}
	}
	return d.read(ctx, snapshot, mine.of(d, m), f)
}

// ReadModels runs f on a snapshot that sees the rows of several models, as Read.
func (d *DB) ReadModels(ctx context.Context, models []*schema.Model, mine *Batch, f func(*conn.Conn) error) error {
	var own []item
	for _, m := range models {
		if err := d.sync(ctx, d.file(m), false); err != nil {
			return err
		}
		own = append(own, mine.of(d, m)...)
	}
	return d.read(ctx, true, own, f)
}

func (d *DB) read(ctx context.Context, snapshot bool, own []item, f func(*conn.Conn) error) error {
	db, err := d.memory(ctx)
	if err != nil {
		return err
	}
	if len(own) > 0 {
		return d.readWith(ctx, db, own, f)
	}
	if snapshot {
		return db.Snapshot(ctx, f)
	}
	return db.Read(ctx, f)
}
