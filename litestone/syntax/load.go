package syntax

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
)

// Load parses a schema file and all it imports, directly or not. The file asked for comes first, then
// its imports in the order they are written, each before the imports after it; every file once,
// however often and through whatever links it is imported. Cycles are fine.
//
// fsys nil means the operating system's files: path may be absolute or relative to the working
// directory, and an import is relative to the folder its importing file really lies in, links
// followed. Otherwise path is a slash-separated path inside fsys, as of an embed.FS, and imports
// stay inside it.
//
// Problems with files are diagnostics like all others: at the import, or at the start of a file
// that could not be read itself. The list is in the order of the files.
func Load(fsys fs.FS, path string) ([]*File, diag.List) {
	l := &loader{seen: map[string]bool{}}
	if fsys == nil {
		l.disk = osDisk{}
	} else {
		l.disk = fsDisk{fsys}
	}
	at, err := l.disk.root(path)
	text := ""
	if err == nil {
		text, err = l.disk.read(at)
	}
	if err != nil {
		var list diag.List
		list.Errorf(diag.Span{File: &diag.File{Name: path}}, CodeFileNotFound, "the schema file cannot be read: %s", reason(err)).Hint =
			"check the path; it is relative to the working directory"
		return nil, list
	}
	l.load(at, text)
	return l.files, l.list
}

// place is where a file is: the name people know it by, and the one that tells it from all others.
type place struct{ name, key string }

// disk is where schema files lie.
type disk interface {
	root(path string) (place, error)
	join(from place, path string) (place, error) // of an import written in from
	read(place) (string, error)
	names(place) []string // of the folder an import points into, for suggestions
}

type loader struct {
	disk  disk
	seen  map[string]bool
	files []*File
	list  diag.List
}

// load parses one file and then its imports.
func (l *loader) load(at place, text string) {
	l.seen[at.key] = true
	f, list := Parse(&diag.File{Name: at.name, Text: text})
	l.files = append(l.files, f)
	type found struct {
		place
		text string
	}
	var next []found
	for _, i := range f.Imports {
		if to, text, ok := l.find(at, i, &list); ok {
			next = append(next, found{to, text})
		}
	}
	list.Sort()
	l.list = append(l.list, list...)
	for _, n := range next {
		if !l.seen[n.key] { // by an import of the one before
			l.load(n.place, n.text)
		}
	}
}

// find reads the file an import names and reports where it cannot; false also for one read before.
func (l *loader) find(from place, i *Import, list *diag.List) (to place, text string, ok bool) {
	to, err := l.disk.join(from, i.Path.Value)
	if err == nil {
		if l.seen[to.key] {
			return to, "", false
		}
		text, err = l.disk.read(to)
	}
	switch {
	case err == nil:
		return to, text, true
	case errors.Is(err, fs.ErrNotExist):
		list.Errorf(i.Path.Span, CodeImportNotFound, "import: there is no file %q", i.Path.Value).Hint = l.nearest(from, i.Path.Value)
	default:
		list.Errorf(i.Path.Span, CodeImportUnreadable, "import: %q cannot be read: %s", i.Path.Value, reason(err)).Hint =
			"an import names one readable .lite file, relative to the file it stands in"
	}
	return to, "", false
}

// nearest suggests a file of the folder an import points into.
func (l *loader) nearest(from place, written string) string {
	hint := "paths are relative to the file the import stands in"
	to, err := l.disk.join(from, path.Dir(filepath.ToSlash(written))+"/.")
	if err != nil {
		return hint
	}
	var names []string
	base := path.Base(filepath.ToSlash(written))
	for _, n := range l.disk.names(to) {
		if n == base+".lite" {
			return "did you mean " + written + ".lite?"
		}
		if strings.HasSuffix(n, ".lite") {
			names = append(names, n)
		}
	}
	if s := diag.Suggest(base, names...); s != "" {
		return "did you mean " + strings.TrimSuffix(written, base) + s + "?"
	}
	return hint
}

// reason says in plain words why a file cannot be read, without repeating its path.
func reason(err error) string {
	var pe *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "reading it is not allowed"
	case errors.As(err, &pe):
		return pe.Err.Error()
	}
	return err.Error()
}

var (
	errFolder   = errors.New("it is a folder")
	errOutside  = errors.New("it lies outside of the embedded files")
	errAbsolute = errors.New("a path among embedded files does not start with /")
	errEmpty    = errors.New("the path is empty")
)

// readAll reads a little more than is allowed at most, so that Parse can tell a file is too large
// without an endless one being read to its end.
func readAll(f fs.File) (string, error) {
	if info, err := f.Stat(); err != nil {
		return "", err
	} else if info.IsDir() {
		return "", errFolder
	}
	b, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	return string(b), err
}

// osDisk is the operating system's files.
type osDisk struct{}

func (osDisk) root(path string) (place, error) {
	if path == "" {
		return place{}, errEmpty
	}
	key, err := realPath(path)
	return place{name: filepath.Clean(path), key: key}, err
}

func (osDisk) join(from place, path string) (place, error) {
	if path == "" {
		return place{}, errEmpty
	}
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		key, err := realPath(path)
		return place{name: filepath.Clean(path), key: key}, err
	}
	target := filepath.Join(filepath.Dir(from.key), path)
	key, err := realPath(target)
	if err != nil {
		return place{}, err
	}
	// The name people know continues the importing file's, unless a link leads that one elsewhere.
	name := filepath.Join(filepath.Dir(from.name), path)
	if same, err := realPath(name); err != nil || same != key {
		name = target
	}
	return place{name: name, key: key}, nil
}

func realPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

func (osDisk) read(at place) (string, error) {
	f, err := os.Open(at.key)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return readAll(f)
}

func (osDisk) names(at place) []string {
	entries, _ := os.ReadDir(at.key)
	return entryNames(entries)
}

// fsDisk is a file system of io/fs.
type fsDisk struct{ fsys fs.FS }

func (fsDisk) root(name string) (place, error) {
	if name == "" {
		return place{}, errEmpty
	}
	clean := path.Clean(name)
	if !fs.ValidPath(clean) {
		return place{}, errOutside
	}
	return place{clean, clean}, nil
}

func (d fsDisk) join(from place, name string) (place, error) {
	switch {
	case name == "":
		return place{}, errEmpty
	case path.IsAbs(name):
		return place{}, errAbsolute
	}
	return d.root(path.Join(path.Dir(from.key), name))
}

func (d fsDisk) read(at place) (string, error) {
	f, err := d.fsys.Open(at.key)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return readAll(f)
}

func (d fsDisk) names(at place) []string {
	entries, _ := fs.ReadDir(d.fsys, at.key)
	return entryNames(entries)
}

func entryNames(entries []fs.DirEntry) []string {
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}
