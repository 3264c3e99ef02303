package write

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Options is what an Engine needs beside the read engine. The zero value works.
type Options struct {
	Seal Sealer // encrypts values of @encrypted fields; nil: such values are refused
	// Epoch counts the changes of what Seal encrypts with; nil: it never changes.
	Epoch func() uint64
	Rand  io.Reader // randomness of generated ids. Defaults to crypto/rand

	Rules map[*schema.Model][]Rule // checks of whole rows; nil: none

	Watched func(*schema.Model) bool // whose changes Call.Observer is told; nil: none
}

// Sealer turns the value of an @encrypted field into what its column holds.
type Sealer interface {
	Seal(f *schema.Field, v query.Value) (query.Value, error)
}

// ErrKeyChanged undoes a call whose values may have been encrypted with a key that changed before
// the call had the database: it is to be made again.
var ErrKeyChanged = errors.New("litestone: the key of encrypted fields changed meanwhile")

// Engine holds what is common to all writes of a client.
type Engine struct {
	read   *read.Engine
	seal   Sealer
	epoch  func() uint64
	ids    ids
	models []*model // by schema index
	stamps stamps
	bulks  atomic.Int64 // numbers the streams
	shifts bool         // deletes may change keys of other rows
	idle   sync.Pool    // *work
}

// New makes the write engine beside a read engine, whose environment, layouts and statement
// cache it shares.
func New(r *read.Engine, o Options) *Engine {
	e := &Engine{read: r, seal: o.Seal, epoch: o.Epoch, ids: newIDs(o.Rand)}
	s := r.Env(nil).Schema
	for _, m := range s.Models {
		d := describe(m)
		d.rules = o.Rules[m]
		e.models = append(e.models, d)
	}
	e.watches(o.Watched)
	e.cascades(s)
	e.erases(s)
	e.moves(s)
	return e
}

// Door gives a write its connection.
type Door interface {
	// Single runs f where each statement commits by itself, or in the open transaction.
	Single(ctx context.Context, m *schema.Model, f func(*conn.Conn) error) error
	// Atomic runs f in a transaction, or in a savepoint of the open one.
	Atomic(ctx context.Context, m *schema.Model, f func(*conn.Conn) error) error
}

// Call is who writes, and where.
type Call struct {
	Session *session.Session
	Door    Door
	Typed   bool   // answers generated structs, not records
	Beside  Beside // leads to the databases of an answer's relations; nil where none leads into another one

	Filter func(*schema.Model) (*query.Cond, error) // the filters of plugins; nil: none

	Trial *Trial // the call is tried and undone; nil: it is made

	Observer Observer // is told what happened to rows of watched models; nil: nobody asks

	Auditor read.Auditor // keeps what is done with logged models; nil where the schema has none

	Watcher read.Watcher // is told of the call's statements; nil: nobody asks

	Bulk *Bulk // the stream of rows the call is a part of; nil for a call by itself
}

// work is one call in progress.
type work struct {
	e    *Engine
	c    Call
	m    *schema.Model
	op   string // the call's name, for errors
	call *read.Call
	conn *conn.Conn

	epoch  uint64 // of the key, when the call began
	w      plan.Writing
	args   []query.Value
	rows   []*row // made by this call, reused by the next
	used   int
	issues issues
	failed error // a mistake in the arguments that is no failing value

	questions []question // rows whose rules are to be asked
	asked     bool       // they were

	trail   read.Trail // what the audit log will keep of the call
	changes []Change   // what the observer will be told
	pending []pending
	allowed map[*schema.Field]bool // fields whose write rules were asked, by the session alone
	nth     int                    // the row of a bulk call being written, counted from 1
	later   bool                   // more statements follow: rules that look at other rows wait for the end
}

// begin prepares a call; end must follow.
func (e *Engine) begin(c Call, m *schema.Model, op string) *work {
	k, _ := e.idle.Get().(*work)
	if k == nil {
		k = &work{e: e, call: read.NewCall(e.read, c.Session, c.Typed)}
	} else {
		k.call.Renew(c.Session, c.Typed)
	}
	k.c, k.m, k.op = c, m, op
	if e.epoch != nil {
		k.epoch = e.epoch()
	}
	k.call.Audited, k.call.Trial = c.Auditor != nil, c.Trial != nil
	k.call.Watcher = c.Watcher
	if c.Filter != nil {
		k.call.Filter(c.Filter)
	}
	return k
}

// end gives the call's room to the next one.
func (e *Engine) end(k *work) {
	for _, r := range k.rows[:k.used] {
		r.clear()
	}
	clear(k.args)
	clear(k.questions)
	clear(k.w.Set)
	k.call.Conn = nil
	// What is not named here, the next call, who may be somebody else, finds empty.
	*k = work{e: e, call: k.call, rows: k.rows, args: k.args[:0], issues: k.issues[:0], pending: k.pending[:0],
		questions: k.questions[:0], w: plan.Writing{Set: k.w.Set[:0]}}
	e.idle.Put(k)
}

// fresh refuses to go on with values of a key that has changed. From here on the key stays: changing
// it takes the database.
func (k *work) fresh() error {
	if k.e.epoch != nil && k.e.epoch() != k.epoch {
		return ErrKeyChanged
	}
	return nil
}

// single runs f on a connection where each statement stands by itself.
func (k *work) single(ctx context.Context, f func() error) error {
	if k.observed() || k.c.Trial != nil {
		return k.atomic(ctx, f)
	}
	if err := k.ready(ctx); err != nil {
		return err
	}
	err := k.fault(k.c.Door.Single(ctx, k.m, func(cn *conn.Conn) error {
		k.conn, k.call.Conn = cn, cn
		if err := k.fresh(); err != nil {
			return err
		}
		return f()
	}))
	return k.keep(ctx, err)
}

// atomic runs f in a transaction; what was left to judge at the end is judged here.
func (k *work) atomic(ctx context.Context, f func() error) error {
	k.later = true
	if err := k.ready(ctx); err != nil {
		return err
	}
	err := k.fault(k.c.Door.Atomic(ctx, k.m, func(cn *conn.Conn) error {
		k.conn, k.call.Conn = cn, cn
		if err := k.fresh(); err != nil {
			return err
		}
		if err := f(); err != nil {
			return err
		}
		if err := k.judge(ctx); err != nil {
			return err
		}
		return k.tell(ctx)
	}))
	return k.keep(ctx, err)
}

// stamps gives out the times of soft deletes that cascade. Restoring brings back what one stamp
// took, so no two of these removals may share one.
type stamps struct{ last atomic.Int64 }

// after gives the time itself, or the millisecond after the stamp given last.
func (s *stamps) after(ms int64) int64 {
	for {
		last := s.last.Load()
		ms = max(ms, last+1)
		if s.last.CompareAndSwap(last, ms) {
			return ms
		}
	}
}
