package rows

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"unsafe"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Path is how a function's answer, whose Go type is known at Open, becomes what a column would hold.
type Path uint8

// Slow is the path of all types without one of their own.
const Slow Path = iota

const (
	pathInt Path = iota + 1
	pathReal
	pathText
	pathBool
	pathTime
)

// PathOf chooses the path of a field's values of a Go type.
func PathOf(f *schema.Field, t reflect.Type) Path {
	if f.List {
		return Slow
	}
	switch k := kindOf(t); {
	case f.Type == schema.Integer && k == kindInt:
		return pathInt
	case f.Type == schema.Real && k == kindReal:
		return pathReal
	case (f.Type == schema.Text || f.Type == schema.EnumType) && k == kindText:
		return pathText
	case f.Type == schema.Boolean && k == kindBool:
		return pathBool
	case f.Type == schema.DateTime && k == kindTime:
		return pathTime
	}
	return Slow
}

// Stored gives the value at p as a column would hold it. The path is not Slow.
func Stored(f *schema.Field, path Path, p unsafe.Pointer) (query.Value, error) {
	switch path {
	case pathInt:
		return query.Int(*(*int64)(p)), nil
	case pathReal:
		return Whole(f, query.Real(*(*float64)(p)))
	case pathBool:
		return query.Bool(*(*bool)(p)), nil
	case pathTime:
		t := (*query.Time)(p).Time
		s, ok := schema.StoredTime(t)
		if !ok {
			return query.Null(), fmt.Errorf("the function's answer must lie in the years 0 to 9999, not %d", t.UTC().Year())
		}
		return query.Text(s), nil
	}
	s := *(*string)(p)
	if f.Enum != nil && !f.Enum.Has(s) {
		names := make([]string, len(f.Enum.Values))
		for i := range f.Enum.Values {
			names[i] = f.Enum.Values[i].Name
		}
		return query.Null(), fmt.Errorf("the function's answer must be one of %s", strings.Join(names, ", "))
	}
	return query.Text(s), nil
}

// Whole refuses what a value of the field's type cannot be for other reasons than its type.
func Whole(f *schema.Field, v query.Value) (query.Value, error) {
	switch {
	case v.IsNull() && !f.Optional:
		return v, errors.New("the function's answer is null, and the field is not optional")
	case v.Kind() == query.KindReal && (math.IsNaN(v.Float64()) || math.IsInf(v.Float64(), 0)):
		return v, errors.New("the function's answer must be a finite number")
	}
	return v, nil
}

// FieldType gives the Go type of a field of the struct; nil when the struct has no such field.
func (t *Type) FieldType(f *schema.Field) reflect.Type {
	s := &t.slots[f.Index]
	switch {
	case !s.present:
		return nil
	case s.pointer:
		return reflect.PointerTo(s.typ)
	}
	return s.typ
}
