package rows

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Function makes the values of an @computed field.
type Function struct {
	Field *schema.Field
	Type  *Type // of the struct it is given; nil: it is given a *Record

	// Call makes the value for a row that holds its inputs and nothing else. The row is filled anew
	// for the next one. It does not panic.
	Call func(ctx context.Context, row unsafe.Pointer) (query.Value, error)
}

// Functions are the functions of a client by field.
type Functions map[*schema.Field]*Function

// filler is what a decoder does for one computed field.
type filler struct {
	*Function
	allow  []int // links that all must be 1
	inputs []input
	layout *Layout  // of the record the function is given
	read   *ReadSet // of the struct the function is given

	shown bool
	slot  slot // where the value goes: in a struct
	pos   int  // in a record
}

// input is one value of what a function is given.
type input struct {
	field *schema.Field
	link  int  // its place among the links; -1: another filler makes it
	from  int  // that filler
	allow int  // the link that must be 1; -1: it always may be read
	slot  slot // in the struct
}

// Fill makes the decoder fill the computed fields of its own rows. It comes after Unseal and before
// the first batch.
func (d *Decoder) Fill(list []plan.Computing, functions Functions) { d.fill(0, list, functions) }

func (d *Decoder) fill(owner int, list []plan.Computing, functions Functions) {
	made := map[*schema.Field]int{}
	for _, c := range list {
		if c.Owner != owner {
			continue
		}
		x := filler{Function: functions[c.Field], shown: c.Shown, pos: -1}
		if x.Type == nil {
			x.layout = newLayout(c.Field.Model)
		} else {
			x.read = newReadSet(c.Field.Model, x.Type)
		}
		for _, col := range c.Allow {
			x.allow = append(x.allow, d.link(col))
		}
		for _, in := range c.Inputs {
			x.takes(d, in, made)
		}
		if x.Type == nil {
			x.layout.finish()
		}
		if x.shown {
			d.shows(&x)
		}
		made[c.Field] = len(d.fillers)
		d.fillers = append(d.fillers, x)
	}
	if d.layout != nil && len(made) > 0 {
		d.layout.finish()
	}
}

// takes adds an input.
func (x *filler) takes(d *Decoder, in plan.Input, made map[*schema.Field]int) {
	y := input{field: in.Field, link: -1, from: made[in.Field], allow: -1}
	if in.Col >= 0 {
		y.link = d.link(in.Col)
	}
	if in.Allow >= 0 {
		y.allow = d.link(in.Allow)
	}
	if x.Type == nil {
		x.layout.add(in.Field, len(x.inputs))
	} else {
		x.read.add(in.Field.Index)
		y.slot = x.Type.slots[in.Field.Index]
	}
	x.inputs = append(x.inputs, y)
}

// shows makes the field one of the answer's.
func (d *Decoder) shows(x *filler) {
	f := x.Field
	d.read.add(f.Index)
	if d.typ == nil {
		x.pos = d.layout.compute(f)
		return
	}
	x.slot = d.typ.slots[f.Index]
}

// link keeps a column beside each row, and says where among the links it stands.
func (d *Decoder) link(col int) int {
	for i, l := range d.links {
		if l == col {
			return i
		}
	}
	d.links = append(d.links[:len(d.links):len(d.links)], col)
	return len(d.links) - 1
}

// Fills reports whether functions fill fields of the decoder's rows or of those joined to them.
func (d *Decoder) Fills() bool {
	if len(d.fillers) > 0 {
		return true
	}
	for _, j := range d.joined {
		if j.decoder.Fills() {
			return true
		}
	}
	return false
}

// Fill fills the computed fields of the batch's rows, those of joined relations too. It runs when
// the statement has ended, so that a function holds up no connection.
func (b *Batch) Fill(ctx context.Context) error {
	for i := range b.joined {
		if b.joined[i] == nil {
			continue
		}
		if err := b.joined[i].Fill(ctx); err != nil {
			return err
		}
	}
	if len(b.d.fillers) == 0 {
		return nil
	}
	run := filling{b: b, given: make([]given, len(b.d.fillers)), made: make([]query.Value, len(b.d.fillers))}
	for i, row := range b.Rows {
		if i%64 == 0 && ctx.Err() != nil {
			return &liteerr.Error{Code: liteerr.Cancelled, Message: ctx.Err().Error(), Err: ctx.Err()}
		}
		if err := run.row(ctx, row, b.Links[i*b.Width:(i+1)*b.Width]); err != nil {
			return err
		}
	}
	return nil
}

// filling is one run over the rows of a batch.
type filling struct {
	b     *Batch
	given []given
	made  []query.Value // by filler, of the present row
}

// given is what one function is handed, row after row.
type given struct {
	row    unsafe.Pointer
	record *Record
	hidden []bool
	points []unsafe.Pointer // values of optional fields
}

// row fills one row.
func (r *filling) row(ctx context.Context, row unsafe.Pointer, links []query.Value) error {
	d := r.b.d
	for i := range d.fillers {
		x := &d.fillers[i]
		if !allows(x.allow, links) {
			r.hide(x, row)
			continue
		}
		in, err := r.give(i, links)
		if err != nil {
			return err
		}
		v, err := x.Call(ctx, in)
		if err != nil {
			return refusal(ctx, x.Field, err)
		}
		r.made[i] = v
		if !x.shown {
			continue
		}
		if d.typ == nil {
			(*Record)(row).values[x.pos] = v
		} else if err := x.slot.set(row, v); err != nil {
			return failed(x.Field, "the function's answer does not fit "+x.slot.typ.String()+": "+err.Error(), err)
		}
	}
	return nil
}

func allows(places []int, links []query.Value) bool {
	for _, i := range places {
		if links[i].Int64() == 0 {
			return false
		}
	}
	return true
}

// hide makes the field absent from a row.
func (r *filling) hide(x *filler, row unsafe.Pointer) {
	switch d := r.b.d; {
	case !x.shown:
	case d.typ != nil:
		meta := (*Row)(unsafe.Add(row, d.typ.row))
		meta.read = meta.read.without(x.Field.Index)
	default:
		rec := (*Record)(row)
		if rec.hidden == nil {
			rec.hidden = make([]bool, len(rec.values))
		}
		rec.hidden[x.pos] = true
	}
}

// give readies what a function is handed: its inputs, and zero everywhere else.
func (r *filling) give(i int, links []query.Value) (unsafe.Pointer, error) {
	x, g := &r.b.d.fillers[i], &r.given[i]
	if g.row == nil {
		g.start(x)
	}
	var read *ReadSet
	if x.Type == nil {
		g.record.hidden = nil
	} else {
		reflect.NewAt(x.Type.Go, g.row).Elem().SetZero()
		read = x.read
	}
	for j := range x.inputs {
		in := &x.inputs[j]
		seen := in.allow < 0 || links[in.allow].Int64() != 0
		v := query.Null()
		switch {
		case !seen:
		case in.link < 0:
			v = r.made[in.from]
		case in.field.Encrypted != nil && r.b.d.unsealer != nil:
			v = r.b.unsealed(in.field, links[in.link])
		default:
			v = links[in.link]
		}
		switch {
		case x.Type == nil:
			g.record.values[j] = v
			if !seen {
				g.record.hidden = g.hidden
			}
			g.hidden[j] = !seen
		case !seen:
			read = read.without(in.field.Index)
		case !v.IsNull() && in.slot.present:
			if err := g.put(x, j, v); err != nil {
				r.b.fail(in.field, err)
				return nil, r.b.err
			}
		}
	}
	if x.Type != nil {
		(*Row)(unsafe.Add(g.row, x.Type.row)).read = read
	}
	return g.row, nil
}

// start makes the row a function is handed. One is enough: functions do not keep it.
func (g *given) start(x *filler) {
	n := len(x.inputs)
	if x.Type == nil {
		g.record = &Record{layout: x.layout, values: make([]query.Value, n)}
		g.hidden, g.row = make([]bool, n), unsafe.Pointer(g.record)
		return
	}
	g.points = make([]unsafe.Pointer, n)
	g.row = reflect.New(x.Type.Go).UnsafePointer()
}

// put writes an input into the struct.
func (g *given) put(x *filler, j int, v query.Value) error {
	s := &x.inputs[j].slot
	at := unsafe.Add(g.row, s.offset)
	if !s.pointer {
		return s.write(at, v)
	}
	if g.points[j] == nil || s.kind == kindJSON { // decoding JSON would leave there what the last row's had and this one's lacks
		g.points[j] = reflect.New(s.typ).UnsafePointer()
	}
	*(*unsafe.Pointer)(at) = g.points[j]
	return s.write(g.points[j], v)
}

// set writes a value into the field of a row's struct.
func (s *slot) set(row unsafe.Pointer, v query.Value) error {
	if !s.present || v.IsNull() {
		return nil
	}
	at := unsafe.Add(row, s.offset)
	if !s.pointer {
		return s.write(at, v)
	}
	p := reflect.New(s.typ).UnsafePointer()
	*(*unsafe.Pointer)(at) = p
	return s.write(p, v)
}

// write writes a stored value that is not NULL.
func (s *slot) write(at unsafe.Pointer, v query.Value) error {
	switch s.kind {
	case kindInt:
		*(*int64)(at) = v.Int64()
	case kindReal:
		*(*float64)(at) = v.Float64()
	case kindText:
		*(*string)(at) = v.Str()
	case kindBool:
		*(*bool)(at) = v.Int64() != 0
	case kindBytes:
		*(*[]byte)(at) = []byte(v.Str())
	case kindRaw:
		*(*json.RawMessage)(at) = json.RawMessage(v.Str())
	case kindTime:
		t, err := query.Parse(v.Str())
		*(*query.Time)(at) = t
		return err
	case kindJSON:
		return json.Unmarshal([]byte(v.Str()), reflect.NewAt(s.typ, at).Interface())
	}
	return nil
}

// refusal is the error of a function that failed.
func refusal(ctx context.Context, f *schema.Field, err error) error {
	if ended := ctx.Err(); ended != nil && errors.Is(err, ended) {
		return &liteerr.Error{Code: liteerr.Cancelled, Model: f.Model.Accessor, Fields: []string{f.Name}, Message: err.Error(), Err: err}
	}
	return failed(f, err.Error(), err)
}

func failed(f *schema.Field, message string, cause error) error {
	return &liteerr.Error{Code: liteerr.Computed, Model: f.Model.Accessor, Fields: []string{f.Name},
		Message: "the field could not be computed: " + message, Err: cause}
}
