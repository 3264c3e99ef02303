package syntax_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// valueOf parses an expression as an attribute's one argument.
func valueOf(t *testing.T, text string) (syntax.Expr, diag.List) {
	t.Helper()
	f, list := syntax.ParseString("", "model m { @@a("+text+") }")
	args := f.Decls[0].(*syntax.Model).Attrs[0].Args
	if len(args) != 1 {
		t.Fatalf("%s has %d arguments: %v", text, len(args), list)
	}
	return args[0].Value, list
}

func TestExpressions(t *testing.T) {
	tests := []struct{ text, want string }{
		{"a", "a"},
		{"a.b.c", "a.b.c"},
		{"true", "true"},
		{"null", "null"},
		{"true.x", "true.x"},
		{"-5", "-5"},
		{"1.50", "1.50"},
		{"1e-3", "1e-3"},
		{"30d", "30d"},
		{"1.5gb", "1.5gb"},
		{"2e", "2e"},
		{`'a "b"'`, `"a \"b\""`},
		{`"\u00e9\n\\"`, `"é\n\\"`},
		{"[]", "[]"},
		{"[a, [1, 'x'],]", `[a, [1, "x"]]`},
		{"now()", "now()"},
		{"env('A', \"b\")", `env("A", "b")`},
		{"f(a: 1, b)", "f(a: 1, b)"},
		{"auth().team.id", "auth().team.id"},
		{"a || b && c", "(a || (b && c))"},
		{"a && b || c", "((a && b) || c)"},
		{"a || b || c", "((a || b) || c)"},
		{"a == b && c != d", "((a == b) && (c != d))"},
		{"a < b || c >= d", "((a < b) || (c >= d))"},
		{"!a == b", "((!a) == b)"},
		{"!(a == b)", "(!(a == b))"},
		{"!!a && b", "((!(!a)) && b)"},
		{"(a || b) && c", "((a || b) && c)"},
		{"a<-1", "(a < -1)"},
		{"-1 <= a", "(-1 <= a)"},
		{"a\n==\nb\n&&\nc", "((a == b) && c)"},
		{"auth().id != null", "(auth().id != null)"},
	}
	for _, tt := range tests {
		x, list := valueOf(t, tt.text)
		if len(list) > 0 {
			t.Errorf("%s: %v", tt.text, list)
		}
		if got := syntax.DumpExpr(x); got != tt.want {
			t.Errorf("%s = %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestExpressionSpans(t *testing.T) {
	x, _ := valueOf(t, " (a.b == f( 1 ).c) || !d ")
	or := x.(*syntax.Binary)
	paren := or.X.(*syntax.Paren)
	eq := paren.X.(*syntax.Binary)
	call := eq.Y.(*syntax.Call)
	for _, tt := range []struct {
		x    interface{ ExprSpan() diag.Span }
		want string
	}{
		{or, "(a.b == f( 1 ).c) || !d"},
		{paren, "(a.b == f( 1 ).c)"},
		{eq, "a.b == f( 1 ).c"},
		{eq.X, "a.b"},
		{call, "f( 1 ).c"},
		{call.Args[0].Value, "1"},
		{or.Y, "!d"},
	} {
		if got := tt.x.ExprSpan().Text(); got != tt.want {
			t.Errorf("span of %T is %q, want %q", tt.x, got, tt.want)
		}
	}
}

func TestDeclarationSpans(t *testing.T) {
	text := "/// doc\nmodel users { // head\n  id Integer? @id @default(now( )) // behind\n  @@index( [id] )\n}\nimport './x' ;\nenum E { a b transitions { go : [ a ] -> b } }\nfunction f( a : Text[]? ) : Text {}\ndatabase d { path \"x\" }"
	f, list := syntax.ParseString("", text)
	if list != nil {
		t.Fatal(list)
	}
	m := f.Decls[0].(*syntax.Model)
	e := f.Decls[1].(*syntax.Enum)
	fn := f.Decls[2].(*syntax.Function)
	d := f.Decls[3].(*syntax.Database)
	for _, tt := range []struct {
		span diag.Span
		want string
	}{
		{m.Span, text[8:strings.Index(text, "\nimport")]},
		{m.Body, text[strings.Index(text, "{"):strings.Index(text, "\nimport")]},
		{m.Name.Span, "users"},
		{m.Fields[0].Span, "id Integer? @id @default(now( ))"},
		{m.Fields[0].Type.Span, "Integer?"},
		{m.Fields[0].Type.Name.Span, "Integer"},
		{m.Fields[0].Attrs[1].Span, "@default(now( ))"},
		{m.Fields[0].Attrs[1].Name.Span, "default"},
		{m.Attrs[0].Span, "@@index( [id] )"},
		{m.Attrs[0].Args[0].Span, "[id]"},
		{f.Imports[0].Span, "import './x'"},
		{f.Imports[0].Path.Span, "'./x'"},
		{e.Machine, "transitions { go : [ a ] -> b }"},
		{e.Transitions[0].Span, "go : [ a ] -> b"},
		{e.Transitions[0].To.Span, "b"},
		{fn.Params[0].Span, "a : Text[]?"},
		{fn.Result.Span, "Text"},
		{fn.Body, "{}"},
		{d.Settings[0].Span, `path "x"`},
	} {
		if got := tt.span.Text(); got != tt.want {
			t.Errorf("span %q, want %q", got, tt.want)
		}
	}
	if m.Doc != "doc" || len(f.Comments) != 3 || f.Comments[0].Text != "/// doc" || !f.Comments[0].Doc || f.Comments[1].Doc {
		t.Errorf("doc %q, comments %v", m.Doc, f.Comments)
	}
}

// A file with mistakes in many places reports each, and keeps everything around them.
func TestRecoveryKeepsTheRest(t *testing.T) {
	f, list := syntax.ParseString("s", `modle accounts {
  id Integer @id
  name
  email Text @default("x
  plan Plan @default(free
}
enum Plan { free paid transitions { buy free -> paid } }
model users {
  id Integer @id
  @@allow('read', id = )
  @@index([id]
model last {
  id Integer @id
}`)
	got := []string{}
	for _, d := range list {
		p := d.Span.Pos()
		got = append(got, d.Code+" "+string(rune('0'+p.Line/10))+string(rune('0'+p.Line%10)))
	}
	want := []string{
		"unknown-declaration 01", "missing-type 03", "unterminated-string 04", "unclosed-bracket 05", "bad-transition 07",
		"unclosed-block 08", "bad-operator 10", "missing-value 10", "unclosed-bracket 11",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	tree := `model accounts
  field id Integer
    @id
  field name <missing>
  field email Text
    @default
      "x"
  field plan Plan
    @default
      free
enum Plan
  value free
  value paid
  transitions
    buy: [free] -> paid
model users
  field id Integer
    @id
  @@allow
    "read"
    (id == <bad>)
  @@index
    [id]
model last
  field id Integer
    @id
`
	if diff := cmp.Diff(tree, syntax.Dump(f)); diff != "" {
		t.Error(diff)
	}
}

// Fields without types at the start of lines are found where they are, not where the words run out.
func TestFieldsWithoutTypes(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // lines reported
		fields     string
	}{
		{"the first", "model m {\n a\n b Text\n}", []string{"2"}, "a b"},
		{"one in the middle", "model m {\n a Text\n b\n c Text @id\n}", []string{"3"}, "a b c"},
		{"the last", "model m {\n a Text\n b\n}", []string{"3"}, "a b"},
		{"before an attribute of the block", "model m {\n a\n b Text\n @@index([a])\n}", []string{"2"}, "a b"},
		{"with attributes", "model m {\n a @id\n b Text\n}", []string{"2"}, "a b"},
		// An even number of them reads as fields of odd types: package schema knows those for no types.
		{"two apart", "model m {\n a\n b Text\n c\n d Text\n}", []string{}, "a Text d"},
		{"layout stays free", "model m {\n a\n  Text\n b\n  Text @id\n}", []string{}, "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, list := syntax.ParseString("", tt.text)
			got := []string{}
			for _, d := range list {
				got = append(got, string(rune('0'+d.Span.Pos().Line)))
			}
			var fields []string
			for _, x := range f.Decls[0].(*syntax.Model).Fields {
				fields = append(fields, x.Name.Name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || strings.Join(fields, " ") != tt.fields {
				t.Errorf("%s fields %v\n%v", diff, fields, list)
			}
		})
	}
}

func TestGarbage(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	noise := func(alphabet string, n int) string {
		b := make([]byte, n)
		for i := range b {
			if alphabet == "" {
				b[i] = byte(rng.Uint32())
			} else {
				b[i] = alphabet[rng.IntN(len(alphabet))]
			}
		}
		return string(b)
	}
	const size = 1 << 20
	texts := map[string]string{
		"random bytes":       noise("", 10*size),
		"punctuation":        noise("{}()[]@,;:?.!<>=&|-+*/\"'#\n ", 10*size),
		"zero bytes":         strings.Repeat("\x00", size),
		"invalid UTF-8":      strings.Repeat("\xff\xfe ", size/3),
		"opening brackets":   "model m { a Text @x" + strings.Repeat("([", size/2),
		"opening braces":     strings.Repeat("{", size),
		"closing braces":     strings.Repeat("}", size),
		"nots":               "model m { a Text @x(" + strings.Repeat("!", size),
		"operators":          "model m { a Text @x(a" + strings.Repeat("||a", size/3),
		"calls":              "model m { a Text @x(" + strings.Repeat("f(", size/2),
		"dots":               "model m { a Text @x(a" + strings.Repeat(".a", size/2),
		"attributes":         "model m { a Text " + strings.Repeat("@a ", size/3),
		"open comments":      strings.Repeat("/*", size/2),
		"comments":           strings.Repeat("/// x\n", size/6),
		"shell comments":     strings.Repeat("# x\n", size/4),
		"quotes":             strings.Repeat("'\n", size/2),
		"words":              strings.Repeat("word ", size/5),
		"models":             strings.Repeat("model m { ", size/10),
		"fields":             "model m {" + strings.Repeat("a\n", size/2),
		"one long line":      strings.Repeat("x ", size/2),
		"escapes":            `model m { a Text @x("` + strings.Repeat(`\q`, size/2) + `") }`,
		"imports":            strings.Repeat("import\n", size/7),
		"enum values":        "enum E {" + strings.Repeat("a ", size/2),
		"transitions":        "enum E { transitions {" + strings.Repeat("a -> ", size/5),
		"letters beyond":     strings.Repeat("é ", size/3),
		"digits beyond":      strings.Repeat("٣", size/2),
		"nested enum blocks": "enum E {" + strings.Repeat("transitions {", size/13),
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, list := syntax.ParseString("garbage", text)
			if d := time.Since(start); d > 10*time.Second {
				t.Errorf("took %v", d)
			}
			if len(list) > syntax.MaxErrors+1 {
				t.Errorf("%d diagnostics", len(list))
			}
			if len(list) > syntax.MaxErrors && list[syntax.MaxErrors].Code != syntax.CodeTooManyErrors {
				t.Errorf("the last says %v", list[syntax.MaxErrors])
			}
			for _, d := range list {
				inside(t, text, d.Span)
			}
			if !list.HasErrors() && name != "comments" {
				t.Error("no errors")
			}
			if len(list) > 0 {
				_ = list[:1].Error()
			}
		})
	}
	_, list := syntax.ParseString("garbage", strings.Repeat("}\n", 1000))
	if len(list) != syntax.MaxErrors+1 || list[syntax.MaxErrors].Code != syntax.CodeTooManyErrors {
		t.Errorf("1000 errors are reported as %d", len(list))
	}
}

func TestFilesThatAreNoText(t *testing.T) {
	for text, want := range map[string]string{
		"SQLite format 3\x00\x10\x00": "the file is a SQLite database, not a schema",
		"\xff\xfem\x00o\x00d\x00":     "the text is UTF-16, not UTF-8",
		"\xfe\xff\x00m\x00o":          "the text is UTF-16, not UTF-8",
	} {
		f, list := syntax.ParseString("", text)
		if len(list) != 1 || list[0].Code != syntax.CodeBadEncoding || list[0].Message != want || len(f.Decls) > 0 {
			t.Errorf("%q: %v", text, list)
		}
	}
}

func TestDepth(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		ok         bool
	}{
		{"as deep as allowed", strings.Repeat("(", syntax.MaxDepth-1) + "a" + strings.Repeat(")", syntax.MaxDepth-1), true},
		{"too deep", strings.Repeat("(", syntax.MaxDepth) + "a" + strings.Repeat(")", syntax.MaxDepth), false},
		{"as many operators as allowed", "a" + strings.Repeat(" || a", syntax.MaxOperators), true},
		{"too many operators", "a" + strings.Repeat(" && a", syntax.MaxOperators+1), false},
	} {
		_, list := syntax.ParseString("", "model m { @@a("+tt.text+") @@b(x) next Text }")
		if tt.ok && len(list) > 0 || !tt.ok && (len(list) != 1 || list[0].Code != syntax.CodeTooDeep) {
			t.Errorf("%s: %d errors: %.300v", tt.name, len(list), list)
		}
	}
}
