// Package lite2go writes the Go source of a checked schema: row structs with bun tags, create
// and update inputs, typed columns, enums, typed Json structs and a typed client.
//
// The output is thin: declarations only, over the generic runtime of package litestone. It is
// deterministic (the same schema and options give the same bytes on every machine), so it can
// be committed and checked.
//
// Generate runs four stages: names (every Go name of the package is settled, clashes included),
// views (every string a template prints is decided in Go), templates (which only range and
// print) and gofmt. Write and Check are for programs that keep a folder up to date.
package lite2go

import (
	"errors"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// Options are what the schema does not say.
type Options struct {
	// Package is the generated package's name. Defaults to "models".
	Package string

	// Pluralize is the option the schema was checked with; the generated client opens its
	// database with it. Defaults to false.
	Pluralize bool
}

// File is one generated file.
type File struct {
	Name    string // base name, as "users.go"
	Content []byte // formatted Go source
}

// Generate gives the generated package's files, sorted by name. It fails with a config error
// on an unusable package name, and with a schema error naming the object when a name of the
// schema cannot stand in Go source.
func Generate(s *schema.Schema, o Options) ([]File, error) {
	if o.Package == "" {
		o.Package = "models"
	}
	if !token.IsIdentifier(o.Package) || o.Package == "_" {
		return nil, &liteerr.Error{
			Code:    liteerr.Config,
			Message: fmt.Sprintf("%q cannot be a Go package's name", o.Package),
			Hint:    "give a lower-case word with -package",
		}
	}
	g := &generator{schema: s, options: o, names: settleNames(s)}
	if len(g.names.bad) > 0 {
		return nil, unusableNames(g.names.bad)
	}

	jobs := []job{g.clientFile()}
	if len(s.Enums) > 0 {
		jobs = append(jobs, g.enumsFile())
	}
	if len(s.Types) > 0 {
		jobs = append(jobs, g.typesFile())
	}
	for _, m := range s.Models {
		jobs = append(jobs, g.modelFile(m))
	}

	files := make([]File, len(jobs))
	var failed []error
	for i, j := range jobs {
		content, err := render(j)
		if err != nil {
			failed = append(failed, err)
		}
		files[i] = File{Name: j.file, Content: content}
	}
	if len(failed) > 0 {
		return nil, errors.Join(failed...)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

// generator holds what every stage after names looks at.
type generator struct {
	schema  *schema.Schema
	options Options
	names   *names
}

// unusableNames reports every name of the schema that cannot be written in Go.
func unusableNames(bad []string) error {
	return &liteerr.Error{
		Code:    liteerr.Schema,
		Message: "no Go name for " + strings.Join(bad, "; "),
		Hint:    "rename it and keep its table or column with @@map or @map",
	}
}
