package main

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/litestone-go/orm/examples/helpdesk/models"
	"github.com/litestone-go/orm/hooks/httpserve"
	"github.com/litestone-go/orm/litestone"
)

// attempt is one request of somebody who is signed in and chooses every argument.
type attempt struct {
	what   string
	path   string // below /api/, or a whole path
	body   string
	status int
	want   string // the whole answer; of an error its code and fields
}

// otherwise makes a service whose forbidden rows and values are others: what Umbrella has, what
// agents write for each other and know of customers, what nobody may read.
func otherwise(t *testing.T) *shop {
	t.Helper()
	s := serve(t)
	ctx := t.Context()
	for name, args := range map[string]string{
		"org.update":          `{"where": {"id": 2}, "data": {"name": "Veridian"}}`,
		"customer.update":     `{"where": {"id": 3}, "data": {"email": "other@mail.test", "name": "Other", "note": null}}`,
		"ticket.update":       `{"where": {"id": 3}, "data": {"subject": "Nothing leaks", "body": "At all.", "state": "solved", "minutes": 77, "assigneeId": 3}}`,
		"comment.update":      `{"where": {"id": 2}, "data": {"body": "Do not refund him."}}`,
		"comment.deleteMany":  `{"where": {"id": {"in": [3, 4]}}}`,
		"ticket.createMany":   `{"data": [{"id": 100, "orgId": 2, "customerId": 3, "subject": "printer", "body": "ink"}, {"id": 101, "orgId": 2, "customerId": 3, "subject": "printer", "body": "ink", "deletedAt": "2026-01-01"}]}`,
		"agent.updateMany":    `{"where": {"id": {"lte": 2}}, "data": {"rating": 1, "recovery": "another code"}}`,
		"customer.updateMany": `{"where": {"orgId": 1}, "data": {"note": "pays early"}}`,
		"agent.create":        `{"data": {"id": 50, "orgId": 2, "email": "yan@umbrella.test", "name": "Yan"}}`,
	} {
		if _, err := s.system.Call(ctx, name, litestone.JSON(args)); err != nil {
			t.Fatal(name, err)
		}
	}
	if _, err := s.system.Tickets.UpdateMany(ctx, models.Tickets.OrgID.Eq(1), models.TicketUpdate{Minutes: litestone.Set[int64](99)}); err != nil {
		t.Fatal(err)
	}
	return s
}

// noSecret holds that a text has nothing that neither customers of Initech nor its agents may read.
func noSecret(t *testing.T, a attempt, text string) {
	t.Helper()
	for _, secret := range []string{"mbrella", "Zoe", "zoe@", "Cyril", "virus", "recovery", "$", "SELECT", "helpdesk", "/tmp"} {
		if strings.Contains(text, secret) && !strings.Contains(a.body+a.path, secret) {
			t.Errorf("%s: the answer tells %q: %s", a.what, secret, text)
		}
	}
}

// tries makes attempts in both worlds: the answers are as wanted, and the same, and nothing changes.
func tries(t *testing.T, who func(*shop) caller, list []attempt) {
	t.Helper()
	here, there := serve(t), otherwise(t)
	a, b := who(here), who(there)
	before := here.state()
	for _, x := range list {
		if !strings.HasPrefix(x.path, "/") {
			x.path = "/api/" + x.path
		}
		status, text := a.ask("POST", x.path, x.body)
		if status != x.status || told(status, text) != x.want {
			t.Errorf("%s: %s\n got  %d %s\n want %d %s", x.what, x.body, status, text, x.status, x.want)
		}
		noSecret(t, x, text)
		if other, differs := b.ask("POST", x.path, x.body); other != status || differs != text {
			t.Errorf("%s tells what is forbidden: %d %s, in the other world %d %s", x.what, status, text, other, differs)
		}
		if after := here.state(); after != before {
			t.Errorf("%s changed rows:\n%s", x.what, cmp.Diff(strings.Split(before, "\n"), strings.Split(after, "\n")))
			before = after
		}
	}
	if strings.Contains(here.log.String(), "level=ERROR") {
		t.Errorf("logged:\n%s", here.log.String())
	}
}

// told is an answer, or the code and fields of one that is an error.
func told(status int, text string) string {
	if status < 400 {
		return text
	}
	var f struct{ Error httpserve.Failure }
	if json.Unmarshal([]byte(text), &f) != nil {
		return text
	}
	return strings.TrimSpace(f.Error.Code + " " + strings.Join(f.Error.Fields, " "))
}

// TestAgentCannotReadAcrossTenants tries every argument of reads as an agent of Initech.
func TestAgentCannotReadAcrossTenants(t *testing.T) {
	tries(t, (*shop).bea, []attempt{
		{"where", "ticket/findMany", `{"where": {"orgId": 2}}`, 200, `[]`},
		{"where by key", "ticket/findUnique", `{"where": {"id": 3}}`, 200, `null`},
		{"where by another's unique", "agent/findFirst", `{"where": {"email": "zoe@umbrella.test"}}`, 200, `null`},
		{"OR", "ticket/findMany", `{"where": {"OR": [{"orgId": 2}, {"id": 3}, {"orgId": {"not": 1}}]}}`, 200, `[]`},
		{"NOT", "ticket/findMany", `{"where": {"NOT": {"orgId": 1}}}`, 200, `[]`},
		{"everything", "ticket/findMany", `{"select": {"id": true}, "orderBy": {"id": "asc"}}`, 200, `[{"id":1},{"id":2}]`},
		{"removed rows", "ticket/findMany", `{"withDeleted": true, "select": {"id": true}, "orderBy": {"id": "asc"}}`, 200, `[{"id":1},{"id":2}]`},
		{"only removed rows", "ticket/count", `{"onlyDeleted": true}`, 200, `0`},
		{"count", "ticket/count", `{}`, 200, `2`},
		{"rows and count", "ticket/findManyAndCount", `{"where": {"orgId": {"gte": 1}}, "select": {"id": true}, "limit": 1, "orderBy": {"id": "desc"}}`, 200, `{"rows":[{"id":2}],"total":2}`},
		{"exists", "ticket/exists", `{"where": {"orgId": 2}}`, 200, `false`},
		{"exists beyond a relation", "ticket/exists", `{"where": {"org": {"is": {"name": {"startsWith": "Umb"}}}}}`, 200, `false`},
		{"a list relation of a row one sees", "org/findMany", `{"where": {"tickets": {"some": {"orgId": 2}}}}`, 200, `[]`},
		{"every", "org/count", `{"where": {"tickets": {"every": {"orgId": 1}}}}`, 200, `1`},
		{"none", "org/count", `{"where": {"agents": {"none": {"role": "admin"}}}}`, 200, `0`},
		{"there and back", "org/findMany", `{"select": {"id": true, "tickets": {"select": {"id": true, "org": {"select": {"id": true, "agents": {"select": {"id": true}, "orderBy": {"id": "asc"}}}}}, "orderBy": {"id": "asc"}}}}`, 200,
			`[{"id":1,"tickets":[{"id":1,"org":{"id":1,"agents":[{"id":1},{"id":2}]}},{"id":2,"org":{"id":1,"agents":[{"id":1},{"id":2}]}}]}]`},
		{"an include of others' rows", "customer/findMany", `{"select": {"id": true}, "include": {"tickets": {"where": {"orgId": 2}}}, "orderBy": {"id": "asc"}}`, 200, `[{"id":1,"tickets":[]},{"id":2,"tickets":[]}]`},
		{"_count", "org/findMany", `{"select": {"id": true, "_count": true}}`, 200, `[{"id":1,"_count":{"agents":2,"customers":2,"tickets":2}}]`},
		{"_count of others", "org/findMany", `{"select": {"id": true, "_count": {"select": {"all": {"relation": "tickets", "where": {"orgId": 2}}}}}}`, 200, `[{"id":1,"_count":{"all":0}}]`},
		{"order by a relation", "ticket/findMany", `{"orderBy": [{"org": {"name": "desc"}}, {"id": "asc"}], "select": {"id": true}}`, 200, `[{"id":1},{"id":2}]`},
		{"order by an aggregate", "org/findMany", `{"orderBy": {"tickets": {"_count": "desc"}}, "select": {"id": true}}`, 200, `[{"id":1}]`},
		{"aggregate", "ticket/aggregate", `{"_count": true, "_max": {"id": true, "number": true}, "_stringAgg": {"field": "state", "orderBy": "id"}}`, 200, `{"_count":2,"_max":{"id":2,"number":2},"_stringAgg":{"state":"open,new"}}`},
		{"a filtered aggregate", "ticket/aggregate", `{"_x": {"count": true, "filter": {"orgId": 2}}, "_y": {"count": true, "filter": {"org": {"is": {"id": 2}}}}}`, 200, `{"_x":0,"_y":0}`},
		{"groupBy", "ticket/groupBy", `{"by": ["orgId"], "_count": true}`, 200, `[{"orgId":1,"_count":2}]`},
		{"having", "ticket/groupBy", `{"by": ["orgId"], "_count": true, "having": {"_count": {"lt": 2}}}`, 200, `[]`},
		{"windows", "ticket/findMany", `{"select": {"id": true}, "window": {"n": {"count": true}, "first": {"firstValue": "orgId", "orderBy": {"orgId": "desc"}}}, "orderBy": {"id": "asc"}}`, 200, `[{"id":1,"first":1,"n":2},{"id":2,"first":1,"n":2}]`},
		{"distinct", "ticket/findMany", `{"select": {"orgId": true}, "distinct": true}`, 200, `[{"orgId":1}]`},
		{"search", "ticket/search?text=leaks+OR+printer", `{"select": {"id": true}}`, 200, `[{"id":1}]`},
		{"search with where", "ticket/search?text=room", `{"where": {"orgId": 2}}`, 200, `[]`},
		{"search of what was said", "comment/search?text=umbrella*", `{}`, 200, `[]`},
		{"search text that is SQL", "ticket/search?text=" + url.QueryEscape(`") OR 1=1 --`), `{}`, 400, "validation search"},
		{"comments of another's ticket", "comment/findMany", `{"where": {"ticketId": 3}}`, 200, `[]`},
		{"comments beyond two relations", "comment/count", `{"where": {"ticket": {"is": {"org": {"is": {"id": 2}}}}}}`, 200, `0`},
		{"who is signed in", "session/findMany", `{}`, 404, "not_found"},
		{"who is signed in, by a query", "/query", `{"session": {}}`, 403, "access_denied"},
		{"who is signed in, by a relation", "agent/findMany", `{"include": {"sessions": true}}`, 403, "access_denied"},
		{"who is signed in, by a filter", "agent/findMany", `{"where": {"sessions": {"some": {"hash": {"startsWith": "0"}}}}}`, 403, "access_denied"},
		{"who is signed in, by a count", "agent/findMany", `{"include": {"_count": true}}`, 403, "access_denied"},
		{"the audit log", "/query", `{"auditLogs": {}}`, 403, "access_denied"},
		{"one forbidden query among others", "/query", `{"ticket": {"select": {"id": true}}, "auditLogs": {}}`, 403, "access_denied"},
		{"another model's name", "/query", `{"x": {"model": "sqlite_master"}}`, 400, "validation sqlite_master"},
		{"SQL", "ticket/findMany", `{"where": {"$raw": "1=1 OR orgId = 2"}}`, 400, "validation $raw"},
		{"SQL in a relation's condition", "org/findMany", `{"where": {"tickets": {"some": {"$raw": "1=1"}}}}`, 400, "validation tickets.$raw"},
		{"SQL in an included relation", "/query", `{"org": {"include": {"tickets": {"where": {"$raw": "1=1"}}}}}`, 400, "validation tickets.$raw"},
		{"SQL in a filter", "ticket/aggregate", `{"_x": {"count": true, "filter": {"$raw": "1=1"}}}`, 400, "validation $raw"},
	})
}

// TestNobodyReadsGuardedFields tries to see and to test what no subject may read, as the one who may most.
func TestNobodyReadsGuardedFields(t *testing.T) {
	tries(t, (*shop).ann, []attempt{
		{"select", "agent/findUnique", `{"where": {"id": 1}, "select": {"id": true, "passwordHash": true, "recovery": true}}`, 200, `{"id":1}`},
		{"where", "agent/findMany", `{"where": {"passwordHash": {"startsWith": "0"}}}`, 403, "access_denied passwordHash"},
		{"where of a count", "agent/count", `{"where": {"NOT": {"passwordHash": null}}}`, 403, "access_denied passwordHash"},
		{"where beyond a relation", "ticket/findMany", `{"where": {"customer": {"is": {"passwordHash": {"gt": "a"}}}}}`, 403, "access_denied passwordHash"},
		{"order", "agent/findMany", `{"orderBy": {"passwordHash": "asc"}}`, 403, "access_denied passwordHash"},
		{"order beyond a relation", "ticket/findMany", `{"orderBy": {"customer": {"passwordHash": "asc"}}}`, 403, "access_denied passwordHash"},
		{"groups", "agent/groupBy", `{"by": ["passwordHash"], "_count": true}`, 403, "access_denied passwordHash"},
		{"aggregates", "agent/aggregate", `{"_max": {"passwordHash": true}}`, 403, "access_denied passwordHash"},
		{"a filter of an aggregate", "agent/aggregate", `{"_n": {"count": true, "filter": {"passwordHash": {"contains": "a"}}}}`, 403, "access_denied passwordHash"},
		{"windows", "agent/findMany", `{"window": {"w": {"lag": "passwordHash", "orderBy": {"id": "asc"}}}}`, 403, "access_denied passwordHash"},
		{"distinct", "agent/findMany", `{"select": {"passwordHash": true}, "distinct": true}`, 403, "access_denied passwordHash"},
		{"pages", "agent/findManyCursor", `{"orderBy": {"passwordHash": "asc"}}`, 403, "access_denied passwordHash"},
		{"an encrypted value, sorted", "agent/findMany", `{"orderBy": {"recovery": "asc"}}`, 403, "access_denied recovery"},
		{"an encrypted value, compared", "agent/findMany", `{"where": {"recovery": {"startsWith": "i"}}}`, 403, "access_denied recovery"},
		{"an encrypted value, guessed", "agent/findMany", `{"where": {"recovery": "initech-recovery"}}`, 200, `[]`},
		{"by the where of a write", "agent/updateMany", `{"where": {"passwordHash": {"startsWith": "0"}}, "data": {"name": "x"}}`, 403, "access_denied passwordHash"},
		{"by a connect", "ticket/update", `{"where": {"id": 1}, "data": {"assignee": {"connect": {"passwordHash": {"startsWith": "0"}}}}}`, 403, "access_denied passwordHash"},
	})
}

// TestCustomerSeesHisOwn tries as a customer to see other customers, and what is meant for agents.
func TestCustomerSeesHisOwn(t *testing.T) {
	tries(t, (*shop).cy, []attempt{
		{"tickets", "ticket/findMany", `{"select": {"id": true, "minutes": true}}`, 200, `[{"id":1}]`},
		{"the neighbour's ticket", "ticket/findUnique", `{"where": {"id": 2}}`, 200, `null`},
		{"customers", "customer/findMany", `{"select": {"id": true, "note": true}}`, 200, `[{"id":1}]`},
		{"the neighbour", "customer/exists", `{"where": {"email": "dee@mail.test"}}`, 200, `false`},
		{"a note", "customer/findMany", `{"where": {"note": {"contains": "late"}}}`, 403, "access_denied note"},
		{"minutes", "ticket/findMany", `{"where": {"minutes": {"gt": 0}}}`, 403, "access_denied minutes"},
		{"minutes summed", "ticket/aggregate", `{"_sum": {"minutes": true}}`, 403, "access_denied minutes"},
		{"minutes of an organisation", "org/findMany", `{"orderBy": {"tickets": {"_sum": {"minutes": "asc"}}}}`, 403, "access_denied minutes"},
		{"agents' addresses", "agent/findMany", `{"orderBy": {"id": "asc"}}`, 200, `[{"id":1,"orgId":1,"name":"Ann","role":"admin","active":true},{"id":2,"orgId":1,"name":"Bea","role":"agent","active":true}]`},
		{"an agent's address, guessed", "agent/findMany", `{"where": {"email": "ann@initech.test"}}`, 403, "access_denied email"},
		{"an agent's rating, beyond a relation", "ticket/findMany", `{"orderBy": {"assignee": {"rating": "asc"}}}`, 403, "access_denied rating"},
		{"what agents write for each other", "comment/findMany", `{"select": {"id": true}}`, 200, `[{"id":1}]`},
		{"the same, asked for", "comment/findMany", `{"where": {"internal": true}}`, 200, `[]`},
		{"the same, counted", "ticket/findMany", `{"select": {"commentCount": true, "_count": true}}`, 200, `[{"commentCount":1,"_count":{"comments":1}}]`},
		{"the same, in a relation's condition", "ticket/exists", `{"where": {"comments": {"some": {"body": {"contains": "refund"}}}}}`, 200, `false`},
		{"the same, sorted by", "ticket/findMany", `{"orderBy": {"comments": {"_max": {"body": "asc"}}}, "select": {"id": true}}`, 200, `[{"id":1}]`},
		{"the same, searched", "comment/search?text=refund", `{}`, 200, `[]`},
		{"the same, by groups", "comment/groupBy", `{"by": ["internal"], "_count": true}`, 200, `[{"internal":false,"_count":1}]`},
		{"the same, by a derived field", "ticket/findMany", `{"where": {"commentCount": {"gt": 1}}}`, 200, `[]`},
		{"the same, included", "ticket/findMany", `{"select": {"id": true, "comments": {"where": {"internal": true}}}}`, 200, `[{"id":1,"comments":[]}]`},
		{"a tenant's neighbour of the same name", "customer/findMany", `{"where": {"email": "cy@mail.test"}, "select": {"id": true}}`, 200, `[{"id":1}]`},
	})
}

// TestCursorsOpenNoDoor uses another tenant's cursor, and cursors that were changed.
func TestCursorsOpenNoDoor(t *testing.T) {
	s := serve(t)
	const page = `{"orderBy": {"subject": "asc"}, "limit": 1, "select": {"id": true}`
	if _, err := s.system.Tickets.CreateMany(t.Context(), []models.TicketCreate{
		{OrgID: litestone.Set[int64](2), CustomerID: litestone.Set[int64](3), Subject: "B umbrella", Body: "b"},
		{OrgID: litestone.Set[int64](2), CustomerID: litestone.Set[int64](3), Subject: "C umbrella", Body: "b"},
	}); err != nil {
		t.Fatal(err)
	}
	_, first := s.zoe().ask("POST", "/api/ticket/findManyCursor", page+`}`)
	cursor := first[strings.Index(first, `"nextCursor":"`)+len(`"nextCursor":"`):]
	cursor = cursor[:strings.Index(cursor, `"`)]
	bea := s.bea()
	bea.wants("POST", "/api/ticket/findManyCursor", page+`, "cursor": "`+cursor+`"}`, 200, `{"items":[{"id":1}],"nextCursor":null,"hasMore":false}`)
	for _, c := range []string{"x", cursor + "A", cursor[:len(cursor)-2], strings.Repeat("A", 1000), `{\"v\":[1]}`} {
		if status, text := bea.ask("POST", "/api/ticket/findManyCursor", page+`, "cursor": "`+c+`"}`); status != 400 {
			t.Errorf("cursor %s: %d %s", c, status, text)
		}
	}
}
