package query

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// Grouping reads the text as the arguments of groupBy.
func (j JSON) Grouping(sc *Scope, a *GroupArgs) error {
	tree, err := j.Tree()
	if err != nil {
		return err
	}
	return DecodeGroupBy(sc, tree, a)
}

// Grouping reads the map as the arguments of groupBy.
func (m Map) Grouping(sc *Scope, a *GroupArgs) error {
	return DecodeGroupBy(sc, map[string]any(m), a)
}

// DecodeGroupBy reads the arguments of groupBy: those of aggregate, and by, interval, fillGaps,
// having, orderBy, limit and offset.
func DecodeGroupBy(sc *Scope, tree any, a *GroupArgs) error {
	o, err := aggregateArguments(sc, tree, []string{"by", "where", "$raw", "withDeleted", "onlyDeleted",
		"interval", "fillGaps", "having", "orderBy", "limit", "offset"})
	if err != nil {
		return err
	}
	if err := decodeBy(sc, a, o["by"]); err != nil {
		return err
	}
	if err := decodeAggregate(sc, o, &a.AggregateArgs); err != nil {
		return err
	}
	if err := decodeInterval(sc, a, o); err != nil {
		return err
	}
	if a.Having, err = decodeHaving(sc, a, o["having"]); err != nil {
		return err
	}
	if a.OrderBy, err = decodeOrders(sc, o["orderBy"], func(key string, dir any) (Order, error) {
		return decodeGroupOrder(sc, a, key, dir)
	}); err != nil {
		return err
	}
	if err := decodePage(sc, o, &a.Limit, &a.HasLimit, &a.Offset); err != nil {
		return err
	}
	a.Most = sc.most()
	return checkGroup(sc, a)
}

func decodeBy(sc *Scope, a *GroupArgs, v any) error {
	l, ok := list(v)
	if !ok && v != nil {
		l = []any{v}
	}
	for _, e := range l {
		ref, err := fieldNamed(sc, e)
		if err != nil {
			return err
		}
		if slices.Contains(a.By, ref) {
			return sc.invalid(ref.Name, "stands twice in by", "")
		}
		a.By = append(a.By, ref)
	}
	if len(a.By) == 0 {
		return sc.invalid("by", "groupBy needs the fields to group by", `as by: ["`+firstField(sc.Model)+`"]`)
	}
	return nil
}

// decodeInterval reads interval: {field: unit} and fillGaps: true | false | {start, end}.
func decodeInterval(sc *Scope, a *GroupArgs, o map[string]any) error {
	if v := o["interval"]; v != nil {
		units, ok := object(v)
		if !ok {
			return sc.invalid("interval", "must be an object of one field and its unit, not "+described(v), `as {"createdAt": "month"}`)
		}
		a.Interval = make(map[string]string, len(units))
		for _, name := range sortedKeys(units) {
			unit, ok := textOf(units[name])
			if !ok {
				return sc.invalid(name, "the unit must be a text, not "+described(units[name]), "")
			}
			a.Interval[name] = unit
		}
	}
	switch v := o["fillGaps"]; v {
	case nil, true:
	case false:
		a.FillGaps.Off = true
	default:
		bounds, ok := object(v)
		if !ok {
			return sc.invalid("fillGaps", "must be true, false or {start, end}, not "+described(v), "")
		}
		if err := onlyArguments(sc, join(sc.Path, "fillGaps"), bounds, []string{"start", "end"}); err != nil {
			return err
		}
		for key, to := range map[string]*string{"start": &a.FillGaps.Start, "end": &a.FillGaps.End} {
			if bounds[key] == nil {
				continue
			}
			t, message := dateTime(&schema.Field{Model: sc.Model}, bounds[key])
			if message != "" {
				return sc.invalid("fillGaps", key+" "+message, "")
			}
			*to = t.Str()
		}
	}
	return nil
}

// decodeGroupOrder reads a sort key of groups: a field of by, {_count: dir}, {_sum: {field: dir}}
// or a named aggregate.
func decodeGroupOrder(sc *Scope, a *GroupArgs, key string, dir any) (Order, error) {
	agg, ok := aggFunc(key)
	switch {
	case ok && agg == AggString:
		return Order{}, sc.invalid(key, "cannot be sorted by", "name the aggregate and sort by its name")
	case ok:
		o, isObject := object(dir)
		if agg == AggCount && (!isObject || o["dir"] != nil || o["nulls"] != nil) {
			return direction(sc, key, Order{Agg: agg}, dir)
		}
		if !isObject {
			return Order{}, sc.invalid(key, "needs a field: {field: direction}", "")
		}
		name, inner, err := single(sc, key, o)
		if err != nil {
			return Order{}, err
		}
		ref, err := fieldNamed(sc, name)
		if err != nil {
			return Order{}, err
		}
		return direction(sc, name, Order{Agg: agg, Of: ref}, inner)
	case strings.HasPrefix(key, "_"):
		return direction(sc, key, Order{Name: key}, dir)
	}
	f := sc.Model.Field(key)
	if f == nil {
		return Order{}, sc.unknown(key, "field", fieldNames(sc.Model, testable))
	}
	return direction(sc, key, Order{Ref: RefOf(sc.Model, f)}, dir)
}
