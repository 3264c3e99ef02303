package litestone

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// BackupOptions say what is copied, and how. The zero value works.
type BackupOptions struct {
	// Database names the database to copy.
	// Defaults to main, or the only one.
	Database string

	// Vacuum writes the rows anew instead of copying pages: the copy has no free pages and its
	// tables lie in order. It takes longer.
	Vacuum bool

	// Verify reads the whole copy (PRAGMA integrity_check) before it takes its name.
	// Defaults to false.
	Verify bool
}

// BackupInfo tells about a finished backup.
type BackupInfo struct {
	Database string        `json:"database"`
	Path     string        `json:"path"` // absolute
	Bytes    int64         `json:"bytes"`
	Took     time.Duration `json:"took"` // nanoseconds
}

// Backup copies a database as it is at one moment into one file, while calls go on reading and
// writing. The copy is made under another name beside dest, synced, and renamed: at every moment
// dest is absent, the backup before, or the whole new one. A dest that is there is replaced,
// unless it is a database of this client or one that another program has open.
//
// To restore, close all clients, remove the database's -wal and -shm files, and put the copy in its place.
//
// Errors: config (the folder, a dest that is in use), full, cancelled, corrupt (Verify found
// damage). After an error dest is as it was.
func (c *Client) Backup(ctx context.Context, dest string, options ...BackupOptions) (*BackupInfo, error) {
	var o BackupOptions
	for _, given := range options {
		o = given
	}
	d, err := c.operator(ctx, "backup", o.Database)
	if err != nil {
		return nil, err
	}
	info, err := c.core.backup(ctx, d, dest, o)
	return info, liteerr.In(err, "", "backup")
}

// BackupAll copies every sqlite database of the schema into a folder, as <database>.db each. Each
// copy is of one moment; the moments of different databases differ. Files of jsonl and
// logger databases only grow: copy them as they are.
func (c *Client) BackupAll(ctx context.Context, folder string, o BackupOptions) ([]*BackupInfo, error) {
	var out []*BackupInfo
	for _, d := range c.core.opened() {
		o.Database = d.Name
		info, err := c.Backup(ctx, filepath.Join(folder, d.Name+".db"), o)
		if err != nil {
			return out, err
		}
		out = append(out, info)
	}
	return out, nil
}

func (co *core) backup(ctx context.Context, d *database, dest string, o BackupOptions) (*BackupInfo, error) {
	began := time.Now()
	if dest == "" {
		return nil, &Error{Code: CodeConfig, Message: "a backup needs a file to go to"}
	}
	path, err := filepath.Abs(dest)
	if err != nil {
		return nil, unusable(dest, err)
	}
	if err := co.replaceable(path, dest); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), ".litestone-backup-*")
	if err != nil {
		return nil, unusable(dest, err)
	}
	defer os.RemoveAll(folder)
	draft := filepath.Join(folder, "copy.db")
	if o.Vacuum {
		err = d.db.VacuumInto(ctx, draft)
	} else {
		err = d.db.Backup(ctx, draft)
	}
	if err == nil {
		err = co.finish(ctx, d, draft, o)
	}
	if err != nil {
		return nil, err
	}
	bytes, err := settled(draft)
	if err == nil {
		err = os.Rename(draft, path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return nil, unusable(dest, err)
	}
	return &BackupInfo{Database: d.Name, Path: path, Bytes: bytes, Took: time.Since(began)}, nil
}

// finish does what is left to do on a copy: full-text tables whose rows VACUUM may have numbered
// anew are filled again (https://www.sqlite.org/lang_vacuum.html), and what was asked is verified.
func (co *core) finish(ctx context.Context, d *database, draft string, o BackupOptions) (err error) {
	if !o.Vacuum && !o.Verify {
		return nil
	}
	db, err := conn.Open(ctx, conn.Options{Path: draft, Readers: 1, MustExist: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Write(ctx, func(cn *conn.Conn) error {
		for _, m := range co.schema.Models {
			if !o.Vacuum || m.Database != d.Database || m.FTS == nil || m.External {
				continue
			}
			fts := ddl.Quote(m.FTS.Table)
			if err := cn.Script(ctx, "INSERT INTO "+fts+" ("+fts+") VALUES ('rebuild')"); err != nil {
				return liteerr.In(err, m.Accessor, "backup")
			}
		}
		if !o.Verify {
			return nil
		}
		found := "ok"
		err := cn.Run(ctx, conn.Query{SQL: "PRAGMA integrity_check(1)"}, nil, func(r *conn.Row) error {
			found = r.Text(0)
			return nil
		})
		if err == nil && found != "ok" {
			err = &Error{Code: CodeCorrupt, Message: "the copy is damaged, and so is the database: " + found, Hint: "run litestone doctor"}
		}
		return err
	})
}

// replaceable refuses a destination whose replacement would pull a database out from under
// whoever has it open.
func (co *core) replaceable(path, dest string) error {
	there, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return unusable(dest, err)
	case !there.Mode().IsRegular():
		return &Error{Code: CodeConfig, Message: "backup to " + dest + ": this is not a regular file", Hint: "name a file"}
	}
	for _, d := range co.opened() {
		if own, err := os.Stat(d.db.Path()); err == nil && os.SameFile(own, there) {
			return &Error{Code: CodeConfig, Message: "backup to " + dest + ": this is the database " + d.Name + " itself", Hint: "name another file"}
		}
	}
	if exists(path + "-wal") {
		return &Error{Code: CodeConfig, Message: "backup to " + dest + ": a database that is in use, or was not closed, is there", Hint: "name another file"}
	}
	return nil
}

func unusable(dest string, err error) error {
	var p *fs.PathError
	why := err.Error()
	if errors.As(err, &p) {
		why = p.Err.Error()
	}
	return &Error{Code: CodeConfig, Message: "backup to " + dest + ": " + why, Hint: "the folder must exist and be writable", Err: err}
}

// settled makes sure that a file's bytes are on the disk, and counts them.
func settled(path string) (int64, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), f.Sync()
}

// syncFolder makes sure that a rename is on the disk. Systems that cannot sync a folder do not
// need it.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	f.Sync()
	return nil
}
