package query

import (
	"encoding/json"
	"fmt"

	"github.com/litestone-go/orm/litestone/schema"
)

// Redacted stands where the value of a confidential field would.
const Redacted = "[redacted]"

// Shown is resolved arguments as data again, in the form JSON arguments have, for logs and events. It
// holds no value of a confidential field (schema.Field.Confidential), shares no memory with the
// arguments, and marshals to JSON. Long lists are cut.
type Shown = map[string]any

// shownItems is how many elements of a list are shown: rows written, values compared.
const shownItems = 20

// Viewer shows the arguments of calls on one schema.
type Viewer struct {
	discreet bool // the schema has confidential fields: what cannot be told apart is hidden too
}

// NewViewer makes a Viewer.
func NewViewer(s *schema.Schema) Viewer { return Viewer{s.Confidential()} }

// Discreet reports whether values that belong to no field in particular are hidden: the schema has
// confidential ones.
func (v Viewer) Discreet() bool { return v.discreet }

// Find shows the arguments of a read of rows, a count or exists.
func (v Viewer) Find(m *schema.Model, a *FindArgs) Shown {
	return v.find(m, a)
}

// Aggregate shows the arguments of an aggregate.
func (v Viewer) Aggregate(m *schema.Model, a *AggregateArgs) Shown {
	return v.aggregate(m, a)
}

// Group shows the arguments of a groupBy.
func (v Viewer) Group(m *schema.Model, a *GroupArgs) Shown {
	out := v.aggregate(m, &a.AggregateArgs)
	out["by"] = refNames(a.By)
	if len(a.Interval) > 0 {
		in := Shown{}
		for name, unit := range a.Interval {
			in[name] = unit
		}
		out["interval"] = in
	}
	if f := a.FillGaps; f.Off {
		out["fillGaps"] = false
	} else if f.Start != "" || f.End != "" {
		out["fillGaps"] = Shown{"start": f.Start, "end": f.End}
		for name := range a.Interval {
			if by := m.Field(name); by == nil || by.Confidential() {
				out["fillGaps"] = Redacted
			}
		}
	}
	if !a.Having.Empty() {
		out["having"] = v.having(m, a.Having)
	}
	v.page(out, a.OrderBy, a.Limit, a.HasLimit, a.Offset)
	return out
}

func (v Viewer) find(m *schema.Model, a *FindArgs) Shown {
	out := Shown{}
	if a == nil {
		return out
	}
	if !a.Where.Empty() {
		out["where"] = v.where(m, a.Where)
	}
	v.page(out, a.OrderBy, a.Limit, a.HasLimit, a.Offset)
	v.answer(out, m, a)
	flags(out, map[string]bool{"distinct": a.Distinct, "withDeleted": a.WithDeleted, "onlyDeleted": a.OnlyDeleted})
	if a.Cursor != "" {
		out["cursor"] = a.Cursor
		if tellsOrder(m, a.OrderBy) {
			out["cursor"] = Redacted // it carries the values of the row it stands on
		}
	}
	if len(a.Windows) > 0 {
		out["window"] = v.windows(m, a.Windows)
	}
	if r := a.Recursive; r != nil {
		tree := Shown{"direction": "descendants", "nested": r.Nested}
		if r.Ancestors {
			tree["direction"] = "ancestors"
		}
		if r.MaxDepth > 0 {
			tree["maxDepth"] = r.MaxDepth
		}
		if r.Via != "" {
			tree["via"] = r.Via
		}
		out["recursive"] = tree
	}
	if s := a.Search; s != nil {
		out["search"] = s.Text
		if m.FTS != nil && anyConfidential(m.FTS.Fields) {
			out["search"] = Redacted
		}
	}
	return out
}

// answer shows select and include.
func (v Viewer) answer(out Shown, m *schema.Model, a *FindArgs) {
	if s := a.Select; s != nil {
		switch fields := v.include(m, s.Include); {
		case s.None:
			out["select"] = false
		default:
			for _, r := range s.Fields {
				fields[r.Name] = true
			}
			if s.Count && fields["_count"] == nil {
				fields["_count"] = true
			}
			out["select"] = fields
		}
	}
	if a.Include != nil {
		out["include"] = v.include(m, a.Include)
	}
}

func (v Viewer) include(m *schema.Model, in *Include) Shown {
	out := Shown{}
	if in == nil {
		return out
	}
	for _, r := range in.Relations {
		out[r.Ref.Name] = true
		if to := target(m, r.Ref); r.Args != nil && to != nil {
			if inner := v.find(to, r.Args); len(inner) > 0 {
				out[r.Ref.Name] = inner
			}
		}
	}
	if in.CountAll {
		out["_count"] = true
	}
	if len(in.Counts) > 0 {
		counts := Shown{}
		for _, c := range in.Counts {
			one := Shown{}
			if c.Name != c.Ref.Name {
				one["relation"] = c.Ref.Name
			}
			if to := target(m, c.Ref); to != nil && !c.Where.Empty() {
				one["where"] = v.where(to, c.Where)
			}
			flags(one, map[string]bool{"withDeleted": c.WithDeleted, "onlyDeleted": c.OnlyDeleted})
			if counts[c.Name] = one; len(one) == 0 {
				counts[c.Name] = true
			}
		}
		out["_count"] = Shown{"select": counts}
	}
	return out
}

func (v Viewer) page(out Shown, orders []Order, limit int64, has bool, offset int64) {
	if len(orders) > 0 {
		list := make([]any, len(orders))
		for i := range orders {
			list[i] = shownOrder(&orders[i])
		}
		out["orderBy"] = list
	}
	if has {
		out["limit"] = limit
	}
	if offset > 0 {
		out["offset"] = offset
	}
}

func shownOrder(o *Order) Shown {
	var how any = "asc"
	if o.Desc {
		how = "desc"
	}
	if o.Nulls != NullsDefault {
		how = Shown{"dir": how, "nulls": map[Nulls]string{NullsFirst: "first", NullsLast: "last"}[o.Nulls]}
	}
	name := o.Name
	if name == "" {
		name = dotted(o.Ref.Name, o.Path)
	}
	switch {
	case o.Agg != AggNone && o.Of.Name != "":
		how = Shown{aggNames()[o.Agg-AggCount]: Shown{o.Of.Name: how}}
	case o.Agg != AggNone:
		how = Shown{aggNames()[o.Agg-AggCount]: how}
	}
	out := Shown{name: how}
	if name == "" { // an aggregate of the group itself
		out = how.(Shown)
	}
	for i := len(o.Hops) - 1; i >= 0; i-- {
		out = Shown{o.Hops[i].Name: out}
	}
	return out
}

func (v Viewer) aggregate(m *schema.Model, a *AggregateArgs) Shown {
	out := Shown{}
	if !a.Where.Empty() {
		out["where"] = v.where(m, a.Where)
	}
	flags(out, map[string]bool{"withDeleted": a.WithDeleted, "onlyDeleted": a.OnlyDeleted})
	for i := range a.Items {
		it := &a.Items[i]
		var of any = true
		if it.HasRef {
			of = it.Ref.Name
		}
		switch {
		case it.Named && it.Func != AggNone && it.Name != aggNames()[it.Func-AggCount]:
			one := Shown{aggNames()[it.Func-AggCount][1:]: of}
			if !it.Filter.Empty() {
				one["filter"] = v.where(m, it.Filter)
			}
			out[it.Name] = one
		case it.HasRef:
			fields, _ := out[it.Name].(Shown)
			if fields == nil {
				fields = Shown{}
			}
			fields[it.Ref.Name] = true
			out[it.Name] = fields
		default:
			out[it.Name] = true
		}
	}
	return out
}

func (v Viewer) having(m *schema.Model, h *Having) Shown {
	switch h.Op {
	case OpAnd, OpOr, OpNot:
		list := make([]any, 0, len(h.Kids))
		for i := range h.Kids {
			list = append(list, v.having(m, &h.Kids[i]))
		}
		return joinedShown(h.Op, list)
	}
	r := h.Key
	if !h.IsKey {
		r = h.Item.Ref
	}
	if !h.IsKey && !h.Item.HasRef {
		v.discreet = false // a number of rows is nobody's value
	}
	f, _ := r.Field(m)
	compared := v.compared(f, h.Op, h.Value, h.List)
	switch {
	case h.IsKey:
		return Shown{h.Key.Name: compared}
	case h.Item.Named, !h.Item.HasRef:
		return Shown{h.Item.Name: compared}
	}
	return Shown{h.Item.Name: Shown{r.Name: compared}}
}

func (v Viewer) windows(m *schema.Model, list []Window) Shown {
	out := Shown{}
	for i := range list {
		w := &list[i]
		one := Shown{"function": windowNames()[w.Func]}
		if w.HasRef {
			one["field"] = w.Ref.Name
		}
		if w.N != 0 {
			one["n"] = w.N
		}
		if w.HasDefault {
			f, _ := w.Ref.Field(m)
			one["default"] = v.value(f, w.Default)
		}
		if len(w.PartitionBy) > 0 {
			one["partitionBy"] = refNames(w.PartitionBy)
		}
		if !w.Filter.Empty() {
			one["filter"] = v.where(m, w.Filter)
		}
		v.page(one, w.OrderBy, 0, false, 0)
		out[w.Alias] = one
	}
	return out
}

// value shows a value of a field; nil stands for no field in particular.
func (v Viewer) value(f *schema.Field, x Value) any {
	switch {
	case x.IsNull():
		return nil
	case f == nil && v.discreet, f != nil && f.Confidential():
		return Redacted
	case f == nil:
		return x.Any()
	case x.Kind() == KindInt && f.Type == schema.Boolean:
		return x.Int64() != 0
	case x.Kind() == KindText && (f.Type == schema.Json || f.Type == schema.File || f.List) && json.Valid([]byte(x.Str())):
		return json.RawMessage(x.Str())
	case x.Kind() == KindBlob:
		return fmt.Sprintf("[%d bytes]", len(x.Str()))
	}
	return x.Any()
}

// cut shows the beginning of a list.
func cut(n int, one func(int) any) []any {
	out := make([]any, 0, min(n, shownItems+1))
	for i := range min(n, shownItems) {
		out = append(out, one(i))
	}
	if n > shownItems {
		out = append(out, fmt.Sprintf("… %d more", n-shownItems))
	}
	return out
}

func flags(out Shown, set map[string]bool) {
	for name, on := range set {
		if on {
			out[name] = true
		}
	}
}

func refNames(refs []Ref) []any {
	out := make([]any, len(refs))
	for i, r := range refs {
		out[i] = r.Name
	}
	return out
}

// target is the model a relation leads to; nil for what is no relation.
func target(m *schema.Model, r Ref) *schema.Model {
	f, err := r.Field(m)
	switch {
	case err != nil:
		return nil
	case f.Relation != nil:
		return f.Relation.Target
	case f.From != nil:
		return f.From.Relation.Target
	}
	return nil
}

func anyConfidential(fields []*schema.Field) bool {
	for _, f := range fields {
		if f.Confidential() {
			return true
		}
	}
	return false
}

// tellsOrder reports whether the values rows are sorted by are confidential, the key among them.
func tellsOrder(m *schema.Model, orders []Order) bool {
	if anyConfidential(m.Key) {
		return true
	}
	for i := range orders {
		o, at := &orders[i], m
		for _, h := range o.Hops {
			if at = target(at, h); at == nil {
				return true
			}
		}
		of := o.Ref
		if o.Agg != AggNone {
			if at, of = target(at, o.Ref), o.Of; at == nil || of.Name == "" {
				continue
			}
		}
		if f, err := of.Field(at); err == nil && f.Confidential() {
			return true
		}
	}
	return false
}
