package migrate_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

// Every schema of the conformance cases makes a database in which nothing is left to do, and
// each reopen of a case is a push over what the last one left.
func TestConformanceSchemas(t *testing.T) {
	dir := os.Getenv("LITESTONE_CONFORMANCE")
	if dir == "" {
		dir = "../testdata/conformance"
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if len(files) == 0 {
		t.Skip("no conformance cases in " + dir + "; set LITESTONE_CONFORMANCE")
	}
	type step struct{ Reopen string }
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var area struct {
			Area  string
			Cases []struct {
				Name, Schema string
				Options      struct{ Pluralize bool }
				Steps        []step
			}
		}
		if err := json.Unmarshal(data, &area); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range area.Cases {
			if c.Schema == "" {
				continue
			}
			t.Run(area.Area+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				open := map[string]*conn.DB{}
				texts := []string{c.Schema}
				for _, s := range c.Steps {
					if s.Reopen != "" {
						texts = append(texts, s.Reopen)
					}
				}
				for _, text := range texts {
					s, err := schema.FromText("schema", strings.ReplaceAll(text, "$DIR", t.TempDir()), schema.Options{Pluralize: c.Options.Pluralize})
					if err != nil {
						t.Fatal(err)
					}
					for _, d := range s.Databases {
						if d.Driver != schema.SQLite {
							continue
						}
						db := open[d.Name]
						if db == nil {
							if db, err = conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1}); err != nil {
								t.Fatal(err)
							}
							defer db.Close()
							open[d.Name] = db
						}
						if _, err := migrate.Push(ctx, db, s, d, migrate.PushOptions{AcceptDataLoss: true}); err != nil {
							t.Fatalf("%v\n%s", err, text)
						}
						soundIn(t, db, s, d)
					}
				}
			})
		}
	}
}
