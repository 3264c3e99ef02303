package cli

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/jsonschema"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/spf13/cobra"
)

func jsonschemaCommand(p *project) *cobra.Command {
	var o jsonschema.Options
	var mode, audience, out string
	cmd := &cobra.Command{
		Use:   "jsonschema [model …]",
		Short: "Write JSON Schema of the models",
		Long: "jsonschema writes JSON Schema (draft 2020-12) to stdout: one document with all models under\n" +
			"$defs, or that of the model named. With --out each model gets a file <model>.json in a folder.",
		Example: "  litestone jsonschema\n  litestone jsonschema user --mode create\n  litestone jsonschema --mode full --audience system --relations --out public/schemas",
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if o.Mode, err = modeOf(mode); err != nil {
				return err
			}
			if o.Audience, err = audienceOf(audience); err != nil {
				return err
			}
			s, err := p.schema()
			if err != nil {
				return err
			}
			models, err := described(s, args, o)
			if err != nil {
				return err
			}
			switch {
			case out != "":
				return writeDocuments(cmd.OutOrStdout(), out, models, o)
			case len(args) == 1:
				_, err = cmd.OutOrStdout().Write(jsonschema.Model(models[0], o))
			case len(args) > 1:
				return refuse("jsonschema", "add --out folder", "several models need a file each")
			default:
				_, err = cmd.OutOrStdout().Write(jsonschema.Schema(s, o))
			}
			return err
		},
		ValidArgsFunction: p.completeModels,
	}
	cmd.Flags().StringVar(&mode, "mode", "full", "the `form` to describe: full (answered rows), create or update (inputs)")
	cmd.Flags().StringVar(&audience, "audience", "public", "for `whom`: public leaves out what policies never show, system does not")
	cmd.Flags().BoolVar(&o.Relations, "relations", false, "describe relations too")
	cmd.Flags().StringVar(&o.ID, "id", "", "the document's $id, a `URI`")
	cmd.Flags().StringVar(&out, "out", "", "write a file per model into this `folder`")
	_ = cmd.RegisterFlagCompletionFunc("mode", cobra.FixedCompletions([]string{"full", "create", "update"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("audience", cobra.FixedCompletions([]string{"public", "system"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.MarkFlagDirname("out")
	return cmd
}

func modeOf(name string) (jsonschema.Mode, error) {
	for _, m := range []jsonschema.Mode{jsonschema.Full, jsonschema.Create, jsonschema.Update} {
		if m.String() == name {
			return m, nil
		}
	}
	return 0, refuse("jsonschema", "", "--mode is full, create or update, not %q", name)
}

func audienceOf(name string) (jsonschema.Audience, error) {
	for _, a := range []jsonschema.Audience{jsonschema.Public, jsonschema.System} {
		if a.String() == name {
			return a, nil
		}
	}
	return 0, refuse("jsonschema", "", "--audience is public or system, not %q", name)
}

// described gives the models named, or all there is anything to say of.
func described(s *schema.Schema, args []string, o jsonschema.Options) (out []*schema.Model, err error) {
	if len(args) == 0 {
		for _, m := range s.Models {
			if jsonschema.Describes(m, o) {
				out = append(out, m)
			}
		}
		return out, nil
	}
	for _, name := range args {
		m := s.Model(name)
		if m == nil {
			return nil, refuse("jsonschema", diag.DidYouMean(name, modelNames(s)...), "there is no model %s", name)
		}
		if !jsonschema.Describes(m, o) {
			return nil, refuse("jsonschema", "", "rows of %s have no form for mode %s and audience %s", m.Name, o.Mode, o.Audience)
		}
		out = append(out, m)
	}
	return out, nil
}

func modelNames(s *schema.Schema) []string {
	names := make([]string, len(s.Models))
	for i, m := range s.Models {
		names[i] = m.Name
	}
	return names
}

// writeDocuments writes a document per model; files that say the same already are left alone.
func writeDocuments(w io.Writer, dir string, models []*schema.Model, o jsonschema.Options) error {
	files := make([]newFile, len(models))
	for i, m := range models {
		files[i] = newFile{filepath.Join(dir, m.Name+".json"), string(jsonschema.Model(m, o))}
	}
	n, err := writeAll("jsonschema", files)
	if err == nil {
		fmt.Fprintf(w, "%s: %s, %d changed\n", dir, count(len(files), "file"), n)
	}
	return err
}
