package query

// EnumColumn is a field of an enum.
type EnumColumn[E ~string] struct{ Column }

// EnumCol makes the column of an enum field.
func EnumCol[E ~string](model, field string, index int) EnumColumn[E] {
	return EnumColumn[E]{newColumn(model, field, index, nil)}
}

// EnumAt makes the column of an enum key inside a typed Json field.
func EnumAt[E ~string](model, field string, index int, keys ...string) EnumColumn[E] {
	return EnumColumn[E]{newColumn(model, field, index, keys)}
}

func enumValue[E ~string](v E) Value { return Text(string(v)) }

// Eq holds where the field is v.
func (c EnumColumn[E]) Eq(v E) Cond { return c.is(OpEq, enumValue(v)) }

// Ne holds where the field is another value; nulls do not match.
func (c EnumColumn[E]) Ne(v E) Cond { return c.is(OpNe, enumValue(v)) }

// In holds where the field is one of the values; none given matches nothing.
func (c EnumColumn[E]) In(v ...E) Cond { return c.oneOf(OpIn, values(v, enumValue)) }

// NotIn holds where the field is none of the values; nulls match, none given excludes nothing.
func (c EnumColumn[E]) NotIn(v ...E) Cond { return c.oneOf(OpNotIn, values(v, enumValue)) }

// Lt holds before v by name.
func (c EnumColumn[E]) Lt(v E) Cond { return c.is(OpLt, enumValue(v)) }

// Lte holds before v by name and at v.
func (c EnumColumn[E]) Lte(v E) Cond { return c.is(OpLte, enumValue(v)) }

// Gt holds after v by name.
func (c EnumColumn[E]) Gt(v E) Cond { return c.is(OpGt, enumValue(v)) }

// Gte holds after v by name and at v.
func (c EnumColumn[E]) Gte(v E) Cond { return c.is(OpGte, enumValue(v)) }

// Contains holds where v is a part of the value's name. ASCII case is folded.
func (c EnumColumn[E]) Contains(v string) Cond { return c.is(OpContains, Text(v)) }

// StartsWith holds where the value's name begins with v, as Contains compares.
func (c EnumColumn[E]) StartsWith(v string) Cond { return c.is(OpStartsWith, Text(v)) }

// EndsWith holds where the value's name ends with v, as Contains compares.
func (c EnumColumn[E]) EndsWith(v string) Cond { return c.is(OpEndsWith, Text(v)) }
