// Package rows turns what SQLite answers into what callers hold: generated structs through
// precomputed field offsets, or dynamic records. Everything about a model's struct is found
// out once; decoding a row is a loop over small instructions.
package rows

import (
	"github.com/litestone-go/orm/litestone/schema"
)

// Row is embedded in generated structs. It tells which fields were read, and carries what was
// computed beside them. Its zero value means the struct was made by hand: every field counts.
type Row struct {
	read  *ReadSet
	extra map[string]any
}

// Read reports whether the field of that schema name was read. A field that was not selected
// or may not be read holds its zero value and is absent from JSON.
func (r *Row) Read(field string) bool {
	if r.read == nil {
		return true
	}
	f := r.read.model.Field(field)
	return f != nil && r.read.has(f.Index)
}

// Extra gives a value computed beside the fields: "_count", "_rank", "_depth", a window's alias.
// It is nil when the call did not ask for it.
func (r *Row) Extra(name string) any { return r.extra[name] }

// Count gives one entry of _count, 0 when it was not asked for.
func (r *Row) Count(relation string) int64 {
	m, _ := r.extra["_count"].(map[string]any)
	n, _ := m[relation].(int64)
	return n
}

// ReadSet is which fields of a model a statement reads. It is shared by all its rows.
type ReadSet struct {
	model *schema.Model
	typ   *Type // of the struct the fields are in; nil for records
	bits  []uint64
}

func newReadSet(m *schema.Model, t *Type) *ReadSet {
	return &ReadSet{model: m, typ: t, bits: make([]uint64, (len(m.Fields)+63)/64)}
}

func (s *ReadSet) add(i int)      { s.bits[i/64] |= 1 << (i % 64) }
func (s *ReadSet) has(i int) bool { return s.bits[i/64]&(1<<(i%64)) != 0 }

// without is the set less one field: for a row whose field may not be read.
func (s *ReadSet) without(i int) *ReadSet {
	c := &ReadSet{model: s.model, typ: s.typ, bits: append([]uint64{}, s.bits...)}
	c.bits[i/64] &^= 1 << (i % 64)
	return c
}
