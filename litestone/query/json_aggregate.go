package query

import (
	"slices"
	"strings"
)

// Aggregating reads the text as the arguments of aggregate.
func (j JSON) Aggregating(sc *Scope, a *AggregateArgs) error {
	tree, err := j.Tree()
	if err != nil {
		return err
	}
	return DecodeAggregate(sc, tree, a)
}

// Aggregating reads the map as the arguments of aggregate.
func (m Map) Aggregating(sc *Scope, a *AggregateArgs) error {
	return DecodeAggregate(sc, map[string]any(m), a)
}

// aggFunc are the aggregates over fields by the names they are asked for and answered under.
func aggFunc(name string) (Agg, bool) {
	i := slices.Index(aggNames(), name)
	return AggCount + Agg(i), i >= 0
}

// namedFunc are the functions inside a named aggregate.
func namedFunc(name string) (Agg, bool) {
	switch name {
	case "count":
		return AggCount, true
	case "sum":
		return AggSum, true
	case "avg":
		return AggAvg, true
	case "min":
		return AggMin, true
	case "max":
		return AggMax, true
	case "stringAgg":
		return AggString, true
	}
	return AggNone, false
}

// DecodeAggregate reads the arguments of aggregate: where, withDeleted, onlyDeleted, _count, _sum,
// _avg, _min, _max, _stringAgg and named aggregates, whose names begin with _.
func DecodeAggregate(sc *Scope, tree any, a *AggregateArgs) error {
	o, err := aggregateArguments(sc, tree, []string{"where", "$raw", "withDeleted", "onlyDeleted"})
	if err != nil {
		return err
	}
	if err := decodeAggregate(sc, o, a); err != nil {
		return err
	}
	return checkSomething(sc, a)
}

// aggregateArguments is arguments with names that begin with _ let through.
func aggregateArguments(sc *Scope, tree any, known []string) (map[string]any, error) {
	tree, err := sc.parsed(tree)
	if err != nil || tree == nil {
		return nil, err
	}
	o, ok := object(tree)
	if !ok {
		return nil, sc.invalid("", "the arguments must be an object, not "+described(tree), "")
	}
	for _, name := range sortedKeys(o) {
		if !strings.HasPrefix(name, "_") && !slices.Contains(known, name) {
			return nil, sc.unknown(name, "argument", append(known, aggNames()...))
		}
	}
	return o, nil
}

func decodeAggregate(sc *Scope, o map[string]any, a *AggregateArgs) (err error) {
	if a.Where, err = decodeWhereArguments(sc, o); err != nil {
		return err
	}
	if a.WithDeleted, err = sc.boolean("withDeleted", o["withDeleted"]); err != nil {
		return err
	}
	if a.OnlyDeleted, err = sc.boolean("onlyDeleted", o["onlyDeleted"]); err != nil {
		return err
	}
	for _, name := range aggNames() {
		if v, ok := o[name]; ok {
			if err := decodeItems(sc, a, name, v); err != nil {
				return err
			}
		}
	}
	for _, name := range sortedKeys(o) {
		if _, fixed := aggFunc(name); fixed || !strings.HasPrefix(name, "_") {
			continue
		}
		item, err := decodeNamed(sc, name, o[name])
		if err != nil {
			return err
		}
		a.Items = append(a.Items, item)
	}
	return sc.capJoined(a.Items)
}

// decodeItems reads one of _count … _stringAgg.
func decodeItems(sc *Scope, a *AggregateArgs, name string, v any) error {
	fn, _ := aggFunc(name)
	if v == nil || v == false {
		return nil
	}
	if v == true && fn == AggCount {
		a.Items = append(a.Items, Count().item)
		return nil
	}
	o, ok := object(v)
	if !ok {
		return sc.invalid(name, "must be an object of fields, not "+described(v), "")
	}
	if fn == AggString {
		item := AggItem{Name: name, Func: fn, Separator: ","}
		if err := item.decodeString(sc, o); err != nil {
			return err
		}
		a.Items = append(a.Items, item)
		return nil
	}
	if d, ok := o["distinct"]; ok && fn == AggCount && len(o) == 1 && d != true && d != false {
		ref, err := fieldNamed(sc, d)
		if err != nil {
			return err
		}
		item := CountDistinct(Column{ref: ref}).item
		a.Items = append(a.Items, item)
		return nil
	}
	return decodeFields(sc, a, AggItem{Name: name, Func: fn, HasRef: true, Nested: fn == AggCount}, o)
}

// decodeFields reads {field: true, …}, in the schema's order.
func decodeFields(sc *Scope, a *AggregateArgs, item AggItem, o map[string]any) error {
	for _, name := range sortedKeys(o) {
		if sc.Model.Field(name) == nil {
			return sc.unknown(name, "field", fieldNames(sc.Model, testable))
		}
		if v := o[name]; v != true && v != false && v != nil {
			return sc.invalid(name, "must be true or false, not "+described(v), "")
		}
	}
	for _, f := range sc.Model.Fields {
		if o[f.Name] != true {
			continue
		}
		if !testable(f) {
			return sc.invalid(f.Name, "cannot be aggregated: it is no column", "")
		}
		item.Ref = RefOf(sc.Model, f)
		if err := checkItem(sc, &item); err != nil {
			return err
		}
		a.Items = append(a.Items, item)
	}
	return nil
}

// decodeString reads {field, separator, orderBy, distinct}.
func (item *AggItem) decodeString(sc *Scope, o map[string]any) (err error) {
	if err := onlyArguments(sc, join(sc.Path, item.Name), o, []string{"field", "separator", "orderBy", "distinct"}); err != nil {
		return err
	}
	if o["field"] == nil {
		return sc.invalid(item.Name, "needs a field", "")
	}
	if item.Ref, err = fieldNamed(sc, o["field"]); err != nil {
		return err
	}
	item.HasRef = true
	return item.decodeJoin(sc, o)
}

// decodeJoin reads what says how a stringAgg joins its values.
func (item *AggItem) decodeJoin(sc *Scope, o map[string]any) (err error) {
	if s := o["separator"]; s != nil {
		if item.Separator, err = sc.text(item.Name, s); err != nil {
			return err
		}
	}
	if item.Distinct, err = sc.boolean(item.Name, o["distinct"]); err != nil {
		return err
	}
	if name, ok := textOf(o["orderBy"]); ok {
		ref, err := fieldNamed(sc, name)
		if err != nil {
			return err
		}
		item.OrderBy = []Order{{Ref: ref}}
	} else if item.OrderBy, err = decodeOrderBy(sc, o["orderBy"], orderNames{}); err != nil {
		return err
	}
	if item.Distinct && len(item.OrderBy) > 0 && item.Separator != "," {
		return sc.invalid(item.Name, "distinct cannot stand beside orderBy and a separator of its own", "")
	}
	return checkItem(sc, item)
}

// decodeNamed reads {count: true | field, sum: field, …, filter, distinct}.
func decodeNamed(sc *Scope, name string, v any) (AggItem, error) {
	item := AggItem{Name: name, Named: true}
	if err := checkItem(sc, &item); err != nil {
		return item, err
	}
	o, ok := object(v)
	if !ok {
		return item, sc.invalid(name, "must be an object with count, sum, avg, min, max or stringAgg, not "+described(v), "")
	}
	function := ""
	for _, key := range sortedKeys(o) {
		fn, ok := namedFunc(key)
		if !ok {
			continue
		}
		if function != "" {
			return item, sc.invalid(name, "has two functions: "+function+" and "+key, "")
		}
		function, item.Func = key, fn
		if o[key] == true && fn == AggCount {
			continue
		}
		ref, err := fieldNamed(sc, o[key])
		if err != nil {
			return item, err
		}
		item.Ref, item.HasRef = ref, true
	}
	known := []string{function, "filter", "distinct"}
	if item.Func == AggString {
		item.Separator = ","
		known = append(known, "separator", "orderBy")
	}
	if function == "" {
		return item, sc.invalid(name, "has no function", "it takes count, sum, avg, min, max or stringAgg")
	}
	if err := onlyArguments(sc, join(sc.Path, name), o, known); err != nil {
		return item, err
	}
	if err := item.decodeJoin(sc, o); err != nil {
		return item, err
	}
	if item.Distinct && !item.HasRef {
		return item, sc.invalid(name, "distinct needs a field", "as count: \"field\"")
	}
	filter, err := decodeFilter(sc, name, o["filter"])
	item.Filter = filter
	return item, err
}
