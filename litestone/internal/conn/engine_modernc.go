//go:build !cgosqlite && ((darwin && amd64) || (darwin && arm64) || (linux && 386) || (linux && amd64) || (linux && arm) || (linux && arm64) || (windows && amd64))

package conn

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"modernc.org/libc"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// The build constraint is sqliteshim's own for modernc.org/sqlite, so that this file is
// compiled exactly when sqliteshim registers that driver.

// cancelsByContext is false: the driver watches a context only inside one call, and would
// read on for ever between rows, so we interrupt the handle ourselves.
const cancelsByContext = false

// native is the SQLite handle inside a driver connection.
type native struct {
	db  uintptr
	tls *libc.TLS
}

// nativeOf reads the handle out of the driver's connection, whose fields are not exported.
func nativeOf(dc driver.Conn) (native, error) {
	v := reflect.Indirect(reflect.ValueOf(dc))
	if v.Kind() == reflect.Struct {
		db, tls := v.FieldByName("db"), v.FieldByName("tls")
		if db.IsValid() && tls.IsValid() && db.CanUint() && tls.Type() == reflect.TypeFor[*libc.TLS]() {
			return native{db: uintptr(db.Uint()), tls: (*libc.TLS)(tls.UnsafePointer())}, nil
		}
	}
	return native{}, fmt.Errorf("the SQLite driver's connection %T has no handle this version knows", dc)
}

// interrupt may be called from any goroutine while a statement runs; the caller guarantees
// that the connection is not closed meanwhile.
func (n native) interrupt() {
	tls := libc.NewTLS()
	lib.Xsqlite3_interrupt(tls, n.db)
	tls.Close()
}

// autocommit reports whether no transaction is open.
func (n native) autocommit() bool { return lib.Xsqlite3_get_autocommit(n.tls, n.db) != 0 }

// cheapBusyTimeout says that setting the busy timeout costs next to nothing.
const cheapBusyTimeout = true

func (n native) busyTimeout(ms int32) { lib.Xsqlite3_busy_timeout(n.tls, n.db, ms) }

// stablePlans makes a statement keep the plan it was prepared with
// (https://www.sqlite.org/queryplanner-ng.html#qpsg). This build of SQLite has STAT4: without it,
// every statement over an analyzed index is compiled anew whenever another value is bound.
func (n native) stablePlans() {
	const slot = 8 // bytes an argument takes in a VaList
	list := n.tls.Alloc(2 * slot)
	lib.Xsqlite3_db_config(n.tls, n.db, lib.SQLITE_DBCONFIG_ENABLE_QPSG, libc.VaList(list, int32(1), uintptr(0)))
	n.tls.Free(2 * slot)
}

// factsOf asks SQLite about a prepared statement.
func (n native) factsOf(st driver.Stmt) (facts, error) {
	ps, err := handleOfStmt(st)
	if err != nil {
		return facts{}, err
	}
	if ps == 0 { // the driver keeps no handle for a script or an empty text
		return facts{}, nil
	}
	return facts{
		single: true,
		params: int(lib.Xsqlite3_bind_parameter_count(n.tls, ps)),
		reads:  lib.Xsqlite3_stmt_readonly(n.tls, ps) != 0,
	}, nil
}

// sourceName is the address of a file for this driver; _dqs=0 makes a misspelt
// double-quoted name an error instead of a string.
func sourceName(uri, mode string) string { return uri + "?mode=" + mode + "&_dqs=0" }

// startBackup begins a copy of the connection's database into the file at a new address.
func startBackup(dc driver.Conn, dest string) (backupRun, error) {
	source, ok := dc.(interface {
		NewBackup(string) (*sqlite.Backup, error)
	})
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's connection %T has no backup this version knows", dc)
	}
	return source.NewBackup(dest)
}

// resultOf takes SQLite's extended result code and message out of a driver's error.
func resultOf(err error) (code int, message string, ok bool) {
	var coded interface {
		error
		Code() int
	}
	if !errors.As(err, &coded) {
		return 0, "", false
	}
	code, message = coded.Code(), coded.Error()
	// The driver writes "<text of the code>: <message> (<code>)".
	message = strings.TrimSuffix(message, " (SQLITE_BUSY)")
	message = strings.TrimSuffix(message, " ("+strconv.Itoa(code)+")")
	tls := libc.NewTLS()
	message = strings.TrimPrefix(message, libc.GoString(lib.Xsqlite3_errstr(tls, int32(code)))+": ")
	tls.Close()
	return code, message, true
}
