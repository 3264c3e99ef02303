package litestone

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// inputType is the layout of a generated create or update struct.
type inputType = rows.Input

func describeInput(m *schema.Model, t reflect.Type) (*inputType, error) {
	in, err := rows.DescribeInput(m, t)
	if err != nil {
		return nil, &Error{Code: CodeConfig, Operation: "open", Model: m.Accessor, Message: err.Error(), Err: err}
	}
	return in, nil
}

// encode reads a generated input struct at p into the values of a row, nested rows included.
func (co *core) encode(sc *query.Scope, in *inputType, p unsafe.Pointer, create bool, d *query.Data) error {
	in.Encode(p, d)
	return in.Nests(p, func(f *schema.Field, n query.Nest) error {
		nested, err := n.Nested(sc, f, create, co)
		d.Nested = append(d.Nested, nested...)
		return err
	})
}

// EncodeInput resolves an input given to a nested write: a generated struct of the relation's
// model, JSON or Map.
func (co *core) EncodeInput(sc *query.Scope, input any, create bool) (query.Data, error) {
	switch input.(type) {
	case JSON, Map, map[string]any:
		return query.DecodeData(sc, input, create)
	}
	v := reflect.ValueOf(input)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	var d query.Data
	in := co.inputs[v.Type()]
	if in == nil || in.Model != sc.Model {
		return d, &Error{Code: CodeValidation, Model: sc.Model.Accessor, Fields: []string{sc.Path},
			Message: fmt.Sprintf("takes an input of model %s, not %T", sc.Model.Name, input)}
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return d, co.encode(sc, in, p.UnsafePointer(), create, &d)
}
