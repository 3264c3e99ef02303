package conn

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/uptrace/bun/driver/sqliteshim"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// connector opens connections for one of a DB's two pools.
type connector struct {
	db     *DB
	driver driver.Driver
	source string
	writer bool
}

// Driver gives the driver below.
func (c *connector) Driver() driver.Driver { return c.driver }

// Connect opens a connection and sets its pragmas. Its errors are typed.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	if ctx.Err() != nil {
		return nil, cancelled(ctx, nil)
	}
	dc, err := c.driver.Open(c.source)
	if err != nil {
		return nil, typed(ctx, err)
	}
	h, err := newHandle(c.db, dc, c.writer)
	if err != nil {
		dc.Close()
		return nil, &liteerr.Error{Code: liteerr.Unsupported, Message: err.Error(), Hint: "use the driver versions this module names", Err: err}
	}
	if err := h.setUp(ctx, c.db.options.BusyTimeout, c.db.memory); err != nil {
		h.close()
		return nil, typed(ctx, err)
	}
	if err := h.attach(ctx); err != nil {
		h.close()
		return nil, err
	}
	return &plainConn{h: h}, nil
}

// setUp sets the pragmas every connection needs (https://www.sqlite.org/pragma.html).
func (h *handle) setUp(ctx context.Context, busy time.Duration, memory bool) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.native.stablePlans()
	synchronous := "NORMAL" // with WAL: a power cut may lose the last commits, never the file
	if memory {
		synchronous = "OFF"
	}
	script := fmt.Sprintf("PRAGMA busy_timeout=%d;PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON;PRAGMA synchronous=%s",
		busy.Milliseconds(), synchronous)
	if _, err := h.execer.ExecContext(context.Background(), script, nil); err != nil {
		return err
	}
	if !h.writer {
		return nil
	}
	return h.setJournal(ctx, busy)
}

// setJournal puts the database into WAL mode; a new file gets its page size first, which
// nothing can change later. Several processes that open a new file at once are told BUSY at
// once, without SQLite waiting: so we wait.
func (h *handle) setJournal(ctx context.Context, busy time.Duration) error {
	deadline := time.Now().Add(busy)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		mode, err := h.word("PRAGMA journal_mode")
		if err == nil && mode != "wal" {
			if _, err = h.execer.ExecContext(context.Background(), "PRAGMA page_size=8192", nil); err == nil {
				mode, err = h.word("PRAGMA journal_mode=WAL")
			}
		}
		switch {
		case err == nil && mode == "wal":
			return nil
		case err == nil:
			return &liteerr.Error{
				Code:    liteerr.Unsupported,
				Message: "the database cannot use a write-ahead log here (its journal stays " + mode + ")",
				Hint:    "put the file on a local disk; network folders lack the shared memory it needs",
			}
		}
		var e *liteerr.Error
		if !errors.As(typed(ctx, err), &e) || e.Code != liteerr.Busy || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// word runs a statement that gives one row of one word, without keeping it prepared. The
// caller holds the lock.
func (h *handle) word(sql string) (word string, err error) {
	s, err := h.prepare(sql)
	if err != nil {
		return "", err
	}
	defer s.st.Close()
	f := h.takeFrame()
	defer h.giveFrame(f)
	more, err := f.open(context.Background(), h, s, nil)
	for more && err == nil {
		word = f.row.Text(0)
		more, err = f.step()
	}
	if e := f.close(); err == nil {
		err = e
	}
	return word, err
}

// sqliteDriver is the driver sqliteshim picked for this build. It is taken from the name it
// registered: sqliteshim.Driver() is another instance, which lacks the functions a program
// registered with the driver.
func sqliteDriver() (driver.Driver, error) {
	pool, err := sql.Open(sqliteshim.DriverName(), "")
	if err != nil {
		return nil, &liteerr.Error{Code: liteerr.Unsupported, Message: "no SQLite driver: " + err.Error(), Err: err}
	}
	defer pool.Close()
	return pool.Driver(), nil
}

// uriOf writes a file's absolute path as SQLite's file: address
// (https://www.sqlite.org/uri.html).
func uriOf(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // a Windows drive
		path = "/" + path
	}
	var b strings.Builder
	b.WriteString("file:")
	for i := 0; i < len(path); i++ {
		switch c := path[i]; c {
		case '%', '?', '#':
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
