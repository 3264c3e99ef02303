package schema

import "slices"

// Confidential reports whether the field's values stay out of what a client tells about itself: events,
// logs, spans, errors and explanations. They do for @guarded, @encrypted and @secret fields, and for
// what is made of such a field's values: @generated columns and @from fields.
func (f *Field) Confidential() bool {
	switch {
	case f.Guarded != Shown, f.Encrypted != nil, f.Secret:
		return true
	case f.Generated != nil:
		return slices.ContainsFunc(f.Generated.Uses, (*Field).Confidential)
	}
	return f.From != nil && f.From.Field != nil && f.From.Field.Confidential()
}

// Confidential reports whether the schema has fields whose values stay out of events and logs. What
// cannot be told apart from such a value, a value of raw SQL say, stays out with them.
func (s *Schema) Confidential() bool {
	return slices.ContainsFunc(s.Models, func(m *Model) bool { return slices.ContainsFunc(m.Fields, (*Field).Confidential) })
}
