// Package liteerr holds the one error type Litestone answers with, and its codes.
//
// A caller tells errors apart by code, never by text:
//
//	var e *litestone.Error
//	if errors.As(err, &e) && e.Code == litestone.CodeUnique { … e.Fields … }
//	if errors.Is(err, litestone.ErrNotFound) { … }
package liteerr

import "strings"

// Code says what kind of mistake or refusal an Error is.
type Code string

// The codes. Each is stable: programs may store and compare them.
const (
	Validation         Code = "validation"           // an argument or a value breaks a rule of the schema or of the call
	AccessDenied       Code = "access_denied"        // a policy, field rule or gate refuses
	NotFound           Code = "not_found"            // the row asked for is not there, or out of reach
	Unique             Code = "unique"               // a UNIQUE constraint or primary key is taken
	ForeignKey         Code = "foreign_key"          // a reference to a missing row, or a row still referenced
	NotNull            Code = "not_null"             // a required value is missing or null
	Check              Code = "check"                // a CHECK constraint of the database refuses
	TransitionInvalid  Code = "transition_violation" // the enum's state machine has no such step
	TransitionConflict Code = "transition_conflict"  // the row changed state meanwhile
	TransitionUnknown  Code = "transition_not_found" // no transition of that name
	LockNotAcquired    Code = "lock_not_acquired"
	LockReleased       Code = "lock_released_by_other"
	LockExpired        Code = "lock_expired"
	ReadOnly           Code = "read_only"   // the client or database was opened read-only
	Unsupported        Code = "unsupported" // this model, driver or version cannot do that
	Schema             Code = "schema"      // the .lite schema has errors
	Busy               Code = "busy"        // another process holds the database; retryable
	Cancelled          Code = "cancelled"   // the context ended
	Corrupt            Code = "corrupt"     // the file is damaged or not a database
	Full               Code = "full"        // no space left
	Config             Code = "config"      // a Config, flag, file or key is wrong
	SQL                Code = "sql"         // SQLite refused the statement
	Computed           Code = "computed"    // the function of an @computed field failed
)

// Issue is one failing value of a validation error.
type Issue struct {
	Path    string // dotted from the row: "email", "address.city", "books.pages.num"
	At      string // as Error.At
	Rule    string // the attribute that failed without its @, as "email"; empty for type errors
	Message string // says what the value must be
}

// Error is every error Litestone returns. Fields that do not apply are empty.
//
// At is the way to the row in the call's arguments as JSON has them; lists count from 0. It is empty
// where the call is about one row, and where the row is not known.
type Error struct {
	Code      Code
	Model     string   // the model's accessor or declared name
	Operation string   // "create", "findMany", …
	Fields    []string // the paths at fault, in schema order
	At        string   // the row at fault among the call's, as "data[2]" or "data.books.create[0]"; see Row
	Message   string   // what was wrong
	Hint      string   // what to do
	Issues    []Issue  // one per failing value, when Code is Validation
	Err       error    `json:"-"` // the cause: a driver's error, context.Canceled, diag.List; not for answers to others

	rules []Rule // which refused, for logs
}

// Error renders "litestone: model users: create: field email: message (hint)".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("litestone: ")
	if e.Model != "" {
		b.WriteString("model " + e.Model + ": ")
	}
	if e.Operation != "" {
		b.WriteString(e.Operation + ": ")
	}
	if e.At != "" {
		b.WriteString(e.At + ": ")
	}
	switch len(e.Fields) {
	case 0:
	case 1:
		b.WriteString("field " + e.Fields[0] + ": ")
	default:
		b.WriteString("fields " + strings.Join(e.Fields, ", ") + ": ")
	}
	switch {
	case e.Message != "":
		b.WriteString(e.Message)
	case e.Err != nil:
		b.WriteString(e.Err.Error())
	default:
		b.WriteString(strings.ReplaceAll(string(e.Code), "_", " "))
	}
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches a sentinel, which is an Error with nothing but a code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.bare()
}

func (e *Error) bare() bool {
	return e.Model == "" && e.Operation == "" && e.Message == "" && e.Hint == "" && e.Err == nil && len(e.Fields) == 0
}

// Retryable reports whether the same call may succeed later unchanged.
func (e *Error) Retryable() bool {
	return e.Code == Busy || e.Code == TransitionConflict || e.Code == LockNotAcquired
}

// New makes an error of a code with a message.
func New(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// In names the model and operation an error happened in, where it does not say so yet.
// An error of another type is returned as it is.
func In(err error, model, operation string) error {
	e, ok := err.(*Error)
	if !ok || e.bare() {
		return err
	}
	if e.Model != "" && e.Operation != "" {
		return err
	}
	c := *e
	if c.Model == "" {
		c.Model = model
	}
	if c.Operation == "" {
		c.Operation = operation
	}
	return &c
}
