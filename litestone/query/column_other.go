package query

import "time"

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

// BlobColumn is a Blob field.
type BlobColumn struct{ Column }

// BlobCol makes the column of a Blob field.
func BlobCol(model, field string, index int) BlobColumn {
	return BlobColumn{newColumn(model, field, index, nil)}
}

// Eq holds where the field is these bytes.
func (c BlobColumn) Eq(v []byte) Cond { return c.is(OpEq, Blob(v)) }

// Ne holds where the field is other bytes; nulls do not match.
func (c BlobColumn) Ne(v []byte) Cond { return c.is(OpNe, Blob(v)) }

// In holds where the field is one of the values; none given matches nothing.
func (c BlobColumn) In(v ...[]byte) Cond { return c.oneOf(OpIn, values(v, Blob)) }

// NotIn holds where the field is none of the values; nulls match, none given excludes nothing.
func (c BlobColumn) NotIn(v ...[]byte) Cond { return c.oneOf(OpNotIn, values(v, Blob)) }

// JSONColumn is a Json field. It compares to null only; the keys of a typed one are columns of
// their own, and SQL reaches into an untyped one.
type JSONColumn struct{ Column }

// JSONCol makes the column of a Json field.
func JSONCol(model, field string, index int) JSONColumn {
	return JSONColumn{newColumn(model, field, index, nil)}
}

// JSONAt makes the column of a Json key inside a typed Json field.
func JSONAt(model, field string, index int, keys ...string) JSONColumn {
	return JSONColumn{newColumn(model, field, index, keys)}
}

// FileColumn is a File field. It compares to null only.
type FileColumn struct{ Column }

// FileCol makes the column of a File field.
func FileCol(model, field string, index int) FileColumn {
	return FileColumn{newColumn(model, field, index, nil)}
}

// Unresolved selects the stored reference instead of what a plugin makes of it.
func (c FileColumn) Unresolved() Selection { return unresolved{c.ref} }

type unresolved struct{ ref Ref }

func (u unresolved) Selection(*Scope) (*Select, error) {
	return &Select{Fields: []Ref{u.ref}, Raw: []bool{true}}, nil
}
