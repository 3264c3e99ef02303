package litestone

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
)

// What a lock does where LockOptions do not say otherwise.
const (
	lockTTL        = 30 * time.Second
	lockRetryEvery = 100 * time.Millisecond
)

// LockOptions say how a lock is taken. The zero value works.
type LockOptions struct {
	// TTL is how long the lock holds without a heartbeat: what a holder that died leaves behind.
	// Defaults to 30 seconds.
	TTL time.Duration

	// Wait is how long to wait for a lock that another holds.
	// Defaults to 0: ErrLockNotAcquired at once.
	Wait time.Duration

	// RetryEvery is the pause between two attempts while waiting.
	// Defaults to 100 milliseconds.
	RetryEvery time.Duration

	// Owner names the holder to others, and to Release and Heartbeat by key.
	// Defaults to a random id.
	Owner string
}

func (o LockOptions) withDefaults() LockOptions {
	if o.TTL <= 0 {
		o.TTL = lockTTL
	}
	if o.RetryEvery <= 0 {
		o.RetryEvery = lockRetryEvery
	}
	if o.Owner == "" {
		o.Owner = uuid.NewString()
	}
	return o
}

// LockInfo tells who holds a lock.
type LockInfo struct {
	Key        string `json:"key"`
	Owner      string `json:"owner"`
	AcquiredAt Time   `json:"acquiredAt"`
	ExpiresAt  Time   `json:"expiresAt"` // when it was taken or last prolonged, plus the ttl
}

// Locks are the application's locks: rows of the table _locks in the main database, which is made
// when the first lock is taken. They hold between goroutines, clients and processes that share
// the file, as long as the clocks of those agree. A lock has nothing to do with SQLite's locks
// and keeps nobody from writing: it means what the program makes of it.
//
// Locks stand outside transactions, and nobody takes a lock twice: an owner that asks again waits
// for itself.
type Locks struct{ c *Client }

// Locks gives the application's locks.
func (c *Client) Locks() Locks { return Locks{c} }

// The statements on the locks. Times are texts of one width, so comparing them compares times.
const (
	sqlLocksTable = "CREATE TABLE IF NOT EXISTS `_locks` (`key` TEXT NOT NULL PRIMARY KEY, `owner` TEXT NOT NULL, `token` TEXT NOT NULL, " +
		"`acquiredAt` TEXT NOT NULL, `expiresAt` TEXT NOT NULL) STRICT, WITHOUT ROWID"
	sqlLocksThere = `SELECT 1 FROM "sqlite_schema" WHERE "sqlite_schema"."type" = 'table' AND "sqlite_schema"."name" = '_locks'`
	sqlLockTake   = `INSERT INTO "_locks" ("key", "owner", "token", "acquiredAt", "expiresAt") VALUES (?1, ?2, ?3, ?4, ?5) ` +
		`ON CONFLICT ("key") DO UPDATE SET "owner" = ?2, "token" = ?3, "acquiredAt" = ?4, "expiresAt" = ?5 WHERE "_locks"."expiresAt" <= ?6`
	sqlLockDrop     = `DELETE FROM "_locks" WHERE "_locks"."key" = ?1 AND (?2 IS NULL OR "_locks"."owner" = ?2)`
	sqlLockDropMine = `DELETE FROM "_locks" WHERE "_locks"."key" = ?1 AND "_locks"."token" = ?2 AND (?4 OR "_locks"."expiresAt" > ?3)`
	sqlLockBeat     = `UPDATE "_locks" SET "expiresAt" = ?4 WHERE "_locks"."key" = ?1 AND "_locks"."owner" = ?2 AND "_locks"."expiresAt" > ?3`
	sqlLockBeatMine = `UPDATE "_locks" SET "expiresAt" = ?4 WHERE "_locks"."key" = ?1 AND "_locks"."token" = ?2 AND (?5 OR "_locks"."expiresAt" > ?3)`
	sqlLockHeld     = `SELECT 1 FROM "_locks" WHERE "_locks"."key" = ?1 AND "_locks"."expiresAt" > ?2`
	sqlLockHolder   = `SELECT "_locks"."owner", "_locks"."expiresAt" FROM "_locks" WHERE "_locks"."key" = ?1 AND "_locks"."expiresAt" > ?2`
	sqlLockList     = `SELECT "_locks"."key", "_locks"."owner", "_locks"."acquiredAt", "_locks"."expiresAt" FROM "_locks" WHERE "_locks"."expiresAt" > ?1 ORDER BY "_locks"."key"`
	sqlLockSweep    = `DELETE FROM "_locks" WHERE "_locks"."expiresAt" <= ?1`
)

// Acquire takes a lock, waiting for it as long as the options say. A lock whose ttl has passed is
// free.
//
// Errors: ErrLockNotAcquired names the holder; ErrCancelled when ctx ends while waiting.
func (k Locks) Acquire(ctx context.Context, key string, options ...LockOptions) (*Lock, error) {
	var o LockOptions
	for _, given := range options {
		o = given
	}
	o = o.withDefaults()
	d, err := k.database(ctx, "acquire")
	if err != nil {
		return nil, err
	}
	if key == "" {
		return nil, &Error{Code: CodeValidation, Operation: "lock.acquire", Fields: []string{"key"}, Message: "a lock needs a key"}
	}
	l := &Lock{locks: k, token: uuid.NewString(), ttl: o.TTL}
	l.Key, l.Owner = key, o.Owner
	until := time.Now().Add(o.Wait)
	for {
		taken, err := k.take(ctx, d, l)
		if err != nil || taken {
			return l, k.named(err, "acquire")
		}
		pause := min(o.RetryEvery, time.Until(until))
		if pause <= 0 {
			return nil, k.refusal(ctx, d, key)
		}
		select {
		case <-ctx.Done():
			return nil, &Error{Code: CodeCancelled, Operation: "lock.acquire", Message: "the context ended while waiting for the lock " + key, Err: ctx.Err()}
		case <-time.After(pause):
		}
	}
}

// take makes one attempt. A lock counts as free when it had expired before the attempt had to wait
// for its turn to write: a transaction of the holder may be what it waited for, and kept his
// heartbeat waiting as well.
func (k Locks) take(ctx context.Context, d *database, l *Lock) (taken bool, err error) {
	asked := stamp(k.now())
	err = d.db.Tx(ctx, func(tx *conn.Tx) error {
		cn := tx.Conn()
		if !k.c.core.locks.Load() {
			if err := cn.Script(ctx, sqlLocksTable); err != nil {
				return err
			}
			// Those who died left their rows: new programs sweep, running ones need not.
			if _, err := cn.Exec(ctx, conn.Query{SQL: sqlLockSweep, Short: true}, []query.Value{stamp(k.now())}); err != nil {
				return err
			}
			k.c.core.locks.Store(true)
		}
		now := k.now()
		end := now.Add(l.ttl)
		r, err := cn.Exec(ctx, conn.Query{SQL: sqlLockTake, Short: true},
			[]query.Value{query.Text(l.Key), query.Text(l.Owner), query.Text(l.token), stamp(now), stamp(end), asked})
		if taken = err == nil && r.Changes > 0; taken {
			l.AcquiredAt, l.ExpiresAt = Time{Time: now}, Time{Time: end}
			l.expires.Store(end.UnixMilli())
		}
		return err
	})
	return taken, err
}

// refusal says who holds a lock that was not to be had.
func (k Locks) refusal(ctx context.Context, d *database, key string) error {
	e := &Error{Code: CodeLockNotAcquired, Operation: "lock.acquire", Message: "the lock " + key + " is held", Hint: "give LockOptions.Wait, or try again later"}
	d.db.Read(ctx, func(cn *conn.Conn) error { // best effort: it only makes the message better
		return cn.Run(ctx, conn.Query{SQL: sqlLockHolder, Short: true}, []query.Value{query.Text(key), stamp(k.now())}, func(r *conn.Row) error {
			e.Message += " by " + r.Text(0) + " until " + r.Text(1)
			return nil
		})
	})
	return e
}

// Release frees the lock of a key: whoever holds it, or only when owner does. A lock that is not
// held, or by another, is left as it is.
func (k Locks) Release(ctx context.Context, key string, owner ...string) error {
	who := query.Null()
	if len(owner) > 0 {
		who = query.Text(owner[0])
	}
	_, err := k.change(ctx, "release", sqlLockDrop, func(time.Time) []query.Value { return []query.Value{query.Text(key), who} })
	return err
}

// Heartbeat prolongs the lock of a key to ttl from now, when owner holds it; a lock of another,
// or one that has expired, is left as it is. A ttl of 0 is the default of 30 seconds.
func (k Locks) Heartbeat(ctx context.Context, key, owner string, ttl time.Duration) error {
	if ttl <= 0 {
		ttl = lockTTL
	}
	_, err := k.change(ctx, "heartbeat", sqlLockBeat, func(now time.Time) []query.Value {
		return []query.Value{query.Text(key), query.Text(owner), stamp(now), stamp(now.Add(ttl))}
	})
	return err
}

// IsHeld reports whether anybody holds the lock of a key.
func (k Locks) IsHeld(ctx context.Context, key string) (held bool, err error) {
	err = k.look(ctx, "isHeld", sqlLockHeld, []query.Value{query.Text(key), stamp(k.now())}, func(*conn.Row) error {
		held = true
		return nil
	})
	return held, err
}

// List tells which locks are held, in the order of their keys.
func (k Locks) List(ctx context.Context) ([]LockInfo, error) {
	out := []LockInfo{}
	err := k.look(ctx, "list", sqlLockList, []query.Value{stamp(k.now())}, func(r *conn.Row) error {
		i := LockInfo{Key: r.Text(0), Owner: r.Text(1)}
		if err := i.AcquiredAt.Scan(r.Text(2)); err != nil {
			return err
		}
		if err := i.ExpiresAt.Scan(r.Text(3)); err != nil {
			return err
		}
		out = append(out, i)
		return nil
	})
	return out, err
}

// change runs a statement on locks that may be there. now is the time when its turn to write has
// come: waiting for that may take longer than a lock lives.
func (k Locks) change(ctx context.Context, op, sql string, args func(now time.Time) []query.Value) (n int64, err error) {
	d, err := k.database(ctx, op)
	if err != nil {
		return 0, err
	}
	there, err := k.there(ctx, d)
	if !there || err != nil {
		return 0, k.named(err, op)
	}
	err = d.db.Write(ctx, func(cn *conn.Conn) error {
		r, err := cn.Exec(ctx, conn.Query{SQL: sql, Short: true}, args(k.now()))
		n = r.Changes
		return err
	})
	return n, k.named(err, op)
}

func (k Locks) look(ctx context.Context, op, sql string, args []query.Value, each func(*conn.Row) error) error {
	d, err := k.database(ctx, op)
	if err != nil {
		return err
	}
	there, err := k.there(ctx, d)
	if there && err == nil {
		err = d.db.Read(ctx, func(cn *conn.Conn) error {
			return cn.Run(ctx, conn.Query{SQL: sql}, args, each)
		})
	}
	return k.named(err, op)
}

// there reports whether anybody made the table yet.
func (k Locks) there(ctx context.Context, d *database) (there bool, err error) {
	if k.c.core.locks.Load() {
		return true, nil
	}
	err = d.db.Read(ctx, func(cn *conn.Conn) error {
		return cn.Run(ctx, conn.Query{SQL: sqlLocksThere, Short: true}, nil, func(*conn.Row) error {
			there = true
			return nil
		})
	})
	return there, err
}

// database is the one the locks are in: main, else the schema's first on SQLite.
func (k Locks) database(ctx context.Context, op string) (*database, error) {
	if k.c.bad != nil {
		return nil, k.c.bad
	}
	var d *database
	for _, o := range k.c.core.databases {
		if o.db != nil && (d == nil || o.Name == "main") {
			d = o
		}
	}
	if d == nil {
		return nil, &Error{Code: CodeUnsupported, Operation: "lock." + op, Message: "the schema has no open sqlite database to keep locks in"}
	}
	if k.c.tx != nil {
		return nil, &Error{Code: CodeUnsupported, Operation: "lock." + op, Message: "locks stand outside transactions: others would not see it before the end", Hint: "take the lock first, then begin the transaction"}
	}
	return d, outside(ctx, d)
}

func (k Locks) now() time.Time { return k.c.core.config.Now().UTC().Truncate(time.Millisecond) }

func (k Locks) named(err error, op string) error {
	var e *Error
	if !errors.As(err, &e) || e.Operation != "" {
		return err
	}
	c := *e
	c.Operation = "lock." + op
	return &c
}

// stamp writes a time as DateTime columns hold it.
func stamp(t time.Time) query.Value { return query.Text(query.FormatTime(t)) }
