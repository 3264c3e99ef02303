package rows

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"github.com/litestone-go/orm/litestone/query"
)

// MarshalRow writes a generated struct as JSON: the fields that were read, in schema order, then
// the extras by name. Relations appear only when they were included. The generated MarshalJSON
// calls it; row is the embedded Row of v.
func MarshalRow(row *Row, v any) ([]byte, error) {
	t := reflect.TypeOf(v)
	if row.read != nil && row.read.typ != nil && row.read.typ.Go == t {
		return row.appendRead(make([]byte, 0, 64+24*len(row.read.typ.slots)))
	}
	return marshalMade(row, reflect.ValueOf(v))
}

// appendRead writes a row that was read, by the offsets it was read by. The Row it is called on
// stands inside that row's struct.
func (r *Row) appendRead(b []byte) (_ []byte, err error) {
	t := r.read.typ
	base := unsafe.Add(unsafe.Pointer(r), -int(t.row))
	b = append(b, '{')
	first := true
	key := func(name string) {
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendString(b, name), ':')
	}
	for i, f := range r.read.model.Fields {
		s := &t.slots[i]
		if !s.present || !r.read.has(i) {
			continue
		}
		key(f.Name)
		if b, err = s.append(b, unsafe.Add(base, s.offset)); err != nil {
			return nil, err
		}
	}
	for _, k := range sortedNames(r.extra) {
		key(k)
		if b, err = appendAny(b, r.extra[k]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// append writes the value of a struct's field.
func (s *slot) append(b []byte, at unsafe.Pointer) ([]byte, error) {
	if s.pointer {
		if at = *(*unsafe.Pointer)(at); at == nil {
			return append(b, "null"...), nil
		}
	}
	switch s.kind {
	case kindInt:
		return strconv.AppendInt(b, *(*int64)(at), 10), nil
	case kindReal:
		return appendFloat(b, *(*float64)(at)), nil
	case kindText:
		return appendString(b, *(*string)(at)), nil
	case kindBool:
		return strconv.AppendBool(b, *(*bool)(at)), nil
	case kindTime:
		return append(append(append(b, '"'), query.FormatTime((*query.Time)(at).Time)...), '"'), nil
	}
	j, err := json.Marshal(reflect.NewAt(s.typ, at).Interface())
	return append(b, j...), err
}

// marshalMade writes a struct that a program made or changed the type of: all its fields count.
func marshalMade(row *Row, r reflect.Value) ([]byte, error) {
	t := r.Type()
	b := append(make([]byte, 0, 256), '{')
	add := func(name string, value any) error {
		j, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = appendString(b, name)
		b = append(b, ':')
		b = append(b, j...)
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "" || name == "-" {
			continue
		}
		if row.read == nil {
			if strings.Contains(options, "omitempty") && r.Field(i).IsZero() {
				continue
			}
		} else if !row.Read(name) {
			continue
		}
		if err := add(name, r.Field(i).Interface()); err != nil {
			return nil, err
		}
	}
	for _, k := range sortedNames(row.extra) {
		if err := add(k, row.extra[k]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}
