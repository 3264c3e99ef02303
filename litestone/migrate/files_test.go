package migrate_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

// Each history in testdata/files is a txtar archive: files under migrations/ are the folder as it
// stands at first, steps is what happens, a command a line, and output what came of it. The
// commands:
//
//	schema <section>       the schema is this one from now on (at first: schema.lite)
//	create <label>         write a migration; create-from-files <label> likewise
//	apply, baseline, rollback [n] [accept], status, verify, verify-files, lint
//	sql <statement>        run a statement and print its rows
//	add <section> <file>   put a file into the folder; remove <file>; cat <file>
//
// LITESTONE_UPDATE=<glob of names> writes output.
func TestHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/files/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no histories: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			h := newHistory(t, a)
			for _, line := range strings.Split(strings.TrimSpace(h.part["steps"]), "\n") {
				h.out.WriteString("> " + line + "\n")
				h.do(line)
			}
			if got, want := h.out.String(), h.part["output"]; got != want {
				if update, _ := filepath.Match(os.Getenv("LITESTONE_UPDATE"), name); update {
					refreshOutput(t, file, a, got)
					return
				}
				t.Errorf("output is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func refreshOutput(t *testing.T, file string, a *txtar.Archive, got string) {
	var files []txtar.File
	for _, f := range a.Files {
		if f.Name != "output" {
			files = append(files, f)
		}
	}
	a.Files = append(files, txtar.File{Name: "output", Data: []byte(got)})
	if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Errorf("%s was refreshed: look at it and run again", file)
}

// history is a project in the making.
type history struct {
	t      *testing.T
	part   map[string]string
	folder fstest.MapFS
	db     *conn.DB
	schema *schema.Schema
	clock  time.Time
	out    strings.Builder
}

func newHistory(t *testing.T, a *txtar.Archive) *history {
	h := &history{t: t, part: map[string]string{}, folder: fstest.MapFS{}, db: open(t), clock: time.Date(2024, 1, 1, 9, 0, 0, 0, time.UTC)}
	for _, f := range a.Files {
		h.part[f.Name] = string(f.Data)
		if strings.HasPrefix(f.Name, "migrations/") {
			h.folder[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	h.schema = parse(t, h.part["schema.lite"])
	return h
}

// runner reads the folder anew, as every run of the program does. The clock goes on by a minute.
func (h *history) runner() (*migrate.Runner, error) {
	set, err := migrate.ReadSet(h.folder, "migrations")
	h.clock = h.clock.Add(time.Minute)
	now := h.clock
	return &migrate.Runner{DB: h.db, Schema: h.schema, Database: h.schema.Databases[0], Set: set, Now: func() time.Time { return now }}, err
}

func (h *history) do(line string) {
	command, rest, _ := strings.Cut(line, " ")
	r, err := h.runner()
	switch command {
	case "schema", "sql", "add", "remove", "cat":
	default:
		if err != nil {
			h.failed(err)
			return
		}
	}
	switch command {
	case "schema":
		h.schema = parse(h.t, h.part[rest])
	case "create", "create-from-files":
		d, err := r.Draft(ctx, migrate.DraftOptions{Label: rest, FromFiles: command != "create"})
		switch {
		case err != nil:
			h.failed(err)
		case d == nil:
			h.say("nothing to do")
		default:
			h.folder["migrations/"+d.Name+".sql"] = &fstest.MapFile{Data: []byte(d.Up)}
			h.say("wrote %s.sql", d.Name)
			if d.Down != "" {
				h.folder["migrations/"+d.Name+".down.sql"] = &fstest.MapFile{Data: []byte(d.Down)}
			} else {
				h.say("no way back: %s", d.NoDown)
			}
		}
	case "apply", "baseline":
		done, err := r.Apply(ctx, migrate.ApplyOptions{To: rest, Baseline: command == "baseline"})
		for _, m := range done {
			if m.OutOfOrder {
				h.say("applied %s, out of order", m.Name)
			} else {
				h.say("applied %s", m.Name)
			}
		}
		h.failed(err)
	case "rollback":
		n := 1
		fmt.Sscan(rest, &n)
		done, err := r.Rollback(ctx, migrate.RollbackOptions{Steps: n, AcceptDataLoss: strings.HasSuffix(rest, "accept")})
		for _, m := range done {
			h.say("took back %s", m.Name)
		}
		h.failed(err)
	case "status":
		all, err := migrate.Status(ctx, h.db, r.Set)
		h.failed(err)
		h.standings(all)
	case "verify", "verify-files":
		verify := r.Verify
		if command == "verify-files" {
			verify = r.VerifyFiles
		}
		report, err := verify(ctx)
		h.failed(err)
		if err == nil {
			h.standings(report.Migrations)
			for _, d := range report.Drift {
				h.say("drift: %s", d)
			}
			for _, n := range report.Notes {
				h.say("note: %s", n)
			}
			if report.OK() {
				h.say("ok")
			}
		}
	case "lint":
		found, err := migrate.Lint(ctx, r.Set)
		h.failed(err)
		for _, f := range found {
			level := "warning"
			if f.Error {
				level = "error"
			}
			h.say("%s:%d: %s: %s [%s]", f.File, f.Line, level, f.Message, f.Rule)
		}
	case "sql":
		var out string
		err := h.db.Write(ctx, func(c *conn.Conn) error {
			return c.Run(ctx, conn.Query{SQL: rest}, nil, func(r *conn.Row) error {
				for i := 0; i < r.Len(); i++ {
					if i > 0 {
						out += "|"
					}
					if r.Null(i) {
						out += "NULL"
					} else {
						out += r.Text(i)
					}
				}
				out += "\n"
				return nil
			})
		})
		h.out.WriteString(out)
		h.failed(err)
	case "add":
		section, name, _ := strings.Cut(rest, " ")
		if h.part[section] == "" {
			h.t.Fatalf("there is no section %s", section)
		}
		h.folder["migrations/"+name] = &fstest.MapFile{Data: []byte(h.part[section])}
	case "remove":
		if h.folder["migrations/"+rest] == nil {
			h.t.Fatalf("there is no file %s", rest)
		}
		delete(h.folder, "migrations/"+rest)
	case "cat":
		h.out.WriteString(string(h.folder["migrations/"+rest].Data))
	default:
		h.t.Fatalf("what is %q?", command)
	}
}

func (h *history) standings(all []migrate.Standing) {
	for _, s := range all {
		line := string(s.State) + " " + s.Name
		if s.OutOfOrder {
			line += ", out of order"
		}
		h.say("%s", line)
	}
}

func (h *history) say(format string, args ...any) { fmt.Fprintf(&h.out, format+"\n", args...) }

func (h *history) failed(err error) {
	if err == nil {
		return
	}
	var e *liteerr.Error
	if !errors.As(err, &e) {
		h.t.Fatalf("an error without a code: %v", err)
	}
	h.say("error %s: %v", e.Code, err)
}
