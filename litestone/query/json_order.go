package query

import (
	"slices"

	"github.com/litestone-go/orm/litestone/schema"
)

// Ordering reads the text as an orderBy.
func (j JSON) Ordering(sc *Scope) ([]Order, error) {
	tree, err := j.Tree()
	if err != nil {
		return nil, err
	}
	return decodeOrderBy(sc, tree, orderNames{})
}

// Ordering reads the map as an orderBy.
func (m Map) Ordering(sc *Scope) ([]Order, error) { return decodeOrderBy(sc, m, orderNames{}) }

// orderNames are the names beside fields that rows can be sorted by.
type orderNames struct {
	depth, rank bool
	windows     []Window
}

func (n orderNames) has(name string) bool {
	return n.depth && name == "_depth" || n.rank && name == "_rank" ||
		slices.ContainsFunc(n.windows, func(w Window) bool { return w.Alias == name })
}

// decodeOrderBy reads an object of one key, or a list of such objects, which keeps its order.
func decodeOrderBy(sc *Scope, v any, names orderNames) ([]Order, error) {
	return decodeOrders(sc, v, func(key string, dir any) (Order, error) {
		return decodeOrder(sc, key, dir, names)
	})
}

func decodeOrders(sc *Scope, v any, one func(key string, dir any) (Order, error)) ([]Order, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case Order:
		return []Order{x}, nil
	case JSON:
		tree, err := x.Tree()
		if err != nil {
			return nil, err
		}
		return decodeOrders(sc, tree, one)
	case OrderList:
		return x, nil
	}
	items := []any{v}
	if l, ok := list(v); ok {
		items = l
	}
	var out []Order
	for _, item := range items {
		o, ok := object(item)
		if !ok {
			return nil, sc.invalid("orderBy", "must be an object or a list of objects, not "+described(item), `as {"id": "asc"}`)
		}
		key, dir, err := single(sc, "orderBy", o)
		if err != nil {
			return nil, err
		}
		if key == "" && dir == nil {
			continue
		}
		order, err := one(key, dir)
		if err != nil {
			return nil, err
		}
		out = append(out, order)
	}
	return out, nil
}

// single gives the one key of an object. An object with several has no order to keep.
func single(sc *Scope, path string, o map[string]any) (string, any, error) {
	keys := sortedKeys(o)
	switch len(keys) {
	case 0:
		return "", nil, nil
	case 1:
		return keys[0], o[keys[0]], nil
	}
	return "", nil, sc.invalid(path, "several orders in one object have no order of their own", "write a list: [{…}, {…}]")
}

func decodeOrder(sc *Scope, key string, dir any, names orderNames) (Order, error) {
	if names.has(key) {
		return direction(sc, key, Order{Name: key}, dir)
	}
	f := sc.Model.Field(key)
	if f == nil {
		return Order{}, sc.unknown(key, "field", fieldNames(sc.Model, nil))
	}
	ref := RefOf(sc.Model, f)
	switch {
	case f.Relation != nil && f.Relation.List():
		return decodeRelationOrder(sc, f, dir)
	case f.Relation != nil:
		return decodeHop(sc, f, dir)
	case !testable(f):
		return Order{}, sc.invalid(key, "cannot be sorted by: it is no column", "")
	case f.JSONType != nil && !f.List:
		return decodeKeyOrder(sc, f.JSONType, Order{Ref: ref}, dir)
	}
	return direction(sc, key, Order{Ref: ref}, dir)
}

// decodeHop reads {relation: {field: dir}} over a to-one relation.
func decodeHop(sc *Scope, f *schema.Field, dir any) (Order, error) {
	o, ok := object(dir)
	if !ok {
		return Order{}, sc.invalid(f.Name, "is a relation: say which of its fields to sort by", "")
	}
	in := sc.inside(f, opInclude)
	if err := in.checkDepth(); err != nil {
		return Order{}, err
	}
	key, inner, err := single(sc, f.Name, o)
	if err != nil {
		return Order{}, err
	}
	if key == "" && inner == nil {
		return Order{}, sc.invalid(f.Name, "says no field to sort by", "")
	}
	if _, agg := aggFunc(key); agg && in.Model.Field(key) == nil {
		return Order{}, sc.invalid(f.Name, key+" is for list relations", "sort by a field of the row")
	}
	order, err := decodeOrder(in, key, inner, orderNames{})
	if err != nil {
		return Order{}, err
	}
	order.Hops = append([]Ref{RefOf(sc.Model, f)}, order.Hops...)
	return order, nil
}

// decodeRelationOrder reads {relation: {_count: dir}} and {relation: {_sum: {field: dir}}}.
func decodeRelationOrder(sc *Scope, f *schema.Field, dir any) (Order, error) {
	o, ok := object(dir)
	if !ok {
		return Order{}, sc.invalid(f.Name, "is a list relation: sort by its _count, _sum, _avg, _min or _max", "")
	}
	key, inner, err := single(sc, f.Name, o)
	if err != nil {
		return Order{}, err
	}
	agg, ok := aggFunc(key)
	if !ok || agg == AggString {
		return Order{}, sc.invalid(f.Name, "is a list relation: sort by its _count, _sum, _avg, _min or _max", "")
	}
	order := Order{Ref: RefOf(sc.Model, f), Agg: agg}
	if agg == AggCount {
		return direction(sc, f.Name, order, inner)
	}
	fields, ok := object(inner)
	if !ok {
		return Order{}, sc.invalid(f.Name, key+" needs a field: {field: direction}", "")
	}
	in := sc.inside(f, opInclude)
	name, fieldDir, err := single(sc, f.Name, fields)
	if err != nil {
		return Order{}, err
	}
	of := in.Model.Field(name)
	if of == nil {
		return Order{}, in.unknown(name, "field", fieldNames(in.Model, testable))
	}
	if !testable(of) {
		return Order{}, in.invalid(name, "cannot be aggregated: it is no column", "")
	}
	if err := checkAggField(in, agg, of); err != nil {
		return Order{}, err
	}
	order.Of = RefOf(in.Model, of)
	return direction(in, name, order, fieldDir)
}

// decodeKeyOrder reads {field: {key: dir}} inside a typed Json field. An object of dir and nulls
// sorts by the field itself, unless its type has such keys.
func decodeKeyOrder(sc *Scope, t *schema.Type, order Order, dir any) (Order, error) {
	o, ok := object(dir)
	if !ok || t.Field("dir") == nil && o["dir"] != nil {
		return direction(sc, fieldPath(order.Ref, order.Path), order, dir)
	}
	if len(order.Path) > maxDepth {
		return Order{}, sc.invalid(order.Ref.Name, "nests too deep", "")
	}
	key, inner, err := single(sc, fieldPath(order.Ref, order.Path), o)
	if err != nil {
		return Order{}, err
	}
	order.Path = append(slices.Clip(order.Path), key)
	f := t.Field(key)
	if f == nil {
		return Order{}, sc.unknownKey(order.Ref, order.Path, t)
	}
	if f.JSONType != nil && !f.List {
		return decodeKeyOrder(sc, f.JSONType, order, inner)
	}
	return direction(sc, fieldPath(order.Ref, order.Path), order, inner)
}

// direction reads "asc", "desc" or {dir, nulls}.
func direction(sc *Scope, path string, order Order, v any) (Order, error) {
	if o, ok := object(v); ok {
		for _, k := range sortedKeys(o) {
			if k != "dir" && k != "nulls" {
				return Order{}, sc.invalid(path, "cannot be sorted by "+k, `write "asc", "desc" or {dir, nulls}`)
			}
		}
		switch o["nulls"] {
		case nil:
		case "first":
			order.Nulls = NullsFirst
		case "last":
			order.Nulls = NullsLast
		default:
			return Order{}, sc.invalid(path, "nulls must be first or last", "")
		}
		if v = o["dir"]; v == nil {
			v = "asc"
		}
	}
	switch v {
	case "asc":
		return order, nil
	case "desc":
		order.Desc = true
		return order, nil
	}
	return Order{}, sc.invalid(path, `the direction must be "asc" or "desc"`, "")
}
