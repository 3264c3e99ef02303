package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/litestone-go/orm/litestone"
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
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			call, spec, err := querySpec(cmd, args, file)
			if err != nil {
				return err
			}
			cfg, err := p.config()
			if err != nil {
				return err
			}
			if cfg.DB != "" && cfg.DB != ":memory:" {
				if _, err := os.Stat(cfg.DB); err != nil {
					return &litestone.Error{Code: litestone.CodeConfig, Operation: "query", Message: "there is no database " + cfg.DB, Hint: "run litestone push", Err: err}
				}
			}
			db, err := litestone.Open(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			if db, err = identity(db, as, system); err != nil {
				return err
			}
			var answer any
			if call == "" {
				answer, err = db.Query(cmd.Context(), litestone.JSON(spec))
			} else {
				answer, err = db.Call(cmd.Context(), call, callArgs(spec)...)
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
	return cmd
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
