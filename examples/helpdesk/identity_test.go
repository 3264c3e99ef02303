package main

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/litestone-go/orm/examples/helpdesk/models"
	"github.com/litestone-go/orm/litestone"
)

// TestNobodyComesInUnasked tries to be somebody without a token, or with one that is none.
func TestNobodyComesInUnasked(t *testing.T) {
	s := serve(t)
	ann := s.ann()
	if _, err := s.system.Sessions.Create(t.Context(), models.SessionCreate{
		Hash: tokenHash("expired"), AgentID: litestone.Set[int64](1), ExpiresAt: litestone.Time{Time: time.Now().Add(-time.Second)},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.system.Sessions.Create(t.Context(), models.SessionCreate{
		Hash: tokenHash("of nobody"), ExpiresAt: litestone.Time{Time: time.Now().Add(time.Hour)},
	}); err != nil {
		t.Fatal(err)
	}
	const nobody = `{"error":{"code":"unauthenticated"}}`
	for _, c := range []struct {
		name   string
		header map[string][]string
	}{
		{"nothing", nil},
		{"headers that other services take", map[string][]string{"X-User": {"1"}, "X-Forwarded-User": {"ann@initech.test"}, "X-Auth": {`{"role":"admin","orgId":1}`}}},
		{"a cookie", map[string][]string{"Cookie": {"token=" + ann.token}}},
		{"no scheme", map[string][]string{"Authorization": {ann.token}}},
		{"another scheme", map[string][]string{"Authorization": {"Basic " + ann.token}}},
		{"an empty token", map[string][]string{"Authorization": {"Bearer "}}},
		{"a guess", map[string][]string{"Authorization": {"Bearer AAAA"}}},
		{"SQL", map[string][]string{"Authorization": {"Bearer ' OR 1=1 --"}}},
		{"a pattern", map[string][]string{"Authorization": {"Bearer %"}}},
		{"the stored hash", map[string][]string{"Authorization": {"Bearer " + tokenHash(ann.token)}}},
		{"a part", map[string][]string{"Authorization": {"Bearer " + ann.token[:len(ann.token)-1]}}},
		{"two tokens in one", map[string][]string{"Authorization": {"Bearer " + ann.token + "," + ann.token}}},
		{"a wrong one before a right one", map[string][]string{"Authorization": {"Bearer x", "Bearer " + ann.token}}},
		{"an expired one", map[string][]string{"Authorization": {"Bearer expired"}}},
		{"one of nobody", map[string][]string{"Authorization": {"Bearer of nobody"}}},
	} {
		for _, path := range []string{"/tickets", "/stats", "/tickets/1", "/tickets?role=admin&orgId=1&token=" + ann.token} {
			r, err := http.NewRequestWithContext(t.Context(), "GET", s.server.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range c.header {
				r.Header[k] = v
			}
			if status, text := ann.send(r); status != 401 || text != nobody {
				t.Errorf("%s: %s: %d %s", c.name, path, status, text)
			}
		}
	}
	for _, body := range []string{
		`{"email": "ann@initech.test", "password": "wrong"}`,
		`{"email": "ann@initech.test", "password": ""}`,
		`{"email": "ann@initech.test"}`,
		`{"email": "nobody@initech.test", "password": "demo"}`,
		`{"email": "%", "password": "demo"}`,
		`{"email": "cy@mail.test", "password": "demo"}`,
		`{"email": "ann@initech.test", "password": "demo", "orgId": 1}`,
		`{"email": "cy@mail.test", "password": "demo", "orgId": 9}`,
		`{"email": "dee@mail.test", "password": "demo", "orgId": 2}`,
		`{}`,
	} {
		caller{shop: s}.wants("POST", "/sign-in", body, 401, nobody)
	}
	caller{shop: s}.wants("POST", "/sign-in", `{"email": ["ann@initech.test"]}`, 400, `{"error":{"code":"validation","message":"the body is not what this request takes"}}`)
}

// TestRightsEndAtOnce takes rights away from somebody who is signed in.
func TestRightsEndAtOnce(t *testing.T) {
	s := serve(t)
	ann, bea, cy := s.ann(), s.bea(), s.cy()
	change := func(who caller, path, body string) {
		t.Helper()
		if status, text := who.ask("POST", "/api/"+path, body); status != 200 || text == "null" {
			t.Fatalf("%s %s: %d %s", path, body, status, text)
		}
	}
	const remove = `{"where": {"id": 2}}`

	change(ann, "agent/update", `{"where": {"id": 2}, "data": {"role": "admin"}}`)
	change(bea, "ticket/remove", remove)
	change(bea, "ticket/restore", remove)
	change(ann, "agent/update", `{"where": {"id": 2}, "data": {"role": "agent"}}`)
	if status, text := bea.ask("POST", "/api/ticket/remove", remove); status != 403 {
		t.Errorf("a role that was taken away: %d %s", status, text)
	}
	change(ann, "agent/update", `{"where": {"id": 2}, "data": {"active": false}}`)
	bea.wants("GET", "/tickets/1", ``, 401, `{"error":{"code":"unauthenticated"}}`)
	change(ann, "agent/update", `{"where": {"id": 2}, "data": {"active": true}}`)
	if status, _ := bea.ask("GET", "/tickets/1", ``); status != 200 {
		t.Errorf("active again: %d", status)
	}
	change(ann, "agent/delete", `{"where": {"id": 2}}`)
	bea.wants("GET", "/tickets/1", ``, 401, `{"error":{"code":"unauthenticated"}}`)

	// A customer's sessions go with him.
	for _, text := range []string{"DELETE FROM comment", "DELETE FROM ticket", "DELETE FROM customer WHERE id = 1"} {
		if _, err := s.system.SQL(text).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	cy.wants("GET", "/tickets", ``, 401, `{"error":{"code":"unauthenticated"}}`)
}

// TestPathsLeadNowhereElse asks for what the service does not serve.
func TestPathsLeadNowhereElse(t *testing.T) {
	s := serve(t)
	ann := s.ann()
	for _, x := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/api/session/create", `{"data": {"hash": "00", "agentId": 1, "expiresAt": "2099-01-01"}}`, 404},
		{"POST", "/api/auditLogs/findMany", `{}`, 404},
		{"POST", "/api/$query/findMany", `{}`, 404},
		{"POST", "/api/ticket.findMany/count", `{}`, 404},
		{"POST", "/api/ticket/findMany.count", `{}`, 404},
		{"POST", "/api/Ticket/findMany", `{}`, 404},
		{"POST", "/api/ticket/FINDMANY", `{}`, 404},
		{"POST", "/api/ticket%00/findMany", `{}`, 404},
		{"GET", "/api/ticket/findMany", ``, 405},
		{"GET", "/query", ``, 405},
		{"DELETE", "/tickets/1", ``, 405},
		{"GET", "/tickets/one", ``, 404},
		{"GET", "/tickets/1e0", ``, 404},
		{"GET", "/tickets/9223372036854775808", ``, 404},
		{"POST", "/tickets/1/take%20--", ``, 400},
		{"POST", "/tickets", `[]`, 400},
		{"POST", "/tickets", `{"subject": {"$raw": "x"}, "body": "b"}`, 400},
		{"POST", "/tickets", `{"subject": "` + strings.Repeat("x", 100000) + `", "body": "b"}`, 413},
		{"GET", "/tickets?state=%27%20OR%201=1", ``, 200}, // of no ticket
		{"GET", "/tickets?cursor=%27", ``, 400},
	} {
		status, text := ann.ask(x.method, x.path, x.body)
		if status != x.status {
			t.Errorf("%s %s: %d %s, want %d", x.method, x.path, status, text, x.status)
		}
		for _, inner := range []string{"SELECT", "panic", ".go:", "/tmp", "sqlite"} {
			if strings.Contains(text, inner) {
				t.Errorf("%s %s tells %s", x.method, x.path, text)
			}
		}
	}
	// A method in a header is no method.
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.server.URL+"/tickets/1", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+ann.token)
	r.Header.Set("X-HTTP-Method-Override", "DELETE")
	if status, _ := ann.send(r); status != 200 {
		t.Errorf("a method in a header: %d", status)
	}
	if strings.Contains(s.log.String(), "level=ERROR") {
		t.Errorf("logged:\n%s", s.log.String())
	}
}

// TestManyAtOnce lets people of both organisations work at the same time: nobody's rows get into
// another's answers, and each organisation's numbers have neither gaps nor twins.
func TestManyAtOnce(t *testing.T) {
	s := serve(t)
	type person struct {
		caller
		body, never string
	}
	people := []person{
		{s.cy(), `{"subject": "from cy", "body": "initech"}`, "umbrella"},
		{s.dee(), `{"subject": "from dee", "body": "initech"}`, "umbrella"},
		{s.bea(), `{"subject": "from bea", "body": "initech", "customerId": 1}`, "umbrella"},
		{s.zoe(), `{"subject": "from zoe", "body": "umbrella", "customerId": 3}`, "initech"},
	}
	const each = 12
	var wg sync.WaitGroup
	for _, p := range people {
		for range 2 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range each {
					if status, text := p.ask("POST", "/tickets", p.body); status != 200 {
						t.Errorf("creating: %d %s", status, text)
					}
					status, text := p.ask("POST", "/query", `{"ticket": {"select": {"subject": true, "body": true, "org": true}}, "n": {"model": "ticket", "_count": true}}`)
					if status != 200 || strings.Contains(text, p.never) {
						t.Errorf("%d %s", status, text)
					}
				}
			}()
		}
	}
	wg.Wait()
	for org, want := range map[int64]int{1: 2 + 3*2*each, 2: 1 + 2*each} {
		rows, err := s.system.Tickets.FindMany(t.Context(), litestone.Find{Where: models.Tickets.OrgID.Eq(org), OrderBy: models.Tickets.Number.Asc()})
		if err != nil || len(rows) != want {
			t.Fatalf("%d tickets of %d, %v; want %d", len(rows), org, err, want)
		}
		for i, r := range rows {
			if r.Number != int64(i+1) {
				t.Errorf("ticket %d of %d has number %d", i+1, org, r.Number)
			}
		}
	}
}
