package query

import "time"

// TimeColumn is a DateTime field. Times compare in milliseconds, the precision stored.
type TimeColumn struct{ Column }

// TimeCol makes the column of a DateTime field.
func TimeCol(model, field string, index int) TimeColumn {
	return TimeColumn{newColumn(model, field, index, nil)}
}

// TimeAt makes the column of a DateTime key inside a typed Json field. Such a key is kept as it
// was written, so comparisons are right only where all rows write it as Litestone's Time does.
func TimeAt(model, field string, index int, keys ...string) TimeColumn {
	return TimeColumn{newColumn(model, field, index, keys)}
}

func timeValue(t time.Time) Value { return Text(FormatTime(t)) }

// Eq holds at v.
func (c TimeColumn) Eq(v time.Time) Cond { return c.is(OpEq, timeValue(v)) }

// Ne holds at any other time; nulls do not match.
func (c TimeColumn) Ne(v time.Time) Cond { return c.is(OpNe, timeValue(v)) }

// In holds at one of the times; none given matches nothing.
func (c TimeColumn) In(v ...time.Time) Cond { return c.oneOf(OpIn, values(v, timeValue)) }

// NotIn holds at none of the times; nulls match, none given excludes nothing.
func (c TimeColumn) NotIn(v ...time.Time) Cond { return c.oneOf(OpNotIn, values(v, timeValue)) }

// Lt holds before v.
func (c TimeColumn) Lt(v time.Time) Cond { return c.is(OpLt, timeValue(v)) }

// Lte holds before v and at v.
func (c TimeColumn) Lte(v time.Time) Cond { return c.is(OpLte, timeValue(v)) }

// Gt holds after v.
func (c TimeColumn) Gt(v time.Time) Cond { return c.is(OpGt, timeValue(v)) }

// Gte holds after v and at v.
func (c TimeColumn) Gte(v time.Time) Cond { return c.is(OpGte, timeValue(v)) }

// Contains holds where v is a part of the stored text, as "-02-" is of 2024-02-10T12:00:00.000Z.
func (c TimeColumn) Contains(v string) Cond { return c.is(OpContains, Text(v)) }

// StartsWith holds where the stored text begins with v: "2024-" is the year.
func (c TimeColumn) StartsWith(v string) Cond { return c.is(OpStartsWith, Text(v)) }

// EndsWith holds where the stored text ends with v.
func (c TimeColumn) EndsWith(v string) Cond { return c.is(OpEndsWith, Text(v)) }
