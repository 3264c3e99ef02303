package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Hooks are functions that calls run through, by the name of the calls: "all", "getters" for what
// reads (findMany, findFirst, findUnique, findManyCursor, findManyAndCount, search, count, exists,
// aggregate, groupBy), "setters" for what writes (create, createMany, update, updateMany, upsert,
// upsertMany, remove, removeMany, delete, deleteMany, restore, transition), or one operation.
// findFirst and findUnique hold for their OrThrow forms too; CreateManySeq is a createMany for
// every 1,000 rows; the queries of Query are the operations they ask for.
//
// Before hooks run from the general to the special: all, then the group, then the operation.
// After hooks run the other way round. Hooks of one name run in their order. They stand around
// the plugins: their before hooks run before those of Config.Plugins, their after hooks after.
//
// Hooks run for every caller, the system too, from many goroutines at once. A call that a hook makes
// runs through the hooks as well: look at HookCall.Model or Operation first. Hooks that call each
// other 16 deep are refused.
type Hooks struct {
	// Before run before anything is read or written. An error refuses the call. Those of a write
	// may change its values.
	Before map[string][]Hook

	// After run when the call has done its work: after a read with what it is about to answer, after
	// a write with what it changed, in its transaction. An error refuses the answer, or undoes the
	// write. A write that changed no row runs no after hook.
	After map[string][]Hook
}

// Hook is a function that a call runs through. Its error reaches the caller: an *Error as it is, any
// other as the cause of one with CodeValidation. A panic becomes an error with CodeConfig.
type Hook func(ctx context.Context, h *HookCall) error

// HookCall is the call a Hook stands in.
type HookCall struct {
	plugin.Call // who asks, the table and the operation

	// Client is the view the call was made on. After a write it stands in the call's transaction,
	// as it does everywhere inside a Transaction: what the hook writes with it is undone with
	// the call. A call that appends to log files has no such transaction; the hook's calls to the
	// same files are refused then. Give it the hook's own context. Never nil.
	Client *Client

	// Args are the resolved arguments of a read, before it: *query.FindArgs, *query.AggregateArgs or
	// *query.GroupArgs. They must not be changed. nil after it, and for writes.
	Args any

	// Writes are what a write is about to do, before it: row by row, those nested in others
	// included; an upsert tells both its create and its update. nil after it, and for reads.
	Writes []HookWrite

	// Step is the step of a transition; empty for other operations.
	Step string

	// Rows are what a read of rows is about to answer: pointers to generated structs for typed
	// calls, *Record for others; related rows hang below them. Fields of a struct, and values of
	// a Record by its Set, may be changed; the list may not.
	Rows []any

	// Count is what count answers, 1 or 0 for exists, and the total of findManyAndCount.
	Count int64

	// Groups are what aggregate (one) and groupBy are about to answer.
	Groups []*Group

	// Changes are the rows that a write changed, in the order they were, with those nested in and
	// taken along by others. Values are as they are stored: encrypted ones stay so.
	Changes []plugin.Change
}

// HookWrite is one row or change that a call is about to write.
type HookWrite struct {
	Kind  plugin.Kind
	Model *schema.Model

	// Where says which rows a change is about; nil: all, or those a relation links. nil for new
	// rows. It must not be changed.
	Where *query.Cond

	// Values are the caller's, before defaults and validators. There are none, and none can be
	// set, for what takes away, restore and transition.
	plugin.Values
}
