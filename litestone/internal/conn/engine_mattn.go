//go:build cgo && (cgosqlite || !((darwin && amd64) || (darwin && arm64) || (linux && 386) || (linux && amd64) || (linux && arm) || (linux && arm64) || (windows && amd64)))

package conn

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"

	"github.com/mattn/go-sqlite3"
)

// The build constraint is sqliteshim's own for mattn/go-sqlite3, so that this file is
// compiled exactly when sqliteshim picks that driver.

// cancelsByContext is true: the driver interrupts a statement at any step when the context
// it was started with ends.
const cancelsByContext = true

// native is the driver's connection with its own methods.
type native struct{ c *sqlite3.SQLiteConn }

func nativeOf(dc driver.Conn) (native, error) {
	c, ok := dc.(*sqlite3.SQLiteConn)
	if !ok {
		return native{}, fmt.Errorf("the SQLite driver's connection %T has no handle this version knows", dc)
	}
	return native{c: c}, nil
}

// interrupt does nothing: see cancelsByContext.
func (n native) interrupt() {}

// autocommit reports whether no transaction is open.
func (n native) autocommit() bool { return n.c.AutoCommit() }

// cheapBusyTimeout is false: the driver sets the busy timeout by running a statement.
const cheapBusyTimeout = false

func (n native) busyTimeout(int32) {}

// stablePlans has nothing to do: the driver builds SQLite without STAT4, so that plans do not
// depend on the values bound.
func (n native) stablePlans() {}

// factsOf asks SQLite about a prepared statement.
func (n native) factsOf(st driver.Stmt) (facts, error) {
	s, ok := st.(*sqlite3.SQLiteStmt)
	if !ok {
		return facts{}, fmt.Errorf("the SQLite driver's statement %T has no handle this version knows", st)
	}
	// The driver prepares the first statement of a script and keeps the rest as text.
	v := reflect.ValueOf(s).Elem()
	handle, tail := v.FieldByName("s"), v.FieldByName("t")
	if !handle.IsValid() || handle.Kind() != reflect.Pointer || !tail.IsValid() || tail.Kind() != reflect.String {
		return facts{}, fmt.Errorf("the SQLite driver's statement %T has no handle this version knows", st)
	}
	if handle.IsNil() || tail.Len() > 0 {
		return facts{}, nil
	}
	return facts{single: true, params: s.NumInput(), reads: s.Readonly()}, nil
}

// sourceName is the address of a file for this driver.
func sourceName(uri, mode string) string { return uri + "?mode=" + mode }

// backupOf is a copy in progress and the connection it goes to.
type backupOf struct {
	*sqlite3.SQLiteBackup
	dest *sqlite3.SQLiteConn
}

// Step copies some pages and says whether there are more.
func (b backupOf) Step(pages int32) (more bool, err error) {
	done, err := b.SQLiteBackup.Step(int(pages))
	return !done, err
}

// Finish ends the copy and closes its file.
func (b backupOf) Finish() error {
	return errors.Join(b.SQLiteBackup.Finish(), b.dest.Close())
}

// startBackup begins a copy of the connection's database into the file at a new address.
func startBackup(dc driver.Conn, dest string) (backupRun, error) {
	source, ok := dc.(*sqlite3.SQLiteConn)
	if !ok {
		return nil, fmt.Errorf("the SQLite driver's connection %T has no backup this version knows", dc)
	}
	to, err := (&sqlite3.SQLiteDriver{}).Open(dest)
	if err != nil {
		return nil, err
	}
	conn := to.(*sqlite3.SQLiteConn)
	b, err := conn.Backup("main", source, "main")
	if err != nil {
		conn.Close()
		return nil, err
	}
	return backupOf{b, conn}, nil
}

// resultOf takes SQLite's extended result code and message out of a driver's error.
func resultOf(err error) (code int, message string, ok bool) {
	var coded sqlite3.Error
	if !errors.As(err, &coded) {
		return 0, "", false
	}
	code = int(coded.ExtendedCode)
	if code == 0 {
		code = int(coded.Code)
	}
	return code, coded.Error(), true
}
