//go:build !unix

package conn_test

import osexec "os/exec"

func asNobody(*osexec.Cmd) {}
