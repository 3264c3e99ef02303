package query

import (
	"slices"
	"strings"
)

// decodeHaving reads a having: AND, OR, NOT, _count: 1 | {gt: 1} | {field: {gt: 1}},
// _sum: {field: {gt: 1}}, named aggregates of this call and fields of by.
func decodeHaving(sc *Scope, a *GroupArgs, v any) (*Having, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case Having:
		return &x, nil
	}
	h, err := havingNode(sc, a, v)
	if err != nil {
		return nil, err
	}
	return &h, nil
}

func havingNode(sc *Scope, a *GroupArgs, v any) (Having, error) {
	o, ok := object(v)
	if !ok {
		return Having{}, sc.invalid("having", "must be an object, not "+described(v), "")
	}
	sc, err := sc.deeper()
	if err != nil {
		return Having{}, err
	}
	all := Having{Op: OpAnd}
	for _, key := range sortedKeys(o) {
		kids, err := havingKey(sc, a, key, o[key])
		if err != nil {
			return Having{}, err
		}
		all.Kids = append(all.Kids, kids...)
	}
	return all, nil
}

func havingKey(sc *Scope, a *GroupArgs, key string, v any) ([]Having, error) {
	switch key {
	case "AND", "OR":
		l, ok := list(v)
		if !ok {
			return nil, sc.invalid(key, "must be a list, not "+described(v), "")
		}
		h := Having{Op: OpAnd}
		if key == "OR" {
			h.Op = OpOr
		}
		for _, e := range l {
			kid, err := havingNode(sc, a, e)
			if err != nil {
				return nil, err
			}
			if !kid.Empty() {
				h.Kids = append(h.Kids, kid)
			}
		}
		return []Having{h}, nil
	case "NOT":
		kid, err := havingNode(sc, a, v)
		if err != nil || kid.Empty() {
			return nil, err
		}
		return []Having{kid.Not()}, nil
	}
	fn, fixed := aggFunc(key)
	switch {
	case fixed && fn == AggString:
		return nil, sc.invalid(key, "cannot be compared", "name the aggregate and compare its name")
	case fixed:
		return havingAggregate(sc, key, fn, v)
	case strings.HasPrefix(key, "_"):
		i := slices.IndexFunc(a.Items, func(it AggItem) bool { return it.Named && it.Name == key })
		if i < 0 {
			return nil, sc.unknown(key, "aggregate", itemNames(a.Items))
		}
		return havingOperators(sc, key, Having{Item: a.Items[i]}, v, plainValue)
	}
	f := sc.Model.Field(key)
	if f == nil {
		return nil, sc.unknown(key, "field", append(fieldNames(sc.Model, testable), aggNames()...))
	}
	value := func(v any) (Value, string) { return inWhere(f, v) }
	if _, label := a.Interval[key]; label {
		value = plainValue // compared with the bucket's label, as 2024-01
	}
	return havingOperators(sc, key, Having{Key: RefOf(sc.Model, f), IsKey: true}, v, value)
}

// havingAggregate reads _count: 1, _count: {gt: 1} and _sum: {field: …}.
func havingAggregate(sc *Scope, key string, fn Agg, v any) ([]Having, error) {
	o, isObject := object(v)
	if fn == AggCount && (!isObject || onlyComparisons(o)) {
		return havingOperators(sc, key, Having{Item: Count().item}, v, numberOnly)
	}
	if !isObject {
		return nil, sc.invalid(key, "must be an object of fields, not "+described(v), "")
	}
	var out []Having
	for _, name := range sortedKeys(o) {
		ref, err := fieldNamed(sc, name)
		if err != nil {
			return nil, err
		}
		f, err := ref.Field(sc.Model)
		if err != nil {
			return nil, err
		}
		if err := checkAggField(sc, fn, f); err != nil {
			return nil, err
		}
		h := Having{Item: AggItem{Name: key, Func: fn, Ref: ref, HasRef: true, Nested: fn == AggCount}}
		value := numberOnly
		if fn == AggMin || fn == AggMax {
			value = func(v any) (Value, string) { return inWhere(f, v) }
		}
		kids, err := havingOperators(sc, name, h, o[name], value)
		if err != nil {
			return nil, err
		}
		out = append(out, kids...)
	}
	return out, nil
}

func onlyComparisons(o map[string]any) bool {
	for k := range o {
		if _, ok := orderOps.operator(k); !ok {
			return false
		}
	}
	return true
}

func plainValue(v any) (Value, string) {
	if _, ok := list(v); ok {
		return Null(), "must be a single value, not a list"
	}
	val, err := ValueOf(v)
	if err != nil {
		return Null(), "must be a single value, not " + described(v)
	}
	return val, ""
}

func numberOnly(v any) (Value, string) {
	if v == nil {
		return Null(), ""
	}
	n, ok := number(v)
	if !ok {
		return Null(), "must be a number, not " + described(v)
	}
	return n, ""
}

// havingOperators reads a bare value (equals) or an object of comparisons, for the aggregate or
// key that h names.
func havingOperators(sc *Scope, path string, h Having, v any, value func(any) (Value, string)) ([]Having, error) {
	o, ok := object(v)
	if !ok {
		o = map[string]any{"equals": v}
		if _, isList := list(v); isList {
			o = map[string]any{"in": v}
		}
	}
	if len(o) == 0 {
		return nil, sc.invalid(path, "says nothing to compare with", "it takes "+orList(orderOps.names()))
	}
	var out []Having
	for _, name := range sortedKeys(o) {
		op, ok := orderOps.operator(name)
		if !ok {
			return nil, sc.unknownOp(path, name, orderOps.names())
		}
		kid := h
		kid.Op = op
		if kid.Op == OpIn || kid.Op == OpNotIn {
			l, ok := list(o[name])
			if !ok {
				return nil, sc.invalid(path, name+" must be a list, not "+described(o[name]), "")
			}
			if len(l) == 0 && kid.Op == OpNotIn {
				continue
			}
			for _, e := range l {
				val, message := value(e)
				if e == nil {
					message = "cannot hold null"
				}
				if message != "" {
					return nil, sc.invalid(path, message, "")
				}
				kid.List = append(kid.List, val)
			}
			out = append(out, kid)
			continue
		}
		val, message := value(o[name])
		if o[name] == nil && kid.Op != OpEq && kid.Op != OpNe {
			message = name + " must be a value, not null"
		}
		if message != "" {
			return nil, sc.invalid(path, message, "")
		}
		kid.Value = val
		out = append(out, kid)
	}
	return out, nil
}
