package logdb

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// lines are the new lines of one file, each ended by a newline.
type lines struct {
	f    *file
	data []byte
}

// append writes the lines of a call: all of them or, after an error, none. The folder's lock is
// held.
func (d *DB) append(list []lines) error {
	if err := d.recover(); err != nil {
		return d.failed(err)
	}
	ends := make([]ending, 0, len(list))
	for i := range list {
		size, err := d.ready(&list[i])
		if err != nil {
			return d.failed(err)
		}
		ends = append(ends, ending{list[i].f.base + extension, size})
	}
	if err := d.lock.note(ends); err != nil {
		return d.failed(errors.Join(err, d.lock.forget()))
	}
	for i := range list {
		if err := d.write(&list[i]); err != nil {
			return d.failed(errors.Join(err, d.undo(list[:i+1], ends)))
		}
	}
	if err := d.lock.forget(); err != nil {
		return d.failed(err)
	}
	for i := range list {
		if f := list[i].f; d.due(f) {
			if err := d.prune(f); err != nil { // the lines are written: that is what was asked
				d.o.Logger.Warn("litestone: old lines could not be removed", "database", d.o.Database.Name, "error", err)
			}
		}
	}
	return nil
}

func (d *DB) write(l *lines) error {
	if _, err := l.f.live.Write(l.data); err != nil {
		return err
	}
	if d.o.Durable {
		return l.f.live.Sync()
	}
	return nil
}

// undo takes back what a failed append wrote. When that fails too the note stays, and says so to
// the next writer.
func (d *DB) undo(list []lines, ends []ending) error {
	for i := range list {
		if err := list[i].f.live.Truncate(ends[i].Size); err != nil {
			return err
		}
	}
	return d.lock.forget()
}

// ready opens a file for appending and gives its size, after a full one was put aside. A last line
// that nobody ended (a program that does not know the lock was killed) is ended, so that it does
// not swallow the next one.
func (d *DB) ready(l *lines) (int64, error) {
	f := l.f
	info, err := d.openLive(f)
	if err != nil {
		return 0, err
	}
	size := info.Size()
	if max := d.o.Database.MaxSize; max > 0 && size > 0 && size+int64(len(l.data)) > max {
		if err := d.rotate(f); err != nil {
			return 0, err
		}
		if info, err = d.openLive(f); err != nil {
			return 0, err
		}
		size = info.Size()
	}
	if size > 0 {
		var last [1]byte
		if _, err := f.live.ReadAt(last[:], size-1); err != nil {
			return 0, err
		}
		if last[0] != '\n' {
			l.data = append([]byte{'\n'}, l.data...)
		}
	}
	return size, nil
}

// openLive makes sure that the open file is the one that has the name: another process may have
// put it aside.
func (d *DB) openLive(f *file) (os.FileInfo, error) {
	if f.live != nil {
		named, err := os.Stat(f.path)
		if err == nil {
			if own, err := f.live.Stat(); err == nil && os.SameFile(own, named) {
				return named, nil
			}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		f.live.Close()
		f.live = nil
	}
	live, err := os.OpenFile(f.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	f.live = live
	d.settle()
	return live.Stat()
}

// recover cuts off what a killed writer left half written. The folder's lock is held.
func (d *DB) recover() error {
	list, dirty := d.lock.noted()
	if !dirty {
		return nil
	}
	for _, e := range list {
		path := filepath.Join(d.dir, filepath.Base(e.File))
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) || filepath.Ext(path) != extension {
			continue
		}
		if err != nil {
			return err
		}
		if info.Size() > e.Size {
			if err := os.Truncate(path, e.Size); err != nil {
				return err
			}
		}
	}
	return d.lock.forget()
}

// failed gives an error of the file system its code and the database's name.
func (d *DB) failed(err error) error {
	e := &liteerr.Error{Code: liteerr.SQL, Message: "database " + d.o.Database.Name + ": " + err.Error(), Err: err}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		e.Code, e.Message = liteerr.Full, "database "+d.o.Database.Name+": the disk is full"
	case errors.Is(err, fs.ErrPermission):
		e.Code = liteerr.ReadOnly
	}
	return e
}

// locked runs fn under the folder's lock, as its only writer.
func (d *DB) locked(ctx context.Context, fn func() error) error {
	if err := d.writable(); err != nil {
		return err
	}
	return d.lock.held(ctx, true, fn)
}

func (d *DB) writable() error {
	if !d.o.ReadOnly {
		return nil
	}
	return &liteerr.Error{Code: liteerr.ReadOnly, Message: "the database " + d.o.Database.Name + " was opened read-only"}
}

// settle makes the folder's names durable, where the caller asked for that and the system can.
func (d *DB) settle() {
	if !d.o.Durable {
		return
	}
	if dir, err := os.Open(d.dir); err == nil {
		dir.Sync()
		dir.Close()
	}
}
