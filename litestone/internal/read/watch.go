package read

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Ran is a statement that has run.
type Ran struct {
	Model   *schema.Model // whose rows it reads or writes; nil: those of no model
	SQL     string
	Sources []plan.Source // of Args; nil: the values are shown as they are, but for Hidden ones
	Args    []query.Value // valid during the call only
	Hidden  bool          // no value of Args is shown
	Start   time.Time
	Took    time.Duration // in SQLite: binding and stepping, not what was done with the rows
	Rows    int64         // given, or changed by a statement that gives none
	InTx    bool
	Err     error
}

// Watcher is told of each statement of a call when it has ended, on the call's own goroutine and while
// its connection is held.
type Watcher interface{ Watch(*Ran) }

// Query runs a statement of the call and gives each of its rows to each, which may be nil.
func (c *Call) Query(ctx context.Context, m *schema.Model, q conn.Query, from []plan.Source, args []query.Value, each func(*conn.Row) error) error {
	var err error
	if c.Watcher == nil {
		err = c.Conn.Run(ctx, q, args, each)
	} else {
		err = Watched(ctx, c.Watcher, c.Conn, q, Ran{Model: m, Sources: from, Args: args}, each)
	}
	if err != nil {
		err = discreet(err, from)
	}
	return err
}

// Exec runs a statement of the call that gives no rows.
func (c *Call) Exec(ctx context.Context, m *schema.Model, q conn.Query, from []plan.Source, args []query.Value) (conn.Result, error) {
	var r conn.Result
	var err error
	if c.Watcher == nil {
		r, err = c.Conn.Exec(ctx, q, args)
	} else {
		r, err = WatchedExec(ctx, c.Watcher, c.Conn, q, Ran{Model: m, Sources: from, Args: args})
	}
	if err != nil {
		err = discreet(err, from)
	}
	return r, err
}

// Watched runs a statement that is watched. The clock stands still while each has a row.
func Watched(ctx context.Context, w Watcher, cn *conn.Conn, q conn.Query, r Ran, each func(*conn.Row) error) error {
	r.SQL, r.InTx, r.Start = q.SQL, cn.InTx(), time.Now()
	var away time.Duration
	done := false
	defer func() {
		if !done { // each panicked
			w.Watch(&r)
		}
	}()
	r.Err = cn.Run(ctx, q, r.Args, func(row *conn.Row) error {
		r.Rows++
		if each == nil {
			return nil
		}
		from := time.Now()
		err := each(row)
		away += time.Since(from)
		return err
	})
	r.Took, done = time.Since(r.Start)-away, true
	err := r.Err
	r.Err = discreet(err, r.Sources)
	w.Watch(&r)
	return err
}

// WatchedExec runs a statement without rows that is watched.
func WatchedExec(ctx context.Context, w Watcher, cn *conn.Conn, q conn.Query, r Ran) (conn.Result, error) {
	r.SQL, r.InTx, r.Start = q.SQL, cn.InTx(), time.Now()
	out, err := cn.Exec(ctx, q, r.Args)
	r.Took, r.Rows, r.Err = time.Since(r.Start), out.Changes, discreet(err, r.Sources)
	w.Watch(&r)
	return out, err
}

// Shown appends the values of a statement as they may be shown: nil, int64, float64, string or []byte,
// and query.Redacted for what is hidden. NULL is shown: it is no value.
func Shown(dst []any, from []plan.Source, args []query.Value) []any {
	for i, a := range args {
		if i < len(from) && from[i].Hidden && !a.IsNull() {
			dst = append(dst, query.Redacted)
		} else {
			dst = append(dst, a.Any())
		}
	}
	return dst
}

// discreet is an error of a statement without SQLite's own words, where these may repeat a hidden value:
// those about what stands inside a value, as a search's syntax. Of constraints SQLite names columns only.
func discreet(err error, from []plan.Source) error {
	e, ok := err.(*liteerr.Error)
	if !ok || e.Code != liteerr.SQL || !slices.ContainsFunc(from, func(s plan.Source) bool { return s.Hidden }) {
		return err
	}
	var r *conn.Refusal
	if !errors.As(err, &r) {
		return err
	}
	out := *e
	out.Message = "SQLite refuses the statement; its words are kept back, since they may repeat the value of a confidential field"
	out.Err = &conn.Refusal{Code: r.Code, Message: out.Message, Table: r.Table, Columns: r.Columns, Name: r.Name}
	return &out
}
