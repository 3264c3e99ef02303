// Package query holds what a caller may ask, as values. Typed builders (generated columns)
// and JSON decode to the same values, so there is one engine behind both.
//
// The forms a caller writes (Find, GroupBy, …: their Where, OrderBy, Select and Include are
// interfaces) are resolved against a model into the forms the engine reads (FindArgs, …).
// Names in them are Refs: a model, a name and the field's index in the schema, checked again
// where they are used, so a column of another model is refused and never reaches SQL.
//
// The files: find.go, cond.go, aggregate.go, write.go and value.go are the values the engine
// reads. column_*.go, relation.go, order.go, select.go, nest.go and *_build.go are the typed
// builders; finding.go and aggregate_resolve.go resolve what they made. json_*.go read the same
// things from JSON, and value_of.go a caller's value for a field. What must hold however a call
// was written (checkWindow, checkGroup, NeedWhere, …) is one function that both ways call.
//
// A mistake in the arguments is a *liteerr.Error of code validation whose Fields are dotted paths
// from the model that was called: "agee", "books.editor", "address.town".
package query
