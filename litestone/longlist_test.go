package litestone_test

import (
	"fmt"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// TestLongListsOfAnyValue: a list or a batch of keys too long for parameters finds blobs, text that is not
// UTF-8 and text with NUL as a short one does.
func TestLongListsOfAnyValue(t *testing.T) {
	db := openText(t, litestone.Config{DB: ":memory:", SchemaText: `
model boxes {
  no Integer @id
  id Blob @unique
  items items[]
  deletedAt DateTime?
  @@softDelete(cascade)
}
model items {
  id Integer @id
  box boxes @relation(fields: [boxId], references: [id])
  boxId Blob
  deletedAt DateTime?
  @@softDelete
}
model shelves {
  nr Integer @id
  room Text
  no Blob
  books books[]
  @@unique([room, no])
}
model books {
  id Integer @id
  room Text
  no Blob
  shelf shelves @relation(fields: [room, no], references: [room, no])
}
model words {
  text Text @id
  uses uses[]
}
model uses {
  id Integer @id
  text Text
  word words @relation(fields: [text], references: [text])
}
`})
	ctx := t.Context()
	const n = 400
	var boxes, items, shelves, books, words, uses []any
	var ids, texts []any
	for i := range n {
		blob := []byte{0xff, byte(i >> 8), byte(i), 0}
		text := fmt.Sprintf("w%d", i)
		switch i % 4 {
		case 1:
			text = fmt.Sprintf("\xff%d\xfe", i)
		case 2:
			text = fmt.Sprintf("a\x00%d", i)
		case 3:
			text = fmt.Sprintf("{\"t\":\"%d\"}", i)
		}
		ids, texts = append(ids, blob), append(texts, text)
		boxes, items = append(boxes, obj{"id": blob}), append(items, obj{"id": i, "boxId": blob})
		shelves, books = append(shelves, obj{"room": text, "no": blob}), append(books, obj{"id": i, "room": text, "no": blob})
		words, uses = append(words, obj{"text": text}), append(uses, obj{"id": i, "text": text})
	}
	for _, x := range []struct {
		model string
		rows  []any
	}{{"boxes", boxes}, {"items", items}, {"shelves", shelves}, {"books", books}, {"words", words}, {"uses", uses}} {
		if _, err := db.Table(x.model).CreateMany(ctx, litestone.Map{"data": x.rows}); err != nil {
			t.Fatal(x.model, err)
		}
	}
	count := func(model string, args litestone.Map, want int64) {
		t.Helper()
		if got, err := db.Table(model).Count(ctx, args); err != nil || got != want {
			t.Errorf("%s %d, want %d: %v", model, got, want, err)
		}
	}
	count("boxes", litestone.Map{"where": obj{"id": obj{"in": ids}}}, n)
	count("boxes", litestone.Map{"where": obj{"id": obj{"notIn": ids[1:]}}}, 1)
	count("words", litestone.Map{"where": obj{"text": obj{"in": texts}}}, n)
	count("words", litestone.Map{"where": obj{"text": obj{"notIn": texts[1:]}}}, 1)
	for _, x := range []struct{ model, below, up string }{{"boxes", "items", "box"}, {"shelves", "books", "shelf"}, {"words", "uses", "word"}} {
		rows, err := db.Table(x.model).FindMany(ctx, litestone.Map{"include": obj{x.below: true}})
		if err != nil || len(rows) != n {
			t.Fatal(x.model, len(rows), err)
		}
		for _, r := range rows {
			if below, _ := r.Get(x.below); len(below.([]*litestone.Record)) != 1 {
				t.Fatalf("%s: %v has %v", x.model, r.Map(), below)
			}
		}
		rows, err = db.Table(x.below).FindMany(ctx, litestone.Map{"include": obj{x.up: true}})
		if err != nil || len(rows) != n {
			t.Fatal(x.below, len(rows), err)
		}
		for _, r := range rows {
			if up, _ := r.Get(x.up); up == nil {
				t.Fatalf("%s: %v has nothing above", x.below, r.Map())
			}
		}
	}
	if got, err := db.Table("boxes").RemoveMany(ctx, nil); err != nil || got != n {
		t.Fatal(got, err)
	}
	count("items", litestone.Map{}, 0)
}
