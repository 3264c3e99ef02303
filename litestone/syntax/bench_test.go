package syntax_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/syntax"
)

// largeSchema is a schema of so many lines, made of what real ones are made of.
func largeSchema(lines int) string {
	var b strings.Builder
	for i := 0; strings.Count(b.String(), "\n") < lines; i++ {
		fmt.Fprintf(&b, `/// Model %[1]d.
model records%[1]d {
  id        Integer  @id
  owner     users    @relation(fields: [ownerId], references: [id], onDelete: Cascade)
  ownerId   Integer
  email     Text     @unique @email @lower // trailing words
  name      Text?    @trim @length(1, 80, "1 to 80 letters")
  role      Role     @default(member)
  salary    Real?    @allow('read', auth().role == 'admin' || ownerId == auth().id)
  tags      Text[]
  meta      Json?
  createdAt DateTime @default(now())
  deletedAt DateTime?

  @@softDelete
  @@index([ownerId, email])
  @@allow('read', ownerId == auth().id || (auth().role == 'admin' && deletedAt == null))
  @@deny('delete', role == 'root')
}

`, i)
	}
	return b.String()
}

func BenchmarkParse2000Lines(b *testing.B) {
	text := largeSchema(2000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, list := syntax.ParseString("", text); list != nil {
			b.Fatal(list)
		}
	}
}

func BenchmarkFormat2000Lines(b *testing.B) {
	f, list := syntax.ParseString("", largeSchema(2000))
	if list != nil {
		b.Fatal(list)
	}
	b.ReportAllocs()
	for b.Loop() {
		if syntax.Format(f) == "" {
			b.Fatal("nothing written")
		}
	}
}
