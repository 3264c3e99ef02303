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
	"modernc.org/libc/sys/types"
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
	texts  nativeBuffer // the bound texts and blobs
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

// bind gives SQLite the arguments. Texts and blobs are laid out one after the other in
// memory of SQLite's world, where they stay until close: pointing SQLite at Go's memory
// would save the copy, and crash programs built with -race, which checks such pointers.
func (f *frame) bind(args []query.Value) error {
	size := 1 // so that an empty text has an address too: the null pointer would bind NULL
	for i := range args {
		n := len(args[i].Str())
		if n > math.MaxInt32 {
			return &nativeError{code: lib.SQLITE_TOOBIG, message: "string or blob too big"}
		}
		size += n
	}
	if err := f.texts.reserve(f.native.tls, size); err != nil {
		return err
	}
	tls, ps := f.native.tls, f.s.ps
	for i := range args {
		v, at := &args[i], int32(i+1)
		var rc int32
		switch v.Kind() {
		case query.KindInt:
			rc = lib.Xsqlite3_bind_int64(tls, ps, at, v.Int64())
		case query.KindReal:
			rc = lib.Xsqlite3_bind_double(tls, ps, at, v.Float64())
		case query.KindText:
			p, n := f.texts.put(v.Str())
			rc = lib.Xsqlite3_bind_text(tls, ps, at, p, n, lib.SQLITE_STATIC)
		case query.KindBlob:
			p, n := f.texts.put(v.Str())
			rc = lib.Xsqlite3_bind_blob(tls, ps, at, p, n, lib.SQLITE_STATIC)
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
	if f.texts.size > 1<<20 {
		f.release()
	}
	f.row.columns = columns{values: f.row.values[:0]}
}

// release frees what the collector does not see; the frame stays usable.
func (f *frame) release() { f.texts.free(f.native.tls) }

// nativeBuffer is memory outside Go's heap.
type nativeBuffer struct {
	p    uintptr
	size int
	used int
}

// reserve empties the buffer and makes room for size bytes.
func (b *nativeBuffer) reserve(tls *libc.TLS, size int) error {
	b.used = 0
	if size <= b.size {
		return nil
	}
	b.free(tls)
	size = max(size, 256)
	if b.p = libc.Xmalloc(tls, types.Size_t(size)); b.p == 0 {
		return &nativeError{code: lib.SQLITE_NOMEM, message: "out of memory"}
	}
	b.size = size
	return nil
}

// put copies a text into the room reserved.
func (b *nativeBuffer) put(s string) (p uintptr, n int32) {
	p, n = b.p+uintptr(b.used), int32(len(s))
	copy(memory(p, n), s)
	b.used += len(s)
	return p, n
}

func (b *nativeBuffer) free(tls *libc.TLS) {
	if b.p != 0 {
		libc.Xfree(tls, b.p)
	}
	*b = nativeBuffer{}
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
	first  uintptr // sqlite3_value* of column 0, valid until the next step
	stride uintptr // from one column's value to the next
	n      int
	values []uintptr // all of them, where they are not evenly spaced
	arena  []byte    // where the texts of this run are put; never written twice
}

// read looks at the row the statement stands on. SQLite keeps the values of a row side by
// side, and asking it for each costs more, in locking, than reading the value: so it is asked
// for three of the first row, which prove the spacing, and then for one per row. The values
// are read without SQLite's lock, which is allowed to who alone uses the connection, as the
// handle's lock makes sure.
func (c *columns) read() {
	ask := func(i int) uintptr { return lib.Xsqlite3_column_value(c.tls, c.s.ps, int32(i)) }
	if c.first == 0 {
		c.n = int(lib.Xsqlite3_column_count(c.tls, c.s.ps))
		if c.n > 1 {
			c.stride = ask(1) - ask(0)
			if c.stride == 0 || ask(c.n-1) != ask(0)+uintptr(c.n-1)*c.stride {
				c.stride = 0
			}
		}
	}
	c.first = ask(0)
	if c.stride == 0 {
		c.values = c.values[:0]
		for i := range c.n {
			c.values = append(c.values, ask(i))
		}
	}
}

// value is the sqlite3_value* of column i.
func (c *columns) value(i int) uintptr {
	if c.stride == 0 || uint(i) >= uint(c.n) {
		return c.values[i]
	}
	return c.first + uintptr(i)*c.stride
}

func (c *columns) count() int { return c.n }

// name reads the names once, and again after SQLite compiled the statement anew because the
// schema changed.
func (c *columns) name(i int) string {
	s := c.s
	built := lib.Xsqlite3_stmt_status(c.tls, s.ps, lib.SQLITE_STMTSTATUS_REPREPARE, 0) + 1
	if s.built != built {
		s.names = make([]string, c.n)
		for i := range s.names {
			s.names[i] = libc.GoString(lib.Xsqlite3_column_name(c.tls, s.ps, int32(i)))
		}
		s.built = built
	}
	return s.names[i]
}

func (c *columns) kind(i int) query.Kind {
	switch lib.Xsqlite3_value_type(c.tls, c.value(i)) {
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

func (c *columns) integer(i int) int64 { return lib.Xsqlite3_value_int64(c.tls, c.value(i)) }

func (c *columns) real(i int) float64 { return lib.Xsqlite3_value_double(c.tls, c.value(i)) }

func (c *columns) text(i int) string {
	p := lib.Xsqlite3_value_text(c.tls, c.value(i))
	return c.copied(memory(p, lib.Xsqlite3_value_bytes(c.tls, c.value(i))))
}

func (c *columns) blob(i int) []byte {
	p := lib.Xsqlite3_value_blob(c.tls, c.value(i))
	return memory(p, lib.Xsqlite3_value_bytes(c.tls, c.value(i)))
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
	// A direct conversion is what vet and checkptr warn of: it is meant for Go's memory.
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&p)), n)
}
