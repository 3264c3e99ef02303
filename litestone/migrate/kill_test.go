package migrate_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
)

// Two shapes of one database, each a rebuild, a rename and a full-text table away from the other.
const (
	shapeA = `model parents { id Integer @id; name Text @was("title"); note Text?; kids kids[]; @@index([name]); @@fts([name]) }
model kids { id Integer @id; parent parents @relation(fields: [parentId], references: [id], onDelete: Cascade); parentId Integer; n Integer @default(1); @@index([parentId]) }`
	shapeB = `model parents { id Integer @id; title Text @was("name") @default("x"); note Text?; more Integer @default(2); kids kids[]; @@unique([title, id]); @@fts([title, note]) }
model kids { id Integer @id; parent parents @relation(fields: [parentId], references: [id], onDelete: Restrict); parentId Integer; n Text @default("1"); @@index([parentId]); @@index([n]) }`
)

const manyRows = 3000

func fillShapeA(t fataler, db *conn.DB) {
	t.Helper()
	script(t, db, fmt.Sprintf(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d) INSERT INTO parents (id, name, note) SELECT i, 'name ' || i, 'note ' || i FROM c;
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d) INSERT INTO kids (id, parentId, n) SELECT i, 1 + i %% %d, i FROM c`, manyRows, 2*manyRows, manyRows))
}

// intact fails unless the database has one of the two shapes, whole, and every row.
func intact(t fataler, db *conn.DB) string {
	t.Helper()
	shape := ""
	for name, text := range map[string]string{"a": shapeA, "b": shapeB} {
		s := parse(t, text)
		if plan, err := migrate.Diff(ctx, db, s, s.Databases[0]); err != nil {
			t.Fatalf("%v", err)
		} else if plan.Empty() {
			shape = name
		}
	}
	if shape == "" {
		t.Fatalf("the database has neither shape:\n%s", rows(t, db, "SELECT sql FROM sqlite_schema"))
	}
	column := map[string]string{"a": "name", "b": "title"}[shape]
	want := fmt.Sprintf("%d|%d|%d|%d\n", manyRows, 2*manyRows, manyRows*(manyRows+1)/2, manyRows*(2*manyRows+1))
	got := rows(t, db, fmt.Sprintf(`SELECT (SELECT count(*) FROM parents WHERE note = 'note ' || id AND %s = 'name ' || id), (SELECT count(*) FROM kids WHERE n = id AND parentId = 1 + id %% %d),
(SELECT sum(rowid) FROM parents_fts WHERE parents_fts MATCH 'name'), (SELECT sum(id) FROM kids)`, column, manyRows))
	if got != want {
		t.Fatalf("in shape %s the rows are %s instead of %s", shape, got, want)
	}
	if got := rows(t, db, "PRAGMA foreign_key_check") + rows(t, db, "PRAGMA integrity_check"); got != "ok\n" {
		t.Fatalf("integrity: %s", got)
	}
	script(t, db, "INSERT INTO parents_fts (parents_fts, rank) VALUES ('integrity-check', 1)")
	return shape
}

// files is the way from a to b as a migration folder.
func killFiles(t fataler) fstest.MapFS {
	t.Helper()
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer db.Close()
	f := &folder{db: db, files: fstest.MapFS{}, clock: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	f.draft(t, parse(t, shapeA))
	if _, err := f.runner(t, parse(t, shapeA)).Apply(ctx, migrate.ApplyOptions{}); err != nil {
		t.Fatalf("%v", err)
	}
	f.draft(t, parse(t, shapeB))
	return f.files
}

// panicker is the fataler of a child process.
type panicker struct{}

func (panicker) Helper()                           {}
func (panicker) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (panicker) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// child goes to and fro between the two shapes until it is killed; "once" applies what is pending
// and ends.
func child(role string) int {
	kind, path, _ := strings.Cut(role, ":")
	t := panicker{}
	db, err := conn.Open(ctx, conn.Options{Path: path, Readers: 1})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer db.Close()
	fmt.Println("ready")
	switch kind {
	case "push":
		for i := 0; ; i++ {
			push(t, db, []string{shapeB, shapeA}[i%2], migrate.PushOptions{AcceptDataLoss: true})
		}
	case "files":
		f := &folder{db: db, files: killFiles(t), clock: time.Now()}
		s := parse(t, shapeB)
		for {
			if _, err := f.runner(t, s).Apply(ctx, migrate.ApplyOptions{}); err != nil {
				panic(err)
			}
			if _, err := f.runner(t, s).Rollback(ctx, migrate.RollbackOptions{AcceptDataLoss: true}); err != nil {
				panic(err)
			}
		}
	case "once":
		f := &folder{db: db, files: killFiles(t), clock: time.Now()}
		done, err := f.runner(t, parse(t, shapeB)).Apply(ctx, migrate.ApplyOptions{})
		for _, d := range done {
			fmt.Println("applied", d.Name)
		}
		var e *liteerr.Error
		if errors.As(err, &e) {
			fmt.Println("refused", e.Code)
		} else if err != nil {
			panic(err)
		}
	}
	return 0
}

func startChild(t *testing.T, role string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childEnv+"="+role)
	out := &bytes.Buffer{}
	c.Stdout, c.Stderr = out, out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c, out
}

// kills is how many processes die in a test: 20, or what LITESTONE_KILLS says.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("LITESTONE_KILLS")); err == nil {
		return n
	}
	if testing.Short() {
		return 3
	}
	return 10
}

// TestKilledInTheMidst kills programs that push, or apply and take back files, at random moments:
// what is left is one shape or the other, with every row, and the next program goes on.
func TestKilledInTheMidst(t *testing.T) {
	for _, kind := range []string{"push", "files"} {
		t.Run(kind, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.db")
			db, err := conn.Open(ctx, conn.Options{Path: path, Readers: 1})
			if err != nil {
				t.Fatal(err)
			}
			if kind == "push" {
				push(t, db, shapeA, migrate.PushOptions{})
			} else {
				f := &folder{db: db, files: killFiles(t), clock: time.Now()}
				r := f.runner(t, parse(t, shapeA))
				r.Set = r.Set[:1]
				if _, err := r.Apply(ctx, migrate.ApplyOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			fillShapeA(t, db)
			db.Close()
			seen := map[string]int{}
			for range kills() {
				c, out := startChild(t, kind+":"+path)
				time.Sleep(time.Duration(30+rand.IntN(250)) * time.Millisecond)
				if err := c.Process.Kill(); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				if err := c.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
					t.Fatalf("the child ended by itself: %v: %s", err, out)
				}
				db, err := conn.Open(ctx, conn.Options{Path: path, Readers: 1})
				if err != nil {
					t.Fatal(err)
				}
				seen[intact(t, db)]++
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("left in shape: %v", seen)
		})
	}
}

// TestSeveralApplyAtOnce: of several programs that apply the same files, each file is applied by
// one, and the others wait and find nothing to do.
func TestSeveralApplyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	openAt(t, path)
	var all []*bytes.Buffer
	var children []*exec.Cmd
	for range 4 {
		c, out := startChild(t, "once:"+path)
		children, all = append(children, c), append(all, out)
	}
	applied := ""
	for i, c := range children {
		if err := c.Wait(); err != nil {
			t.Fatalf("%v: %s", err, all[i])
		}
		applied += all[i].String()
	}
	if n := strings.Count(applied, "applied"); n != 2 || strings.Contains(applied, "refused") {
		t.Errorf("the children say\n%s", applied)
	}
	db := openAt(t, path)
	s := parse(t, shapeB)
	if plan, err := migrate.Diff(ctx, db, s, s.Databases[0]); err != nil || !plan.Empty() {
		t.Errorf("%v\n%v", err, plan)
	}
	if got := rows(t, db, `SELECT count(*) FROM _litestone_migrations`); got != "2\n" {
		t.Errorf("the history has %s rows", got)
	}
}

// TestApplyWhileAnotherHoldsTheDatabase: who waits longer than the busy timeout is refused, and
// nothing has changed.
func TestApplyWhileAnotherHoldsTheDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	holder := openAt(t, path)
	db, err := conn.Open(ctx, conn.Options{Path: path, Readers: 1, BusyTimeout: 50 * time.Millisecond, BusyTotal: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	f := &folder{db: db, files: killFiles(t), clock: time.Now()}
	err = holder.Tx(ctx, func(*conn.Tx) error {
		_, err := f.runner(t, parse(t, shapeB)).Apply(ctx, migrate.ApplyOptions{})
		if code(err) != liteerr.Busy || !strings.Contains(err.Error(), "another program") {
			t.Errorf("apply: %v", err)
		}
		s := parse(t, shapeA)
		if _, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{}); code(err) != liteerr.Busy {
			t.Errorf("push: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := rows(t, db, "SELECT count(*) FROM sqlite_schema"); got != "0\n" {
		t.Errorf("%s objects were made", got)
	}
}

// TestReadersDuringARebuild: while tables are made anew, others read the old ones.
func TestReadersDuringARebuild(t *testing.T) {
	db := open(t)
	push(t, db, shapeA, migrate.PushOptions{})
	fillShapeA(t, db)
	stop := make(chan struct{})
	reads := make(chan int)
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				reads <- n
				return
			default:
			}
			if got := rows(t, db, "SELECT count(*) FROM parents AS p JOIN kids AS k ON k.parentId = p.id"); got != fmt.Sprintf("%d\n", 2*manyRows) {
				t.Errorf("a reader saw %s", got)
			}
			n++
		}
	}()
	for i := range 6 {
		push(t, db, []string{shapeB, shapeA}[i%2], migrate.PushOptions{AcceptDataLoss: true})
	}
	close(stop)
	if n := <-reads; n == 0 {
		t.Error("nothing was read meanwhile")
	}
	intact(t, db)
}
