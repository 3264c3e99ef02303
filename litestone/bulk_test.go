package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// chain is rows that each know the one before; what may be created depends on the one after.
const chain = `
model links {
  id     Integer @id
  before links? @relation(fields: [prev], references: [id], onDelete: SetNull)
  prev   Integer? @unique
  after  links?
  kind   Text @default("")
  @@allow('read', true)
  @@allow('update', true)
  @@deny('create', kind == 'last' && after != null, "the last has none after it")
  @@allow('create', kind != 'first' || after != null, "the first needs one after it")
  @@deny('post-update', kind == 'last' && after != null, "the last has none after it")
}`

// linked yields n links in a row; kinds names those that have a kind.
func linked(n int, kinds map[int]string) iter.Seq[any] {
	return func(yield func(any) bool) {
		for i := 1; i <= n; i++ {
			row := map[string]any{"id": i, "kind": kinds[i]}
			if i > 1 {
				row["prev"] = i - 1
			}
			if !yield(row) {
				return
			}
		}
	}
}

func rowOf(err error) (code litestone.Code, row int) {
	var e *litestone.Error
	if !errors.As(err, &e) {
		return "", -1
	}
	n, ok := e.Row()
	if !ok {
		n = -1
	}
	return e.Code, n
}

// TestStreamsAreJudgedAtTheirEnd holds that the rows of an iterator are judged as the same rows in one
// call are: by what is stored when all are, wherever among them the reason stands.
func TestStreamsAreJudgedAtTheirEnd(t *testing.T) {
	for _, c := range []struct {
		name  string
		rows  int
		kinds map[int]string
		row   int // of the refusal; -1: there is none
	}{
		{"nothing to judge", 3, nil, -1},
		{"a reason that comes later", 1003, map[int]string{1000: "first"}, -1},
		{"a reason in the next row", 1003, map[int]string{1: "first"}, -1},
		{"none that comes", 1003, map[int]string{1003: "first"}, 1002},
		{"forbidden by what comes later", 1003, map[int]string{1000: "last"}, 999},
		{"the last", 1003, map[int]string{1003: "last"}, -1},
		{"far back", 9500, map[int]string{7: "last"}, 6},
		{"the first of two", 9500, map[int]string{4099: "last", 4200: "last"}, 4098},
		{"after what was put away", 9500, map[int]string{9499: "last"}, 9498},
		{"many that are fine", 9500, map[int]string{4096: "first", 9500: "last"}, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := linked(c.rows, c.kinds)
			ways := []struct {
				name string
				call func(context.Context, *litestone.DynamicTable) (int64, error)
			}{
				{"createMany", func(ctx context.Context, t *litestone.DynamicTable) (int64, error) {
					return t.CreateMany(ctx, litestone.Map{"data": slices.Collect(rows)})
				}},
				{"CreateManySeq", func(ctx context.Context, t *litestone.DynamicTable) (int64, error) { return t.CreateManySeq(ctx, rows) }},
				{"upsertMany", func(ctx context.Context, t *litestone.DynamicTable) (int64, error) {
					return t.UpsertMany(ctx, litestone.Map{"data": slices.Collect(rows)})
				}},
				{"UpsertManySeq", func(ctx context.Context, t *litestone.DynamicTable) (int64, error) {
					return t.UpsertManySeq(ctx, rows, nil)
				}},
			}
			for _, way := range ways {
				db := openText(t, litestone.Config{SchemaText: chain, DB: ":memory:"})
				me := db.As(map[string]any{"id": 1})
				for range 2 { // the second time the TEMP table is there already
					n, err := way.call(t.Context(), me.Table("links"))
					code, row := rowOf(err)
					stored, _ := db.Table("links").Count(t.Context(), nil)
					switch {
					case c.row < 0 && (err != nil || n != int64(c.rows) || stored != n):
						t.Errorf("%s: %d of %d: %v", way.name, n, stored, err)
					case c.row >= 0 && (code != litestone.CodeAccessDenied || row != c.row || n != 0 || stored != 0):
						t.Errorf("%s: row %d, %d rows answered, %d stored: %v", way.name, row, n, stored, err)
					}
					if _, err := db.Table("links").DeleteMany(t.Context(), nil); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}

// TestUpsertManySeqJudgesBoth holds that rows an iterator changes are judged by post-update at the end,
// those it makes by create.
func TestUpsertManySeqJudgesBoth(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: chain, DB: ":memory:"})
	if _, err := db.Table("links").CreateManySeq(t.Context(), linked(1500, nil)); err != nil {
		t.Fatal(err)
	}
	me := db.As(map[string]any{"id": 1}).Table("links")
	if _, err := me.UpsertManySeq(t.Context(), linked(1501, map[int]string{1500: "last"}), nil); !errors.Is(err, litestone.ErrAccessDenied) {
		t.Error("the last got one after it:", err)
	}
	n, err := me.UpsertManySeq(t.Context(), linked(1501, map[int]string{1501: "last"}), nil)
	if err != nil || n != 1501 {
		t.Error(n, err)
	}
	var told []int64
	n, err = me.UpsertManySeq(t.Context(), linked(2500, nil), litestone.JSON(`{"update":["kind"]}`), litestone.BulkOptions{Progress: func(n int64) { told = append(told, n) }})
	if err != nil || n != 2500 || !slices.Equal(told, []int64{1000, 2000, 2500}) {
		t.Error(n, told, err)
	}
	for _, args := range []any{litestone.JSON(`{"data":[]}`), litestone.JSON(`{"conflictTarget":"kind"}`), litestone.Map{"update": "nope"}} {
		if _, err := me.UpsertManySeq(t.Context(), linked(1, nil), args); !errors.Is(err, litestone.ErrValidation) {
			t.Error(args, err)
		}
	}
}

// TestJudgedKeysOfEveryKind holds that rows are found again by keys of every kind, however many.
func TestJudgedKeysOfEveryKind(t *testing.T) {
	for name, key := range map[string]func(i int) map[string]any{
		"text":          func(i int) map[string]any { return map[string]any{"a": fmt.Sprintf("k\x00é%d", i)} },
		"bytes in text": func(i int) map[string]any { return map[string]any{"a": fmt.Sprintf("\xff%d", i)} },
		"real":          func(i int) map[string]any { return map[string]any{"a": float64(i) / 3} },
		"two":           func(i int) map[string]any { return map[string]any{"a": i % 7, "b": fmt.Sprint(i)} },
	} {
		t.Run(name, func(t *testing.T) {
			types := map[string]string{"text": "a Text @id", "bytes in text": "a Text @id", "real": "a Real @id", "two": "a Integer\n b Text\n @@id([a, b])"}
			db := openText(t, litestone.Config{DB: ":memory:", SchemaText: `
model rooms { id Integer @id; open Boolean; items items[] }
model items {
 ` + types[name] + `
 room   rooms @relation(fields: [roomId], references: [id])
 roomId Integer
 @@allow('create', room.open == true)
}`})
			if _, err := db.AsSystem().Table("rooms").CreateMany(t.Context(), litestone.JSON(`{"data":[{"id":1,"open":true},{"id":2,"open":false}]}`)); err != nil {
				t.Fatal(err)
			}
			for _, bad := range []int{0, 255, 300, 4500} {
				rows := func(yield func(any) bool) {
					for i := range 5000 {
						row := key(i)
						if row["roomId"] = 1; i == bad {
							row["roomId"] = 2
						}
						if !yield(row) {
							return
						}
					}
				}
				for way, call := range map[string]func() (int64, error){
					"createMany": func() (int64, error) {
						return db.Table("items").CreateMany(t.Context(), litestone.Map{"data": slices.Collect(rows)})
					},
					"CreateManySeq": func() (int64, error) { return db.Table("items").CreateManySeq(t.Context(), rows) },
				} {
					n, err := call()
					if code, row := rowOf(err); code != litestone.CodeAccessDenied || row != bad || n != 0 {
						t.Errorf("%s, row %d: %d, %v", way, bad, n, err)
					}
				}
			}
		})
	}
}

// TestStreamInsideAStream lets an iterator write another stream by the client of the transaction
// around both, with rows of each to be judged.
func TestStreamInsideAStream(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: chain + `
model notes {
  id   Integer @id
  up   notes? @relation(fields: [upId], references: [id], onDelete: SetNull)
  upId Integer? @unique
  down notes?
  @@allow('all', down != null || upId != null)
}`, DB: ":memory:"})
	for _, fine := range []bool{true, false} {
		err := db.As(map[string]any{"id": 1}).Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
			_, err := tx.Table("links").CreateManySeq(ctx, func(yield func(any) bool) {
				for row := range linked(6000, nil) {
					if row.(map[string]any)["id"] == 5000 {
						_, err := tx.Table("notes").CreateManySeq(ctx, func(yield func(any) bool) {
							for i := 1; i <= 5000; i++ {
								row := map[string]any{"id": i}
								if i > 1 {
									row["upId"] = i - 1
								}
								if !yield(row) {
									return
								}
							}
						})
						if err != nil {
							t.Error(err)
						}
						if !fine {
							row.(map[string]any)["kind"] = "last"
						}
					}
					if !yield(row) {
						return
					}
				}
			})
			return err
		})
		want := -1
		if !fine {
			want = 4999
		}
		if _, row := rowOf(err); (err == nil) != fine || row != want {
			t.Errorf("fine=%v: %v", fine, err)
		}
		if fine {
			for _, m := range []string{"links", "notes"} {
				if _, err := db.AsSystem().Table(m).DeleteMany(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestJudgedStreamMemory streams rows that are all judged at the end, a million of them when
// LITESTONE_SOAK is set: their keys do not stay in memory.
func TestJudgedStreamMemory(t *testing.T) {
	total := 40_000
	if os.Getenv("LITESTONE_SOAK") != "" {
		total = 1_000_000
	}
	db := openText(t, litestone.Config{SchemaText: chain, DB: t.TempDir() + "/t.db"})
	me := db.As(map[string]any{"id": 1}).Table("links")
	var before, most, process, grown uint64
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	resident := func() uint64 { // less what is shared with files; 0 where the system does not tell
		var size, all, shared uint64
		b, err := os.ReadFile("/proc/self/statm")
		if err != nil {
			return 0
		}
		if _, err := fmt.Sscan(string(b), &size, &all, &shared); err != nil {
			return 0
		}
		return (all - shared) * uint64(os.Getpagesize())
	}
	n, err := me.CreateManySeq(t.Context(), linked(total, nil), litestone.BulkOptions{Progress: func(n int64) {
		if n == 5000 {
			runtime.GC()
			before, process = heap(), resident()
		}
		if n%5000 == 0 {
			most, grown = max(most, heap()), max(grown, resident())
		}
	}})
	if err != nil || n != int64(total) {
		t.Fatal(n, err)
	}
	grown = max(grown, resident())
	if most > before+64<<20 || grown > process+64<<20 {
		t.Errorf("the heap grew from %d to %d KiB, the process from %d to %d KiB", before>>10, most>>10, process>>10, grown>>10)
	}
	t.Logf("%d rows judged at the end: heap %d to %d KiB, process %d to %d KiB", total, before>>10, most>>10, process>>10, grown>>10)
}
