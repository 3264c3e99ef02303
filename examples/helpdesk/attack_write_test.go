package main

import (
	"strings"
	"testing"
)

// TestAgentCannotWriteAcrossTenants tries every argument of writes as an administrator of Initech.
func TestAgentCannotWriteAcrossTenants(t *testing.T) {
	const text = `"subject": "forged", "body": "b"`
	tries(t, (*shop).ann, []attempt{
		{"create for another tenant", "ticket/create", `{"data": {` + text + `, "orgId": 2, "customerId": 3}}`, 403, "access_denied"},
		{"create for another tenant's customer", "ticket/create", `{"data": {` + text + `, "customerId": 3}}`, 403, "access_denied"},
		{"create for another tenant's agent", "ticket/create", `{"data": {` + text + `, "customerId": 1, "assigneeId": 3}}`, 403, "access_denied"},
		{"connect a tenant", "ticket/create", `{"data": {` + text + `, "customerId": 1, "org": {"connect": {"id": 2}}}}`, 404, "not_found org"},
		{"connect a customer", "ticket/create", `{"data": {` + text + `, "customer": {"connect": {"id": 3}}}}`, 404, "not_found customer"},
		{"connect a customer by address", "ticket/create", `{"data": {` + text + `, "customer": {"connect": {"orgId": 2, "email": "cy@mail.test"}}}}`, 404, "not_found customer"},
		{"create a tenant", "ticket/create", `{"data": {` + text + `, "customerId": 1, "org": {"create": {"name": "Mine"}}}}`, 403, "access_denied"},
		{"one bad row among good ones", "ticket/createMany", `{"data": [{` + text + `, "customerId": 1}, {` + text + `, "customerId": 3}]}`, 403, "access_denied"},

		{"update", "ticket/update", `{"where": {"id": 3}, "data": {"subject": "forged"}}`, 200, `null`},
		{"update of many", "ticket/updateMany", `{"where": {"orgId": 2}, "data": {"subject": "forged"}}`, 200, `{"count":0}`},
		{"update by a relation", "ticket/updateMany", `{"where": {"org": {"isNot": {"id": 1}}}, "data": {"subject": "forged"}}`, 200, `{"count":0}`},
		{"move a ticket away", "ticket/update", `{"where": {"id": 1}, "data": {"orgId": 2}, "select": {"id": true, "orgId": true}}`, 200, `{"id":1,"orgId":1}`},
		{"move a ticket away by a relation", "ticket/update", `{"where": {"id": 1}, "data": {"org": {"connect": {"id": 2}}}}`, 404, "not_found org"},
		{"move all tickets away", "ticket/updateMany", `{"data": {"orgId": 2, "customerId": 3}}`, 403, "access_denied"},
		{"give a ticket to another's customer", "ticket/update", `{"where": {"id": 1}, "data": {"customerId": 3}}`, 403, "access_denied"},
		{"give a ticket to another's agent", "ticket/update", `{"where": {"id": 1}, "data": {"assigneeId": 3}}`, 403, "access_denied"},
		{"connect another's agent", "ticket/update", `{"where": {"id": 1}, "data": {"assignee": {"connect": {"email": "zoe@umbrella.test"}}}}`, 404, "not_found assignee"},
		{"move oneself", "agent/update", `{"where": {"id": 1}, "data": {"orgId": 2}, "select": {"id": true, "orgId": true}}`, 200, `{"id":1,"orgId":1}`},
		{"move a customer", "customer/update", `{"where": {"id": 1}, "data": {"orgId": 2}, "select": {"id": true, "orgId": true}}`, 200, `{"id":1,"orgId":1}`},

		{"upsert of another's key", "ticket/upsert", `{"where": {"id": 3}, "create": {"id": 3, ` + text + `, "customerId": 1}, "update": {"subject": "forged"}}`, 403, "access_denied"},
		{"upserts of another's key", "ticket/upsertMany", `{"data": [{"id": 3, ` + text + `, "customerId": 1}]}`, 403, "access_denied"},
		{"upserts by a name that is SQL", "ticket/upsertMany", `{"data": [{` + text + `, "customerId": 1}], "conflictTarget": ["id) DO NOTHING --"]}`, 400, "validation id) DO NOTHING --"},

		{"remove", "ticket/remove", `{"where": {"id": 3}}`, 200, `null`},
		{"remove many", "ticket/removeMany", `{"where": {"orgId": 2}}`, 200, `{"count":0}`},
		{"delete", "ticket/delete", `{"where": {"id": 3}}`, 200, `null`},
		{"delete many", "ticket/deleteMany", `{"where": {"id": {"gte": 3}}}`, 200, `{"count":0}`},
		{"delete customers", "customer/deleteMany", `{"where": {"NOT": {"orgId": 1}}}`, 200, `{"count":0}`},
		{"restore", "ticket/restore", `{"where": {"orgId": 2}}`, 200, `[]`},
		{"transition", "ticket/transition?id=3&step=answer", `{}`, 200, `null`},

		{"take tickets in", "org/update", `{"where": {"id": 1}, "data": {"tickets": {"connect": {"id": 3}}}}`, 404, "not_found tickets"},
		{"take tickets in as a set", "org/update", `{"where": {"id": 1}, "data": {"tickets": {"set": [{"id": 3}]}}}`, 404, "not_found tickets"},
		{"update below one's own", "org/update", `{"where": {"id": 1}, "data": {"tickets": {"update": {"where": {"id": 3}, "data": {"subject": "forged"}}}}}`, 404, "not_found tickets"},
		{"update many below one's own", "org/update", `{"where": {"id": 1}, "data": {"tickets": {"updateMany": {"where": {"orgId": 2}, "data": {"subject": "forged"}}}}, "select": {"id": true}}`, 200, `{"id":1}`},
		{"delete below one's own", "org/update", `{"where": {"id": 1}, "data": {"tickets": {"delete": {"id": 3}}}}`, 404, "not_found tickets"},
		{"delete many below one's own", "org/update", `{"where": {"id": 1}, "data": {"tickets": {"deleteMany": {"orgId": 2}}}, "select": {"id": true}}`, 200, `{"id":1}`},
		{"upsert below one's own", "org/update", `{"where": {"id": 1}, "data": {"tickets": {"upsert": {"where": {"id": 3}, "create": {"id": 3, ` + text + `, "customerId": 1}, "update": {"subject": "forged"}}}}}`, 409, "unique id"},
		{"another tenant", "org/update", `{"where": {"id": 2}, "data": {"name": "Mine"}}`, 200, `null`},
		{"a new tenant", "org/create", `{"data": {"name": "Mine"}}`, 403, "access_denied"},
		{"no tenant any more", "org/deleteMany", `{}`, 403, "access_denied"},

		{"comment elsewhere", "comment/create", `{"data": {"ticketId": 3, "body": "b"}}`, 403, "access_denied"},
		{"comment elsewhere by connecting", "comment/create", `{"data": {"ticket": {"connect": {"id": 3}}, "body": "b"}}`, 404, "not_found ticket"},
		{"change what was said", "comment/updateMany", `{"data": {"body": "b"}}`, 200, `{"count":0}`},
		{"change what was said, below the ticket", "ticket/update", `{"where": {"id": 1}, "data": {"comments": {"updateMany": {"data": {"body": "b"}}}}, "select": {"id": true}}`, 200, `{"id":1}`},
		{"move what was said", "ticket/update", `{"where": {"id": 2}, "data": {"comments": {"connect": {"id": 1}}}}`, 404, "not_found comments"},

		{"a session by hand", "agent/update", `{"where": {"id": 1}, "data": {"sessions": {"create": {"hash": "00", "expiresAt": "2099-01-01"}}}}`, 403, "access_denied"},
		{"another's session", "customer/update", `{"where": {"id": 1}, "data": {"sessions": {"updateMany": {"data": {"customerId": 2}}}}}`, 403, "access_denied"},
		{"an entry of the audit log", "auditLogs/create", `{"data": {"operation": "create", "model": "ticket"}}`, 404, "not_found"},
		{"SQL in a where", "ticket/updateMany", `{"where": {"$raw": "1=1"}, "data": {"subject": "forged"}}`, 400, "validation $raw"},
		{"SQL in a nested where", "org/update", `{"where": {"id": 1}, "data": {"tickets": {"deleteMany": {"$raw": "1=1"}}}}`, 400, "validation tickets.$raw"},
		{"SQL as a name", "ticket/update", `{"where": {"id": 1}, "data": {"subject = 'x' --": 1}}`, 400, "validation subject = 'x' --"},
		{"every row, without saying so", "ticket/update", `{"where": {}, "data": {"subject": "forged"}}`, 400, "validation where"},
		{"an operation that is none", "ticket/optimizeFts", `{}`, 404, "not_found"},
		{"a call of the client", "$locks/list", `{}`, 404, "not_found"},
	})
}

// TestAgentGainsNoRights tries to become more, as an agent who is no administrator.
func TestAgentGainsNoRights(t *testing.T) {
	const bea = `{"id":2,"orgId":1,"email":"bea@initech.test","name":"Bea","role":"agent","active":true}`
	tries(t, (*shop).bea, []attempt{
		{"a role", "agent/update", `{"where": {"id": 2}, "data": {"role": "admin", "rating": 5}}`, 200, bea},
		{"a role, in bulk", "agent/updateMany", `{"data": {"role": "admin"}}`, 200, `{"count":0}`},
		{"a role, by upsert", "agent/upsert", `{"where": {"id": 2}, "create": {"email": "b@x.org", "name": "B"}, "update": {"role": "admin"}}`, 403, "access_denied"},
		{"another's password", "agent/update", `{"where": {"id": 1}, "data": {"passwordHash": "00$00"}}`, 200, `null`},
		{"another's password, below a ticket", "ticket/update", `{"where": {"id": 1}, "data": {"assignee": {"update": {"passwordHash": "00$00"}}}}`, 404, "not_found assignee"},
		{"a colleague", "agent/create", `{"data": {"email": "new@initech.test", "name": "New", "role": "admin"}}`, 403, "access_denied"},
		{"a colleague, below a ticket", "ticket/update", `{"where": {"id": 1}, "data": {"assignee": {"create": {"email": "new@initech.test", "name": "New", "role": "admin"}}}}`, 403, "access_denied"},
		{"no colleague", "agent/delete", `{"where": {"id": 1}}`, 403, "access_denied"},
		{"no ticket", "ticket/remove", `{"where": {"id": 1}}`, 403, "access_denied"},
		{"no comment", "comment/delete", `{"where": {"id": 1}}`, 403, "access_denied"},
		{"no comment, below its ticket", "ticket/update", `{"where": {"id": 1}, "data": {"comments": {"deleteMany": {}}}}`, 403, "access_denied"},
		{"a tenant's name", "org/update", `{"where": {"id": 1}, "data": {"name": "Mine"}}`, 403, "access_denied"},
		{"a stamp of removal", "ticket/update", `{"where": {"id": 1}, "data": {"deletedAt": "2026-01-01"}}`, 403, "access_denied"},
		{"a number", "ticket/update", `{"where": {"id": 1}, "data": {"number": 9, "createdAt": "2020-01-01", "openedBy": "Zoe"}, "select": {"id": true, "number": true, "openedBy": true}}`, 200, `{"id":1,"number":1,"openedBy":null}`},
	})
}

// TestCustomerWritesHisOwn tries to write as a customer what is not his.
func TestCustomerWritesHisOwn(t *testing.T) {
	const text = `"subject": "forged", "body": "b"`
	tries(t, (*shop).cy, []attempt{
		{"a ticket of the neighbour", "ticket/create", `{"data": {` + text + `, "customerId": 2}}`, 403, "access_denied"},
		{"a ticket of another tenant", "ticket/create", `{"data": {` + text + `, "orgId": 2, "customerId": 3}}`, 403, "access_denied"},
		{"a tenant, connected", "ticket/create", `{"data": {` + text + `, "org": {"connect": {"id": 2}}}}`, 403, "access_denied"},
		{"a new customer", "ticket/create", `{"data": {` + text + `, "customer": {"create": {"email": "e@mail.test", "name": "E"}}}}`, 403, "access_denied"},
		{"a comment on the neighbour's ticket", "comment/create", `{"data": {"ticketId": 2, "body": "b"}}`, 403, "access_denied"},
		{"a comment on another tenant's", "comment/create", `{"data": {"ticketId": 3, "body": "b"}}`, 403, "access_denied"},
		{"one's ticket, changed", "ticket/update", `{"where": {"id": 1}, "data": {"subject": "forged"}}`, 403, "access_denied"},
		{"one's ticket, moved on", "ticket/transition?id=1&step=solve", `{}`, 403, "access_denied state"},
		{"one's ticket, upserted", "ticket/upsert", `{"where": {"id": 1}, "create": {` + text + `}, "update": {"priority": "high"}}`, 403, "access_denied"},
		{"one's ticket, removed", "ticket/removeMany", `{}`, 403, "access_denied"},
		{"one's ticket, changed from below", "customer/update", `{"where": {"id": 1}, "data": {"tickets": {"updateMany": {"data": {"subject": "forged"}}}}}`, 403, "access_denied"},
		{"what one said, changed", "comment/updateMany", `{"data": {"body": "b"}}`, 403, "access_denied"},
		{"the neighbour", "customer/update", `{"where": {"id": 2}, "data": {"name": "Dum"}}`, 200, `null`},
		{"the neighbour's password", "customer/updateMany", `{"where": {"id": 2}, "data": {"passwordHash": "00$00"}}`, 200, `{"count":0}`},
		{"another tenant", "customer/update", `{"where": {"id": 1}, "data": {"orgId": 2}, "select": {"id": true, "orgId": true}}`, 200, `{"id":1,"orgId":1}`},
		{"the agents' note", "customer/update", `{"where": {"id": 1}, "data": {"note": "pays at once"}}`, 200, `{"id":1,"orgId":1,"email":"cy@mail.test","name":"Cy"}`},
		{"an agent", "agent/update", `{"where": {"id": 1}, "data": {"name": "Nan"}}`, 403, "access_denied"},
		{"an agent with the number of a customer", "agent/update", `{"where": {"id": 1}, "data": {"passwordHash": "00$00"}}`, 403, "access_denied"},
	})
}

// TestForgedValuesAreDropped creates rows with values that are not the caller's to give: the row
// is made, by who asks and as the schema says.
func TestForgedValuesAreDropped(t *testing.T) {
	s := serve(t)
	cy, bea := s.cy(), s.bea()
	cy.is("POST", "/api/ticket/create", `{"data": {"subject": "forged", "body": "b", "orgId": 2, "number": 700, "state": "closed", "priority": "high", "minutes": 5,
		"openedBy": "Ann", "createdAt": "2000-01-01", "assigneeId": 1,
		"comments": {"create": [{"body": "c", "internal": true, "author": "Ann", "customerId": 2, "createdAt": "2000-01-01"}]}}, "include": {"comments": true}}`, 200,
		`{"id":4,"orgId":1,"number":3,"subject":"forged","body":"b","state":"new","priority":"normal","customerId":1,"assigneeId":null,"openedBy":"Cy",`+
			`"createdAt":T,"updatedAt":T,"deletedAt":null,"comments":[{"id":5,"ticketId":4,"body":"c","internal":false,"author":"Cy","customerId":1,"createdAt":T}],"commentCount":1}`)
	bea.is("POST", "/api/customer/create", `{"data": {"email": "e@mail.test", "name": "E", "orgId": 2}}`, 200, `{"id":4,"orgId":1,"email":"e@mail.test","name":"E","note":null}`)
	for _, model := range []string{"ticket", "comment"} {
		if _, text := s.ann().ask("POST", "/api/"+model+"/count", `{"where": {"createdAt": {"lt": "2020-01-01"}}}`); text != "0" {
			t.Errorf("%s rows with a forged time: %s", model, text)
		}
	}
	bea.is("POST", "/api/comment/create", `{"data": {"ticketId": 4, "body": "c", "author": "Ann", "customerId": 1}}`, 200,
		`{"id":6,"ticketId":4,"body":"c","internal":false,"author":"Bea","customerId":null,"createdAt":T}`)
}

// TestWhatIsNotPromised holds what docs/security.md says cannot be kept: unique values and keys tell
// that they are taken, numbers show gaps. The example's schema keeps the rest small: numbers count
// per organisation, and a customer's address is unique within his.
func TestWhatIsNotPromised(t *testing.T) {
	s := serve(t)
	ann := s.ann()
	for _, a := range []attempt{
		{"another tenant's agent by his address", "agent/create", `{"data": {"email": "zoe@umbrella.test", "name": "Z"}}`, 409, "unique email"},
		{"another tenant's key", "customer/create", `{"data": {"id": 3, "email": "f@mail.test", "name": "F"}}`, 409, "unique id"},
	} {
		if status, text := ann.ask("POST", "/api/"+a.path, a.body); status != a.status || told(status, text) != a.want {
			t.Errorf("%s: %d %s", a.what, status, text)
		}
	}
	if status, text := ann.ask("POST", "/api/customer/create", `{"data": {"email": "cy@mail.test", "name": "F"}}`); status != 409 {
		t.Errorf("an address that Initech knows: %d %s", status, text)
	}
	if status, text := s.zoe().ask("POST", "/api/customer/create", `{"data": {"email": "dee@mail.test", "name": "F"}}`); status != 200 || strings.Contains(text, `"orgId":1`) {
		t.Errorf("an address that only Initech knows: %d %s", status, text)
	}
}
