package rows

import (
	"encoding/json"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// GroupLayout is the columns of an aggregate's or groupBy's answer, made once per statement.
type GroupLayout struct {
	entries []groupEntry
}

// groupEntry is one key of the answer: a value, or an object of values by field.
type groupEntry struct {
	name   string
	object []groupColumn // nil: a value
	column groupColumn
}

type groupColumn struct {
	name  string
	col   int
	field *schema.Field // decoded like the field; nil: as SQLite answered
}

// NewGroupLayout lays out a statement's columns: keys first, then aggregates as asked for.
func NewGroupLayout(out []plan.Output) *GroupLayout {
	l := &GroupLayout{}
	objects := map[string]int{}
	for i, o := range out {
		c := groupColumn{name: o.Name, col: i}
		if o.Kind == plan.OutField || o.Type == plan.AsFld {
			c.field = o.Field
		}
		if o.Kind == plan.OutField || o.Kind == plan.OutBucket {
			c.name = o.Field.Name
		}
		if o.Group == "" {
			l.entries = append(l.entries, groupEntry{name: c.name, column: c})
			continue
		}
		at, ok := objects[o.Group]
		if !ok {
			at = len(l.entries)
			objects[o.Group] = at
			l.entries = append(l.entries, groupEntry{name: o.Group})
		}
		l.entries[at].object = append(l.entries[at].object, c)
	}
	return l
}

// Group is one row of a groupBy, or the answer of an aggregate: the keys, then the aggregates
// under the names they were asked for by.
type Group struct {
	layout *GroupLayout
	values []query.Value
}

// Read copies the row a statement stands on.
func (l *GroupLayout) Read(r *conn.Row) *Group {
	g := &Group{layout: l, values: make([]query.Value, r.Len())}
	for i := range g.values {
		g.values[i] = r.Stored(i)
	}
	return g
}

// Get gives a key of groupBy by its field's name (a time cut to an interval is its label), or an
// aggregate that stands alone: "_count", a named one. Values are nil, int64, float64, string,
// bool, []byte or json.RawMessage. ok is false when the call did not ask for it.
func (g *Group) Get(name string) (v any, ok bool) {
	for i := range g.layout.entries {
		if e := &g.layout.entries[i]; e.name == name && e.object == nil {
			return e.column.value(g), true
		}
	}
	return nil, false
}

// Of gives an aggregate of a field: Of("_sum", "amount"). It is nil where there was nothing to
// aggregate; ok is false when the call did not ask for it.
func (g *Group) Of(aggregate, field string) (v any, ok bool) {
	for i := range g.layout.entries {
		e := &g.layout.entries[i]
		if e.name != aggregate {
			continue
		}
		for _, c := range e.object {
			if c.name == field {
				return c.value(g), true
			}
		}
	}
	return nil, false
}

// Count gives _count, 0 when it was not asked for.
func (g *Group) Count() int64 {
	n, _ := g.Get("_count")
	i, _ := n.(int64)
	return i
}

// Number gives an aggregate of a field as a number, 0 where it is null or no number.
func (g *Group) Number(aggregate, field string) float64 {
	v, _ := g.Of(aggregate, field)
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}

// Map gives the group as its JSON shows it: aggregates of fields are maps by field.
func (g *Group) Map() map[string]any {
	out := make(map[string]any, len(g.layout.entries))
	for _, e := range g.layout.entries {
		if e.object == nil {
			out[e.name] = e.column.value(g)
			continue
		}
		m := make(map[string]any, len(e.object))
		for _, c := range e.object {
			m[c.name] = c.value(g)
		}
		out[e.name] = m
	}
	return out
}

func (c *groupColumn) value(g *Group) any {
	v := g.values[c.col]
	if c.field == nil {
		return v.Any()
	}
	return goValue(c.field, v)
}

// MarshalJSON writes the keys and aggregates in the order they were asked for.
func (g *Group) MarshalJSON() ([]byte, error) {
	b := append(make([]byte, 0, 16+24*len(g.values)), '{')
	for i := range g.layout.entries {
		e := &g.layout.entries[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, e.name), ':')
		if e.object == nil {
			b = e.column.append(b, g)
			continue
		}
		b = append(b, '{')
		for j := range e.object {
			if j > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, e.object[j].name), ':')
			b = e.object[j].append(b, g)
		}
		b = append(b, '}')
	}
	return append(b, '}'), nil
}

var _ json.Marshaler = (*Group)(nil)

// anyField is a value of no field in particular.
var anyField = &schema.Field{Type: schema.Text}

func (c *groupColumn) append(b []byte, g *Group) []byte {
	f := c.field
	if f == nil {
		f = anyField
	}
	return appendValue(b, f, g.values[c.col])
}
