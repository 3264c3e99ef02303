package conn

import (
	"context"
	"errors"

	"github.com/uptrace/bun/driver/sqliteshim"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

// Features tell what the SQLite at hand can do.
type Features struct {
	Driver        string // the database/sql driver's name: "sqlite" (pure Go) or "sqlite3" (cgo)
	Version       string // as "3.53.4"
	VersionNumber int    // as 3053004
	FTS5          bool   // full-text search is built in; the cgo driver needs the tag sqlite_fts5
	RowCheck      RowCheck
}

// RowCheck is how a single-row write can refuse the row it makes.
type RowCheck int

// The ways, best first. All but the last let the write stay in autocommit.
const (
	// RaiseInReturning: RETURNING … CASE WHEN … ELSE RAISE(ABORT, 'litestone:denied:…') END.
	// SQLite does not document it, so it is tested at Open.
	RaiseInReturning RowCheck = iota
	// JSONError: json_extract('{}', 'litestone:denied:…') in the same place.
	JSONError
	// Savepoint: RETURNING gives a boolean and the caller rolls back to a savepoint.
	Savepoint
)

// String names the way.
func (r RowCheck) String() string {
	return [...]string{"raise in returning", "json error", "savepoint"}[r]
}

// Deny is the SQL expression that fails a row check inside RETURNING, for the two ways that
// have one: "" for Savepoint. The reason is a literal, quoted here.
func (r RowCheck) Deny(model, rule string) string {
	literal := quoted(deniedPrefix + model + ":" + rule)
	switch r {
	case RaiseInReturning:
		return "RAISE(ABORT," + literal + ")"
	case JSONError:
		return "json_extract('{}'," + literal + ")"
	}
	return ""
}

func inspect(ctx context.Context, c *Conn) (Features, error) {
	f := Features{Driver: sqliteshim.DriverName()}
	const sql = "SELECT sqlite_version(), (SELECT count(*) FROM pragma_module_list WHERE name='fts5'), (SELECT count(*) FROM sqlite_schema)"
	err := c.Run(ctx, Query{SQL: sql}, nil, func(r *Row) error {
		f.Version, f.FTS5 = r.Text(0), r.Int64(1) > 0
		return nil
	})
	if err != nil {
		return f, err
	}
	f.VersionNumber = versionNumber(f.Version)
	f.RowCheck, err = rowCheck(ctx, c)
	return f, err
}

// rowCheck tries the ways on a TEMP table, which is made and dropped here.
func rowCheck(ctx context.Context, c *Conn) (RowCheck, error) {
	const table = "temp.litestone_row_check"
	if err := c.Script(ctx, "CREATE TABLE "+table+"(id INTEGER PRIMARY KEY, n INTEGER)"); err != nil {
		return Savepoint, err
	}
	found := Savepoint
	for _, way := range []RowCheck{RaiseInReturning, JSONError} {
		ok, err := way.works(ctx, c, table)
		if err != nil {
			return Savepoint, err
		}
		if ok {
			found = way
			break
		}
	}
	return found, c.Script(ctx, "DROP TABLE "+table)
}

// works asks for all that the write path relies on: the refused row is gone, the reason
// arrives, and the same prepared statement then takes a good row.
func (r RowCheck) works(ctx context.Context, c *Conn, table string) (bool, error) {
	insert := Query{SQL: "INSERT INTO " + table + "(n) VALUES(?) RETURNING id, CASE WHEN (litestone_row_check.n > 5) IS TRUE THEN 1 ELSE " + r.Deny("m", "r") + " END"}
	_, err := c.Exec(ctx, insert, []query.Value{query.Int(1)})
	var d *Denied
	switch {
	case isCode(err, liteerr.Cancelled):
		return false, err
	case !errors.As(err, &d) || d.Model != "m" || d.Rule != "r":
		return false, nil
	}
	passed := int64(0)
	err = c.Run(ctx, insert, []query.Value{query.Int(9)}, func(row *Row) error {
		passed = row.Int64(1)
		return nil
	})
	if err != nil || passed != 1 {
		return false, nil
	}
	var kept, sum int64
	err = c.Run(ctx, Query{SQL: "SELECT count(*), sum(n) FROM " + table}, nil, func(row *Row) error {
		kept, sum = row.Int64(0), row.Int64(1)
		return nil
	})
	return kept == 1 && sum == 9, err
}

func isCode(err error, code liteerr.Code) bool {
	var e *liteerr.Error
	return errors.As(err, &e) && e.Code == code
}

// versionNumber turns "3.53.4" into 3053004, as sqlite3_libversion_number does.
func versionNumber(v string) int {
	n, part, parts := 0, 0, 0
	for i := 0; i <= len(v) && parts < 3; i++ {
		if i < len(v) && v[i] >= '0' && v[i] <= '9' {
			part = part*10 + int(v[i]-'0')
			continue
		}
		n, part, parts = n*1000+part, 0, parts+1
	}
	for ; parts < 3; parts++ {
		n *= 1000
	}
	return n
}

func quoted(s string) string {
	out := []byte{'\''}
	for i := 0; i < len(s); i++ {
		if s[i] == '\'' {
			out = append(out, '\'')
		}
		out = append(out, s[i])
	}
	return string(append(out, '\''))
}
