package encrypt_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/plugins/encrypt"
)

const twoVaults = `
database main { path "$DIR/main.db" }
database side { path "$DIR/side.db" }
model people {
  id Integer @id
  ssn Text? @encrypted
  mail Text? @unique @encrypted(searchable: true)
  fixed Text? @encrypted(searchable: true, rotate: false)
}
model pets {
  id Integer @id
  chip Text? @unique @encrypted(searchable: true)
  fixed Text? @encrypted(searchable: true, rotate: false)
  @@db(side)
}`

// TestRotateKeyTorn lets the second of two commits of a rotation fail. Everything stays readable,
// searchable and unique, with this client and with one that knows both keys, and the same call again
// finishes.
func TestRotateKeyTorn(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	cfg := func(keys ...string) litestone.Config {
		return litestone.Config{SchemaText: strings.ReplaceAll(twoVaults, "$DIR", filepath.ToSlash(dir)), Plugins: []plugin.Plugin{encrypt.New(keys[0], keys[1:]...)}}
	}
	db := open(t, cfg(hexKey))
	sys := db.AsSystem()
	row := func(i int) args { return args{"id": i, "fixed": fmt.Sprint("f", i)} }
	for i := 1; i <= 3; i++ {
		p, q := row(i), row(i)
		p["ssn"], p["mail"], q["chip"] = fmt.Sprint("s", i), fmt.Sprint("m", i), fmt.Sprint("c", i)
		must(t, sys, "people.create", args{"data": p})
		must(t, sys, "pets.create", args{"data": q})
	}
	// holds tells whether all rows can be read, and found by what is searchable in them.
	holds := func(when string, sys *litestone.Client, rows int, searching bool) {
		t.Helper()
		people, pets := asJSON(t, must(t, sys, "people.findMany", args{"orderBy": args{"id": "asc"}})), asJSON(t, must(t, sys, "pets.findMany", args{"orderBy": args{"id": "asc"}}))
		for i := 1; i <= rows; i++ {
			if want := fmt.Sprintf(`{"id":%d,"ssn":"s%[1]d","mail":"m%[1]d","fixed":"f%[1]d"}`, i); !strings.Contains(people, want) {
				t.Errorf("%s: no %s in %s", when, want, people)
			}
			if want := fmt.Sprintf(`{"id":%d,"chip":"c%[1]d","fixed":"f%[1]d"}`, i); !strings.Contains(pets, want) {
				t.Errorf("%s: no %s in %s", when, want, pets)
			}
			for call, where := range map[string]args{"people.count": {"mail": fmt.Sprint("m", i), "fixed": fmt.Sprint("f", i)}, "pets.count": {"chip": fmt.Sprint("c", i), "fixed": fmt.Sprint("f", i)}} {
				if n := must(t, sys, call, args{"where": where}); searching && n != int64(1) {
					t.Errorf("%s: %s of %v: %v", when, call, where, n)
				}
			}
		}
		if !searching {
			return // nor would unique values be seen
		}
		for call, data := range map[string]args{"people.create": {"mail": "m1"}, "pets.create": {"chip": "c1"}} {
			if _, err := sys.Call(ctx, call, args{"data": data}); !errors.Is(err, litestone.ErrUnique) {
				t.Errorf("%s: %s of a value that is there: %v", when, call, err)
			}
		}
	}
	script := func(sql string) {
		t.Helper()
		if _, err := db.SQL(sql).Exec(ctx); err != nil {
			t.Fatal(err)
		}
	}
	// main commits last: its foreign key is asked when it does.
	script("CREATE TABLE broken (id REFERENCES people(id) DEFERRABLE INITIALLY DEFERRED)")
	script("CREATE TRIGGER break AFTER UPDATE ON people BEGIN INSERT INTO broken VALUES (-1); END")
	var e *litestone.Error
	n, err := db.RotateKey(ctx, rawKey)
	if !errors.As(err, &e) || e.Code != litestone.CodeForeignKey || !strings.Contains(e.Message, "the key changed in side and in no other database") || n != 0 {
		t.Fatal(n, err)
	}
	holds("torn", sys, 3, true)
	must(t, sys, "people.create", args{"data": args{"id": 4, "ssn": "s4", "mail": "m4", "fixed": "f4"}})
	must(t, sys, "pets.create", args{"data": args{"id": 4, "chip": "c4", "fixed": "f4"}})
	holds("torn, with rows of afterwards", sys, 4, true)

	// As after a power cut: another program with both keys.
	other := open(t, cfg(rawKey, hexKey))
	holds("both keys", other.AsSystem(), 4, false)
	other.Close()

	script("DROP TRIGGER break")
	script("DROP TABLE broken")
	if n, err := db.RotateKey(ctx, rawKey); err != nil || n != 8 {
		t.Fatal(n, err)
	}
	holds("finished", sys, 4, true)
	db.Close()
	db = open(t, cfg(rawKey, hexKey)) // the first key is still that of rotate: false
	holds("opened anew", db.AsSystem(), 4, true)
	rows, err := db.SQL("SELECT ssn, mail FROM people").Rows(ctx)
	if err != nil {
		t.Fatal(err)
	}
	alone := open(t, cfg(rawKey))
	for _, r := range []string{asJSON(t, must(t, alone.AsSystem(), "people.findMany", args{"select": args{"ssn": true, "mail": true}})), asJSON(t, must(t, alone.AsSystem(), "pets.findMany", args{"select": args{"chip": true}}))} {
		if strings.Contains(r, "null") {
			t.Errorf("the new key alone reads %s of %v", r, rows)
		}
	}
}

// TestRotateKeyFailsFirst lets the first commit fail: nothing has changed, and what follows is written
// with the old key.
func TestRotateKeyFailsFirst(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	db := open(t, config(dir, hexKey))
	sys := db.AsSystem()
	must(t, sys, "vaults.create", args{"data": args{"id": 1, "ssn": "s1", "mail": "m1"}})
	for _, sql := range []string{
		"CREATE TABLE broken (id REFERENCES owners(id) DEFERRABLE INITIALLY DEFERRED)",
		"CREATE TRIGGER break AFTER UPDATE ON vaults BEGIN INSERT INTO broken VALUES (-1); END",
	} {
		if _, err := db.SQL(sql).Exec(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var e *litestone.Error
	if _, err := db.RotateKey(ctx, rawKey); !errors.As(err, &e) || e.Code != litestone.CodeForeignKey || strings.Contains(e.Message, "the key changed") {
		t.Fatal(err)
	}
	must(t, sys, "vaults.create", args{"data": args{"id": 2, "ssn": "s2", "mail": "m2"}})
	db.Close()
	db = open(t, config(dir, hexKey))
	for i := 1; i <= 2; i++ {
		want := fmt.Sprintf(`[{"ssn":"s%d"}]`, i)
		if got := asJSON(t, must(t, db.AsSystem(), "vaults.findMany", args{"where": args{"mail": fmt.Sprint("m", i)}, "select": args{"ssn": true}})); got != want {
			t.Errorf("the old key reads %s, want %s", got, want)
		}
	}
}
