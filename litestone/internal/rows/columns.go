package rows

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Columns makes records of rows that were not read by a statement of their own: the values of
// a model's columns, of which it shows some. It is made once per model.
type Columns struct {
	layout *Layout
	at     []int // where the shown columns stand in the model's
}

// ColumnsOf shows the columns that show holds for.
func ColumnsOf(m *schema.Model, show func(*schema.Field) bool) *Columns {
	c := &Columns{layout: newLayout(m)}
	for i, f := range m.Columns {
		if show(f) {
			c.layout.add(f, len(c.at))
			c.at = append(c.at, i)
		}
	}
	c.layout.finish()
	return c
}

// Record is the record of a row; nil for no row. It keeps nothing of values.
func (c *Columns) Record(values []query.Value) *Record {
	if values == nil {
		return nil
	}
	r := &Record{layout: c.layout, values: make([]query.Value, len(c.at))}
	for i, at := range c.at {
		r.values[i] = values[at]
	}
	return r
}
