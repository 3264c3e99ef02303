package rows

import (
	"encoding/json"
	"reflect"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Decoder turns a statement's rows into handles: pointers to generated structs, or to Records.
// It is made once per statement and shared; a Batch holds what one run changes.
type Decoder struct {
	typ    *Type // nil: Records
	layout *Layout
	steps  []step
	links  []int // columns kept for linking relations, in order of their use
	read   *ReadSet
	extras []extra
	allows []allow
	joined []joined

	optional int // how many fields are optional

	unsealer   Unsealer // of encrypted fields; nil: there are none
	sealed     []step   // fields of structs
	sealedCols []int    // places in records

	fillers []filler // of computed fields, each after those it needs
}

// joined is a to-one relation whose row stands in the same columns' row.
type joined struct {
	decoder *Decoder
	relator Relator
	present int
}

// step fills one struct field from one column.
type step struct {
	col int
	slot
	field    *schema.Field
	optional int // the field's number among the optional ones
}

// extra is a value beside the fields.
type extra struct {
	col   int
	name  string
	group string
	field *schema.Field // decoded like the field; nil: as SQLite answered
}

// allow says whether the row's field may be read.
type allow struct {
	col   int
	field int // schema index
	pos   int // Records: the field's position
}

// Compile makes the decoder of a statement's columns. links are the columns kept beside each
// row; relations the fields that will be attached.
func Compile(m *schema.Model, t *Type, out []plan.Output, links []int, relations []*schema.Field) *Decoder {
	return compile(m, t, out, 0, links, relations)
}

// compile makes the decoder of those columns that belong to owner.
func compile(m *schema.Model, t *Type, out []plan.Output, owner int, links []int, relations []*schema.Field) *Decoder {
	d := &Decoder{typ: t, links: links, read: newReadSet(m, t)}
	if t == nil {
		d.layout = newLayout(m)
	}
	for i, o := range out {
		if o.Owner != owner {
			continue
		}
		switch o.Kind {
		case plan.OutField:
			d.read.add(o.Field.Index)
			if t == nil {
				d.layout.add(o.Field, i)
			} else if s := t.slots[o.Field.Index]; s.present {
				x := step{col: i, slot: s, field: o.Field}
				if s.pointer {
					x.optional = d.optional
					d.optional++
				}
				d.steps = append(d.steps, x)
			}
		case plan.OutAllow:
			a := allow{col: i, field: o.Field.Index}
			if t == nil {
				a.pos = len(d.layout.cols) - 1
			}
			d.allows = append(d.allows, a)
		case plan.OutExtra:
			x := extra{col: i, name: o.Name, group: o.Group}
			if o.Type == plan.AsFld {
				x.field = o.Field
			}
			d.extras = append(d.extras, x)
		case plan.OutCount:
			d.extras = append(d.extras, extra{col: i, name: "_count", group: o.Name})
		}
	}
	for _, f := range relations {
		d.read.add(f.Index)
		if t == nil {
			d.layout.relate(f)
		}
	}
	if t == nil {
		d.layout.finish()
	}
	return d
}

// Join makes the decoder read a relation's row beside each of its own, from the same columns; t is
// the layout of the relation's target. Its computed fields are filled by functions of the list.
func (d *Decoder) Join(j *plan.Joined, t *Type, out []plan.Output, list []plan.Computing, functions Functions) {
	row := compile(j.Model, t, out, j.Owner, nil, nil)
	if d.unsealer != nil {
		row.Unseal(d.unsealer)
	}
	row.fill(j.Owner, list, functions)
	d.joined = append(d.joined, joined{decoder: row, relator: d.Relate(j.Field, true), present: j.Present})
}

// Batch collects the rows of one run of a statement.
type Batch struct {
	d     *Decoder
	Rows  []unsafe.Pointer // *T or *Record
	Links []query.Value    // Width per row
	Width int

	Weights []int64 // how often each row stands in the answer, set by whom bounds it; nil: once

	joined []*Batch // of the joined relations

	slab   unsafe.Pointer // typed: room for rows still to come
	room   int
	next   int
	values []query.Value // Records: room for their values
	rels   []related     // and for what is related to them
	recs   []Record
	opt    []pointerSlab // typed: room for the values of optional fields
	err    error

	// A single row, the most common answer, needs no other room than this.
	oneRow [1]unsafe.Pointer
	oneOpt [4]pointerSlab
}

// pointerSlab is room for the values of one optional field.
type pointerSlab struct {
	p    unsafe.Pointer
	room int
}

// NewBatch starts a run; hint is how many rows are expected, 0 when unknown.
func (d *Decoder) NewBatch(hint int) *Batch {
	b := &Batch{d: d, Width: len(d.links), next: 16}
	if hint > 0 {
		b.next = min(hint, 256)
		if b.Rows = b.oneRow[:0]; b.next > 1 {
			b.Rows = make([]unsafe.Pointer, 0, b.next)
		}
		if b.Width > 0 {
			b.Links = make([]query.Value, 0, b.next*b.Width)
		}
	}
	return b
}

// Truncate forgets the rows from the n-th on; their links stay.
func (b *Batch) Truncate(n int) { b.Rows = b.Rows[:n] }

// Beside is how many joined relations' rows stand beside the i-th row.
func (b *Batch) Beside(i int) (n int) {
	for j := range b.d.joined {
		if b.d.joined[j].relator.filled(b.Rows[i]) {
			n++
		}
	}
	return n
}

// Err is the first value that could not be decoded.
func (b *Batch) Err() error { return b.err }

// Add decodes the row a statement stands on.
func (b *Batch) Add(r *conn.Row) error {
	for _, i := range b.d.links {
		b.Links = append(b.Links, r.Stored(i))
	}
	if b.d.typ == nil {
		b.addRecord(r)
	} else {
		b.addStruct(r)
	}
	for i := range b.d.joined {
		if err := b.addJoined(i, r); err != nil {
			return err
		}
	}
	return b.err
}

// addJoined attaches a joined relation's row to the row added last.
func (b *Batch) addJoined(i int, r *conn.Row) error {
	j := &b.d.joined[i]
	if r.Null(j.present) {
		return nil
	}
	if b.joined == nil {
		b.joined = make([]*Batch, len(b.d.joined))
	}
	if b.joined[i] == nil {
		b.joined[i] = j.decoder.NewBatch(b.room + 1)
	}
	to := b.joined[i]
	if err := to.Add(r); err != nil {
		return err
	}
	j.relator.Attach(b.Rows[len(b.Rows)-1], to.Rows[len(to.Rows)-1])
	return nil
}

func (b *Batch) addStruct(r *conn.Row) {
	d := b.d
	size := d.typ.Go.Size()
	if b.room == 0 {
		b.room = b.grow()
		b.slab = d.typ.slab(b.room)
	}
	p := b.slab
	b.room--
	if b.room > 0 {
		b.slab = unsafe.Add(b.slab, size)
	}
	for i := range d.steps {
		s := &d.steps[i]
		if r.Null(s.col) {
			continue
		}
		at := unsafe.Add(p, s.offset)
		if s.pointer {
			at = b.optional(s, at)
		}
		b.fill(r, s, at)
	}
	if d.sealed != nil {
		b.unsealStruct(r, p)
	}
	meta := (*Row)(unsafe.Add(p, d.typ.row))
	meta.read = d.read
	for _, a := range d.allows {
		if r.Int64(a.col) == 0 {
			meta.read = meta.read.without(a.field)
		}
	}
	if len(d.extras) > 0 {
		meta.extra = extrasOf(d.extras, r)
	}
	b.Rows = append(b.Rows, p)
}

// grow says how many rows the next slab holds.
func (b *Batch) grow() int {
	n := b.next
	b.next = min(n*2, 256)
	return n
}

// optional gives room for an optional field's value and points the field at it. Values of a
// field share a slab, so a row costs no allocation of its own.
func (b *Batch) optional(s *step, at unsafe.Pointer) unsafe.Pointer {
	if b.opt == nil {
		if b.opt = b.oneOpt[:]; b.d.optional > len(b.opt) {
			b.opt = make([]pointerSlab, b.d.optional)
		}
	}
	o := &b.opt[s.optional]
	if o.room == 0 {
		o.room = max(1, min(b.room+1, 64))
		o.p = slab(s.typ, s.list, o.room)
	}
	v := o.p
	o.room--
	if o.room > 0 {
		o.p = unsafe.Add(o.p, s.typ.Size())
	}
	*(*unsafe.Pointer)(at) = v
	return v
}

func (b *Batch) fill(r *conn.Row, s *step, at unsafe.Pointer) {
	switch s.kind {
	case kindInt:
		*(*int64)(at) = r.Int64(s.col)
	case kindReal:
		*(*float64)(at) = r.Float64(s.col)
	case kindText:
		*(*string)(at) = r.Text(s.col)
	case kindBool:
		*(*bool)(at) = r.Int64(s.col) != 0
	case kindTime:
		text := r.Text(s.col)
		t, ok := storedTime(text)
		if !ok {
			var err error
			if t, err = query.Parse(text); err != nil {
				b.fail(s.field, err)
				return
			}
		}
		*(*query.Time)(at) = t
	case kindBytes:
		*(*[]byte)(at) = append([]byte{}, r.Bytes(s.col)...)
	case kindRaw:
		*(*json.RawMessage)(at) = json.RawMessage(r.Text(s.col))
	case kindJSON:
		if err := json.Unmarshal([]byte(r.Text(s.col)), reflect.NewAt(s.typ, at).Interface()); err != nil {
			b.fail(s.field, err)
		}
	}
}

func (b *Batch) fail(f *schema.Field, err error) {
	if b.err == nil {
		b.err = &liteerr.Error{Code: liteerr.Corrupt, Model: f.Model.Accessor, Fields: []string{f.Name},
			Message: "the stored value is not what the schema says: " + err.Error(), Err: err}
	}
}

func (e *extra) value(r *conn.Row) any {
	if e.field == nil {
		return r.Value(e.col)
	}
	v := r.Stored(e.col)
	if e.field.Type == schema.Boolean && v.Kind() != query.KindInt {
		return v.Any() // lag's and lead's default may be of any type
	}
	return goValue(e.field, v)
}

func extrasOf(list []extra, r *conn.Row) map[string]any {
	out := make(map[string]any, len(list))
	for _, e := range list {
		v := e.value(r)
		if e.group == "" {
			out[e.name] = v
			continue
		}
		m, ok := out[e.name].(map[string]any)
		if !ok {
			m = map[string]any{}
			out[e.name] = m
		}
		m[e.group] = v
	}
	return out
}
