package httpserve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/litestone-go/orm/litestone"
)

// Queries is a client.
type Queries interface {
	Query(ctx context.Context, spec any) (*litestone.Answers, error)
	Identified(ctx context.Context) bool
}

// errUnidentified is the mistake of a program that serves queries without saying who asks.
var errUnidentified = errors.New("nobody said who asks: put Identify in front of Query, or serve a view of As")

// Query serves a client's Query: the body of a POST is {"name": {…}, …}, as Client.Query takes it,
// with litestone.Untrusted's limits; the answer is {"name": result, …} of one snapshot. It stands
// behind Identify; without, every request is answered 500.
func (a API) Query(db Queries) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			a.WriteError(w, r, failure{status: http.StatusMethodNotAllowed, code: "method", message: "queries are POSTed"})
			return
		}
		if !db.Identified(r.Context()) {
			a.WriteError(w, r, failure{status: http.StatusInternalServerError, code: "internal", err: errUnidentified})
			return
		}
		body, err := a.Body(w, r)
		if err != nil {
			a.WriteError(w, r, err)
			return
		}
		answers, err := db.Query(r.Context(), body)
		a.Answer(w, r, answers, err)
	})
}

// Body reads a request's JSON for a call's arguments. Its errors are for WriteError: a Content-Type
// other than application/json, which no page of another origin can send unasked, and a body larger
// than MaxBody.
func (a API) Body(w http.ResponseWriter, r *http.Request) (litestone.Untrusted, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" || r.Header.Get("Content-Encoding") != "" {
		return nil, failure{status: http.StatusUnsupportedMediaType, code: "media_type", message: "the body must be application/json"}
	}
	most := a.MaxBody
	if most <= 0 {
		most = 1 << 16
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, failure{status: http.StatusRequestEntityTooLarge, code: "too_large", message: fmt.Sprintf("the body must not be larger than %d bytes", most)}
	case err != nil:
		return nil, failure{status: http.StatusBadRequest, code: "body", message: "the body could not be read"}
	}
	return body, nil
}
