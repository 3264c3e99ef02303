package plan

import "github.com/litestone-go/orm/litestone/query"

// Aggregate adds the arguments of an aggregate.
func (s *Shape) Aggregate(a *query.AggregateArgs) {
	s.bools(a.WithDeleted, a.OnlyDeleted)
	s.Cond(a.Where)
	s.Num(len(a.Items))
	for i := range a.Items {
		s.item(&a.Items[i])
	}
}

func (s *Shape) item(it *query.AggItem) {
	s.Text(it.Name)
	s.Byte(byte(it.Func))
	s.bools(it.Named, it.HasRef, it.Distinct, it.Nested)
	s.ref(it.Ref)
	s.Cond(it.Filter)
	if it.Func == query.AggString {
		s.bools(it.Separator == ",")
		s.record(&it.Separator)
		s.Values = append(s.Values, query.Text(it.Separator))
		s.Orders(it.OrderBy)
	}
}

// Group adds the arguments of a groupBy; labels are the groups to complete when fill is set.
func (s *Shape) Group(a *query.GroupArgs, labels query.Value, fill bool) {
	s.Aggregate(&a.AggregateArgs)
	s.Num(len(a.By))
	for _, r := range a.By {
		s.ref(r)
		s.Text(a.Interval[r.Name])
	}
	s.bools(fill, a.HasLimit, a.Offset > 0)
	if fill {
		s.record(&a.FillGaps)
		s.Values = append(s.Values, labels)
	}
	s.having(a.Having)
	s.Orders(a.OrderBy)
	if a.HasLimit {
		s.number(&a.Limit)
	}
	if a.Offset > 0 {
		s.number(&a.Offset)
	}
}

func (s *Shape) having(h *query.Having) {
	if h == nil {
		s.Byte(0xff)
		return
	}
	s.Byte(byte(h.Op))
	if h.Op > query.OpNot {
		s.bools(h.IsKey)
		if h.IsKey {
			s.ref(h.Key)
		} else {
			s.item(&h.Item)
		}
		if h.Op == query.OpIn || h.Op == query.OpNotIn {
			s.list(h.List)
		} else {
			s.Value(&h.Value)
		}
	}
	s.Num(len(h.Kids))
	for i := range h.Kids {
		s.having(&h.Kids[i])
	}
}
