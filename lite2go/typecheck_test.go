package lite2go_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone/schema"
)

const runtimePath = "github.com/litestone-go/orm/litestone"

// exports gives the compiled form of every package that generated code may import, as the go
// command keeps it in its cache.
var exports = sync.OnceValues(func() (map[string]string, error) {
	args := []string{"list", "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}"}
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

// runtime is the importer of what generated code may use. It keeps what it has read.
var runtime = sync.OnceValues(func() (types.Importer, error) {
	have, err := exports()
	if err != nil {
		return nil, err
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if have[path] == "" {
			return nil, fmt.Errorf("the generated code imports %s, which it may not", path)
		}
		return os.Open(have[path])
	}), nil
})

// servesFiles reports whether the runtime has the type of File fields.
func servesFiles(t testing.TB) bool {
	t.Helper()
	im, err := runtime()
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := im.Import(runtimePath)
	if err != nil {
		t.Fatal(err)
	}
	return pkg.Scope().Lookup("FileRef") != nil
}

// hasFile reports whether a schema has a File field.
func hasFile(s *schema.Schema) bool {
	for _, m := range s.Models {
		for _, f := range m.Fields {
			if f.Type == schema.File {
				return true
			}
		}
	}
	return false
}

// typeCheck reports every error the Go type checker finds in a generated package.
func typeCheck(files []lite2go.File) []error {
	_, errs := checkTypes(files)
	return errs
}

func checkTypes(files []lite2go.File) (*types.Package, []error) {
	im, err := runtime()
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
	config := types.Config{Importer: im, Error: func(err error) { errs = append(errs, err) }}
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
