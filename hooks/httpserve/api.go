// Package httpserve ties a client to net/http: who asks comes from the request, errors become
// statuses that tell no more than the asker may know, and a request body can be a query.
//
//	api := httpserve.API{}
//	identify := api.Identify(httpserve.ByID(db, sessionUser))
//	http.Handle("POST /query", identify(api.Query(db)))
//	http.Handle("GET /tickets", identify(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
//		tickets, err := db.Tickets.FindMany(r.Context(), litestone.Find{Limit: 50})
//		api.Answer(w, r, tickets, err)
//	})))
//
// Behind Identify, handlers use the client itself with the request's context: its calls ask as the
// request's subject, and refuse raw SQL. A handler in front of which Identify was forgotten would ask
// as nobody and be trusted with raw SQL; open the client with Config.RequireIdentity, and it fails
// instead. Query fails so on every client.
package httpserve

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
)

// API is how requests are answered. The zero API works. It is safe for concurrent use while its
// fields do not change.
type API struct {
	// Anonymous lets requests without credentials pass Identify: they ask as nobody. Wrong
	// credentials are refused all the same.
	// Defaults to false: they are answered 401.
	Anonymous bool

	// Challenge is the WWW-Authenticate header of a 401.
	// Defaults to "Bearer".
	Challenge string

	// MaxBody is how many bytes of a request's body are read; a larger one is answered 413.
	// Config.Untrusted limits queries besides.
	// Defaults to 65,536.
	MaxBody int64

	// Logger gets what answers do not tell: errors of status 500 and above, and texts withheld.
	// Defaults to slog.Default().
	Logger *slog.Logger
}

// Answer writes v as JSON with status 200, or err as WriteError does.
func (a API) Answer(w http.ResponseWriter, r *http.Request, v any, err error) {
	if err != nil {
		a.WriteError(w, r, err)
		return
	}
	// The whole answer is made first: half of one cannot become an error any more.
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		a.WriteError(w, r, err)
		return
	}
	send(w, http.StatusOK, b.Bytes())
}

// send writes a JSON text. What one asker may see is kept by no cache.
func send(w http.ResponseWriter, status int, text []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the asker may have gone
}

func (a API) logger() *slog.Logger {
	if a.Logger != nil {
		return a.Logger
	}
	return slog.Default()
}
