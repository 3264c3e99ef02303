package logdb

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/litestone-go/orm/litestone/query"
)

// sync brings a model's table up to its file: one stat when nothing was appended since. under says
// that the caller holds the table's turn and the folder's lock.
func (d *DB) sync(ctx context.Context, f *file, under bool) error {
	if !under && d.due(f) {
		if err := d.locked(ctx, func() error { return d.prune(f) }); err != nil {
			return err
		}
	}
	if d.current(f) {
		return nil
	}
	if !under {
		if err := outside(ctx, d.dir, nil); err != nil {
			return err
		}
		f.table.sync.Lock()
		defer f.table.sync.Unlock()
		if d.current(f) {
			return nil
		}
	}
	var parts []part
	defer func() {
		for _, p := range parts {
			p.file.Close()
		}
	}()
	look := func() (err error) {
		parts, err = d.look(f)
		return err
	}
	var err error
	if under {
		err = look()
	} else {
		err = d.lock.held(ctx, false, look)
	}
	if err != nil {
		return err
	}
	return d.load(ctx, f, parts)
}

// current reports whether a table has all there is in its file.
func (d *DB) current(f *file) bool {
	info, err := os.Stat(f.path)
	d.mu.Lock()
	defer d.mu.Unlock()
	t := f.table
	if !t.ready || d.closed {
		return false
	}
	n := len(t.parts)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist) && n == 0
	}
	return n > 0 && os.SameFile(t.parts[n-1].info, info) && info.Size() == t.parts[n-1].seen
}

// part is an open part of a file, whole up to size.
type part struct {
	path string
	file *os.File
	info os.FileInfo
	size int64
	live bool
}

// look opens the parts of a file. The folder's lock is held, so no append is half done, but for
// those of processes that were killed.
func (d *DB) look(f *file) (parts []part, err error) {
	paths, err := d.parts(f)
	if err != nil {
		return nil, d.failed(err)
	}
	list, _ := d.lock.noted()
	for i, path := range paths {
		h, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return parts, d.failed(err)
		}
		p := part{path: path, file: h, live: i == len(paths)-1}
		parts = append(parts, p)
		if p.info, err = h.Stat(); err != nil {
			return parts, d.failed(err)
		}
		p.size = p.info.Size()
		for _, e := range list {
			if p.live && e.File == f.base+extension {
				p.size = min(p.size, e.Size)
			}
		}
		parts[len(parts)-1] = p
	}
	return parts, nil
}

// tailKept is how many bytes before the place a part was read to are remembered.
const tailKept = 64

// tail gives the last bytes before an offset; nil when they cannot be read.
func (p *part) tail(end int64) []byte {
	b := make([]byte, min(end, tailKept))
	if _, err := p.file.ReadAt(b, end-int64(len(b))); err != nil && err != io.EOF {
		return nil
	}
	return b
}

// continues reports whether a part still begins with what was read of it: a program that makes room
// by emptying a file may have filled it again.
func (p *part) continues(old loaded) bool {
	return p.size >= old.size && bytes.Equal(p.tail(old.size), old.tail)
}

// load reads into a table what it does not have yet; the table's turn is held. A file that does not
// continue what was read, since retention replaced it, is read anew.
func (d *DB) load(ctx context.Context, f *file, parts []part) error {
	if _, err := d.memory(ctx); err != nil {
		return err
	}
	t := f.table
	next := make([]loaded, len(parts))
	reset := len(parts) < len(t.parts)
	for i := range parts {
		next[i] = loaded{info: parts[i].info, seen: parts[i].info.Size()}
		if i < len(t.parts) {
			old := t.parts[i]
			next[i].size, next[i].tail = old.size, old.tail
			reset = reset || !os.SameFile(old.info, parts[i].info) || !parts[i].continues(old)
		}
	}
	damaged := t.damages
	if reset {
		damaged = damages{}
		for i := range next {
			next[i].size, next[i].tail = 0, nil
		}
	}
	var unended *Damage
	err := d.fill(ctx, t, reset, func(insert func([]query.Value) error) error {
		for i := range parts {
			r := reader{scan: f.scan, insert: insert, damages: &damaged, values: make([]query.Value, len(f.model.Columns))}
			end, err := r.read(ctx, &parts[i], next[i].size)
			if err != nil {
				return err
			}
			if end > next[i].size {
				next[i].tail = parts[i].tail(end)
			}
			if next[i].size = end; end < parts[i].size {
				unended = &Damage{f.base + extension, end, "the last line has no end: its writer was stopped, or is about to go on"}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if n := damaged.count - t.damages.count; n > 0 {
		last := damaged.list[len(damaged.list)-1]
		d.o.Logger.Warn("litestone: lines of a log file are no rows", "database", d.o.Database.Name, "file", last.File, "lines", n, "offset", last.Offset, "reason", last.Reason)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	t.ready, t.parts, t.damages, t.unended = true, next, damaged, unended
	return nil
}

// reader turns the lines of a part into rows.
type reader struct {
	scan    *scanner
	insert  func([]query.Value) error
	damages *damages
	values  []query.Value
}

// block is how much of a file is read at once; a longer line takes more.
const block = 256 << 10

// read reads lines from an offset to the part's end and answers where the last of them ended.
func (r *reader) read(ctx context.Context, p *part, from int64) (int64, error) {
	buf := make([]byte, 0, min(block, max(p.size-from, 0)+1))
	for at := from; at < p.size; {
		if ctx.Err() != nil {
			return from, cancelled(ctx)
		}
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		room := buf[len(buf):cap(buf)]
		n, err := p.file.ReadAt(room[:min(int64(len(room)), p.size-at)], at)
		if err != nil && !(err == io.EOF && n > 0) {
			return from, err
		}
		at += int64(n)
		buf = buf[:len(buf)+n]
		done, err := r.lines(p, buf, from)
		if err != nil {
			return from, err
		}
		from += int64(done)
		buf = buf[:copy(buf, buf[done:])]
	}
	if len(buf) > 0 && !p.live { // put aside: nobody will end the line any more
		if err := r.line(p, buf, from); err != nil {
			return from, err
		}
		from += int64(len(buf))
	}
	return from, nil
}

// lines takes the whole lines of a buffer that begins at an offset of the file, and answers how many
// bytes they are.
func (r *reader) lines(p *part, buf []byte, offset int64) (int, error) {
	done := 0
	for {
		n := bytes.IndexByte(buf[done:], '\n')
		if n < 0 {
			return done, nil
		}
		if err := r.line(p, buf[done:done+n], offset+int64(done)); err != nil {
			return done, err
		}
		done += n + 1
	}
}

func (r *reader) line(p *part, line []byte, offset int64) error {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	if reason := r.scan.row(line, r.values); reason != "" {
		r.damages.add(p.path, offset, reason)
		return nil
	}
	return r.insert(r.values)
}
