package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/litestone-go/orm/litestone"
	"github.com/spf13/cobra"
)

func migrateCommand(p *project) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring databases to the schema by files that are reviewed and kept",
		Long: "Migration files are plain SQL with a timestamp, <timestamp>_<label>.sql, and their way back beside\n" +
			"them in .down.sql. Those of database main stand in the migrations folder, those of another database\n" +
			"in a folder of its name inside it. What was applied is remembered in the table _litestone_migrations.",
		Example: "  litestone migrate create add-users\n  litestone migrate apply --backup\n  litestone migrate verify",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(migrateCreate(p), migrateDryRun(p), migrateApply(p), migrateStatus(p), migrateVerify(p), migrateRollback(p), migrateLint(p))
	return cmd
}

// migrator is what the migrate commands work with.
func (p *project) migrator() (*litestone.Migrator, error) {
	s, err := p.load()
	if err != nil {
		return nil, err
	}
	cfg, err := p.config("migrate")
	if err != nil {
		return nil, err
	}
	return &litestone.Migrator{Config: cfg, Dir: s.Migrations}, nil
}

func migrateCreate(p *project) *cobra.Command {
	var o litestone.CreateOptions
	asJSON := false
	cmd := &cobra.Command{
		Use:   "create [label]",
		Short: "Write the migration that brings the databases to the schema",
		Long: "create compares each database with the schema and writes what differs as a migration file, with the\n" +
			"way back. Read both before you apply them: steps that take values away are marked DESTRUCTIVE.",
		Example: "  litestone migrate create add-users\n  litestone migrate create --from-files rename-email",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Label = strings.Join(args, " ")
			return create(cmd, p, o, asJSON)
		},
	}
	cmd.Flags().BoolVar(&o.FromFiles, "from-files", false, "compare the schema with what the files make, not with the database: for one that was pushed")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write what was made as JSON")
	return cmd
}

func migrateDryRun(p *project) *cobra.Command {
	o := litestone.CreateOptions{DryRun: true}
	asJSON := false
	cmd := &cobra.Command{
		Use:     "dry-run [label]",
		Short:   "Show the migration that create would write",
		Example: "  litestone migrate dry-run\n  litestone migrate dry-run --from-files",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Label = strings.Join(args, " ")
			return create(cmd, p, o, asJSON)
		},
	}
	cmd.Flags().BoolVar(&o.FromFiles, "from-files", false, "compare the schema with what the files make, not with the database")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write it as JSON")
	return cmd
}

func create(cmd *cobra.Command, p *project, o litestone.CreateOptions, asJSON bool) error {
	g, err := p.migrator()
	if err != nil {
		return err
	}
	made, err := g.Create(cmd.Context(), o)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if asJSON {
		return printJSON(out, append([]litestone.CreatedMigration{}, made...))
	}
	if len(made) == 0 {
		fmt.Fprintln(out, "nothing to do: the databases have the schema's shape")
	}
	for _, m := range made {
		if o.DryRun {
			fmt.Fprint(out, m.Up)
			continue
		}
		for _, f := range m.Files {
			fmt.Fprintln(out, "wrote", f)
		}
		for _, s := range m.Steps {
			fmt.Fprintln(out, "  "+s)
		}
		for _, s := range m.Destructive {
			fmt.Fprintln(cmd.ErrOrStderr(), "warning: takes values away where there are any:", s)
		}
		if m.NoDown != "" {
			fmt.Fprintln(cmd.ErrOrStderr(), "warning:", m.NoDown)
		}
	}
	return nil
}

func migrateApply(p *project) *cobra.Command {
	var o litestone.ApplyOptions
	asJSON := false
	cmd := &cobra.Command{
		Use:   "apply",
		Short: "Run the pending migrations",
		Long: "apply runs what is pending, each migration in a transaction of its own: when one fails, those before\n" +
			"it stay and nothing of it does. A file of another branch that is older than the last one applied runs\n" +
			"too, with a warning. Files that were edited or are gone are refused before anything runs.",
		Example: "  litestone migrate apply\n  litestone migrate apply --backup --to 20240131090000_add-users",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := p.migrator()
			if err != nil {
				return err
			}
			g.Progress = progressOn(cmd.ErrOrStderr())
			done, err := g.Apply(cmd.Context(), o)
			return printApplied(cmd, done, err, asJSON, "applied")
		},
	}
	cmd.Flags().StringVar(&o.To, "to", "", "the last migration to apply, by `name`")
	cmd.Flags().BoolVar(&o.Backup, "backup", false, "copy each database beside itself before anything runs")
	cmd.Flags().BoolVar(&o.Baseline, "baseline", false, "record what is pending as applied without running it, where the database has the schema's shape")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write what was done as JSON")
	return cmd
}

func migrateRollback(p *project) *cobra.Command {
	var o litestone.RollbackOptions
	asJSON := false
	cmd := &cobra.Command{
		Use:     "rollback [steps]",
		Short:   "Take back what was applied last",
		Long:    "rollback runs the .down.sql of the migrations that were applied last, one by default. Values that a\nmigration has taken away do not come back: restore a backup for those.",
		Example: "  litestone migrate rollback\n  litestone migrate rollback 2 --backup\n  litestone migrate rollback --to 20240131090000_add-users",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				n, err := strconv.Atoi(args[0])
				if err != nil || n < 1 {
					return refuse("migrate rollback", "", "%q is no number of migrations", args[0])
				}
				o.Steps = n
			}
			g, err := p.migrator()
			if err != nil {
				return err
			}
			g.Progress = progressOn(cmd.ErrOrStderr())
			done, err := g.Rollback(cmd.Context(), o)
			return printApplied(cmd, done, err, asJSON, "took back")
		},
	}
	cmd.Flags().StringVar(&o.To, "to", "", "take back everything that was applied after this `migration`")
	cmd.Flags().StringVar(&o.Database, "database", "", "the `database` (default main, or the only one)")
	cmd.Flags().BoolVar(&o.Backup, "backup", false, "copy the database beside itself first")
	cmd.Flags().BoolVar(&o.AcceptDataLoss, "accept-data-loss", false, "drop tables that hold rows and columns that hold values")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write what was done as JSON")
	return cmd
}

func printApplied(cmd *cobra.Command, done *litestone.Applied, err error, asJSON bool, word string) error {
	out := cmd.OutOrStdout()
	if asJSON {
		if e := printJSON(out, done); e != nil {
			return e
		}
		return err
	}
	for _, b := range done.Backups {
		fmt.Fprintln(out, "backup", b)
	}
	for _, m := range done.Migrations {
		fmt.Fprintf(out, "%s %s (%s)\n", word, m.Name, m.Database)
		if m.OutOfOrder {
			fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s is older than a migration that was applied before it\n", m.Name)
		}
	}
	if err == nil && len(done.Migrations) == 0 {
		fmt.Fprintln(out, "nothing to do")
	}
	return err
}

// progressOn tells about steps that take longer than a second, and about copies of many rows.
func progressOn(w io.Writer) func(litestone.MigrationProgress) {
	var last time.Time
	return func(p litestone.MigrationProgress) {
		switch {
		case p.Total > 0 && time.Since(last) > time.Second:
			what, _, _ := strings.Cut(p.Comment, ":")
			fmt.Fprintf(w, "%s: %s: %d of %d rows, %d %%\n", p.Database, what, p.Rows, p.Total, 100*p.Rows/p.Total)
			last = time.Now()
		case last.IsZero():
			last = time.Now()
		}
	}
}

func migrateStatus(p *project) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show which migrations are applied, pending, modified or missing",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := p.migrator()
			if err != nil {
				return err
			}
			all, err := g.Status(cmd.Context())
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if asJSON {
				return printJSON(out, all)
			}
			for _, s := range all {
				printStatus(out, s)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write it as JSON")
	return cmd
}

func printStatus(w io.Writer, s litestone.MigrationStatus) {
	where := s.Path
	if !s.Exists {
		where += ", not there yet"
	}
	fmt.Fprintf(w, "%s (%s): %s\n", s.Database, where, count(len(s.Migrations), "migration"))
	for _, m := range s.Migrations {
		line := fmt.Sprintf("  %-8s %s", m.State, m.Name)
		if m.AppliedAt != nil {
			line += "  " + m.AppliedAt.UTC().Format("2006-01-02 15:04:05")
		}
		if m.OutOfOrder {
			line += "  out of order"
		}
		if m.Go {
			line += "  in Go"
		}
		fmt.Fprintln(w, line)
	}
}

func migrateVerify(p *project) *cobra.Command {
	asJSON, files := false, false
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Say whether the databases are what the migrations and the schema say",
		Long: "verify exits with 1 when a migration is pending, modified or missing, or a database has not the\n" +
			"schema's shape, and says in words what differs. With --files it asks the files alone, without a database.",
		Example: "  litestone migrate verify\n  litestone migrate verify --files --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := p.migrator()
			if err != nil {
				return err
			}
			verify := g.Verify
			if files {
				verify = g.VerifyFiles
			}
			all, err := verify(cmd.Context())
			if err != nil {
				return err
			}
			return printReports(cmd, all, asJSON, files)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the report as JSON")
	cmd.Flags().BoolVar(&files, "files", false, "ask whether the files alone make the schema's shape")
	return cmd
}

func printReports(cmd *cobra.Command, all []litestone.MigrationReport, asJSON, files bool) error {
	out := cmd.OutOrStdout()
	if asJSON {
		if err := printJSON(out, all); err != nil {
			return err
		}
	}
	var bad []string
	for _, r := range all {
		if !r.OK {
			bad = append(bad, r.Database)
		}
		if asJSON {
			continue
		}
		if files {
			fmt.Fprintf(out, "%s: the files\n", r.Database)
		} else {
			printStatus(out, r.MigrationStatus)
		}
		for _, d := range r.Drift {
			fmt.Fprintln(out, "  drift: "+d)
		}
		for _, n := range r.Notes {
			fmt.Fprintln(out, "  note: "+n)
		}
		if r.OK {
			fmt.Fprintln(out, "  ok")
		}
	}
	if len(bad) > 0 {
		return refuse("migrate verify", "", "not as the migrations and the schema say: %s", strings.Join(bad, ", "))
	}
	return nil
}

func migrateLint(p *project) *cobra.Command {
	asJSON, strict := false, false
	cmd := &cobra.Command{
		Use:   "lint",
		Short: "Look for what is wrong with the migration files",
		Long: "lint reads the files and runs them up and down in memory. It exits with 1 on errors: what cannot run,\n" +
			"or would delete rows behind your back. Warnings are for reading; --strict makes them errors.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := p.migrator()
			if err != nil {
				return err
			}
			found, err := g.Lint(cmd.Context())
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			errs := 0
			for _, f := range found {
				if f.Level == "error" || strict {
					errs++
				}
				if !asJSON {
					at := f.File
					if f.Line > 0 {
						at += ":" + strconv.Itoa(f.Line)
					}
					fmt.Fprintf(out, "%s: %s: %s [%s]\n", at, f.Level, f.Message, f.Rule)
				}
			}
			if asJSON {
				if err := printJSON(out, found); err != nil {
					return err
				}
			} else if len(found) == 0 {
				fmt.Fprintln(out, "ok")
			}
			if errs > 0 {
				return refuse("migrate lint", "", "found %s", count(errs, "error"))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the findings as JSON")
	cmd.Flags().BoolVar(&strict, "strict", false, "fail on warnings too")
	return cmd
}
