package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

func code(err error) liteerr.Code {
	var e *liteerr.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return liteerr.Code(fmt.Sprint("none: ", err))
}

func TestPushOfAnUnchangedSchemaDoesNothing(t *testing.T) {
	const text = "model m { id Integer @id; t Text; @@fts([t]) }"
	db := open(t)
	if plan := push(t, db, text, migrate.PushOptions{}); !plan.New || plan.Empty() {
		t.Fatalf("the first push is not new: %v", plan)
	}
	before := rows(t, db, "PRAGMA data_version") + rows(t, db, "PRAGMA schema_version")
	if plan := push(t, db, text, migrate.PushOptions{}); !plan.Empty() {
		t.Fatalf("the second push does something: %v", plan)
	}
	if after := rows(t, db, "PRAGMA data_version") + rows(t, db, "PRAGMA schema_version"); after != before {
		t.Errorf("a push with nothing to do wrote")
	}
	if !strings.Contains(push(t, db, text, migrate.PushOptions{}).String(), "nothing to do") {
		t.Error("an empty plan does not say so")
	}
}

func TestPushNoticesWhatOthersChanged(t *testing.T) {
	const text = "model m { id Integer @id; t Text; @@index([t]) }"
	db := open(t)
	push(t, db, text, migrate.PushOptions{})
	script(t, db, "DROP INDEX idx_m_t")
	if got := comments(push(t, db, text, migrate.PushOptions{})); got != "create index idx_m_t\n" {
		t.Errorf("the plan is %q", got)
	}
	script(t, db, "CREATE TABLE theirs (x)")
	if plan := push(t, db, text, migrate.PushOptions{}); !plan.Empty() {
		t.Errorf("a table of others is a difference: %v", plan)
	}
	sound(t, db, text)
}

func TestPushBesideTablesOfOthers(t *testing.T) {
	db := open(t)
	script(t, db, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)")
	push(t, db, "model m { id Integer @id }", migrate.PushOptions{})
	if got := rows(t, db, "SELECT x FROM theirs"); got != "1\n" {
		t.Errorf("theirs holds %q", got)
	}
	sound(t, db, "model m { id Integer @id }")
}

func TestDiffChangesNothing(t *testing.T) {
	db := open(t)
	s := parse(t, "model m { id Integer @id; t Text @default(\"t\") }")
	plan, err := migrate.Diff(ctx, db, s, s.Databases[0])
	if err != nil || !plan.New || len(plan.Steps) != 1 {
		t.Fatalf("%v, %v", plan, err)
	}
	if got := rows(t, db, "SELECT count(*) FROM sqlite_schema"); got != "0\n" {
		t.Errorf("diff made %s objects", got)
	}
	push(t, db, "model m { id Integer @id; t Text; old Text? }", migrate.PushOptions{})
	script(t, db, "INSERT INTO m (t, old) VALUES ('x', 'o')")
	if plan, err = migrate.Diff(ctx, db, s, s.Databases[0]); err != nil {
		t.Fatal(err)
	}
	want := `-- main: 1 step

-- rebuild table m: column t: default 't' instead of none; column old is dropped
-- DESTRUCTIVE: the values of m.old are lost
-- SLOW, LOCKING: writes anew what the table's rows take; writers wait meanwhile
CREATE TABLE "_litestone_new_m" (
  "id" INTEGER PRIMARY KEY,
  "t" TEXT NOT NULL DEFAULT 't'
) STRICT;
INSERT INTO "_litestone_new_m" ("id", "t")
SELECT "id", "t"
FROM main."m";
DROP TABLE main."m";
ALTER TABLE "_litestone_new_m" RENAME TO "m";
`
	if got := plan.String(); got != want {
		t.Errorf("the plan reads\n%s\nwant\n%s", got, want)
	}
	if len(plan.Destructive()) != 1 {
		t.Error("the step is not marked destructive")
	}
	if got := rows(t, db, "SELECT * FROM m"); got != "1|x|o\n" {
		t.Errorf("m holds %q", got)
	}
}

func TestPushRefusesExpressionsSQLiteDoesNotKnow(t *testing.T) {
	const text = `model ok { id Integer @id }
model m { id Integer @id; x Integer @generated("nope({id})") }`
	s := parse(t, text)
	db := open(t)
	_, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{})
	if code(err) != liteerr.Schema || !strings.Contains(err.Error(), "create table m") {
		t.Errorf("got %v", err)
	}
	if got := rows(t, db, "SELECT count(*) FROM sqlite_schema"); got != "0\n" {
		t.Errorf("%s objects were left", got)
	}
	push(t, db, "model ok { id Integer @id }", migrate.PushOptions{})
	if _, err = migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{}); code(err) != liteerr.Schema {
		t.Errorf("over a database: %v", err)
	}
	sound(t, db, "model ok { id Integer @id }")
}

func TestPushOnAReadOnlyDatabase(t *testing.T) {
	const text = "model m { id Integer @id }"
	path := filepath.Join(t.TempDir(), "app.db")
	push(t, openAt(t, path), text, migrate.PushOptions{})
	db, err := conn.Open(ctx, conn.Options{Path: path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if plan := push(t, db, text, migrate.PushOptions{}); !plan.Empty() {
		t.Errorf("got %v", plan)
	}
	s := parse(t, "model m { id Integer @id; n Integer? }")
	if _, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{}); code(err) != liteerr.ReadOnly {
		t.Errorf("got %v", err)
	}
}

func TestPushWithAnEndedContext(t *testing.T) {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	s := parse(t, "model m { id Integer @id }")
	if _, err := migrate.Push(ended, open(t), s, s.Databases[0], migrate.PushOptions{}); code(err) != liteerr.Cancelled {
		t.Errorf("got %v", err)
	}
}

// Programs that start at once all push: one does it, the others find it done.
func TestPushesAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	texts := []string{
		"model m { id Integer @id; t Text; @@fts([t]); @@index([t]) }",
		"model m { id Integer @id; t Text; n Integer @default(1); @@fts([t]); @@index([t]) }",
	}
	for _, text := range texts {
		var wg sync.WaitGroup
		did := make([]bool, 4)
		for i := range did {
			db := openAt(t, path)
			wg.Add(1)
			go func() {
				defer wg.Done()
				s, err := schema.FromText("schema", text, schema.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				plan, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{})
				if err != nil {
					t.Error(err)
					return
				}
				did[i] = !plan.Empty()
			}()
		}
		wg.Wait()
		n := 0
		for _, d := range did {
			if d {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d of 4 pushes did something", n)
		}
		sound(t, openAt(t, path), text)
	}
}

func TestDatabaseOfANewerLitestone(t *testing.T) {
	const text = "model m { id Integer @id }"
	db := open(t)
	push(t, db, text, migrate.PushOptions{})
	script(t, db, `UPDATE "_litestone" SET "value" = '99' WHERE "key" = 'format'`)
	s := parse(t, text+"\nmodel k { id Integer @id }")
	if _, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{}); code(err) != liteerr.Unsupported {
		t.Errorf("got %v", err)
	}
	if got := rows(t, db, "SELECT count(*) FROM sqlite_schema WHERE name = 'k'"); got != "0\n" {
		t.Error("a table was made")
	}
}

// fifty is a schema of fifty models that point at each other.
func fifty() string {
	var b strings.Builder
	b.WriteString("enum Plan { free paid }\n")
	for i := 0; i < 50; i++ {
		fmt.Fprintf(&b, "model m%d { id Integer @id; name Text; email Text @unique; plan Plan @default(free); at DateTime @default(now()); uid Text @default(uuid()); tags Text[]; deletedAt DateTime?\n", i)
		if i > 0 {
			fmt.Fprintf(&b, "  up m%d? @relation(fields: [upId], references: [id]); upId Integer?\n", i-1)
		}
		if i < 49 {
			fmt.Fprintf(&b, "  downs m%d[]\n", i+1)
		}
		b.WriteString("  @@softDelete; @@index([name]); @@index([plan, at])\n}\n")
	}
	return b.String()
}

func BenchmarkPushNothingToDo50(b *testing.B) {
	db := openAt(b, filepath.Join(b.TempDir(), "app.db"))
	s, err := schema.FromText("schema", fifty(), schema.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPushCompared50(b *testing.B) {
	db := openAt(b, filepath.Join(b.TempDir(), "app.db"))
	s, err := schema.FromText("schema", fifty(), schema.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		script(b, db, `DELETE FROM "_litestone"`)
		if _, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPushNew50(b *testing.B) {
	s, err := schema.FromText("schema", fifty(), schema.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{}); err != nil {
			b.Fatal(err)
		}
		db.Close()
	}
}

func TestDryRunDoesAllAndKeepsNothing(t *testing.T) {
	db := open(t)
	dry := func(text string, o migrate.PushOptions) (*migrate.Plan, error) {
		s := parse(t, text)
		o.DryRun = true
		return migrate.Push(ctx, db, s, s.Databases[0], o)
	}
	if plan, err := dry("model m { id Integer @id; t Text }", migrate.PushOptions{}); err != nil || plan.Empty() {
		t.Fatalf("%v, %v", plan, err)
	}
	if got := rows(t, db, "SELECT count(*) FROM sqlite_schema"); got != "0\n" {
		t.Errorf("%s objects were left", got)
	}
	push(t, db, "model m { id Integer @id; t Text }", migrate.PushOptions{})
	script(t, db, "INSERT INTO m (t) VALUES ('x')")
	if _, err := dry("model m { id Integer @id; t Text; n Integer }", migrate.PushOptions{}); code(err) != liteerr.NotNull {
		t.Errorf("got %v", err)
	}
	if _, err := dry("model m { id Integer @id }", migrate.PushOptions{}); code(err) != liteerr.Config {
		t.Errorf("got %v", err)
	}
	if plan, err := dry("model m { id Integer @id; n Integer @default(1) }", migrate.PushOptions{AcceptDataLoss: true}); err != nil || len(plan.Destructive()) != 1 {
		t.Errorf("%v, %v", plan, err)
	}
	sound(t, db, "model m { id Integer @id; t Text }")
	if got := rows(t, db, "SELECT * FROM m"); got != "1|x\n" {
		t.Errorf("m holds %q", got)
	}
}

// A rebuild of a million rows is measured beside the bare copy it cannot do without: at most 1.3
// times it.
func BenchmarkRebuild(b *testing.B) {
	const n = 1_000_000
	text := func(extra string) string {
		return "model m { id Integer @id; name Text; email Text; score Real; at DateTime @default(now())" + extra + "; @@index([email]) }"
	}
	prepare := func(b *testing.B) *conn.DB {
		db := openAt(b, filepath.Join(b.TempDir(), "app.db"))
		push(b, db, text(""), migrate.PushOptions{})
		script(b, db, fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO m (id, name, email, score) SELECT i, 'name ' || i, i || '@example.com', i / 3.0 FROM n", n))
		return db
	}
	const uuid = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
	b.Run("push", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			db := prepare(b)
			b.StartTimer()
			push(b, db, text("; u Text @default(uuid())"), migrate.PushOptions{})
		}
	})
	b.Run("copy", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			db := prepare(b)
			b.StartTimer()
			transact(b, db, `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, score REAL NOT NULL, at TEXT NOT NULL, u TEXT NOT NULL) STRICT;
INSERT INTO n SELECT id, name, email, score, at, `+uuid+` FROM m; DROP TABLE m; ALTER TABLE n RENAME TO m; CREATE INDEX i ON m (email)`)
		}
	})
}

func transact(t fataler, db *conn.DB, sql string) {
	t.Helper()
	if err := db.Rebuild(ctx, func(tx *conn.Tx) error { return tx.Conn().Script(ctx, sql) }); err != nil {
		t.Fatalf("%v", err)
	}
}
