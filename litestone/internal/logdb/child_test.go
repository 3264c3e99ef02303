package logdb_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone/internal/logdb"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// child is another process that appends batches of three lines to the folder it was given: a
// number of them, or until it is killed when that is 0.
func child(run string) {
	var dir string
	var from, batches int
	if _, err := fmt.Sscan(run, &from, &batches, &dir); err != nil {
		panic(err)
	}
	s, err := schema.FromText("schema", fmt.Sprintf(ticks, "maxSize 64kb"), schema.Options{})
	if err != nil {
		panic(err)
	}
	db, err := logdb.Open(logdb.Options{Schema: s, Database: s.Database("logs"), Folder: dir, Patience: time.Minute})
	if err != nil {
		panic(err)
	}
	pad := strings.Repeat("x", 1000)
	for i := 0; batches == 0 || i < batches; i++ {
		var rows []query.Value
		for range 3 {
			rows = append(rows, query.Int(int64(from+i)), query.Text(pad), query.Text("2026-01-01T00:00:00.000Z"))
		}
		if err := db.Append(context.Background(), s.Model("ticks"), nil, rows); err != nil {
			panic(err)
		}
		if i == 0 {
			fmt.Println("running")
		}
	}
	if err := db.Close(); err != nil {
		panic(err)
	}
}

func (f *fixture) child(from, batches int) *exec.Cmd {
	f.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		f.t.Skip(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), fmt.Sprintf("LOGDB_CHILD=%d %d %s", from, batches, f.dir))
	cmd.Stderr = os.Stderr
	return cmd
}

func TestProcessesTakeTurns(t *testing.T) {
	f := newFixture(t, "maxSize 64kb")
	const processes, batches = 3, 60
	var wg sync.WaitGroup
	for p := range processes {
		wg.Add(1)
		cmd := f.child(p*1000, batches)
		go func() {
			defer wg.Done()
			if err := cmd.Run(); err != nil {
				t.Error(err)
			}
		}()
	}
	for range 10 {
		f.expect("no part of a batch is seen", f.query(f.db, "ticks", "SELECT count(*) % 3 FROM ticks"), "0")
		time.Sleep(5 * time.Millisecond)
	}
	wg.Wait()
	f.expect("all batches", f.query(f.db, "ticks", "SELECT count(*), count(DISTINCT n) FROM ticks"), fmt.Sprintf("%d|%d", 3*processes*batches, processes*batches))
	f.expect("the three lines of each stand together", f.query(f.db, "ticks",
		"SELECT count(*) FROM ticks AS a JOIN ticks AS b ON b._line = a._line + 1 JOIN ticks AS c ON c._line = a._line + 2 WHERE a.n = b.n AND b.n = c.n"),
		fmt.Sprint(processes*batches))
	if list, _ := f.db.Damaged(); len(list) > 0 {
		t.Errorf("damaged: %v", list)
	}
}

func TestKilledWhileAppending(t *testing.T) {
	f := newFixture(t, "maxSize 64kb")
	for round := range 8 {
		cmd := f.child(round*1_000_000, 0)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		bufio.NewScanner(out).Scan()
		time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		f.expect("whole batches only", f.query(f.db, "ticks", "SELECT count(*) % 3, count(*) > 0 FROM ticks"), "0|1")
	}
	f.append(-1)
	f.expect("the last row", f.query(f.db, "ticks", "SELECT n FROM ticks ORDER BY _line DESC LIMIT 1"), "-1")
	if list, _ := f.db.Damaged(); len(list) > 0 {
		t.Errorf("damaged: %v", list)
	}
	f.expect("read anew", f.query(f.open(nil), "ticks", "SELECT count(*) % 3 FROM ticks"), "1")
}
