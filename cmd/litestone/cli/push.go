package cli

import (
	"fmt"

	"github.com/litestone-go/orm/litestone"
	"github.com/spf13/cobra"
)

func pushCommand(p *project) *cobra.Command {
	var o litestone.PushOptions
	asJSON := false
	cmd := &cobra.Command{
		Use:     "push",
		Short:   "Bring the databases to the schema's shape",
		Long:    "push compares each database with the schema and changes what differs, in one transaction per\ndatabase. Rows are kept; what would take values away is refused unless you accept it.",
		Example: "  litestone push\n  litestone push --dry-run\n  litestone push --db staging.db --accept-data-loss",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.config("push")
			if err != nil {
				return err
			}
			o.Progress = progressOn(cmd.ErrOrStderr())
			done, err := litestone.Push(cmd.Context(), cfg, o)
			if asJSON && err == nil {
				return printJSON(cmd.OutOrStdout(), done)
			}
			for _, d := range done {
				if o.DryRun {
					fmt.Fprint(cmd.OutOrStdout(), d.SQL)
					continue
				}
				if d.Backup != "" {
					fmt.Fprintln(cmd.OutOrStdout(), "backup", d.Backup)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s (%s): %s\n", d.Database, d.Path, summary(d))
				if !d.New {
					for _, s := range d.Steps {
						fmt.Fprintln(cmd.OutOrStdout(), "  "+s)
					}
				}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "show the SQL and change nothing")
	cmd.Flags().BoolVar(&o.Backup, "backup", false, "copy each database that will change beside itself first")
	cmd.Flags().BoolVar(&o.AcceptDataLoss, "accept-data-loss", false, "drop columns that hold values")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write what was done as JSON")
	return cmd
}

func summary(d litestone.Pushed) string {
	switch {
	case len(d.Steps) == 0:
		return "nothing to do"
	case d.New:
		return "created, " + count(len(d.Steps), "step")
	}
	return count(len(d.Steps), "step")
}
