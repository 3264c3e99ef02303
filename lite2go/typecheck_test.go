package lite2go_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/litestone-go/orm/lite2go"
)

const runtimePath = "github.com/litestone-go/orm/litestone"

// exports gives the compiled form of every package that generated code may import, as the go
// command keeps it in its cache.
var exports = sync.OnceValues(func() (map[string]string, error) {
	args := []string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}"}
	overlay, err := stubOverlay()
	if err != nil {
		return nil, err
	}
	if overlay != "" {
		defer os.Remove(overlay)
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.Command("go", append(args, "encoding/json", "context", "github.com/uptrace/bun", runtimePath)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %v\n%s", err, stderr.Bytes())
	}
	files := map[string]string{}
	for _, line := range strings.Fields(string(out)) {
		if path, file, ok := strings.Cut(line, "="); ok {
			files[path] = file
		}
	}
	return files, nil
})

// stubOverlay writes an overlay that puts the stub runtime in place as long as the real one does
// not have what generated code calls, and gives its name; empty when the real one is there.
func stubOverlay() (string, error) {
	real, err := filepath.Glob("../litestone/*.go")
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for _, f := range real {
		text, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		if os.Getenv("L2G_STUB") == "" && bytes.Contains(text, []byte("func TableOf[")) {
			return "", nil
		}
		abs, err := filepath.Abs(f)
		if err != nil {
			return "", err
		}
		replace[abs] = ""
	}
	to, err := filepath.Abs("../litestone/stub.go")
	if err != nil {
		return "", err
	}
	if replace[to], err = filepath.Abs("testdata/stub/litestone.go"); err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp("", "overlay-*.json")
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.Write(text)
	return f.Name(), err
}

// typeCheck reports every error the Go type checker finds in a generated package.
func typeCheck(files []lite2go.File) []error {
	_, errs := checkTypes(files)
	return errs
}

func checkTypes(files []lite2go.File) (*types.Package, []error) {
	have, err := exports()
	if err != nil {
		return nil, []error{err}
	}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		tree, err := parser.ParseFile(fset, f.Name, f.Content, parser.ParseComments)
		if err != nil {
			return nil, []error{err}
		}
		parsed = append(parsed, tree)
	}
	var errs []error
	config := types.Config{
		Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
			if have[path] == "" {
				return nil, fmt.Errorf("the generated code imports %s, which it may not", path)
			}
			return os.Open(have[path])
		}),
		Error: func(err error) { errs = append(errs, err) },
	}
	pkg, _ := config.Check("models", fset, parsed, nil) // every error went to Error
	return pkg, errs
}

func TestGeneratedTypeChecks(t *testing.T) {
	for _, name := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			for _, err := range typeCheck(generate(t, load(t, name))) {
				t.Error(err)
			}
		})
	}
}
