package logdb

import (
	"context"
	"os"
	"strings"
	"sync"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// table is the copy of a model's file that reads run on. It refuses nothing: what a line may hold
// was decided when it was written, maybe by an older schema.
type table struct {
	sync sync.Mutex // one load at a time; taken before the folder's lock and before DB.mu

	// Read by who holds sync or DB.mu, written by who holds both.
	ready   bool // the table and its indexes are there
	parts   []loaded
	damages damages
	unended *Damage // the last line, while nobody ended it

	// Statements.
	create, insert, reset string
	indexes               []string
	all                   string // every row in the order of writing
	top                   string // the highest integer key
	keyed                 string // the row of a key
}

// loaded is how far a part of the file was read.
type loaded struct {
	info os.FileInfo
	size int64  // up to here, a line's end
	seen int64  // its size when it was read
	tail []byte // the last bytes before size
}

// lineColumn is the replica's column that keeps the order of writing.
func lineColumn(m *schema.Model) string { return plan.LineColumn(m) }

func newTable(m *schema.Model) *table {
	name := ddl.Quote(m.Table)
	columns := []string{ddl.Quote(lineColumn(m)) + " INTEGER PRIMARY KEY"}
	var names, marks []string
	for _, f := range m.Columns {
		columns = append(columns, ddl.Quote(f.Column)+" "+ddl.ColumnType(f))
		names = append(names, ddl.Quote(f.Column))
		marks = append(marks, "?")
	}
	t := &table{
		create: "CREATE TABLE " + name + " (" + strings.Join(columns, ", ") + ")",
		insert: "INSERT INTO " + name + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")",
		reset:  "DELETE FROM " + name,
		all:    "SELECT " + strings.Join(names, ", ") + " FROM " + name + " ORDER BY " + ddl.Quote(lineColumn(m)),
	}
	t.keys(m, name)
	if len(m.Key) > 0 {
		t.indexes = append(t.indexes, indexOn("_key_"+m.Table, m, m.Key))
	}
	for _, x := range m.Indexes {
		t.indexes = append(t.indexes, indexOn(x.Name, m, x.Fields))
	}
	return t
}

// keys makes the statements about a model's key.
func (t *table) keys(m *schema.Model, name string) {
	if k := m.IntegerKey(); k != nil {
		t.top = "SELECT max(" + name + "." + ddl.Quote(k.Column) + ") FROM " + name
	}
	var equal []string
	for _, k := range m.Key {
		equal = append(equal, name+"."+ddl.Quote(k.Column)+" = ?")
	}
	t.keyed = "SELECT 1 FROM " + name + " WHERE " + strings.Join(equal, " AND ") + " LIMIT 1"
}

func indexOn(name string, m *schema.Model, fields []*schema.Field) string {
	columns := make([]string, len(fields))
	for i, f := range fields {
		columns[i] = ddl.Tick(f.Column)
	}
	return "CREATE INDEX " + ddl.Quote(name) + " ON " + ddl.Quote(m.Table) + " (" + strings.Join(columns, ", ") + ")"
}

// memory opens the private database of the replicas on its first use.
func (d *DB) memory(ctx context.Context) (*conn.DB, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, errClosed()
	}
	if d.replica == nil {
		db, err := conn.Open(context.WithoutCancel(ctx), conn.Options{Path: conn.Memory, Large: true, Readers: d.o.Readers})
		if err != nil {
			return nil, err
		}
		d.replica = db
	}
	return d.replica, nil
}

// fill runs load, which inserts rows into a model's table, in one transaction.
func (d *DB) fill(ctx context.Context, t *table, reset bool, load func(insert func([]query.Value) error) error) error {
	return d.replica.Tx(ctx, func(tx *conn.Tx) error {
		c := tx.Conn()
		if !t.ready {
			if err := c.Script(ctx, t.create); err != nil {
				return err
			}
		} else if reset {
			if _, err := c.Exec(ctx, conn.Query{SQL: t.reset}, nil); err != nil {
				return err
			}
		}
		q := conn.Query{SQL: t.insert, Short: true}
		err := load(func(values []query.Value) error {
			_, err := c.Exec(ctx, q, values)
			return err
		})
		if err != nil || t.ready {
			return err
		}
		for _, x := range t.indexes {
			if err := c.Script(ctx, x); err != nil {
				return err
			}
		}
		return nil
	})
}
