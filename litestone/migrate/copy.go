package migrate

import (
	"context"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
)

// chunkRows is how many rows are copied by one statement. Between two of them the context is
// looked at and progress is told; SQLite is not interrupted in the midst of a transaction.
const chunkRows = 100_000

// rowCopy is the statement of a rebuild that copies the rows.
type rowCopy struct {
	at    int    // in Step.SQL
	table string // live
	rowid string // what its rowid goes by; empty where the copy cannot be cut
}

// runSteps runs steps on a connection, inside a transaction.
func runSteps(ctx context.Context, c *conn.Conn, steps []Step, tell func(Progress)) error {
	for i := range steps {
		s := &steps[i]
		p := Progress{Step: i + 1, Steps: len(steps), Comment: s.Comment}
		if tell != nil {
			tell(p)
		}
		for j, sql := range s.SQL {
			var err error
			if s.copy != nil && s.copy.at == j && s.copy.rowid != "" {
				err = s.copy.run(ctx, c, sql, p, tell)
			} else {
				err = c.Script(ctx, sql)
			}
			if err != nil {
				return failed(err, s, sql)
			}
		}
	}
	return nil
}

// run copies in order of rowid, so that the new table is written from its beginning to its end.
// The range of rowids is cut into as many equal pieces as chunks are wanted: where rowids have
// gaps some pieces are smaller, but no row has to be looked for.
func (r *rowCopy) run(ctx context.Context, c *conn.Conn, sql string, p Progress, tell func(Progress)) error {
	id, from := r.rowid, " FROM main."+ddl.Quote(r.table)
	var least, most int64
	err := c.Run(ctx, conn.Query{SQL: "SELECT (SELECT count(*)" + from + "), (SELECT min(" + id + ")" + from + "), (SELECT max(" + id + ")" + from + ")"}, nil, func(r *conn.Row) error {
		p.Total = r.Int64(0)
		if p.Total > 0 {
			least, most = r.Int64(1), r.Int64(2)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if p.Total <= chunkRows {
		return c.Script(ctx, sql)
	}
	pieces := uint64(p.Total/chunkRows) + 1
	step := (uint64(most)-uint64(least))/pieces + 1
	for low := least; ; {
		high := int64(uint64(low) + step - 1)
		if high < low || high > most { // over the end of the integers, or of the table
			high = most
		}
		res, err := c.Exec(ctx, conn.Query{SQL: sql + "\nWHERE " + id + " BETWEEN ? AND ?"}, intArgs(low, high))
		if err != nil {
			return err
		}
		if p.Rows += res.Changes; tell != nil {
			tell(p)
		}
		if high == most {
			return nil
		}
		low = high + 1
	}
}

func intArgs(a, b int64) []query.Value { return []query.Value{query.Int(a), query.Int(b)} }
