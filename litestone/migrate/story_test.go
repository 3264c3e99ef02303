package migrate_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
)

// Each story in testdata is a txtar archive: before.lite is pushed, rows.sql run, after.lite
// pushed. Then plan holds the comments of the steps, result the answers of query.sql, and
// error, when the push is refused, its code, fields and words. LITESTONE_UPDATE=<glob of
// story names> writes what happened into plan, result and error.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) { tell(t, name, file) })
	}
}

func tell(t *testing.T, name, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	part := map[string]string{}
	for _, f := range a.Files {
		part[f.Name] = string(f.Data)
	}
	db := open(t)
	if part["before.sql"] != "" {
		script(t, db, part["before.sql"])
	}
	if part["before.lite"] != "" {
		push(t, db, part["before.lite"], migrate.PushOptions{})
	}
	if part["rows.sql"] != "" {
		script(t, db, part["rows.sql"])
	}
	tables := rows(t, db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name")

	s := parse(t, part["after.lite"])
	o := migrate.PushOptions{AcceptDataLoss: strings.Contains(part["options"], "accept-data-loss")}
	plan, err := migrate.Push(ctx, db, s, s.Databases[0], o)
	got := map[string]string{}
	var e *liteerr.Error
	switch {
	case err == nil:
		sound(t, db, part["after.lite"])
		got["plan"] = comments(plan)
	case !errors.As(err, &e):
		t.Fatalf("an error without a code: %v", err)
	default:
		got["error"] = string(e.Code) + " " + e.Model + " [" + strings.Join(e.Fields, " ") + "]\n" + e.Error() + "\n"
		if now := rows(t, db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name"); now != tables {
			t.Errorf("a refused push changed the schema:\n%s", now)
		}
	}
	if part["query.sql"] != "" {
		for _, q := range strings.Split(strings.TrimSuffix(strings.TrimSpace(part["query.sql"]), ";"), ";\n") {
			got["result"] += rows(t, db, q)
		}
	}

	if update, _ := filepath.Match(os.Getenv("LITESTONE_UPDATE"), name); update {
		refresh(t, file, a, got)
		return
	}
	for _, section := range []string{"plan", "result", "error"} {
		if got[section] != part[section] {
			t.Errorf("%s is\n%s\nwant\n%s", section, got[section], part[section])
		}
	}
}

func comments(p *migrate.Plan) string {
	var b strings.Builder
	for i := range p.Steps {
		b.WriteString(p.Steps[i].Comment)
		if p.Steps[i].Destructive() {
			b.WriteString(" [destructive]")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func refresh(t *testing.T, file string, a *txtar.Archive, got map[string]string) {
	var files []txtar.File
	for _, f := range a.Files {
		switch f.Name {
		case "plan", "result", "error":
		default:
			files = append(files, f)
		}
	}
	for _, section := range []string{"plan", "result", "error"} {
		if got[section] != "" {
			files = append(files, txtar.File{Name: section, Data: []byte(got[section])})
		}
	}
	a.Files = files
	if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Errorf("%s was refreshed: look at it and run again", file)
}
