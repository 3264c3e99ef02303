package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/litestone-go/orm/examples/helpdesk/models"
	"github.com/litestone-go/orm/hooks/httpserve"
	"github.com/litestone-go/orm/litestone"
)

// desk serves one database.
type desk struct {
	db     *models.Client // asks as whom the request's context names
	system *models.Client // for signing in, and nothing else
	api    httpserve.API
}

func newDesk(db *models.Client) *desk { return &desk{db: db, system: db.AsSystem()} }

// routes are all ways in. Behind identify every call of d.db asks as the request's subject; there is
// no rule of access below this line.
func (d *desk) routes() http.Handler {
	mux, open := http.NewServeMux(), http.NewServeMux()
	mux.Handle("POST /query", d.api.Query(d.db))
	mux.HandleFunc("POST /api/{model}/{operation}", d.call)
	mux.HandleFunc("POST /tickets", d.createTicket)
	mux.HandleFunc("GET /tickets", d.listTickets)
	mux.HandleFunc("GET /tickets/{number}", d.showTicket)
	mux.HandleFunc("POST /tickets/{number}/comments", d.comment)
	mux.HandleFunc("POST /tickets/{number}/{step}", d.move)
	mux.HandleFunc("GET /stats", d.stats)
	open.HandleFunc("POST /sign-in", d.signIn)
	open.Handle("/", d.api.Identify(d.authenticate)(mux))
	return open
}

// callable are the models and operations that requests may name. A caller chooses out of this list,
// and every argument as he likes.
var callable = struct{ models, operations []string }{
	models: []string{"org", "agent", "customer", "ticket", "comment"},
	operations: []string{
		"findMany", "findFirst", "findUnique", "findManyCursor", "findManyAndCount", "count", "exists", "aggregate", "groupBy", "search",
		"create", "createMany", "update", "updateMany", "upsert", "upsertMany", "remove", "removeMany", "delete", "deleteMany", "restore", "transition",
	},
}

// call serves any operation on any model of the list: the body is the call's arguments, ?text= is
// what search looks for, ?id= and ?step= are transition's.
func (d *desk) call(w http.ResponseWriter, r *http.Request) {
	model, op := r.PathValue("model"), r.PathValue("operation")
	if !slices.Contains(callable.models, model) || !slices.Contains(callable.operations, op) {
		d.api.WriteError(w, r, &litestone.Error{Code: litestone.CodeNotFound, Message: "there is no such call"})
		return
	}
	body, err := d.api.Body(w, r)
	if err != nil {
		d.api.WriteError(w, r, err)
		return
	}
	args := []any{body}
	switch q := r.URL.Query(); op {
	case "search":
		args = []any{q.Get("text"), body}
	case "transition":
		args = []any{json.Number(q.Get("id")), q.Get("step")}
	}
	out, err := d.db.Call(r.Context(), model+"."+op, args...)
	d.api.Answer(w, r, out, err)
}

// stats counts tickets by state and by agent, of one moment, as far as the asker sees them.
func (d *desk) stats(w http.ResponseWriter, r *http.Request) {
	answers, err := d.db.Query(r.Context(), litestone.JSON(fmt.Sprintf(`{
		"byState":    {"model": "ticket", "by": ["state"], "_count": true, "orderBy": {"state": "asc"}},
		"byAssignee": {"model": "ticket", "by": ["assigneeId"], "_count": true, "orderBy": {"assigneeId": "asc"}, "where": {"state": %s}}
	}`, unsolved)))
	d.api.Answer(w, r, answers, err)
}

var unsolved = `["` + strings.Join([]string{string(models.TicketStateNew), string(models.TicketStateOpen), string(models.TicketStateWaiting)}, `", "`) + `"]`
