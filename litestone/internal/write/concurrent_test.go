package write_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// Calls of many goroutines share the engine: none sees another's values, and the numbers of a
// sequence have no gaps.
func TestManyGoroutines(t *testing.T) {
	const goroutines, rounds = 8, 25
	db := open(t, `
model owners {
  id    Integer @id
  name  Text @unique @trim
  items items[]
}
model items {
  id      Integer @id
  owner   owners @relation(fields: [ownerId], references: [id])
  ownerId Integer
  label   Text @upper
  num     Integer @sequence(scope: label)
}`)
	var wg sync.WaitGroup
	errs := make(chan error, goroutines)
	for g := range goroutines {
		wg.Go(func() {
			me := db.As(map[string]any{"id": g})
			for i := range rounds {
				name := fmt.Sprintf("o%d-%d", g, i)
				r, err := me.Table("owners").Create(t.Context(), litestone.JSON(fmt.Sprintf(
					`{"data":{"name":" %s ","items":{"create":[{"label":"x"},{"label":"g%d"}]}},"include":{"items":{"orderBy":{"id":"asc"}}}}`, name, g)))
				if err != nil {
					errs <- err
					return
				}
				if got, _ := r.Get("name"); got != name {
					errs <- fmt.Errorf("%q was answered for %q", got, name)
					return
				}
				items, _ := r.Get("items")
				if n, _ := items.([]*litestone.Record)[1].Get("num"); n != int64(i+1) {
					errs <- fmt.Errorf("%s: number %v, want %d", name, n, i+1)
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	db.play(t, 0, step{call: "SELECT count(*) AS n, count(DISTINCT num) AS d, min(num) AS lo, max(num) AS hi FROM items WHERE label = 'X'",
		want: fmt.Sprintf(`[{"n":%[1]d,"d":%[1]d,"lo":1,"hi":%[1]d}]`, goroutines*rounds)})
}

// A refusal in the middle of a transaction takes its own call back and nothing else.
func TestFailedCallsInsideATransaction(t *testing.T) {
	db := open(t, `
model notes {
  id   Integer @id
  body Text @unique
  kids notes[]
  up   notes? @relation(fields: [upId], references: [id])
  upId Integer?
  @@allow('read', true)
  @@allow('create', body != 'no')
}`)
	err := db.Transaction(t.Context(), func(_ context.Context, tx *litestone.Client) error {
		c := client{tx}
		c.play(t, 0, step{call: "notes.create", args: `{"data":{"body":"a"}}`})
		c.play(t, 1, step{call: "notes.create", args: `{"data":{"body":"b","kids":{"create":[{"body":"c"},{"body":"a"}]}}}`, err: "unique: body"})
		c.play(t, 2, step{call: "notes.create", args: `{"data":{"body":"no"}}`, err: "access_denied"})
		c.play(t, 3, step{call: "notes.createMany", args: `{"data":[{"body":"d"},{"body":"no"}]}`, err: "access_denied"})
		c.play(t, 4, step{call: "notes.create", args: `{"data":{"body":"e","kids":{"connect":{"body":"a"}}}}`, want: `{"id":2,"body":"e","upId":null}`})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	db.play(t, 5, step{call: "SELECT id, body, upId FROM notes ORDER BY id", want: `[{"id":1,"body":"a","upId":2},{"id":2,"body":"e","upId":null}]`})
}
