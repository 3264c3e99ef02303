package litestone

import "github.com/litestone-go/orm/litestone/liteerr"

// Error is every error Litestone returns: errors.As to *Error gives its code, model and fields.
type Error = liteerr.Error

// Issue is one failing value of a validation error.
type Issue = liteerr.Issue

// Code says what kind of mistake or refusal an Error is.
type Code = liteerr.Code

// The sentinels: errors.Is(err, ErrNotFound) holds for every error of that code.
var (
	ErrValidation         = liteerr.New(liteerr.Validation, "")
	ErrAccessDenied       = liteerr.New(liteerr.AccessDenied, "")
	ErrNotFound           = liteerr.New(liteerr.NotFound, "")
	ErrUnique             = liteerr.New(liteerr.Unique, "")
	ErrForeignKey         = liteerr.New(liteerr.ForeignKey, "")
	ErrNotNull            = liteerr.New(liteerr.NotNull, "")
	ErrCheck              = liteerr.New(liteerr.Check, "")
	ErrTransition         = liteerr.New(liteerr.TransitionInvalid, "")
	ErrTransitionConflict = liteerr.New(liteerr.TransitionConflict, "")
	ErrTransitionUnknown  = liteerr.New(liteerr.TransitionUnknown, "")
	ErrLockNotAcquired    = liteerr.New(liteerr.LockNotAcquired, "")
	ErrLockExpired        = liteerr.New(liteerr.LockExpired, "")
	ErrLockReleased       = liteerr.New(liteerr.LockReleased, "")
	ErrReadOnly           = liteerr.New(liteerr.ReadOnly, "")
	ErrUnsupported        = liteerr.New(liteerr.Unsupported, "")
	ErrSchema             = liteerr.New(liteerr.Schema, "")
	ErrBusy               = liteerr.New(liteerr.Busy, "")
	ErrCancelled          = liteerr.New(liteerr.Cancelled, "")
	ErrCorrupt            = liteerr.New(liteerr.Corrupt, "")
	ErrFull               = liteerr.New(liteerr.Full, "")
	ErrConfig             = liteerr.New(liteerr.Config, "")
	ErrSQL                = liteerr.New(liteerr.SQL, "")
	ErrComputed           = liteerr.New(liteerr.Computed, "")
)

// The codes, for comparing with Error.Code.
const (
	CodeValidation         = liteerr.Validation
	CodeAccessDenied       = liteerr.AccessDenied
	CodeNotFound           = liteerr.NotFound
	CodeUnique             = liteerr.Unique
	CodeForeignKey         = liteerr.ForeignKey
	CodeNotNull            = liteerr.NotNull
	CodeCheck              = liteerr.Check
	CodeTransition         = liteerr.TransitionInvalid
	CodeTransitionConflict = liteerr.TransitionConflict
	CodeTransitionUnknown  = liteerr.TransitionUnknown
	CodeLockNotAcquired    = liteerr.LockNotAcquired
	CodeLockExpired        = liteerr.LockExpired
	CodeLockReleased       = liteerr.LockReleased
	CodeReadOnly           = liteerr.ReadOnly
	CodeUnsupported        = liteerr.Unsupported
	CodeSchema             = liteerr.Schema
	CodeBusy               = liteerr.Busy
	CodeCancelled          = liteerr.Cancelled
	CodeCorrupt            = liteerr.Corrupt
	CodeFull               = liteerr.Full
	CodeConfig             = liteerr.Config
	CodeSQL                = liteerr.SQL
	CodeComputed           = liteerr.Computed
)
