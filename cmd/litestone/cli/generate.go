package cli

import (
	"fmt"
	"path/filepath"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/spf13/cobra"
)

func generateCommand(p *project) *cobra.Command {
	check := false
	cmd := &cobra.Command{
		Use:     "generate",
		Short:   "Write the Go package of the schema",
		Long:    "generate writes structs with bun tags, typed columns and a typed client. Only files it wrote\nitself are replaced or removed.",
		Example: "  litestone generate\n  litestone generate --out internal/store\n  litestone generate --check",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := p.load()
			if err != nil {
				return err
			}
			sc, err := schema.FromFile(s.Schema, schema.Options{Pluralize: s.Pluralize})
			if err != nil {
				return err
			}
			files, err := lite2go.Generate(sc, lite2go.Options{Package: packageName(s.Generate), Pluralize: s.Pluralize})
			if err != nil {
				return err
			}
			changes, err := lite2go.Check(s.Generate.Out, files)
			if err != nil {
				return err
			}
			if check && len(changes) > 0 {
				return &litestone.Error{Code: litestone.CodeConfig, Operation: "generate", Message: fmt.Sprintf("%s is not up to date: %s is %s", s.Generate.Out, changes[0].Name, changes[0].Kind), Hint: "run litestone generate"}
			}
			if !check {
				if _, err := lite2go.Write(s.Generate.Out, files); err != nil {
					return err
				}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %d files, %d changed\n", s.Generate.Out, len(files), len(changes))
			return nil
		},
	}
	cmd.Flags().StringVar(&p.flags.Generate.Out, "out", "", "the `folder` to write to (default models)")
	cmd.Flags().StringVar(&p.flags.Generate.Package, "package", "", "the package's `name` (default the folder's)")
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; fail when the folder is not up to date")
	return cmd
}

func packageName(g generate) string {
	if g.Package != "" {
		return g.Package
	}
	return filepath.Base(g.Out)
}
