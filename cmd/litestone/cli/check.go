package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/spf13/cobra"
)

func checkCommand(p *project) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:     "check [schema.lite …]",
		Short:   "Check schemas and say everything that is wrong with them",
		Example: "  litestone check\n  litestone check api/schema.lite jobs/schema.lite\n  litestone check --json schema.lite",
		RunE: func(cmd *cobra.Command, files []string) error {
			s, err := p.load()
			if err != nil {
				return err
			}
			if len(files) == 0 {
				files = []string{s.Schema}
			}
			all := diag.List{}
			broken := 0
			for _, file := range files {
				list, err := checkFile(file, s.Pluralize)
				if err != nil {
					return err
				}
				if list.HasErrors() {
					broken++
				} else if !asJSON {
					fmt.Fprintf(cmd.OutOrStdout(), "%s: ok\n", file)
				}
				all = append(all, list...)
			}
			if asJSON {
				if err := printJSON(cmd.OutOrStdout(), json.Marshaler(all)); err != nil {
					return err
				}
			} else if err := all.Render(cmd.ErrOrStderr()); err != nil {
				return err
			}
			if broken > 0 {
				return &litestone.Error{Code: litestone.CodeSchema, Operation: "check", Message: fmt.Sprintf("%d of %d schemas cannot be used", broken, len(files))}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the diagnostics as JSON to stdout, for editors")
	return cmd
}

// checkFile gives what is to be said of one schema; an error is a file that cannot be read.
func checkFile(file string, pluralize bool) (diag.List, error) {
	s, err := schema.FromFile(file, schema.Options{Pluralize: pluralize})
	var list diag.List
	switch {
	case err == nil:
		return s.Warnings, nil
	case errors.As(err, &list):
		return list, nil
	}
	return nil, err
}
