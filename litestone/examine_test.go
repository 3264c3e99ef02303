package litestone_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun/driver/sqliteshim"

	"github.com/litestone-go/orm/litestone"
)

const sickSchema = `
database other { path env("LITESTONE_TEST_OTHER", "./nowhere/other.db") }
database hits  { path "./hits/"; driver jsonl }
model users { id Integer @id  name Text  posts posts[] }
model posts { id Integer @id  title Text  user users @relation(fields: [userId], references: [id])  userId Integer  @@fts([title]) }
model notes { id Integer @id  @@db(other) }
model hit { path Text  @@db(hits) }`

func TestLocate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "app.db")
	t.Setenv("LITESTONE_TEST_OTHER", filepath.Join(dir, "other.db"))
	got, err := litestone.Locate(litestone.Config{SchemaText: sickSchema, DB: path})
	if err != nil {
		t.Fatal(err)
	}
	want := []litestone.Location{
		{Database: "main", Driver: "sqlite", Path: path},
		{Database: "other", Driver: "sqlite", Path: filepath.Join(dir, "other.db")},
		{Database: "hits", Driver: "jsonl", Path: "./hits/"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if made, _ := os.ReadDir(dir); len(made) > 0 {
		t.Errorf("%v was made", made)
	}
	if got, _ := litestone.Locate(litestone.Config{SchemaText: "model a { id Integer @id }"}); len(got) != 1 || got[0].Path != "" {
		t.Errorf("without a path: %+v", got)
	}
	if _, err := litestone.Locate(litestone.Config{SchemaText: "model"}); err == nil {
		t.Error("a broken schema is no error")
	}
}

// behind does to a database what only others would.
func behind(t *testing.T, path, script string) {
	t.Helper()
	db, err := sql.Open(sqliteshim.ShimName, path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
}

func TestExamine(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	t.Setenv("LITESTONE_TEST_OTHER", other)
	cfg := litestone.Config{SchemaText: sickSchema, DB: filepath.Join(dir, "app.db")}
	if _, err := litestone.Push(t.Context(), cfg, litestone.PushOptions{}); err != nil {
		t.Fatal(err)
	}
	// checks names what is found in each database.
	checks := func() map[string][]string {
		t.Helper()
		found, err := litestone.Examine(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string][]string{}
		for _, c := range found {
			for _, f := range c.Findings {
				out[c.Database] = append(out[c.Database], f.Check)
			}
			if c.Examined != (c.Driver == "sqlite") {
				t.Errorf("%s: examined %t", c.Database, c.Examined)
			}
		}
		return out
	}
	want := func(what string, want map[string][]string) {
		t.Helper()
		if diff := cmp.Diff(want, checks()); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	want("a new project", map[string][]string{})

	behind(t, cfg.DB, `INSERT INTO users VALUES (1, 'a'); INSERT INTO posts VALUES (1, 'x', 1); PRAGMA foreign_keys=OFF; UPDATE posts SET userId = 9`)
	want("a reference to nothing", map[string][]string{"main": {"foreign_keys"}})
	behind(t, cfg.DB, `UPDATE posts SET userId = 1; INSERT INTO posts_fts (posts_fts) VALUES ('delete-all')`)
	want("a search table that lags behind", map[string][]string{"main": {"search"}})
	behind(t, cfg.DB, `INSERT INTO posts_fts (posts_fts) VALUES ('rebuild'); ALTER TABLE users ADD COLUMN age INTEGER`)
	if got := checks()["main"]; !slices.Contains(got, "shape") {
		t.Errorf("another column: %v", got)
	}

	if err := os.WriteFile(other, []byte("this is no database, but long enough to be looked at by SQLite itself, which wants a header of 100 bytes"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := checks()["other"]; !slices.Equal(got, []string{"open"}) {
		t.Errorf("a file that is no database: %v", got)
	}
	os.Remove(other)
	if got := checks()["other"]; !slices.Equal(got, []string{"open"}) {
		t.Errorf("a missing file: %v", got)
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("the missing file was made")
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := litestone.Examine(ended, cfg); !errors.Is(err, litestone.ErrCancelled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := litestone.Examine(t.Context(), litestone.Config{SchemaText: "model a { id Integer @id }"}); !errors.Is(err, litestone.ErrConfig) {
		t.Errorf("no path: %v", err)
	}
}

func TestMustExist(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	cfg := litestone.Config{SchemaText: "model users { id Integer @id }", DB: path, MustExist: true}
	if _, err := litestone.Open(t.Context(), cfg); !errors.Is(err, litestone.ErrConfig) {
		t.Errorf("a missing database: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it was made")
	}
	cfg.DB = ":memory:"
	db, err := litestone.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("a private database always exists: %v", err)
	}
	db.Close()
}

// TestBackupWithoutClient: a copy needs neither plugins nor the right shape.
func TestBackupWithoutClient(t *testing.T) {
	dir := t.TempDir()
	old := litestone.Config{SchemaText: "model users { id Integer @id  name Text }", DB: filepath.Join(dir, "app.db")}
	if _, err := litestone.Push(t.Context(), old, litestone.PushOptions{}); err != nil {
		t.Fatal(err)
	}
	behind(t, old.DB, `INSERT INTO users VALUES (1, 'Ada')`)
	now := litestone.Config{SchemaText: `model users { id Integer @id  name Text  pin Text? @encrypted  @@gate("4") }`, DB: old.DB}
	copied := filepath.Join(dir, "copy.db")
	info, err := litestone.BackupDatabase(t.Context(), now, copied, litestone.BackupOptions{Verify: true})
	if err != nil || info.Path != copied || info.Bytes == 0 {
		t.Fatalf("%+v, %v", info, err)
	}
	db, err := litestone.Open(t.Context(), litestone.Config{SchemaText: old.SchemaText, DB: copied, MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if n, err := db.Table("users").Count(t.Context(), nil); err != nil || n != 1 {
		t.Errorf("%d rows, %v", n, err)
	}
	all, err := litestone.BackupDatabases(t.Context(), now, dir, litestone.BackupOptions{})
	if err != nil || len(all) != 1 || all[0].Path != filepath.Join(dir, "main.db") {
		t.Errorf("%+v, %v", all, err)
	}
	now.DB = filepath.Join(dir, "gone.db")
	if _, err := litestone.BackupDatabase(t.Context(), now, copied, litestone.BackupOptions{}); !errors.Is(err, litestone.ErrConfig) {
		t.Errorf("a missing database: %v", err)
	}
}
