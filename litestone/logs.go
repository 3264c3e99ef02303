package litestone

import (
	"context"
	"errors"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/logdb"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// openLog opens a database of append-only files.
func (co *core) openLog(o *database) (err error) {
	if o.path = co.path(o.Database); o.path == "" {
		return noPath(o.Database)
	}
	o.log, err = logdb.Open(logdb.Options{
		Schema: co.schema, Database: o.Database, Folder: o.path, Durable: co.config.DurableLogs,
		ReadOnly: co.access(o.Database) == AccessReadOnly, Patience: co.config.BusyTimeout, Readers: co.config.Readers, Now: co.config.Now,
		Logger: co.config.Logger,
	})
	return liteerr.In(err, "", "open")
}

// appendOnly refuses an operation that changes rows of a model whose rows are never changed.
func appendOnly(m *schema.Model, op string) error {
	if m.Writable() {
		return nil
	}
	return &Error{Code: CodeUnsupported, Model: m.Accessor, Operation: op,
		Message: "the model is stored in the append-only database " + m.Database.Name, Hint: "rows can be created and read there, nothing else"}
}

// readingLog runs f on a connection that sees the rows of an append-only model, in a transaction
// those it created too. The entries of a logger database are for the operators of a system: the
// client itself and the system.
func (c *Client) readingLog(ctx context.Context, d *database, m *schema.Model, several bool, f func(*conn.Conn) error) error {
	if err := c.mayAudit(ctx, m); err != nil {
		return err
	}
	if cn := c.snap[d]; cn != nil {
		return f(cn)
	}
	if b := c.tx.batches(); b != nil {
		return d.log.Read(ctx, m, several, &b.lines, f)
	}
	if err := c.core.apart(ctx); err != nil {
		return err
	}
	return d.log.Read(ctx, m, several, nil, f)
}

// mayAudit refuses the entries of a logger database to callers scoped by auth.
func (c *Client) mayAudit(ctx context.Context, m *schema.Model) error {
	s, err := c.session(ctx)
	if err != nil || !m.Auto || !s.Scoped {
		return err
	}
	return &Error{Code: CodeAccessDenied, Model: m.Accessor, Message: "audit entries are not for clients scoped by auth", Hint: "use the client it was made from, or AsSystem"}
}

// apart refuses a call on the client inside its own transaction, as outside does for one database:
// what it appends would stay when the transaction is rolled back.
func (co *core) apart(ctx context.Context) error {
	for _, d := range co.databases {
		if d.db == nil {
			continue
		}
		if err := outside(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// creating runs a create of rows through the door of the model's database.
func (c *Client) creating(ctx context.Context, m *schema.Model, op string, a *query.CreateArgs, w *write.Call, run func() error) error {
	if m.Database.Driver == schema.SQLite {
		return run()
	}
	if m.Auto {
		return &Error{Code: CodeAccessDenied, Model: m.Accessor, Operation: op, Message: "audit entries are made by the writes and reads they tell of, and by nobody else"}
	}
	d, err := c.core.database(m)
	if err != nil {
		return err
	}
	var in *logdb.Batch
	if b := c.tx.batches(); b != nil {
		in = &b.lines
	} else if err := c.core.apart(ctx); err != nil {
		return err
	}
	return d.log.Create(ctx, m, a.Rows, in, func(door write.Door) error {
		w.Door = door
		return run()
	})
}

// batches are what a transaction appends at its commit: rows its caller created, and entries of the
// audit log.
type batches struct{ lines, entries logdb.Batch }

// batchesKey marks a context with the batches of its open transaction.
type batchesKey struct{ co *core }

// newBatches is where a transaction collects; nil where the schema has no append-only database.
func (co *core) newBatches() *batches {
	for _, d := range co.databases {
		if d.log != nil {
			return &batches{}
		}
	}
	return nil
}

// batches gives where a transaction collects; nil outside one.
func (t *transaction) batches() *batches {
	if t == nil {
		return nil
	}
	return t.collected
}

// collecting runs a transaction and appends what it collected when it has been committed.
func (t *transaction) collecting(ctx context.Context, co *core, run func(context.Context) error) error {
	b := co.newBatches()
	if b == nil {
		err := run(ctx)
		t.committed = err == nil
		return err
	}
	t.collected = b
	if err := run(context.WithValue(ctx, batchesKey{co}, b)); err != nil {
		return err
	}
	t.committed = true
	ctx = context.WithoutCancel(ctx)
	if co.trails != nil {
		co.trails.commit(ctx, &b.entries)
	}
	err := b.lines.Commit(ctx)
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Operation, c.Message, c.Err = "transaction", "the transaction is committed, but its rows of log files are not: "+e.Message, err
	return &c
}

// lost tells of a committed transaction the databases whose lines could not be appended; nil when all
// could.
func (t *transaction) lost() func(*schema.Database) bool {
	if b := t.collected; b != nil && b.lines.Lost(nil) {
		return b.lines.Lost
	}
	return nil
}

// undoing runs a savepoint, whose failure takes back what it collected.
func (t *transaction) undoing(run func() error) error {
	b := t.collected
	if b == nil {
		return run()
	}
	lines, entries, done := b.lines.Mark(), b.entries.Mark(), false
	defer func() {
		if !done {
			b.lines.Undo(lines)
			b.entries.Undo(entries)
		}
	}()
	err := run()
	done = err == nil
	return err
}

// LogDamage is a line of a log file that is no row of its model: not JSON, or with a value that its
// field cannot hold. Reads go on without it.
type LogDamage struct {
	Database string `json:"database"`
	File     string `json:"file"`   // its name in the database's folder
	Offset   int64  `json:"offset"` // where the line begins, in bytes
	Reason   string `json:"reason"`
}

// DamagedLogs reads what was appended to the log files since the last read and gives the lines
// that are damaged: at most 100 of each file, and how many there are in all.
func (c *Client) DamagedLogs(ctx context.Context) (list []LogDamage, count int, err error) {
	if c.bad != nil {
		return nil, 0, c.bad
	}
	for _, d := range c.core.databases {
		if d.log == nil {
			continue
		}
		err := d.log.Read(ctx, nil, false, nil, func(*conn.Conn) error { return nil })
		if err != nil {
			return nil, 0, liteerr.In(err, "", "damagedLogs")
		}
		found, n := d.log.Damaged()
		for _, x := range found {
			list = append(list, LogDamage{Database: d.Name, File: x.File, Offset: x.Offset, Reason: x.Reason})
		}
		count += n
	}
	return list, count, nil
}
