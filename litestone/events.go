package litestone

import (
	"context"
	"encoding/json"
	"time"

	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/plugin"
)

// Events are functions that are told what happened to rows, once it is committed: nothing that was
// rolled back, to a savepoint too, is ever told.
//
// What a call outside a transaction changed is told before the call returns, by its goroutine; what a
// Transaction changed when the outermost one has committed, before it returns. All of that comes
// in the order it happened: rows of nested writes and of cascades stand among the others. Calls
// of different goroutines are told independently of each other. When a handler makes calls with
// the context it was given, their events come after those that are still to be told.
//
// An error or a panic of a handler is logged to Config.Logger, undoes nothing and keeps no other
// handler from being told. A handler may use the client, not the transaction that has ended. The
// end of the call's context does not end the handler's.
//
// Told are the writes of the client's tables, those to jsonl databases too, whoever made them. Not
// told are SQL, plain bun, migrations, RotateKey, other processes, links of many-to-many relations, and
// foreign keys that SQLite sets to null because the row they pointed to is gone. Models that are
// watched cost a look at their rows before an update.
type Events struct {
	Create     func(ctx context.Context, e *Event) error // rows that were created
	Update     func(ctx context.Context, e *Event) error // rows that were updated, restored, or took a step of a state machine
	Remove     func(ctx context.Context, e *Event) error // rows that were removed or deleted: Event.Kind says which
	Transition func(ctx context.Context, e *Event) error // rows that took a step of a state machine, by transition or by an update; after Update
	Change     func(ctx context.Context, e *Event) error // every event, after the others

	// Models are the models that are watched, by accessor or declared name; writes on others cost nothing.
	// Defaults to all.
	Models []string

	// MaxRows is how many rows the events of one transaction may hold until it commits. What comes
	// after them is only counted: events without Rows, one for each kind, model, operation
	// and subject, told last. It bounds the memory of CreateManySeq and of long transactions.
	// Defaults to 10,000.
	MaxRows int
}

// EventKind is what happened to the rows of an event.
type EventKind string

// The kinds of events, with the handlers that are told.
const (
	EventCreate     EventKind = "create"     // Create
	EventUpdate     EventKind = "update"     // Update
	EventTransition EventKind = "transition" // Update, Transition: an update that moved a row along a state machine
	EventRestore    EventKind = "restore"    // Update: removed rows that are back
	EventRemove     EventKind = "remove"     // Remove: the rows are kept, marked as removed
	EventDelete     EventKind = "delete"     // Remove: the rows are gone
)

// Event is what one call did to rows of one model that stand side by side in its order. It must not be
// changed: all handlers see the same.
//
// Rows are as the database has them, whatever the subject or anybody else may read: before they are sent
// to users, ask the client as them.
type Event struct {
	// Call is who made the call, and its operation. Model is that of the rows, which may be nested
	// in, or taken along by, those of the call's own table.
	plugin.Call
	Kind EventKind

	// Rows are the rows, in the order they were written; nil beyond Events.MaxRows.
	Rows []EventRow

	// Count is how many rows there are.
	Count int

	// Steps are the steps that all of the rows took, one for each enum field that moved; nil but for
	// EventTransition.
	Steps []Step

	// At is when the call wrote, by Config.Now. Of rows that are only counted, the last time.
	At time.Time
}

// EventRow is one row of an Event. Its records hold the stored fields, without those that are @guarded,
// @encrypted or @secret: these are never told.
type EventRow struct {
	Before *Record `json:"before"` // nil for rows that were created
	After  *Record `json:"after"`  // nil for rows that are gone
}

// Step is a step of an enum's state machine.
type Step struct {
	Field string `json:"field"`
	Name  string `json:"name"` // as transition takes it
	From  string `json:"from"`
	To    string `json:"to"`
}

// MarshalJSON writes {"kind", "model", "operation", "count", "rows", "steps", "actorId", "actorType",
// "at"}: rows is null where they are only counted, the actor is auth's id and type.
func (e *Event) MarshalJSON() ([]byte, error) {
	id, kind := actor(&session.Session{Auth: e.Auth})
	var actorType *string
	if kind != "" {
		actorType = &kind
	}
	return json.Marshal(struct {
		Kind      EventKind  `json:"kind"`
		Model     string     `json:"model"`
		Operation string     `json:"operation"`
		Count     int        `json:"count"`
		Rows      []EventRow `json:"rows"`
		Steps     []Step     `json:"steps,omitempty"`
		ActorID   any        `json:"actorId"`
		ActorType *string    `json:"actorType"`
		At        string     `json:"at"`
	}{e.Kind, e.Model.Accessor, e.Operation, e.Count, e.Rows, e.Steps, id, actorType, session.TimeText(e.At)})
}
