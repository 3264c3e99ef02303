package query

// BoolColumn is a Boolean field.
type BoolColumn struct{ Column }

// BoolCol makes the column of a Boolean field.
func BoolCol(model, field string, index int) BoolColumn {
	return BoolColumn{newColumn(model, field, index, nil)}
}

// BoolAt makes the column of a Boolean key inside a typed Json field.
func BoolAt(model, field string, index int, keys ...string) BoolColumn {
	return BoolColumn{newColumn(model, field, index, keys)}
}

// Eq holds where the field is v.
func (c BoolColumn) Eq(v bool) Cond { return c.is(OpEq, Bool(v)) }

// Ne holds where the field is the other value; nulls do not match.
func (c BoolColumn) Ne(v bool) Cond { return c.is(OpNe, Bool(v)) }

// In holds where the field is one of the values; none given matches nothing.
func (c BoolColumn) In(v ...bool) Cond { return c.oneOf(OpIn, values(v, Bool)) }

// NotIn holds where the field is none of the values; nulls match, none given excludes nothing.
func (c BoolColumn) NotIn(v ...bool) Cond { return c.oneOf(OpNotIn, values(v, Bool)) }
