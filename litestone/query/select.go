package query

// Fields selects columns, relations and counts: Fields(Users.ID, Users.Posts.With(…)).
func Fields(items ...Selection) FieldList { return items }

// FieldList is several selections as one.
type FieldList []Selection

// Selection merges the parts in their order.
func (l FieldList) Selection(sc *Scope) (*Select, error) {
	out := new(Select)
	for _, item := range l {
		s, err := item.Selection(sc)
		if err != nil {
			return nil, err
		}
		out.merge(s)
	}
	if len(out.Fields) == 0 && out.Include == nil {
		return nil, sc.invalid("select", "selects nothing", "name at least one field")
	}
	return out, nil
}

func (s *Select) merge(o *Select) {
	s.None = s.None || o.None
	s.Count = s.Count || o.Count
	if o.Raw != nil || s.Raw != nil {
		raw := make([]bool, len(s.Fields), len(s.Fields)+len(o.Fields))
		copy(raw, s.Raw)
		if o.Raw == nil {
			s.Raw = append(raw, make([]bool, len(o.Fields))...)
		} else {
			s.Raw = append(raw, o.Raw...)
		}
	}
	s.Fields = append(s.Fields, o.Fields...)
	if o.Include != nil {
		if s.Include == nil {
			s.Include = new(Include)
		}
		s.Include.merge(o.Include)
	}
}

func (i *Include) merge(o *Include) {
	i.Relations = append(i.Relations, o.Relations...)
	i.CountAll = i.CountAll || o.CountAll
	i.Counts = append(i.Counts, o.Counts...)
}

// NoRow is select: false, on writes only: the call answers no row and reads none back.
func NoRow() Selection { return noRow{} }

type noRow struct{}

func (noRow) Selection(*Scope) (*Select, error) { return &Select{None: true}, nil }

// Includes includes several relations and counts.
func Includes(items ...Including) IncludeList { return items }

// IncludeList is several includes as one.
type IncludeList []Including

// Including merges the parts in their order.
func (l IncludeList) Including(sc *Scope) (*Include, error) {
	out := new(Include)
	for _, item := range l {
		i, err := item.Including(sc)
		if err != nil {
			return nil, err
		}
		out.merge(i)
	}
	return out, nil
}
