package rows

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Relator attaches one relation's rows to their parents. It is made once per statement.
type Relator struct {
	field  *schema.Field
	single bool
	typed  bool
	offset uintptr
	ok     bool // the parent has a place for the relation
	pos    int
}

// Relate prepares attaching to a field of the decoder's rows.
func (d *Decoder) Relate(f *schema.Field, single bool) Relator {
	r := Relator{field: f, single: single, typed: d.typ != nil}
	if d.typ != nil {
		s := d.typ.slots[f.Index]
		r.offset, r.ok = s.offset, s.present
		return r
	}
	for i, x := range d.layout.rels {
		if x == f {
			r.pos, r.ok = i, true
		}
	}
	return r
}

// Empty gives every parent an empty list or null, so that a relation without rows shows.
func (r Relator) Empty(parents []unsafe.Pointer) {
	if !r.ok || r.single {
		return
	}
	for _, p := range parents {
		if r.typed {
			*(*[]unsafe.Pointer)(unsafe.Add(p, r.offset)) = []unsafe.Pointer{}
		} else {
			(*Record)(p).rels[r.pos] = related{list: true, many: []*Record{}}
		}
	}
}

// Attach gives a parent one row of the relation.
func (r Relator) Attach(parent, child unsafe.Pointer) {
	switch {
	case !r.ok:
	case r.typed && r.single:
		*(*unsafe.Pointer)(unsafe.Add(parent, r.offset)) = child
	case r.typed:
		s := (*[]unsafe.Pointer)(unsafe.Add(parent, r.offset))
		*s = append(*s, child)
	case r.single:
		(*Record)(parent).rels[r.pos].one = (*Record)(child)
	default:
		rel := &(*Record)(parent).rels[r.pos]
		rel.many = append(rel.many, (*Record)(child))
	}
}

// Fill gives a parent all rows of a list relation. The list becomes the parent's.
func (r Relator) Fill(parent unsafe.Pointer, list []unsafe.Pointer) {
	switch {
	case !r.ok:
	case r.typed:
		*(*[]unsafe.Pointer)(unsafe.Add(parent, r.offset)) = list
	default:
		(*Record)(parent).rels[r.pos] = related{list: true, many: unsafe.Slice((**Record)(unsafe.Pointer(unsafe.SliceData(list))), len(list))}
	}
}

// filled reports whether a parent has its one row of the relation.
func (r Relator) filled(parent unsafe.Pointer) bool {
	switch {
	case !r.ok:
		return false
	case r.typed:
		return *(*unsafe.Pointer)(unsafe.Add(parent, r.offset)) != nil
	}
	return (*Record)(parent).rels[r.pos].one != nil
}

// Single reports whether the relation holds one row or none.
func (r Relator) Single() bool { return r.single }

// Key is a row's link as one comparable value: the value itself, or several in one text. A
// NULL anywhere links to nothing.
func Key(links []query.Value) (query.Value, bool) {
	if len(links) == 1 {
		return links[0], !links[0].IsNull()
	}
	var b []byte
	for _, v := range links {
		if v.IsNull() {
			return v, false
		}
		b = append(b, byte(v.Kind()))
		if v.Kind() == query.KindText || v.Kind() == query.KindBlob {
			b = appendLength(b, len(v.Str()))
			b = append(b, v.Str()...)
			continue
		}
		b = appendLength(b, int(v.Int64()))
		if v.Kind() == query.KindReal {
			b = appendBits(b, v.Float64())
		}
	}
	return query.Text(string(b)), true
}

func appendLength(b []byte, n int) []byte { return binary.AppendVarint(b, int64(n)) }

func appendBits(b []byte, f float64) []byte {
	return binary.BigEndian.AppendUint64(b, math.Float64bits(f))
}
