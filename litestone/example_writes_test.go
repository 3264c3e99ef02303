package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/litestone-go/orm/litestone"
)

// Rows of any number come from an iterator, in one transaction.
func ExampleDynamicTable_UpsertManySeq() {
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{DB: ":memory:", SchemaText: `
model prices {
  id   Integer @id
  sku  Text @unique
  cost Integer @gte(0)
}`})
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	feed := func(yield func(any) bool) {
		for i := range 2500 {
			if !yield(map[string]any{"sku": fmt.Sprintf("s%d", i), "cost": i}) {
				return
			}
		}
	}
	for range 2 { // the second time all are there
		n, err := db.Table("prices").UpsertManySeq(ctx, feed, litestone.Map{"conflictTarget": "sku"},
			litestone.BulkOptions{Progress: func(n int64) { fmt.Print(n, " ") }})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("written:", n)
	}
	// Output:
	// 1000 2000 2500 written: 2500
	// 1000 2000 2500 written: 2500
}

// An error says which of many rows it is about.
func ExampleError_Row() {
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{DB: ":memory:", SchemaText: `
model shelves { id Integer @id; books books[] }
model books {
  id      Integer @id
  title   Text @length(1, 20)
  shelf   shelves? @relation(fields: [shelfId], references: [id])
  shelfId Integer?
}`})
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	_, err = db.Table("books").CreateMany(ctx, litestone.JSON(`{"data": [{"title": "Emma"}, {"title": ""}, {"title": "Ulysses"}]}`))
	var e *litestone.Error
	if errors.As(err, &e) {
		row, _ := e.Row()
		fmt.Println(row, e.Fields)
	}
	_, err = db.Table("shelves").Create(ctx, litestone.JSON(`{"data": {"books": {"create": [{"title": "Emma"}, {"title": ""}]}}}`))
	if errors.As(err, &e) {
		fmt.Println(e.At, e.Fields)
	}
	// Output:
	// 1 [title]
	// data.books.create[1] [books.title]
}

// A number set by hand, or taken along to another scope, is not given out again.
func Example_sequence() {
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{DB: ":memory:", SchemaText: `
model quotes {
  id      Integer @id
  account Text
  num     Integer @sequence(scope: account)
  @@unique([account, num])
}`})
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	next := func(account string) {
		q, err := db.Table("quotes").Create(ctx, litestone.Map{"data": map[string]any{"account": account}})
		if err != nil {
			log.Fatal(err)
		}
		num, _ := q.Get("num")
		fmt.Println(account, num)
	}
	next("acme")
	next("acme")
	next("zoo")
	if _, err := db.Table("quotes").Update(ctx, litestone.JSON(`{"where": {"id": 2}, "data": {"num": 10}}`)); err != nil {
		log.Fatal(err)
	}
	next("acme")
	if _, err := db.Table("quotes").Update(ctx, litestone.JSON(`{"where": {"id": 2}, "data": {"account": "zoo"}}`)); err != nil {
		log.Fatal(err)
	}
	next("zoo")
	// Output:
	// acme 1
	// acme 2
	// zoo 1
	// acme 11
	// zoo 11
}
