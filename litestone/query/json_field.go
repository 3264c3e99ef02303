package query

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// opSet is a set of operators.
type opSet uint32

func (s opSet) has(o Op) bool { return s&(1<<o) != 0 }

// names lists the operators as JSON writes them, for hints.
func (s opSet) names() []string {
	var names []string
	for o := OpEq; o <= OpIsEmpty; o++ {
		if s.has(o) {
			names = append(names, o.name())
		}
	}
	return names
}

const (
	nullOps  = opSet(1<<OpEq | 1<<OpNe)
	equalOps = nullOps | 1<<OpIn | 1<<OpNotIn
	orderOps = equalOps | 1<<OpLt | 1<<OpLte | 1<<OpGt | 1<<OpGte
	textOps  = orderOps | 1<<OpContains | 1<<OpStartsWith | 1<<OpEndsWith
	listOps  = nullOps | 1<<OpHas | 1<<OpHasEvery | 1<<OpHasSome | 1<<OpIsEmpty
)

// name is an operator's name in JSON. equals is the long form of a bare value.
func (o Op) name() string {
	switch o {
	case OpEq:
		return "equals"
	case OpNe:
		return "not"
	case OpLt:
		return "lt"
	case OpLte:
		return "lte"
	case OpGt:
		return "gt"
	case OpGte:
		return "gte"
	case OpIn:
		return "in"
	case OpNotIn:
		return "notIn"
	case OpContains:
		return "contains"
	case OpStartsWith:
		return "startsWith"
	case OpEndsWith:
		return "endsWith"
	case OpHas:
		return "has"
	case OpHasEvery:
		return "hasEvery"
	case OpHasSome:
		return "hasSome"
	case OpIsEmpty:
		return "isEmpty"
	}
	return ""
}

// operator finds an operator of the set by its name in JSON.
func (s opSet) operator(name string) (Op, bool) {
	for o := OpEq; o <= OpIsEmpty; o++ {
		if s.has(o) && o.name() == name {
			return o, true
		}
	}
	return 0, false
}

// operatorsOf gives the operators a field takes. Json and File fields equal nothing but null.
func operatorsOf(f *schema.Field) opSet {
	if f.List {
		return listOps
	}
	if f.Encrypted != nil && f.Encrypted.Searchable {
		return equalOps // its keyed hash has no order and no parts
	}
	switch f.Type {
	case schema.Json, schema.File:
		if comparesAsText(f) {
			return equalOps
		}
		return nullOps
	case schema.Boolean, schema.Blob:
		return equalOps
	case schema.Integer, schema.Real:
		return orderOps
	}
	return textOps
}

// comparesAsText reports whether a Json field holds single values that can be told apart by their
// JSON text, as the actor's id of an audit entry does.
func comparesAsText(f *schema.Field) bool {
	return f.Type == schema.Json && !f.List && f.JSONType == nil && f.Model != nil && f.Model.Auto
}

// decodeField reads the condition on one field, or on the key of a typed Json field that keys
// lead to: a bare value, a bare list (in), or an object of operators, which are ANDed.
func decodeField(sc *Scope, f *schema.Field, ref Ref, keys []string, v any) (Cond, error) {
	path := fieldPath(ref, keys)
	if v == nil {
		return Cond{Op: OpEq, Ref: ref, Path: keys}, nil
	}
	if o, ok := object(v); ok {
		if f.Type == schema.Json && f.JSONType != nil && !f.List && !onlyOperators(o, f) {
			return decodeKeys(sc, f.JSONType, ref, keys, o)
		}
		return decodeOperators(sc, f, ref, keys, o)
	}
	if _, ok := list(v); ok {
		if !operatorsOf(f).has(OpIn) {
			return Cond{}, sc.invalid(path, "a bare list means in, which it does not take", "it takes "+orList(operatorsOf(f).names()))
		}
		return decodeOperator(sc, f, ref, keys, OpIn, v)
	}
	return decodeOperator(sc, f, ref, keys, OpEq, v)
}

// onlyOperators tells {not: null} on a typed Json field from keys of its type.
func onlyOperators(o map[string]any, f *schema.Field) bool {
	for k := range o {
		if _, ok := nullOps.operator(k); !ok || f.JSONType.Field(k) != nil {
			return false
		}
	}
	return len(o) > 0
}

// decodeKeys reads conditions on the keys of a typed Json value, ANDed.
func decodeKeys(sc *Scope, t *schema.Type, ref Ref, keys []string, o map[string]any) (Cond, error) {
	sc, err := sc.deeper()
	if err != nil {
		return Cond{}, err
	}
	all := Cond{Op: OpAnd}
	for _, k := range sortedKeys(o) {
		inner := append(slices.Clip(keys), k)
		f := t.Field(k)
		if f == nil {
			return Cond{}, sc.unknownKey(ref, inner, t)
		}
		c, err := decodeField(sc, f, ref, inner, o[k])
		if err != nil {
			return Cond{}, err
		}
		if !c.Empty() {
			all.Kids = append(all.Kids, c)
		}
	}
	if len(all.Kids) == 1 {
		return all.Kids[0], nil
	}
	return all, nil
}

func (sc *Scope) unknownKey(ref Ref, keys []string, t *schema.Type) error {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	return sc.unknownAt(join(sc.Path, fieldPath(ref, keys)), keys[len(keys)-1], "key", names)
}

func decodeOperators(sc *Scope, f *schema.Field, ref Ref, keys []string, o map[string]any) (Cond, error) {
	path := fieldPath(ref, keys)
	if len(o) == 0 {
		return Cond{}, sc.invalid(path, "says nothing to compare with", "it takes "+orList(operatorsOf(f).names()))
	}
	sc, err := sc.deeper()
	if err != nil {
		return Cond{}, err
	}
	all := Cond{Op: OpAnd, Kids: make([]Cond, 0, len(o))}
	for _, name := range sortedKeys(o) {
		op, ok := operatorsOf(f).operator(name)
		if !ok {
			return Cond{}, sc.unknownOp(path, name, operatorsOf(f).names())
		}
		c, err := decodeOperator(sc, f, ref, keys, op, o[name])
		if err != nil {
			return Cond{}, err
		}
		if !c.Empty() {
			all.Kids = append(all.Kids, c)
		}
	}
	if len(all.Kids) == 1 {
		return all.Kids[0], nil
	}
	return all, nil
}

func decodeOperator(sc *Scope, f *schema.Field, ref Ref, keys []string, op Op, v any) (Cond, error) {
	path, name := fieldPath(ref, keys), op.name()
	c := Cond{Op: op, Ref: ref, Path: keys}
	switch op {
	case OpIn, OpNotIn, OpHasEvery, OpHasSome:
		l, ok := list(v)
		if !ok {
			return Cond{}, sc.invalid(path, name+" must be a list, not "+described(v), "")
		}
		if len(l) == 0 && (op == OpNotIn || op == OpHasEvery) {
			return Cond{}, nil
		}
		return sc.listOperator(f, c, path, name, l)
	case OpIsEmpty:
		b, ok := v.(bool)
		if !ok {
			return Cond{}, sc.invalid(path, "isEmpty must be true or false, not "+described(v), "")
		}
		c.Value = Bool(b)
		return c, nil
	case OpContains, OpStartsWith, OpEndsWith:
		s, ok := textOf(v)
		if !ok {
			return Cond{}, sc.invalid(path, name+" must be a text, not "+described(v), "")
		}
		c.Value = Text(s)
		return c, nil
	case OpNe:
		if o, ok := object(v); ok && f.Type != schema.Json && f.Type != schema.File {
			kid, err := decodeOperators(sc, f, ref, keys, o)
			if err != nil || kid.Empty() {
				return Cond{}, err
			}
			return Not(kid), nil
		}
	}
	if v == nil {
		if op != OpEq && op != OpNe {
			return Cond{}, sc.invalid(path, name+" must be a value, not null", "compare with null by equals or not")
		}
		return c, nil
	}
	val, message := sc.operand(f, op, v)
	if message != "" {
		return Cond{}, sc.invalid(path, message, "")
	}
	c.Value = val
	return c, nil
}

// operand is what a field is compared with: a list field as a whole with a list, Json and File
// with null only, all others with a single value.
func (sc *Scope) operand(f *schema.Field, op Op, v any) (Value, string) {
	switch {
	case op == OpHas || comparesAsText(f):
	case f.List:
		val, issue := FromAny(f, v, "")
		if issue != nil {
			return val, issue.Message
		}
		return val, ""
	case f.Type == schema.Json || f.Type == schema.File:
		return Null(), "can only be compared with null, not with " + described(v)
	}
	return sc.compared(f, v)
}

func (sc *Scope) listOperator(f *schema.Field, c Cond, path, name string, l []any) (Cond, error) {
	c.List = make([]Value, 0, len(l))
	for _, e := range l {
		if e == nil {
			return Cond{}, sc.invalid(path, name+" cannot hold null", "compare with null on its own, in an OR")
		}
		val, message := sc.compared(f, e)
		if message != "" {
			return Cond{}, sc.invalid(path, message, "")
		}
		c.List = append(c.List, val)
	}
	return c, nil
}

// compared is a value to compare with, which for list elements and keys of a typed Json field is
// what json_each and json_extract give.
func (sc *Scope) compared(f *schema.Field, v any) (Value, string) {
	if _, ok := list(v); ok {
		return Null(), "must be a single value, not a list"
	}
	if _, ok := object(v); ok {
		return Null(), "must be a single value, not an object"
	}
	if comparesAsText(f) {
		return jsonText(v)
	}
	if f.Type == schema.Json || f.Type == schema.File {
		val, err := ValueOf(v) // an element of Json[]
		if err != nil {
			return Null(), "must be a single value, not " + described(v)
		}
		return val, ""
	}
	return inWhere(f, v)
}

func fieldPath(ref Ref, keys []string) string {
	if len(keys) == 0 {
		return ref.Name
	}
	return ref.Name + "." + strings.Join(keys, ".")
}
