//go:build unix

package crashtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// limitedChild writes until the files it may write are too long for the process, then goes on
// when they may be longer.
func limitedChild(dir string) error {
	ctx := context.Background()
	db, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer db.Close()
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		return err
	}
	tight := before
	info, err := os.Stat(filepath.Join(dir, "main.db"))
	if err != nil {
		return err
	}
	tight.Cur = uint64(info.Size()) + 1<<20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &tight); err != nil {
		return err
	}
	failed, err := untilItFails(ctx, db)
	if err != nil {
		return err
	}
	var typed *litestone.Error
	if !errors.As(failed, &typed) || typed.Code != litestone.CodeFull && typed.Code != litestone.CodeSQL {
		return fmt.Errorf("the failure is %w", failed)
	}
	fmt.Println(typed.Code, typed)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		return err
	}
	return oneMore(ctx, db)
}

// TestFileSizeLimit runs a process that may not write longer files.
func TestFileSizeLimit(t *testing.T) {
	dir := t.TempDir()
	cmd, out := child(t, "limited", dir)
	for out.Scan() {
		t.Log(out.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	db := openIn(t, dir)
	if n, err := db.Table("bulk").Count(t.Context(), nil); err != nil || n == 0 || n%batchSize != 0 {
		t.Errorf("%d rows: %v", n, err)
	}
}
