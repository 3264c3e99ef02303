package logdb

import (
	"context"
	"strings"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// staging opens the database of empty tables where creates make their rows, on its first use.
func (d *DB) staging(ctx context.Context) (*conn.DB, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, errClosed()
	}
	if d.stage != nil {
		return d.stage, nil
	}
	ctx = context.WithoutCancel(ctx)
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
	if err != nil {
		return nil, err
	}
	err = db.Tx(ctx, func(t *conn.Tx) error {
		for _, f := range d.files {
			if err := t.Conn().Script(ctx, stageTable(f.model)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		db.Close()
		return nil, err
	}
	d.stage = db
	return db, nil
}

// stageTable is a model's table as an sqlite database would have it, but that its rows keep the
// order they were inserted in whatever their key.
func stageTable(m *schema.Model) string {
	lines := []string{ddl.Quote(lineColumn(m)) + " INTEGER PRIMARY KEY"}
	for _, f := range m.Columns {
		if f == m.IntegerKey() {
			lines = append(lines, ddl.Quote(f.Column)+" INTEGER NOT NULL")
			continue
		}
		lines = append(lines, ddl.Column(f))
	}
	if len(m.Key) > 0 {
		names := make([]string, len(m.Key))
		for i, k := range m.Key {
			names[i] = ddl.Quote(k.Column)
		}
		lines = append(lines, "UNIQUE ("+strings.Join(names, ", ")+")")
	}
	return "CREATE TABLE " + ddl.Quote(m.Table) + " (" + strings.Join(lines, ", ") + ") STRICT"
}

// made reads the rows that a create made, in its order.
func (t *table) made(ctx context.Context, c *conn.Conn) (out []query.Value, err error) {
	err = c.Run(ctx, conn.Query{SQL: t.all}, nil, func(r *conn.Row) error {
		for i := range r.Len() {
			out = append(out, r.Stored(i))
		}
		return nil
	})
	return out, err
}

// highest is the highest number of a model's integer key; the model's table is current.
func (d *DB) highest(ctx context.Context, f *file, in *Batch) (n int64, err error) {
	err = d.replica.Read(ctx, func(c *conn.Conn) error {
		return c.Run(ctx, conn.Query{SQL: f.table.top}, nil, func(r *conn.Row) error {
			n = r.Int64(0)
			return nil
		})
	})
	width := len(f.model.Columns)
	for _, p := range in.of(d, f.model) {
		for i := 0; i+width <= len(p.rows); i += width {
			n = max(n, f.key(p.rows[i : i+width])[0].Int64())
		}
	}
	return n, err
}

// taken reports whether a row of the model's table, which is current, has a key.
func (d *DB) taken(ctx context.Context, f *file, key []query.Value) (found bool, err error) {
	err = d.replica.Read(ctx, func(c *conn.Conn) error {
		return c.Run(ctx, conn.Query{SQL: f.table.keyed, Short: true}, key, func(*conn.Row) error {
			found = true
			return nil
		})
	})
	return found, err
}
