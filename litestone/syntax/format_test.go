package syntax_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/syntax"
)

func TestTypeSpelling(t *testing.T) {
	const mixed = "model m {\n  a Integer\n  b Float?\n  c String[]\n  d Blob\n  e Boolean\n  f Other\n}\n\ntype t {\n  a Int\n}\n\nfunction f(a: Text): Real {\n  @@expr(\"Integer\")\n}\n"
	tests := []struct {
		style syntax.Style
		want  string
	}{
		{syntax.Style{}, mixed},
		{syntax.Style{Types: syntax.LongNames}, "model m {\n  a Integer\n  b Real?\n  c Text[]\n  d Blob\n  e Boolean\n  f Other\n}\n\ntype t {\n  a Integer\n}\n\nfunction f(a: Text): Real {\n  @@expr(\"Integer\")\n}\n"},
		{syntax.Style{Types: syntax.ShortNames}, "model m {\n  a Int\n  b Float?\n  c String[]\n  d Bytes\n  e Boolean\n  f Other\n}\n\ntype t {\n  a Int\n}\n\nfunction f(a: String): Float {\n  @@expr(\"Integer\")\n}\n"},
	}
	f, list := syntax.ParseString("", mixed)
	if list != nil {
		t.Fatal(list)
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, tt.style.Format(f)); diff != "" {
			t.Errorf("style %v: %s", tt.style, diff)
		}
	}
}

// A file that declares a name of a scalar type means its own.
func TestTypeSpellingLeavesDeclaredNames(t *testing.T) {
	const text = "enum Float { big small }\n\nmodel m {\n  a Float\n  b Real\n  c Integer\n}\n"
	f, list := syntax.ParseString("", text)
	if list != nil {
		t.Fatal(list)
	}
	want := "enum Float { big small }\n\nmodel m {\n  a Float\n  b Real\n  c Int\n}\n"
	if diff := cmp.Diff(want, syntax.Style{Types: syntax.ShortNames}.Format(f)); diff != "" {
		t.Error(diff)
	}
}

// A tree made by a program has no places and no parentheses; what is written means the same.
func TestFormatMadeTree(t *testing.T) {
	name := func(s string) *syntax.Name { return &syntax.Name{Parts: []syntax.Ident{{Name: s}}} }
	op := func(x syntax.Expr, op string, y syntax.Expr) syntax.Expr {
		return &syntax.Binary{Op: op, X: x, Y: y}
	}
	text := syntax.TypeRef{Name: syntax.Ident{Name: "Text"}, List: true, Optional: true}
	f := &syntax.File{
		Imports: []*syntax.Import{{Path: syntax.String{Value: `a "b"`}}, {Path: syntax.String{Value: "c"}}},
		Decls: []syntax.Decl{
			&syntax.Enum{
				Name:   syntax.Ident{Name: "E"},
				Values: []*syntax.EnumValue{{Name: syntax.Ident{Name: "a"}}, {Name: syntax.Ident{Name: "b"}}}, HasMachine: true,
				Transitions: []*syntax.Transition{{Name: syntax.Ident{Name: "go"}, From: []syntax.Ident{{Name: "a"}, {Name: "b"}}, To: syntax.Ident{Name: "b"}}},
			},
			&syntax.Model{
				Name:   syntax.Ident{Name: "m"},
				Fields: []*syntax.Field{{Name: syntax.Ident{Name: "x"}, Type: text, Attrs: []*syntax.Attr{{Name: syntax.Ident{Name: "default"}, Args: []*syntax.Arg{{Value: &syntax.Str{Value: "q\x01"}}}}}}},
				Attrs: []*syntax.Attr{{Block: true, Name: syntax.Ident{Name: "allow"}, Args: []*syntax.Arg{
					{Name: syntax.Ident{Name: "n"}, Value: &syntax.List{Items: []syntax.Expr{&syntax.Num{Text: "1"}, &syntax.Unit{Num: "2", Unit: "d"}, &syntax.Null{}, &syntax.Bool{Value: true}}}},
					{Value: op(op(name("a"), "||", name("b")), "&&", op(name("c"), "||", op(name("d"), "||", name("e"))))},
					{Value: &syntax.Unary{Op: "!", X: op(op(name("a"), "==", name("b")), "!=", &syntax.Unary{Op: "!", X: name("c")})}},
					{Value: &syntax.Call{Func: syntax.Ident{Name: "auth"}, Path: []syntax.Ident{{Name: "id"}}}},
				}}},
			},
			&syntax.Database{Name: syntax.Ident{Name: "d"}, Settings: []*syntax.Setting{{Name: syntax.Ident{Name: "driver"}, Value: name("jsonl")}}},
			&syntax.Function{Name: syntax.Ident{Name: "f"}, Params: []*syntax.Param{{Name: syntax.Ident{Name: "p"}, Type: text}}, Result: text},
		},
	}
	want := `import "a \"b\""
import "c"

enum E {
  a
  b

  transitions {
    go: [a, b] -> b
  }
}

model m {
  x Text[]? @default("q\u0001")

  @@allow(n: [1, 2d, null, true], (a || b) && (c || (d || e)), !((a == b) != !c), auth().id)
}

database d {
  driver jsonl
}

function f(p: Text[]?): Text[]? {}
`
	got := syntax.Format(f)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	back, list := syntax.ParseString("", got)
	if list != nil {
		t.Fatal(list)
	}
	if diff := cmp.Diff(syntax.Dump(f), syntax.Dump(back)); diff != "" {
		t.Error(diff)
	}
}
