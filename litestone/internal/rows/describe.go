package rows

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// kind is how a struct field is filled.
type kind uint8

const (
	kindInt   kind = iota // int64
	kindReal              // float64
	kindText              // string and types made of it
	kindBool              // bool
	kindTime              // query.Time
	kindBytes             // []byte
	kindRaw               // json.RawMessage
	kindJSON              // anything else, through encoding/json
)

// slot is where a field of a model stands in the generated struct.
type slot struct {
	offset  uintptr
	kind    kind
	pointer bool
	typ     reflect.Type // the field's type, less its pointer
	list    reflect.Type // a slice of it, for optional fields
	present bool
}

// Type is what is known of a generated struct, found out once at Open.
type Type struct {
	Model *schema.Model
	Go    reflect.Type
	list  reflect.Type // []Go
	slots []slot       // by schema field index; relations too
	row   uintptr
}

var (
	rowType  = reflect.TypeFor[Row]()
	timeType = reflect.TypeFor[query.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
)

// Describe finds a model's fields in a struct by their json names.
//
// It fails when the struct does not embed Row, lacks a field, or has one of a type that
// cannot hold the field's values.
func Describe(m *schema.Model, t reflect.Type) (*Type, error) {
	out := &Type{Model: m, Go: t, list: reflect.SliceOf(t), slots: make([]slot, len(m.Fields))}
	found := false
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type == rowType {
			out.row, found = f.Offset, true
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		field := m.Field(name)
		if field == nil || !f.IsExported() {
			continue
		}
		s := slot{offset: f.Offset, kind: kindJSON, typ: f.Type, present: true}
		if field.Relation == nil {
			if f.Type.Kind() == reflect.Pointer {
				s.pointer, s.typ = true, f.Type.Elem()
				s.list = reflect.SliceOf(s.typ)
			}
			s.kind = kindOf(s.typ)
		}
		out.slots[field.Index] = s
	}
	if !found {
		return nil, fmt.Errorf("litestone: %s does not embed litestone.Row: generate it with lite2go", t)
	}
	for _, f := range m.Fields {
		if !out.slots[f.Index].present && f.Stored() {
			return nil, fmt.Errorf("litestone: %s has no field for %s.%s: run lite2go again", t, m.Name, f.Name)
		}
	}
	return out, nil
}

func kindOf(t reflect.Type) kind {
	switch {
	case t == timeType:
		return kindTime
	case t == rawType:
		return kindRaw
	}
	switch t.Kind() {
	case reflect.Int64:
		return kindInt
	case reflect.Float64:
		return kindReal
	case reflect.String:
		return kindText
	case reflect.Bool:
		return kindBool
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return kindBytes
		}
	}
	return kindJSON
}

// slab makes n zero values of the struct.
func (t *Type) slab(n int) unsafe.Pointer { return slab(t.Go, t.list, n) }

// slab makes n zero values of a type, side by side; list is its slice type.
func slab(t, list reflect.Type, n int) unsafe.Pointer {
	if n == 1 {
		return reflect.New(t).UnsafePointer()
	}
	return reflect.MakeSlice(list, n, n).UnsafePointer()
}
