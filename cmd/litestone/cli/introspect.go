package cli

import (
	"fmt"
	"io"

	"github.com/litestone-go/orm/litestone"
	"github.com/spf13/cobra"
)

func introspectCommand(p *project) *cobra.Command {
	out := ""
	cmd := &cobra.Command{
		Use:   "introspect [database]",
		Short: "Write a database as a schema",
		Long: "introspect reads a database, whoever made it, and writes the schema it has: models, relations, enums,\n" +
			"indexes, with comments on what a database does not know. Pushing that schema changes nothing. The\n" +
			"database is only read; without an argument it is the project's main one.",
		Example: "  litestone introspect legacy.db\n  litestone introspect legacy.db --out schema.lite",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := p.load()
			if err != nil {
				return err
			}
			path := s.DB
			if len(args) == 1 {
				path = args[0]
			}
			if path == "" {
				return refuse("introspect", "name it, or set db in litestone.toml", "there is no database to read")
			}
			text, err := litestone.Introspect(cmd.Context(), path, litestone.IntrospectOptions{Pluralize: s.Pluralize})
			if err != nil {
				return err
			}
			if out == "" {
				_, err = io.WriteString(cmd.OutOrStdout(), text)
				return err
			}
			if err := writeNew("introspect", []newFile{{out, text}}); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "wrote", out)
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "write a new `file` instead of stdout")
	return cmd
}
