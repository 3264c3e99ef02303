// Package query holds what a caller may ask, as values. Typed builders (generated columns)
// and JSON decode to the same values, so there is one engine behind both.
//
// The forms a caller writes (Find, GroupBy, …: their Where, OrderBy, Select and Include are
// interfaces) are resolved against a model into the forms the engine reads (FindArgs, …).
// Names in them are Refs: a model, a name and the field's index in the schema, checked again
// where they are used, so a column of another model is refused and never reaches SQL.
package query
