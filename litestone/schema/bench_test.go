package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/litestone/syntax"
)

// big makes a schema of about n lines with every usual feature.
func big(n int) string {
	var b strings.Builder
	b.WriteString("enum Role { admin member viewer }\nmodel teams { id Integer @id  name Text }\n")
	for i := 0; strings.Count(b.String(), "\n") < n; i++ {
		fmt.Fprintf(&b, `
/// Things of kind %[1]d.
model thing%[1]dItems {
  id        Integer @id
  team      teams @relation(fields: [teamId], references: [id], onDelete: Cascade)
  teamId    Integer
  parent    thing%[1]dItems? @relation("tree", fields: [parentId], references: [id])
  parentId  Integer?
  children  thing%[1]dItems[] @relation("tree")
  email     Text @unique @email @lower
  name      Text? @trim @length(1, 80)
  role      Role @default(member)
  score     Real @default(0.5) @gte(0) @lte(100)
  tags      Text[]
  createdAt DateTime @default(now())
  updatedAt DateTime @updatedAt
  deletedAt DateTime?
  @@softDelete
  @@index([teamId, email])
  @@unique([teamId, name])
  @@allow('read', teamId == auth().teamId || role == 'admin')
  @@allow('write', auth().role == 'admin' && check(team))
  @@deny('delete', createdAt < now() && team.name != null)
}
`, i)
	}
	return b.String()
}

func BenchmarkCheck2000Lines(b *testing.B) {
	text := big(2000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schema.FromText("big", text, schema.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckOnly leaves parsing out.
func BenchmarkCheckOnly(b *testing.B) {
	file, list := syntax.Parse(&diag.File{Name: "big", Text: big(2000)})
	if list.HasErrors() {
		b.Fatal(list)
	}
	for b.Loop() {
		if s, _ := schema.Check([]*syntax.File{file}, schema.Options{}); s == nil {
			b.Fatal("no schema")
		}
	}
}

func BenchmarkStoredDateTime(b *testing.B) {
	for _, s := range []string{"2026-01-31T10:00:00.000Z", "2026-01-31", "2026-01-31T10:00:00+02:00"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				if _, ok := schema.StoredDateTime(s); !ok {
					b.Fatal(s)
				}
			}
		})
	}
}

func BenchmarkValidators(b *testing.B) {
	for _, v := range []schema.Validator{{Kind: schema.Email}, {Kind: schema.URL}, {Kind: schema.Phone}, {Kind: schema.Length, Min: 1, Max: 80}} {
		value := map[schema.ValidatorKind]string{schema.Email: "first.last@sub.example.org", schema.URL: "https://example.org/a?b=c",
			schema.Phone: "+1 (555) 123-4567", schema.Length: "a name of usual length"}[v.Kind]
		b.Run(v.Rule(), func(b *testing.B) {
			for b.Loop() {
				if v.Check(value) != "" {
					b.Fatal(value)
				}
			}
		})
	}
}
