package litestone

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/litestone-go/orm/litestone/query"
)

// Lock is a lock that was acquired: the handle of one acquisition. Its methods are safe for
// concurrent use.
type Lock struct {
	LockInfo
	locks   Locks
	token   string
	ttl     time.Duration
	expires atomic.Int64 // milliseconds since 1970
}

// Lock runs fn while holding a lock and releases it however fn ends. While fn runs the lock is
// prolonged every third of its ttl; when another holds it or has released it all the same, fn's
// context ends with the loss as its cause. A transaction of fn may take longer than the ttl: while
// it holds the database's write lock nobody can take this one.
//
// Errors: ErrLockNotAcquired before fn ran; fn's own error; ErrLockExpired or ErrLockReleased when
// fn succeeded but had lost the lock, so that another may have run beside it.
func (c *Client) Lock(ctx context.Context, key string, fn func(ctx context.Context) error, o ...LockOptions) (err error) {
	l, err := c.Locks().Acquire(ctx, key, o...)
	if err != nil {
		return err
	}
	inner, cancel := context.WithCancelCause(ctx)
	beaten := make(chan struct{})
	go func() {
		defer close(beaten)
		l.keep(inner, cancel)
	}()
	failed := true
	defer func() {
		cancel(nil)
		<-beaten
		if e := l.drop(context.WithoutCancel(ctx), true); e != nil && !failed {
			err = e
		}
	}()
	err = fn(inner)
	failed = err != nil
	if lost := context.Cause(inner); failed && ctx.Err() == nil && lost != nil && errors.Is(err, context.Canceled) {
		err = lost
	}
	return err
}

// keep prolongs a lock until ctx ends or the lock is lost.
func (l *Lock) keep(ctx context.Context, lost context.CancelCauseFunc) {
	every := time.NewTicker(max(l.ttl/3, time.Millisecond))
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		// Another failure than the loss, as a busy database, leaves time for the next beat.
		if err := l.beat(ctx, l.ttl, true); errors.Is(err, ErrLockExpired) || errors.Is(err, ErrLockReleased) {
			lost(err)
			return
		}
	}
}

// Heartbeat prolongs the lock by its ttl, or by another one from now. ErrLockExpired or
// ErrLockReleased says that the lock is lost: it is not taken again.
func (l *Lock) Heartbeat(ctx context.Context, ttl ...time.Duration) error {
	d := l.ttl
	if len(ttl) > 0 && ttl[0] > 0 {
		d = ttl[0]
	}
	return l.beat(ctx, d, false)
}

// Release frees the lock. ErrLockExpired or ErrLockReleased says that it had been lost before:
// another may have held it meanwhile.
func (l *Lock) Release(ctx context.Context) error { return l.drop(ctx, false) }

// beat prolongs the lock. late forgives that its end has passed when nobody has taken it since: a
// transaction of the holder's own keeps the heartbeat waiting, and everybody else too.
func (l *Lock) beat(ctx context.Context, ttl time.Duration, late bool) error {
	var at, end time.Time
	n, err := l.locks.change(ctx, "heartbeat", sqlLockBeatMine, func(now time.Time) []query.Value {
		at, end = now, now.Add(ttl)
		return []query.Value{query.Text(l.Key), query.Text(l.token), stamp(now), stamp(end), query.Bool(late)}
	})
	switch {
	case err != nil:
		return err
	case n == 0:
		return l.loss("heartbeat", at)
	}
	l.expires.Store(end.UnixMilli())
	return nil
}

// drop frees the lock; late as in beat.
func (l *Lock) drop(ctx context.Context, late bool) error {
	var at time.Time
	n, err := l.locks.change(ctx, "release", sqlLockDropMine, func(now time.Time) []query.Value {
		at = now
		return []query.Value{query.Text(l.Key), query.Text(l.token), stamp(now), query.Bool(late)}
	})
	if err == nil && n == 0 {
		return l.loss("release", at)
	}
	return err
}

// loss says how a lock was lost: by its end, else somebody took it away.
func (l *Lock) loss(op string, now time.Time) error {
	if now.UnixMilli() >= l.expires.Load() {
		return &Error{Code: CodeLockExpired, Operation: "lock." + op, Message: "the lock " + l.Key + " of " + l.Owner + " has expired",
			Hint: "send heartbeats, or take it with a longer TTL"}
	}
	return &Error{Code: CodeLockReleased, Operation: "lock." + op, Message: "the lock " + l.Key + " of " + l.Owner + " was released by another"}
}
