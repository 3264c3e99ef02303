//go:build cgosqlite || !((darwin && amd64) || (darwin && arm64) || (linux && 386) || (linux && amd64) || (linux && arm) || (linux && arm64) || (windows && amd64))

package conn

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"time"

	"github.com/litestone-go/orm/litestone/query"
)

// This file runs statements through the driver's own interface: any driver will do.
// runner_direct.go is its twin for the pure Go one.

// compiled is a prepared statement as the driver runs it.
type compiled struct {
	query   driver.StmtQueryContext
	execute driver.StmtExecContext
}

func compiledOf(st driver.Stmt) (c compiled, err error) {
	var q, x bool
	c.query, q = st.(driver.StmtQueryContext)
	c.execute, x = st.(driver.StmtExecContext)
	if !q || !x {
		err = errors.New("the SQLite driver's statements take no context")
	}
	return c, err
}

// frame is the room one running statement needs, kept for the next.
type frame struct {
	args []driver.NamedValue
	rows driver.Rows
	row  Row
	next *frame
}

// open binds the arguments and steps to the first row. close must follow.
func (f *frame) open(ctx context.Context, h *handle, s *statement, args []query.Value) (more bool, err error) {
	f.bind(args)
	if f.rows, err = s.compiled.query.QueryContext(ctx, f.args); err != nil {
		f.rows = nil
		return false, err
	}
	f.row.names = f.rows.Columns()
	if n := len(f.row.names); cap(f.row.values) < n {
		f.row.values = make([]driver.Value, n)
	} else {
		f.row.values = f.row.values[:n]
	}
	return f.step()
}

// step goes to the next row.
func (f *frame) step() (more bool, err error) {
	if err = f.rows.Next(f.row.values); err == io.EOF {
		return false, nil
	}
	return err == nil, err
}

// close makes the statement ready for its next use; without open it does nothing.
func (f *frame) close() error {
	if f.rows == nil {
		return nil
	}
	err := f.rows.Close()
	f.rows = nil
	return err
}

// exec runs a statement to its end.
func (f *frame) exec(ctx context.Context, h *handle, s *statement, args []query.Value) (r Result, err error) {
	if s.rows {
		// The cgo driver's Exec leaves a statement that gives rows standing on the first,
		// and with it the implicit transaction open.
		more, err := f.open(ctx, h, s, args)
		for ; more && err == nil; more, err = f.step() {
			if s.changes {
				r.Changes++
			}
		}
		if e := f.close(); err == nil {
			err = e
		}
		return r, err
	}
	f.bind(args)
	done, err := s.execute.ExecContext(ctx, f.args)
	if err == nil && s.changes {
		r.Changes, _ = done.RowsAffected()
		r.LastID, _ = done.LastInsertId()
	}
	return r, err
}

func (f *frame) bind(args []query.Value) {
	if cap(f.args) < len(args) {
		f.args = make([]driver.NamedValue, len(args), len(args)+8)
	}
	f.args = f.args[:len(args)]
	for i := range args {
		a := &f.args[i]
		a.Ordinal = i + 1
		if v := &args[i]; v.Kind() == query.KindBlob {
			a.Value = bytesOf(v.Str()) // the driver copies what it binds
		} else {
			a.Value = v.Any()
		}
	}
}

// clear lets go of the values of the statement that has ended.
func (f *frame) clear() {
	clear(f.args)
	clear(f.row.values)
	f.row.names = nil
}

// release has nothing to free here.
func (f *frame) release() {}

// columns is a row as the driver gives it.
type columns struct {
	names  []string
	values []driver.Value
}

func (c *columns) count() int        { return len(c.values) }
func (c *columns) name(i int) string { return c.names[i] }

func (c *columns) kind(i int) query.Kind {
	switch c.values[i].(type) {
	case string, time.Time:
		return query.KindText
	case int64, bool:
		return query.KindInt
	case float64:
		return query.KindReal
	case []byte:
		return query.KindBlob
	}
	return query.KindNull
}

func (c *columns) integer(i int) int64 {
	switch v := c.values[i].(type) {
	case int64:
		return v
	case bool: // a column declared BOOLEAN
		if v {
			return 1
		}
	}
	return 0
}

func (c *columns) real(i int) float64 { return c.values[i].(float64) }

func (c *columns) text(i int) string {
	switch v := c.values[i].(type) {
	case string:
		return v
	case time.Time: // a column declared DATE, DATETIME or TIMESTAMP
		return v.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return ""
}

func (c *columns) blob(i int) []byte { return c.values[i].([]byte) }
