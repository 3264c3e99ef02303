package crashtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

func openIn(t *testing.T, dir string) *litestone.Client {
	t.Helper()
	db, err := open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// untilItFails writes batches until one fails, and gives that error. What the failed call wrote
// is gone, what the others wrote is there, and reading goes on.
func untilItFails(ctx context.Context, db *litestone.Client) (failed error, err error) {
	for i := 0; i < 100_000; i++ {
		if failed = createMany(ctx, db, "bulk", fmt.Sprintf("%s-%06d", strings.Repeat("x", 500), i)); failed == nil {
			continue
		}
		n, err := db.Table("bulk").Count(ctx, nil)
		if err == nil && n != int64(i*batchSize) {
			err = fmt.Errorf("%d rows after %d calls that succeeded", n, i)
		}
		return failed, err
	}
	return nil, errors.New("the disk is never full")
}

// oneMore writes after the fault is over.
func oneMore(ctx context.Context, db *litestone.Client) error {
	if err := createMany(ctx, db, "bulk", "after"); err != nil {
		return fmt.Errorf("after the fault: %w", err)
	}
	all, err := db.Check(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		if len(c.Findings) > 0 {
			return fmt.Errorf("after the fault: %+v", c)
		}
	}
	return nil
}

// TestFull lets SQLite itself say that there is no more room.
func TestFull(t *testing.T) {
	db := openIn(t, t.TempDir())
	limit := func(pages int) {
		t.Helper()
		if _, err := db.SQL(fmt.Sprintf("PRAGMA max_page_count=%d", pages)).Rows(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	limit(200)
	failed, err := untilItFails(t.Context(), db)
	if !errors.Is(failed, litestone.ErrFull) || err != nil {
		t.Errorf("%v; %v", failed, err)
	}
	inside := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		if err := createMany(ctx, tx, "bulk", strings.Repeat("y", 100_000)); !errors.Is(err, litestone.ErrFull) {
			t.Errorf("in a transaction: %v", err)
		}
		// SQLite may have rolled all of it back: nothing that follows may be kept by itself.
		_, err := tx.Table("accounts").Create(ctx, litestone.Map{"data": map[string]any{}})
		return err
	})
	n, err := db.Table("accounts").Count(t.Context(), nil)
	if err != nil || (inside == nil) != (n == 1) {
		t.Errorf("the transaction answers %v, and %d rows are there: %v", inside, n, err)
	}
	limit(100_000)
	if err := oneMore(t.Context(), db); err != nil {
		t.Error(err)
	}
}

// TestDamagedFile opens files whose bytes were destroyed in different places.
func TestDamagedFile(t *testing.T) {
	whole := t.TempDir()
	db := openIn(t, whole)
	for i := range 30 {
		if err := createMany(t.Context(), db, "bulk", fmt.Sprint("batch ", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(filepath.Join(whole, "main.db"))
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func(b []byte) []byte{
		"header":    func(b []byte) []byte { copy(b, "not a database at all"); return b },
		"truncated": func(b []byte) []byte { return b[:len(b)/2+100] },
		"schema":    func(b []byte) []byte { clear(b[100:4000]); return b },
		"middle":    func(b []byte) []byte { clear(b[len(b)/4 : len(b)*3/4]); return b },
		"noise": func(b []byte) []byte {
			for i := 8192; i < len(b); i += 97 {
				b[i] ^= 0xa5
			}
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "main.db"), damage(append([]byte{}, good...)), 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := open(t.Context(), dir)
			if err == nil {
				defer db.Close()
				_, err = db.Table("bulk").FindMany(t.Context(), nil)
				if all, cerr := db.Check(t.Context()); cerr == nil && len(all[0].Findings) == 0 {
					t.Error("the check found nothing")
				}
			}
			if !errors.Is(err, litestone.ErrCorrupt) {
				t.Errorf("%v", err)
			}
			if db != nil {
				if err := createMany(t.Context(), db, "bulk", "more"); err != nil && !errors.Is(err, litestone.ErrCorrupt) {
					t.Errorf("writing: %v", err)
				}
			}
		})
	}
}
