//go:build !cgo && (cgosqlite || !((darwin && amd64) || (darwin && arm64) || (linux && 386) || (linux && amd64) || (linux && arm) || (linux && arm64) || (windows && amd64)))

package conn

import (
	"database/sql/driver"
	"errors"
)

// On this platform sqliteshim has no driver without cgo; opening says so.

const (
	cancelsByContext = true
	cheapBusyTimeout = false
)

type native struct{}

var errNoDriver = errors.New("there is no SQLite driver for this platform without cgo")

func nativeOf(driver.Conn) (native, error)               { return native{}, errNoDriver }
func (native) stablePlans()                              {}
func (native) busyTimeout(int32)                         {}
func (native) interrupt()                                {}
func (native) autocommit() bool                          { return true }
func (native) factsOf(driver.Stmt) (facts, error)        { return facts{}, errNoDriver }
func sourceName(uri, mode string) string                 { return uri + "?mode=" + mode }
func startBackup(driver.Conn, string) (backupRun, error) { return nil, errNoDriver }
func resultOf(error) (code int, m string, ok bool)       { return 0, "", false }
