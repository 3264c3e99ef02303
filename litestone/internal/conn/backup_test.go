package conn_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// TestBackupWhileWriting copies a file while a writer moves a sum from row to row: every copy
// holds the sum of one moment.
func TestBackupWhileWriting(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER, pad BLOB);"+
		"WITH RECURSIVE r(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM r WHERE i<3000) INSERT INTO t SELECT i, 10, randomblob(2000) FROM r")
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := 1; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			err := db.Tx(ctx, func(tx *conn.Tx) error {
				_, err := tx.Conn().Exec(ctx, q("UPDATE t SET n=n+CASE id WHEN ?1 THEN 1 ELSE -1 END WHERE id IN (?1,?2)"), values(i%3000+1, (i+1500)%3000+1))
				return err
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	dir := t.TempDir()
	for name, copyTo := range map[string]func(context.Context, string) error{"backup": db.Backup, "vacuum": db.VacuumInto} {
		dest := filepath.Join(dir, "it's "+name+".db")
		ok(t, copyTo(ctx, dest))
		copied := openAt(t, dest)
		want(t, name+": sum", read(t, copied, "SELECT sum(n) FROM t"), any(int64(30000)))
		want(t, name+": integrity", read(t, copied, "PRAGMA integrity_check"), any("ok"))
		want(t, name+": page size", read(t, copied, "PRAGMA page_size"), any(int64(8192)))
	}
	close(stop)
	writer.Wait()
}

func TestBackupStopsWithItsContext(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	cctx, cancel := context.WithCancel(ctx)
	cancel()
	wantCode(t, db.Backup(cctx, filepath.Join(t.TempDir(), "b.db")), liteerr.Cancelled)
	wantCode(t, db.VacuumInto(cctx, filepath.Join(t.TempDir(), "b.db")), liteerr.Cancelled)
	wantCode(t, db.Backup(ctx, filepath.Join(t.TempDir(), "none", "b.db")), liteerr.Config)
}

// TestAttach shows a file to all connections, and takes it away again.
func TestAttach(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	old := filepath.Join(t.TempDir(), "old.db")
	archive := openAt(t, old)
	script(t, archive, "CREATE TABLE past(id INTEGER PRIMARY KEY, v TEXT); INSERT INTO past VALUES(1,'a'),(2,'b')")
	want(t, "before", read(t, db, "SELECT count(*) FROM t"), any(int64(0)))

	ok(t, db.Attach(ctx, old, "archive", false))
	want(t, "on a reader", read(t, db, "SELECT count(*) FROM archive.past"), any(int64(2)))
	ok(t, exec(db, "INSERT INTO t SELECT id, v FROM archive.past"))
	ok(t, exec(db, "INSERT INTO archive.past VALUES(3,'c')"))
	want(t, "its own client sees the row", read(t, archive, "SELECT count(*) FROM past"), any(int64(3)))
	var n int
	ok(t, db.Bun().NewRaw("SELECT count(*) FROM archive.past").Scan(ctx, &n))
	want(t, "on a connection of plain bun", n, 3)
	err := db.Read(ctx, func(c *conn.Conn) error { _, err := c.Exec(ctx, q("DELETE FROM archive.past"), nil); return err })
	wantCode(t, err, liteerr.ReadOnly)
	wantCode(t, db.Attach(ctx, old, "Archive", false), liteerr.Validation)

	ok(t, db.Detach("archive"))
	wantCode(t, db.Read(ctx, func(c *conn.Conn) error { _, err := one(c, "SELECT count(*) FROM archive.past"); return err }), liteerr.SQL)
	wantCode(t, exec(db, "INSERT INTO archive.past VALUES(4,'d')"), liteerr.SQL)
	wantCode(t, db.Detach("archive"), liteerr.Validation)

	ok(t, db.Attach(ctx, old, "archive", true))
	wantCode(t, exec(db, "DELETE FROM archive.past"), liteerr.ReadOnly)
	ok(t, db.Detach("archive"))
}

// TestAttachHidesNothing makes a table after a connection has attached a file with one of the same
// name: the database's own table is the one that is meant.
func TestAttachHidesNothing(t *testing.T) {
	t.Parallel()
	db := open(t, func(o *conn.Options) { o.Readers = 1 })
	old := filepath.Join(t.TempDir(), "old.db")
	archive := openAt(t, old)
	script(t, archive, tableT+";CREATE TABLE u(id); INSERT INTO t VALUES(1,'old'); INSERT INTO u VALUES(7)")
	want(t, "the reader is open", read(t, db, "SELECT 1"), any(int64(1)))
	script(t, db, tableT)
	ok(t, db.Attach(ctx, old, "archive", false))
	want(t, "a table made before", read(t, db, "SELECT count(*) FROM t"), any(int64(0)))
	want(t, "a table of the file only", read(t, db, "SELECT count(*) FROM u"), any(int64(1)))
	other := openAt(t, db.Path())
	script(t, other, "CREATE TABLE u(id)")
	want(t, "a table made after", read(t, db, "SELECT count(*) FROM main.u"), any(int64(0)))
	want(t, "by its name", read(t, db, "SELECT count(*) AS n FROM u"), any(int64(0)))
}

func TestAttachIsRefused(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, tableT)
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	ok(t, errors.Join(os.WriteFile(other, nil, 0o600), os.WriteFile(filepath.Join(dir, "text"), []byte("this is no database, but long enough to be looked at: it says so in its first sixteen bytes"), 0o600)))
	for _, name := range []string{"", "main", "TEMP", "a b", "1a", "a\x00", `x"`} {
		wantCode(t, db.Attach(ctx, other, name, false), liteerr.Validation)
	}
	wantCode(t, db.Attach(ctx, filepath.Join(dir, "missing"), "a", false), liteerr.Config)
	wantCode(t, db.Attach(ctx, db.Path(), "a", false), liteerr.Config)
	wantCode(t, db.Attach(ctx, filepath.Join(dir, "text"), "a", false), liteerr.Corrupt)
	want(t, "a failed attach leaves nothing", len(db.Attached()), 0)
	ok(t, exec(db, "INSERT INTO t VALUES(1,'x')"))
	want(t, "the database goes on", ids(t, db), "1")
}
