package logdb

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// The lock lies on a byte far behind the lock file's content, since Windows would keep others
// from reading what is locked.
const (
	lockExclusive = 2
	lockAtOnce    = 1
	lockedAt      = 1 << 30
)

const errLockViolation = syscall.Errno(33)

func lockRange() *syscall.Overlapped { return &syscall.Overlapped{Offset: lockedAt} }

// tryLock takes the lock on an open file, which the system drops when the process ends.
func tryLock(f *os.File, alone bool) (bool, error) {
	flags := uintptr(lockAtOnce)
	if alone {
		flags |= lockExclusive
	}
	proc := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")
	ok, _, err := proc.Call(f.Fd(), flags, 0, 1, 0, uintptr(unsafe.Pointer(lockRange())))
	switch {
	case ok != 0:
		return true, nil
	case errors.Is(err, errLockViolation), errors.Is(err, syscall.ERROR_IO_PENDING):
		return false, nil
	}
	return false, err
}

func unlock(f *os.File) {
	proc := syscall.NewLazyDLL("kernel32.dll").NewProc("UnlockFileEx")
	proc.Call(f.Fd(), 0, 1, 0, uintptr(unsafe.Pointer(lockRange())))
}
