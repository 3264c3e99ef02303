package write

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
)

func TestIDs(t *testing.T) {
	g := newIDs(nil)
	at := time.UnixMilli(1700000000123)
	for _, c := range []struct {
		name string
		make func() (string, error)
		form string
	}{
		{"uuid", g.uuidV4, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`},
		{"ulid", func() (string, error) { return g.ulidAt(at) }, `^[0-7][0-9A-HJKMNP-TV-Z]{25}$`},
		{"nanoid", g.nanoid, `^[A-Za-z0-9_-]{21}$`},
		{"cuid", g.cuid, `^[a-z][a-z0-9]{23}$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			form := regexp.MustCompile(c.form)
			seen := map[string]bool{}
			var list []string
			for range 2000 {
				id, err := c.make()
				if err != nil {
					t.Fatal(err)
				}
				if !form.MatchString(id) {
					t.Fatalf("%q is not of the form %s", id, c.form)
				}
				if seen[id] {
					t.Fatalf("%q came twice", id)
				}
				seen[id] = true
				list = append(list, id)
			}
			if c.name != "ulid" {
				return
			}
			if !slices.IsSorted(list) {
				t.Error("ids of one millisecond do not ascend")
			}
			if u := ulid.MustParse(list[0]); u.Time() != uint64(at.UnixMilli()) {
				t.Errorf("time is %d, want %d", u.Time(), at.UnixMilli())
			}
		})
	}
}

// The randomness is the client's, so that tests can be exact.
func TestIDsFromGivenRandomness(t *testing.T) {
	zeros := func() ids { return newIDs(bytes.NewReader(make([]byte, 4096))) }
	g := zeros()
	if id, _ := g.uuidV4(); id != "00000000-0000-4000-8000-000000000000" {
		t.Error(id)
	}
	if id, _ := g.nanoid(); id != "uuuuuuuuuuuuuuuuuuuuu" {
		t.Error(id)
	}
	if id, _ := g.cuid(); id != "a00000000000000000000000" {
		t.Error(id)
	}
	empty := newIDs(bytes.NewReader(nil))
	if _, err := empty.uuidV4(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestIDsFromManyGoroutines(t *testing.T) {
	g := newIDs(nil)
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				a, _ := g.uuidV4()
				b, _ := g.ulidAt(time.Now())
				mu.Lock()
				seen[a], seen[b] = true, true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 8*200*2 {
		t.Errorf("%d different ids, want %d", len(seen), 8*200*2)
	}
}

func TestStampsNeverRepeat(t *testing.T) {
	var s stamps
	for i, c := range []struct{ now, want int64 }{{100, 100}, {100, 101}, {50, 102}, {200, 200}, {201, 201}} {
		if got := s.after(c.now); got != c.want {
			t.Errorf("%d: stamp %d, want %d", i, got, c.want)
		}
	}
}
