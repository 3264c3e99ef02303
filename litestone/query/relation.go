package query

// One is a to-one relation.
type One struct{ ref Ref }

// ToOne makes the column of a to-one relation.
func ToOne(model, field string, index int) One { return One{Ref{model, field, index}} }

// Ref names the relation's field.
func (r One) Ref() Ref { return r.ref }

// Is holds where there is a related row and all conditions hold for it.
func (r One) Is(c ...Cond) Cond { return related(OpIs, r.ref, c) }

// IsNot holds where there is no related row or not all conditions hold for it.
func (r One) IsNot(c ...Cond) Cond { return related(OpIsNot, r.ref, c) }

// IsNull holds where there is no related row.
func (r One) IsNull() Cond { return Cond{Op: OpIs, Ref: r.ref} }

// NotNull holds where there is a related row.
func (r One) NotNull() Cond { return Cond{Op: OpIsNot, Ref: r.ref} }

// By sorts by a column of the related row: models.Posts.Author.By(models.Users.Name.Asc()).
// Rows without one sort as null.
func (r One) By(o Order) Order {
	hops := make([]Ref, 0, len(o.Hops)+1)
	o.Hops = append(append(hops, r.ref), o.Hops...)
	return o
}

// With includes the related row as the Find says: its Select, Include, Where.
func (r One) With(f Finding) Related { return Related{r.ref, f} }

// Including includes the related row with all fields that are shown.
func (r One) Including(sc *Scope) (*Include, error) { return Related{ref: r.ref}.Including(sc) }

// Selection selects the related row beside columns.
func (r One) Selection(sc *Scope) (*Select, error) { return Related{ref: r.ref}.Selection(sc) }

// Many is a list relation.
type Many struct{ ref Ref }

// ToMany makes the column of a list relation.
func ToMany(model, field string, index int) Many { return Many{Ref{model, field, index}} }

// Ref names the relation's field.
func (r Many) Ref() Ref { return r.ref }

// Some holds where the conditions hold for at least one related row.
func (r Many) Some(c ...Cond) Cond { return related(OpSome, r.ref, c) }

// Every holds where the conditions hold for all related rows, also where there is none.
func (r Many) Every(c ...Cond) Cond { return related(OpEvery, r.ref, c) }

// None holds where the conditions hold for no related row.
func (r Many) None(c ...Cond) Cond { return related(OpNone, r.ref, c) }

// With includes the related rows as the Find says; limit and offset count per parent.
func (r Many) With(f Finding) Related { return Related{r.ref, f} }

// Including includes all related rows with all fields that are shown.
func (r Many) Including(sc *Scope) (*Include, error) { return Related{ref: r.ref}.Including(sc) }

// Selection selects the related rows beside columns.
func (r Many) Selection(sc *Scope) (*Select, error) { return Related{ref: r.ref}.Selection(sc) }

// Count sorts by the number of related rows.
func (r Many) Count() SortKey { return SortKey{Order{Ref: r.ref, Agg: AggCount}} }

// Sum sorts by the sum of a column of the related rows.
func (r Many) Sum(c Number) SortKey { return r.by(AggSum, c) }

// Avg sorts by the mean of a column of the related rows.
func (r Many) Avg(c Number) SortKey { return r.by(AggAvg, c) }

// Min sorts by the least value of a column of the related rows.
func (r Many) Min(c Col) SortKey { return r.by(AggMin, c) }

// Max sorts by the greatest value of a column of the related rows.
func (r Many) Max(c Col) SortKey { return r.by(AggMax, c) }

func (r Many) by(a Agg, c Col) SortKey {
	return SortKey{Order{Ref: r.ref, Agg: a, Of: c.column().ref}}
}

// Counted counts the related rows the predicate holds for (nil: all) under a name of its own in
// _count. Use it in Counts.
func (r Many) Counted(name string, where Predicate) CountOf {
	return CountOf{name: name, ref: r.ref, where: where}
}

func (r Many) counting() CountOf { return CountOf{name: r.ref.Name, ref: r.ref} }

// related keeps at least one kid: a relation condition without kids is about the row being there.
func related(op Op, ref Ref, kids []Cond) Cond {
	if len(kids) == 0 {
		kids = []Cond{{}}
	}
	return Cond{Op: op, Ref: ref, Kids: kids}
}

// Related is a relation with the arguments of its own read.
type Related struct {
	ref  Ref
	find Finding
}

// Including resolves the relation's arguments against its target.
func (r Related) Including(sc *Scope) (*Include, error) {
	rel := IncludeRelation{Ref: r.ref}
	if r.find != nil {
		f, err := r.ref.Field(sc.Model)
		if err != nil {
			return nil, err
		}
		if f.Relation == nil {
			return nil, sc.invalid(f.Name, "is not a relation", "")
		}
		rel.Args = new(FindArgs)
		if err := r.find.Finding(sc.inside(f, opInclude), rel.Args); err != nil {
			return nil, err
		}
	}
	return &Include{Relations: []IncludeRelation{rel}}, nil
}

// Selection is the relation as part of a select.
func (r Related) Selection(sc *Scope) (*Select, error) {
	inc, err := r.Including(sc)
	if err != nil {
		return nil, err
	}
	return &Select{Include: inc}, nil
}

// CountOf is one entry of _count.
type CountOf struct {
	name        string
	ref         Ref
	where       Predicate
	withDeleted bool
	onlyDeleted bool
}

// WithDeleted counts soft-deleted rows too.
func (c CountOf) WithDeleted() CountOf { c.withDeleted = true; return c }

// OnlyDeleted counts soft-deleted rows only.
func (c CountOf) OnlyDeleted() CountOf { c.onlyDeleted = true; return c }

func (c CountOf) counting() CountOf { return c }

// Counting is a Many or a Many.Counted.
type Counting interface{ counting() CountOf }

// CountsOf is the chosen entries of _count; none: every list relation.
type CountsOf []Counting

// Counts answers how many related rows there are, as _count; without arguments for every list
// relation.
func Counts(c ...Counting) CountsOf { return c }

// Including resolves the counted relations' wheres against their targets.
func (l CountsOf) Including(sc *Scope) (*Include, error) {
	if len(l) == 0 {
		return &Include{CountAll: true}, nil
	}
	inc := &Include{Counts: make([]IncludeCount, 0, len(l))}
	for _, item := range l {
		c := item.counting()
		f, err := c.ref.Field(sc.Model)
		if err != nil {
			return nil, err
		}
		if f.Relation == nil || !f.Relation.List() {
			return nil, sc.invalid(f.Name, "only list relations can be counted", "")
		}
		if !plainName(c.name) {
			return nil, sc.invalid(c.name, "a count's name is made of letters, digits and _", "")
		}
		n := IncludeCount{Name: c.name, Ref: c.ref, WithDeleted: c.withDeleted, OnlyDeleted: c.onlyDeleted}
		if c.where != nil {
			if n.Where, err = c.where.Predicate(sc.inside(f, opInclude)); err != nil {
				return nil, err
			}
		}
		inc.Counts = append(inc.Counts, n)
	}
	return inc, nil
}

// Selection is the counts as part of a select.
func (l CountsOf) Selection(sc *Scope) (*Select, error) {
	inc, err := l.Including(sc)
	if err != nil {
		return nil, err
	}
	return &Select{Include: inc, Count: true}, nil
}
