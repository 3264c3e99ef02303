package conn

import (
	"context"
	"errors"
	"strings"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// SQLite's primary result codes we tell apart, and the extended ones of constraints
// (https://www.sqlite.org/rescode.html).
const (
	rcError      = 1
	rcBusy       = 5
	rcLocked     = 6
	rcNoMem      = 7
	rcReadOnly   = 8
	rcInterrupt  = 9
	rcIOErr      = 10
	rcCorrupt    = 11
	rcFull       = 13
	rcCantOpen   = 14
	rcProtocol   = 15
	rcTooBig     = 18
	rcConstraint = 19
	rcMismatch   = 20
	rcNotADB     = 26

	rcCheck      = rcConstraint | 1<<8
	rcForeignKey = rcConstraint | 3<<8
	rcNotNull    = rcConstraint | 5<<8
	rcPrimaryKey = rcConstraint | 6<<8
	rcTrigger    = rcConstraint | 7<<8
	rcUnique     = rcConstraint | 8<<8
	rcRowID      = rcConstraint | 10<<8
	rcDatatype   = rcConstraint | 12<<8
)

// Refusal is the cause (liteerr.Error.Err) of every error SQLite itself reported: the
// extended result code and what the message names. Err is the driver's error.
type Refusal struct {
	Code    int      // extended result code, as 2067 for a UNIQUE constraint
	Message string   // SQLite's message without the driver's decoration
	Table   string   // table a constraint's message names; empty when it names none
	Columns []string // columns of that table it names, in its order
	Name    string   // a CHECK constraint's name (or its text), or an expression index's name
	Err     error
}

// Error gives SQLite's message.
func (r *Refusal) Error() string { return r.Message }

// Unwrap gives the driver's error.
func (r *Refusal) Unwrap() error { return r.Err }

// Denied is the cause of an access_denied error that a row check raised inside a statement:
// the model and the rule named in RAISE(ABORT, 'litestone:denied:<model>:<rule>').
type Denied struct {
	Model string
	Rule  string
	Err   error // the *Refusal it was read from
}

// Error names the model and the rule.
func (d *Denied) Error() string { return "row check " + d.Rule + " of model " + d.Model + " failed" }

// Unwrap gives the *Refusal.
func (d *Denied) Unwrap() error { return d.Err }

// deniedPrefix starts the message of a row check that failed.
const deniedPrefix = "litestone:denied:"

// typed turns an error of the driver or of a context into a *liteerr.Error; such an error is
// returned as it is. ctx may be nil; when it has ended, an interrupt or the end of waiting for a
// lock is its doing.
func typed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var known *liteerr.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return cancelled(ctx, err)
	}
	code, message, ok := resultOf(err)
	if !ok {
		return &liteerr.Error{Code: liteerr.SQL, Message: err.Error(), Err: err}
	}
	if p := code & 0xff; (p == rcInterrupt || p == rcBusy) && ctx != nil && ctx.Err() != nil {
		return cancelled(ctx, err)
	}
	return refused(&Refusal{Code: code, Message: message, Err: err})
}

// cancelled is the error of a statement that a context's end stopped or kept from starting;
// errors.Is finds context.Canceled or DeadlineExceeded, and the context's cause, in it.
func cancelled(ctx context.Context, err error) error {
	cause := err
	if ctx != nil && ctx.Err() != nil {
		cause = ctx.Err()
		if own := context.Cause(ctx); own != cause {
			cause = errors.Join(cause, own)
		}
	}
	return &liteerr.Error{Code: liteerr.Cancelled, Message: "the context ended: " + strings.ReplaceAll(cause.Error(), "\n", ": "), Err: cause}
}

func refused(r *Refusal) error {
	e := &liteerr.Error{Code: codeOf(r.Code), Message: r.Message, Err: r}
	switch e.Code {
	case liteerr.Unique, liteerr.NotNull, liteerr.Check, liteerr.Validation:
		r.readNames()
		e.Fields = r.Columns
	case liteerr.Busy:
		e.Hint = "another process holds the lock; try again later, or raise BusyTotal"
	case liteerr.Full:
		e.Hint = "free some space"
	}
	// RAISE carries its own code; the fallback through json_extract has none but the text.
	if r.Code == rcTrigger || r.Code&0xff == rcError {
		if model, rule, ok := deniedIn(r.Message); ok {
			return &liteerr.Error{
				Code: liteerr.AccessDenied, Model: model,
				Message: "the rule " + rule + " does not hold for the row",
				Err:     &Denied{Model: model, Rule: rule, Err: r},
			}
		}
	}
	return e
}

func codeOf(code int) liteerr.Code {
	switch code {
	case rcUnique, rcPrimaryKey, rcRowID:
		return liteerr.Unique
	case rcForeignKey:
		return liteerr.ForeignKey
	case rcNotNull:
		return liteerr.NotNull
	case rcCheck, rcTrigger:
		return liteerr.Check
	case rcDatatype:
		return liteerr.Validation
	}
	switch code & 0xff {
	case rcBusy, rcLocked, rcProtocol:
		return liteerr.Busy
	case rcInterrupt:
		return liteerr.Cancelled
	case rcCorrupt, rcNotADB:
		return liteerr.Corrupt
	case rcFull:
		return liteerr.Full
	case rcReadOnly:
		return liteerr.ReadOnly
	case rcCantOpen:
		return liteerr.Config
	case rcTooBig, rcMismatch:
		return liteerr.Validation
	}
	return liteerr.SQL
}

// readNames takes the names out of a constraint's message. SQLite writes them unquoted:
// "UNIQUE constraint failed: t.a, t.b", "… failed: index 'name'", "CHECK … failed: name",
// "cannot store TEXT value in INTEGER column t.a".
func (r *Refusal) readNames() {
	_, names, ok := strings.Cut(r.Message, " constraint failed: ")
	switch {
	case !ok:
		_, names, ok = strings.Cut(r.Message, " column ")
		if !ok || r.Code != rcDatatype {
			return
		}
	case r.Code == rcCheck:
		r.Name = names
		return
	case strings.HasPrefix(names, "index '"):
		r.Name = strings.TrimSuffix(strings.TrimPrefix(names, "index '"), "'")
		return
	}
	for _, name := range strings.Split(names, ", ") {
		table, column, ok := strings.Cut(name, ".")
		if !ok {
			r.Columns = append(r.Columns, name)
			continue
		}
		r.Table = table
		r.Columns = append(r.Columns, column)
	}
}

// deniedIn finds the model and rule of a failed row check in a message. json_extract's
// message ends with the text as an SQL literal.
func deniedIn(message string) (model, rule string, ok bool) {
	_, rest, found := strings.Cut(message, deniedPrefix)
	if !found {
		return "", "", false
	}
	if strings.HasSuffix(strings.TrimSuffix(message, deniedPrefix+rest), "'") {
		rest = strings.ReplaceAll(strings.TrimSuffix(rest, "'"), "''", "'")
	}
	model, rule, ok = strings.Cut(rest, ":")
	return model, rule, ok
}

// ends reports whether SQLite has, or may have, rolled the whole transaction back when a
// statement failed with this code (https://www.sqlite.org/lang_transaction.html).
func ends(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	code, _, ok := resultOf(err)
	if !ok {
		return false
	}
	switch code & 0xff {
	case rcInterrupt, rcIOErr, rcFull, rcNoMem, rcCorrupt, rcNotADB:
		return true
	}
	return false
}

// misuse is the error of a call the rules of this package do not allow.
func misuse(message, hint string) error {
	return &liteerr.Error{Code: liteerr.Unsupported, Message: message, Hint: hint}
}
