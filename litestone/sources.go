package litestone

import (
	"io/fs"
	"strings"
	"time"
)

// sources is a file system of the texts a generated package carries.
type sources []Source

// Open gives a source by its name.
func (s sources) Open(name string) (fs.File, error) {
	for _, f := range s {
		if f.Name == name {
			return &sourceFile{name: name, size: int64(len(f.Text)), Reader: strings.NewReader(f.Text)}, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

type sourceFile struct {
	*strings.Reader
	name string
	size int64
}

func (f *sourceFile) Close() error               { return nil }
func (f *sourceFile) Stat() (fs.FileInfo, error) { return sourceInfo{f}, nil }

type sourceInfo struct{ f *sourceFile }

func (i sourceInfo) Name() string       { return i.f.name }
func (i sourceInfo) Size() int64        { return i.f.size }
func (i sourceInfo) Mode() fs.FileMode  { return 0o444 }
func (i sourceInfo) ModTime() time.Time { return time.Time{} }
func (i sourceInfo) IsDir() bool        { return false }
func (i sourceInfo) Sys() any           { return nil }
