package migrate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

// state is what the database remembers of the last push, and where it stands now. A push with
// the same fingerprint at the same version has nothing to do: SQLite raises schema_version
// with every change of the schema, whoever makes it
// (https://www.sqlite.org/pragma.html#pragma_schema_version).
type state struct {
	empty       bool   // nothing has ever been created
	fingerprint string // of the statements pushed last; "" before the first push
	pushed      int64  // schema_version at the end of the last push
	version     int64  // schema_version now
}

func (s *state) current(fingerprint string) bool {
	return s.fingerprint == fingerprint && s.pushed == s.version
}

// stateFormat is the form of what is remembered. A database that a newer Litestone has pushed may
// rely on what this one does not know, so a greater number is refused.
const stateFormat = 1

const stateSQL = `CREATE TABLE IF NOT EXISTS main."` + ddl.StateTable + `" ("key" TEXT NOT NULL PRIMARY KEY, "value" TEXT NOT NULL) STRICT, WITHOUT ROWID`

// fingerprint tells two schemas apart by what push would make of them.
func fingerprint(stmts []ddl.Statement) string {
	h := sha256.New()
	for i := range stmts {
		io.WriteString(h, stmts[i].SQL)
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// readState costs three short statements.
func readState(ctx context.Context, c *conn.Conn) (state, error) {
	var s state
	one := func(sql string, to func(*conn.Row)) error {
		return c.Run(ctx, conn.Query{SQL: sql, Short: true}, nil, func(r *conn.Row) error {
			to(r)
			return nil
		})
	}
	var objects, remembered int64
	err := one(`SELECT count(*), count(CASE WHEN name = '`+ddl.StateTable+`' AND type = 'table' THEN 1 END) FROM main.sqlite_schema`, func(r *conn.Row) {
		objects, remembered = r.Int64(0), r.Int64(1)
	})
	if err != nil {
		return s, err
	}
	if s.empty = objects == 0; s.empty {
		return s, one("PRAGMA main.schema_version", func(r *conn.Row) { s.version = r.Int64(0) })
	}
	if err := one("PRAGMA main.schema_version", func(r *conn.Row) { s.version = r.Int64(0) }); err != nil || remembered == 0 {
		return s, err
	}
	format := int64(0)
	err = one(`SELECT "key", "value" FROM main."`+ddl.StateTable+`" AS s`, func(r *conn.Row) {
		switch r.Text(0) {
		case "format":
			format, _ = strconv.ParseInt(r.Text(1), 10, 64)
		case "fingerprint":
			s.fingerprint = r.Text(1)
		case "schema_version":
			s.pushed, _ = strconv.ParseInt(r.Text(1), 10, 64)
		}
	})
	if err == nil && format > stateFormat {
		return s, &liteerr.Error{Code: liteerr.Unsupported, Operation: operation,
			Message: "the database was brought to its shape by a newer version of Litestone", Hint: "run that version, or a newer one"}
	}
	return s, err
}

// writeState remembers the push. It must be the transaction's last change: creating the table
// raises the version that is remembered.
func writeState(ctx context.Context, c *conn.Conn, fingerprint string) error {
	if err := c.Script(ctx, stateSQL); err != nil {
		return err
	}
	var version int64
	err := c.Run(ctx, conn.Query{SQL: "PRAGMA main.schema_version", Short: true}, nil, func(r *conn.Row) error {
		version = r.Int64(0)
		return nil
	})
	if err != nil {
		return err
	}
	const sql = `INSERT INTO main."` + ddl.StateTable + `" ("key", "value") VALUES (?, ?) ON CONFLICT ("key") DO UPDATE SET "value" = excluded."value"`
	for _, kv := range [][2]string{{"format", strconv.Itoa(stateFormat)}, {"fingerprint", fingerprint}, {"schema_version", strconv.FormatInt(version, 10)}} {
		if _, err := c.Exec(ctx, conn.Query{SQL: sql, Short: true}, []query.Value{query.Text(kv[0]), query.Text(kv[1])}); err != nil {
			return err
		}
	}
	return nil
}
