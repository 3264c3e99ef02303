package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/diag"
	"github.com/spf13/cobra"
)

// diagnosis is what doctor found, as --json writes it.
type diagnosis struct {
	Schema    diag.List           `json:"schema"`
	Databases []litestone.Checkup `json:"databases"`
}

func doctorCommand(p *project) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look for what is wrong with the schema and its databases",
		Long: "doctor checks the schema, then each sqlite database: damaged pages, references to rows that are\n" +
			"not there, full-text tables that lag behind their rows, a shape that is not the schema's. It\n" +
			"makes no database and changes none. The exit code is 1 when it found something.",
		Example: "  litestone doctor\n  litestone doctor --db backups/monday.db --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found := diagnosis{Schema: diag.List{}, Databases: []litestone.Checkup{}}
			cfg, err := p.config("doctor")
			if err != nil && !(asJSON && errors.As(err, &found.Schema)) {
				return err
			}
			if err == nil {
				found.Schema = cfg.Parsed.Warnings
				if found.Databases, err = litestone.Examine(cmd.Context(), cfg); err != nil {
					return err
				}
			}
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), found)
			} else {
				err = found.print(cmd.OutOrStdout(), cmd.ErrOrStderr(), cfg.Schema)
			}
			if err != nil {
				return err
			}
			return found.verdict()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the findings as JSON")
	return cmd
}

func (d *diagnosis) print(out, errs io.Writer, name string) error {
	if err := d.Schema.Render(errs); err != nil {
		return err
	}
	fmt.Fprintf(out, "schema %s: %s\n", name, wellOr(len(d.Schema), "warning"))
	for _, c := range d.Databases {
		where := fmt.Sprintf("database %s (%s)", c.Database, c.Path)
		if !c.Examined {
			fmt.Fprintf(out, "%s: %s files are not examined\n", where, c.Driver)
			continue
		}
		fmt.Fprintf(out, "%s: %s\n", where, wellOr(len(c.Findings), "problem"))
		for _, f := range c.Findings {
			fmt.Fprintf(out, "  %s: %s\n", f.Check, f.Message)
			if f.Hint != "" {
				fmt.Fprintf(out, "    = %s\n", f.Hint)
			}
		}
	}
	return nil
}

func wellOr(n int, what string) string {
	switch n {
	case 0:
		return "ok"
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// verdict is an error when something is wrong.
func (d *diagnosis) verdict() error {
	if d.Schema.HasErrors() {
		return &litestone.Error{Code: litestone.CodeSchema, Operation: "doctor", Message: "the schema cannot be used"}
	}
	sick, problems := 0, 0
	for _, c := range d.Databases {
		problems += len(c.Findings)
		if len(c.Findings) > 0 {
			sick++
		}
	}
	if problems == 0 {
		return nil
	}
	return refuse("doctor", "", "found %s in %s", count(problems, "problem"), count(sick, "database"))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
