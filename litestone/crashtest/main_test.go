package crashtest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// children are what the test binary does when it runs as a child process, by name; the argument
// is the child's folder.
var children = map[string]func(dir string) error{
	"writer":    writerChild,
	"contender": contenderChild,
	"limited":   limitedChild,
}

func TestMain(m *testing.M) {
	if name := os.Getenv("LITESTONE_TEST_CHILD"); name != "" {
		if err := children[name](os.Getenv("LITESTONE_TEST_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child starts the test binary as a child process. What it prints goes to the lines.
func child(t *testing.T, name, dir string, env ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "LITESTONE_TEST_CHILD="+name, "LITESTONE_TEST_DIR="+dir), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	return cmd, bufio.NewScanner(out)
}

// soak is how many times longer than in CI the tests run.
func soak() int {
	if n, err := strconv.Atoi(os.Getenv("LITESTONE_SOAK")); err == nil && n > 0 {
		return n
	}
	return 1
}

// drain reads lines to the end. A line cut off by the kill is no line.
func drain(r io.Reader, each func(line string)) error {
	b := bufio.NewReader(r)
	for {
		line, err := b.ReadString('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		each(line[:len(line)-1])
	}
}

// number gives an integer field of a row.
func number(r *litestone.Record, name string) int64 {
	v, _ := r.Get(name)
	n, _ := v.(int64)
	return n
}
