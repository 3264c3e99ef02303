package conn_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

func TestPragmasOnEveryConnection(t *testing.T) {
	t.Parallel()
	db := open(t)
	pragmas := map[string]any{
		"journal_mode": "wal", "synchronous": int64(1), "busy_timeout": int64(5000),
		"foreign_keys": int64(1), "recursive_triggers": int64(1), "page_size": int64(8192),
	}
	check := func(c *conn.Conn) error {
		for name, expected := range pragmas {
			v, err := one(c, "PRAGMA "+name)
			if err != nil {
				return err
			}
			want(t, fmt.Sprintf("%s (writer %v)", name, c.Writer()), v, expected)
		}
		return nil
	}
	ok(t, db.Write(ctx, check))
	ok(t, db.Read(ctx, check))
	ok(t, db.Snapshot(ctx, check))
	var busy int
	ok(t, db.Bun().NewRaw("SELECT timeout FROM pragma_busy_timeout").Scan(ctx, &busy))
	want(t, "busy_timeout through bun", busy, 5000)
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	db := open(t)
	script(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY)")
	err := db.Read(ctx, func(c *conn.Conn) error {
		if _, err := c.Exec(ctx, q("PRAGMA query_only=OFF"), nil); err != nil {
			return err
		}
		_, err := c.Exec(ctx, q("INSERT INTO t VALUES(1)"), nil)
		return err
	})
	wantCode(t, err, liteerr.ReadOnly)
	// TEMP objects are a reader's own.
	ok(t, db.Read(ctx, func(c *conn.Conn) error {
		return c.Script(ctx, "CREATE TEMP TABLE mine(id); INSERT INTO mine VALUES(1); DROP TABLE mine")
	}))
}

func TestFeatures(t *testing.T) {
	t.Parallel()
	f := open(t).Features()
	want(t, "row check", f.RowCheck, conn.RaiseInReturning)
	want(t, "fts5", f.FTS5, true)
	if f.VersionNumber < 3051000 || !strings.HasPrefix(f.Version, fmt.Sprintf("%d.", f.VersionNumber/1000000)) {
		t.Errorf("version %q number %d", f.Version, f.VersionNumber)
	}
	if f.Driver != "sqlite" && f.Driver != "sqlite3" {
		t.Errorf("driver %q", f.Driver)
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory})
	ok(t, err)
	other, err := conn.Open(ctx, conn.Options{Path: conn.Memory})
	ok(t, err)
	script(t, db, "CREATE TABLE t(id INTEGER); INSERT INTO t VALUES(7)")
	want(t, "reader sees the row", read(t, db, "SELECT id FROM t"), any(int64(7)))
	want(t, "another memory database", read(t, other, "SELECT count(*) FROM sqlite_schema"), any(int64(0)))
	want(t, "journal", read(t, db, "PRAGMA journal_mode"), any("wal"))
	want(t, "synchronous", read(t, db, "PRAGMA synchronous"), any(int64(0)))
	folder := filepath.Dir(db.Path())
	for _, d := range []*conn.DB{db, other, db} {
		ok(t, d.Close())
	}
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("folder %s is left behind: %v", folder, err)
	}
}

// What a killed process leaves in shared memory is removed by the next that opens a memory
// database there; what a living one has is not.
func TestMemoryOfTheDead(t *testing.T) {
	t.Parallel()
	living, err := conn.Open(ctx, conn.Options{Path: conn.Memory})
	ok(t, err)
	defer living.Close()
	left := strings.TrimSpace(child(t, "memory", "", false))
	if !strings.HasSuffix(left, "memory.db") {
		t.Fatalf("the child opened %q", left)
	}
	// Whatever else opens a memory database on this machine removes it too, and may be faster.
	if _, err := os.Stat(left); err != nil {
		t.Logf("another process removed what the child left: %v", err)
	}
	next, err := conn.Open(ctx, conn.Options{Path: conn.Memory})
	ok(t, err)
	defer next.Close()
	if _, err := os.Stat(filepath.Dir(left)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there", left)
	}
	for _, db := range []*conn.DB{living, next} {
		script(t, db, "CREATE TABLE t(a)")
		want(t, "rows", read(t, db, "SELECT count(*) FROM t"), any(int64(0)))
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk.db")
	ok(t, os.WriteFile(junk, []byte(strings.Repeat("not a database at all. ", 500)), 0o644))
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	cases := []struct {
		name    string
		ctx     context.Context
		o       conn.Options
		code    liteerr.Code
		message string
	}{
		{"no path", ctx, conn.Options{}, liteerr.Config, "no database file is named"},
		{"missing folder", ctx, conn.Options{Path: filepath.Join(dir, "no", "app.db")}, liteerr.Config, "the folder " + filepath.Join(dir, "no") + " does not exist"},
		{"a folder", ctx, conn.Options{Path: dir}, liteerr.Config, "this is a folder"},
		{"a device", ctx, conn.Options{Path: "/dev/null"}, liteerr.Config, "not a regular file"},
		{"must exist", ctx, conn.Options{Path: filepath.Join(dir, "new.db"), MustExist: true}, liteerr.Config, "the file does not exist"},
		{"read-only, missing", ctx, conn.Options{Path: filepath.Join(dir, "new.db"), ReadOnly: true}, liteerr.Config, "the file does not exist"},
		{"read-only memory", ctx, conn.Options{Path: conn.Memory, ReadOnly: true}, liteerr.Config, "always new"},
		{"not a database", ctx, conn.Options{Path: junk}, liteerr.Corrupt, "junk.db: the file is not a SQLite database"},
		{"not a database, read-only", ctx, conn.Options{Path: junk, ReadOnly: true}, liteerr.Corrupt, "not a SQLite database"},
		{"cancelled", cancelled, conn.Options{Path: filepath.Join(dir, "new.db")}, liteerr.Cancelled, "context canceled"},
		{"cancelled memory", cancelled, conn.Options{Path: conn.Memory}, liteerr.Cancelled, "context canceled"},
		{"inside a file", ctx, conn.Options{Path: filepath.Join(junk, "app.db")}, liteerr.Config, "app.db"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			db, err := conn.Open(c.ctx, c.o)
			if db != nil {
				db.Close()
				t.Fatal("opened")
			}
			e := wantCode(t, err, c.code)
			if !strings.Contains(e.Message, c.message) {
				t.Errorf("message %q lacks %q", e.Message, c.message)
			}
		})
	}
	left, err := os.ReadDir(dir)
	ok(t, err)
	if len(left) != 1 || left[0].Name() != "junk.db" {
		t.Errorf("files left: %v", left)
	}
	data, _ := os.ReadFile(junk)
	want(t, "junk file untouched", len(data), 500*len("not a database at all. "))
}

// A folder without write permission does not stop root, so a child without rights tries it.
func TestUnwritableFolder(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("permissions are another matter there")
	}
	dir := t.TempDir()
	made := filepath.Join(dir, "made.db")
	d, err := conn.Open(ctx, conn.Options{Path: made})
	ok(t, err)
	script(t, d, "CREATE TABLE t(id INTEGER); INSERT INTO t VALUES(5)")
	ok(t, d.Close())
	ok(t, os.Chmod(dir, 0o555))
	t.Cleanup(func() { os.Chmod(dir, 0o755) })
	out := child(t, "unwritable", dir, os.Geteuid() == 0)
	want(t, "child", strings.TrimSpace(out), "config config ok 5")
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a b.db", "50%.db", "what?.db", "#1.db", "ünï.db", "a&mode=memory.db", "%41.db"} {
		dir := t.TempDir()
		db := openAt(t, filepath.Join(dir, name))
		script(t, db, "CREATE TABLE t(id)")
		want(t, "rows of a new table in "+name, read(t, db, "SELECT count(*) FROM t"), any(int64(0)))
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	w := openAt(t, path)
	script(t, w, "CREATE TABLE t(id INTEGER); INSERT INTO t VALUES(1)")
	db := openAt(t, path, func(o *conn.Options) { o.ReadOnly = true })
	want(t, "count", read(t, db, "SELECT count(*) FROM t"), any(int64(1)))
	wantCode(t, exec(db, "INSERT INTO t VALUES(2)"), liteerr.ReadOnly)
	wantCode(t, db.Tx(ctx, func(*conn.Tx) error { return nil }), liteerr.ReadOnly)
	_, err := db.Bun().ExecContext(ctx, "INSERT INTO t VALUES(2)")
	wantCode(t, err, liteerr.ReadOnly)
	script(t, w, "INSERT INTO t VALUES(3)")
	want(t, "sees later writes", read(t, db, "SELECT count(*) FROM t"), any(int64(2)))
}

func TestExistingDatabaseOfAnotherJournal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	db, err := conn.Open(ctx, conn.Options{Path: path})
	ok(t, err)
	script(t, db, "CREATE TABLE t(id INTEGER); INSERT INTO t VALUES(1)")
	script(t, db, "PRAGMA journal_mode=DELETE")
	ok(t, db.Close())
	db = openAt(t, path)
	want(t, "rows", read(t, db, "SELECT count(*) FROM t"), any(int64(1)))
	want(t, "journal", read(t, db, "PRAGMA journal_mode"), any("wal"))
}

func TestManyOpenANewFileAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			db, err := conn.Open(ctx, conn.Options{Path: path})
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Close()
			if err := exec(db, "CREATE TABLE IF NOT EXISTS t(id INTEGER)"); err != nil {
				t.Error(err)
			}
			if err := exec(db, "INSERT INTO t VALUES(1)"); err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	want(t, "rows", read(t, openAt(t, path), "SELECT count(*) FROM t"), any(int64(8)))
}

func TestCloseWaitsAndRefusesLaterCalls(t *testing.T) {
	t.Parallel()
	db, err := conn.Open(ctx, conn.Options{Path: filepath.Join(t.TempDir(), "app.db")})
	ok(t, err)
	script(t, db, "CREATE TABLE t(id INTEGER)")
	inside, goOn := make(chan bool), make(chan bool)
	var done atomic.Bool
	result := make(chan error)
	go func() {
		result <- db.Tx(ctx, func(tx *conn.Tx) error {
			close(inside)
			<-goOn
			_, err := tx.Conn().Exec(ctx, q("INSERT INTO t VALUES(1)"), nil)
			done.Store(true)
			return err
		})
	}()
	<-inside
	closed := make(chan error)
	go func() { closed <- db.Close() }()
	select {
	case <-closed:
		t.Fatal("Close did not wait for the transaction")
	case <-time.After(50 * time.Millisecond):
	}
	for name, err := range map[string]error{
		"Read":  db.Read(ctx, func(*conn.Conn) error { return nil }),
		"Write": db.Write(ctx, func(*conn.Conn) error { return nil }),
		"Tx":    db.Tx(ctx, func(*conn.Tx) error { return nil }),
	} {
		if e := wantCode(t, err, liteerr.Config); e.Message != "the database is closed" {
			t.Errorf("%s: %v", name, err)
		}
	}
	close(goOn)
	ok(t, <-result)
	ok(t, <-closed)
	if !done.Load() {
		t.Error("closed before the transaction was done")
	}
	ok(t, db.Close())
	for _, suffix := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(db.Path() + suffix); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left behind", suffix)
		}
	}
}
