package write

import (
	"encoding/json"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// transform applies a field's transforms to a text, or to every text of a list.
func transform(f *schema.Field, v query.Value) query.Value {
	if len(f.Transforms) == 0 || v.Kind() != query.KindText {
		return v
	}
	if !f.List {
		return query.Text(transformed(f, v.Str()))
	}
	var list []any
	if json.Unmarshal([]byte(v.Str()), &list) != nil {
		return v
	}
	for i, x := range list {
		if s, ok := x.(string); ok {
			list[i] = transformed(f, s)
		}
	}
	return query.Text(marshal(list))
}

func transformed(f *schema.Field, s string) string {
	for _, t := range f.Transforms {
		s = t.Apply(s)
	}
	return s
}
