package litestone_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/uptrace/bun/driver/sqliteshim"

	"github.com/litestone-go/orm/litestone"
)

const (
	migratorFirst = `database main { path "./main.db" }
database side { path "./side.db" }
model users { id Integer @id; nm Text; posts posts[]; @@allow('all', auth() != null) }
model posts { id Integer @id; title Text; user users? @relation(fields: [userId], references: [id]); userId Integer? }
model hits { id Integer @id; n Integer; @@db(side) }`
	migratorNext = `database main { path "./main.db" }
database side { path "./side.db" }
model users { id Integer @id; name Text @was("nm"); slug Text?; posts posts[]; @@allow('all', auth() != null) }
model posts { id Integer @id; title Text; user users? @relation(fields: [userId], references: [id]); userId Integer? }
model hits { id Integer @id; n Integer; kind Text @default("view"); @@db(side) }`
)

// clock ticks a minute at every look, so that names and times are known.
func clock() func() time.Time {
	now := time.Date(2024, 1, 1, 9, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(time.Minute)
		return now
	}
}

func migratorIn(t *testing.T, text string) *litestone.Migrator {
	t.Helper()
	t.Chdir(t.TempDir())
	return &litestone.Migrator{Config: litestone.Config{SchemaText: text, Now: clock()}}
}

func created(t *testing.T, g *litestone.Migrator, label string) []litestone.CreatedMigration {
	t.Helper()
	made, err := g.Create(context.Background(), litestone.CreateOptions{Label: label})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func applied(t *testing.T, g *litestone.Migrator) string {
	t.Helper()
	done, err := g.Apply(context.Background(), litestone.ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range done.Migrations {
		names = append(names, m.Database+" "+m.Name)
	}
	return strings.Join(names, ", ")
}

// Each database has its files in a folder of its own, and its own history.
func TestMigratorOverTwoDatabases(t *testing.T) {
	ctx := context.Background()
	g := migratorIn(t, migratorFirst)
	made := created(t, g, "init")
	if len(made) != 2 || filepath.Dir(made[0].Files[0]) != "migrations" || filepath.Dir(made[1].Files[0]) != filepath.Join("migrations", "side") {
		t.Fatalf("made %+v", made)
	}
	if _, err := os.Stat("main.db"); err == nil {
		t.Error("create made a database")
	}
	if got := applied(t, g); !strings.HasPrefix(got, "main ") || !strings.Contains(got, ", side ") {
		t.Errorf("applied %s", got)
	}
	if got := applied(t, g); got != "" {
		t.Errorf("applied again: %s", got)
	}
	reports, err := g.Verify(ctx)
	if err != nil || len(reports) != 2 || !reports[0].OK || !reports[1].OK {
		t.Errorf("%+v %v", reports, err)
	}

	g.Config.SchemaText = migratorNext
	if reports, err = g.Verify(ctx); err != nil || reports[0].OK || strings.Join(reports[1].Drift, ";") != "table hits: column kind is missing" {
		t.Errorf("%+v %v", reports, err)
	}
	created(t, g, "next")
	done, err := g.Apply(ctx, litestone.ApplyOptions{Backup: true})
	if err != nil || len(done.Migrations) != 2 || len(done.Backups) != 2 {
		t.Fatalf("%+v %v", done, err)
	}
	for _, b := range done.Backups {
		if _, err := os.Stat(b); err != nil {
			t.Error(err)
		}
	}
	back, err := g.Rollback(ctx, litestone.RollbackOptions{Database: "side"})
	if err != nil || len(back.Migrations) != 1 || back.Migrations[0].Database != "side" {
		t.Errorf("%+v %v", back, err)
	}
	if _, err = g.Rollback(ctx, litestone.RollbackOptions{Database: "nope"}); !isCode(err, litestone.CodeConfig) {
		t.Errorf("got %v", err)
	}
	if found, err := g.Lint(ctx); err != nil || len(found) != 0 {
		t.Errorf("%+v %v", found, err)
	}
	if reports, err = g.VerifyFiles(ctx); err != nil || !reports[0].OK || !reports[1].OK {
		t.Errorf("%+v %v", reports, err)
	}
}

func isCode(err error, code litestone.Code) bool {
	var e *litestone.Error
	return errors.As(err, &e) && e.Code == code
}

// A migration in Go runs among the files, with the whole client, as the system, in a transaction
// that holds its record too.
func TestMigrationInGo(t *testing.T) {
	ctx := context.Background()
	g := migratorIn(t, migratorFirst)
	created(t, g, "init")
	applied(t, g)
	db, err := litestone.Open(ctx, g.Config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.AsSystem().Table("users").CreateMany(ctx, litestone.JSON(`{"data": [{"nm": "Ada Lovelace"}, {"nm": "Bob"}]}`)); err != nil {
		t.Fatal(err)
	}
	db.Close()

	g.Config.SchemaText = migratorNext
	next := created(t, g, "next")
	fail := true
	g.Config.Migrations = []litestone.Migration{{
		Name: "20990101000000_slugs",
		Up: func(ctx context.Context, tx *litestone.Client) error {
			users, err := tx.Table("users").FindMany(ctx, litestone.JSON(`{"where": {"slug": null}, "orderBy": {"id": "asc"}}`))
			if err != nil {
				return err
			}
			for _, u := range users {
				name, _ := u.Get("name")
				id, _ := u.Get("id")
				slug := strings.ToLower(strings.ReplaceAll(name.(string), " ", "-"))
				if _, err := tx.Table("users").Update(ctx, litestone.Map{"where": map[string]any{"id": id}, "data": map[string]any{"slug": slug}}); err != nil {
					return err
				}
			}
			if _, err := tx.Table("posts").Create(ctx, litestone.JSON(`{"data": {"title": "done"}}`)); err != nil {
				return err
			}
			if fail {
				return errors.New("out of slugs")
			}
			return nil
		},
		Down: func(ctx context.Context, tx *litestone.Client) error {
			_, err := tx.Table("users").UpdateMany(ctx, litestone.JSON(`{"data": {"slug": null}}`))
			return err
		},
	}}
	done, err := g.Apply(ctx, litestone.ApplyOptions{})
	if err == nil || !strings.Contains(err.Error(), "the Go migration 20990101000000_slugs failed: out of slugs") {
		t.Fatalf("got %v", err)
	}
	if len(done.Migrations) != 1 || done.Migrations[0].Name != next[0].Name {
		t.Errorf("applied %+v", done)
	}
	if got := ask(t, "main.db", "SELECT group_concat(coalesce(slug, 'none')) || (SELECT count(*) FROM posts) FROM users"); got != "none,none0" {
		t.Errorf("a failed migration left %s", got)
	}
	fail = false
	if got := applied(t, g); got != "main 20990101000000_slugs, side "+next[1].Name {
		t.Errorf("applied %s", got)
	}
	if got := ask(t, "main.db", "SELECT group_concat(slug) FROM users"); got != "ada-lovelace,bob" {
		t.Errorf("slugs are %s", got)
	}
	all, err := g.Status(ctx)
	if err != nil || !all[0].Migrations[2].Go || all[0].Migrations[2].State != "applied" {
		t.Errorf("%+v %v", all, err)
	}
	if _, err := g.Rollback(ctx, litestone.RollbackOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, "main.db", "SELECT count(slug) FROM users"); got != "0" {
		t.Errorf("%s slugs are left", got)
	}

	g.Config.Migrations = append(g.Config.Migrations, litestone.Migration{Name: "20990102000000_x", Database: "nowhere", Up: func(context.Context, *litestone.Client) error { return nil }})
	if _, err := g.Apply(ctx, litestone.ApplyOptions{}); !isCode(err, litestone.CodeConfig) {
		t.Errorf("got %v", err)
	}
}

// Files that are part of the program.
func TestMigratorFromAnFS(t *testing.T) {
	g := migratorIn(t, "model a { id Integer @id }")
	g.Config.DB = "app.db"
	g.Files = fstest.MapFS{"20240101000000_init.sql": {Data: []byte("CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;")}}
	if got := applied(t, g); got != "main 20240101000000_init" {
		t.Errorf("applied %s", got)
	}
	db, err := litestone.Open(context.Background(), g.Config)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	g.Config.SchemaText = "model a { id Integer @id; t Text? }"
	if _, err := g.Create(context.Background(), litestone.CreateOptions{}); !isCode(err, litestone.CodeConfig) {
		t.Errorf("got %v", err)
	}
}

// ask answers one value, read behind Litestone's back.
func ask(t *testing.T, path, query string) string {
	t.Helper()
	db, err := sql.Open(sqliteshim.ShimName, path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var out string
	if err := db.QueryRow(query).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// A database of another program, in WAL mode with a log that is not moved into the file yet, is
// read as it is, taken over without a change, and goes on.
func TestIntrospectAForeignWALDatabase(t *testing.T) {
	ctx := context.Background()
	t.Chdir(t.TempDir())
	other, err := sql.Open(sqliteshim.ShimName, "other.db")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	for _, s := range []string{
		"PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0",
		`CREATE TABLE "Person" ("PersonId" INTEGER PRIMARY KEY AUTOINCREMENT, "First Name" VARCHAR(40) NOT NULL, "mail" TEXT UNIQUE, "group" INTEGER REFERENCES "Group")`,
		`CREATE TABLE "Group" ("id" INTEGER PRIMARY KEY, "label" TEXT NOT NULL DEFAULT 'x')`,
		`CREATE TABLE settings ("key" TEXT PRIMARY KEY, value) WITHOUT ROWID`,
		`CREATE VIEW everyone AS SELECT "First Name" AS name FROM "Person"`,
		`CREATE TABLE log (t)`,
		`CREATE TRIGGER logged AFTER INSERT ON "Person" BEGIN INSERT INTO log VALUES (new."First Name"); END`,
		`INSERT INTO "Group" DEFAULT VALUES`, `INSERT INTO "Person" ("First Name", "group") VALUES ('Ada', 1), ('Bob', NULL)`,
	} {
		if _, err := other.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	if info, err := os.Stat("other.db-wal"); err != nil || info.Size() == 0 {
		t.Fatalf("there is no log: %v", err)
	}
	text, err := litestone.Introspect(ctx, "other.db", litestone.IntrospectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	done, err := litestone.Push(ctx, litestone.Config{SchemaText: text, DB: "other.db"}, litestone.PushOptions{})
	if err != nil || len(done) != 1 || len(done[0].Steps) != 0 {
		t.Fatalf("%+v %v\n%s", done, err, text)
	}
	db, err := litestone.Open(ctx, litestone.Config{SchemaText: text, DB: "other.db"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	row, err := db.Table("person").Create(ctx, litestone.JSON(`{"data": {"First_Name": "Cleo", "Group_2": {"connect": {"id": 1}}}, "include": {"Group_2": true}}`))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if b, _ := row.MarshalJSON(); string(b) != `{"PersonId":3,"First_Name":"Cleo","mail":null,"group":1,"Group_2":{"id":1,"label":"x"}}` {
		t.Errorf("got %s", b)
	}
	names, err := db.Table("everyone").FindMany(ctx, litestone.Find{})
	if err != nil || len(names) != 3 {
		t.Errorf("%v %v", names, err)
	}
	var logged int
	if err := other.QueryRow("SELECT count(*) FROM log").Scan(&logged); err != nil || logged != 3 {
		t.Errorf("their trigger has seen %d rows: %v", logged, err)
	}
}
