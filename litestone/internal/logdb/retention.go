package logdb

import (
	"github.com/litestone-go/orm/litestone/schema"
)

// stampField is the field that says how old a row is: the first DateTime that a create fills with
// the time, else one named createdAt. nil: parts that were put aside are as old as their files.
func stampField(m *schema.Model) *schema.Field {
	for _, f := range m.Columns {
		if f.Type == schema.DateTime && !f.List && f.Default != nil && f.Default.Kind == schema.DefaultNow {
			return f
		}
	}
	if f := m.Field("createdAt"); f != nil && f.Type == schema.DateTime && !f.List && f.Stored() {
		return f
	}
	return nil
}
