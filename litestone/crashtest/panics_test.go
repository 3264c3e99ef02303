package crashtest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/uptrace/bun"

	"github.com/litestone-go/orm/litestone"
)

// thrower is a query hook that panics before or after the n-th statement.
type thrower struct {
	n     int // statements until it panics; 0: never
	after bool
	last  string
}

func (h *thrower) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	h.throw(e, false)
	return ctx
}

func (h *thrower) AfterQuery(_ context.Context, e *bun.QueryEvent) { h.throw(e, true) }

func (h *thrower) throw(e *bun.QueryEvent, after bool) {
	if h.n == 0 || after != h.after {
		return
	}
	if h.n--; h.n == 0 {
		h.last = e.Query
		panic(errHook)
	}
}

// TestPanicAtEveryStatement lets a query hook panic before, and then after, each statement of a write in
// turn: the panic reaches the caller, nothing is done unless the COMMIT was over, and the client goes on.
func TestPanicAtEveryStatement(t *testing.T) {
	for name, call := range calls {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/after=%v", name, after), func(t *testing.T) {
				hook := &thrower{after: after}
				db := openFilled(t, func(cfg *litestone.Config) { cfg.QueryHooks = []bun.QueryHook{hook} })
				before := dump(t, db)
				for n := 1; ; n++ {
					if n > 500 {
						t.Fatal("the call never ends")
					}
					*hook = thrower{n: n, after: after}
					err := caught(func() error { return call(t.Context(), db) })
					reached := hook.n == 0
					hook.n = 0
					now := dump(t, db)
					switch {
					case reached && !errors.Is(err, errHook):
						t.Fatalf("statement %d (%s): %v", n, hook.last, err)
					case reached && after && hook.last == "COMMIT": // too late to undo anything
						if now == before {
							t.Fatal("a panic after COMMIT, and nothing was done")
						}
						return
					case reached && now != before:
						t.Fatalf("statement %d (%s): a panic, and yet\n%s\nbecame\n%s", n, hook.last, before, now)
					case !reached && (err != nil || now == before):
						t.Fatalf("without a panic: %v", err)
					}
					if !reached {
						if n < 3 {
							t.Errorf("only %d statements", n-1)
						}
						return
					}
				}
			})
		}
	}
}

// TestPanicsAroundAStream lets the rows of a stream, and the one who is told of its progress, panic at
// their beginning, in their midst and at their end: nothing is done, and the client goes on.
func TestPanicsAroundAStream(t *testing.T) {
	db := openFilled(t, func(*litestone.Config) {})
	before := dump(t, db)
	const total = 2500
	for name, at := range map[string]struct{ row, progress int }{
		"first row": {0, -1}, "a row": {1700, -1}, "last row": {total - 1, -1}, "after the last": {total, -1},
		"first progress": {-1, 1000}, "last progress": {-1, total},
	} {
		rows := func(yield func(any) bool) {
			for i := range total + 1 {
				if i == at.row {
					panic(errHook)
				}
				if i < total && !yield(map[string]any{"batch": "s", "place": i}) {
					return
				}
			}
		}
		told := litestone.BulkOptions{Progress: func(n int64) {
			if int(n) == at.progress {
				panic(errHook)
			}
		}}
		for call, run := range map[string]func() error{
			"CreateManySeq": func() error { _, err := db.Table("bulk").CreateManySeq(t.Context(), rows, told); return err },
			"UpsertManySeq": func() error { _, err := db.Table("bulk").UpsertManySeq(t.Context(), rows, nil, told); return err },
			"in a transaction": func() error {
				return db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
					_, err := tx.Table("bulk").CreateManySeq(ctx, rows, told)
					return err
				})
			},
		} {
			if err := caught(run); !errors.Is(err, errHook) {
				t.Errorf("%s, %s: %v", name, call, err)
			}
			if now := dump(t, db); now != before {
				t.Fatalf("%s, %s: a panic, and yet\n%s\nbecame\n%s", name, call, before, now)
			}
		}
	}
}
