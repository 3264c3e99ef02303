package migrate

import (
	"context"
	"time"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
)

// HistoryTable holds the migrations that were applied: one row each, by the order they ran in.
const HistoryTable = "_litestone_migrations"

const historySQL = `CREATE TABLE IF NOT EXISTS main."` + HistoryTable + `" (
  "seq" INTEGER PRIMARY KEY,
  "name" TEXT NOT NULL UNIQUE,
  "checksum" TEXT NOT NULL,
  "applied_at" TEXT NOT NULL,
  "took_ms" INTEGER NOT NULL
) STRICT`

// Record is one row of the history.
type Record struct {
	Name      string
	Checksum  string
	AppliedAt time.Time
	Took      time.Duration
}

// readHistory gives the records in the order they were made; none without a table.
func readHistory(ctx context.Context, c *conn.Conn) ([]Record, error) {
	there := int64(0)
	err := c.Run(ctx, conn.Query{SQL: "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = '" + HistoryTable + "'", Short: true}, nil, func(r *conn.Row) error {
		there = r.Int64(0)
		return nil
	})
	if err != nil || there == 0 {
		return nil, err
	}
	var out []Record
	err = c.Run(ctx, conn.Query{SQL: `SELECT h."name", h."checksum", h."applied_at", h."took_ms" FROM main."` + HistoryTable + `" AS h ORDER BY h."seq"`}, nil, func(r *conn.Row) error {
		at, _ := time.Parse(time.RFC3339, r.Text(2))
		out = append(out, Record{Name: r.Text(0), Checksum: r.Text(1), AppliedAt: at, Took: time.Duration(r.Int64(3)) * time.Millisecond})
		return nil
	})
	return out, err
}

// remember adds a record inside the migration's own transaction.
func remember(ctx context.Context, c *conn.Conn, rec Record) error {
	if err := c.Script(ctx, historySQL); err != nil {
		return err
	}
	_, err := c.Exec(ctx, conn.Query{SQL: `INSERT INTO main."` + HistoryTable + `" ("name", "checksum", "applied_at", "took_ms") VALUES (?, ?, ?, ?)`, Short: true},
		[]query.Value{query.Text(rec.Name), query.Text(rec.Checksum), query.Text(rec.AppliedAt.UTC().Format("2006-01-02T15:04:05.000Z")), query.Int(rec.Took.Milliseconds())})
	return err
}

func forget(ctx context.Context, c *conn.Conn, name string) error {
	_, err := c.Exec(ctx, conn.Query{SQL: `DELETE FROM main."` + HistoryTable + `" WHERE "name" = ?`, Short: true}, []query.Value{query.Text(name)})
	return err
}

// bookkeeping reports whether a table is Litestone's own.
func bookkeeping(table string) bool {
	return catalog.Same(table, HistoryTable) || catalog.Same(table, "_litestone") || catalog.Same(table, "_litestone_sequences") || catalog.Same(table, "_locks")
}
