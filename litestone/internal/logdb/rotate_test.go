package logdb_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

func TestAFullFileIsPutAside(t *testing.T) {
	f := newFixture(t, "maxSize 1kb")
	want := ""
	for n := range 40 {
		f.append(n)
		want += fmt.Sprint(n, " ")
		if n%10 == 0 {
			f.expect("read on the way", f.numbers(f.db)+" ", want)
		}
	}
	f.expect("files", f.files(), "ticks.000001.jsonl ticks.000002.jsonl ticks.jsonl")
	for _, name := range strings.Fields(f.files()) {
		if n := len(f.content(name)); n > 1024 {
			t.Errorf("%s has %d bytes", name, n)
		}
	}
	f.expect("all rows", f.numbers(f.db)+" ", want)
	f.expect("all rows anew", f.numbers(f.open(nil))+" ", want)
	f.append(make([]int, 60)...) // more than a file may hold: it gets one of its own
	f.append(1)
	f.expect("files", f.files(), "ticks.000001.jsonl ticks.000002.jsonl ticks.000003.jsonl ticks.000004.jsonl ticks.jsonl")
}

func TestATornLinePutAsideIsRead(t *testing.T) {
	f := newFixture(t, "maxSize 1kb")
	f.append(1)
	f.write("ticks.jsonl", `{"n":2,"text":"`+strings.Repeat("x", 900)+`","at":null}`, os.O_APPEND)
	f.expect("not yet", f.numbers(f.db), "1")
	f.append(3)
	f.expect("files", f.files(), "ticks.000001.jsonl ticks.jsonl")
	f.expect("nobody will end it any more", f.numbers(f.db), "1 2 3")
	f.expect("anew", f.numbers(f.open(nil)), "1 2 3")
}

func TestRetention(t *testing.T) {
	day := 24 * time.Hour
	for _, c := range []struct {
		keep   string
		before time.Duration // too old by an hour
		within time.Duration
	}{
		{"24h", 25 * time.Hour, 23 * time.Hour},
		{"2d", 2*day + time.Hour, 2*day - time.Hour},
		{"1w", 7*day + time.Hour, 7*day - time.Hour},
		{"1y", 366 * day, 364 * day},
	} {
		t.Run(c.keep, func(t *testing.T) {
			f := newFixture(t, "retention "+c.keep)
			start := f.now
			f.append(1, 2)
			f.now = start.Add(c.within)
			f.append(3)
			f.expect("kept", f.numbers(f.db), "1 2 3")
			f.now = start.Add(c.before + day)
			f.expect("removed by a read", f.numbers(f.db), map[bool]string{true: "3", false: ""}[c.keep != "24h"])
			f.now = f.now.Add(c.before + day)
			f.append(4)
			f.expect("removed by an append", strings.Fields(f.numbers(f.db))[0], "4")
			f.now = f.now.Add(c.before)
			f.expect("removed at Open", f.numbers(f.open(nil)), "")
			f.expect("the file is empty", f.content("ticks.jsonl"), "")
			f.append(5)
			f.expect("and goes on", f.numbers(f.db), "5")
		})
	}
}

func TestRetentionOfParts(t *testing.T) {
	f := newFixture(t, "maxSize 1kb retention 2d")
	for n := range 30 {
		f.append(n)
		f.now = f.now.Add(3 * time.Hour)
	}
	got := strings.Fields(f.numbers(f.db))
	if len(got) < 16 || len(got) > 20 || got[len(got)-1] != "29" {
		t.Errorf("kept %v", got)
	}
	f.expect("files", f.files(), "ticks.000001.jsonl ticks.jsonl")
	f.now = f.now.Add(40 * time.Hour)
	f.append(30)
	f.expect("files", f.files(), "ticks.jsonl")
	f.expect("others see the same", f.numbers(f.open(nil)), f.numbers(f.db))
}

func TestALineWithoutStampGoesWithThoseBefore(t *testing.T) {
	f := newFixture(t, "retention 1d")
	f.append(1)
	f.write("ticks.jsonl", "damaged\n"+`{"n":2}`+"\n", os.O_APPEND)
	f.now = f.now.Add(23 * time.Hour)
	f.append(3)
	f.write("ticks.jsonl", "damaged\n", os.O_APPEND)
	f.now = f.now.Add(4 * time.Hour)
	f.expect("rows", f.numbers(f.db), "3")
	if got := strings.Count(f.content("ticks.jsonl"), "\n"); got != 2 {
		t.Errorf("%d lines are left", got)
	}
}

func TestWithoutStampPartsAreAsOldAsTheirFiles(t *testing.T) {
	f := newFixture(t, "maxSize 1kb retention 1d")
	line := `{"id":%d,"text":"` + strings.Repeat("x", 500) + `"}` + "\n"
	f.write("keyed.000001.jsonl", fmt.Sprintf(line, 1), 0)
	f.write("keyed.000002.jsonl", fmt.Sprintf(line, 2), 0)
	f.write("keyed.jsonl", fmt.Sprintf(line, 3), 0)
	old := f.now.Add(-25 * time.Hour)
	for _, name := range []string{"keyed.000001.jsonl", "keyed.jsonl"} {
		if err := os.Chtimes(f.path(name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	os.Chtimes(f.path("keyed.000002.jsonl"), f.now, f.now)
	f.expect("rows", f.query(f.open(nil), "keyed", "SELECT id FROM keyed ORDER BY _line"), "2 3")
	f.expect("files", f.files(), "keyed.000002.jsonl keyed.jsonl")
}
