package query

// TextColumn is a Text field.
type TextColumn struct{ Column }

// TextCol makes the column of a Text field.
func TextCol(model, field string, index int) TextColumn {
	return TextColumn{newColumn(model, field, index, nil)}
}

// TextAt makes the column of a Text key inside a typed Json field.
func TextAt(model, field string, index int, keys ...string) TextColumn {
	return TextColumn{newColumn(model, field, index, keys)}
}

// Eq holds where the field is v, case included.
func (c TextColumn) Eq(v string) Cond { return c.is(OpEq, Text(v)) }

// Ne holds where the field is another text; nulls do not match.
func (c TextColumn) Ne(v string) Cond { return c.is(OpNe, Text(v)) }

// In holds where the field is one of the texts; none given matches nothing.
func (c TextColumn) In(v ...string) Cond { return c.oneOf(OpIn, values(v, Text)) }

// NotIn holds where the field is none of the texts; nulls match, none given excludes nothing.
func (c TextColumn) NotIn(v ...string) Cond { return c.oneOf(OpNotIn, values(v, Text)) }

// Lt holds before v by code point.
func (c TextColumn) Lt(v string) Cond { return c.is(OpLt, Text(v)) }

// Lte holds before v and at v.
func (c TextColumn) Lte(v string) Cond { return c.is(OpLte, Text(v)) }

// Gt holds after v by code point.
func (c TextColumn) Gt(v string) Cond { return c.is(OpGt, Text(v)) }

// Gte holds after v and at v.
func (c TextColumn) Gte(v string) Cond { return c.is(OpGte, Text(v)) }

// Contains holds where v is a part of the text. ASCII case is folded; % and _ are literal.
func (c TextColumn) Contains(v string) Cond { return c.is(OpContains, Text(v)) }

// StartsWith holds where the text begins with v, as Contains compares.
func (c TextColumn) StartsWith(v string) Cond { return c.is(OpStartsWith, Text(v)) }

// EndsWith holds where the text ends with v, as Contains compares.
func (c TextColumn) EndsWith(v string) Cond { return c.is(OpEndsWith, Text(v)) }
