package plugin

import (
	"context"
	"encoding/json"
	"time"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// QueryEvent is one SQL statement that a call ran. A call that reads relations or writes nested rows
// runs several, and makes an event of each; BEGIN, COMMIT and savepoints are none.
//
// Values of @guarded, @encrypted and @secret fields stand nowhere in it: "[redacted]" stands for them,
// and, in a schema that has such fields, for every value bound to SQL of the caller's own.
//
// Marshalled to JSON it has the names model, operation, database, actorId, sql, params, duration
// (milliseconds, as a number), rowCount, args, target, statement, transaction, time, and error for a
// statement that failed.
type QueryEvent struct {
	Model     string // accessor of the model the call was made on; empty for SQL of the caller's own
	Operation string // "findMany", "upsert", …; "sql" for SQL of the caller's own
	Database  string // the database's name in the schema: "main"
	ActorID   any    // auth().id of who made the call; nil without one
	System    bool   // the call was the system's

	SQL      string
	Params   []any         // nil, int64, float64, string or []byte for each ? of SQL; never nil itself
	Duration time.Duration // spent in SQLite, stepping through the rows included
	RowCount int64         // rows given; rows changed by a statement that gives none

	// Args are the call's arguments as data, in the form JSON arguments have: *not* to be changed,
	// since all events of a call share them. Lists are cut after 20 elements. nil where there are none.
	Args map[string]any

	Target      string       // accessor of the model whose rows the statement reads or writes; empty: none's, as a link or a counter
	Statement   int          // the statement's place in its call, from 1
	Transaction bool         // it ran inside a transaction: the caller's, or the call's own
	Time        time.Time    // when it began
	Code        liteerr.Code // why it failed; empty: it did not
	Err         error        // likewise
}

// MarshalJSON writes the event under the names that documents of it use.
func (e QueryEvent) MarshalJSON() ([]byte, error) {
	params := e.Params
	if params == nil {
		params = []any{}
	}
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	return json.Marshal(struct {
		Model       *string        `json:"model"`
		Operation   string         `json:"operation"`
		Database    string         `json:"database"`
		ActorID     any            `json:"actorId"`
		SQL         string         `json:"sql"`
		Params      []any          `json:"params"`
		Duration    float64        `json:"duration"`
		RowCount    int64          `json:"rowCount"`
		Args        map[string]any `json:"args"`
		Target      *string        `json:"target"`
		Statement   int            `json:"statement"`
		Transaction bool           `json:"transaction"`
		System      bool           `json:"system,omitempty"`
		Time        time.Time      `json:"time"`
		Error       liteerr.Code   `json:"error,omitempty"`
	}{text(e.Model), e.Operation, e.Database, e.ActorID, e.SQL, params, Milliseconds(e.Duration), e.RowCount, e.Args,
		text(e.Target), e.Statement, e.Transaction, e.System, e.Time, e.Code})
}

// Milliseconds gives a duration as events write it: in milliseconds, with a fraction.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// QueryObserver is told of every statement of the calls on tables and of Client.SQL: of reads and
// writes, typed and dynamic, in transactions and outside, also of models kept in append-only files.
// Locks, migrations, backups and the keeping of audit entries are not told.
type QueryObserver interface {
	// ObserveQuery is called on the call's goroutine when the call has ended and given its connection
	// back; a call of many statements tells of them in parts, while it still has it. It must not call
	// the client, nor block: Buffered handlers do.
	ObserveQuery(ctx context.Context, e QueryEvent)
}

// QueryFunc is a QueryObserver made of a function.
type QueryFunc func(ctx context.Context, e QueryEvent)

// ObserveQuery calls the function.
func (f QueryFunc) ObserveQuery(ctx context.Context, e QueryEvent) { f(ctx, e) }

// Operation is a call that begins. Beside the calls of tables these are told: "query" (several reads
// at once), "transaction" and "sql", whose Model is nil.
type Operation struct {
	Call
	Database    string // the database's name in the schema; empty for query and transaction, which may use several
	Transaction bool   // the call stands inside a transaction
}

// Outcome is how a call ended.
type Outcome struct {
	Rows int64 // rows answered, or changed by a call that answers their number; 0 after an error
	Err  error // what the caller is answered; it holds no value of a confidential field
}

// OperationObserver sees calls begin and end: what traces and metrics are made of.
type OperationObserver interface {
	// ObserveOperation is called when a call begins. The call goes on with the context it answers
	// (nil: the one given), and so do the calls inside a transaction; end (nil: none) is called once
	// when the call has ended. Neither may call the client.
	ObserveOperation(ctx context.Context, o Operation) (_ context.Context, end func(Outcome))
}

// OperationFunc is an OperationObserver made of a function.
type OperationFunc func(ctx context.Context, o Operation) (context.Context, func(Outcome))

// ObserveOperation calls the function.
func (f OperationFunc) ObserveOperation(ctx context.Context, o Operation) (context.Context, func(Outcome)) {
	return f(ctx, o)
}
