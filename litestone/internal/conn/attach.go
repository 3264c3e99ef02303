package conn

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

// attachments are the files that every connection of a DB has attached beside its own
// (https://www.sqlite.org/lang_attach.html). A connection catches up when it is lent the next
// time: ATTACH works on one connection only, and not inside a transaction others began.
type attachments struct {
	mu      sync.Mutex
	version atomic.Uint64 // grows with every change
	files   []attachment
}

type attachment struct {
	name, path string
	readOnly   bool
}

// address is where a connection finds the file: readers may open nothing for writing.
func (f attachment) address(h *handle) string {
	if f.readOnly || !h.writer {
		return uriOf(f.path) + "?mode=ro"
	}
	return uriOf(f.path) + "?mode=rw"
}

// Attach makes another database file visible to all connections under a schema name: readers
// read it, the writer writes it unless readOnly. The file must exist. Foreign keys, snapshots
// across files and atomic commits over several WAL files are beyond SQLite.
//
// Errors: liteerr.Validation for a name that cannot be used, Config for a file that cannot be
// opened, Corrupt for one that is no database.
func (db *DB) Attach(ctx context.Context, path, name string, readOnly bool) error {
	if !schemaName(name) {
		return &liteerr.Error{Code: liteerr.Validation, Message: "the name " + name + " cannot be attached under", Hint: "use letters, digits and _; main and temp are taken"}
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return configError("attach "+path+": "+err.Error(), "", err)
	}
	if full == db.place.path {
		return configError("attach "+path+": this is the database itself", "", nil)
	}
	p := place{path: full}
	if _, err := os.Stat(full); err != nil {
		return configError("attach "+path+": "+reason(err), "check the path", err)
	}
	if !readOnly {
		if err := p.checkWritable(path); err != nil {
			return err
		}
	}
	a := &db.attached
	a.mu.Lock()
	taken := slices.ContainsFunc(a.files, func(f attachment) bool { return strings.EqualFold(f.name, name) })
	if !taken {
		a.files = append(a.files, attachment{name, full, readOnly})
		a.version.Add(1)
	}
	a.mu.Unlock()
	if taken {
		return &liteerr.Error{Code: liteerr.Validation, Message: "a database is already attached as " + name, Hint: "detach it first, or use another name"}
	}
	// One connection tries it now, so that a mistake is this call's error.
	try := db.Write
	if db.writePool == nil {
		try = db.Read
	}
	err = try(ctx, func(c *Conn) error {
		return c.Run(ctx, Query{SQL: "SELECT count(*) FROM `" + name + "`.sqlite_schema", Short: true}, nil, nil)
	})
	if err != nil {
		db.detach(name)
	}
	return err
}

// Detach takes an attached database away from all connections. liteerr.Validation when there is
// none of that name.
func (db *DB) Detach(name string) error {
	if !db.detach(name) {
		return &liteerr.Error{Code: liteerr.Validation, Message: "no database is attached as " + name}
	}
	return nil
}

func (db *DB) detach(name string) bool {
	a := &db.attached
	a.mu.Lock()
	defer a.mu.Unlock()
	i := slices.IndexFunc(a.files, func(f attachment) bool { return strings.EqualFold(f.name, name) })
	if i < 0 {
		return false
	}
	a.files = slices.Delete(slices.Clone(a.files), i, i+1)
	a.version.Add(1)
	return true
}

// Attached names what is attached.
func (db *DB) Attached() (names []string) {
	db.attached.mu.Lock()
	defer db.attached.mu.Unlock()
	for _, f := range db.attached.files {
		names = append(names, f.name)
	}
	return names
}

// attach brings the connection's attached files up to date. It costs one comparison when nothing
// ever was attached. The connection is between two borrowers.
func (h *handle) attach(ctx context.Context) error {
	a := &h.db.attached
	version := a.version.Load()
	if version == 0 {
		return nil
	}
	if version == h.attachedAt {
		return h.refresh(ctx)
	}
	a.mu.Lock()
	files := slices.Clone(a.files)
	version = a.version.Load()
	a.mu.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range slices.Clone(h.attached) {
		if slices.Contains(files, f) {
			continue
		}
		if err := h.controlWith("DETACH `"+f.name+"`", nil); err != nil {
			return typed(ctx, err)
		}
		h.attached = slices.DeleteFunc(h.attached, func(x attachment) bool { return x == f })
	}
	for _, f := range files {
		if slices.Contains(h.attached, f) {
			continue
		}
		if err := h.controlWith("ATTACH ? AS `"+f.name+"`", []query.Value{query.Text(f.address(h))}); err != nil {
			return about(typed(ctx, err), "attach "+f.path)
		}
		h.attached = append(h.attached, f)
	}
	h.attachedAt = version
	return h.freshen()
}

// refresh looks whether the connection still knows the tables of its own file. SQLite looks when a
// statement uses the file; a name that it does not know there yet would be found in an attached
// file, and the statement would never use our own.
func (h *handle) refresh(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.attached) == 0 {
		return nil
	}
	return typed(ctx, h.freshen())
}

func (h *handle) freshen() error { return h.control("SELECT 1 FROM main.sqlite_schema LIMIT 1") }

// schemaName reports whether a name can stand unquoted and is not SQLite's own.
func schemaName(name string) bool {
	for i, c := range []byte(name) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != "" && !strings.EqualFold(name, "main") && !strings.EqualFold(name, "temp")
}

// about says in an error's message what it is about.
func about(err error, what string) error {
	var e *liteerr.Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Message = what + ": " + e.Message
	return &c
}
