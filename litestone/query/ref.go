package query

import (
	"fmt"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// RefOf names a field of a model.
func RefOf(m *schema.Model, f *schema.Field) Ref {
	return Ref{Model: m.Accessor, Name: f.Name, Index: f.Index}
}

// Field finds the field a Ref names in m. It looks at the index first, so a Ref of generated
// code costs one comparison; after a schema change the name still finds the field. A Ref of
// another model, or of a field that is gone, is a validation error.
func (r Ref) Field(m *schema.Model) (*schema.Field, error) {
	if r.Model != m.Accessor {
		return nil, &liteerr.Error{
			Code: liteerr.Validation, Model: m.Accessor, Fields: []string{r.Name},
			Message: fmt.Sprintf("%s.%s is a column of another model", r.Model, r.Name),
			Hint:    "use a column of " + m.Accessor,
		}
	}
	if r.Index >= 0 && r.Index < len(m.Fields) {
		if f := m.Fields[r.Index]; f.Name == r.Name {
			return f, nil
		}
	}
	if f := m.Field(r.Name); f != nil {
		return f, nil
	}
	return nil, unknown(m.Accessor, r.Name, r.Name, "field", fieldNames(m, nil))
}

// invalid is the one shape of a mistake in the arguments.
func invalid(model, path, message, hint string) *liteerr.Error {
	e := &liteerr.Error{Code: liteerr.Validation, Model: model, Message: message, Hint: hint}
	if path != "" {
		e.Fields = []string{path}
		e.Issues = []liteerr.Issue{{Path: path, Message: message}}
	}
	return e
}

// unknown is a name that nothing has: kind is "field", "operator", "argument" …
func unknown(model, path, name, kind string, candidates []string) *liteerr.Error {
	return invalid(model, path, fmt.Sprintf("unknown %s %q", kind, name), diag.DidYouMean(name, candidates...))
}

// fieldNames lists the names of m that keep says; nil keeps all.
func fieldNames(m *schema.Model, keep func(*schema.Field) bool) []string {
	names := make([]string, 0, len(m.Fields))
	for _, f := range m.Fields {
		if keep == nil || keep(f) {
			names = append(names, f.Name)
		}
	}
	return names
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
