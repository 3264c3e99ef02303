package conn

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// place is the database file and what of it is ours to remove.
type place struct {
	path   string   // absolute
	folder string   // temporary folder of a memory database, removed at Close
	owner  *os.File // lock on that folder: it is in use
	made   bool     // this Open made the file: removed when Open fails
}

// locate finds or makes the file the options name.
func locate(ctx context.Context, o Options) (place, error) {
	switch {
	case ctx.Err() != nil:
		return place{}, cancelled(ctx, nil)
	case o.Path == "":
		return place{}, configError("no database file is named", "set the path, or "+Memory+" for a private one", nil)
	case o.Path == Memory && (o.ReadOnly || o.MustExist):
		return place{}, configError("a "+Memory+" database is always new: it can be neither read-only nor expected to exist", "", nil)
	case o.Path == Memory:
		return makeMemory(o.Large)
	}
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return place{}, configError("database "+o.Path+": "+err.Error(), "", err)
	}
	p := place{path: path}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return place{}, configError("database "+o.Path+": this is a folder", "name a file in it", nil)
	case err == nil && !info.Mode().IsRegular():
		return place{}, configError("database "+o.Path+": this is not a regular file", "", nil)
	case err == nil && !o.ReadOnly:
		return p, p.checkWritable(o.Path)
	case err == nil:
		return p, nil
	case !errors.Is(err, fs.ErrNotExist):
		return place{}, configError("database "+o.Path+": "+reason(err), "", err)
	}
	if folder := filepath.Dir(path); !isFolder(folder) {
		return place{}, configError("database "+o.Path+": the folder "+folder+" does not exist", "make the folder first", err)
	}
	if o.ReadOnly || o.MustExist {
		return place{}, configError("database "+o.Path+": the file does not exist", "check the path, or create the database first", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) { // another process made it just now
		return p, p.checkWritable(o.Path)
	}
	if err != nil {
		return place{}, configError("database "+o.Path+": the folder "+filepath.Dir(path)+" cannot be written: "+reason(err),
			"SQLite needs to make files beside the database", err)
	}
	f.Close()
	p.made = true
	return p, nil
}

// checkWritable tells early, and in words, what SQLite would only call a read-only database.
func (p place) checkWritable(name string) error {
	f, err := os.OpenFile(p.path, os.O_RDWR, 0)
	if err != nil {
		return configError("database "+name+": the file cannot be written: "+reason(err), "open it read-only, or change its permissions", err)
	}
	f.Close()
	return nil
}

// abandon removes what a failed Open made. The log of a file this Open made exists after our
// last connection closed only if another process has the file open: then it stays.
func (p place) abandon() {
	switch {
	case p.folder != "":
		p.release()
	case p.made:
		if p.still() {
			os.Remove(p.path)
		}
	}
}

// still reports whether nobody writes the database now: it has no log. SQLite reads a WAL
// database only where it can make the log's index beside it; in a folder that cannot be
// written (a container's image, a CD) it must be told that the file does not change.
func (p place) still() bool {
	_, err := os.Stat(p.path + "-wal")
	return errors.Is(err, fs.ErrNotExist)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// reason is an operating system's error without the path, which the message already names.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func configError(message, hint string, cause error) error {
	return &liteerr.Error{Code: liteerr.Config, Message: message, Hint: hint, Err: cause}
}
