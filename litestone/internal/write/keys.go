package write

import (
	"context"
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/query"
)

// keysTable is the TEMP table of keys of rows that are judged when a stream ends, one for each
// number of key columns. It stands on the write connection and is empty between calls; rolling back
// a stream takes its keys back too.
const keysTable = "litestone_keys_"

// keysAtOnce is how many keys one statement stores.
const keysAtOnce = 32

type keysSQL struct{ make, one, many, next, clear string }

// keyStatements are the statements on the table of keys of a width.
func keyStatements(width int) keysSQL {
	table := `temp."` + keysTable + strconv.Itoa(width) + `"`
	names := ""
	for i := range width {
		names += `, "k` + strconv.Itoa(i) + `"`
	}
	row := "(" + strings.Repeat("?, ", 2+width) + "?)"
	into := "INSERT INTO " + table + ` ("bulk", "part", "nth"` + names + ") VALUES "
	return keysSQL{
		make:  "CREATE TABLE IF NOT EXISTS " + table + ` ("id" INTEGER PRIMARY KEY, "bulk", "part", "nth"` + names + ")",
		one:   into + row,
		many:  into + strings.Repeat(row+", ", keysAtOnce-1) + row,
		next:  `SELECT "id", "nth"` + names + " FROM " + table + ` WHERE "bulk" = ? AND "part" = ? AND "id" > ? ORDER BY "id" LIMIT ?`,
		clear: "DELETE FROM " + table + ` WHERE "bulk" = ? AND "part" = ?`,
	}
}

// storeKeys moves keys to the TEMP table. Values keep their storage classes there: the columns have no
// affinity.
func (k *work) storeKeys(ctx context.Context, bulk int64, part int, p *pending) error {
	width := len(p.m.Key)
	s := keyStatements(width)
	if err := k.conn.Script(ctx, s.make); err != nil {
		return err
	}
	for i := 0; i < len(p.rows); {
		sql, n := s.one, 1
		if len(p.rows)-i >= keysAtOnce {
			sql, n = s.many, keysAtOnce
		}
		k.args = k.args[:0]
		for ; n > 0; n, i = n-1, i+1 {
			k.args = append(k.args, query.Int(bulk), query.Int(int64(part)), query.Int(int64(p.rows[i])))
			k.args = append(k.args, p.keys[i*width:(i+1)*width]...)
		}
		if _, err := k.conn.Exec(ctx, conn.Query{SQL: sql}, k.args); err != nil {
			return err
		}
	}
	return nil
}

// loadKeys reads the next keys after a place in the TEMP table, with their rows of the call; last is
// where they end.
func (k *work) loadKeys(ctx context.Context, bulk int64, part, width int, after int64) (keys []query.Value, rows []int, last int64, err error) {
	k.args = append(k.args[:0], query.Int(bulk), query.Int(int64(part)), query.Int(after), query.Int(sqlgen.MaxKeys))
	err = k.conn.Run(ctx, conn.Query{SQL: keyStatements(width).next}, k.args, func(r *conn.Row) error {
		last = r.Int64(0)
		rows = append(rows, int(r.Int64(1)))
		for i := range width {
			keys = append(keys, r.Stored(2+i))
		}
		return nil
	})
	return keys, rows, last, err
}

// dropKeys takes the keys of a part out of the TEMP table.
func (k *work) dropKeys(ctx context.Context, bulk int64, part, width int) error {
	k.args = append(k.args[:0], query.Int(bulk), query.Int(int64(part)))
	_, err := k.conn.Exec(ctx, conn.Query{SQL: keyStatements(width).clear}, k.args)
	return err
}
