package write_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

const shops = `
model shops {
  id    Integer @id
  name  Text @unique
  bills bills[]
}
model bills {
  id     Integer @id
  shop   shops? @relation(fields: [shopId], references: [id])
  shopId Integer?
  year   Integer @default(2026)
  num    Integer? @sequence(scope: [shopId, year])
  code   Text @unique
  open   Boolean @default(true)
  @@unique([shopId, year, num])
}
model pages {
  id   Integer @id
  book Text
  num  Integer @sequence(scope: book)
}`

// Whatever puts a number into a scope raises its counter: the next row gets a higher one.
func TestUpdatesRaiseCounters(t *testing.T) {
	const next = `{"data":{"shopId":1,"code":"next"},"select":{"num":true}}`
	for _, c := range []struct {
		name  string
		write step
		want  string // the next number of shop 1 in 2026, where 1, 2 and 3 are taken
	}{
		{"nothing", step{call: "shops.count", args: `{}`}, "4"},
		{"update", step{call: "bills.update", args: `{"where":{"code":"b"},"data":{"num":40}}`, want: `{"id":2,"shopId":1,"year":2026,"num":40,"code":"b","open":true}`}, "41"},
		{"update to less", step{call: "bills.update", args: `{"where":{"code":"c"},"data":{"num":0}}`}, "4"},
		{"update to null", step{call: "bills.update", args: `{"where":{"code":"c"},"data":{"num":null}}`}, "4"},
		{"update of another column", step{call: "bills.update", args: `{"where":{"code":"c"},"data":{"open":false}}`}, "4"},
		{"update that finds nothing", step{call: "bills.update", args: `{"where":{"code":"none"},"data":{"num":40}}`, want: `null`}, "4"},
		{"updateMany", step{call: "bills.updateMany", args: `{"where":{"code":"b"},"data":{"num":40}}`, want: `{"count":1}`}, "41"},
		{"updateMany of two scopes", step{call: "bills.updateMany", args: `{"where":{"code":{"in":["b","other"]}},"data":{"num":40}}`, want: `{"count":2}`}, "41"},
		{"upsert", step{call: "bills.upsert", args: `{"where":{"code":"b"},"create":{"code":"b"},"update":{"num":40}}`}, "41"},
		{"upsert that creates", step{call: "bills.upsert", args: `{"where":{"code":"n"},"create":{"code":"n","shopId":1,"num":40},"update":{}}`}, "41"},
		{"upsertMany", step{call: "bills.upsertMany", args: `{"data":[{"code":"b","num":40},{"code":"m","shopId":1,"num":39}],"conflictTarget":"code"}`, want: `{"count":2}`}, "41"},
		{"createMany", step{call: "bills.createMany", args: `{"data":[{"code":"m","shopId":1,"num":40},{"code":"n","shopId":1}]}`}, "42"},
		{"nested update", step{call: "shops.update", args: `{"where":{"id":1},"data":{"bills":{"update":{"where":{"code":"b"},"data":{"num":40}}}}}`}, "41"},
		{"nested updateMany", step{call: "shops.update", args: `{"where":{"id":1},"data":{"bills":{"updateMany":{"where":{"code":"b"},"data":{"num":40}}}}}`}, "41"},
		{"nested upsert", step{call: "shops.update", args: `{"where":{"id":1},"data":{"bills":{"upsert":{"where":{"code":"b"},"create":{"code":"b"},"update":{"num":40}}}}}`}, "41"},
		{"nested create", step{call: "shops.update", args: `{"where":{"id":1},"data":{"bills":{"create":[{"code":"x","num":40},{"code":"y"}]}}}`}, "42"},
		{"a row from another year", step{call: "bills.update", args: `{"where":{"code":"last year"},"data":{"year":2026}}`, want: `{"id":5,"shopId":1,"year":2026,"num":70,"code":"last year","open":true}`}, "71"},
		{"a row from another shop", step{call: "bills.update", args: `{"where":{"code":"other"},"data":{"shop":{"connect":{"id":1}}}}`, want: `{"id":4,"shopId":1,"year":2026,"num":50,"code":"other","open":true}`}, "51"},
		{"a connected row", step{call: "shops.update", args: `{"where":{"id":1},"data":{"bills":{"connect":{"code":"other"}}}}`}, "51"},
		{"a row of no shop", step{call: "bills.update", args: `{"where":{"code":"free"},"data":{"shopId":1}}`, want: `{"id":6,"shopId":1,"year":2026,"num":null,"code":"free","open":true}`}, "4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := open(t, shops)
			db.play(t, 0, step{call: "shops.createMany", args: `{"data":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}`})
			db.play(t, 1, step{call: "bills.createMany", args: `{"data":[{"code":"a","shopId":1},{"code":"b","shopId":1},{"code":"c","shopId":1},
				{"code":"other","shopId":2,"num":50},{"code":"last year","shopId":1,"year":2025,"num":70},{"code":"free"}]}`})
			db.play(t, 2, c.write)
			db.play(t, 3, step{call: "bills.create", args: next, want: `{"num":` + c.want + `}`})
		})
	}
}

// A number somebody took is refused where a unique index says so, and leaves the counter alone.
func TestARowMovedKeepsItsNumber(t *testing.T) {
	play(t, shops,
		step{call: "shops.createMany", args: `{"data":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}`},
		step{call: "bills.createMany", args: `{"data":[{"code":"a","shopId":1},{"code":"b","shopId":2}]}`},
		step{call: "bills.update", args: `{"where":{"code":"b"},"data":{"shopId":1}}`, err: "unique: shopId, year, num"},
		step{call: "bills.update", args: `{"where":{"code":"b"},"data":{"shopId":1,"num":9}}`},
		step{call: "bills.update", args: `{"where":{"code":"b"},"data":{"shopId":2}}`},
		step{call: "bills.create", args: `{"data":{"code":"c","shopId":1},"select":{"num":true}}`, want: `{"num":10}`},
		step{call: "bills.create", args: `{"data":{"code":"d","shopId":2},"select":{"num":true}}`, want: `{"num":10}`},
	)
}

// The largest number there is can be given by hand: the scope has none left then, and others are as before.
func TestNumbersEnd(t *testing.T) {
	const last = "9223372036854775807"
	play(t, shops,
		step{call: "pages.create", args: `{"data":{"book":"x","num":9223372036854775806}}`},
		step{call: "pages.create", args: `{"data":{"book":"x"},"select":{"num":true}}`, want: `{"num":` + last + `}`},
		step{call: "pages.create", args: `{"data":{"book":"x"}}`, err: "validation: num"},
		step{call: "pages.createMany", args: `{"data":[{"book":"y"},{"book":"x"}]}`, err: "validation: num"},
		step{call: "pages.create", args: `{"data":{"book":"x","num":5},"select":{"num":true}}`, want: `{"num":5}`},
		step{call: "pages.create", args: `{"data":{"book":"y"},"select":{"num":true}}`, want: `{"num":1}`},
	)
	db := open(t, shops)
	if _, err := db.SQL("INSERT INTO pages (id, book, num) VALUES (1, 'x', " + last + ")").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	db.play(t, 0, step{call: "pages.create", args: `{"data":{"book":"x"}}`, err: "validation: num"})
}

// A counter that is not there yet begins at the highest number stored, though the first number that
// is seen is a lower one given by hand.
func TestCountersBeginAtTheHighestNumber(t *testing.T) {
	for _, c := range []struct{ name, call, args, want string }{
		{"create", "pages.create", `{"data":{"book":"x"}}`, "8"},
		{"create by hand", "pages.create", `{"data":{"book":"x","num":3}}`, "8"},
		{"createMany by hand", "pages.createMany", `{"data":[{"book":"x","num":3},{"book":"y"}]}`, "8"},
		{"update", "pages.update", `{"where":{"id":1},"data":{"num":2}}`, "8"},
		{"a row moved here", "pages.update", `{"where":{"id":2},"data":{"book":"x"}}`, "8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := open(t, shops)
			if _, err := db.SQL("INSERT INTO pages (id, book, num) VALUES (1, 'x', 1), (2, 'y', 1), (3, 'x', 7)").Exec(t.Context()); err != nil {
				t.Fatal(err)
			}
			db.play(t, 0, step{call: c.call, args: c.args})
			want := c.want
			if c.name == "create" {
				want = "9" // it took 8
			}
			db.play(t, 1, step{call: "pages.create", args: `{"data":{"book":"x"},"select":{"num":true}}`, want: `{"num":` + want + `}`})
		})
	}
}

// A call that fails gives back what it took, also numbers an update set.
func TestFailedUpdatesLeaveCountersAlone(t *testing.T) {
	db := open(t, shops)
	db.play(t, 0, step{call: "pages.createMany", args: `{"data":[{"book":"x"},{"book":"x"}]}`})
	errUndo := errors.New("undo")
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		if _, err := tx.Call(ctx, "pages.updateMany", litestone.JSON(`{"data":{"num":90}}`)); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
	db.play(t, 1, step{call: "pages.create", args: `{"data":{"book":"x"},"select":{"num":true}}`, want: `{"num":3}`})
	db.play(t, 2, step{call: "SELECT value FROM _litestone_sequences", want: `[{"value":3}]`})
}

// Without its scope a required number cannot be made, and the error says what is missing.
func TestNumberWithoutItsScope(t *testing.T) {
	db := open(t, `
model lines {
  id   Integer @id
  shop Integer?
  year Integer?
  num  Integer @sequence(scope: [shop, year])
  text Text
}`)
	for _, c := range []struct{ call, args, want string }{
		{"lines.create", `{"data":{"text":"a","year":2026}}`,
			"litestone: model lines: create: field num: the number is counted per shop and year, and no value is given for it (give shop and year, or the number itself)"},
		{"lines.createMany", `{"data":[{"text":"a","shop":1,"year":2026},{"text":"a","shop":null,"year":1}]}`,
			"litestone: model lines: createMany: data[1]: field num: the number is counted per shop and year, and no value is given for it (give shop and year, or the number itself)"},
		{"lines.create", `{"data":{"shop":1,"year":2026,"num":null,"text":"a"}}`, ""},
		{"lines.create", `{"data":{}}`, "litestone: model lines: create: fields num, text: a value is required"},
	} {
		_, err := db.run(t, step{call: c.call, args: c.args})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s %s: %v", c.call, c.args, err)
		case c.want != "" && (err == nil || err.Error() != c.want || !errors.Is(err, litestone.ErrNotNull)):
			t.Errorf("%s %s: %v, want %s", c.call, c.args, err, c.want)
		}
	}
}

// Creates and updates of many goroutines never give a number twice, and without updates leave none out.
func TestCountersAmongGoroutines(t *testing.T) {
	db := open(t, `
model tickets {
  id   Integer @id
  desk Text
  num  Integer @sequence(scope: desk)
  @@unique([desk, num])
}`)
	const goroutines, rounds = 6, 20
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range rounds {
				r, err := db.Table("tickets").Create(t.Context(), litestone.JSON(`{"data":{"desk":"a"}}`))
				if err != nil {
					t.Errorf("create: %v", err)
					return
				}
				if g%2 == 1 { // moves its ticket to a desk of its own, and back
					id, _ := r.Get("id")
					for _, desk := range []string{fmt.Sprintf("%d-%d", g, i), "a"} {
						if _, err := db.Table("tickets").Update(t.Context(), litestone.Map{"where": map[string]any{"id": id}, "data": map[string]any{"desk": desk}}); err != nil {
							t.Errorf("update: %v", err)
							return
						}
					}
				}
			}
		})
	}
	wg.Wait()
	db.play(t, 0, step{call: "SELECT count(*) AS n, count(DISTINCT num) AS d, max(num) AS hi FROM tickets WHERE desk = 'a'",
		want: fmt.Sprintf(`[{"n":%[1]d,"d":%[1]d,"hi":%[1]d}]`, goroutines*rounds)})
}
