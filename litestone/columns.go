package litestone

import "github.com/litestone-go/orm/litestone/query"

// The constructors below are called by generated code: model is the accessor, index the
// field's place in its model. The At forms name a key inside a typed Json field.

// Int makes an Integer column.
func Int(model, field string, index int) IntColumn { return query.IntCol(model, field, index) }

// Real makes a Real column.
func Real(model, field string, index int) RealColumn { return query.RealCol(model, field, index) }

// Text makes a Text column.
func Text(model, field string, index int) TextColumn { return query.TextCol(model, field, index) }

// Bool makes a Boolean column.
func Bool(model, field string, index int) BoolColumn { return query.BoolCol(model, field, index) }

// TimeOf makes a DateTime column.
func TimeOf(model, field string, index int) TimeColumn { return query.TimeCol(model, field, index) }

// EnumOf makes an enum column.
func EnumOf[E ~string](model, field string, index int) EnumColumn[E] {
	return query.EnumCol[E](model, field, index)
}

// BlobOf makes a Blob column.
func BlobOf(model, field string, index int) BlobColumn { return query.BlobCol(model, field, index) }

// JSONOf makes a Json column.
func JSONOf(model, field string, index int) JSONColumn { return query.JSONCol(model, field, index) }

// FileOf makes a File column.
func FileOf(model, field string, index int) FileColumn { return query.FileCol(model, field, index) }

// ListOf makes a list column.
func ListOf[T any](model, field string, index int) ListColumn[T] {
	return query.ListCol[T](model, field, index)
}

// IntAt makes the column of an Integer inside a typed Json field.
func IntAt(model, field string, index int, keys ...string) IntColumn {
	return query.IntAt(model, field, index, keys...)
}

// RealAt makes the column of a Real inside a typed Json field.
func RealAt(model, field string, index int, keys ...string) RealColumn {
	return query.RealAt(model, field, index, keys...)
}

// TextAt makes the column of a Text inside a typed Json field.
func TextAt(model, field string, index int, keys ...string) TextColumn {
	return query.TextAt(model, field, index, keys...)
}

// BoolAt makes the column of a Boolean inside a typed Json field.
func BoolAt(model, field string, index int, keys ...string) BoolColumn {
	return query.BoolAt(model, field, index, keys...)
}

// TimeAt makes the column of a DateTime inside a typed Json field.
func TimeAt(model, field string, index int, keys ...string) TimeColumn {
	return query.TimeAt(model, field, index, keys...)
}

// EnumAt makes the column of an enum inside a typed Json field.
func EnumAt[E ~string](model, field string, index int, keys ...string) EnumColumn[E] {
	return query.EnumAt[E](model, field, index, keys...)
}

// JSONAt makes the column of a Json value inside a typed Json field.
func JSONAt(model, field string, index int, keys ...string) JSONColumn {
	return query.JSONAt(model, field, index, keys...)
}

// ListAt makes the column of a list inside a typed Json field.
func ListAt[T any](model, field string, index int, keys ...string) ListColumn[T] {
	return query.ListAt[T](model, field, index, keys...)
}

// ToOne makes a relation to at most one row.
func ToOne(model, field string, index int) One { return query.ToOne(model, field, index) }

// ToMany makes a list relation.
func ToMany(model, field string, index int) Many { return query.ToMany(model, field, index) }
