package conn

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// DB is an open SQLite database. Its methods may be called from any goroutine.
type DB struct {
	options   Options
	place     place
	memory    bool
	writePool *sql.DB // one connection; nil when opened read-only
	readPool  *sql.DB
	bun       *bun.DB
	hooks     *hooks // nil without query hooks
	features  Features
	attached  attachments

	preparedRead, preparedWrite atomic.Int64

	mu      sync.Mutex
	lent    readers
	calls   int // calls that hold or wait for a connection
	closing bool
	drained chan struct{} // closed when closing and no call is left

	closeOnce sync.Once
	closeErr  error
}

// Open opens the database, or makes it, and looks what this SQLite can do. A failure leaves
// no file behind that Open made. Errors: liteerr.Config (missing or unwritable folder,
// missing file), Corrupt (not a database, or damaged), Busy, Cancelled, Unsupported.
func Open(ctx context.Context, o Options) (db *DB, err error) {
	o = o.withDefaults()
	drv, err := sqliteDriver()
	if err != nil {
		return nil, err
	}
	p, err := locate(ctx, o)
	if err != nil {
		return nil, err
	}
	db = &DB{options: o, place: p, memory: o.Path == Memory, drained: make(chan struct{}), lent: readers{max: o.Readers}}
	defer func() {
		if err != nil {
			db.closePools()
			p.abandon()
			db, err = nil, db.named(err)
		}
	}()

	uri := uriOf(p.path)
	mode := "rw"
	if db.memory {
		mode = "rwc"
	}
	db.readPool = db.pool(&connector{driver: drv, source: sourceName(uri, "ro")}, 2*o.Readers)
	first := db.readPool
	if !o.ReadOnly {
		db.writePool = db.pool(&connector{driver: drv, source: sourceName(uri, mode), writer: true}, 1)
		first = db.writePool
	}
	err = db.probe(ctx, first)
	// The index of the log cannot be made in a folder (read_only) or on a disk (config, for "cannot
	// open") that cannot be written.
	if o.ReadOnly && (isCode(err, liteerr.ReadOnly) || isCode(err, liteerr.Config)) && p.still() {
		db.readPool.Close()
		db.readPool = db.pool(&connector{driver: drv, source: sourceName(uri, "ro&immutable=1")}, 2*o.Readers)
		first = db.readPool
		err = db.probe(ctx, first)
	}
	if err != nil {
		return db, err
	}
	db.giveToBun(first)
	return db, nil
}

// pool makes one of the two pools. Connections are kept: each has prepared statements, and
// the last to close would move the log into the database.
func (db *DB) pool(c *connector, size int) *sql.DB {
	c.db = db
	p := sql.OpenDB(c)
	p.SetMaxOpenConns(size)
	p.SetMaxIdleConns(size)
	return p
}

// probe opens the first connection, which finds out whether the file is a database, reads
// its schema, and tests what SQLite can do.
func (db *DB) probe(ctx context.Context, pool *sql.DB) error {
	c, err := pool.Conn(ctx)
	if err != nil {
		return typed(ctx, err)
	}
	defer c.Close()
	h, err := handleOf(c)
	if err != nil {
		return err
	}
	db.features, err = inspect(ctx, &Conn{h: h, shared: true})
	return err
}

// giveToBun makes the *bun.DB: its reads go to the readers, the rest to the writer.
func (db *DB) giveToBun(pool *sql.DB) {
	b := bun.NewDB(pool, sqlitedialect.New(), bun.WithConnResolver(resolver{db}))
	for _, hook := range db.options.QueryHooks {
		b = b.WithQueryHook(hook)
	}
	db.bun = b
	if len(db.options.QueryHooks) > 0 {
		db.hooks = &hooks{bun: b, hooks: db.options.QueryHooks}
	}
}

// resolver routes bun's queries. What comes here is not part of a transaction or of a
// bun.Conn.
type resolver struct{ db *DB }

func (r resolver) ResolveConn(_ context.Context, q bun.Query) bun.IConn {
	switch q := q.(type) {
	case *bun.SelectQuery:
		return r.db.readPool
	case *bun.RawQuery: // bun calls every raw query a SELECT
		if text, err := q.AppendQuery(r.db.bun.QueryGen(), nil); err == nil && onlyReads(string(text)) {
			return r.db.readPool
		}
	}
	return nil
}

func (r resolver) Close() error { return r.db.readPool.Close() }

// named says which database an error of Open is about.
func (db *DB) named(err error) error {
	var e *liteerr.Error
	if !errors.As(err, &e) || e.Code == liteerr.Cancelled {
		return err
	}
	c := *e
	c.Message = "database " + db.options.Path + ": " + e.Message
	var r *Refusal
	if errors.As(e.Err, &r) && r.Code&0xff == rcNotADB {
		c.Message = "database " + db.options.Path + ": the file is not a SQLite database"
		c.Hint = "check the path; an encrypted or damaged file looks like this too"
	}
	return &c
}

// Close waits for the calls that run, closes all connections and removes a memory
// database's files. Calls that come later fail. Plain bun is not waited for. Closing again
// returns the same error.
func (db *DB) Close() error {
	db.closeOnce.Do(func() {
		db.mu.Lock()
		db.closing = true
		if db.calls == 0 {
			close(db.drained)
		}
		db.mu.Unlock()
		<-db.drained
		db.closeErr = errors.Join(db.closePools(), db.place.release())
	})
	return db.closeErr
}

// closePools closes the readers first: the connection that closes last moves the log into
// the database and removes it, which a read-only one could not.
func (db *DB) closePools() error {
	for _, r := range db.lent.idle {
		r.close()
	}
	db.lent.idle = nil
	var errs []error
	for _, p := range []*sql.DB{db.readPool, db.writePool} {
		if p != nil {
			errs = append(errs, p.Close())
		}
	}
	return errors.Join(errs...)
}

// enter counts a call so that Close waits for it; leave must follow.
func (db *DB) enter() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closing {
		return errClosed()
	}
	db.calls++
	return nil
}

func (db *DB) leave() {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.left()
}

// left is leave with db.mu held.
func (db *DB) left() {
	db.calls--
	if db.closing && db.calls == 0 {
		close(db.drained)
	}
}

// Path is the absolute path of the database file.
func (db *DB) Path() string { return db.place.path }

// ReadOnly reports whether the database was opened without a writer.
func (db *DB) ReadOnly() bool { return db.writePool == nil }

// Bun is the database for plain bun: its select queries, and raw ones that only read, run on
// a reader, all else on the writer. The query hooks of the options are registered on it. Closing it is DB's work.
func (db *DB) Bun() *bun.DB { return db.bun }

// Features tell what this SQLite can do.
func (db *DB) Features() Features { return db.features }

// CacheSize counts the prepared statements the runner keeps, on all readers and on the
// writer. A connection that is lent at the moment counts too.
func (db *DB) CacheSize() (read, write int) {
	return int(db.preparedRead.Load()), int(db.preparedWrite.Load())
}
