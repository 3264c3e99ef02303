package httpserve

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/litestone-go/orm/litestone"
)

// Authenticate tells who a request comes from: a struct or map that policies see as auth(), or nil
// where the request has no credentials. Credentials that are wrong are an error, ErrCredentials or
// one that wraps it; any other error says that it could not be told.
type Authenticate func(*http.Request) (auth any, err error)

// ErrCredentials is the error of an Authenticate for credentials that are wrong: status 401.
var ErrCredentials = errors.New("httpserve: wrong credentials")

// Subjects is a client whose schema marks a model @@auth.
type Subjects interface {
	Subject(ctx context.Context, key ...any) (map[string]any, error)
}

// ByID is an Authenticate that loads the subject: key tells the key of the request's row of the
// @@auth model, nil where there are no credentials. A row that is not there, or that was removed, is
// answered 401, as is a key of another type.
//
// key must have verified what it tells, a session or a signed token: a number that the request names
// is no proof of anything.
func ByID(db Subjects, key func(*http.Request) (key any, err error)) Authenticate {
	return func(r *http.Request) (any, error) {
		k, err := key(r)
		if k == nil || err != nil {
			return nil, err
		}
		auth, err := db.Subject(r.Context(), k)
		if errors.Is(err, litestone.ErrNotFound) || errors.Is(err, litestone.ErrValidation) {
			return nil, fmt.Errorf("%w: %w", ErrCredentials, err)
		}
		if err != nil {
			return nil, err
		}
		return auth, nil
	}
}

// Identify makes requests ask as whom who tells: calls of an unscoped client with the request's
// context see that subject, whoever an outer context spoke for. Requests without credentials, and with
// wrong ones, are answered 401; where who fails otherwise, 500 (503 for a busy database), without
// detail. The handler does not run then.
func (a API) Identify(who Authenticate) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, err := a.identify(r, who)
			if err != nil {
				a.WriteError(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

func (a API) identify(r *http.Request, who Authenticate) (context.Context, error) {
	auth, err := who(r)
	switch {
	case errors.Is(err, ErrCredentials):
		return nil, failure{status: http.StatusUnauthorized, code: "unauthenticated", err: err}
	case errors.Is(err, litestone.ErrBusy), errors.Is(err, litestone.ErrCancelled), stopped(err):
		return nil, err
	case err != nil:
		return nil, failure{status: http.StatusInternalServerError, code: "internal", err: fmt.Errorf("authenticating: %w", err)}
	}
	ctx := litestone.WithAuth(r.Context(), auth)
	subject, ok := litestone.Auth(ctx)
	switch {
	case !ok:
		return nil, failure{status: http.StatusInternalServerError, code: "internal", err: fmt.Errorf("authenticating: the auth object must be a struct or a map, not %T", auth)}
	case subject == nil && !a.Anonymous: // also a nil pointer, or what shows as null
		return nil, failure{status: http.StatusUnauthorized, code: "unauthenticated"}
	}
	return ctx, nil
}
