package cli_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/uptrace/bun/driver/sqliteshim"

	"github.com/litestone-go/orm/cmd/litestone/cli"
	"github.com/litestone-go/orm/litestone"
)

func TestMain(m *testing.M) {
	run := func(ctx context.Context, app cli.App) int {
		return cli.Run(ctx, app, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	}
	testscript.Main(m, map[string]func(){
		"litestone": func() { os.Exit(run(context.Background(), cli.App{})) },
		// cancelled is the command after its user pressed the interrupt key.
		"cancelled": func() {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			os.Exit(run(ctx, cli.App{}))
		},
		// own is a project's command: three lines with Go code that no file can hold.
		"own": func() {
			os.Exit(run(context.Background(), cli.App{Configure: func(c *litestone.Config) {
				c.Filters = map[string]litestone.Predicate{"users": litestone.Map{"active": true}}
			}}))
		},
		"damage": func() { os.Exit(behindBack(os.Args[1])) },
		"smash":  func() { os.Exit(smash(os.Args[1])) },
	})
}

// behindBack does to a database what only others would: a reference to nothing, and a row that its
// full-text table knows nothing of.
func behindBack(path string) int {
	db, err := sql.Open(sqliteshim.ShimName, path)
	if err == nil {
		defer db.Close()
		_, err = db.Exec("PRAGMA foreign_keys=OFF; UPDATE posts SET authorId = 99; INSERT INTO posts_fts (posts_fts) VALUES ('delete-all')")
	}
	return fail(err)
}

// smash overwrites the pages behind the first with noise.
func smash(path string) int {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		defer f.Close()
		_, err = f.WriteAt([]byte(strings.Repeat("noise", 10000)), 8192)
	}
	return fail(err)
}

func fail(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: os.Getenv("LITESTONE_UPDATE") != ""})
}

// TestHelp: every command says what it does, how it is called and what its flags mean.
func TestHelp(t *testing.T) {
	for _, name := range commands(t) {
		t.Run(name, func(t *testing.T) {
			var out, errs strings.Builder
			if code := cli.Run(t.Context(), cli.App{}, []string{name, "--help"}, strings.NewReader(""), &out, &errs); code != 0 || errs.Len() > 0 {
				t.Fatalf("exit code %d: %s", code, &errs)
			}
			for _, want := range []string{"Usage:\n  litestone " + name, "Examples:\n  litestone " + name, "--schema file", "--config file"} {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q in\n%s", want, &out)
				}
			}
		})
	}
}

// TestDocumented: every command has its section in docs/cli.md.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range commands(t) {
		if !strings.Contains(string(text), "\n### litestone "+name) {
			t.Errorf("docs/cli.md has no section for litestone %s", name)
		}
	}
}

// commands are the names of the commands, as a shell completes them.
func commands(t *testing.T) (names []string) {
	t.Helper()
	var out, errs strings.Builder
	if code := cli.Run(t.Context(), cli.App{}, []string{"__complete", ""}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatal(errs.String())
	}
	for line := range strings.Lines(out.String()) {
		name, _, ok := strings.Cut(line, "\t")
		if ok && name != "help" && name != "completion" {
			names = append(names, name)
		}
	}
	if len(names) < 10 {
		t.Fatalf("only %d commands: %s", len(names), &out)
	}
	return names
}
