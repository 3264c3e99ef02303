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
	db, err := d.memory(ctx)
	if err != nil {
		return err
	}
	if rows := mine.of(d, m); len(rows) > 0 {
		return d.readWith(ctx, db, rows, f)
	}
	if snapshot {
		return db.Snapshot(ctx, f)
	}
	return db.Read(ctx, f)
}
