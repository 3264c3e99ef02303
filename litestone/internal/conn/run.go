package conn

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strconv"
	"unsafe"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

// Conn runs statements on one connection, for as long as the function it was given to runs.
// The Conn of a Tx may be used by several goroutines, one statement at a time; any other by
// one goroutine.
type Conn struct {
	h      *handle
	tx     uint64 // the transaction its statements belong to; 0 for none
	shared bool   // database/sql may use the same connection: take its lock
	of     *Tx    // that transaction, where Tx began it
	quiet  bool   // no hooks: the statements are a guard's own
	depth  savepointDepth
}

// Query is a statement to run.
type Query struct {
	SQL string

	// Short says that the statement surely ends soon (one row by key): its context is looked
	// at before it starts, but no interrupt is armed for it.
	Short bool
}

// Result is what a statement without rows did.
type Result struct {
	// Changes counts the rows inserted, updated or deleted by the statement itself, not by
	// its triggers; 0 for a statement that is none of the three.
	Changes int64

	// LastID is the rowid of the row this connection inserted last, maybe by an earlier
	// statement; 0 when the statement is no INSERT, UPDATE or DELETE or gives rows.
	LastID int64
}

// LastInsertId and RowsAffected make a Result the sql.Result of a hook's event.
func (r Result) LastInsertId() (int64, error) { return r.LastID, nil }

// RowsAffected gives Changes.
func (r Result) RowsAffected() (int64, error) { return r.Changes, nil }

// InTx reports whether the statements run inside a transaction.
func (c *Conn) InTx() bool { return c.tx != 0 }

// Writer reports whether this is the write connection.
func (c *Conn) Writer() bool { return c.h.writer }

// Connection names the physical connection: the same value as long as it lives, and with it
// its TEMP objects. It is comparable and says nothing else.
func (c *Conn) Connection() any { return c.h }

// Run runs one statement and gives each of its rows to each, which may be nil. The statement
// is stepped to its end also when each fails and the statement writes; then, and for a read
// at once, Run returns that error unchanged. In autocommit the write stays. each may run
// other statements on the same connection.
func (c *Conn) Run(ctx context.Context, q Query, args []query.Value, each func(*Row) error) error {
	if hooks := c.hooks(); hooks != nil {
		ctx, event := hooks.before(ctx, q.SQL, args)
		n, err := c.run(ctx, q, args, each)
		hooks.after(ctx, event, driver.RowsAffected(n), err)
		return err
	}
	_, err := c.run(ctx, q, args, each)
	return err
}

// Exec runs one statement and drops its rows, if it gives any.
func (c *Conn) Exec(ctx context.Context, q Query, args []query.Value) (Result, error) {
	if hooks := c.hooks(); hooks != nil {
		ctx, event := hooks.before(ctx, q.SQL, args)
		r, err := c.exec(ctx, q, args)
		hooks.after(ctx, event, r, err)
		return r, err
	}
	return c.exec(ctx, q, args)
}

// Script runs the statements of a text one after the other, without arguments and without
// keeping them prepared: DDL, migrations. In autocommit those before a failing one stay; a
// script must not begin or end transactions.
func (c *Conn) Script(ctx context.Context, sql string) error {
	hooks := c.hooks()
	var event *hookEvent
	if hooks != nil {
		ctx, event = hooks.before(ctx, sql, nil)
	}
	err := c.script(ctx, sql)
	if hooks != nil {
		hooks.after(ctx, event, nil, err)
	}
	return err
}

func (c *Conn) run(ctx context.Context, q Query, args []query.Value, each func(*Row) error) (n int64, err error) {
	h := c.h
	s, f, err := c.start(ctx, q, args)
	if err != nil {
		return 0, err
	}
	// From here to finish the lock is held but while each runs.
	interruptible := !q.Short && (c.tx == 0 || s.reads)
	var w *watch
	if interruptible {
		w = h.arm(ctx)
	}
	inEach := false
	defer func() {
		if inEach && c.shared { // each panicked
			h.mu.Lock()
		}
		if e := f.close(); err == nil && e != nil {
			h.noticed(e)
			err = typed(ctx, e)
		}
		w.disarm()
		c.finish(s, f)
	}()

	wait := h.patience(ctx, q.Short)
	more, err := f.open(driverContext(ctx, interruptible), h, s, args)
	for wait.again(err) {
		f.close()
		more, err = f.open(driverContext(ctx, interruptible), h, s, args)
	}
	wait.end()
	var failed error // what each returned, while the write goes on
	for ; more && err == nil; more, err = f.step() {
		n++
		if each == nil || failed != nil {
			continue
		}
		if inEach = true; c.shared {
			h.mu.Unlock()
		}
		failed = each(&f.row)
		if c.shared {
			h.mu.Lock()
		}
		inEach = false
		if failed != nil && s.reads {
			return n, failed
		}
	}
	if err != nil {
		h.noticed(err)
		return n, typed(ctx, err)
	}
	return n, failed
}

func (c *Conn) exec(ctx context.Context, q Query, args []query.Value) (r Result, err error) {
	s, f, err := c.start(ctx, q, args)
	if err != nil {
		return Result{}, err
	}
	interruptible := !q.Short && (c.tx == 0 || s.reads)
	var w *watch
	if interruptible {
		w = c.h.arm(ctx)
	}
	defer func() {
		w.disarm()
		c.finish(s, f)
	}()
	wait := c.h.patience(ctx, q.Short)
	r, err = f.exec(driverContext(ctx, interruptible), c.h, s, args)
	for wait.again(err) {
		r, err = f.exec(driverContext(ctx, interruptible), c.h, s, args)
	}
	wait.end()
	if err != nil {
		c.h.noticed(err)
		return Result{}, typed(ctx, err)
	}
	return r, nil
}

func (c *Conn) script(ctx context.Context, sql string) error {
	if ctx.Err() != nil {
		return cancelled(ctx, nil)
	}
	h := c.h
	if c.shared {
		h.mu.Lock()
		defer h.mu.Unlock()
	}
	if err := h.ready(c.tx); err != nil {
		return err
	}
	var w *watch
	if c.tx == 0 {
		w = h.arm(ctx)
	}
	_, err := h.execer.ExecContext(driverContext(ctx, c.tx == 0), sql, nil)
	w.disarm()
	if err == nil && h.native.autocommit() != (c.tx == 0) {
		h.touched = true // settle rolls back what the script began
		if c.tx != 0 {
			err = misuse("a script ended the transaction it ran in", "leave COMMIT and ROLLBACK out of scripts")
			h.dead = err
		} else {
			err = misuse("a script left a transaction open", "leave BEGIN out of scripts, or run them in a transaction")
		}
		return err
	}
	h.noticed(err)
	return typed(ctx, err)
}

// start takes the lock and checks that the statement may run. Without an error, finish must
// follow; with one, the lock is released already.
func (c *Conn) start(ctx context.Context, q Query, args []query.Value) (*statement, *frame, error) {
	if ctx.Err() != nil {
		return nil, nil, cancelled(ctx, nil)
	}
	h := c.h
	if c.shared {
		h.mu.Lock()
	}
	s, err := c.prepared(q.SQL, len(args))
	if err != nil {
		if c.shared {
			h.mu.Unlock()
		}
		return nil, nil, err
	}
	s.running = true
	return s, h.takeFrame(), nil
}

func (c *Conn) prepared(sql string, args int) (*statement, error) {
	if err := c.h.ready(c.tx); err != nil {
		return nil, err
	}
	s, err := c.h.statement(sql)
	if err != nil {
		c.h.noticed(err)
		return nil, typed(context.Background(), err)
	}
	if s.params != args {
		if s.dropped {
			s.st.Close()
		}
		return nil, &liteerr.Error{
			Code:    liteerr.SQL,
			Message: "the statement has " + strconv.Itoa(s.params) + " parameters, and " + strconv.Itoa(args) + " values were given",
		}
	}
	return s, nil
}

// finish gives statement and frame back and releases the lock.
func (c *Conn) finish(s *statement, f *frame) {
	c.h.giveFrame(f)
	s.end()
	if c.shared {
		c.h.mu.Unlock()
	}
}

// bytesOf views a string's bytes, which must not be written to.
func bytesOf(s string) []byte {
	if s == "" {
		return []byte{}
	}
	return unsafe.Slice(unsafe.StringData(s), len(s))
}

var _ sql.Result = Result{}
