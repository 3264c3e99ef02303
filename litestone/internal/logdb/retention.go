package logdb

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Lines older than the database's retention are removed from the beginning of a file: at Open, and
// from time to time by the calls that come. A line is as old as its stamp says, so it is kept at
// least that long, and not much longer.

// stampField is the field that says how old a row is: the first DateTime that a create fills with
// the time, else one named createdAt. nil: parts that were put aside are as old as their files, and
// the live one stays.
func stampField(m *schema.Model) *schema.Field {
	for _, f := range m.Columns {
		if f.Type == schema.DateTime && !f.List && f.Default != nil && f.Default.Kind == schema.DefaultNow {
			return f
		}
	}
	if f := m.Field("createdAt"); f != nil && f.Type == schema.DateTime && !f.List && f.Stored() {
		return f
	}
	return nil
}

// cutoff is the moment before which lines are removed; ok is false when they are kept for ever.
func (d *DB) cutoff() (at time.Time, ok bool) {
	r := d.o.Database.Retention
	now := d.o.Now()
	switch r.Unit {
	case "h":
		return now.Add(-time.Duration(r.N) * time.Hour), true
	case "d":
		return now.AddDate(0, 0, -int(r.N)), true
	case "w":
		return now.AddDate(0, 0, -7*int(r.N)), true
	case "y":
		return now.AddDate(-int(r.N), 0, 0), true
	}
	return now, false
}

// The shortest and the longest time between two looks at a file's beginning; between them it is a
// fraction of what is kept.
const (
	leastPause = time.Minute
	mostPause  = 24 * time.Hour
	pauses     = 24
)

// due reports whether it is time to look for lines that are too old.
func (d *DB) due(f *file) bool {
	if d.o.Database.Retention.N == 0 || d.o.ReadOnly {
		return false
	}
	at, _ := d.cutoff()
	now := d.o.Now()
	pause := min(max(now.Sub(at)/pauses, leastPause), mostPause)
	since := now.Sub(time.UnixMilli(f.pruned.Load()))
	return since >= pause || since < 0
}

// pruneAll removes what is too old from all files whose time has come.
func (d *DB) pruneAll(ctx context.Context) error {
	for _, f := range d.files {
		if d.due(f) {
			if err := d.locked(ctx, func() error { return d.prune(f) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// prune removes what is too old from one file. The folder's lock is held.
func (d *DB) prune(f *file) error {
	at, ok := d.cutoff()
	if !ok || !d.due(f) {
		return nil
	}
	f.pruned.Store(d.o.Now().UnixMilli())
	if err := d.recover(); err != nil {
		return d.failed(err)
	}
	paths, err := d.parts(f)
	if err != nil {
		return d.failed(err)
	}
	for _, path := range paths {
		over, err := d.prunePart(f, path, at)
		if err != nil {
			return d.failed(err)
		}
		if !over {
			break
		}
	}
	return nil
}

// prunePart removes what is too old from a part; over reports whether nothing of it was left, so
// that the next part may begin with lines too old as well.
func (d *DB) prunePart(f *file, path string, at time.Time) (over bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	live := path == f.path
	if f.stamp == nil {
		if live || !info.ModTime().Before(at) {
			return false, nil
		}
		return true, os.Remove(path)
	}
	src, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer src.Close()
	keep, err := firstKept(f, src, query.FormatTime(at))
	switch {
	case err != nil || keep == 0:
		return false, err
	case keep == info.Size() && !live:
		src.Close()
		return true, os.Remove(path)
	case keep == info.Size():
		return true, d.replace(f, path, nil)
	}
	return false, d.replace(f, path, io.NewSectionReader(src, keep, info.Size()-keep))
}

// firstKept is where the first line begins that is not too old. A line without a stamp goes with
// those before it.
func firstKept(f *file, src io.Reader, at string) (int64, error) {
	place := -1
	for i, c := range f.model.Columns {
		if c == f.stamp {
			place = i
		}
	}
	r := bufio.NewReaderSize(src, block)
	values := make([]query.Value, len(f.model.Columns))
	var from int64
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > 0 && line[len(line)-1] == '\n' {
			if f.scan.row(line[:len(line)-1], values) == "" && !values[place].IsNull() && values[place].Str() >= at {
				return from, nil
			}
			from += int64(len(line))
		}
		if err == io.EOF {
			return from, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// replace puts a file of the content given in the place of a part. Readers that have the old one
// open read it to its end.
func (d *DB) replace(f *file, path string, content io.Reader) error {
	draft := filepath.Join(d.dir, "."+filepath.Base(path)+".new")
	w, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	if content != nil {
		_, err = io.Copy(w, content)
	}
	err = errors.Join(err, w.Sync(), w.Close())
	if err == nil {
		if path == f.path && f.live != nil {
			f.live.Close()
			f.live = nil
		}
		err = os.Rename(draft, path)
	}
	if err != nil {
		os.Remove(draft)
	}
	return err
}
