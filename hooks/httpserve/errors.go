package httpserve

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/litestone-go/orm/litestone"
)

// statuses are those of errors that the asker can do something about. text: the message may be
// shown; it names fields and rules of the schema, and no values that are stored.
var statuses = map[litestone.Code]struct {
	status int
	text   bool
}{
	litestone.CodeValidation:         {http.StatusBadRequest, true},
	litestone.CodeNotNull:            {http.StatusBadRequest, true},
	litestone.CodeCheck:              {http.StatusBadRequest, true},
	litestone.CodeTransitionUnknown:  {http.StatusBadRequest, true},
	litestone.CodeUnsupported:        {http.StatusBadRequest, false},
	litestone.CodeAccessDenied:       {http.StatusForbidden, true},
	litestone.CodeNotFound:           {http.StatusNotFound, true},
	litestone.CodeUnique:             {http.StatusConflict, true},
	litestone.CodeForeignKey:         {http.StatusConflict, true},
	litestone.CodeTransition:         {http.StatusConflict, true},
	litestone.CodeTransitionConflict: {http.StatusConflict, true},
	litestone.CodeLockNotAcquired:    {http.StatusConflict, false},
	litestone.CodeLockExpired:        {http.StatusConflict, false},
	litestone.CodeLockReleased:       {http.StatusConflict, false},
	litestone.CodeBusy:               {http.StatusServiceUnavailable, false},
	litestone.CodeCancelled:          {http.StatusServiceUnavailable, false},
}

// Failure is the body of an answer that is an error: {"error": {…}}.
type Failure struct {
	Code    string   `json:"code"`              // a litestone.Code, or "unauthenticated", "too_large", "media_type", "method", "body", "internal"
	Message string   `json:"message,omitempty"` // what was wrong, where that may be told
	Model   string   `json:"model,omitempty"`   // the model's accessor
	Fields  []string `json:"fields,omitempty"`  // the paths at fault
	Issues  []Issue  `json:"issues,omitempty"`  // one per failing value of a validation error
}

// Issue is one failing value.
type Issue struct {
	Path    string `json:"path"`           // dotted from the row: "email", "address.city"
	Rule    string `json:"rule,omitempty"` // the attribute that failed without its @; absent for type errors
	Message string `json:"message"`        // what the value must be
}

// failure is an error of a request's own: not the database's.
type failure struct {
	status  int
	code    string
	message string // shown
	err     error  // logged; nil: nothing happened that the logs need
}

func (f failure) Error() string {
	if f.err != nil {
		return f.err.Error()
	}
	return f.code
}

func (f failure) Unwrap() error { return f.err }

// Status gives the status WriteError answers an error with, and what stands in its body:
//
//	400  validation, not_null, check, transition_not_found, unsupported
//	401  no or wrong credentials (Identify)
//	403  access_denied
//	404  not_found
//	409  unique, foreign_key, transition_violation, transition_conflict, lock_…
//	413  a body larger than MaxBody
//	415  a body that is not JSON by its Content-Type
//	503  busy, cancelled
//	500  everything else: code "internal" and nothing more
//
// An error that carries another one's text, as a plugin's does, is told without any text.
func Status(err error) (int, Failure) {
	var own failure
	if errors.As(err, &own) {
		return own.status, Failure{Code: own.code, Message: own.message}
	}
	var e *litestone.Error
	if !errors.As(err, &e) {
		if stopped(err) {
			return http.StatusServiceUnavailable, Failure{Code: string(litestone.CodeCancelled)}
		}
		return http.StatusInternalServerError, Failure{Code: "internal"}
	}
	s, ok := statuses[e.Code]
	if !ok {
		return http.StatusInternalServerError, Failure{Code: "internal"}
	}
	f := Failure{Code: string(e.Code)}
	if !s.text {
		return s.status, f
	}
	if f.Model, f.Fields = e.Model, e.Fields; foreign(e) {
		return s.status, f
	}
	f.Message = e.Message
	for _, i := range e.Issues {
		f.Issues = append(f.Issues, Issue{Path: i.Path, Rule: i.Rule, Message: i.Message})
	}
	return s.status, f
}

// foreign reports whether an error's message holds the text of its cause, which nobody has judged.
func foreign(e *litestone.Error) bool {
	return e.Err != nil && strings.Contains(e.Message, e.Err.Error())
}

// stopped reports whether an error is the end of a context.
func stopped(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// WriteError answers an error as Status says, with Retry-After: 1 where the same request may succeed
// soon. What the answer does not tell goes to the Logger.
func (a API) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	status, f := Status(err)
	switch status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	case http.StatusUnauthorized:
		challenge := a.Challenge
		if challenge == "" {
			challenge = "Bearer"
		}
		w.Header().Set("WWW-Authenticate", challenge)
	}
	a.log(r, status, f, err)
	text, _ := json.Marshal(struct {
		Error Failure `json:"error"`
	}{f}) // texts only: cannot fail
	send(w, status, append(text, '\n'))
}

// log writes what an answer withholds. Of a request whose asker went away there is nothing to tell.
func (a API) log(r *http.Request, status int, f Failure, err error) {
	ctx := r.Context()
	switch {
	case status == http.StatusUnauthorized || f.Message != "":
	case ctx.Err() != nil && stopped(err):
	case status >= http.StatusInternalServerError:
		a.logger().ErrorContext(ctx, "httpserve: the request failed", "method", r.Method, "path", r.URL.Path, "status", status, "error", err)
	default:
		a.logger().WarnContext(ctx, "httpserve: the request was refused", "method", r.Method, "path", r.URL.Path, "status", status, "error", err)
	}
}
