package cli

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
	"github.com/spf13/cobra"
)

func fmtCommand(p *project) *cobra.Command {
	var list, write, check bool
	types := ""
	cmd := &cobra.Command{
		Use:     "fmt [file or folder …]",
		Aliases: []string{"format"},
		Short:   "Format schemas",
		Long: "fmt writes schemas in the canonical style to stdout, comments kept. Folders stand for all .lite\n" +
			"files below them, - for stdin; without arguments it takes the project's schema and what that\n" +
			"imports. Files with syntax errors are reported, and then none is written.",
		Example: "  litestone fmt -w\n  litestone fmt --check db/\n  litestone fmt -l -w --types short schema.lite\n  litestone fmt - < schema.lite",
		RunE: func(cmd *cobra.Command, args []string) error {
			style, err := styleOf(types)
			if err != nil {
				return err
			}
			texts, diags, err := p.sources(cmd.InOrStdin(), args)
			if err != nil {
				return err
			}
			if diags.HasErrors() {
				return diags
			}
			return format(cmd.OutOrStdout(), texts, style, list || check, write, check)
		},
	}
	cmd.Flags().BoolVarP(&list, "list", "l", false, "print the names of files whose format differs instead of their text")
	cmd.Flags().BoolVarP(&write, "write", "w", false, "write the files instead of stdout")
	cmd.Flags().BoolVar(&check, "check", false, "as -l, and exit with 1 when a file differs; writes nothing")
	cmd.Flags().StringVar(&types, "types", "", "the `spelling` of scalar types: long (Integer, Real, Text, Blob) or short (Int, Float, String, Bytes)\n(default as written)")
	cmd.MarkFlagsMutuallyExclusive("write", "check")
	_ = cmd.RegisterFlagCompletionFunc("types", cobra.FixedCompletions([]string{"long", "short"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func styleOf(types string) (syntax.Style, error) {
	switch types {
	case "":
		return syntax.Style{}, nil
	case "long":
		return syntax.Style{Types: syntax.LongNames}, nil
	case "short":
		return syntax.Style{Types: syntax.ShortNames}, nil
	}
	return syntax.Style{}, refuse("fmt", "", "--types is long or short, not %q", types)
}

const stdinName = "<stdin>"

// format writes what is asked of each file. Nothing is written before all are formatted.
func format(out io.Writer, files []*syntax.File, style syntax.Style, list, write, check bool) error {
	differ := 0
	for _, f := range files {
		text := style.Format(f)
		same := text == f.Source.Text
		if !same {
			differ++
		}
		if list && !same {
			fmt.Fprintln(out, f.Source.Name)
		}
		switch {
		case write && f.Source.Name != stdinName:
			if !same {
				if err := replaceFile(f.Source.Name, text); err != nil {
					return refuseFor("fmt", "", err)
				}
			}
		case !list:
			if _, err := io.WriteString(out, text); err != nil {
				return err
			}
		}
	}
	if check && differ > 0 {
		return &litestone.Error{Code: litestone.CodeConfig, Operation: "fmt", Message: fmt.Sprintf("%d of %d files are not formatted", differ, len(files)), Hint: "run litestone fmt -w"}
	}
	return nil
}

// sources parses what fmt was asked about. Problems of the texts are diagnostics.
func (p *project) sources(stdin io.Reader, args []string) (files []*syntax.File, diags diag.List, err error) {
	if len(args) == 0 {
		s, err := p.load()
		if err != nil {
			return nil, nil, err
		}
		files, diags = syntax.Load(nil, s.Schema)
		return files, diags, nil
	}
	for _, arg := range args {
		if arg == "-" {
			b, err := io.ReadAll(stdin)
			if err != nil {
				return nil, nil, refuseFor("fmt", "", err)
			}
			f, list := syntax.Parse(&diag.File{Name: stdinName, Text: string(b)})
			files, diags = append(files, f), append(diags, list...)
			continue
		}
		names, err := liteFiles(arg)
		if err != nil {
			return nil, nil, refuseFor("fmt", "", err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				return nil, nil, refuseFor("fmt", "", err)
			}
			f, list := syntax.Parse(&diag.File{Name: name, Text: string(b)})
			files, diags = append(files, f), append(diags, list...)
		}
	}
	return files, diags, nil
}

// liteFiles gives a file, or the .lite files below a folder in order of their paths. Folders that
// begin with a dot are left out.
func liteFiles(name string) (out []string, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != name && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case !d.IsDir() && filepath.Ext(path) == ".lite":
			out = append(out, path)
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("there is no .lite file in %s", name)
	}
	return out, err
}
