package litestone_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/schema"
)

// manyModels is a schema of n models in pairs of parent and child, with what models usually have.
func manyModels(n int) string {
	var b strings.Builder
	b.WriteString("enum Role { admin member viewer }\ntype Place { town Text @trim  zip Text? }\n")
	for i := range n {
		parent := fmt.Sprintf("  items     item%d[]\n", i+1)
		if i%2 == 1 {
			parent = fmt.Sprintf("  parent    item%d @relation(fields: [parentId], references: [id], onDelete: Cascade)\n  parentId  Integer\n", i-1)
		}
		fmt.Fprintf(&b, `
/// Number %[1]d.
model item%[1]d {
  id        Integer  @id
%[2]s  email     Text     @unique @email @lower
  name      Text?    @trim @length(1, 80)
  role      Role     @default(member)
  score     Real     @default(0.5) @gte(0) @lte(100)
  active    Boolean  @default(true)
  home      Json?    @type(Place)
  tags      Text[]
  createdAt DateTime @default(now())
  updatedAt DateTime @updatedAt
  deletedAt DateTime?

  @@softDelete
  @@index([role, score])
  @@fts([name])
  @@allow('read', active || id == auth().id)
  @@allow('write', auth().role == 'admin')
}
`, i, parent)
	}
	return b.String()
}

// BenchmarkOpen opens a database that exists and has the schema's shape: what a program pays when
// it starts. Parsed leaves the schema's text out of it.
func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{1, 50} {
		text := manyModels(n + n%2)
		parsed, err := schema.FromText("schema", text, schema.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, bench := range []struct {
			name string
			cfg  litestone.Config
		}{
			{"text", litestone.Config{SchemaText: text}},
			{"parsed", litestone.Config{Parsed: parsed}},
		} {
			b.Run(fmt.Sprintf("%d models/%s", n, bench.name), func(b *testing.B) {
				cfg := bench.cfg
				cfg.DB = filepath.Join(b.TempDir(), "app.db")
				open := func() {
					db, err := litestone.Open(b.Context(), cfg)
					if err != nil {
						b.Fatal(err)
					}
					if err := db.Close(); err != nil {
						b.Fatal(err)
					}
				}
				open() // makes the tables
				b.ReportAllocs()
				for b.Loop() {
					open()
				}
			})
		}
	}
}

// BenchmarkNewDatabase makes the tables of 50 models in a new private database.
func BenchmarkNewDatabase(b *testing.B) {
	parsed, err := schema.FromText("schema", manyModels(50), schema.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		db, err := litestone.Open(b.Context(), litestone.Config{Parsed: parsed, DB: ":memory:"})
		if err != nil {
			b.Fatal(err)
		}
		db.Close()
	}
}
