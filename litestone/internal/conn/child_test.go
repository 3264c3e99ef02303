package conn_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// child runs a function of runChild in a process of its own, as nobody when asked.
func child(t *testing.T, what, arg string, nobody bool) string {
	t.Helper()
	self, err := os.Executable()
	ok(t, err)
	cmd := osexec.Command(self)
	if nobody {
		// The test binary's folder is private to us.
		data, err := os.ReadFile(self)
		ok(t, err)
		dir, err := os.MkdirTemp("", "conn-child-")
		ok(t, err)
		t.Cleanup(func() { os.RemoveAll(dir) })
		ok(t, os.Chmod(dir, 0o755))
		ok(t, os.WriteFile(filepath.Join(dir, "child.test"), data, 0o755))
		cmd = osexec.Command(filepath.Join(dir, "child.test"))
		asNobody(cmd)
		for d := arg; len(d) > len(os.TempDir()); d = filepath.Dir(d) { // let it reach the folder
			ok(t, os.Chmod(d, 0o555))
		}
	}
	cmd.Env = append(os.Environ(), "CONN_TEST_CHILD="+what, "CONN_TEST_ARG="+arg)
	cmd.Dir = "/"
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("child %s: %v\n%s", what, err, out)
	}
	return string(out)
}

// holdInChild has another process hold the write lock until release is called.
func holdInChild(t *testing.T, path string) (release func()) {
	t.Helper()
	self, err := os.Executable()
	ok(t, err)
	cmd := osexec.Command(self)
	cmd.Env = append(os.Environ(), "CONN_TEST_CHILD=hold", "CONN_TEST_ARG="+path)
	in, err := cmd.StdinPipe()
	ok(t, err)
	out, err := cmd.StdoutPipe()
	ok(t, err)
	ok(t, cmd.Start())
	var once sync.Once
	release = func() {
		once.Do(func() {
			in.Close()
			cmd.Wait()
		})
	}
	t.Cleanup(release)
	said := make([]byte, 5)
	_, err = io.ReadFull(out, said)
	ok(t, err)
	want(t, "child", string(said), "held\n")
	return release
}

func runChild(what string) {
	arg := os.Getenv("CONN_TEST_ARG")
	code := func(err error) string {
		var e *liteerr.Error
		if errors.As(err, &e) {
			return string(e.Code)
		}
		return fmt.Sprint(err)
	}
	switch what {
	case "unwritable":
		_, err := conn.Open(ctx, conn.Options{Path: filepath.Join(arg, "new.db")})
		_, err2 := conn.Open(ctx, conn.Options{Path: filepath.Join(arg, "made.db")})
		fmt.Print(code(err), " ", code(err2), " ")
		db, err := conn.Open(ctx, conn.Options{Path: filepath.Join(arg, "made.db"), ReadOnly: true})
		if err != nil {
			fmt.Println(err)
			return
		}
		defer db.Close()
		err = db.Read(ctx, func(c *conn.Conn) error {
			v, err := one(c, "SELECT id FROM t")
			fmt.Println("ok", v)
			return err
		})
		if err != nil {
			fmt.Println(err)
		}
	case "increment":
		db, err := conn.Open(ctx, conn.Options{Path: arg})
		if err == nil {
			err = errors.Join(increment(db), db.Close())
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("done")
	case "memory": // leaves a memory database behind, as a crash does
		db, err := conn.Open(ctx, conn.Options{Path: conn.Memory})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(db.Path())
	case "hold": // holds the write lock until told to go on
		db, err := conn.Open(ctx, conn.Options{Path: arg})
		if err != nil {
			fmt.Println(err)
			return
		}
		defer db.Close()
		db.Tx(ctx, func(*conn.Tx) error {
			fmt.Println("held")
			var b [1]byte
			os.Stdin.Read(b[:])
			return nil
		})
	}
}
