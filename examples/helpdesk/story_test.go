package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

var moments = regexp.MustCompile(`"\d{4}-\d\d-\d\dT[0-9:.]+Z"`)

// is asks and holds the answer to the letter, but for moments.
func (c caller) is(method, path, body string, status int, want string) {
	c.t.Helper()
	got, text := c.ask(method, path, body)
	if text = moments.ReplaceAllString(text, "T"); got != status || text != want {
		c.t.Errorf("%s %s %s:\n got  %d %s\n want %d %s", method, path, body, got, text, status, want)
	}
}

// TestStory is a ticket's life: a customer opens it, agents take it, talk about it and solve it.
func TestStory(t *testing.T) {
	s := serve(t)
	cy, bea, ann := s.cy(), s.bea(), s.ann()

	// Cy opens a ticket. Priority and minutes are not his to give or to see.
	cy.is("POST", "/tickets", `{"subject": "  No ink  ", "body": "The printer prints white.", "priority": "high"}`, 200,
		`{"id":4,"orgId":1,"number":3,"subject":"No ink","body":"The printer prints white.","state":"new","priority":"normal","customerId":1,`+
			`"assigneeId":null,"openedBy":"Cy","createdAt":T,"updatedAt":T,"deletedAt":null,"commentCount":0}`)
	cy.is("POST", "/tickets", `{"subject": "x", "body": ""}`, 400,
		`{"error":{"code":"validation","message":"must have 3 to 200 characters; must have 1 to 10000 characters","model":"ticket","fields":["subject","body"],`+
			`"issues":[{"path":"subject","rule":"length","message":"must have 3 to 200 characters"},{"path":"body","rule":"length","message":"must have 1 to 10000 characters"}]}}`)

	// Bea takes it, and they talk.
	bea.is("POST", "/tickets/3/take", ``, 200,
		`{"id":4,"orgId":1,"number":3,"subject":"No ink","body":"The printer prints white.","state":"open","priority":"normal","customerId":1,`+
			`"assigneeId":null,"minutes":0,"openedBy":"Cy","createdAt":T,"updatedAt":T,"deletedAt":null,"commentCount":0}`)
	bea.is("POST", "/tickets/3/comments", `{"body": "Which colour?"}`, 200,
		`{"id":5,"ticketId":4,"body":"Which colour?","internal":false,"author":"Bea","customerId":null,"createdAt":T}`)
	bea.is("POST", "/tickets/3/comments", `{"body": "He always forgets the ink.", "internal": true}`, 200,
		`{"id":6,"ticketId":4,"body":"He always forgets the ink.","internal":true,"author":"Bea","customerId":null,"createdAt":T}`)
	bea.is("POST", "/tickets/3/ask", ``, 200,
		`{"id":4,"orgId":1,"number":3,"subject":"No ink","body":"The printer prints white.","state":"waiting","priority":"normal","customerId":1,`+
			`"assigneeId":null,"minutes":0,"openedBy":"Cy","createdAt":T,"updatedAt":T,"deletedAt":null,"commentCount":2}`)
	cy.is("POST", "/tickets/3/comments", `{"body": "Black.", "internal": true}`, 200,
		`{"id":7,"ticketId":4,"body":"Black.","internal":false,"author":"Cy","customerId":1,"createdAt":T}`)

	// The customer reads what is meant for him, and counts no more.
	cy.is("GET", "/tickets/3", ``, 200,
		`{"id":4,"orgId":1,"number":3,"subject":"No ink","body":"The printer prints white.","state":"waiting","priority":"normal","customerId":1,`+
			`"customer":{"id":1,"orgId":1,"email":"cy@mail.test","name":"Cy"},"assigneeId":null,"assignee":null,"openedBy":"Cy","createdAt":T,"updatedAt":T,"deletedAt":null,`+
			`"comments":[{"id":5,"ticketId":4,"body":"Which colour?","internal":false,"author":"Bea","customerId":null,"createdAt":T},`+
			`{"id":7,"ticketId":4,"body":"Black.","internal":false,"author":"Cy","customerId":1,"createdAt":T}],"commentCount":2}`)

	// Steps the machine does not have, and steps a customer may not take.
	bea.wants("POST", "/tickets/3/close", ``, 409, `{"error":{"code":"transition_violation","message":"no transition leads from the row's state to closed","model":"ticket","fields":["state"]}}`)
	bea.wants("POST", "/tickets/3/explode", ``, 400, `{"error":{"code":"transition_not_found","message":"the model has no transition explode","model":"ticket"}}`)
	cy.wants("POST", "/tickets/3/solve", ``, 403, `{"error":{"code":"access_denied","message":"the field may not be written","model":"ticket","fields":["state"]}}`)

	// Ann assigns it, notes the minutes in passing, and solves and closes it.
	if status, text := ann.ask("POST", "/api/ticket/update", `{"where": {"number": 3}, "data": {"minutes": 25, "assignee": {"connect": {"email": "bea@initech.test"}}, "state": "solved"}}`); status != 200 || !strings.Contains(text, `"assigneeId":2,"minutes":25`) {
		t.Errorf("assigning: %d %s", status, text)
	}
	if status, text := ann.ask("POST", "/tickets/3/close", ``); status != 200 {
		t.Errorf("closing: %d %s", status, text)
	}
	cy.wants("POST", "/tickets/3/comments", `{"body": "One more thing."}`, 403, `{"error":{"code":"access_denied","message":"the ticket is closed","model":"comment"}}`)

	// Search, statistics, and what the customer sees of them.
	for _, x := range []struct {
		who  caller
		want string
	}{{bea, `["No ink","The [printer] is on fire"]`}, {cy, `["No ink","The [printer] is on fire"]`}, {s.dee(), `[]`}, {s.zoe(), `["Umbrella leaks in the [printer] room"]`}} {
		if got := x.who.highlights("printer"); got != x.want {
			t.Errorf("searching: %s, want %s", got, x.want)
		}
	}
	bea.wants("GET", "/stats", ``, 200, `{"byState":[{"state":"closed","_count":1},{"state":"new","_count":1},{"state":"open","_count":1}],"byAssignee":[{"assigneeId":null,"_count":2}]}`)
	cy.wants("GET", "/stats", ``, 200, `{"byState":[{"state":"closed","_count":1},{"state":"open","_count":1}],"byAssignee":[{"assigneeId":null,"_count":1}]}`)

	// Ann removes it; it is gone for all, with what was said, until she brings it back.
	if status, text := ann.ask("POST", "/api/ticket/remove", `{"where": {"number": 3}}`); status != 200 {
		t.Errorf("removing: %d %s", status, text)
	}
	bea.wants("GET", "/tickets/3", ``, 404, `{"error":{"code":"not_found","message":"no row matches","model":"ticket"}}`)
	bea.wants("POST", "/api/comment/count", `{"where": {"ticketId": 4}}`, 200, `0`)
	if status, text := ann.ask("POST", "/api/ticket/restore", `{"where": {"number": 3}}`); status != 200 {
		t.Errorf("restoring: %d %s", status, text)
	}
	bea.wants("POST", "/api/comment/count", `{"where": {"ticketId": 4}}`, 200, `3`)

	// Another organisation numbers its own tickets.
	if status, text := s.zoe().ask("POST", "/tickets", `{"subject": "Second leak", "body": "Again.", "customerId": 3}`); status != 200 || !strings.Contains(text, `"orgId":2,"number":2,`) {
		t.Errorf("umbrella's ticket: %d %s", status, text)
	}

	// The audit log tells who did what, the system alone reads it.
	entries, err := s.system.AuditLogs.FindMany(t.Context(), litestone.Find{})
	if err != nil {
		t.Fatal(err)
	}
	told := []string{}
	for _, e := range entries {
		if e.ActorType == nil {
			continue // the demo's rows: the system made them
		}
		told = append(told, fmt.Sprintf("%s %s %s by %s %s", e.Operation, e.Model, e.Records, *e.ActorType, e.ActorID))
	}
	want := []string{
		`create ticket [4] by customer "customer:1"`,
		`update ticket [4] by user 2`, `update ticket [4] by user 2`, // taken, asked
		`update ticket [4] by user 1`, `update ticket [4] by user 1`, // solved, closed
		`delete ticket [4] by user 1`, `update ticket [4] by user 1`, // removed, restored
		`create ticket [5] by user 3`,
	}
	if !slices.Equal(told, want) {
		t.Errorf("the audit log tells\n%s", strings.Join(told, "\n"))
	}
	if s.log.Len() > 0 {
		t.Errorf("logged:\n%s", s.log.String())
	}
}

func (c caller) highlights(text string) string {
	c.t.Helper()
	_, body := c.ask("GET", "/tickets?text="+text, "")
	var found struct {
		Items []struct {
			Highlight string `json:"_highlight"`
		}
	}
	if err := json.Unmarshal([]byte(body), &found); err != nil {
		c.t.Fatal(err, body)
	}
	out := []string{}
	for _, i := range found.Items {
		out = append(out, i.Highlight)
	}
	slices.Sort(out) // ranks depend on the whole index
	b, _ := json.Marshal(out)
	return string(b)
}

// TestPages walks through many tickets.
func TestPages(t *testing.T) {
	s := serve(t)
	ann := s.ann()
	rows := make([]string, 45)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"subject": "ticket %d", "body": "b", "customerId": %d}`, i, 1+i%2)
	}
	ann.wants("POST", "/api/ticket/createMany", `{"data": [`+strings.Join(rows, ",")+`]}`, 200, `{"count":45}`)
	for _, x := range []struct {
		who   caller
		pages string
	}{{ann, "20 20 7"}, {s.cy(), "20 4"}, {s.zoe(), "1"}} {
		var pages []string
		seen, cursor := map[int64]bool{}, ""
		for {
			status, text := x.who.ask("GET", "/tickets?cursor="+cursor, "")
			var p struct {
				Items      []struct{ ID int64 }
				NextCursor string
				HasMore    bool
			}
			if err := json.Unmarshal([]byte(text), &p); status != 200 || err != nil {
				t.Fatal(status, text)
			}
			for _, i := range p.Items {
				if seen[i.ID] {
					t.Errorf("ticket %d comes twice", i.ID)
				}
				seen[i.ID] = true
			}
			pages = append(pages, fmt.Sprint(len(p.Items)))
			if cursor = p.NextCursor; !p.HasMore {
				break
			}
		}
		if got := strings.Join(pages, " "); got != x.pages {
			t.Errorf("pages of %s, want %s", got, x.pages)
		}
	}
}
