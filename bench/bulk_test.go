package bench

import (
	"context"
	"errors"
	"iter"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/litestone-go/orm/bench/models"
	"github.com/litestone-go/orm/litestone"
)

// made yields rows that nobody keeps.
func made(from, to int) iter.Seq[models.UserCreate] {
	return func(yield func(models.UserCreate) bool) {
		for i := from; i < to; i++ {
			if !yield(newUser(address(i))) {
				return
			}
		}
	}
}

func openEmpty(t *testing.T) *models.Client {
	t.Helper()
	db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Accounts.Create(t.Context(), models.AccountCreate{Name: "one"}); err != nil {
		t.Fatal(err)
	}
	return db
}

// TestCreateManySeqMemory streams rows, a million of them when LITESTONE_SOAK is set, and watches
// the memory of the process: it must not grow with their number.
func TestCreateManySeqMemory(t *testing.T) {
	total := 100_000
	if os.Getenv("LITESTONE_SOAK") != "" {
		total = 1_000_000
	}
	db := openEmpty(t)
	if _, err := db.Users.CreateManySeq(t.Context(), made(0, 5_000)); err != nil { // caches fill
		t.Fatal(err)
	}
	runtime.GC()
	heap0, rss0 := memory()
	var heap, rss uint64
	n, err := db.Users.CreateManySeq(t.Context(), made(5_000, total), litestone.BulkOptions{Progress: func(rows int64) {
		if rows%10_000 == 0 {
			h, r := memory()
			heap, rss = max(heap, h), max(rss, r)
		}
	}})
	if err != nil || n != int64(total-5_000) {
		t.Fatal(n, err)
	}
	const most = 64 << 20
	if heap > heap0+most || rss > rss0+most {
		t.Errorf("the heap grew from %d to %d KiB, the process from %d to %d KiB", heap0>>10, heap>>10, rss0>>10, rss>>10)
	}
	t.Logf("%d rows: heap %d to %d KiB, process %d to %d KiB", total, heap0>>10, heap>>10, rss0>>10, rss>>10)
}

// memory is what the Go heap holds, and what the process has in memory where the system tells.
func memory() (heap, process uint64) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if b, err := os.ReadFile("/proc/self/statm"); err == nil {
		if f := strings.Fields(string(b)); len(f) > 2 {
			resident, _ := strconv.ParseUint(f[1], 10, 64)
			shared, _ := strconv.ParseUint(f[2], 10, 64) // files: the index of the log is one
			process = (resident - shared) * uint64(os.Getpagesize())
		}
	}
	return m.HeapAlloc, process
}

func TestCreateManySeq(t *testing.T) {
	db := openEmpty(t)
	count := func() int64 {
		t.Helper()
		n, err := db.Users.Count(t.Context(), litestone.Find{})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var told []int64
	tell := litestone.BulkOptions{Progress: func(rows int64) { told = append(told, rows) }}
	if n, err := db.Users.CreateManySeq(t.Context(), made(0, 2500), tell); n != 2500 || err != nil || count() != 2500 {
		t.Error(n, err, count())
	}
	if !slices.Equal(told, []int64{1000, 2000, 2500}) {
		t.Errorf("progress %v", told)
	}
	told = nil
	if n, err := db.Users.CreateMany(t.Context(), slices.Collect(made(2500, 3600)), tell); n != 1100 || err != nil || !slices.Equal(told, []int64{1000, 1100}) {
		t.Error(n, err, told)
	}
	if n, err := db.Users.DeleteMany(t.Context(), models.Users.ID.Gt(2500)); n != 1100 || err != nil {
		t.Error(n, err)
	}
	told = nil
	if n, err := db.Users.CreateManySeq(t.Context(), made(0, 0), tell); n != 0 || err != nil || told != nil {
		t.Error(n, err, told)
	}
	// Row 4500 is there already: what came before it goes too.
	twice := func(yield func(models.UserCreate) bool) {
		for u := range made(3000, 4500) {
			if !yield(u) {
				return
			}
		}
		yield(newUser(address(1)))
	}
	if n, err := db.Users.CreateManySeq(t.Context(), twice); n != 0 || !errors.Is(err, litestone.ErrUnique) || count() != 2500 {
		t.Error(n, err, count())
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := db.Users.CreateManySeq(ctx, made(3000, 9000), litestone.BulkOptions{Progress: func(rows int64) {
		if rows == 2000 {
			cancel()
		}
	}})
	if !errors.Is(err, litestone.ErrCancelled) || count() != 2500 {
		t.Error(err, count())
	}
	func() {
		defer func() {
			if p := recover(); p != "in rows" {
				t.Errorf("recovered %v", p)
			}
		}()
		db.Users.CreateManySeq(t.Context(), func(yield func(models.UserCreate) bool) {
			for u := range made(3000, 4100) {
				yield(u)
			}
			panic("in rows")
		})
	}()
	if count() != 2500 {
		t.Error("a panic left rows")
	}
	// In a transaction it is a part of it, and rows may be read while they are copied.
	err = db.Transaction(t.Context(), func(ctx context.Context, tx *models.Client) error {
		if n, err := tx.Users.CreateManySeq(ctx, made(3000, 4100)); n != 1100 || err != nil {
			t.Error(n, err)
		}
		if n, err := tx.Users.CreateManySeq(ctx, twice); n != 0 || !errors.Is(err, litestone.ErrUnique) {
			t.Error(n, err)
		}
		return nil
	})
	if err != nil || count() != 3600 {
		t.Error(err, count())
	}
	dynamic := func(yield func(any) bool) {
		for i := range 1500 {
			if !yield(map[string]any{"name": "dynamic " + strconv.Itoa(i)}) {
				return
			}
		}
	}
	if n, err := db.Accounts.Dynamic().CreateManySeq(t.Context(), dynamic); n != 1500 || err != nil {
		t.Error(n, err)
	}
	if n, err := db.Accounts.Dynamic().CreateManySeq(t.Context(), slices.Values([]any{map[string]any{"nam": "x"}})); n != 0 || !errors.Is(err, litestone.ErrValidation) {
		t.Error(n, err)
	}
}
