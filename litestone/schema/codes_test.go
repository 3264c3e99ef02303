package schema_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// TestCodes tries the example under every code: it must be answered with that code, and its
// message and place must be there.
func TestCodes(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, decl := range file.Decls {
		for _, spec := range decl.(*ast.GenDecl).Specs {
			v := spec.(*ast.ValueSpec)
			code, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			t.Run(code, func(t *testing.T) {
				if seen[code] {
					t.Errorf("two codes are %s", code)
				}
				seen[code] = true
				if code != strings.ToLower(code) || strings.ContainsAny(code, " _") {
					t.Errorf("%s is not kebab-case", code)
				}
				var example []string
				for _, line := range strings.Split(v.Doc.Text(), "\n") {
					if strings.HasPrefix(line, "\t") {
						example = append(example, line)
					}
				}
				if example == nil {
					t.Fatal("the code has no example")
				}
				text := strings.Join(example, "\n")
				_, list := try("example", text)
				found := false
				for _, d := range list {
					found = found || d.Code == code
					if d.Message == "" || d.Span.File == nil || d.Span.Start >= d.Span.End {
						t.Errorf("%+v is not complete", d)
					}
					if d.Code != code {
						t.Errorf("the example also gives %s: %s", d.Code, d.Message)
					}
				}
				if !found {
					t.Errorf("not found in %v of\n%s", list, text)
				}
			})
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d codes", len(seen))
	}
}
