package query

import (
	"slices"

	"github.com/litestone-go/orm/litestone/schema"
)

// Aggregating resolves a typed Aggregate.
func (g Aggregate) Aggregating(sc *Scope, a *AggregateArgs) error {
	if err := resolveItems(sc, g.Where, g.Items, a); err != nil {
		return err
	}
	a.WithDeleted, a.OnlyDeleted = g.WithDeleted, g.OnlyDeleted
	return checkSomething(sc, a)
}

func resolveItems(sc *Scope, where Predicate, items []AggExpr, a *AggregateArgs) error {
	if where != nil {
		c, err := where.Predicate(sc)
		if err != nil {
			return err
		}
		a.Where = c
	}
	a.Items = make([]AggItem, 0, len(items))
	for _, e := range items {
		item := e.item
		if e.filter != nil {
			if !item.Named || item.Name == "_count" {
				return sc.invalid(item.Name, "only a named aggregate takes a filter", "give it a name with Named")
			}
			c, err := e.filter.Predicate(sc)
			if err != nil {
				return err
			}
			item.Filter = c
		}
		if err := checkItem(sc, &item); err != nil {
			return err
		}
		a.Items = append(a.Items, item)
	}
	return nil
}

// Grouping resolves a typed GroupBy.
func (g GroupBy) Grouping(sc *Scope, a *GroupArgs) error {
	if err := resolveItems(sc, g.Where, g.Items, &a.AggregateArgs); err != nil {
		return err
	}
	a.WithDeleted, a.OnlyDeleted = g.WithDeleted, g.OnlyDeleted
	for _, c := range g.By {
		col := c.column()
		if len(col.path) > 0 {
			return sc.invalid(col.ref.Name, "a key inside a Json field cannot be grouped by", "")
		}
		a.By = append(a.By, col.ref)
	}
	a.Interval, a.FillGaps = g.Interval, g.FillGaps
	if !g.Having.Empty() {
		h := g.Having
		a.Having = &h
	}
	if g.OrderBy != nil {
		o, err := g.OrderBy.Ordering(sc.as("groupBy"))
		if err != nil {
			return err
		}
		a.OrderBy = o
	}
	if g.Limit < 0 || g.Offset < 0 {
		return sc.invalid("limit", "limit and offset must not be negative", "")
	}
	a.Limit, a.HasLimit, a.Offset = int64(g.Limit), g.Limit > 0, int64(g.Offset)
	return checkGroup(sc, a)
}

// checkSomething holds that an aggregate asks for something.
func checkSomething(sc *Scope, a *AggregateArgs) error {
	if len(a.Items) == 0 {
		return sc.invalid("", "nothing to aggregate", "ask for _count, _sum, _avg, _min, _max, _stringAgg or a named aggregate")
	}
	return nil
}

// checkItem holds that an aggregate's field exists and fits its function, and that its name is
// free.
func checkItem(sc *Scope, item *AggItem) error {
	if item.Named && item.Name != "_count" {
		if item.Name[0] != '_' || !plainName(item.Name) || len(item.Name) < 2 {
			return sc.invalid(item.Name, "a named aggregate's name is _ and letters, digits or _", "")
		}
		if sc.Model.Field(item.Name) != nil {
			return sc.invalid(item.Name, "an aggregate cannot be named like a field", "choose another name")
		}
	}
	if !item.HasRef {
		return nil
	}
	f, err := item.Ref.Field(sc.Model)
	if err != nil {
		return err
	}
	return checkAggField(sc, item.Func, f)
}

// checkAggField holds that a function can be applied to a field.
func checkAggField(sc *Scope, fn Agg, f *schema.Field) error {
	if !testable(f) {
		return sc.invalid(f.Name, "cannot be aggregated: it is no column", "")
	}
	if (fn == AggSum || fn == AggAvg) && !summable(f) {
		return sc.invalid(f.Name, "only numbers can be summed", "")
	}
	return nil
}

func summable(f *schema.Field) bool {
	return !f.List && (f.Type == schema.Integer || f.Type == schema.Real || f.Type == schema.Boolean)
}

// checkGroup holds what must be true of any groupBy, however it was written.
func checkGroup(sc *Scope, a *GroupArgs) error {
	if len(a.By) == 0 {
		return sc.invalid("by", "groupBy needs the fields to group by", `as by: ["`+firstField(sc.Model)+`"]`)
	}
	for _, r := range a.By {
		f, err := r.Field(sc.Model)
		if err != nil {
			return err
		}
		if !testable(f) {
			return sc.invalid(f.Name, "cannot be grouped by: it is no column", "")
		}
	}
	if err := checkInterval(sc, a); err != nil {
		return err
	}
	if err := checkHaving(sc, a, a.Having); err != nil {
		return err
	}
	return checkGroupOrder(sc, a)
}

func firstField(m *schema.Model) string {
	if len(m.Columns) > 0 {
		return m.Columns[0].Name
	}
	return ""
}

// intervalUnits are the buckets of a groupBy by time.
func intervalUnits() []string {
	return []string{"year", "quarter", "month", "week", "day", "hour"}
}

func checkInterval(sc *Scope, a *GroupArgs) error {
	if len(a.Interval) > 1 {
		return sc.invalid("interval", "takes one field", "")
	}
	for name, unit := range a.Interval {
		f := sc.Model.Field(name)
		if f == nil {
			return sc.unknown(name, "field", fieldNames(sc.Model, isTime))
		}
		if !isTime(f) {
			return sc.invalid(name, "only a DateTime field has intervals", "")
		}
		if !slices.Contains(intervalUnits(), unit) {
			return sc.unknownUnit(name, unit)
		}
		if !slices.Contains(a.By, RefOf(sc.Model, f)) {
			return sc.invalid(name, "an interval's field must be among by", "")
		}
	}
	return nil
}

func (sc *Scope) unknownUnit(name, unit string) error {
	e := sc.unknownAt(join(sc.Path, name), unit, "interval", intervalUnits())
	if e.Hint == "" {
		e.Hint = "use year, quarter, month, week, day or hour"
	}
	return e
}

func isTime(f *schema.Field) bool { return f.Type == schema.DateTime && !f.List && f.From == nil }

func checkHaving(sc *Scope, a *GroupArgs, h *Having) error {
	if h == nil {
		return nil
	}
	for i := range h.Kids {
		if err := checkHaving(sc, a, &h.Kids[i]); err != nil {
			return err
		}
	}
	switch {
	case h.Op <= OpNot:
		return nil
	case h.err != nil:
		return sc.invalid("having", "a value "+h.err.Error(), "")
	case h.Op > OpNotIn:
		return sc.invalid("having", "takes comparisons only", "")
	case h.IsKey:
		if !slices.ContainsFunc(a.By, func(r Ref) bool { return r.Name == h.Key.Name && r.Model == h.Key.Model }) {
			return sc.invalid(h.Key.Name, "having can only look at fields of by, and at aggregates", "use where to filter rows")
		}
		return nil
	}
	return checkItem(sc, &h.Item)
}

func checkGroupOrder(sc *Scope, a *GroupArgs) error {
	for i := range a.OrderBy {
		o := &a.OrderBy[i]
		switch {
		case len(o.Hops) > 0 || len(o.Path) > 0:
			return sc.invalid(o.Ref.Name, "groups are sorted by fields of by and by aggregates", "")
		case o.Name != "":
			if !slices.ContainsFunc(a.Items, func(it AggItem) bool { return it.Named && it.Name == o.Name }) {
				return sc.unknown(o.Name, "aggregate", itemNames(a.Items))
			}
		case o.Agg != AggNone:
			if o.Of == (Ref{}) && o.Agg == AggCount {
				continue
			}
			f, err := o.Of.Field(sc.Model)
			if err != nil {
				return err
			}
			if err := checkAggField(sc, o.Agg, f); err != nil {
				return err
			}
		default:
			if _, err := o.Ref.Field(sc.Model); err != nil {
				return err
			}
			if !slices.ContainsFunc(a.By, func(r Ref) bool { return r.Name == o.Ref.Name }) {
				return sc.invalid(o.Ref.Name, "groups are sorted by fields of by and by aggregates", "add it to by")
			}
		}
	}
	return nil
}

func itemNames(items []AggItem) []string {
	var names []string
	for _, it := range items {
		if it.Named {
			names = append(names, it.Name)
		}
	}
	return names
}
