package query

// Predicate makes a Cond a Predicate.
func (c Cond) Predicate(*Scope) (*Cond, error) { return &c, nil }

// Finding resolves a typed Find. The common case, a Cond and nothing else, allocates nothing.
func (f Find) Finding(sc *Scope, a *FindArgs) error {
	if f.Where != nil {
		if err := a.where(sc, f.Where); err != nil {
			return err
		}
	}
	if f.OrderBy != nil {
		if err := a.orderBy(sc, f.OrderBy); err != nil {
			return err
		}
	}
	if f.Select != nil {
		s, err := f.Select.Selection(sc)
		if err != nil {
			return err
		}
		if s.None && sc.Operation != opWrite {
			return sc.invalid("select", "false is for writes only", "name the fields to read")
		}
		a.Select = s
	}
	if f.Include != nil {
		i, err := f.Include.Including(sc)
		if err != nil {
			return err
		}
		a.Include = i
	}
	if f.Window != nil {
		w, err := f.Window.Windowing(sc)
		if err != nil {
			return err
		}
		a.Windows = w
	}
	if f.Limit < 0 {
		return sc.invalid("limit", "must not be negative", "0 means no limit")
	}
	if f.Offset < 0 {
		return sc.invalid("offset", "must not be negative", "")
	}
	if f.Recursive != nil {
		if err := checkRecursive(sc, f.Recursive); err != nil {
			return err
		}
	}
	a.Limit, a.HasLimit, a.Offset = int64(f.Limit), f.Limit > 0, int64(f.Offset)
	a.Distinct, a.WithDeleted, a.OnlyDeleted = f.Distinct, f.WithDeleted, f.OnlyDeleted
	a.Cursor, a.Recursive = f.Cursor, f.Recursive
	return nil
}

// where keeps a Cond inside the arguments instead of on the heap.
func (a *FindArgs) where(sc *Scope, p Predicate) error {
	if c, ok := p.(Cond); ok {
		a.cond = c
		a.Where = &a.cond
		return nil
	}
	c, err := p.Predicate(sc)
	a.Where = c
	return err
}

func (a *FindArgs) orderBy(sc *Scope, o Ordering) error {
	if one, ok := o.(Order); ok {
		a.order[0] = one
		a.OrderBy = a.order[:]
		return nil
	}
	l, err := o.Ordering(sc)
	a.OrderBy = l
	return err
}
