package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

const archiveSchema = `
model authors {
  id Integer @id
  name Text
  books books[]
}
model books {
  id Integer @id
  title Text
  author authors @relation(fields: [authorId], references: [id])
  authorId Integer
  @@fts([title])
}
model tags {
  name Text @id
  note Text
  @@fts([note])
}
`

func fill(t *testing.T, db *litestone.Client, from, to int) {
	t.Helper()
	for i := from; i <= to; i++ {
		_, err := db.Table("authors").Create(t.Context(), litestone.Map{"data": map[string]any{
			"name":  fmt.Sprintf("author %d", i),
			"books": map[string]any{"create": []any{map[string]any{"title": fmt.Sprintf("first of %d", i)}, map[string]any{"title": fmt.Sprintf("second of %d", i)}}},
		}})
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := db.Table("tags").Create(t.Context(), litestone.Map{"data": map[string]any{"name": fmt.Sprintf("t%d", i), "note": "a note"}}); err != nil {
			t.Error(err)
			return
		}
	}
}

func count(t *testing.T, db *litestone.Client, table string) int64 {
	t.Helper()
	n, err := db.Table(table).Count(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func healthy(t *testing.T, db *litestone.Client) {
	t.Helper()
	all, err := db.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if !c.Examined || len(c.Findings) > 0 {
			t.Errorf("database %s: %+v", c.Database, c)
		}
	}
}

func TestBackupWhileWritesGoOn(t *testing.T) {
	dir := t.TempDir()
	db := openText(t, litestone.Config{SchemaText: archiveSchema, DB: filepath.Join(dir, "app.db")})
	fill(t, db, 1, 50)
	if _, err := db.Table("tags").DeleteMany(t.Context(), litestone.Map{"where": map[string]any{"name": map[string]any{"startsWith": "t1"}}}); err != nil {
		t.Fatal(err)
	}
	var writer sync.WaitGroup
	writer.Go(func() { fill(t, db, 51, 150) })
	for _, o := range []litestone.BackupOptions{{}, {Vacuum: true}, {Verify: true}, {Vacuum: true, Verify: true}} {
		dest := filepath.Join(dir, fmt.Sprintf("copy-%v-%v.db", o.Vacuum, o.Verify))
		info, err := db.Backup(t.Context(), dest, o)
		if err != nil {
			t.Fatal(err)
		}
		stat, err := os.Stat(dest)
		if err != nil || stat.Size() != info.Bytes || info.Database != "main" || info.Path != dest {
			t.Errorf("%+v, %v", info, err)
		}
		func() {
			copied := openText(t, litestone.Config{SchemaText: archiveSchema, DB: dest})
			healthy(t, copied)
			authors, books := count(t, copied, "authors"), count(t, copied, "books")
			if authors < 50 || books != 2*authors {
				t.Errorf("%d authors with %d books: a nested create was cut in two", authors, books)
			}
			if n, err := copied.Table("tags").Search(t.Context(), "note", litestone.Map{"limit": 1000}); err != nil || int64(len(n)) != count(t, copied, "tags") {
				t.Errorf("search finds %d: %v", len(n), err)
			}
		}()
	}
	writer.Wait()
	if left, _ := filepath.Glob(filepath.Join(dir, ".litestone-backup-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestBackupReplacesOnlyWhatItMay(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "app.db")
	db := openText(t, litestone.Config{SchemaText: archiveSchema, DB: file})
	fill(t, db, 1, 3)
	dest := filepath.Join(dir, "copy.db")
	for i := range 2 {
		if _, err := db.Backup(t.Context(), dest); err != nil {
			t.Fatal(err)
		}
		fill(t, db, 4+i, 4+i)
	}
	before, err := os.ReadFile(dest)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Link(file, filepath.Join(dir, "link.db")); err != nil {
		t.Fatal(err)
	}
	other := openText(t, litestone.Config{SchemaText: lockSchema, DB: filepath.Join(dir, "other.db")})
	if _, err := other.Table("notes").Create(t.Context(), litestone.Map{"data": map[string]any{}}); err != nil {
		t.Fatal(err)
	}
	for to, says := range map[string]string{
		"":                                      "needs a file",
		file:                                    "is the database main itself",
		filepath.Join(dir, "link.db"):           "is the database main itself",
		filepath.Join(dir, "other.db"):          "in use",
		dir:                                     "not a regular file",
		filepath.Join(dir, "none", "copy.db"):   "no such file",
		filepath.Join(dest, "below", "copy.db"): "not a directory",
	} {
		if _, err := db.Backup(t.Context(), to); !errors.Is(err, litestone.ErrConfig) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", to, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.Backup(ctx, dest); !errors.Is(err, litestone.ErrCancelled) {
		t.Error(err)
	}
	if after, err := os.ReadFile(dest); err != nil || string(after) != string(before) {
		t.Errorf("failed backups changed the file: %v", err)
	}
}

const twoDatabases = `
database main { path "$DIR/main.db" }
database side { path "$DIR/side.db" }
model users {
  id Integer @id
  name Text @unique
}
model events {
  id Integer @id
  name Text @unique
  @@db(side)
}
`

func TestBackupAll(t *testing.T) {
	dir := t.TempDir()
	text := strings.ReplaceAll(twoDatabases, "$DIR", dir)
	db := openText(t, litestone.Config{SchemaText: text})
	for _, m := range []string{"users", "events", "events"} {
		if _, err := db.Table(m).Create(t.Context(), litestone.Map{"data": map[string]any{"name": fmt.Sprint(m, count(t, db, m))}}); err != nil {
			t.Fatal(err)
		}
	}
	to := t.TempDir()
	all, err := db.BackupAll(t.Context(), to, litestone.BackupOptions{})
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	copied := openText(t, litestone.Config{SchemaText: strings.ReplaceAll(twoDatabases, "$DIR", to)})
	if u, e := count(t, copied, "users"), count(t, copied, "events"); u != 1 || e != 2 {
		t.Errorf("%d users, %d events", u, e)
	}
	if _, err := db.Backup(t.Context(), filepath.Join(to, "x.db"), litestone.BackupOptions{Database: "none"}); !errors.Is(err, litestone.ErrValidation) {
		t.Error(err)
	}
}
