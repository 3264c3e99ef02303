//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package logdb

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the lock on an open file, which the system drops when the process ends. It
// belongs to this opening of the file, so two clients of one process exclude each other too.
func tryLock(f *os.File, alone bool) (bool, error) {
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, syscall.EINTR):
			return false, err
		}
	}
}

func unlock(f *os.File) { syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }
