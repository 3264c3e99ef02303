package logdb

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// lockName is the file whose lock orders the writers of a folder. While an append runs it holds
// where each file ended before; a writer that finds such a note after it got the lock follows one
// that was killed.
const lockName = ".litestone-lock"

// folderLock is the right to append. The system drops it when the process ends.
type folderLock struct {
	dir      string
	f        *os.File      // nil when the folder is only read and nobody ever wrote it
	turn     chan struct{} // holds one token: the goroutines of this process take turns
	patience time.Duration
	durable  bool
}

func openLock(path string, o Options) (*folderLock, error) {
	l := &folderLock{dir: filepath.Dir(path), turn: make(chan struct{}, 1), patience: o.Patience, durable: o.Durable}
	l.turn <- struct{}{}
	flags := os.O_RDWR | os.O_CREATE
	if o.ReadOnly {
		flags = os.O_RDONLY
	}
	f, err := os.OpenFile(path, flags, 0o644)
	if o.ReadOnly && errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	l.f = f
	return l, err
}

// held runs fn while this process holds the lock: alone, or beside other readers.
func (l *folderLock) held(ctx context.Context, alone bool, fn func() error) error {
	release, err := l.acquire(ctx, alone)
	if err != nil {
		return err
	}
	defer release()
	return fn()
}

// acquire takes the lock; release gives it back, and may be called again.
func (l *folderLock) acquire(ctx context.Context, alone bool) (release func(), err error) {
	if err := outside(ctx, l.dir, nil); err != nil {
		return nil, err
	}
	late := time.NewTimer(l.patience)
	defer late.Stop()
	select {
	case _, open := <-l.turn:
		if !open {
			return nil, errClosed()
		}
	case <-ctx.Done():
		return nil, cancelled(ctx)
	case <-late.C:
		return nil, errBusy()
	}
	if err := l.lockFile(ctx, alone, late.C); err != nil {
		l.turn <- struct{}{}
		return nil, err
	}
	held := true
	return func() {
		if !held {
			return
		}
		held = false
		if l.f != nil {
			unlock(l.f)
		}
		l.turn <- struct{}{}
	}, nil
}

// lockFile waits for the other processes, and other clients of this one.
func (l *folderLock) lockFile(ctx context.Context, alone bool, late <-chan time.Time) error {
	if l.f == nil {
		return nil
	}
	for wait := time.Millisecond; ; wait = min(2*wait, 20*time.Millisecond) {
		ok, err := tryLock(l.f, alone)
		if err != nil {
			return &liteerr.Error{Code: liteerr.SQL, Message: "the folder's lock: " + err.Error(), Err: err}
		}
		if ok {
			return nil
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return cancelled(ctx)
		case <-late:
			return errBusy()
		}
	}
}

func cancelled(ctx context.Context) error {
	return &liteerr.Error{Code: liteerr.Cancelled, Message: "the call was cancelled", Err: context.Cause(ctx)}
}

func errBusy() error {
	return &liteerr.Error{Code: liteerr.Busy, Message: "another process holds the lock of the log files", Hint: "try again"}
}

// close waits for the holder, flushes the files and gives the lock's file back.
func (l *folderLock) close(files []*file) error {
	<-l.turn
	close(l.turn)
	var errs []error
	for _, f := range files {
		if f.live != nil {
			errs = append(errs, f.live.Sync(), f.live.Close())
		}
	}
	if l.f != nil {
		errs = append(errs, l.f.Close())
	}
	return errors.Join(errs...)
}

// ending is where a file ended before an append.
type ending struct {
	File string `json:"file"`
	Size int64  `json:"size"`
}

// note writes down where the files end.
func (l *folderLock) note(list []ending) error {
	b, err := json.Marshal(list)
	if err != nil {
		return err
	}
	if _, err := l.f.WriteAt(b, 0); err != nil {
		return err
	}
	if l.durable {
		return l.f.Sync()
	}
	return nil
}

// forget says that what was appended is whole.
func (l *folderLock) forget() error { return l.f.Truncate(0) }

// noted gives what a killed writer left in the lock's file, and whether there is anything; the lock
// must be held. A note that cannot be read was not finished, and nothing had been appended yet.
func (l *folderLock) noted() (list []ending, dirty bool) {
	if l.f == nil {
		return nil, false
	}
	b, err := io.ReadAll(io.NewSectionReader(l.f, 0, 1<<20))
	if err != nil || len(b) == 0 {
		return nil, false
	}
	if json.Unmarshal(b, &list) != nil {
		return nil, true
	}
	return list, true
}
