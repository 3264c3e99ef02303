package conn

import (
	"context"
	"runtime"
	"time"

	"github.com/uptrace/bun"
)

// Memory is the path of a private database that lives as long as its DB: a temporary file,
// since SQLite's own in-memory databases give several connections no common snapshots.
const Memory = ":memory:"

// Options say what to open and how. The zero value of each field but Path works.
type Options struct {
	// Path is the database file, relative to the working directory of Open or absolute, or
	// Memory. The file is made when it is missing, its folder is not.
	Path string

	// Large says that a Memory database may grow beyond what shared memory holds: it is kept among
	// the system's temporary files instead.
	Large bool

	// Readers is the number of read connections the runner may use at once.
	// Defaults to the number of CPUs, at least 4.
	Readers int

	// BusyTimeout is how long SQLite waits at a time for a lock another process holds.
	// Defaults to 5 seconds.
	BusyTimeout time.Duration

	// BusyTotal is how long a write, or the beginning of a transaction, goes on trying before
	// it fails with liteerr.Busy. Defaults to 30 seconds, or to BusyTimeout where that is set.
	BusyTotal time.Duration

	// StatementCache is the number of prepared statements kept per connection.
	// Defaults to 128.
	StatementCache int

	// ReadOnly opens an existing file with readers only; Write and Tx fail with
	// liteerr.ReadOnly. In a folder that cannot be written, a file that nobody has open is
	// taken as unchanging (https://www.sqlite.org/wal.html#read_only_databases).
	ReadOnly bool

	// MustExist refuses to make a missing file.
	MustExist bool

	// QueryHooks are fired for every statement: the runner's and those of plain bun. With
	// none, nothing is measured and no event is made.
	QueryHooks []bun.QueryHook

	// Guard, when not nil, is asked before each statement that reaches a connection from
	// outside the runner. Defaults to nil: nothing is asked.
	Guard Guard
}

// Guard decides about one statement of plain bun or database/sql: a returned error refuses
// it and reaches the caller unchanged. It is called with the connection the statement will
// run on, locked, so that what the guard itself runs on c (setting an identity, making TEMP
// views) and the statement that follows cannot be parted by another goroutine. Statements
// run on c are neither guarded nor reported to hooks, and c is invalid after the return.
// A prepared statement is guarded at Prepare and again at each execution. Transaction
// control through database/sql (BeginTx, Commit, Rollback) is not guarded.
type Guard func(ctx context.Context, c *Conn, sql string) error

func (o Options) withDefaults() Options {
	if o.Readers <= 0 {
		o.Readers = max(4, runtime.NumCPU())
	}
	if o.BusyTotal <= 0 {
		if o.BusyTotal = o.BusyTimeout; o.BusyTotal <= 0 {
			o.BusyTotal = 30 * time.Second
		}
	}
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = min(5*time.Second, o.BusyTotal)
	}
	if o.StatementCache <= 0 {
		o.StatementCache = 128
	}
	return o
}
