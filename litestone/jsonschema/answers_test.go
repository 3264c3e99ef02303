package jsonschema_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/jsonschema"
	"github.com/litestone-go/orm/litestone/schema"
)

// TestAnswersFitTheirDocument: what a real client answers is what the document of answered rows
// says, derived fields and included relations too, and what it takes fits that of creates.
func TestAnswersFitTheirDocument(t *testing.T) {
	s, err := schema.FromText("schema", `
enum Size { s m l }
type Place { town Text @length(2, 20)  zip Text?  since DateTime?  open Boolean @default(true) }
model teams {
  id Integer @id
  name Text @unique
  members people[]
  headcount Integer @from(members, count: true)
  oldest Integer? @from(members, max: age)
  latest people? @from(members, last: true)
}
model people {
  id Integer @id
  team teams? @relation(fields: [teamId], references: [id])
  teamId Integer?
  email Text @email @lower
  age Integer? @gte(0) @lt(200)
  size Size @default(m)
  sizes Size[]
  home Json? @type(Place)
  extra Json?
  score Real @default(1.5)
  photo Blob?
  born DateTime?
  shout Text @generated("upper({email})")
  note Text? @omit
  createdAt DateTime @default(now())
  updatedAt DateTime @updatedAt
}`, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{Parsed: s, DB: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	call := func(name, args string) string {
		t.Helper()
		v, err := db.Call(ctx, name, litestone.JSON(args))
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	created := jsonschema.Model(s.Model("people"), jsonschema.Options{Mode: jsonschema.Create})
	answered := jsonschema.Model(s.Model("people"), jsonschema.Options{Relations: true})
	call("teams.create", `{"data": {"name": "a"}}`)
	for _, data := range []string{
		`{"email": "Ada@example.com"}`,
		`{"email": "b@example.com", "teamId": 1, "age": 33, "size": "l", "sizes": ["s", "l"], "home": {"town": "Ulm"}, "extra": [1, "x"], "born": "1990-05-01T00:00:00.000Z", "note": "x"}`,
		`{"email": "c@example.com", "teamId": 1, "age": null, "home": {"town": "Bonn", "zip": "1", "since": "2020-01-01T10:00:00Z", "open": false}, "extra": "text", "score": 2}`,
	} {
		if bad := ask(t, created, data); bad != nil {
			t.Errorf("%s fails: %q", data, bad)
		}
		row := call("people.create", `{"data": `+data+`}`)
		if bad := ask(t, answered, row); bad != nil {
			t.Errorf("%s fails: %q", row, bad)
		}
	}
	var rows []json.RawMessage
	if err := json.Unmarshal([]byte(call("people.findMany", `{"include": {"team": true}}`)), &rows); err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		if bad := ask(t, answered, string(row)); bad != nil {
			t.Errorf("%s fails: %q", row, bad)
		}
	}
	teams := jsonschema.Model(s.Model("teams"), jsonschema.Options{Relations: true})
	if row := call("teams.findFirst", `{"include": {"members": true}}`); ask(t, teams, row) != nil {
		t.Errorf("%s fails: %q", row, ask(t, teams, row))
	}
}
