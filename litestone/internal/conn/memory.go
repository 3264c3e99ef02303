package conn

import (
	"os"
	"path/filepath"
)

// sharedMemory is the folder Linux keeps in memory.
const sharedMemory = "/dev/shm"

// memoryFolder begins the names of memory databases' folders; memoryOwner is the file in
// them whose lock says that the database is in use.
const (
	memoryFolder = "litestone-"
	memoryOwner  = "owner"
)

// makeMemory makes a private folder for a memory database, in shared memory where there is
// some and the database is not large, else in the system's folder for temporary files. A process
// that was killed could not remove its own, and shared memory is memory: so the folders nobody owns
// go first.
func makeMemory(large bool) (place, error) {
	parent, err := os.TempDir(), error(nil)
	folder := ""
	if !large && isFolder(sharedMemory) {
		folder, err = os.MkdirTemp(sharedMemory, memoryFolder)
	}
	if folder != "" {
		parent = sharedMemory
	} else {
		folder, err = os.MkdirTemp(parent, memoryFolder)
	}
	if err != nil {
		return place{}, configError("no folder for a "+Memory+" database: "+reason(err), "set TMPDIR to a writable folder", err)
	}
	p := place{path: filepath.Join(folder, "memory.db"), folder: folder, made: true}
	if p.owner, err = own(folder); err != nil {
		os.RemoveAll(folder)
		return place{}, configError("no folder for a "+Memory+" database: "+reason(err), "set TMPDIR to a folder with space left", err)
	}
	sweepMemory(parent)
	return p, nil
}

// own marks a folder as in use. The mark gets its name when it is locked already, so that
// nobody ever sees it unlocked while its owner lives.
func own(folder string) (*os.File, error) {
	name := filepath.Join(folder, memoryOwner)
	f, err := os.OpenFile(name+".new", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if lock(f) {
		if err := os.Rename(name+".new", name); err != nil {
			f.Close()
			return nil, err
		}
	}
	return f, nil
}

// sweepMemory removes the folders whose owner is gone. A folder without the
// owner's file is just being made or removed.
func sweepMemory(parent string) {
	folders, _ := filepath.Glob(filepath.Join(parent, memoryFolder+"*"))
	for _, folder := range folders {
		f, err := os.OpenFile(filepath.Join(folder, memoryOwner), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if lock(f) {
			os.RemoveAll(folder)
		}
		f.Close()
	}
}

// release removes a memory database after it was closed.
func (p place) release() error {
	if p.folder == "" {
		return nil
	}
	err := os.RemoveAll(p.folder)
	if p.owner != nil {
		p.owner.Close()
	}
	return err
}
