package migrate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/litestone-go/orm/litestone/migrate"
)

// Each archive in testdata/introspect holds a database, as database.sql or as database.lite, and
// the schema that introspection writes. Pushing it must have nothing to do.
func TestIntrospect(t *testing.T) {
	files, err := filepath.Glob("testdata/introspect/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no databases: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := map[string]string{}
			for _, f := range a.Files {
				part[f.Name] = string(f.Data)
			}
			db := open(t)
			if part["database.lite"] != "" {
				push(t, db, part["database.lite"], migrate.PushOptions{})
			}
			if part["database.sql"] != "" {
				script(t, db, part["database.sql"])
			}
			text, err := migrate.Introspect(ctx, db, migrate.IntrospectOptions{})
			if err != nil {
				t.Fatal(err)
			}
			s := parse(t, text)
			plan, err := migrate.Diff(ctx, db, s, s.Databases[0])
			if err != nil || !plan.Empty() {
				t.Errorf("pushing it would do something: %v\n%v", err, plan)
			}
			if part["schema.lite"] == text {
				return
			}
			if update, _ := filepath.Match(os.Getenv("LITESTONE_UPDATE"), name); update {
				var keep []txtar.File
				for _, f := range a.Files {
					if f.Name != "schema.lite" {
						keep = append(keep, f)
					}
				}
				a.Files = append(keep, txtar.File{Name: "schema.lite", Data: []byte(text)})
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				t.Errorf("%s was refreshed: look at it and run again", file)
				return
			}
			t.Errorf("got\n%s\nwant\n%s", text, part["schema.lite"])
		})
	}
}
