package logdb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/logdb"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

func TestEveryTypeSurvivesItsLine(t *testing.T) {
	s := parse(t, `
database main { path "main.db" }
database logs { path "logs/"; driver jsonl }
enum Level { info warn }
model things {
  i Integer
  big Integer
  r Real
  whole Real
  ok Boolean
  s Text @map("text")
  level Level
  at DateTime
  j Json?
  l Text[]
  b Blob?
  none Text?
  @@db(logs)
}`)
	dir := t.TempDir()
	values := []query.Value{
		query.Int(-7), query.Int(1<<62 + 1), query.Real(0.1), query.Real(2), query.Bool(true),
		query.Text("żółć \"q\" \\ \n\t\x00 \u2028 </script>"), query.Text("warn"), query.Text("2026-02-28T23:59:59.999Z"),
		query.Text("{\"a\": [1,\n null, \"x\"]}"), query.Text(`["a","b"]`), query.Blob([]byte{0, 255, 10}), query.Null(),
	}
	open := func() *logdb.DB {
		db, err := logdb.Open(logdb.Options{Schema: s, Database: s.Database("logs"), Folder: dir})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	if err := open().Append(context.Background(), s.Model("things"), nil, values); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(filepath.Join(dir, "things.jsonl"))
	want := `{"i":-7,"big":4611686018427387905,"r":0.1,"whole":2,"ok":true,"text":"żółć \"q\" \\ \n\t\u0000 \u2028 </script>","level":"warn",` +
		`"at":"2026-02-28T23:59:59.999Z","j":{"a":[1,null,"x"]},"l":["a","b"],"b":"AP8K","none":null}` + "\n"
	if string(b) != want {
		t.Errorf("the line is\n%s\nnot\n%s", b, want)
	}
	db := open()
	err := db.Read(context.Background(), s.Model("things"), true, nil, func(c *conn.Conn) error {
		return c.Run(context.Background(), conn.Query{SQL: "SELECT * FROM things"}, nil, func(r *conn.Row) error {
			for i, v := range values {
				if s.Model("things").Columns[i].Name == "j" {
					v = query.Text(`{"a":[1,null,"x"]}`)
				}
				if got, want := fmt.Sprintf("%T %v", r.Value(i+1), r.Value(i+1)), fmt.Sprintf("%T %v", v.Any(), v.Any()); got != want {
					t.Errorf("column %s: got %s, want %s", r.Name(i+1), got, want)
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadsSeeWhatWasAppended(t *testing.T) {
	f := newFixture(t, "")
	f.expect("nothing", f.numbers(f.db), "")
	f.append(1)
	f.append(2, 3)
	f.expect("own rows", f.numbers(f.db), "1 2 3")
	other := f.open(nil)
	f.expect("another client", f.numbers(other), "1 2 3")
	f.appendTo(other, 4)
	f.expect("rows of another client", f.numbers(f.db), "1 2 3 4")
	f.write("ticks.jsonl", `{"n":5,"text":"by hand","at":"2026-03-01","more":{"a":[]}}`+"\r\n\n", os.O_APPEND)
	f.expect("rows of another program", f.query(f.db, "ticks", "SELECT n, at FROM ticks WHERE n > 3 ORDER BY _line"), "4|2026-03-01T12:00:00.000Z 5|2026-03-01T00:00:00.000Z")
	f.write("ticks.jsonl", `{"n":9,"text":"anew","at":"2026-03-01"}`+"\n", os.O_TRUNC)
	f.expect("a file cut off and begun anew", f.numbers(f.db), "9")
	f.write("ticks.jsonl", "", os.O_TRUNC)
	f.append(21, 22, 23, 24)
	f.expect("and filled again beyond its old size", f.numbers(f.db), "21 22 23 24")
	os.Remove(f.path("ticks.jsonl"))
	f.expect("a file removed", f.numbers(f.db), "")
	f.append(10)
	f.expect("and made again", f.numbers(f.db), "10")
}

func TestDamagedLinesAreLeftOutAndReported(t *testing.T) {
	f := newFixture(t, "")
	f.append(1)
	at := len(f.content("ticks.jsonl"))
	f.write("ticks.jsonl", "nonsense\n"+`{"n":"two","text":"t","at":null}`+"\n"+`{"n":3,"text":"t","at":"2026-02-30"}`+"\n"+`{"n":4,"text":"t"}`+"\n"+`{"n":5,"tex`, os.O_APPEND)
	f.expect("rows", f.numbers(f.db), "1 4")
	list, count := f.db.Damaged()
	var got []string
	for _, d := range list {
		got = append(got, fmt.Sprintf("%s+%d %s", d.File, d.Offset-int64(at), d.Reason))
	}
	want := []string{
		"ticks.jsonl+0 is no JSON object",
		`ticks.jsonl+9 column n cannot hold "two"`,
		`ticks.jsonl+42 column at cannot hold "2026-02-30"`,
		"ticks.jsonl+98 the last line has no end: its writer was stopped, or is about to go on",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") || count != 4 {
		t.Errorf("%d damaged lines:\n%s", count, strings.Join(got, "\n"))
	}
	if n := strings.Count(f.log.String(), "lines of a log file are no rows"); n != 1 {
		t.Errorf("%d warnings:\n%s", n, f.log.String())
	}
	f.append(6)
	f.expect("an append ends the torn line", f.numbers(f.db), "1 4 6")
	if _, count := f.db.Damaged(); count != 4 {
		t.Errorf("%d damaged lines after that", count)
	}
}

func TestAKilledWriterLeavesNothing(t *testing.T) {
	f := newFixture(t, "")
	f.append(1, 2)
	whole := f.content("ticks.jsonl")
	note := fmt.Sprintf(`[{"file":"ticks.jsonl","size":%d},{"file":"keyed.jsonl","size":0}]`, len(whole))
	f.write(".litestone-lock", note, os.O_TRUNC)
	f.write("ticks.jsonl", `{"n":3,"text":"","at":null}`+"\n"+`{"n":4,"te`, os.O_APPEND)
	f.expect("what it had begun is not seen", f.numbers(f.db), "1 2")
	f.expect("by others neither", f.numbers(f.open(nil)), "1 2")
	f.append(5)
	f.expect("and cut off by the next writer", f.numbers(f.db), "1 2 5")
	if got := f.content("ticks.jsonl"); !strings.HasPrefix(got, whole+`{"n":5,`) {
		t.Errorf("the file is\n%s", got)
	}
	if got := f.content(".litestone-lock"); got != "" {
		t.Errorf("the note is %q", got)
	}
	f.write(".litestone-lock", note[:20], os.O_TRUNC)
	f.append(6)
	f.expect("half a note means nothing was appended", f.numbers(f.db), "1 2 5 6")
}

func TestABatchIsAppendedAsAWhole(t *testing.T) {
	f := newFixture(t, "")
	var b logdb.Batch
	ctx := context.Background()
	add := func(n int) {
		if err := f.db.Append(ctx, f.s.Model("ticks"), &b, f.rows(n)); err != nil {
			t.Fatal(err)
		}
	}
	f.append(1)
	add(2)
	mark := b.Mark()
	add(3)
	b.Undo(mark)
	add(4)
	f.expect("others do not see it", f.numbers(f.db), "1")
	seen := ""
	err := f.db.Read(ctx, f.s.Model("ticks"), false, &b, func(c *conn.Conn) error {
		return c.Run(ctx, conn.Query{SQL: "SELECT n FROM ticks ORDER BY _line DESC"}, nil, func(r *conn.Row) error {
			seen += fmt.Sprint(r.Int64(0), " ")
			return nil
		})
	})
	if err != nil || seen != "4 2 1 " {
		t.Errorf("its own reads see %q, %v", seen, err)
	}
	for range 20 { // whichever reader comes: none keeps what it saw
		f.expect("others still do not", f.numbers(f.db), "1")
	}
	if err := b.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	f.expect("committed", f.numbers(f.db), "1 2 4")
	if err := b.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	f.expect("once", f.numbers(f.db), "1 2 4")
}

func TestReadOnlyChangesNothing(t *testing.T) {
	f := newFixture(t, "retention 1d")
	f.append(1)
	f.db.Close()
	os.Remove(f.path(".litestone-lock"))
	f.now = f.now.AddDate(0, 1, 0)
	ro := f.open(func(o *logdb.Options) { o.ReadOnly = true })
	f.expect("rows", f.numbers(ro), "1")
	err := ro.Append(context.Background(), f.s.Model("ticks"), nil, f.rows(2))
	if !errors.Is(err, liteerr.New(liteerr.ReadOnly, "")) {
		t.Errorf("an append answers %v", err)
	}
	list, _ := os.ReadDir(f.dir)
	if len(list) != 1 {
		t.Errorf("the folder holds %v", list)
	}
	if _, err := logdb.Open(logdb.Options{Schema: f.s, Database: f.s.Database("logs"), Folder: f.path("missing"), ReadOnly: true}); !errors.Is(err, liteerr.New(liteerr.Config, "")) {
		t.Errorf("a missing folder answers %v", err)
	}
}

func TestClosed(t *testing.T) {
	f := newFixture(t, "")
	f.append(1)
	f.expect("rows", f.numbers(f.db), "1")
	for range 2 {
		if err := f.db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	err := f.db.Append(ctx, f.s.Model("ticks"), nil, f.rows(2))
	if !errors.Is(err, liteerr.New(liteerr.Config, "")) {
		t.Errorf("append answers %v", err)
	}
	err = f.db.Read(ctx, f.s.Model("ticks"), false, nil, func(*conn.Conn) error { return nil })
	if !errors.Is(err, liteerr.New(liteerr.Config, "")) {
		t.Errorf("read answers %v", err)
	}
}

func TestTheFolder(t *testing.T) {
	f := newFixture(t, "")
	f.write("file", "x", 0)
	_, err := logdb.Open(logdb.Options{Schema: f.s, Database: f.s.Database("logs"), Folder: f.path("file")})
	var e *liteerr.Error
	if !errors.As(err, &e) || e.Code != liteerr.Config || !strings.Contains(e.Message, "database logs") {
		t.Errorf("a file answers %v", err)
	}
	s := parse(t, `
database main { path "main.db" }
database logs { path "logs/"; driver jsonl }
model odd { a Text  @@map("../x.000001")  @@db(logs) }`)
	db, err := logdb.Open(logdb.Options{Schema: s, Database: s.Database("logs"), Folder: f.dir})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Append(context.Background(), s.Model("odd"), nil, []query.Value{query.Text("a")}); err != nil {
		t.Fatal(err)
	}
	f.expect("files", f.files(), "%2E%2E%2Fx%2E000001.jsonl file")
}

func TestConcurrentAppendsAndReads(t *testing.T) {
	f := newFixture(t, "maxSize 4kb")
	other := f.open(nil)
	const writers, batches = 4, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			db := f.db
			if w%2 == 1 {
				db = other
			}
			for i := range batches {
				n := (w*batches + i) * 2
				if err := db.Append(context.Background(), f.s.Model("ticks"), nil, f.rows(n, n+1)); err != nil {
					t.Error(err)
				}
				err := db.Read(context.Background(), f.s.Model("ticks"), false, nil, func(c *conn.Conn) error {
					return c.Run(context.Background(), conn.Query{SQL: "SELECT count(*) FROM ticks"}, nil, func(r *conn.Row) error {
						if r.Int64(0)%2 != 0 {
							t.Error("half a batch was seen")
						}
						return nil
					})
				})
				if err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	for _, db := range []*logdb.DB{f.db, other, f.open(nil)} {
		f.expect("all rows, once", f.query(db, "ticks", "SELECT count(*), count(DISTINCT n) FROM ticks"), fmt.Sprintf("%d|%d", 2*writers*batches, 2*writers*batches))
		f.expect("batches together", f.query(db, "ticks",
			"SELECT count(*) FROM ticks AS a JOIN ticks AS b ON b._line = a._line + 1 WHERE a.n % 2 = 0 AND b.n = a.n + 1"), fmt.Sprint(writers*batches))
	}
}
