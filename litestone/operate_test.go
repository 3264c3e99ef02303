package litestone_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
)

func TestWALStatusAndCheckpoint(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.db")
	db := openText(t, litestone.Config{SchemaText: archiveSchema, DB: file})
	fill(t, db, 1, 5)
	s, err := db.WALStatus(t.Context())
	if err != nil || s.Database != "main" || s.Frames == 0 || s.Bytes == 0 {
		t.Fatal(s, err)
	}
	if s, err = db.Checkpoint(t.Context(), litestone.CheckpointPassive); err != nil || s.Busy || s.Frames != s.Checkpointed {
		t.Error(s, err)
	}
	if s, err = db.Checkpoint(t.Context(), ""); err != nil || s.Busy || s.Bytes != 0 {
		t.Error(s, err)
	}
	if s, err = db.WALStatus(t.Context()); err != nil || s.Frames != 0 {
		t.Error(s, err)
	}
	if _, err := db.Checkpoint(t.Context(), "SOMETIMES"); !errors.Is(err, litestone.ErrValidation) {
		t.Error(err)
	}
	ro := openText(t, litestone.Config{SchemaText: archiveSchema, DB: file, ReadOnly: true})
	fill(t, db, 6, 6)
	if s, err := ro.WALStatus(t.Context()); err != nil || s.Frames == 0 {
		t.Error(s, err)
	}
	if _, err := ro.Checkpoint(t.Context(), ""); !errors.Is(err, litestone.ErrReadOnly) {
		t.Error(err)
	}
	healthy(t, ro)
}

func TestOptimize(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: archiveSchema, DB: ":memory:"})
	fill(t, db, 1, 40)
	segments := func() (n int64) {
		t.Helper()
		if err := db.SQL(`SELECT count(DISTINCT segid) FROM books_fts_idx`).Scan(t.Context(), &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if segments() < 2 {
		t.Fatal("nothing to merge")
	}
	if v, err := db.Call(t.Context(), "books.optimizeFts"); v == nil || err != nil {
		t.Error(v, err)
	}
	if n := segments(); n != 1 {
		t.Errorf("%d segments", n)
	}
	if done, err := db.Optimize(t.Context()); err != nil || !slices.Equal(done, []string{"books", "tags"}) {
		t.Error(done, err)
	}
	if done, err := db.Optimize(t.Context(), "tags"); err != nil || !slices.Equal(done, []string{"tags"}) {
		t.Error(done, err)
	}
	if _, err := db.Optimize(t.Context(), "authors"); !errors.Is(err, litestone.ErrUnsupported) {
		t.Error(err)
	}
	if _, err := db.Optimize(t.Context(), "autors"); !errors.Is(err, litestone.ErrValidation) {
		t.Error(err)
	}
	healthy(t, db)
}

func TestAttachForSQL(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "archive.db")
	archive := openText(t, litestone.Config{SchemaText: lockSchema, DB: old})
	db := openText(t, litestone.Config{SchemaText: lockSchema, DB: filepath.Join(dir, "app.db")})
	for i, c := range []*litestone.Client{db, archive, archive} {
		if _, err := c.Table("notes").Create(t.Context(), litestone.Map{"data": map[string]any{"n": i}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Attach(t.Context(), old, "archive"); err != nil {
		t.Fatal(err)
	}
	var all []int64
	if err := db.SQL(`SELECT n FROM notes UNION ALL SELECT n FROM archive.notes ORDER BY n`).Scan(t.Context(), &all); err != nil || !slices.Equal(all, []int64{0, 1, 2}) {
		t.Error(all, err)
	}
	if n := count(t, db, "notes"); n != 1 {
		t.Errorf("the model sees %d rows", n)
	}
	if err := db.Detach(t.Context(), "archive"); err != nil {
		t.Error(err)
	}
	if err := db.SQL(`SELECT n FROM archive.notes`).Scan(t.Context(), &all); !errors.Is(err, litestone.ErrSQL) {
		t.Error(err)
	}
}

// TestOperatorsAreTrusted refuses what works on whole databases to views of As and inside
// transactions.
func TestOperatorsAreTrusted(t *testing.T) {
	dir := t.TempDir()
	db := openText(t, litestone.Config{SchemaText: archiveSchema, DB: filepath.Join(dir, "app.db")})
	calls := func(c *litestone.Client, ctx context.Context) map[string]error {
		_, backup := c.Backup(ctx, filepath.Join(dir, "b.db"))
		_, all := c.BackupAll(ctx, dir, litestone.BackupOptions{})
		_, status := c.WALStatus(ctx)
		_, checkpoint := c.Checkpoint(ctx, "")
		_, optimize := c.Optimize(ctx)
		_, check := c.Check(ctx)
		return map[string]error{"backup": backup, "all": all, "walStatus": status, "checkpoint": checkpoint, "optimize": optimize, "check": check,
			"attach": c.Attach(ctx, "x.db", "x"), "detach": c.Detach(ctx, "x")}
	}
	for name, err := range calls(db.As(map[string]any{"id": 1}), t.Context()) {
		if !errors.Is(err, litestone.ErrAccessDenied) {
			t.Errorf("As: %s: %v", name, err)
		}
	}
	for name, err := range calls(db, litestone.WithAuth(t.Context(), map[string]any{"id": 1})) {
		if !errors.Is(err, litestone.ErrAccessDenied) {
			t.Errorf("WithAuth: %s: %v", name, err)
		}
	}
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		for name, err := range calls(tx, ctx) {
			if !errors.Is(err, litestone.ErrUnsupported) {
				t.Errorf("in a transaction: %s: %v", name, err)
			}
		}
		for name, err := range calls(db, ctx) {
			if !errors.Is(err, litestone.ErrUnsupported) {
				t.Errorf("beside a transaction: %s: %v", name, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestCheckFindsDamage makes each kind of damage that SQL can make.
func TestCheckFindsDamage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.db")
	db := openText(t, litestone.Config{SchemaText: archiveSchema, DB: file})
	fill(t, db, 1, 3)
	healthy(t, db)
	for _, sql := range []string{
		`DROP TRIGGER books_fts_update`,
		`UPDATE books SET title = 'another' WHERE id = 2`,
		`PRAGMA foreign_keys=OFF`,
		`UPDATE books SET authorId = 99 WHERE id = 1`,
		`PRAGMA foreign_keys=ON`,
	} {
		if _, err := db.SQL(sql).Exec(t.Context()); err != nil {
			t.Fatal(sql, err)
		}
	}
	all, err := db.Check(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	var found []string
	for _, f := range all[0].Findings {
		found = append(found, f.Check)
	}
	if found = slices.Compact(found); !slices.Equal(found, []string{"foreign_keys", "shape", "search"}) {
		t.Errorf("%+v", all[0].Findings)
	}
}

// TestCloseWaits closes while a transaction runs: it is committed first, the log is moved into the
// file, and later calls are refused.
func TestCloseWaits(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.db")
	db, err := litestone.Open(t.Context(), litestone.Config{SchemaText: lockSchema, DB: file})
	if err != nil {
		t.Fatal(err)
	}
	began, done := make(chan struct{}), make(chan error, 1)
	go func() {
		done <- db.Transaction(context.Background(), func(ctx context.Context, tx *litestone.Client) error {
			close(began)
			time.Sleep(50 * time.Millisecond)
			_, err := tx.Table("notes").Create(ctx, litestone.Map{"data": map[string]any{"n": 7}})
			return err
		})
	}()
	<-began
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(file + "-*"); len(left) > 0 {
		t.Errorf("left beside the file: %v", left)
	}
	if _, err := db.Table("notes").Count(t.Context(), nil); !errors.Is(err, litestone.ErrConfig) {
		t.Errorf("after Close: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("again: %v", err)
	}
	again := openText(t, litestone.Config{SchemaText: lockSchema, DB: file})
	if n := count(t, again, "notes"); n != 1 {
		t.Errorf("%d rows", n)
	}
}
