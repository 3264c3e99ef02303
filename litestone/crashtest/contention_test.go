package crashtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
)

const contendSchema = `
model counters {
  id Integer @id
  n Integer @default(0)
}
model tickets {
  id Integer @id
  desk Integer
  num Integer @sequence(scope: desk)
}
`

const (
	processes  = 8
	goroutines = 4
	desks      = 2
)

// contenderChild counts in transactions and draws tickets until its time is over, then prints how
// often it did, how often it was told busy, and its longest wait in milliseconds.
func contenderChild(dir string) error {
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{SchemaText: contendSchema, DB: filepath.Join(dir, "app.db")})
	if err != nil {
		return err
	}
	defer db.Close()
	seconds, err := strconv.Atoi(os.Getenv("LITESTONE_TEST_SECONDS"))
	if err != nil {
		return err
	}
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	var counted, drawn, busy, longest atomic.Int64
	failed := make(chan error, goroutines)
	var all sync.WaitGroup
	for g := range goroutines {
		all.Go(func() {
			for i := 0; time.Now().Before(end); i++ {
				began := time.Now()
				err := db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
					where := map[string]any{"id": 1}
					c, err := tx.Table("counters").FindUnique(ctx, litestone.Map{"where": where})
					if err != nil {
						return err
					}
					_, err = tx.Table("counters").Update(ctx, litestone.Map{"where": where, "data": map[string]any{"n": number(c, "n") + 1}})
					return err
				})
				if err == nil {
					counted.Add(1)
					_, err = db.Table("tickets").Create(ctx, litestone.Map{"data": map[string]any{"desk": (g + i) % desks}})
					if err == nil {
						drawn.Add(1)
					}
				}
				if took := time.Since(began).Milliseconds(); took > longest.Load() {
					longest.Store(took)
				}
				switch {
				case errors.Is(err, litestone.ErrBusy):
					busy.Add(1)
				case err != nil:
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failed)
	fmt.Println(counted.Load(), drawn.Load(), busy.Load(), longest.Load())
	return <-failed
}

// TestContention lets many processes write one file: no update of a counter is lost, no number of
// a sequence is given twice or left out, and no call fails but with a typed busy error.
func TestContention(t *testing.T) {
	dir := t.TempDir()
	db, err := litestone.Open(t.Context(), litestone.Config{SchemaText: contendSchema, DB: filepath.Join(dir, "app.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Table("counters").Create(t.Context(), litestone.Map{"data": map[string]any{"id": 1}}); err != nil {
		t.Fatal(err)
	}
	seconds := 3
	if soak() > 1 {
		seconds = 60
	}
	var counted, drawn, busy, longest int64
	var all sync.WaitGroup
	var mu sync.Mutex
	for range processes {
		cmd, out := child(t, "contender", dir, fmt.Sprintf("LITESTONE_TEST_SECONDS=%d", seconds))
		all.Go(func() {
			for out.Scan() {
				var c, d, b, l int64
				if _, err := fmt.Sscan(out.Text(), &c, &d, &b, &l); err != nil {
					t.Errorf("%q: %v", out.Text(), err)
				}
				mu.Lock()
				counted, drawn, busy, longest = counted+c, drawn+d, busy+b, max(longest, l)
				mu.Unlock()
			}
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var n, tickets, wrong int64
	if err := db.SQL("SELECT n FROM counters").Scan(t.Context(), &n); err != nil || n != counted || n == 0 {
		t.Errorf("the counter holds %d, %d updates were answered: %v", n, counted, err)
	}
	if err := db.SQL("SELECT count(*) FROM tickets").Scan(t.Context(), &tickets); err != nil || tickets != drawn {
		t.Errorf("%d tickets, %d drawn: %v", tickets, drawn, err)
	}
	err = db.SQL("SELECT count(*) FROM (SELECT max(num) AS last, count(DISTINCT num) AS different, count(*) AS n FROM tickets GROUP BY desk) WHERE last <> n OR different <> n").Scan(t.Context(), &wrong)
	if err != nil || wrong != 0 {
		t.Errorf("%d sequences have duplicates or gaps: %v", wrong, err)
	}
	findings, err := db.Check(t.Context())
	if err != nil || len(findings[0].Findings) > 0 {
		t.Error(findings, err)
	}
	t.Logf("%d processes with %d goroutines, %d s: %d updates, %d tickets, %d busy, longest wait %d ms", processes, goroutines, seconds, counted, drawn, busy, longest)
}
