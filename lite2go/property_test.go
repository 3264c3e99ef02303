package lite2go_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone/schema"
)

// Names that meet Go's keywords, predeclared names, the generated code's own names and each other.
var drawName = rapid.SampledFrom([]string{
	"a", "id2", "user", "users", "Users", "client", "open", "row", "Row", "type", "func", "string", "error", "nil", "len",
	"baseModel", "marshalJSON", "as", "asSystem", "transaction", "model", "field", "index", "path", "at", "c", "ctx", "cfg",
	"json", "litestone", "bun", "context", "news", "series", "data", "userCreate", "userColumns", "order_test", "user_linux",
	"definition", "bind", "source0", "joinModels", "apiURL", "api_url", "apiUrl", "others", "jSONColumn", "Values", "valid", "x1", "_x",
})

var drawType = rapid.SampledFrom([]string{
	"Text", "Text?", "Text[]", "Integer", "Integer?", "Integer[]?", "Real", "Real?", "Boolean", "Boolean?", "DateTime", "DateTime?", "DateTime[]",
	"Json", "Json?", "Blob", "Blob?", "File?", "File[]", "Text @unique", "Text @default(\"a`b\")", "Text @email @length(1, 5)", "Text? @regex(\"^`|,$\")",
	"Text @startsWith(\"|,\")", "Integer @gt(4.5)", "Real @gte(0.5)", "DateTime @default(now())", "DateTime @updatedAt", "Text? @encrypted",
	"Text @map(\"odd `name\\\" x\")", "Text @map(\"a.b\")", "Text @map(\"*\")", "Text @computed", "Boolean @default(true)", "Text[] @minItems(1) @maxItems(3)",
})

// drawSchema writes a schema that mostly holds. Names meet in Go, and some in the schema too.
func drawSchema(t *rapid.T) string {
	var b strings.Builder
	names := rapid.SliceOfNDistinct(drawName, 7, 7, rapid.ID[string]).Draw(t, "names")
	enums := names[:rapid.IntRange(0, 2).Draw(t, "enums")]
	types := names[2 : 2+rapid.IntRange(0, 2).Draw(t, "types")]
	models := names[4 : 5+rapid.IntRange(0, 2).Draw(t, "models")]
	some := func(n int) bool { return rapid.IntRange(1, n).Draw(t, "some") == n }

	for _, e := range enums {
		values := rapid.SliceOfNDistinct(drawName, 1, 3, rapid.ID[string]).Draw(t, "values")
		fmt.Fprintf(&b, "enum %s { %s", e, strings.Join(values, " "))
		if len(values) > 1 {
			fmt.Fprintf(&b, " transitions { go: %s -> %s }", values[0], values[1])
		}
		b.WriteString(" }\n")
	}
	for i, k := range types {
		fmt.Fprintf(&b, "type %s {\n", k)
		for _, f := range rapid.SliceOfNDistinct(drawName, 1, 4, rapid.ID[string]).Draw(t, "keys") {
			kind := rapid.SampledFrom([]string{"Text", "Integer?", "Real", "Boolean @default(true)", "DateTime?", "Json?", "Text[]", "Text @email"}).Draw(t, "kind")
			switch {
			case len(enums) > 0 && some(3):
				kind = enums[0] + "?"
			case i > 0 && some(3):
				kind = "Json? @type(" + types[0] + ")"
			}
			fmt.Fprintf(&b, "  %s %s\n", f, kind)
		}
		b.WriteString("}\n")
	}
	linked := len(models) > 1 && some(2)
	for i, m := range models {
		key := rapid.SampledFrom([]string{"Integer", "Text"}).Draw(t, "key")
		fmt.Fprintf(&b, "/// A `doc` of */ \"%s\".\nmodel %s {\n  id %s @id\n", m, m, key)
		for _, f := range rapid.SliceOfNDistinct(drawName, 0, 6, rapid.ID[string]).Draw(t, "fields") {
			kind := drawType.Draw(t, "kind")
			switch {
			case len(enums) > 0 && some(5):
				kind = rapid.SampledFrom(enums).Draw(t, "enum") + rapid.SampledFrom([]string{"", "?", "[]"}).Draw(t, "how")
			case len(types) > 0 && some(5):
				kind = "Json" + rapid.SampledFrom([]string{"", "?"}).Draw(t, "how") +
					" @type(" + rapid.SampledFrom(types).Draw(t, "type") + rapid.SampledFrom([]string{"", ", strict: false"}).Draw(t, "strict") + ")"
			}
			fmt.Fprintf(&b, "  %s %s\n", f, kind)
		}
		if linked && i < 2 {
			fmt.Fprintf(&b, "  linkedRows %s[]\n", models[1-i])
		}
		if some(3) {
			fmt.Fprintf(&b, "  parentRef %s? @relation(\"tree\", fields: [parentKey], references: [id])\n  parentKey %s?\n  kidRefs %s[] @relation(\"tree\")\n", m, key, m)
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// TestWhatChecksCompiles says that every schema without errors gives a package the Go type
// checker accepts.
func TestWhatChecksCompiles(t *testing.T) {
	checked, withFiles := 0, servesFiles(t)
	rapid.Check(t, func(t *rapid.T) {
		text := drawSchema(t)
		s, err := schema.FromText("schema.lite", text, schema.Options{})
		if err != nil || hasFile(s) && !withFiles {
			return
		}
		checked++
		files, err := lite2go.Generate(s, lite2go.Options{})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for _, err := range typeCheck(files) {
			t.Errorf("%v\n%s", err, text)
		}
	})
	if checked < 10 {
		t.Errorf("only %d of the drawn schemas hold: the generator draws too wildly", checked)
	}
}

// BenchmarkGenerate makes the package of 100 models with 15 fields each.
func BenchmarkGenerate(b *testing.B) {
	var text strings.Builder
	for i := range 100 {
		fmt.Fprintf(&text, "/// Model number %d.\nmodel things%d {\n  id Integer @id\n", i, i)
		for j := range 14 {
			fmt.Fprintf(&text, "  field%d %s\n", j, []string{"Text @length(1, 40) @trim", "Integer?", "Real @gte(0)", "DateTime @default(now())", "Text[]", "Json?", "Boolean @default(true)"}[j%7])
		}
		text.WriteString("}\n")
	}
	s, err := schema.FromText("schema.lite", text.String(), schema.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lite2go.Generate(s, lite2go.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
