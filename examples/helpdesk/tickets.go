package main

import (
	"net/http"
	"strconv"

	"github.com/litestone-go/orm/examples/helpdesk/models"
	"github.com/litestone-go/orm/litestone"
)

// createTicket opens a ticket. Whose it is, of which organisation, and its number the schema fills
// in by who asks; an agent says for which customer.
func (d *desk) createTicket(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Subject, Body string
		Priority      models.Priority
		CustomerID    int64
	}
	if !d.read(w, r, &in) {
		return
	}
	row := models.TicketCreate{Subject: in.Subject, Body: in.Body}
	if in.Priority != "" {
		row.Priority = litestone.Set(in.Priority)
	}
	if in.CustomerID != 0 {
		row.CustomerID = litestone.Set(in.CustomerID)
	}
	t, err := d.db.Tickets.Create(r.Context(), row)
	d.api.Answer(w, r, t, err)
}

// listTickets lists the newest tickets in pages: ?state= narrows, ?cursor= is the last page's
// nextCursor, ?text= searches instead.
func (d *desk) listTickets(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	f := litestone.Find{Include: litestone.Includes(models.Tickets.Customer, models.Tickets.Assignee), Limit: 20}
	if state := models.TicketState(q.Get("state")); state != "" {
		f.Where = models.Tickets.State.Eq(state)
	}
	if text := q.Get("text"); text != "" {
		found, err := d.db.Tickets.Search(r.Context(), text, litestone.SearchFind{Find: f, Highlight: litestone.MarkIn(models.Tickets.Subject).Between("[", "]")})
		d.api.Answer(w, r, map[string]any{"items": found}, err)
		return
	}
	f.OrderBy, f.Cursor = models.Tickets.CreatedAt.Desc(), q.Get("cursor")
	page, err := d.db.Tickets.FindManyCursor(r.Context(), f)
	d.api.Answer(w, r, page, err)
}

// numbered finds a ticket of the asker's organisation by its number, which other organisations
// give as well: the read policy leaves one.
func (d *desk) numbered(r *http.Request, include litestone.Including) (*models.Ticket, error) {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return nil, &litestone.Error{Code: litestone.CodeNotFound, Model: "ticket", Message: "a ticket has a number"}
	}
	return d.db.Tickets.FindUniqueOrThrow(r.Context(), litestone.Find{Where: models.Tickets.Number.Eq(n), Include: include})
}

// showTicket shows one with all that was said about it and the asker may read.
func (d *desk) showTicket(w http.ResponseWriter, r *http.Request) {
	t, err := d.numbered(r, litestone.Includes(models.Tickets.Customer, models.Tickets.Assignee,
		models.Tickets.Comments.With(litestone.Find{OrderBy: models.Comments.ID.Asc()})))
	d.api.Answer(w, r, t, err)
}

func (d *desk) comment(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Body     string
		Internal bool
	}
	if !d.read(w, r, &in) {
		return
	}
	t, err := d.numbered(r, nil)
	if err != nil {
		d.api.WriteError(w, r, err)
		return
	}
	c, err := d.db.Comments.Create(r.Context(), models.CommentCreate{TicketID: litestone.Set(t.ID), Body: in.Body, Internal: litestone.Set(in.Internal)})
	d.api.Answer(w, r, c, err)
}

// move takes a step of the state machine, as take, ask, solve.
func (d *desk) move(w http.ResponseWriter, r *http.Request) {
	t, err := d.numbered(r, nil)
	if err != nil {
		d.api.WriteError(w, r, err)
		return
	}
	moved, err := d.db.Tickets.Transition(r.Context(), t.ID, r.PathValue("step"))
	if err == nil && moved == nil {
		err = &litestone.Error{Code: litestone.CodeAccessDenied, Model: "ticket", Message: "only agents move tickets"}
	}
	d.api.Answer(w, r, moved, err)
}
