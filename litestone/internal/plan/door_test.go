package plan_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// A policy cannot be forgotten: Select and Write hold their bodies unexported, so only this package
// makes statements, and in this package only open brings a model's table into scope, together
// with its guards. This test reads the package's own source and holds that last sentence.
func TestOneDoorToATable(t *testing.T) {
	for _, p := range trespasses(parse(t, ".")) {
		t.Error(p)
	}
}

// The test above sees what it must see.
func TestOneDoorSeesTrespassers(t *testing.T) {
	for _, c := range []struct {
		code string
		bad  bool
	}{
		{`func (b *builder) find(m *schema.Model) { t := &Table{Model: m, Name: m.Table} }`, true},
		{`func (b *builder) find(r *schema.Relation) { t := Table{Name: r.Target.Table} }`, true},
		{`func (b *builder) find(m *schema.Model) { t := &Table{}; t.Name = m.Table }`, true},
		{`func (b *builder) find(m *schema.Model) { t := &Table{}; t.Model = m }`, true},
		{`func (b *builder) find(m *schema.Model) { body := WriteBody{Table: &Table{"x", m.Table}} }`, true},
		{`func (b *builder) find(m *schema.Model) { t, _, err := b.open(m, true, reach{}) }`, true},
		{`func (b *builder) find(m *schema.Model) { t := &Table{Name: cte.Name}; j := &Table{Name: r.Join.Table}; t, guards, err := b.open(m, true, reach{}) }`, false},
		{`func (b *builder) open(m *schema.Model) { t := &Table{Model: m, Name: m.Table} }`, false},
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package plan\n"+c.code, 0)
		if err != nil {
			t.Fatal(err)
		}
		got := trespasses([]*ast.File{file})
		if (len(got) > 0) != c.bad {
			t.Errorf("%s\n gives %v", c.code, got)
		}
	}
}

func parse(t *testing.T, dir string) (files []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%v %v", names, err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// allowed are the functions that may have a model's table, and why.
var allowed = map[string]string{
	"open":   "the door",
	"target": "opens what is written, whose new rows are judged after they are there",
}

func trespasses(files []*ast.File) (found []string) {
	for _, file := range files {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil || allowed[fn.Name.Name] != "" {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				if what := trespass(n); what != "" {
					found = append(found, fmt.Sprintf("%s: %s: only open may bring a model's table into scope", fn.Name.Name, what))
				}
				return true
			})
		}
	}
	return found
}

// trespass says what a node does that only open may do.
func trespass(n ast.Node) string {
	switch n := n.(type) {
	case *ast.CompositeLit:
		if name, ok := n.Type.(*ast.Ident); !ok || name.Name != "Table" || len(n.Elts) == 0 {
			return ""
		}
		sub := false
		for _, e := range n.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				return "a Table without its fields' names"
			}
			sub = sub || kv.Key.(*ast.Ident).Name == "Sub"
		}
		for _, e := range n.Elts {
			kv := e.(*ast.KeyValueExpr)
			switch kv.Key.(*ast.Ident).Name {
			case "Name":
				if ofModel(kv.Value) {
					return "a Table by a model's name"
				}
			case "Model":
				if !sub {
					return "a Table of a model"
				}
			}
		}
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			if s, ok := l.(*ast.SelectorExpr); ok && (s.Sel.Name == "Model" || s.Sel.Name == "Name") && tableLike(s.X) {
				return "a Table changed after it was made"
			}
		}
		if len(n.Rhs) == 1 && len(n.Lhs) == 3 && calls(n.Rhs[0], "open") {
			if blank, ok := n.Lhs[1].(*ast.Ident); ok && blank.Name == "_" {
				return "guards thrown away"
			}
		}
	}
	return ""
}

// ofModel reports whether an expression is the table name of a model, not of a join table or
// full-text index.
func ofModel(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != "Table" {
		return false
	}
	of, ok := s.X.(*ast.SelectorExpr)
	return !ok || of.Sel.Name != "Join" && of.Sel.Name != "join" && of.Sel.Name != "FTS"
}

// tableLike guesses by its name that a variable is a *Table.
func tableLike(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && (id.Name == "t" || id.Name == "to" || id.Name == "table" || id.Name == "next")
}

func calls(e ast.Expr, name string) bool {
	c, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	s, ok := c.Fun.(*ast.SelectorExpr)
	return ok && s.Sel.Name == name
}
