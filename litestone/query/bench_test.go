package query_test

import (
	"testing"

	"github.com/litestone-go/orm/litestone/query"
)

func BenchmarkFindTyped(b *testing.B) {
	sc := scope(b, "users")
	id := query.IntCol("users", "id", 0)
	b.ReportAllocs()
	for b.Loop() {
		var f query.Finding = query.Find{Where: id.Eq(7)}
		var a query.FindArgs
		if err := f.Finding(sc, &a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFindJSON(b *testing.B) {
	sc := scope(b, "users")
	b.ReportAllocs()
	for b.Loop() {
		var a query.FindArgs
		if err := query.JSON(`{"where":{"id":7}}`).Finding(sc, &a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFindMap(b *testing.B) {
	sc := scope(b, "users")
	b.ReportAllocs()
	for b.Loop() {
		var a query.FindArgs
		if err := (query.Map{"where": query.Map{"id": 7}}).Finding(sc, &a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCreateMap(b *testing.B) {
	sc := scope(b, "users")
	b.ReportAllocs()
	for b.Loop() {
		var a query.CreateArgs
		if err := (query.Map{"data": query.Map{"name": "Ana", "score": 1.5, "active": true, "role": "admin"}}).Creating(sc, &a); err != nil {
			b.Fatal(err)
		}
	}
}
