package lite2go_test

import (
	"errors"
	"go/constant"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

func fromText(t testing.TB, text string) *schema.Schema {
	t.Helper()
	s, err := schema.FromText("schema.lite", text, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// content gives one generated file.
func content(t testing.TB, files []lite2go.File, name string) string {
	t.Helper()
	for _, f := range files {
		if f.Name == name {
			return string(f.Content)
		}
	}
	t.Fatalf("no file %s was generated", name)
	return ""
}

// fieldLine gives the line of a generated file that declares a struct field, blanks squeezed.
func fieldLine(t testing.TB, text, field string) string {
	t.Helper()
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) > 1 && words[0] == field {
			return strings.Join(words, " ")
		}
	}
	t.Fatalf("no field %s in\n%s", field, text)
	return ""
}

// TestFieldTags holds the rules that the golden packages show only once.
func TestFieldTags(t *testing.T) {
	tests := []struct{ name, field, want string }{
		{"text key with a default", `id Text @id @default(uuid())`, "ID string `bun:\"id,pk,nullzero\" json:\"id\"`"},
		{"text key without", `id Text @id`, "ID string `bun:\"id,pk\" json:\"id\"`"},
		{"zero may be meant", `id Integer @id; n Integer @default(3)`, "N int64 `bun:\"n,notnull\" json:\"n\"`"},
		{"another column", `id Integer @id; n Text @map("the n")`, "N string `bun:\"the n,notnull\" json:\"n\"`"},
		{"quotes in a column", `id Integer @id; n Text @map("a \"b\" c")`, "N string `bun:\"column:\\\"a \\\\\\\"b\\\\\\\" c\\\",notnull\" json:\"n\"`"},
		{"a comma in a column", `id Integer @id; n Text @map("a,b")`, "N string `bun:\"column:\\\"a,b\\\",notnull\" json:\"n\"`"},
		{"a backtick in a column", "id Integer @id; n Text @map(\"a`b\")", `N string "bun:\"a` + "`" + `b,notnull\" json:\"n\""`},
		{"a dot in a column", `id Integer @id; n Text @map("a.b")`, "N string `bun:\"-\" json:\"n\"`"},
		{"fraction on an integer", `id Integer @id; n Integer @gt(4.5) @lte(9)`, "N int64 `bun:\"n,notnull\" json:\"n\" validate:\"lte=9\"`"},
		{"no tag for a prefix or pattern", `id Integer @id; n Text @startsWith("|,") @regex("^a|b,$")`, "N string `bun:\"n,notnull\" json:\"n\"`"},
		{"minimum of a required list", `id Integer @id; n Text[] @minItems(1)`, "N []string `bun:\"n,notnull,nullzero,default:'[]'\" json:\"n\" validate:\"min=1\"`"},
		{"minimum of an optional list", `id Integer @id; n Text[]? @minItems(1)`, "N []string `bun:\"n,nullzero\" json:\"n\" validate:\"omitempty,min=1\"`"},
		{"encrypted", `id Integer @id; n Text? @encrypted @length(1, 3)`, "N *string `bun:\"n\" json:\"n\"`"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := content(t, generate(t, fromText(t, "model things { "+tt.field+" }")), "things.go")
			name, _, _ := strings.Cut(tt.want, " ")
			if got := fieldLine(t, text, name); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestAliases says that an alias is no table's name, no keyword and used once.
func TestAliases(t *testing.T) {
	files := generate(t, fromText(t, `
		model users  { id Integer @id }
		model uploads { id Integer @id }
		model u3     { id Integer @id; @@map("u2") }
		model itemStocks { id Integer @id }
		model APIKeys { id Integer @id }
		model _9 { id Integer @id }`))
	for file, want := range map[string]string{
		"users.go": "alias:u\"", "uploads.go": "alias:u4\"", "u3.go": "alias:u5\"", "item_stocks.go": "alias:is2\"", "apikeys.go": "alias:a\"", "9.go": "alias:t\"",
	} {
		if text := content(t, files, file); !strings.Contains(text, want) {
			t.Errorf("%s lacks %s:\n%s", file, want, text)
		}
	}
}

func TestFileNames(t *testing.T) {
	files := generate(t, fromText(t, `
		model order_test { id Integer @id }
		model userLinux { id Integer @id }
		model windows { id Integer @id }
		model models { id Integer @id }
		model a_b { id Integer @id }
		model aB { id Integer @id; @@map("other") }`))
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	want := []string{"a_b.go", "a_b_model.go", "models.go", "models_model.go", "order_test_model.go", "user_linux_model.go", "windows.go"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

// TestSourcesRoundTrip says that the embedded schema is the schema, byte for byte, whatever
// stands in its comments, and that comments never break the generated file.
func TestSourcesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		odd := rapid.SampledFrom([]string{"`", "\r", "\x00", "\uFEFF", "\xff", "*/", "//", "\\", "\"", "\u2028", "ä", "#", "\t", "+build x", "go:embed x", "{{.}}"})
		word := strings.Join(rapid.SliceOfN(odd, 0, 6).Draw(t, "odd"), rapid.SampledFrom([]string{"", " "}).Draw(t, "sep"))
		text := "// " + word + "\n/// " + word + "\nmodel things { // " + word + "\n  id Integer @id /// " + word + "\n}\n"
		s, err := schema.FromText("schema.lite", text, schema.Options{})
		if err != nil {
			return // not every byte may stand in a schema
		}
		files, err := lite2go.Generate(s, lite2go.Options{})
		if err != nil {
			t.Fatalf("%v\n%q", err, text)
		}
		pkg, errs := checkTypes(files)
		if len(errs) > 0 {
			t.Fatalf("%v\n%q", errs, text)
		}
		c, ok := pkg.Scope().Lookup("source0").(interface{ Val() constant.Value })
		if !ok || constant.StringVal(c.Val()) != text {
			t.Fatalf("the embedded schema is not %q", text)
		}
	})
}

func TestOptions(t *testing.T) {
	s := fromText(t, "model users { id Integer @id }")
	for _, name := range []string{"type", "_", "a-b", "1a", "a b"} {
		_, err := lite2go.Generate(s, lite2go.Options{Package: name})
		var e *liteerr.Error
		if !errors.As(err, &e) || e.Code != liteerr.Config {
			t.Errorf("package %q: got %v, want a config error", name, err)
		}
	}
	files, err := lite2go.Generate(s, lite2go.Options{Package: "store", Pluralize: true})
	if err != nil {
		t.Fatal(err)
	}
	text := content(t, files, "models.go")
	if !strings.Contains(text, "\npackage store\n") || !strings.Contains(text, "\tPluralize: true,\n") {
		t.Errorf("options are missing:\n%s", text)
	}
}

// TestUnusableNames says that a name Go cannot take is an error that names it, never a file that
// does not compile.
func TestUnusableNames(t *testing.T) {
	s := fromText(t, "model users { id Integer @id; email Text }")
	s.Models[0].Fields[1].GoName = "e-mail"
	s.Models[0].GoPlural = "users"
	_, err := lite2go.Generate(s, lite2go.Options{})
	want := `litestone: no Go name for model users ("users"); model users: field email ("e-mail") (rename it and keep its table or column with @@map or @map)`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	files := generate(t, fromText(t, "model users { id Integer @id }"))
	for i, want := range [][]lite2go.Change{
		{{Name: "models.go", Kind: lite2go.Missing}, {Name: "users.go", Kind: lite2go.Missing}},
		nil,
	} {
		got, err := lite2go.Write(dir, files)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("run %d: %s", i, diff)
		}
	}

	// A file that is right is not written again.
	users := filepath.Join(dir, "users.go")
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(users, old, old); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "models.go"), []byte("// Code generated by lite2go. DO NOT EDIT.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := lite2go.Write(dir, files); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(users); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("users.go was touched (%v)", err)
	}

	// A foreign file in the way stops everything before anything is written.
	if err := os.WriteFile(users, []byte("package b\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "models.go")); err != nil {
		t.Fatal(err)
	}
	if _, err := lite2go.Write(dir, files); err == nil || !strings.Contains(err.Error(), "users.go was not generated by lite2go") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "models.go")); !errors.Is(err, os.ErrNotExist) {
		t.Error("models.go was written all the same")
	}
}
