package crashtest

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
)

const schema = `
database main { path "$DIR/main.db" }
database logs { path "$DIR/logs/"; driver jsonl }

model parents {
  id Integer @id
  tag Text @unique
  children children[]
  deletedAt DateTime?
  @@softDelete(cascade)
}
model children {
  id Integer @id
  name Text
  parent parents @relation(fields: [parentId], references: [id])
  parentId Integer
  grandchildren grandchildren[]
  deletedAt DateTime?
  @@softDelete
  @@fts([name])
}
model grandchildren {
  id Integer @id
  child children @relation(fields: [childId], references: [id])
  childId Integer
  deletedAt DateTime?
  @@softDelete
}
model bulk {
  id Integer @id
  batch Text
  place Integer
  @@unique([batch, place])
}
model accounts {
  id Integer @id
  amount Integer @default(0)
}
model bills {
  id Integer @id
  shop Integer
  num Integer @sequence(scope: shop)
  tag Text @unique
}
model lines {
  batch Text
  place Integer
  @@db(logs)
}
`

const (
	childrenOf = 3  // of a parent made by one nested create
	batchSize  = 40 // rows of one createMany
	accounts   = 10
	total      = 1000 // what all accounts have together
)

func open(ctx context.Context, dir string) (*litestone.Client, error) {
	return litestone.Open(ctx, litestone.Config{SchemaText: strings.ReplaceAll(schema, "$DIR", dir)})
}

// writerChild writes until it is killed, and prints a line for every call that answered. The
// words of a line: what was done, the call's tag.
func writerChild(dir string) error {
	ctx := context.Background()
	db, err := open(ctx, dir)
	if err != nil {
		return err
	}
	run := os.Getenv("LITESTONE_TEST_RUN")
	var out sync.Mutex
	acknowledge := func(what, tag string) {
		out.Lock()
		defer out.Unlock()
		os.Stdout.WriteString(what + " " + tag + "\n") // one write: a pipe keeps it whole
	}
	tasks := map[string]func(tag string, i int) error{
		"bill": func(tag string, i int) error {
			_, err := db.Table("bills").Create(ctx, litestone.Map{"data": map[string]any{"shop": i % 3, "tag": tag}})
			return err
		},
		"parent": func(tag string, _ int) error {
			kids := make([]any, childrenOf)
			for k := range kids {
				kids[k] = map[string]any{"name": tag, "grandchildren": map[string]any{"create": []any{map[string]any{}, map[string]any{}}}}
			}
			_, err := db.Table("parents").Create(ctx, litestone.Map{"data": map[string]any{"tag": tag, "children": map[string]any{"create": kids}}})
			if err != nil {
				return err
			}
			acknowledge("parent", tag)
			removed, err := db.Table("parents").Remove(ctx, litestone.Map{"where": map[string]any{"tag": tag}})
			if err == nil && removed == nil {
				err = fmt.Errorf("parent %s is not there", tag)
			}
			return err
		},
		"batch": func(tag string, _ int) error { return createMany(ctx, db, "bulk", tag) },
		"lines": func(tag string, _ int) error { return createMany(ctx, db, "lines", tag) },
		"transfer": func(tag string, i int) error {
			return db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
				for id, by := range map[int]int64{i%accounts + 1: -7, (i+3)%accounts + 1: 7} {
					where := map[string]any{"id": id}
					a, err := tx.Table("accounts").FindUnique(ctx, litestone.Map{"where": where})
					if err != nil {
						return err
					}
					_, err = tx.Table("accounts").Update(ctx, litestone.Map{"where": where, "data": map[string]any{"amount": number(a, "amount") + by}})
					if err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
	failed := make(chan error)
	for what, task := range tasks {
		done := what
		if what == "parent" { // acknowledged before it is removed again
			done = "removed"
		}
		go func() {
			for i := 0; ; i++ {
				tag := fmt.Sprintf("%s-%s-%d", what, run, i)
				if err := task(tag, i); err != nil {
					failed <- fmt.Errorf("%s: %w", what, err)
					return
				}
				acknowledge(done, tag)
			}
		}()
	}
	return <-failed
}

func createMany(ctx context.Context, db *litestone.Client, table, tag string) error {
	rows := make([]any, batchSize)
	for k := range rows {
		rows[k] = map[string]any{"batch": tag, "place": k}
	}
	n, err := db.Table(table).CreateMany(ctx, litestone.Map{"data": rows})
	if err == nil && n != batchSize {
		err = fmt.Errorf("%d rows written, want %d", n, batchSize)
	}
	return err
}

// TestKill kills a writing process again and again, and looks each time at what it left: nothing
// acknowledged is missing, no call is there by half, the file is whole.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	db, err := open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range accounts {
		if _, err := db.Table("accounts").Create(t.Context(), litestone.Map{"data": map[string]any{"id": i + 1, "amount": total / accounts}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	kills, calls := 20*soak(), 0
	began := time.Now()
	for run := range kills {
		acknowledged := killOnce(t, dir, run)
		for _, tags := range acknowledged {
			calls += len(tags)
		}
		db, err := open(t.Context(), dir)
		if err != nil {
			t.Fatalf("run %d: open: %v", run, err)
		}
		inspect(t, db, run, acknowledged)
		if err := db.Close(); err != nil {
			t.Errorf("run %d: close: %v", run, err)
		}
		if t.Failed() {
			break
		}
		if run%50 == 49 { // what was looked at need not be looked at a thousand times
			sweep(t, dir)
		}
	}
	t.Logf("%d kills, %d calls acknowledged, %v", kills, calls, time.Since(began).Round(time.Millisecond))
}

// killOnce lets a child write for a random time after its first answer and kills it.
func killOnce(t *testing.T, dir string, run int) map[string]map[string]bool {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LITESTONE_TEST_CHILD=writer", "LITESTONE_TEST_DIR="+dir, fmt.Sprintf("LITESTONE_TEST_RUN=%d", run))
	cmd.Stderr = os.Stderr
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	acknowledged := map[string]map[string]bool{}
	var once sync.Once
	err = drain(io.Reader(r), func(line string) {
		once.Do(func() {
			time.AfterFunc(time.Duration(rand.Int64N(int64(120*time.Millisecond))), func() { cmd.Process.Kill() })
		})
		what, tag, _ := strings.Cut(line, " ")
		if acknowledged[what] == nil {
			acknowledged[what] = map[string]bool{}
		}
		acknowledged[what][tag] = true
	})
	if err != nil {
		t.Error(err)
	}
	cmd.Wait()
	if cmd.ProcessState.Exited() {
		t.Fatalf("run %d: the child ended by itself: %v", run, cmd.ProcessState)
	}
	return acknowledged
}

// inspect looks at what a killed process left.
func inspect(t *testing.T, db *litestone.Client, run int, acknowledged map[string]map[string]bool) {
	t.Helper()
	ctx := t.Context()
	all, err := db.Check(ctx)
	if err != nil {
		t.Fatalf("run %d: %v", run, err)
	}
	for _, c := range all {
		for _, f := range c.Findings {
			t.Errorf("run %d: database %s: %s: %s", run, c.Database, f.Check, f.Message)
		}
	}
	type group struct {
		Tag     string `json:"tag"`
		N       int64  `json:"n"`
		Removed int64  `json:"removed"`
	}
	groups := func(what, sql string) map[string]group {
		var list []group
		if err := db.SQL(sql).Scan(ctx, &list); err != nil {
			t.Fatalf("run %d: %s: %v", run, what, err)
		}
		out := map[string]group{}
		for _, g := range list {
			out[g.Tag] = g
		}
		for tag := range acknowledged[what] {
			if _, ok := out[tag]; !ok {
				t.Errorf("run %d: %s %s was acknowledged and is gone", run, what, tag)
			}
		}
		return out
	}
	groups("bill", `SELECT tag, num AS n, 0 AS removed FROM bills`)
	parents := groups("parent", `SELECT p.tag, (SELECT count(*) FROM children c JOIN grandchildren g ON g.childId = c.id WHERE c.parentId = p.id) AS n,
		(p.deletedAt IS NOT NULL) + (SELECT count(*) FROM children c WHERE c.parentId = p.id AND c.deletedAt IS p.deletedAt AND c.deletedAt IS NOT NULL)
		+ (SELECT count(*) FROM children c JOIN grandchildren g ON g.childId = c.id WHERE c.parentId = p.id AND g.deletedAt IS p.deletedAt AND g.deletedAt IS NOT NULL) AS removed FROM parents p`)
	for tag, g := range parents {
		if g.N != 2*childrenOf {
			t.Errorf("run %d: parent %s has %d grandchildren", run, tag, g.N)
		}
		if g.Removed != 0 && g.Removed != 1+3*childrenOf {
			t.Errorf("run %d: of parent %s only %d rows are removed", run, tag, g.Removed)
		}
		if g.Removed == 0 && acknowledged["removed"][tag] {
			t.Errorf("run %d: the removal of %s was acknowledged and is gone", run, tag)
		}
	}
	for tag, g := range groups("batch", `SELECT batch AS tag, count(*) AS n, 0 AS removed FROM bulk GROUP BY batch`) {
		if g.N != batchSize {
			t.Errorf("run %d: batch %s has %d rows", run, tag, g.N)
		}
	}
	lines := map[string]int{}
	rows, err := db.Table("lines").FindMany(ctx, nil)
	if err != nil {
		t.Fatalf("run %d: lines: %v", run, err)
	}
	for _, r := range rows {
		batch, _ := r.Get("batch")
		lines[fmt.Sprint(batch)]++
	}
	for tag := range acknowledged["lines"] {
		if lines[tag] == 0 {
			t.Errorf("run %d: lines %s were acknowledged and are gone", run, tag)
		}
	}
	for tag, n := range lines {
		if n != batchSize {
			t.Errorf("run %d: %d lines of batch %s", run, n, tag)
		}
	}
	var sum, gaps int64
	if err := db.SQL(`SELECT sum(amount) FROM accounts`).Scan(ctx, &sum); err != nil || sum != total {
		t.Errorf("run %d: the accounts hold %d: %v", run, sum, err)
	}
	if err := db.SQL(`SELECT count(*) FROM (SELECT max(num) AS last, count(DISTINCT num) AS n FROM bills GROUP BY shop) WHERE last <> n`).Scan(ctx, &gaps); err != nil || gaps != 0 {
		t.Errorf("run %d: %d sequences with gaps: %v", run, gaps, err)
	}
}

// sweep empties what grows, so that a long run looks at small tables.
func sweep(t *testing.T, dir string) {
	t.Helper()
	db, err := open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"bulk", "grandchildren", "children", "parents"} {
		if _, err := db.AsSystem().Table(table).DeleteMany(t.Context(), nil); err != nil {
			t.Error(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "logs")); err != nil {
		t.Error(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "logs"), 0o755); err != nil {
		t.Error(err)
	}
}
