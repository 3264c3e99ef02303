package cli

import (
	"fmt"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone"
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
			sc, err := p.schema()
			if err != nil {
				return err
			}
			name, err := packageName(s.Generate)
			if err != nil {
				return err
			}
			files, err := lite2go.Generate(sc, lite2go.Options{Package: name, Pluralize: s.Pluralize})
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

// packageName gives the package's name: that of the settings, else one made of the folder's.
func packageName(g generate) (string, error) {
	if g.Package != "" {
		return g.Package, nil
	}
	return lite2go.PackageName(g.Out)
}
