package rows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"unsafe"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Input is what is known of a generated create or update struct, found out once at Open.
type Input struct {
	Model  *schema.Model
	Go     reflect.Type
	fields []inputField
	nests  []nestField
}

type inputField struct {
	field  *schema.Field
	ref    query.Ref
	offset uintptr // of the value
	state  uintptr // of the Opt's state
	opt    bool
	kind   kind
	typ    reflect.Type
}

type nestField struct {
	field  *schema.Field
	offset uintptr
}

// The states of an Opt as package query writes them.
const (
	optUnset = iota
	optNull
)

var nestType = reflect.TypeFor[query.Nest]()

// DescribeInput finds a model's fields in an input struct by their json names.
func DescribeInput(m *schema.Model, t reflect.Type) (*Input, error) {
	in := &Input{Model: m, Go: t}
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("litestone: the input of model %s must be a struct, not %s", m.Name, t)
	}
	for i := range t.NumField() {
		sf := t.Field(i)
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		f := m.Field(name)
		if f == nil {
			return nil, fmt.Errorf("litestone: %s.%s is no field of model %s: run lite2go again", t, sf.Name, m.Name)
		}
		if sf.Type == nestType {
			in.nests = append(in.nests, nestField{f, sf.Offset})
			continue
		}
		x := inputField{field: f, ref: query.RefOf(m, f), offset: sf.Offset, typ: sf.Type}
		if isOpt(sf.Type) {
			value, state := sf.Type.Field(0), sf.Type.Field(1)
			x.opt, x.typ = true, value.Type
			x.state = sf.Offset + state.Offset
			x.offset += value.Offset
		}
		x.kind = kindOf(x.typ)
		in.fields = append(in.fields, x)
	}
	return in, nil
}

func isOpt(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.PkgPath() == nestType.PkgPath() && strings.HasPrefix(t.Name(), "Opt[")
}

// Encode reads the struct at p into the values of a row. What does not fit its field becomes an
// issue of the row, reported together with the validators'.
func (in *Input) Encode(p unsafe.Pointer, d *query.Data) {
	if d.Set == nil {
		d.Set = make([]query.Assign, 0, len(in.fields))
	}
	for i := range in.fields {
		f := &in.fields[i]
		if f.opt {
			switch *(*uint8)(unsafe.Add(p, f.state)) {
			case optUnset:
				continue
			case optNull:
				d.Set = append(d.Set, query.Assign{Ref: f.ref})
				continue
			}
		}
		v, problem := f.value(unsafe.Add(p, f.offset))
		if problem != "" {
			d.Issues = append(d.Issues, liteerr.Issue{Path: f.field.Name, Message: problem})
			continue
		}
		d.Set = append(d.Set, query.Assign{Ref: f.ref, Value: v})
	}
}

// Nests calls f for each relation of the struct at p that says anything.
func (in *Input) Nests(p unsafe.Pointer, f func(*schema.Field, query.Nest) error) error {
	for _, n := range in.nests {
		nest := (*query.Nest)(unsafe.Add(p, n.offset))
		if nest.IsZero() {
			continue
		}
		if err := f(n.field, *nest); err != nil {
			return err
		}
	}
	return nil
}

func (f *inputField) value(p unsafe.Pointer) (query.Value, string) {
	switch f.kind {
	case kindInt:
		return query.Int(*(*int64)(p)), ""
	case kindReal:
		x := *(*float64)(p)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return query.Value{}, "must be a finite number"
		}
		return query.Real(x), ""
	case kindText:
		s := *(*string)(p)
		if e := f.field.Enum; e != nil && !e.Has(s) {
			return query.Value{}, fmt.Sprintf("must be a value of enum %s, not %q", e.Name, s)
		}
		return query.Text(s), ""
	case kindBool:
		return query.Bool(*(*bool)(p)), ""
	case kindTime:
		return query.Text((*query.Time)(p).String()), ""
	case kindBytes:
		b := *(*[]byte)(p)
		if b == nil {
			return query.Null(), ""
		}
		return query.Blob(b), ""
	case kindRaw:
		return rawJSON(*(*json.RawMessage)(p))
	}
	return f.document(p)
}

// rawJSON stores a document in its shortest form; null is SQL NULL.
func rawJSON(raw json.RawMessage) (query.Value, string) {
	if len(raw) == 0 {
		return query.Null(), ""
	}
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return query.Value{}, "must be JSON: " + err.Error()
	}
	if b.String() == "null" {
		return query.Null(), ""
	}
	return query.Text(b.String()), ""
}

// document stores lists and structs as JSON, their elements checked as JSON input is.
func (f *inputField) document(p unsafe.Pointer) (query.Value, string) {
	j, err := json.Marshal(reflect.NewAt(f.typ, p).Interface())
	if err != nil {
		return query.Value{}, "has no JSON form: " + err.Error()
	}
	if string(j) == "null" && f.field.List {
		j = []byte("[]")
	}
	d := json.NewDecoder(bytes.NewReader(j))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return query.Value{}, err.Error()
	}
	v, issue := query.FromAny(f.field, tree, f.field.Name)
	if issue != nil {
		return query.Value{}, issue.Message
	}
	return v, ""
}
