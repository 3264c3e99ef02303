package query

// RefOfColumn names the field of any column.
func RefOfColumn(c Col) Ref { return c.column().ref }
