package logdb

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// Options say what to open and how.
type Options struct {
	Schema   *schema.Schema
	Database *schema.Database // of driver jsonl or logger
	Folder   string           // made when it is missing

	// Durable makes every append wait until the disk has it. Without it an append outlives the
	// process at once, and a loss of power may take the last ones.
	Durable bool

	// ReadOnly opens a folder for reading: nothing in it is made or changed.
	ReadOnly bool

	// Patience is how long an append waits for another process's lock before it fails with
	// liteerr.Busy. Defaults to 5 seconds.
	Patience time.Duration

	// Readers is the number of reads that may run at once. Defaults to what package conn does.
	Readers int

	// Now is the clock of retention. Defaults to time.Now.
	Now func() time.Time

	// Logger hears of damaged lines. Defaults to slog.Default().
	Logger *slog.Logger
}

// DB is an open folder of append-only files. Its methods may be called from any goroutine.
type DB struct {
	o     Options
	dir   string // absolute
	files []*file
	lock  *folderLock

	mu      sync.Mutex // guards what follows, and the files' replicas
	replica *conn.DB   // the tables that reads run on; nil until the first read
	stage   *conn.DB   // empty tables where creates make their rows; nil until the first create
	closed  bool
}

// file is one model's file.
type file struct {
	model *schema.Model
	base  string // its name without .jsonl
	path  string
	line  string // the replica's column for the order of writing
	stamp *schema.Field
	scan  *scanner
	table *table

	live   *os.File     // open for appending; nil until the first append
	pruned atomic.Int64 // when lines too old were last looked for, in milliseconds
}

// Open opens a folder. Errors: liteerr.Config when it can be neither found nor made.
func Open(o Options) (*DB, error) {
	if o.Patience <= 0 {
		o.Patience = 5 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	dir, err := filepath.Abs(o.Folder)
	if err != nil {
		return nil, folderError(o, err)
	}
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return nil, folderError(o, errors.New("this is a file, not a folder"))
	case errors.Is(err, fs.ErrNotExist) && !o.ReadOnly:
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, folderError(o, err)
		}
	case err != nil:
		return nil, folderError(o, err)
	}
	d := &DB{o: o, dir: dir}
	for _, m := range o.Schema.Models {
		if m.Database == o.Database {
			d.files = append(d.files, d.newFile(m))
		}
	}
	if d.lock, err = openLock(filepath.Join(dir, lockName), o); err != nil {
		return nil, folderError(o, err)
	}
	if err := d.pruneAll(context.Background()); err != nil { // the next append tries again
		o.Logger.Warn("litestone: old lines could not be removed", "database", o.Database.Name, "error", err)
	}
	return d, nil
}

func (d *DB) newFile(m *schema.Model) *file {
	base := fileName(m.Table)
	return &file{
		model: m, base: base, path: filepath.Join(d.dir, base+extension), line: lineColumn(m),
		stamp: stampField(m), scan: newScanner(m), table: newTable(m),
	}
}

func folderError(o Options, err error) error {
	reason := err
	var p *fs.PathError
	if errors.As(err, &p) {
		reason = p.Err
	}
	return &liteerr.Error{Code: liteerr.Config, Operation: "open", Err: err, Hint: "path names a folder of log files",
		Message: "database " + o.Database.Name + ": folder " + o.Folder + ": " + reason.Error()}
}

const extension = ".jsonl"

// fileName is a table's name as a file's: what could lead out of the folder, or be read as the
// number of a file put aside, is escaped.
func fileName(table string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(table) {
		c := table[i]
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', c == '_', c == '-' && i > 0, c >= 0x80:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// Path is the folder's absolute path.
func (d *DB) Path() string { return d.dir }

// ReadOnly reports whether nothing can be appended.
func (d *DB) ReadOnly() bool { return d.o.ReadOnly }

// file gives a model's file.
func (d *DB) file(m *schema.Model) *file {
	for _, f := range d.files {
		if f.model == m {
			return f
		}
	}
	return nil
}

// Close waits for the calls that run, makes sure that the disk has what was appended, and closes
// the files. Calls that come later fail. It may be called again.
func (d *DB) Close() error {
	d.mu.Lock()
	again := d.closed
	d.closed = true
	d.mu.Unlock()
	if again {
		return nil
	}
	errs := []error{d.lock.close(d.files)}
	for _, db := range []*conn.DB{d.replica, d.stage} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

func errClosed() error {
	return &liteerr.Error{Code: liteerr.Config, Message: "the database is closed"}
}
