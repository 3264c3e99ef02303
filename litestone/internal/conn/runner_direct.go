//go:build !cgosqlite && ((darwin && amd64) || (darwin && arm64) || (linux && 386) || (linux && amd64) || (linux && arm) || (linux && arm64) || (windows && amd64))

package conn

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math"
	"reflect"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"github.com/litestone-go/orm/litestone/query"
)

// This file runs statements of the pure Go driver past its database/sql interface, on
// SQLite's own functions: no boxed values, no copies of arguments, no column names and types
// fetched anew for each call. The driver still prepares and closes the statements.
// runner_driver.go is its twin for any driver.

// compiled is a prepared statement as SQLite knows it.
type compiled struct {
	ps    uintptr // sqlite3_stmt*
	names []string
	built int32 // how often SQLite had compiled the statement when names were read
}

func compiledOf(st driver.Stmt) (compiled, error) {
	ps, err := handleOfStmt(st)
	return compiled{ps: ps}, err
}

// handleOfStmt reads the sqlite3_stmt* out of the driver's statement; 0 for a script or an
// empty text, for which the driver keeps none.
func handleOfStmt(st driver.Stmt) (uintptr, error) {
	if v := reflect.Indirect(reflect.ValueOf(st)); v.Kind() == reflect.Struct {
		if p := v.FieldByName("pstmt"); p.IsValid() && p.CanUint() {
			return uintptr(p.Uint()), nil
		}
	}
	return 0, fmt.Errorf("the SQLite driver's statement %T has no handle this version knows", st)
}

// frame is the room one running statement needs, kept for the next.
type frame struct {
	native native
	s      *statement
	keep   []string // the bound texts and blobs: SQLite reads them where they are
	row    Row
	next   *frame
}

// open binds the arguments and steps to the first row. close must follow.
func (f *frame) open(_ context.Context, h *handle, s *statement, args []query.Value) (more bool, err error) {
	f.native, f.s = h.native, s
	if err := f.bind(args); err != nil {
		return false, err
	}
	f.row.columns.tls, f.row.columns.s = h.native.tls, s
	return f.step()
}

// step goes to the next row.
func (f *frame) step() (more bool, err error) {
	switch rc := lib.Xsqlite3_step(f.native.tls, f.s.ps); rc {
	case lib.SQLITE_ROW:
		f.row.read()
		return true, nil
	case lib.SQLITE_DONE:
		return false, nil
	default:
		return false, f.native.failure(rc)
	}
}

// close makes the statement ready for its next use; without open it does nothing. The result
// of resetting is the error step has already given.
func (f *frame) close() error {
	if f.s != nil {
		lib.Xsqlite3_reset(f.native.tls, f.s.ps)
		lib.Xsqlite3_clear_bindings(f.native.tls, f.s.ps)
		f.s = nil
	}
	return nil
}

// exec runs a statement to its end.
func (f *frame) exec(ctx context.Context, h *handle, s *statement, args []query.Value) (r Result, err error) {
	f.native, f.s = h.native, s
	defer f.close()
	if err := f.bind(args); err != nil {
		return r, err
	}
	for rc := int32(lib.SQLITE_ROW); rc != lib.SQLITE_DONE; {
		if rc = lib.Xsqlite3_step(f.native.tls, s.ps); rc != lib.SQLITE_ROW && rc != lib.SQLITE_DONE {
			return r, f.native.failure(rc)
		}
	}
	if s.changes {
		r.Changes = lib.Xsqlite3_changes64(f.native.tls, f.native.db)
		if !s.rows {
			r.LastID = lib.Xsqlite3_last_insert_rowid(f.native.tls, f.native.db)
		}
	}
	return r, nil
}

// bind gives SQLite the arguments. Texts are not copied: keep holds them on the heap, where
// Go moves nothing, until close has made SQLite forget them.
func (f *frame) bind(args []query.Value) error {
	tls, ps := f.native.tls, f.s.ps
	for i := range args {
		v, at := &args[i], int32(i+1)
		var rc int32
		switch v.Kind() {
		case query.KindInt:
			rc = lib.Xsqlite3_bind_int64(tls, ps, at, v.Int64())
		case query.KindReal:
			rc = lib.Xsqlite3_bind_double(tls, ps, at, v.Float64())
		case query.KindText, query.KindBlob:
			s := v.Str()
			if len(s) > math.MaxInt32 {
				return &nativeError{code: lib.SQLITE_TOOBIG, message: "string or blob too big"}
			}
			f.keep = append(f.keep, s)
			if s == "" {
				s = "-" // a pointer that is not null, of which nothing is read
			}
			p := uintptr(unsafe.Pointer(unsafe.StringData(s)))
			if n := int32(len(v.Str())); v.Kind() == query.KindText {
				rc = lib.Xsqlite3_bind_text(tls, ps, at, p, n, lib.SQLITE_STATIC)
			} else {
				rc = lib.Xsqlite3_bind_blob(tls, ps, at, p, n, lib.SQLITE_STATIC)
			}
		default:
			rc = lib.Xsqlite3_bind_null(tls, ps, at)
		}
		if rc != lib.SQLITE_OK {
			return f.native.failure(rc)
		}
	}
	return nil
}

// clear lets go of the values of the statement that has ended.
func (f *frame) clear() {
	clear(f.keep)
	f.keep = f.keep[:0]
	f.row.s = nil
	f.row.values = f.row.values[:0]
	f.row.arena = nil
}

// nativeError is an error of SQLite's that did not come through the driver.
type nativeError struct {
	code    int32
	message string
}

func (e *nativeError) Error() string { return e.message }

// Code is the extended result code, under the name the driver's errors give it.
func (e *nativeError) Code() int { return int(e.code) }

func (n native) failure(rc int32) error {
	return &nativeError{code: rc, message: libc.GoString(lib.Xsqlite3_errmsg(n.tls, n.db))}
}

// columns is a row where SQLite keeps it.
type columns struct {
	tls    *libc.TLS
	s      *statement
	values []uintptr // sqlite3_value* of each column, valid until the next step
	arena  []byte    // where the texts of this run are put; never written twice
}

// read looks at the row the statement stands on. The values are read without SQLite's lock,
// which is allowed to who alone uses the connection, and we hold ours.
func (c *columns) read() {
	n := lib.Xsqlite3_column_count(c.tls, c.s.ps)
	c.values = c.values[:0]
	for i := range n {
		c.values = append(c.values, lib.Xsqlite3_column_value(c.tls, c.s.ps, i))
	}
}

func (c *columns) count() int { return len(c.values) }

// name reads the names once, and again after SQLite compiled the statement anew because the
// schema changed.
func (c *columns) name(i int) string {
	s := c.s
	built := lib.Xsqlite3_stmt_status(c.tls, s.ps, lib.SQLITE_STMTSTATUS_REPREPARE, 0) + 1
	if s.built != built {
		s.names = make([]string, len(c.values))
		for i := range s.names {
			s.names[i] = libc.GoString(lib.Xsqlite3_column_name(c.tls, s.ps, int32(i)))
		}
		s.built = built
	}
	return s.names[i]
}

func (c *columns) kind(i int) query.Kind {
	switch lib.Xsqlite3_value_type(c.tls, c.values[i]) {
	case lib.SQLITE_INTEGER:
		return query.KindInt
	case lib.SQLITE_FLOAT:
		return query.KindReal
	case lib.SQLITE_TEXT:
		return query.KindText
	case lib.SQLITE_BLOB:
		return query.KindBlob
	}
	return query.KindNull
}

func (c *columns) integer(i int) int64 { return lib.Xsqlite3_value_int64(c.tls, c.values[i]) }

func (c *columns) real(i int) float64 { return lib.Xsqlite3_value_double(c.tls, c.values[i]) }

func (c *columns) text(i int) string {
	p := lib.Xsqlite3_value_text(c.tls, c.values[i])
	return c.copied(memory(p, lib.Xsqlite3_value_bytes(c.tls, c.values[i])))
}

func (c *columns) blob(i int) []byte {
	p := lib.Xsqlite3_value_blob(c.tls, c.values[i])
	return memory(p, lib.Xsqlite3_value_bytes(c.tls, c.values[i]))
}

// The arena grows by doubling between these sizes; a text larger than a quarter of the
// largest gets memory of its own.
const (
	arenaMin = 128
	arenaMax = 16 << 10
)

// copied puts a text into the arena. One allocation then serves many texts.
func (c *columns) copied(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > arenaMax/4 {
		return string(b)
	}
	if cap(c.arena)-len(c.arena) < len(b) {
		c.arena = make([]byte, 0, max(min(2*cap(c.arena), arenaMax), arenaMin, len(b)))
	}
	from := len(c.arena)
	c.arena = append(c.arena, b...)
	return unsafe.String(&c.arena[from], len(b))
}

// memory views n bytes of SQLite's memory, which Go's collector knows nothing of.
func memory(p uintptr, n int32) []byte {
	if p == 0 || n <= 0 {
		return []byte{}
	}
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&p)), n)
}
