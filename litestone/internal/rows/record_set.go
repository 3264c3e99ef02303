package rows

import (
	"fmt"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

// Set changes a field's value in the record, in the Go or JSON type the field takes, or an extra's;
// nil is null. The database is not changed. A name that was not read, a relation, and a value of
// another type are validation errors. It is for hooks that see the record before its caller does.
func (r *Record) Set(name string, v any) error {
	for _, e := range r.layout.order {
		if e.field.Name != name {
			continue
		}
		switch {
		case e.rel:
			return r.unset(name, "is a relation", "change the related records")
		case r.hidden != nil && r.hidden[e.pos]:
			return r.unset(name, "was not read", "")
		}
		value, issue := query.FromAny(e.field, v, name)
		if issue != nil {
			return &liteerr.Error{Code: liteerr.Validation, Model: r.layout.model.Accessor, Fields: []string{issue.Path}, Message: issue.Message}
		}
		r.values[e.pos] = value
		return nil
	}
	if _, ok := r.extra[name]; ok {
		r.extra[name] = v
		return nil
	}
	var names []string
	for _, e := range r.layout.order {
		if !e.rel && (r.hidden == nil || !r.hidden[e.pos]) {
			names = append(names, e.field.Name)
		}
	}
	return r.unset(name, "was not read", diag.DidYouMean(name, names...))
}

func (r *Record) unset(name, why, hint string) error {
	return &liteerr.Error{Code: liteerr.Validation, Model: r.layout.model.Accessor, Fields: []string{name},
		Message: fmt.Sprintf("%q %s, so the record has no value to set", name, why), Hint: hint}
}
