// Command lite2go writes the Go package of a .lite schema. It is made for go:generate:
//
//	//go:generate go run github.com/litestone-go/orm/cmd/lite2go -schema schema.lite -out models
//
// It exits with 0 when the package is written or was up to date, 1 on any error, with the reason
// on stderr, and 2 on wrong usage. With -check it writes nothing and exits with 1 when the folder
// is not up to date.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/litestone-go/orm/lite2go"
	"github.com/litestone-go/orm/litestone/schema"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// The exit codes.
const (
	exitOK = iota
	exitError
	exitUsage
)

const usage = `Usage: lite2go [flags]

Writes Go structs with bun tags, typed columns and a typed client for a .lite schema.

Flags:
`

const examples = `
Examples:
  lite2go -schema schema.lite -out models
  lite2go -schema db/schema.lite -out internal/store -package store
  lite2go -schema schema.lite -out models -check
`

type flags struct {
	schema, out, pkg string
	check, pluralize bool
}

func run(args []string, stdout, stderr io.Writer) int {
	f, code := parseFlags(args, stdout, stderr)
	if f == nil {
		return code
	}
	if err := generate(*f, stdout); err != nil {
		fmt.Fprintln(stderr, err)
		return exitError
	}
	return exitOK
}

// parseFlags gives the flags, or nil and an exit code when there is nothing left to do.
func parseFlags(args []string, stdout, stderr io.Writer) (*flags, int) {
	var f flags
	set := flag.NewFlagSet("lite2go", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&f.schema, "schema", "schema.lite", "the schema `file`; its imports are followed")
	set.StringVar(&f.out, "out", "models", "the `folder` to write to; made when missing")
	set.StringVar(&f.pkg, "package", "", "the package's `name` (default: the folder's name)")
	set.BoolVar(&f.pluralize, "pluralize", false, "derive plural table names, as in litestone.toml")
	set.BoolVar(&f.check, "check", false, "write nothing; fail when the folder is not up to date")

	err := set.Parse(args)
	if err == nil && set.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		help(set, stdout)
		return nil, exitOK
	case err != nil:
		fmt.Fprintf(stderr, "lite2go: %v\n", err)
		help(set, stderr)
		return nil, exitUsage
	}
	return &f, exitOK
}

func help(set *flag.FlagSet, w io.Writer) {
	fmt.Fprint(w, usage)
	set.SetOutput(w)
	set.PrintDefaults()
	fmt.Fprint(w, examples)
}

func generate(f flags, stdout io.Writer) error {
	if f.pkg == "" {
		name, err := lite2go.PackageName(f.out)
		if err != nil {
			return err
		}
		f.pkg = name
	}
	s, err := schema.FromFile(f.schema, schema.Options{Pluralize: f.pluralize})
	if err != nil {
		return err
	}
	files, err := lite2go.Generate(s, lite2go.Options{Package: f.pkg, Pluralize: f.pluralize})
	if err != nil {
		return err
	}
	if f.check {
		return check(f, files)
	}
	changes, err := lite2go.Write(f.out, files)
	if err != nil {
		return err
	}
	report(f.out, changes, stdout)
	return nil
}

// report says what was done, nothing when there was nothing to do.
func report(dir string, changes []lite2go.Change, w io.Writer) {
	var did []string
	count := func(what string, kinds ...lite2go.ChangeKind) {
		n := 0
		for _, c := range changes {
			if slices.Contains(kinds, c.Kind) {
				n++
			}
		}
		if n > 0 {
			did = append(did, fmt.Sprintf("%d %s", n, what))
		}
	}
	count("written", lite2go.Missing, lite2go.Outdated)
	count("removed", lite2go.Leftover)
	if len(did) > 0 {
		fmt.Fprintf(w, "%s: %s\n", dir, strings.Join(did, ", "))
	}
}

// check says which files a run would change.
func check(f flags, files []lite2go.File) error {
	changes, err := lite2go.Check(f.out, files)
	if err != nil || len(changes) == 0 {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "lite2go: %s is not up to date with %s:\n", f.out, f.schema)
	for _, c := range changes {
		fmt.Fprintf(&b, "  %s (%s)\n", c.Name, c.Kind)
	}
	b.WriteString("run lite2go without -check")
	return errors.New(b.String())
}
