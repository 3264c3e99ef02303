package query

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
