package crashtest

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// disk mounts a small disk of memory, which only root may.
func disk(t *testing.T, options string) (dir string, remount func(flags uintptr, options string)) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir, func(flags uintptr, options string) {
		t.Helper()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
			t.Fatalf("remount: %v", err)
		}
	}
}

// TestFullDisk fills a disk of 2 MiB, and goes on when it has grown.
func TestFullDisk(t *testing.T) {
	dir, remount := disk(t, "size=2m")
	db := openIn(t, dir)
	failed, err := untilItFails(t.Context(), db)
	if !errors.Is(failed, litestone.ErrFull) || err != nil {
		t.Errorf("%v; %v", failed, err)
	}
	if _, err := db.Backup(t.Context(), filepath.Join(dir, "copy.db")); !errors.Is(err, litestone.ErrFull) {
		t.Errorf("backup: %v", err)
	}
	remount(0, "size=64m")
	if err := oneMore(t.Context(), db); err != nil {
		t.Error(err)
	}
	if _, err := db.Backup(t.Context(), filepath.Join(dir, "copy.db"), litestone.BackupOptions{Verify: true}); err != nil {
		t.Errorf("backup: %v", err)
	}
	db.Close()
}

// TestReadOnlyDisk opens a database where nothing can be written.
func TestReadOnlyDisk(t *testing.T) {
	dir, remount := disk(t, "size=16m")
	db := openIn(t, dir)
	if err := createMany(t.Context(), db, "bulk", "b"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	remount(syscall.MS_RDONLY, "")
	if _, err := open(t.Context(), dir); !errors.Is(err, litestone.ErrConfig) || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("for writing: %v", err)
	}
	ro, err := litestone.Open(t.Context(), litestone.Config{SchemaText: strings.ReplaceAll(schema, "$DIR", dir), ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer ro.Close()
	if n, err := ro.Table("bulk").Count(t.Context(), nil); err != nil || n != batchSize {
		t.Errorf("%d rows: %v", n, err)
	}
	if err := createMany(t.Context(), ro, "bulk", "c"); !errors.Is(err, litestone.ErrReadOnly) {
		t.Error(err)
	}
	if _, err := ro.Backup(t.Context(), filepath.Join(dir, "copy.db")); !errors.Is(err, litestone.ErrConfig) {
		t.Error(err)
	}
	if _, err := ro.Backup(t.Context(), filepath.Join(t.TempDir(), "copy.db")); err != nil {
		t.Error(err)
	}
}
