package conn

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"reflect"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// plainConn is a handle as database/sql, and so plain bun, sees it. Every statement that
// comes this way is shown to the guard, refused when its context has ended or its
// transaction is dead, interrupted when its context ends, and its errors are typed.
type plainConn struct{ h *handle }

var (
	_ driver.ConnBeginTx        = (*plainConn)(nil)
	_ driver.ConnPrepareContext = (*plainConn)(nil)
	_ driver.ExecerContext      = (*plainConn)(nil)
	_ driver.QueryerContext     = (*plainConn)(nil)
	_ driver.SessionResetter    = (*plainConn)(nil)
	_ driver.Validator          = (*plainConn)(nil)
	_ driver.Pinger             = (*plainConn)(nil)
)

// ExecContext runs a statement or script.
func (p *plainConn) ExecContext(ctx context.Context, sql string, args []driver.NamedValue) (driver.Result, error) {
	var r driver.Result
	err := p.h.plain(ctx, sql, func(ctx context.Context) (err error) {
		r, err = p.h.execer.ExecContext(ctx, sql, args)
		return err
	})
	return r, err
}

// QueryContext runs a statement that gives rows.
func (p *plainConn) QueryContext(ctx context.Context, sql string, args []driver.NamedValue) (driver.Rows, error) {
	q, ok := p.h.dc.(driver.QueryerContext)
	if !ok {
		return nil, driver.ErrSkip
	}
	return p.h.plainRows(ctx, sql, func(ctx context.Context) (driver.Rows, error) {
		return q.QueryContext(ctx, sql, args)
	})
}

// Prepare is PrepareContext without a context.
func (p *plainConn) Prepare(sql string) (driver.Stmt, error) {
	return p.PrepareContext(context.Background(), sql)
}

// PrepareContext prepares a statement outside the runner's cache; its user closes it.
func (p *plainConn) PrepareContext(ctx context.Context, sql string) (driver.Stmt, error) {
	var st driver.Stmt
	err := p.h.plain(ctx, sql, func(context.Context) (err error) {
		st, err = p.h.dc.Prepare(sql)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &plainStmt{h: p.h, st: st, sql: sql}, nil
}

// Begin is BeginTx without a context.
func (p *plainConn) Begin() (driver.Tx, error) {
	return p.BeginTx(context.Background(), driver.TxOptions{})
}

// BeginTx begins a transaction: BEGIN IMMEDIATE on the writer, unless the options say it
// only reads, BEGIN on a reader.
func (p *plainConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if ctx.Err() != nil {
		return nil, cancelled(ctx, nil)
	}
	switch sql.IsolationLevel(o.Isolation) {
	case sql.LevelDefault, sql.LevelSerializable:
	default:
		return nil, &liteerr.Error{Code: liteerr.Unsupported,
			Message: "SQLite has no isolation level " + sql.IsolationLevel(o.Isolation).String(), Hint: "use the default one: it is serializable"}
	}
	h := p.h
	h.mu.Lock()
	defer h.mu.Unlock()
	begin := "BEGIN"
	if h.writer && !o.ReadOnly {
		begin = "BEGIN IMMEDIATE"
	}
	n, err := h.begin(waitContext(ctx), begin)
	if err != nil {
		return nil, err
	}
	return plainTx{h: h, tx: n}, nil
}

// Ping looks whether the connection is open.
func (p *plainConn) Ping(ctx context.Context) error {
	if ctx.Err() != nil {
		return cancelled(ctx, nil)
	}
	if !p.IsValid() {
		return driver.ErrBadConn
	}
	return nil
}

// ResetSession runs when the pool lends the connection again.
func (p *plainConn) ResetSession(ctx context.Context) error {
	if !p.IsValid() {
		return driver.ErrBadConn
	}
	return p.h.attach(ctx)
}

// IsValid runs when the connection goes back to the pool. An interrupted connection is
// still good: dropping it, as one driver does, would lose its TEMP objects.
func (p *plainConn) IsValid() bool { return p.h.settle() }

// Close closes the connection and its prepared statements.
func (p *plainConn) Close() error { return typed(context.Background(), p.h.close()) }

// plainTx is a transaction of database/sql.
type plainTx struct {
	h  *handle
	tx uint64
}

func (t plainTx) Commit() error {
	t.h.mu.Lock()
	defer t.h.mu.Unlock()
	if t.h.tx != t.tx {
		return errOver()
	}
	return t.h.commit()
}

func (t plainTx) Rollback() error {
	t.h.mu.Lock()
	defer t.h.mu.Unlock()
	if t.h.tx != t.tx {
		return errOver()
	}
	return t.h.rollback()
}

// plain runs one call of the driver for a statement from outside the runner.
func (h *handle) plain(ctx context.Context, sql string, call func(context.Context) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.admit(ctx, sql); err != nil {
		return err
	}
	interruptible := h.tx == 0 || onlyReads(sql)
	var w *watch
	if interruptible {
		w = h.arm(ctx)
	}
	wait := h.patience(ctx, false)
	err := call(driverContext(ctx, interruptible))
	for wait.again(err) {
		err = call(driverContext(ctx, interruptible))
	}
	wait.end()
	w.disarm()
	h.noticedPlain(err)
	return typed(ctx, err)
}

// plainRows is plain for a call that gives rows: its watch lives as long as they do.
func (h *handle) plainRows(ctx context.Context, sql string, call func(context.Context) (driver.Rows, error)) (driver.Rows, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.admit(ctx, sql); err != nil {
		return nil, err
	}
	interruptible := h.tx == 0 || onlyReads(sql)
	var w *watch
	if interruptible {
		w = h.arm(ctx)
	}
	wait := h.patience(ctx, false)
	rows, err := call(driverContext(ctx, interruptible))
	for wait.again(err) {
		rows, err = call(driverContext(ctx, interruptible))
	}
	wait.end()
	h.noticedPlain(err)
	if err != nil {
		w.disarm()
		return nil, typed(ctx, err)
	}
	return &plainRows{h: h, rows: rows, ctx: ctx, watch: w}, nil
}

// admit says whether a plain statement may run. The caller holds the lock.
func (h *handle) admit(ctx context.Context, sql string) error {
	if ctx.Err() != nil {
		return cancelled(ctx, nil)
	}
	if err := h.ready(h.tx); err != nil {
		return err
	}
	h.touched = true
	if guard := h.db.options.Guard; guard != nil {
		return guard(ctx, &Conn{h: h, tx: h.tx, quiet: true}, sql)
	}
	return nil
}

// noticedPlain is noticed for SQL we did not write: it may have ended the transaction that
// database/sql believes open, without an error. The caller holds the lock.
func (h *handle) noticedPlain(err error) {
	if err == nil && h.tx != 0 && h.dead == nil && h.native.autocommit() {
		err = errors.New("a statement ended the transaction")
	}
	h.noticed(err)
}

// plainStmt is a prepared statement of database/sql.
type plainStmt struct {
	h   *handle
	st  driver.Stmt
	sql string
}

var (
	_ driver.StmtExecContext  = (*plainStmt)(nil)
	_ driver.StmtQueryContext = (*plainStmt)(nil)
)

func (s *plainStmt) NumInput() int { return s.st.NumInput() }

func (s *plainStmt) Close() error {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	if s.h.closed { // closing the connection finalized it
		return nil
	}
	return s.st.Close()
}

func (s *plainStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	var r driver.Result
	err := s.h.plain(ctx, s.sql, func(ctx context.Context) (err error) {
		r, err = s.st.(driver.StmtExecContext).ExecContext(ctx, args)
		return err
	})
	return r, err
}

func (s *plainStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.h.plainRows(ctx, s.sql, func(ctx context.Context) (driver.Rows, error) {
		return s.st.(driver.StmtQueryContext).QueryContext(ctx, args)
	})
}

// Exec and Query are the calls of old that driver.Stmt still demands; database/sql uses the
// ones with a context.
func (s *plainStmt) Exec(args []driver.Value) (driver.Result, error) {
	return s.ExecContext(context.Background(), named(args))
}

func (s *plainStmt) Query(args []driver.Value) (driver.Rows, error) {
	return s.QueryContext(context.Background(), named(args))
}

func named(args []driver.Value) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return out
}

// plainRows are the rows of a plain statement.
type plainRows struct {
	h     *handle
	rows  driver.Rows
	ctx   context.Context // typed needs it to tell whose interrupt it was
	watch *watch
}

func (r *plainRows) Columns() []string {
	r.h.mu.Lock()
	defer r.h.mu.Unlock()
	return r.rows.Columns()
}

func (r *plainRows) Next(dest []driver.Value) error {
	r.h.mu.Lock()
	defer r.h.mu.Unlock()
	if r.h.closed {
		return errClosed()
	}
	err := r.rows.Next(dest)
	if err == nil || err == io.EOF {
		return err
	}
	r.h.noticedPlain(err)
	return typed(r.ctx, err)
}

func (r *plainRows) Close() error {
	r.watch.disarm()
	r.h.mu.Lock()
	defer r.h.mu.Unlock()
	if r.h.closed {
		return nil
	}
	// A statement that failed reports its error again when it is reset; Next has told it.
	r.rows.Close()
	return nil
}

// What follows is what database/sql may ask about columns: sql.Rows.ColumnTypes, which bun
// uses for maps.

func (r *plainRows) ColumnTypeDatabaseTypeName(i int) string {
	if t, ok := r.rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		r.h.mu.Lock()
		defer r.h.mu.Unlock()
		return t.ColumnTypeDatabaseTypeName(i)
	}
	return ""
}

func (r *plainRows) ColumnTypeScanType(i int) reflect.Type {
	if t, ok := r.rows.(driver.RowsColumnTypeScanType); ok {
		r.h.mu.Lock()
		defer r.h.mu.Unlock()
		return t.ColumnTypeScanType(i)
	}
	return reflect.TypeFor[any]()
}

func (r *plainRows) ColumnTypeNullable(i int) (nullable, ok bool) {
	if t, is := r.rows.(driver.RowsColumnTypeNullable); is {
		r.h.mu.Lock()
		defer r.h.mu.Unlock()
		return t.ColumnTypeNullable(i)
	}
	return false, false
}
