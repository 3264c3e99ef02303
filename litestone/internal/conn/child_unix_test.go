//go:build unix

package conn_test

import (
	osexec "os/exec"
	"syscall"
)

// asNobody runs a command without root's rights, which no permission stops.
func asNobody(cmd *osexec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}
