package migrate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// Migration is one step of a database's history: a file of SQL, or a Go function.
type Migration struct {
	Name string // <timestamp>_<label>, without .sql
	Path string // of the file, for messages; empty for a Go migration

	SQL     string
	Down    string // takes SQL back
	HasDown bool   // there is a .down.sql file, or a Go function

	Go, GoDown InGo // Go is nil for a file
}

// InGo is the work of a migration in Go. It opens a transaction of the database, calls inside
// once with it and with the work to do there, and commits when inside answers nil.
type InGo func(ctx context.Context, inside func(tx *conn.Tx, work func() error) error) error

// Set is the migrations of one database in the order they run: by timestamp.
type Set []Migration

const (
	upSuffix   = ".sql"
	downSuffix = ".down.sql"
)

// ReadSet reads the migration files of a folder. A folder that is not there holds none; files
// that do not end in .sql are not looked at, nor are folders inside it.
//
// Errors have code config: a name that is no <timestamp>_<label>.sql, a timestamp that two files
// share, a down file without its file.
func ReadSet(fsys fs.FS, dir string) (Set, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &liteerr.Error{Code: liteerr.Config, Message: "the migrations cannot be read: " + err.Error(), Err: err}
	}
	var out Set
	downs := map[string]string{}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, upSuffix) {
			continue
		}
		text, err := fs.ReadFile(fsys, path.Join(dir, name))
		if err != nil {
			return nil, &liteerr.Error{Code: liteerr.Config, Message: "the migration " + name + " cannot be read: " + err.Error(), Err: err}
		}
		body := strings.ReplaceAll(strings.TrimPrefix(string(text), "\ufeff"), "\r\n", "\n")
		stem := strings.TrimSuffix(strings.TrimSuffix(name, upSuffix), ".down")
		if err := checkName(stem, name); err != nil {
			return nil, err
		}
		if strings.HasSuffix(name, downSuffix) {
			downs[stem] = body
			continue
		}
		out = append(out, Migration{Name: stem, Path: path.Join(dir, name), SQL: body})
	}
	for i := range out {
		m := &out[i]
		m.Down, m.HasDown = downs[m.Name]
		delete(downs, m.Name)
	}
	for stem := range downs {
		return nil, &liteerr.Error{Code: liteerr.Config, Message: "there is " + stem + downSuffix + " but no " + stem + upSuffix, Hint: "bring the file back, or remove its down file"}
	}
	return out.sorted()
}

// With adds migrations in Go.
func (s Set) With(more ...Migration) (Set, error) {
	out := append(Set(nil), s...)
	for _, m := range more {
		if err := checkName(m.Name, "the Go migration "+m.Name); err != nil {
			return nil, err
		}
		if m.Go == nil {
			return nil, &liteerr.Error{Code: liteerr.Config, Message: "the Go migration " + m.Name + " has no function"}
		}
		m.HasDown = m.GoDown != nil
		out = append(out, m)
	}
	return out.sorted()
}

func (s Set) sorted() (Set, error) {
	sort.Slice(s, func(i, j int) bool { return before(s[i].Name, s[j].Name) })
	for i := 1; i < len(s); i++ {
		if a, b := s[i-1].Name, s[i].Name; stamp(a) == stamp(b) {
			return nil, &liteerr.Error{Code: liteerr.Config, Message: "the migrations " + a + " and " + b + " have the same timestamp, so their order is not known",
				Hint: "give one of them another, as one second more"}
		}
	}
	return s, nil
}

func (s Set) find(name string) *Migration {
	for i := range s {
		if s[i].Name == name {
			return &s[i]
		}
	}
	return nil
}

// Checksum tells whether a file is the one that was applied: the SHA-256 of its text with LF line
// ends, so that a checkout on another system makes no difference. "go" for a Go migration, whose
// text nobody knows.
func (m *Migration) Checksum() string {
	if m.Go != nil {
		return "go"
	}
	h := sha256.Sum256([]byte(m.SQL))
	return hex.EncodeToString(h[:])
}

// stamp is the timestamp a name begins with, without leading zeros.
func stamp(name string) string {
	digits, _, _ := strings.Cut(name, "_")
	return strings.TrimLeft(digits, "0")
}

// before orders names by their timestamps as numbers.
func before(a, b string) bool {
	x, y := stamp(a), stamp(b)
	if len(x) != len(y) {
		return len(x) < len(y)
	}
	if x != y {
		return x < y
	}
	return a < b
}

func checkName(stem, what string) error {
	digits, label, ok := strings.Cut(stem, "_")
	if ok && label != "" && digits != "" && strings.Trim(digits, "0123456789") == "" {
		return nil
	}
	return &liteerr.Error{Code: liteerr.Config, Message: what + " is not named as a migration is: <timestamp>_<label>" + upSuffix,
		Hint: "rename it, as 20240131090000_add-users.sql, or move it out of the folder"}
}

// Label makes the part of a name after the timestamp from what a person wrote.
func Label(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if out := strings.TrimRight(b.String(), "-"); out != "" {
		return out
	}
	return "migration"
}

func quotedNames(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}
