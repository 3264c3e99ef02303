package litestone_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestBuildersAreAtTheFrontDoor holds that what builds typed arguments in package query can be
// called from package litestone.
func TestBuildersAreAtTheFrontDoor(t *testing.T) {
	elsewhere := map[string]string{
		"CountOfValues": "CountOf", "NullOpt": "Null",
		"DefaultMark": "MarkIn without columns", "Parse": "Time's own parsing", "TimeAs": "Time{}",
	}
	here := exported(t, "*.go")
	for name, f := range exported(t, "query/*.go") {
		if here[name] != nil || elsewhere[name] != "" || !builds(f) {
			continue
		}
		t.Errorf("query.%s has no litestone.%s", name, name)
	}
}

// exported gives the exported functions of a package's files.
func exported(t *testing.T, pattern string) map[string]*ast.FuncDecl {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal(pattern, err)
	}
	out := map[string]*ast.FuncDecl{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.IsExported() {
				out[fn.Name.Name] = fn
			}
		}
	}
	return out
}

// builds reports whether a function makes arguments: it answers one value, of a type that stands
// in them, and is not what generated code makes columns with.
func builds(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Results.List) != 1 {
		return false
	}
	var answer string
	switch r := f.Type.Results.List[0].Type.(type) {
	case *ast.Ident:
		answer = r.Name
	case *ast.StarExpr:
		answer = r.X.(*ast.Ident).Name
	case *ast.IndexExpr:
		answer = r.X.(*ast.Ident).Name
	}
	switch answer {
	case "Cond", "Order", "OrderList", "SortKey", "Selection", "FieldList", "Including", "IncludeList", "CountsOf", "CountOf", "AggExpr", "Having",
		"WinStart", "WinExpr", "WindowList", "Bound", "Mark", "Nest", "Opt", "Fragment", "Time":
		return true
	}
	return false
}
