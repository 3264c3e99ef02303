package lite2go_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone/schema"
)

// BenchmarkBuild compiles the package of 100 models with 15 fields each, what it imports being
// compiled already: what a change of the schema costs a programmer.
func BenchmarkBuild(b *testing.B) {
	dir, err := os.MkdirTemp("testdata", "build")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	for i := range b.N {
		b.StopTimer()
		s, err := schema.FromText("schema.lite", manyModels(100, 15, i), schema.Options{})
		if err != nil {
			b.Fatal(err)
		}
		files, err := lite2go.Generate(s, lite2go.Options{Package: "models"})
		if err == nil {
			_, err = lite2go.Write(dir, files)
		}
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if out, err := exec.Command("go", "build", "./"+filepath.ToSlash(dir)).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
}

// manyModels is a schema whose text differs by salt, so that no build is answered from a cache.
func manyModels(models, fields, salt int) string {
	var t strings.Builder
	for m := range models {
		fmt.Fprintf(&t, "/// Salt %d.\nmodel Thing%d {\n  id Integer @id\n", salt, m)
		for f := range fields - 1 {
			fmt.Fprintf(&t, "  field%d %s\n", f, [...]string{"Text", "Integer?", "Real @default(0)", "Boolean", "DateTime?", "Json?"}[f%6])
		}
		t.WriteString("}\n")
	}
	return t.String()
}
