package write

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// transform applies a field's transforms to a text, in the order they are declared.
func transform(f *schema.Field, v query.Value) query.Value {
	if len(f.Transforms) == 0 || v.Kind() != query.KindText {
		return v
	}
	s := v.Str()
	for _, t := range f.Transforms {
		s = t.Apply(s)
	}
	return query.Text(s)
}
