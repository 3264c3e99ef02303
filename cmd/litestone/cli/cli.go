// Package cli is the litestone command. A project with Go code of its own to register makes its
// own command of it in three lines:
//
//	func main() { cli.Main(cli.App{Configure: func(c *litestone.Config) { c.Filters = filters }}) }
package cli

import (
	"context"
	"io"
	"os"
	"os/signal"

	"github.com/litestone-go/orm/litestone"
	"github.com/spf13/cobra"
)

// App is what a project adds to the command.
type App struct {
	// Configure is called with the Config made of litestone.toml and the flags, before a
	// database is opened. Defaults to nil: nothing is added.
	Configure func(*litestone.Config)
}

// Main runs the command with the program's arguments and exits: 0 on success, 1 on any error,
// which stands on stderr.
func Main(app App) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := Run(ctx, app, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Run runs the command and answers its exit code.
func Run(ctx context.Context, app App, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot(app)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		report(stderr, err)
		return 1
	}
	return 0
}

func newRoot(app App) *cobra.Command {
	p := &project{app: app}
	root := &cobra.Command{
		Use:           "litestone",
		Short:         "The ORM for SQLite with the schema in charge",
		Long:          "litestone checks .lite schemas, generates Go code from them, brings databases to\ntheir shape and asks the databases questions.\n\nSettings come from litestone.toml; flags win over it.",
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version(),
	}
	f := root.PersistentFlags()
	f.StringVar(&p.configPath, "config", "", "the configuration `file` (default litestone.toml, if there is one)")
	f.StringVar(&p.flags.Schema, "schema", "", "the schema `file` (default schema.lite)")
	f.StringVar(&p.flags.DB, "db", "", "the main database `file`")
	_ = root.MarkPersistentFlagFilename("config", "toml")
	_ = root.MarkPersistentFlagFilename("schema", "lite")
	_ = root.MarkPersistentFlagDirname("migrations")
	f.StringVar(&p.flags.Migrations, "migrations", "", "the `folder` of migration files (default migrations)")
	root.AddCommand(initCommand(), checkCommand(p), fmtCommand(p), generateCommand(p), schemaCommand(p), jsonschemaCommand(p),
		pushCommand(p), migrateCommand(p), introspectCommand(p), queryCommand(p), doctorCommand(p), backupCommand(p))
	return root
}
