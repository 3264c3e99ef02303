// Package write runs writes. One call is one transaction or one statement: all of it happens or
// nothing.
//
// A row goes through the same stages wherever it comes from, one file each:
//
//	row.go         the caller's values, and the nested rows below them
//	transform.go   @trim, @lower, …; then validate.go: every failing value of the call at once
//	permit.go      fields whose @allow('write') does not hold are dropped
//	defaults.go    defaults and stamps; then sequence.go, in the call's transaction
//	encrypt.go     what is stored instead of the value
//	work.go        the statement: planned, cached by shape, run
//	judge.go       rules that look at other rows, asked when the call ends
//	audit.go       what the audit log keeps of each statement, when the call has succeeded
//
// The operations are named as calls are: create.go, update.go, upsert.go, remove.go, restore.go,
// transition.go; cascade.go follows soft deletes down the tree, nested_*.go the relations of a
// row.
//
// What must stay true: nothing is written before the whole call was checked as far as it can be
// without the database; a caller's condition always meets guards (package plan sees to that), and
// rows touched without them were found under guards by the same call, in its transaction.
package write
