package lite2go

import (
	"bytes"
	"embed"
	"fmt"
	"go/format"
	"text/template"

	"github.com/litestone-go/orm/litestone/liteerr"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

// The templates only range and print: whatever a line needs was decided before.
var templates = template.Must(template.ParseFS(templateFiles, "templates/*.tmpl"))

// job is one file to render: a template and the view it prints.
type job struct {
	file     string
	template string
	view     any
}

// head is what every file starts with.
type head struct {
	Package string
	Doc     []string // comment lines of the package clause
	Std     []string // import paths of the standard library
	Others  []string // other import paths
}

func (g *generator) head(im imports) head {
	std, others := im.groups()
	return head{Package: g.options.Package, Std: std, Others: others}
}

// member is one field of a generated struct.
type member struct {
	Doc  []string
	Name string
	Type string
	Tag  string // a Go literal, or empty
}

// value is one `Name: expression` of a composite literal, or one constant.
type value struct {
	Doc  []string
	Name string
	Expr string
}

// render prints one file and formats it. That the result parses is a promise of this package,
// so a failure here is a defect of it and is reported with the source at fault.
func render(j job) ([]byte, error) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, j.template, j.view); err != nil {
		return nil, &liteerr.Error{Code: liteerr.Schema, Message: "file " + j.file + " cannot be written", Err: err}
	}
	out, err := format.Source(b.Bytes())
	if err != nil {
		return nil, &liteerr.Error{
			Code:    liteerr.Schema,
			Message: fmt.Sprintf("the generated file %s is not Go: %v", j.file, err),
			Hint:    "this is a defect of lite2go: please report it with the schema",
			Err:     err,
		}
	}
	return out, nil
}
