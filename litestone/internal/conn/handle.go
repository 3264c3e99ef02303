package conn

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

// handle is one connection of the driver with what we must know about it: which transaction
// is open, whether SQLite has already rolled it back, which statements are prepared.
type handle struct {
	db     *DB
	dc     driver.Conn
	execer driver.ExecerContext
	native native
	writer bool

	interrupts interrupts

	mu      sync.Mutex // guards everything below, and every call of dc
	cache   statementCache
	tx      uint64 // number of the open transaction; 0 when there is none
	begun   uint64 // transactions begun so far
	dead    error  // why SQLite rolled the open transaction back; nil while it lives
	touched bool   // plain SQL ran since the connection was lent: it may have left a transaction
	broken  bool   // state unknown: the pool must drop the connection
	closed  bool
	spare   *frame

	attached   []attachment
	attachedAt uint64 // version of DB.attached that attached has
}

func newHandle(db *DB, dc driver.Conn, writer bool) (*handle, error) {
	n, err := nativeOf(dc)
	if err != nil {
		return nil, err
	}
	execer, ok := dc.(driver.ExecerContext)
	if !ok {
		return nil, errors.New("the SQLite driver's connection runs no scripts")
	}
	count := &db.preparedRead
	if writer {
		count = &db.preparedWrite
	}
	return &handle{
		db: db, dc: dc, execer: execer, native: n, writer: writer,
		cache: newStatementCache(db.options.StatementCache, count),
	}, nil
}

// control runs a statement of transaction control. The caller holds the lock.
func (h *handle) control(sql string) error { return h.controlWith(sql, nil) }

func (h *handle) controlWith(sql string, args []query.Value) error {
	s, err := h.statement(sql)
	if err != nil {
		return err
	}
	f := h.takeFrame()
	s.running = true
	_, err = f.exec(context.Background(), h, s, args)
	h.giveFrame(f)
	s.end()
	return err
}

// takeFrame lends the room a running statement needs. The caller holds the lock.
func (h *handle) takeFrame() *frame {
	f := h.spare
	if f == nil {
		return new(frame)
	}
	h.spare, f.next = f.next, nil
	return f
}

// giveFrame takes it back, emptied. The caller holds the lock.
func (h *handle) giveFrame(f *frame) {
	f.clear()
	f.next, h.spare = h.spare, f
}

// begin opens a transaction and gives its number; ctx only ends the wait for another
// process's lock. The caller holds the lock.
func (h *handle) begin(ctx context.Context, sql string) (uint64, error) {
	if h.closed {
		return 0, errClosed()
	}
	if h.tx != 0 {
		return 0, misuse("a transaction is already open on this connection", "use a savepoint")
	}
	wait := h.patience(ctx, false)
	err := h.control(sql)
	for wait.again(err) {
		err = h.control(sql)
	}
	wait.end()
	if err != nil {
		return 0, typed(ctx, err)
	}
	h.begun++
	h.tx, h.dead = h.begun, nil
	return h.tx, nil
}

// commit ends the open transaction; when SQLite cannot commit it, it is rolled back. The
// caller holds the lock.
func (h *handle) commit() error {
	if h.tx == 0 {
		return errOver()
	}
	if h.dead != nil {
		err := h.refusal()
		h.rollback()
		return err
	}
	if err := h.control("COMMIT"); err != nil {
		h.rollback()
		return typed(context.Background(), err)
	}
	h.tx = 0
	return nil
}

// rollback ends the open transaction whatever its state. The caller holds the lock.
func (h *handle) rollback() error {
	if h.tx == 0 {
		return errOver()
	}
	h.tx, h.dead = 0, nil
	if h.native.autocommit() { // SQLite was faster
		return nil
	}
	if err := h.control("ROLLBACK"); err != nil {
		h.broken = true
		return typed(context.Background(), err)
	}
	return nil
}

// noticed looks at the error of a statement for what it means for the open transaction. The
// caller holds the lock.
func (h *handle) noticed(err error) {
	if err == nil || h.tx == 0 || h.dead != nil {
		return
	}
	if ends(err) || h.native.autocommit() {
		h.dead = err
	}
}

// ready says whether a statement of transaction tx (0: none) may run. The caller holds the
// lock.
func (h *handle) ready(tx uint64) error {
	switch {
	case h.closed:
		return errClosed()
	case h.tx != tx:
		return errOver()
	case h.dead != nil:
		return h.refusal()
	}
	return nil
}

// refusal is the error of everything that is asked of a dead transaction.
func (h *handle) refusal() error {
	cause := typed(context.Background(), h.dead)
	code := liteerr.SQL
	var known *liteerr.Error
	if errors.As(cause, &known) {
		code = known.Code
	}
	return &liteerr.Error{
		Code:    code,
		Message: "the transaction is over: SQLite rolled it back when an earlier statement failed: " + h.dead.Error(),
		Hint:    "return from the transaction and start it again",
		Err:     cause,
	}
}

// settle is called between two borrowers: it rolls back what plain SQL left open and says
// whether the connection is fit for use.
func (h *handle) settle() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.broken {
		return false
	}
	if h.touched || h.tx != 0 {
		h.tx, h.dead, h.touched = 0, nil, false
		if !h.native.autocommit() && h.control("ROLLBACK") != nil {
			h.broken = true
		}
	}
	return !h.broken
}

func (h *handle) close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil
	}
	h.closed = true
	h.cache.clear()
	for f := h.spare; f != nil; f = f.next {
		f.release()
	}
	h.spare = nil
	h.interrupts.mu.Lock()
	defer h.interrupts.mu.Unlock()
	h.interrupts.closed = true
	return h.dc.Close()
}

func errOver() error {
	return misuse("the transaction or call this connection was lent to has ended", "use a connection only inside the function it was given to, and leave committing to DB.Tx")
}

func errClosed() error {
	return &liteerr.Error{Code: liteerr.Config, Message: "the database is closed"}
}
