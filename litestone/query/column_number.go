package query

// IntColumn is an Integer field.
type IntColumn struct{ Column }

// IntCol makes the column of an Integer field.
func IntCol(model, field string, index int) IntColumn {
	return IntColumn{newColumn(model, field, index, nil)}
}

// IntAt makes the column of an Integer key inside a typed Json field.
func IntAt(model, field string, index int, keys ...string) IntColumn {
	return IntColumn{newColumn(model, field, index, keys)}
}

func (c IntColumn) number() {}

// Eq holds where the field is v.
func (c IntColumn) Eq(v int64) Cond { return c.is(OpEq, Int(v)) }

// Ne holds where the field is another value; nulls do not match.
func (c IntColumn) Ne(v int64) Cond { return c.is(OpNe, Int(v)) }

// In holds where the field is one of the values; none given matches nothing.
func (c IntColumn) In(v ...int64) Cond { return c.oneOf(OpIn, values(v, Int)) }

// NotIn holds where the field is none of the values; nulls match, none given excludes nothing.
func (c IntColumn) NotIn(v ...int64) Cond { return c.oneOf(OpNotIn, values(v, Int)) }

// Lt holds below v.
func (c IntColumn) Lt(v int64) Cond { return c.is(OpLt, Int(v)) }

// Lte holds below v and at v.
func (c IntColumn) Lte(v int64) Cond { return c.is(OpLte, Int(v)) }

// Gt holds above v.
func (c IntColumn) Gt(v int64) Cond { return c.is(OpGt, Int(v)) }

// Gte holds above v and at v.
func (c IntColumn) Gte(v int64) Cond { return c.is(OpGte, Int(v)) }

// RealColumn is a Real field.
type RealColumn struct{ Column }

// RealCol makes the column of a Real field.
func RealCol(model, field string, index int) RealColumn {
	return RealColumn{newColumn(model, field, index, nil)}
}

// RealAt makes the column of a Real key inside a typed Json field.
func RealAt(model, field string, index int, keys ...string) RealColumn {
	return RealColumn{newColumn(model, field, index, keys)}
}

func (c RealColumn) number() {}

// Eq holds where the field is v.
func (c RealColumn) Eq(v float64) Cond { return c.is(OpEq, Real(v)) }

// Ne holds where the field is another value; nulls do not match.
func (c RealColumn) Ne(v float64) Cond { return c.is(OpNe, Real(v)) }

// In holds where the field is one of the values; none given matches nothing.
func (c RealColumn) In(v ...float64) Cond { return c.oneOf(OpIn, values(v, Real)) }

// NotIn holds where the field is none of the values; nulls match, none given excludes nothing.
func (c RealColumn) NotIn(v ...float64) Cond { return c.oneOf(OpNotIn, values(v, Real)) }

// Lt holds below v.
func (c RealColumn) Lt(v float64) Cond { return c.is(OpLt, Real(v)) }

// Lte holds below v and at v.
func (c RealColumn) Lte(v float64) Cond { return c.is(OpLte, Real(v)) }

// Gt holds above v.
func (c RealColumn) Gt(v float64) Cond { return c.is(OpGt, Real(v)) }

// Gte holds above v and at v.
func (c RealColumn) Gte(v float64) Cond { return c.is(OpGte, Real(v)) }
