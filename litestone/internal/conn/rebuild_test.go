package conn_test

import (
	"context"
	"errors"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
)

// pragma reads a number from the writer, outside a transaction.
func pragma(t *testing.T, db *conn.DB, name string) int64 {
	t.Helper()
	n := int64(-1)
	err := db.Write(context.Background(), func(c *conn.Conn) error {
		return c.Run(context.Background(), conn.Query{SQL: "PRAGMA " + name}, nil, func(r *conn.Row) error {
			n = r.Int64(0)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRebuildWatchesNoForeignKeysAndPutsThemBack(t *testing.T) {
	ctx := context.Background()
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	script := func(sql string) func(*conn.Tx) error {
		return func(tx *conn.Tx) error { return tx.Conn().Script(ctx, sql) }
	}
	if err := db.Tx(ctx, script(`CREATE TABLE p (id INTEGER PRIMARY KEY, gone TEXT);
CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ON DELETE CASCADE);
CREATE VIEW v AS SELECT id FROM p; INSERT INTO p VALUES (1, 'x'); INSERT INTO c VALUES (1, 1), (2, 1)`)); err != nil {
		t.Fatal(err)
	}
	rebuild := `CREATE TABLE n (id INTEGER PRIMARY KEY); INSERT INTO n SELECT id FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p`
	normal := func(after string) {
		t.Helper()
		if pragma(t, db, "foreign_keys") != 1 || pragma(t, db, "legacy_alter_table") != 0 {
			t.Errorf("after %s the pragmas are not what they were", after)
		}
	}

	stop := errors.New("stop")
	err = db.Rebuild(ctx, func(tx *conn.Tx) error {
		if err := tx.Conn().Script(ctx, rebuild); err != nil {
			return err
		}
		return stop
	})
	if err != stop {
		t.Errorf("an error came back as %v", err)
	}
	normal("an error")

	func() {
		defer func() {
			if recover() != "stop" {
				t.Error("the panic was lost")
			}
		}()
		db.Rebuild(ctx, func(tx *conn.Tx) error {
			tx.Conn().Script(ctx, "DELETE FROM c")
			panic("stop")
		})
	}()
	normal("a panic")

	ended, cancel := context.WithCancel(ctx)
	err = db.Rebuild(ended, func(tx *conn.Tx) error {
		defer cancel()
		return tx.Conn().Script(ctx, "DELETE FROM c")
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended gave %v", err)
	}
	normal("a cancelled context")

	if err := db.Rebuild(ctx, script(rebuild)); err != nil {
		t.Fatal(err)
	}
	normal("success")
	err = db.Read(ctx, func(c *conn.Conn) error {
		return c.Run(ctx, conn.Query{SQL: "SELECT (SELECT count(*) FROM c), (SELECT count(*) FROM v), (SELECT count(*) FROM pragma_table_info('p'))"}, nil, func(r *conn.Row) error {
			if r.Int64(0) != 2 || r.Int64(1) != 1 || r.Int64(2) != 1 {
				t.Errorf("children %d, parents %d, columns %d; want 2, 1, 1", r.Int64(0), r.Int64(1), r.Int64(2))
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
