//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package conn

import (
	"os"
	"syscall"
)

// lock takes the lock on an open file, which the system drops when the process ends, and
// reports whether nobody else held it. It belongs to this opening of the file, so it also
// tells two databases of one process apart.
func lock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
