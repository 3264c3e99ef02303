package litestone_test

import (
	"context"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// TestFieldRulesThatHoldForNullAreNoLicence is about rules like reviewer == null: they hold for
// some rows only, so the field may not be tested.
func TestFieldRulesThatHoldForNullAreNoLicence(t *testing.T) {
	scene{
		schema: `model papers {
  id Integer @id
  reviewer Integer?
  grade Integer @allow('read', reviewer == null)
  mark Integer @allow('read', !(reviewer != null))
  open Integer @allow('read', auth() != null)
}`,
		fill: []string{`INSERT INTO papers (id, reviewer, grade, mark, open) VALUES (1, NULL, 5, 5, 5), (2, 9, 6, 6, 6)`},
		attacks: []attack{
			{who(1), "papers.findMany", `{"orderBy": {"id": "asc"}}`, `[{"id":1,"reviewer":null,"grade":5,"mark":5,"open":5},{"id":2,"reviewer":9,"open":6}]`, "", ""},
			{who(1), "papers.count", `{"where": {"grade": {"gt": 5}}}`, "", litestone.CodeAccessDenied, ""},
			{who(1), "papers.count", `{"where": {"mark": {"gt": 5}}}`, "", litestone.CodeAccessDenied, ""},
			{who(1), "papers.findMany", `{"orderBy": {"grade": "asc"}}`, "", litestone.CodeAccessDenied, ""},
			{who(1), "papers.aggregate", `{"_max": {"grade": true}}`, "", litestone.CodeAccessDenied, ""},
			{who(1), "papers.groupBy", `{"by": ["grade"], "_count": true}`, "", litestone.CodeAccessDenied, ""},
			{who(1), "papers.count", `{"where": {"open": {"gt": 5}}}`, `1`, "", ""},
		},
	}.run(t)
}

// TestAuthValuesOfAnyKindCloseWhatTheyCannotDecide is about auth objects that hold more than
// JSON's scalars: what is there is not null, and what cannot be compared decides nothing.
func TestAuthValuesOfAnyKindCloseWhatTheyCannotDecide(t *testing.T) {
	type level int32
	s := scene{
		schema: `model a {
  id Integer @id
  @@allow('read', auth().limits == null)
}
model b {
  id Integer @id
  @@allow('read', true)
  @@deny('read', auth().banned)
}
model c {
  id Integer @id
  @@allow('read', auth().level >= 3)
}
model d {
  id Integer @id
  @@allow('read', true)
  @@deny('read', auth().org.closed)
}
model e {
  id Integer @id
  @@allow('read', auth().limits != null)
}`,
		fill: []string{`INSERT INTO a VALUES (1)`, `INSERT INTO b VALUES (1)`, `INSERT INTO c VALUES (1)`, `INSERT INTO d VALUES (1)`, `INSERT INTO e VALUES (1)`},
	}
	add := func(model, want string, auths ...any) {
		for _, auth := range auths {
			s.attacks = append(s.attacks, attack{auth, model + ".count", `{}`, want, "", ""})
		}
	}
	type org struct {
		Closed bool `json:"closed"`
	}
	add("a", "1", nil, who(1), who(1, "limits", nil))
	add("a", "0", who(1, "limits", map[string]any{"n": 1}), who(1, "limits", []any{}), who(1, "limits", []string{"x"}), who(1, "limits", "none"))
	add("b", "1", who(1), who(1, "banned", false), who(1, "banned", nil), who(1, "banned", 0))
	add("b", "0", who(1, "banned", true), who(1, "banned", 1), who(1, "banned", map[string]any{}), who(1, "banned", level(1)), who(1, "banned", uint8(1)))
	add("c", "1", who(1, "level", 3), who(1, "level", level(4)), who(1, "level", uint16(9)), who(1, "level", float32(3.5)))
	add("c", "0", who(1), who(1, "level", level(2)), who(1, "level", []any{5}), nil)
	add("d", "1", who(1), who(1, "org", map[string]any{"closed": false}), who(1, "org", org{false}), who(1, "org", &org{false}))
	add("d", "0", who(1, "org", map[string]any{"closed": true}), who(1, "org", org{true}), who(1, "org", &org{true}), who(1, "org", map[string]bool{"closed": true}))
	add("e", "1", who(1, "limits", map[string]any{"n": 1}), who(1, "limits", []string{"x"}))
	add("e", "0", who(1), nil)
	s.run(t)
}

// TestUpsertIsNoOracle lets somebody ask by upsert about rows he may neither see nor change:
// only what a unique constraint tells anyhow may differ.
func TestUpsertIsNoOracle(t *testing.T) {
	scene{
		schema: `model staff {
  id Integer @id
  email Text @unique
  salary Integer
  owner Integer
  @@allow('read', owner == auth().id)
  @@allow('update', owner == auth().id)
  @@allow('create', owner == auth().id)
}`,
		fill: []string{`INSERT INTO staff VALUES (1, 'boss', 900, 1), (2, 'me', 10, 2)`},
		attacks: []attack{
			{who(2), "staff.upsert", `{"where": {"salary": {"gt": 500}}, "create": {"id": 50, "email": "x1", "salary": 1, "owner": 2}, "update": {"salary": 2}, "select": {"id": true}}`, `{"id":50}`, "", ""},
			{who(2), "staff.upsert", `{"where": {"salary": {"gt": 5000}}, "create": {"id": 51, "email": "x2", "salary": 1, "owner": 2}, "update": {"salary": 2}, "select": {"id": true}}`, `{"id":51}`, "", ""},
			{who(2), "staff.upsert", `{"where": {"id": 1, "salary": {"gt": 500}}, "create": {"id": 52, "email": "x3", "salary": 1, "owner": 2}, "update": {"salary": 2}, "select": {"id": true}}`, `{"id":52}`, "", ""},
			{who(2), "staff.upsert", `{"where": {"id": 1}, "create": {"id": 1, "email": "x4", "salary": 1, "owner": 2}, "update": {"salary": 2}}`, "", litestone.CodeAccessDenied, "900"},
			{who(2), "staff.upsert", `{"where": {"id": 2}, "create": {"id": 2, "email": "x5", "salary": 1, "owner": 2}, "update": {"salary": 11}, "select": {"salary": true}}`, `{"salary":11}`, "", ""},
		},
	}.run(t)
}

// TestStateErrorsDoNotTellTheState is about steps refused on a row one may change but not read.
func TestStateErrorsDoNotTellTheState(t *testing.T) {
	scene{
		schema: `enum Step { draft secretive done
  transitions { finish: draft -> done  hush: draft -> secretive }
}
model jobs {
  id Integer @id
  step Step @allow('read', auth().admin)
  @@allow('update', true)
}
model plain {
  id Integer @id
  step Step
  @@allow('read', false)
  @@allow('update', true)
}`,
		fill: []string{`INSERT INTO jobs VALUES (1, 'secretive')`, `INSERT INTO plain VALUES (1, 'secretive')`},
		attacks: []attack{
			{who(2), "jobs.transition", []any{1, "finish"}, "", litestone.CodeTransition, "secretive"},
			{who(2), "jobs.update", `{"where": {"id": 1}, "data": {"step": "done"}}`, "", litestone.CodeTransition, "secretive"},
			{who(2), "plain.transition", []any{1, "finish"}, "", litestone.CodeTransition, "secretive"},
		},
	}.run(t)
}

// TestForeignKeysOneMayNotReadAreNotToldByTheirRelations walks, tests, sorts and counts over
// relations whose foreign key is hidden.
func TestForeignKeysOneMayNotReadAreNotToldByTheirRelations(t *testing.T) {
	denied := func(call, args string) attack {
		return attack{who(2), call, args, "", litestone.CodeAccessDenied, ""}
	}
	scene{
		schema: `model people {
  id Integer @id
  name Text
  notes notes[]
  marks marks[]
}
model notes {
  id Integer @id
  authorId Integer? @guarded
  author people? @relation(fields: [authorId], references: [id])
}
model marks {
  id Integer @id
  byId Integer? @allow('read', auth().admin)
  by people? @relation(fields: [byId], references: [id])
}`,
		fill: []string{`INSERT INTO people VALUES (1, 'ada'), (2, 'bob')`, `INSERT INTO notes VALUES (1, 1), (2, 2)`, `INSERT INTO marks VALUES (1, 1), (2, 2)`},
		attacks: []attack{
			{who(2), "notes.findMany", `{"orderBy": {"id": "asc"}}`, `[{"id":1},{"id":2}]`, "", ""},
			denied("notes.findMany", `{"include": {"author": true}}`),
			denied("notes.findMany", `{"select": {"id": true, "author": {"select": {"name": true}}}}`),
			denied("notes.count", `{"where": {"author": {"is": {"name": "ada"}}}}`),
			denied("notes.count", `{"where": {"author": null}}`),
			denied("notes.findMany", `{"orderBy": {"author": {"name": "asc"}}}`),
			denied("people.findMany", `{"include": {"notes": true}}`),
			denied("people.findMany", `{"include": {"_count": {"select": {"notes": true}}}}`),
			denied("people.findMany", `{"where": {"notes": {"some": {"id": 1}}}}`),
			denied("people.findMany", `{"orderBy": {"notes": {"_count": "desc"}}}`),
			denied("marks.findMany", `{"include": {"by": true}}`),
			denied("marks.findMany", `{"where": {"by": {"is": {"id": 1}}}}`),
			denied("people.findMany", `{"include": {"marks": true}}`),
			denied("notes.update", `{"where": {"id": 1}, "data": {"author": {"update": {"where": {"name": "ada"}, "data": {"name": "ada"}}}}}`),
			denied("notes.update", `{"where": {"id": 1}, "data": {"author": {"disconnect": {"name": "ada"}}}}`),
			denied("people.update", `{"where": {"id": 1}, "data": {"notes": {"update": {"where": {"id": 1}, "data": {}}}}}`),
			denied("people.update", `{"where": {"id": 1}, "data": {"marks": {"deleteMany": {"id": 1}}}}`),
			{who(2), "people.update", `{"where": {"id": 1}, "data": {"notes": {"create": {"id": 9}}}, "select": {"id": true}}`, `{"id":1}`, "", ""},
			{who(2, "admin", true), "marks.findMany", `{"include": {"by": {"select": {"name": true}}}, "where": {"id": 1}}`, `[{"id":1,"byId":1,"by":{"name":"ada"}}]`, "", ""},
			{who(2, "admin", true), "people.findMany", `{"include": {"marks": {"select": {"id": true}}}, "where": {"id": 1}}`, `[{"id":1,"name":"ada","marks":[{"id":1}]}]`, "", ""},
		},
	}.run(t)
}

// TestWriteRulesDoNotTrustValuesThatAreDropped gives a field whose rule looks at another field
// one may not write either.
func TestWriteRulesDoNotTrustValuesThatAreDropped(t *testing.T) {
	scene{
		schema: `model users {
  id Integer @id
  trusted Boolean @default(false) @allow('write', auth().admin)
  role Text @default("user") @allow('write', trusted == true)
  rank Text @default("low") @allow('write', role == 'chief')
}`,
		attacks: []attack{
			{who(2), "users.create", `{"data": {"id": 1, "trusted": true, "role": "chief", "rank": "high"}}`, `{"id":1,"trusted":false,"role":"user","rank":"low"}`, "", ""},
			{who(2), "users.createMany", `{"data": [{"id": 2, "rank": "high", "role": "chief", "trusted": true}]}`, `{"count":1}`, "", ""},
			{who(2), "users.findMany", `{"where": {"id": 2}}`, `[{"id":2,"trusted":false,"role":"user","rank":"low"}]`, "", ""},
			{who(1, "admin", true), "users.create", `{"data": {"id": 3, "trusted": true, "role": "chief", "rank": "high"}}`, `{"id":3,"trusted":true,"role":"chief","rank":"high"}`, "", ""},
		},
	}.run(t)
}

// TestRemovingByUpdateAsksTheDeletePolicy writes the stamp of a soft delete as if it were any
// column.
func TestRemovingByUpdateAsksTheDeletePolicy(t *testing.T) {
	s := scene{
		schema: `model docs {
  id Integer @id
  body Text
  deletedAt DateTime?
  @@softDelete
  @@allow('read', true)
  @@allow('create', true)
  @@allow('update', true)
  @@allow('delete', auth().admin)
}`,
		fill: []string{`INSERT INTO docs VALUES (1, 'x', NULL), (2, 'y', NULL)`},
	}
	s.attacks = []attack{
		{who(2), "docs.remove", `{"where": {"id": 1}}`, `null`, "", ""},
		{who(2), "docs.update", `{"where": {"id": 1}, "data": {"deletedAt": "2026-01-01"}}`, `null`, "", ""},
		{who(2), "docs.update", `{"where": {"body": "x"}, "data": {"deletedAt": "2026-01-01"}}`, `null`, "", ""},
		{who(2), "docs.updateMany", `{"data": {"deletedAt": "2026-01-01"}}`, `{"count":0}`, "", ""},
		{who(2), "docs.upsert", `{"where": {"id": 1}, "create": {"id": 1, "body": "z"}, "update": {"deletedAt": "2026-01-01"}}`, "", litestone.CodeAccessDenied, ""},
		{who(2), "docs.upsertMany", `{"data": [{"id": 1, "body": "z", "deletedAt": "2026-01-01"}]}`, "", litestone.CodeAccessDenied, ""},
		{who(2), "docs.count", `{}`, `2`, "", ""},
		{who(2), "docs.update", `{"where": {"id": 1}, "data": {"body": "changed"}, "select": {"body": true}}`, `{"body":"changed"}`, "", ""},
		{who(2, "admin", true), "docs.updateMany", `{"where": {"id": 1}, "data": {"deletedAt": "2026-01-01"}}`, `{"count":1}`, "", ""},
		{who(2), "docs.restore", `{"where": {"id": 1}, "select": {"id": true}}`, `[{"id":1}]`, "", ""},
	}
	s.run(t)
}

// TestRawSQLIsRefusedWhoeverBringsTheIdentity gives SQL as text to a client that asks for
// somebody by As, by the context, and in a transaction.
func TestRawSQLIsRefusedWhoeverBringsTheIdentity(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: "model notes {\n  id Integer @id\n  @@allow('all', auth().id == 1)\n}\n", DB: ":memory:"})
	forms := map[string]string{
		"findMany": `{"where": {"$raw": "1 = 1"}}`, "count": `{"where": {"$raw": "1 = 1"}}`, "exists": `{"$raw": "1 = 1"}`,
		"aggregate": `{"_some": {"count": true, "filter": "1 = 1"}}`, "groupBy": `{"by": ["id"], "_count": true, "$raw": "1 = 1"}`,
		"updateMany": `{"where": {"$raw": "1 = 1"}, "data": {}}`, "deleteMany": `{"where": {"$raw": "1 = 1"}}`,
		"update": `{"where": {"$raw": "1 = 1"}, "data": {}}`, "remove": `{"where": {"$raw": "1 = 1"}}`,
	}
	refused := func(t *testing.T, ctx context.Context, c *litestone.Client) {
		t.Helper()
		for op, args := range forms {
			_, err := c.Call(ctx, "notes."+op, litestone.JSON(args))
			attack{call: op, args: args, code: litestone.CodeValidation}.judge(t, nil, err)
		}
		_, err := c.Query(ctx, litestone.JSON(`{"notes": {"where": {"$raw": "1 = 1"}}}`))
		attack{call: "$query", code: litestone.CodeValidation}.judge(t, nil, err)
		_, err = c.SQL("SELECT 1").Rows(ctx)
		attack{call: "SQL", code: litestone.CodeAccessDenied}.judge(t, nil, err)
	}
	t.Run("as", func(t *testing.T) { refused(t, t.Context(), db.As(who(2))) })
	t.Run("as nobody", func(t *testing.T) { refused(t, t.Context(), db.As(nil)) })
	t.Run("context", func(t *testing.T) { refused(t, litestone.WithAuth(t.Context(), who(2)), db) })
	t.Run("as wins over the context", func(t *testing.T) { refused(t, litestone.AsSystem(t.Context()), db.As(who(2))) })
	t.Run("transaction", func(t *testing.T) {
		err := db.As(who(2)).Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
			refused(t, ctx, tx)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Run("request body", func(t *testing.T) {
		for op, args := range forms {
			_, err := db.AsSystem().Call(t.Context(), "notes."+op, litestone.Untrusted(args))
			attack{call: op, args: args, code: litestone.CodeValidation}.judge(t, nil, err)
		}
		_, err := db.Query(t.Context(), litestone.Untrusted(`{"notes": {"where": {"$raw": "1 = 1"}}}`))
		attack{call: "$query", code: litestone.CodeValidation}.judge(t, nil, err)
	})
}

// TestPoliciesAboutUnknownThings are closed: NULL is neither allowed nor not denied.
func TestPoliciesAboutUnknownThings(t *testing.T) {
	s := scene{
		schema: `model orgs {
  id Integer @id
  open Boolean?
  deletedAt DateTime?
  @@softDelete
  @@allow('read', open == true)
}
model a {
  id Integer @id
  n Integer?
  @@allow('read', true)
  @@deny('read', n > 5)
}
model b {
  id Integer @id
  n Integer?
  @@allow('read', !(n > 5))
}
model c {
  id Integer @id
  orgId Integer?
  org orgs? @relation(fields: [orgId], references: [id])
  @@allow('read', check(org))
}
model d {
  id Integer @id
  orgId Integer?
  org orgs? @relation(fields: [orgId], references: [id])
  @@allow('read', org.open == true)
}
model e {
  id Integer @id
  owner Integer?
  @@allow('read', owner != auth().id)
}`,
		fill: []string{
			`INSERT INTO orgs VALUES (1, 1, NULL), (2, 0, NULL), (3, NULL, NULL), (4, 1, '2026-01-01T00:00:00.000Z')`,
			`INSERT INTO a VALUES (1, NULL), (2, 9), (3, 1)`, `INSERT INTO b VALUES (1, NULL), (2, 9), (3, 1)`,
			`INSERT INTO c VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, NULL)`, `INSERT INTO d VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, NULL)`,
			`INSERT INTO e VALUES (1, NULL), (2, 7), (3, 2)`,
		},
	}
	for model, want := range map[string]string{"a": `[{"id":3}]`, "b": `[{"id":3}]`, "c": `[{"id":1}]`, "d": `[{"id":1}]`, "e": `[{"id":2}]`} {
		s.attacks = append(s.attacks, attack{who(2), model + ".findMany", `{"select": {"id": true}, "orderBy": {"id": "asc"}}`, want, "", ""})
	}
	s.attacks = append(s.attacks, attack{nil, "e.findMany", `{}`, `[]`, "", ""})
	s.run(t)
}

// TestErrorsDoNotQuoteStoredValues looks for the content of forbidden rows in what fails.
func TestErrorsDoNotQuoteStoredValues(t *testing.T) {
	s := scene{
		schema: `model people {
  id Integer @id
  email Text @unique
  card Text
  pets pets[]
  @@allow('read', id == auth().id)
  @@allow('create', id == auth().id)
  @@allow('update', id == auth().id)
  @@deny('update', card == 'topsecret')
}
model pets {
  id Integer @id
  personId Integer
  person people @relation(fields: [personId], references: [id])
}`,
		fill: []string{`INSERT INTO people VALUES (1, 'a@x', 'topsecret'), (2, 'b@x', 'mine')`, `INSERT INTO pets VALUES (1, 1)`},
		attacks: []attack{
			{who(3), "people.create", `{"data": {"id": 3, "email": "a@x", "card": "c"}}`, "", litestone.CodeUnique, "topsecret"},
			{who(2), "people.update", `{"where": {"id": 2}, "data": {"email": "a@x"}}`, "", litestone.CodeUnique, "topsecret"},
			{who(1), "people.update", `{"where": {"id": 1}, "data": {"card": "x"}}`, `null`, "", ""},
			{who(2), "pets.update", `{"where": {"id": 1}, "data": {"person": {"connect": {"card": "topsecret"}}}}`, "", litestone.CodeNotFound, "topsecret"},
			{who(2), "pets.update", `{"where": {"id": 1}, "data": {"person": {"update": {"card": "x"}}}}`, "", litestone.CodeNotFound, "topsecret"},
		},
	}
	s.run(t)
}

// TestCompiledStatementsBelongToNoSession asks one shape as the system, then as others.
func TestCompiledStatementsBelongToNoSession(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: `model notes {
  id Integer @id
  owner Integer
  secret Text @guarded
  hint Text @allow('read', auth().admin)
  @@allow('all', owner == auth().id)
}`, DB: ":memory:"})
	if _, err := db.SQL(`INSERT INTO notes VALUES (1, 1, 's1', 'h1'), (2, 2, 's2', 'h2')`).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask := func(c *litestone.Client, want string) {
		t.Helper()
		attack{nil, "notes.findMany", `{"orderBy": {"id": "asc"}}`, want, "", ""}.run(t, c)
		attack{nil, "notes.updateMany", `{"data": {"owner": 1}, "where": {"id": 77}}`, `{"count":0}`, "", ""}.run(t, c)
	}
	for range 3 {
		ask(db.AsSystem(), `[{"id":1,"owner":1,"secret":"s1","hint":"h1"},{"id":2,"owner":2,"secret":"s2","hint":"h2"}]`)
		ask(db.As(who(1, "admin", true)), `[{"id":1,"owner":1,"hint":"h1"}]`)
		ask(db.As(who(2)), `[{"id":2,"owner":2}]`)
		ask(db, `[]`)
		ask(db.As(nil), `[]`)
	}
	for _, c := range []struct {
		c    *litestone.Client
		want litestone.Code
	}{{db.AsSystem(), ""}, {db.As(who(2)), litestone.CodeAccessDenied}, {db.As(who(1, "admin", true)), ""}, {db.As(who(2)), litestone.CodeAccessDenied}} {
		a := attack{nil, "notes.count", `{"where": {"hint": "h9"}}`, "0", c.want, ""}
		if c.want != "" {
			a.want = ""
		}
		a.run(t, c.c)
	}
}

// TestTheContextCannotRaiseAScopedClient: As wins over what the context says.
func TestTheContextCannotRaiseAScopedClient(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: "model notes {\n  id Integer @id\n  @@allow('read', auth().id == 1)\n}\n", DB: ":memory:"})
	if _, err := db.SQL(`INSERT INTO notes VALUES (1)`).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	count := func(ctx context.Context, c *litestone.Client, want int64) {
		t.Helper()
		n, err := c.Table("notes").Count(ctx, nil)
		if err != nil || n != want {
			t.Errorf("counts %d (%v), want %d", n, err, want)
		}
	}
	count(t.Context(), db, 0)
	count(t.Context(), db.As(who(2)), 0)
	count(t.Context(), db.As(who(1)), 1)
	count(litestone.WithAuth(t.Context(), who(1)), db, 1)
	count(litestone.WithAuth(t.Context(), who(1)), db.As(who(2)), 0)
	count(litestone.WithAuth(t.Context(), who(1)), db.As(nil), 0)
	count(litestone.AsSystem(t.Context()), db.As(who(2)), 0)
	count(litestone.AsSystem(t.Context()), db, 1)
	err := db.As(who(2)).Transaction(litestone.AsSystem(t.Context()), func(ctx context.Context, tx *litestone.Client) error {
		count(ctx, tx, 0)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.As("a string").Table("notes").Count(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "auth") {
		t.Errorf("an auth object that is a string: %v", err)
	}
}
