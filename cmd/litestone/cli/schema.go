package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/litestone-go/orm/litestone/schema"
	"github.com/spf13/cobra"
)

func schemaCommand(p *project) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Show the checked schema",
		Long: "schema shows what the schema means once it is checked: databases, models with their tables, the\n" +
			"models and join tables made automatically, enums. With --json it writes all of it, for tools.",
		Example: "  litestone schema\n  litestone schema --json | jq '.models[].table'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := p.schema()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), describeSchema(s))
			}
			return overview(cmd.OutOrStdout(), s)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the whole schema as JSON")
	return cmd
}

// schema reads and checks the project's schema.
func (p *project) schema() (*schema.Schema, error) {
	s, err := p.load()
	if err != nil {
		return nil, err
	}
	return schema.FromFile(s.Schema, schema.Options{Pluralize: s.Pluralize})
}

// completeModels completes models' names in a shell.
func (p *project) completeModels(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	s, err := p.schema()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return modelNames(s), cobra.ShellCompDirectiveNoFileComp
}

func overview(w io.Writer, s *schema.Schema) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, d := range s.Databases {
		fmt.Fprintf(t, "database %s (%s)\n", d.Name, d.Driver)
		for _, m := range s.Models {
			if m.Database == d {
				cells := append([]string{m.Name, m.Table, count(len(m.Columns), "column")}, strings.Join(traits(m), ", "))
				fmt.Fprintf(t, "  %s\n", strings.TrimRight(strings.Join(cells, "\t"), "\t"))
			}
		}
		for _, j := range s.Joins {
			if j.Database == d {
				fmt.Fprintf(t, "  %s-%s\t%s\t%s\t%s\n", j.A.Name, j.B.Name, j.Table, count(2, "column"), "many-to-many, automatic")
			}
		}
	}
	for _, e := range s.Enums {
		values := make([]string, len(e.Values))
		for i, v := range e.Values {
			values[i] = v.Name
		}
		fmt.Fprintf(t, "enum %s\t%s\n", e.Name, strings.Join(values, " "))
	}
	return t.Flush()
}

// traits are what is worth knowing of a model at a glance.
func traits(m *schema.Model) (out []string) {
	add := func(on bool, what string) {
		if on {
			out = append(out, what)
		}
	}
	add(m.Auto, "automatic")
	add(m.External, "external")
	add(m.SoftDelete != nil, "soft delete")
	add(m.FTS != nil, "search")
	add(len(m.Rules) > 0, "policies")
	add(m.Gate != nil, "gate")
	add(len(m.Logs) > 0, "logged")
	add(m.Subject, "auth()")
	return out
}
