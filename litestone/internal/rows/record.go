package rows

import (
	"bytes"
	"encoding/json"
	"sort"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Layout is the fields of a statement's records, in schema order.
type Layout struct {
	model *schema.Model
	cols  []layoutCol
	order []layoutEntry // columns and relations, in schema order
	rels  []*schema.Field

	computed []*schema.Field // their values stand after those of the columns
}

type layoutCol struct {
	field *schema.Field
	col   int
}

type layoutEntry struct {
	field *schema.Field
	pos   int // in Record.values, or in Record.rels for a relation
	rel   bool
}

func newLayout(m *schema.Model) *Layout { return &Layout{model: m} }

func (l *Layout) add(f *schema.Field, col int) { l.cols = append(l.cols, layoutCol{f, col}) }
func (l *Layout) relate(f *schema.Field)       { l.rels = append(l.rels, f) }

// compute adds a field that a function fills, and says where its value stands.
func (l *Layout) compute(f *schema.Field) int {
	l.computed = append(l.computed, f)
	return l.width() - 1
}

// width is how many values a record has.
func (l *Layout) width() int { return len(l.cols) + len(l.computed) }

func (l *Layout) finish() {
	l.order = l.order[:0]
	for i, c := range l.cols {
		l.order = append(l.order, layoutEntry{c.field, i, false})
	}
	for i, f := range l.computed {
		l.order = append(l.order, layoutEntry{f, len(l.cols) + i, false})
	}
	for i, f := range l.rels {
		l.order = append(l.order, layoutEntry{f, i, true})
	}
	sort.SliceStable(l.order, func(i, j int) bool { return l.order[i].field.Index < l.order[j].field.Index })
}

// Record is a row without a generated struct: the fields that were read, in schema order, then
// what was computed beside them.
type Record struct {
	layout *Layout
	values []query.Value
	hidden []bool // fields of this row that may not be read; nil: none
	rels   []related
	extra  map[string]any
}

type related struct {
	one  *Record
	many []*Record
	list bool
}

func (b *Batch) addRecord(r *conn.Row) {
	l := b.d.layout
	if len(b.recs) == 0 {
		n := b.grow()
		b.recs = make([]Record, n)
		b.values = make([]query.Value, n*l.width())
		b.rels = make([]related, n*len(l.rels))
	}
	rec := &b.recs[0]
	b.recs = b.recs[1:]
	n := l.width()
	rec.layout, rec.values, b.values = l, b.values[:n:n], b.values[n:]
	for i, c := range l.cols {
		rec.values[i] = r.Stored(c.col)
	}
	if b.d.sealedCols != nil {
		b.unsealRecord(rec)
	}
	for _, a := range b.d.allows {
		if r.Int64(a.col) == 0 {
			if rec.hidden == nil {
				rec.hidden = make([]bool, n)
			}
			rec.hidden[a.pos] = true
		}
	}
	if k := len(l.rels); k > 0 {
		rec.rels, b.rels = b.rels[:k:k], b.rels[k:]
	}
	if len(b.d.extras) > 0 {
		rec.extra = extrasOf(b.d.extras, r)
	}
	b.Rows = append(b.Rows, unsafe.Pointer(rec))
}

// Model is the model the record is a row of.
func (r *Record) Model() *schema.Model { return r.layout.model }

// Get gives a field's value, an included relation (*Record or []*Record) or an extra by name; ok
// is false when it was not read. Values are nil, int64, float64, string, bool, []byte or, for
// Json and lists, json.RawMessage.
func (r *Record) Get(name string) (v any, ok bool) {
	for _, e := range r.layout.order {
		if e.field.Name != name {
			continue
		}
		if e.rel {
			return r.rels[e.pos].value(), true
		}
		if r.hidden != nil && r.hidden[e.pos] {
			return nil, false
		}
		return goValue(e.field, r.values[e.pos]), true
	}
	v, ok = r.extra[name]
	return v, ok
}

// Value gives a stored field's value in the form SQLite keeps; NULL when it was not read.
func (r *Record) Value(f *schema.Field) query.Value {
	for i, c := range r.layout.cols {
		if c.field == f {
			return r.values[i]
		}
	}
	return query.Null()
}

// Map gives the record as a map, related records as maps too, Json decoded.
func (r *Record) Map() map[string]any {
	out := make(map[string]any, len(r.layout.order)+len(r.extra))
	for _, e := range r.layout.order {
		switch {
		case e.rel:
			out[e.field.Name] = r.rels[e.pos].maps()
		case r.hidden == nil || !r.hidden[e.pos]:
			v := goValue(e.field, r.values[e.pos])
			if raw, ok := v.(json.RawMessage); ok {
				d := json.NewDecoder(bytes.NewReader(raw))
				d.UseNumber()
				var x any
				if d.Decode(&x) == nil {
					v = x
				}
			}
			out[e.field.Name] = v
		}
	}
	for k, v := range r.extra {
		out[k] = v
	}
	return out
}

func (r related) value() any {
	if r.list {
		if r.many == nil {
			return []*Record{}
		}
		return r.many
	}
	if r.one == nil {
		return nil
	}
	return r.one
}

func (r related) maps() any {
	if !r.list {
		if r.one == nil {
			return nil
		}
		return r.one.Map()
	}
	out := make([]any, len(r.many))
	for i, m := range r.many {
		out[i] = m.Map()
	}
	return out
}

func goValue(f *schema.Field, v query.Value) any {
	if v.IsNull() {
		return nil
	}
	switch {
	case f.Type == schema.Boolean && !f.List:
		return v.Int64() != 0
	case f.List, f.Type == schema.Json, f.Type == schema.File:
		if v.Kind() == query.KindText {
			return json.RawMessage(v.Str())
		}
	case f.Type == schema.Real && v.Kind() == query.KindInt:
		return v.Float64()
	}
	return v.Any()
}
