package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/spf13/cobra"
)

func queryCommand(p *project) *cobra.Command {
	var as, file string
	system := false
	cmd := &cobra.Command{
		Use:   "query [call] [spec]",
		Short: "Ask the databases: a JSON spec in, JSON out",
		Long: "query runs a spec of named reads in one snapshot, or one call with its arguments. The spec is\n" +
			"an argument, --file, or stdin. Without --as and --system it asks as nobody: policies apply.",
		Example: `  litestone query '{"user": {"where": {"role": "admin"}}, "post": {"_count": true}}'
  litestone query user.findMany '{"limit": 5, "include": {"posts": true}}'
  litestone query --as '{"id": 1}' post.count
  litestone query --file report.json --system`,
		Args:              cobra.MaximumNArgs(2),
		ValidArgsFunction: p.completeCalls,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			call, spec, err := querySpec(cmd, args, file)
			if err != nil {
				return err
			}
			cfg, err := p.config("query")
			if err != nil {
				return err
			}
			if err := present("query", cfg); err != nil {
				return err
			}
			cfg.MustExist = true
			db, err := litestone.Open(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			view, err := identity(db, as, system)
			if err != nil {
				return err
			}
			var answer any
			if call == "" {
				answer, err = view.Query(cmd.Context(), litestone.JSON(spec))
			} else {
				answer, err = view.Call(cmd.Context(), call, callArgs(spec)...)
			}
			if err != nil {
				return err
			}
			return printJSON(cmd.OutOrStdout(), answer)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "ask as this auth object, in `JSON`")
	cmd.Flags().BoolVar(&system, "system", false, "ask as the system: no policy applies")
	cmd.Flags().StringVarP(&file, "file", "f", "", "read the spec from a `file`")
	cmd.MarkFlagsMutuallyExclusive("as", "system")
	_ = cmd.MarkFlagFilename("file", "json")
	return cmd
}

// present refuses to ask databases that nobody has made yet.
func present(command string, cfg litestone.Config) error {
	places, err := litestone.Locate(cfg)
	if err != nil {
		return err
	}
	for _, at := range places {
		if at.Driver == schema.SQLite.String() && !at.Exists && at.Path != memory {
			return refuse(command, "run litestone push", "there is no database %s", at.Path)
		}
	}
	return nil
}

// querySpec sorts out the arguments: a call's name, and the text of the spec.
func querySpec(cmd *cobra.Command, args []string, file string) (call, spec string, err error) {
	for _, a := range args {
		if strings.HasPrefix(strings.TrimSpace(a), "{") || strings.HasPrefix(strings.TrimSpace(a), "[") {
			spec = a
		} else if call == "" {
			call = a
		} else {
			return "", "", &litestone.Error{Code: litestone.CodeConfig, Operation: "query", Message: fmt.Sprintf("%q is no JSON object", a), Hint: "write a call's name, then its arguments"}
		}
	}
	switch {
	case spec != "" || call != "" && file == "":
		return call, spec, nil
	case file != "":
		b, err := os.ReadFile(file)
		if err != nil {
			return "", "", &litestone.Error{Code: litestone.CodeConfig, Operation: "query", Message: err.Error(), Err: err}
		}
		return call, string(b), nil
	}
	b, err := io.ReadAll(cmd.InOrStdin())
	return call, string(b), err
}

// callArgs gives a call's arguments: a list stands for several.
func callArgs(spec string) []any {
	var list []any
	if strings.HasPrefix(strings.TrimSpace(spec), "[") && json.Unmarshal([]byte(spec), &list) == nil {
		return list
	}
	if spec == "" {
		return nil
	}
	return []any{litestone.JSON(spec)}
}

// completeCalls completes model.operation in a shell.
func (p *project) completeCalls(_ *cobra.Command, args []string, _ string) (out []string, _ cobra.ShellCompDirective) {
	s, err := p.schema()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, m := range s.Models {
		for _, op := range []string{"findMany", "findFirst", "findUnique", "count", "exists", "aggregate", "groupBy", "search"} {
			if op != "search" || m.FTS != nil {
				out = append(out, m.Accessor+"."+op)
			}
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func identity(db *litestone.Client, as string, system bool) (*litestone.Client, error) {
	switch {
	case system:
		return db.AsSystem(), nil
	case as == "":
		return db, nil
	}
	var auth map[string]any
	d := json.NewDecoder(strings.NewReader(as))
	d.UseNumber()
	if err := d.Decode(&auth); err != nil {
		return nil, &litestone.Error{Code: litestone.CodeConfig, Operation: "query", Message: "--as is not a JSON object: " + err.Error(), Err: err}
	}
	return db.As(auth), nil
}
