package encrypt_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/plugins/encrypt"
)

// Secret, SecretCreate and SecretUpdate are what lite2go makes of the model secrets.
type Secret struct {
	litestone.Row
	ID     int64     `json:"id"`
	Name   string    `json:"name"`
	Pin    *string   `json:"pin"`
	Handle string    `json:"handle"`
	Next   *Secret   `json:"next"`
	NextID *int64    `json:"nextId"`
	Prev   []*Secret `json:"prev"`
}

type SecretCreate struct {
	ID     litestone.Opt[int64]  `json:"id"`
	Name   string                `json:"name"`
	Pin    litestone.Opt[string] `json:"pin"`
	Handle string                `json:"handle"`
	Next   litestone.Nest        `json:"next"`
	NextID litestone.Opt[int64]  `json:"nextId"`
	Prev   litestone.Nest        `json:"prev"`
}

type SecretUpdate struct {
	ID     litestone.Opt[int64]  `json:"id"`
	Name   litestone.Opt[string] `json:"name"`
	Pin    litestone.Opt[string] `json:"pin"`
	Handle litestone.Opt[string] `json:"handle"`
	Next   litestone.Nest        `json:"next"`
	NextID litestone.Opt[int64]  `json:"nextId"`
	Prev   litestone.Nest        `json:"prev"`
}

func TestStructs(t *testing.T) {
	ctx := context.Background()
	file := filepath.Join(t.TempDir(), "main.db")
	def := litestone.Definition{Root: "schema.lite", Sources: []litestone.Source{{Name: "schema.lite", Text: `
model secrets {
  id     Integer @id
  name   Text
  pin    Text? @encrypted
  handle Text  @encrypted(searchable: true) @unique
  next   secrets? @relation("chain", fields: [nextId], references: [id])
  nextId Integer?
  prev   secrets[] @relation("chain")
}`}}, Models: []litestone.ModelType{litestone.ModelOf[Secret, SecretCreate, SecretUpdate]("secrets")}}
	openWith := func(key string) litestone.Table[Secret, SecretCreate, SecretUpdate] {
		db, err := litestone.OpenModels(ctx, litestone.Config{DB: file, Plugins: []plugin.Plugin{encrypt.New(key)}}, def)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return litestone.TableOf[Secret, SecretCreate, SecretUpdate](db.AsSystem(), 0)
	}
	table := openWith(hexKey)
	for i, pin := range []litestone.Opt[string]{litestone.Set("1111"), litestone.Null[string](), litestone.Set("")} {
		next := litestone.Opt[int64]{}
		if i > 0 {
			next = litestone.Set(int64(i))
		}
		made, err := table.Create(ctx, SecretCreate{ID: litestone.Set(int64(i + 1)), Name: "n", Pin: pin, Handle: string(rune('a' + i)), NextID: next})
		if err != nil {
			t.Fatal(err)
		}
		if made.Handle != string(rune('a'+i)) {
			t.Errorf("created %+v", made)
		}
	}
	check := func(s *Secret, pin string, null bool, handle string) {
		t.Helper()
		if s == nil {
			t.Error("no row")
			return
		}
		if (s.Pin == nil) != null || s.Pin != nil && *s.Pin != pin || s.Handle != handle {
			t.Errorf("row %d reads %v, %q", s.ID, s.Pin, s.Handle)
		}
	}
	rows, err := table.FindMany(ctx, litestone.Find{OrderBy: litestone.JSON(`{"id":"asc"}`), Include: litestone.JSON(`{"next":true,"prev":true}`)})
	if err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	check(rows[0], "1111", false, "a")
	check(rows[1], "", true, "b")
	check(rows[2], "", false, "c")
	check(rows[1].Next, "1111", false, "a") // rows that are joined, and rows read beside
	if len(rows[1].Prev) == 1 {
		check(rows[1].Prev[0], "", false, "c")
	} else {
		t.Errorf("%d rows point to the second", len(rows[1].Prev))
	}

	other := openWith(rawKey)
	rows, err = other.FindMany(ctx, litestone.Find{})
	if err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	for _, r := range rows {
		check(r, "", true, "") // another key reads nothing
	}
}
