package litestone_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/litestone-go/orm/"

// source is a package as the compiler sees it.
type source struct {
	Fset      *token.FileSet
	Syntax    []*ast.File
	Types     *types.Package
	TypesInfo *types.Info
}

// house is the packages of the library.
func house(t *testing.T) map[string]*source {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export,Dir,GoFiles,Module", "./litestone/...", "./plugins/...")
	cmd.Dir = ".."
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	type listed struct {
		ImportPath, Export, Dir string
		GoFiles                 []string
		Module                  *struct{ Main bool }
	}
	exports, own := map[string]string{}, []listed{}
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		var l listed
		if err := d.Decode(&l); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[l.ImportPath] = l.Export
		if l.Module != nil && l.Module.Main {
			own = append(own, l)
		}
	}
	fset := token.NewFileSet()
	imports := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	out := map[string]*source{}
	for _, l := range own {
		s := &source{Fset: fset, TypesInfo: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}}
		for _, name := range l.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(l.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			s.Syntax = append(s.Syntax, f)
		}
		conf := types.Config{Importer: imports}
		if s.Types, err = conf.Check(l.ImportPath, fset, s.Syntax, s.TypesInfo); err != nil {
			t.Fatal(err)
		}
		out[strings.TrimPrefix(l.ImportPath, module)] = s
	}
	return out
}

// eachIn visits the nodes of a package with the file and the top-level function they stand in.
func eachIn(p *source, visit func(file, fn string, n ast.Node)) {
	for _, f := range p.Syntax {
		file := filepath.Base(p.Fset.Position(f.Pos()).Filename)
		for _, d := range f.Decls {
			name := ""
			if fd, ok := d.(*ast.FuncDecl); ok {
				name = fd.Name.Name
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if n != nil {
					visit(file, name, n)
				}
				return true
			})
		}
	}
}

// typeName is a type's package and name, pointers aside.
func typeName(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil {
		return strings.TrimPrefix(n.Obj().Pkg().Path(), module) + "." + n.Obj().Name()
	}
	return ""
}

// TestNoStatementForgetsItsGuards holds by construction what guards are for: a model's table comes
// into a statement through one function, which gives its guards along, and nothing is rendered but
// what that package made.
func TestNoStatementForgetsItsGuards(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the library's source")
	}
	h := house(t)
	t.Run("one door to a table", func(t *testing.T) { oneDoor(t, h["litestone/internal/plan"]) })
	t.Run("whoever opens takes the guards", func(t *testing.T) { guardsTaken(t, h["litestone/internal/plan"]) })
	t.Run("only plans are rendered", func(t *testing.T) { rendersPlans(t, h["litestone/internal/sqlgen"]) })
	t.Run("only rendered statements run", func(t *testing.T) { runsRendered(t, h) })
	t.Run("statements stand as text in few places", func(t *testing.T) { fewTexts(t, h) })
}

// oneDoor: in the planner, the name of a model's table is read by open alone, and no other function
// makes a Table that stands for a model.
func oneDoor(t *testing.T, plan *source) {
	names := map[string][]string{ // what the planner reads of the schema's tables, and where
		"litestone/schema.Model":     {"guards.go open", "plan.go aliasPrefix", "filters.go CheckFilters"},
		"litestone/schema.FTS":       {"search.go match", "search.go searchOutputs"},
		"litestone/schema.JoinTable": {"lower.go joinTable", "reach.go within", "link.go Link", "link.go Unlink", "recursive.go step", "plan.go aliasPrefix"},
	}
	// MayWrite's stands for values, not for a table; what CheckFilters builds is thrown away.
	models := []string{"guards.go open", "judge.go MayWrite", "filters.go CheckFilters"}
	opened := 0
	eachIn(plan, func(file, fn string, n ast.Node) {
		at := file + " " + fn
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if n.Sel.Name != "Table" {
				return
			}
			of := typeName(plan.TypesInfo.TypeOf(n.X))
			if where, ok := names[of]; ok && !slices.Contains(where, at) {
				t.Errorf("%s: reads the table of a %s; a model's table is opened by open, with its guards", plan.Fset.Position(n.Pos()), of)
			} else if of == "litestone/schema.Model" && fn == "open" {
				opened++
			}
		case *ast.CompositeLit:
			if typeName(plan.TypesInfo.TypeOf(n)) != "litestone/internal/plan.Table" || slices.Contains(models, at) {
				return
			}
			for _, e := range n.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok || kv.Key.(*ast.Ident).Name == "Model" {
					t.Errorf("%s: makes a table of a model outside open", plan.Fset.Position(n.Pos()))
				}
			}
		}
	})
	if opened != 1 {
		t.Errorf("open reads the table's name %d times: this test no longer sees it", opened)
	}
	for _, name := range []string{"Select", "Write"} {
		s := plan.Types.Scope().Lookup(name).Type().Underlying().(*types.Struct)
		if s.NumFields() != 1 || s.Field(0).Exported() {
			t.Errorf("plan.%s can be filled outside the planner", name)
		}
	}
}

// guardsTaken: no caller of open throws the guards away, but target, whose rows are said or judged
// elsewhere; and who opens trusted, without the policies of the model, is known.
func guardsTaken(t *testing.T, plan *source) {
	dropped := []string{"guards.go target"}
	trusted := []string{"guards.go target", "link.go HighestNumber", "lower.go walk", "lower.go relationPresent", "lower.go checkRelation",
		"lower.go checkModel", "where.go raw", "reach.go found", "why.go PlanWhy"}
	calls := 0
	eachIn(plan, func(file, fn string, n ast.Node) {
		at := file + " " + fn
		switch n := n.(type) {
		case *ast.AssignStmt:
			call, ok := n.Rhs[0].(*ast.CallExpr)
			if !ok || !calledAs(plan, call, "open") {
				return
			}
			calls++
			if id, ok := n.Lhs[1].(*ast.Ident); ok && id.Name == "_" && !slices.Contains(dropped, at) {
				t.Errorf("%s: opens a table and drops its guards", plan.Fset.Position(n.Pos()))
			}
		case *ast.CompositeLit:
			if typeName(plan.TypesInfo.TypeOf(n)) != "litestone/internal/plan.reach" || slices.Contains(trusted, at) {
				return
			}
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && slices.Contains([]string{"trusted", "unjudged"}, kv.Key.(*ast.Ident).Name) {
					t.Errorf("%s: opens a table without its policies", plan.Fset.Position(n.Pos()))
				}
			}
		}
	})
	if calls < 8 {
		t.Errorf("%d calls of open: this test no longer sees them", calls)
	}
}

func calledAs(p *source, call *ast.CallExpr, name string) bool {
	s, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	f, ok := p.TypesInfo.Uses[s.Sel].(*types.Func)
	return ok && f.Pkg() == p.Types
}

// rendersPlans: what the renderer exports takes plans and numbers, never text.
func rendersPlans(t *testing.T, gen *source) {
	seen := 0
	judge := func(f *types.Func) {
		if !f.Exported() {
			return
		}
		seen++
		for v := range f.Signature().Params().Variables() {
			if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
				t.Errorf("sqlgen.%s takes text (%s)", f.Name(), v.Name())
			}
		}
	}
	for _, name := range gen.Types.Scope().Names() {
		switch o := gen.Types.Scope().Lookup(name).(type) {
		case *types.Func:
			judge(o)
		case *types.TypeName:
			if n, ok := o.Type().(*types.Named); ok {
				for m := range n.Methods() {
					judge(m)
				}
			}
		}
	}
	if seen < 3 {
		t.Errorf("sqlgen exports %d functions: this test no longer sees them", seen)
	}
}

// runsRendered: the engines of reads and writes run what the renderer made. A statement that comes
// from elsewhere stands in one of the files below, on tables that are no model's.
func runsRendered(t *testing.T, h map[string]*source) {
	// Counters; keys that wait to be judged; values sealed anew with another key, by RotateKey; EXPLAIN
	// before what was rendered.
	own := []string{"sequence.go", "keys.go", "recode.go", "explain.go"}
	seen := 0
	for _, path := range []string{"litestone/internal/read", "litestone/internal/write"} {
		p := h[path]
		eachIn(p, func(file, fn string, n ast.Node) {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || typeName(p.TypesInfo.TypeOf(lit)) != "litestone/internal/conn.Query" || slices.Contains(own, file) {
				return
			}
			for _, e := range lit.Elts {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					t.Errorf("%s: write the names of conn.Query's fields", p.Fset.Position(lit.Pos()))
					continue
				}
				if kv.Key.(*ast.Ident).Name != "SQL" {
					continue
				}
				seen++
				s, ok := kv.Value.(*ast.SelectorExpr)
				if !ok || typeName(p.TypesInfo.TypeOf(s.X)) != "litestone/internal/sqlgen.Stmt" {
					t.Errorf("%s: runs SQL that sqlgen did not render", p.Fset.Position(kv.Pos()))
				}
			}
		})
	}
	if seen < 5 {
		t.Errorf("%d statements: this test no longer sees them", seen)
	}
}

var statement = regexp.MustCompile(`^\s*(WITH\b.*\bSELECT\b|SELECT\s+\S|INSERT\s+(INTO|OR)\b|REPLACE\s+INTO\b|UPDATE\s+\S+\s+SET\b|DELETE\s+FROM\b)`)

// fewTexts: only the files below hold the text of a SELECT or of a change of rows.
func fewTexts(t *testing.T, h map[string]*source) {
	allowed := map[string]string{
		"litestone/internal/sqlgen":                  "renders plans",
		"litestone/internal/conn":                    "transaction control, self-tests, checks",
		"litestone/internal/guard":                   "guards for plain bun",
		"litestone/internal/logdb":                   "tables over log files",
		"litestone/introspect":                       "SQLite's own tables",
		"litestone/migrate":                          "migrations",
		"litestone/ddl":                              "triggers",
		"litestone/internal/write/sequence.go":       "counters",
		"litestone/internal/write/sequence_store.go": "counters",
		"litestone/internal/write/keys.go":           "the TEMP table of keys that wait to be judged",
		"litestone/internal/write/recode.go":         "values sealed anew, by RotateKey",
		"litestone/locks.go":                         "the table of locks",
		"litestone/optimize.go":                      "commands of full-text indexes",
		"litestone/backup.go":                        "commands of full-text indexes",
	}
	for path, p := range h {
		eachIn(p, func(file, fn string, n ast.Node) {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING || allowed[path] != "" || allowed[path+"/"+file] != "" {
				return
			}
			if s, err := strconv.Unquote(lit.Value); err == nil && statement.MatchString(s) && !strings.HasSuffix(path, "_test") {
				t.Errorf("%s: SQL outside the planner: %.60q", p.Fset.Position(lit.Pos()), s)
			}
		})
	}
}
