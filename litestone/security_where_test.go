package litestone_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// FuzzAScopedWhereFindsASubset gives arbitrary wheres to a client that speaks for somebody: what they
// find is among what the policy alone admits, and so is what is counted, changed and removed.
func FuzzAScopedWhereFindsASubset(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"id": 11}`, `{"OR": [{"team": 2}, {"id": {"gt": 0}}]}`, `{"NOT": {"team": 1}}`, `{"NOT": [{"id": 1}, {"id": null}]}`,
		`{"leads": {"every": {"cost": {"gt": 1}}}}`, `{"boss": {"is": null}}`, `{"boss": null, "AND": []}`, `{"$raw": "1 = 1 OR 1"}`,
		`{"secret": {"contains": "FORBIDDEN"}}`, `{"leadCount": {"gte": 0}}`, `{"name": {"in": ["FORBIDDEN name A", null]}}`,
		`{"email": {"startsWith": "f\\11"}}`, `{"joined": {"none": {"members": {"some": {"id": 11}}}}}`, `{"deletedAt": {"not": null}}`,
		`{"team": {"not": {"in": [1]}}}`, `{"OR": [{"NOT": {"OR": []}}]}`, `{"bio": {"contains": "') OR 1=1 --"}}`,
	} {
		f.Add(s)
	}
	db, err := litestone.Open(f.Context(), litestone.Config{SchemaText: fuzzSchema, DB: ":memory:"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	for _, s := range []string{
		`INSERT INTO people (id, team, name, email, secret, bossId, deletedAt) VALUES (1, 1, 'a', 'a', 's1', NULL, NULL), (2, 1, 'b', 'b', 's2', 11, NULL),
		  (3, 1, 'c', 'c', 's3', 1, '2026-01-01T00:00:00.000Z'), (11, 2, 'FORBIDDEN name A', 'f11', 's11', 1, NULL), (12, 2, 'x', 'x', 's12', 11, '2026-01-01T00:00:00.000Z')`,
		`INSERT INTO projects (id, team, cost, leadId) VALUES (1, 1, 5, 1), (2, 2, 6, 1), (3, 1, 7, 11)`,
	} {
		if _, err := db.SQL(s).Exec(f.Context()); err != nil {
			f.Fatal(err)
		}
	}
	for _, id := range []int{1, 2, 3} {
		link := litestone.Map{"where": obj{"id": id}, "data": obj{"members": obj{"connect": []any{obj{"id": 1}, obj{"id": 2}, obj{"id": 11}}}}}
		if _, err := db.AsSystem().Call(f.Context(), "projects.update", link); err != nil {
			f.Fatal(err)
		}
	}
	me := db.As(who(1, "team", 1))
	permitted := map[string]map[int64]bool{"people": {1: true, 2: true, 3: true}, "projects": {1: true, 3: true}}
	f.Fuzz(func(t *testing.T, where string) {
		if !json.Valid([]byte(where)) {
			return
		}
		for model, ids := range permitted {
			args := litestone.JSON(`{"where": ` + where + `, "select": {"id": true}` + map[bool]string{true: `, "withDeleted": true`}[model == "people"] + `}`)
			rows, err := me.Table(model).FindMany(t.Context(), args)
			if err != nil {
				var e *litestone.Error
				if !errors.As(err, &e) || e.Code == litestone.CodeSQL {
					t.Fatalf("%s where %s: %v", model, where, err)
				}
				continue
			}
			for _, r := range rows {
				if id, _ := r.Get("id"); !ids[id.(int64)] {
					t.Errorf("%s where %s finds %v", model, where, id)
				}
			}
			form := litestone.JSON(`{"where": ` + where + map[bool]string{true: `, "withDeleted": true`}[model == "people"] + `}`)
			if n, err := me.Table(model).Count(t.Context(), form); err != nil || n != int64(len(rows)) {
				t.Errorf("%s where %s counts %d (%v), finds %d", model, where, n, err, len(rows))
			}
			team := litestone.JSON(`{"where": ` + where + `, "data": {"team": 1}}`)
			if n, err := me.Table(model).UpdateMany(t.Context(), team); err != nil || n > int64(len(rows)) {
				t.Errorf("%s where %s updates %d (%v), finds %d", model, where, n, err, len(rows))
			}
		}
	})
}

const fuzzSchema = `model people {
  id Integer @id
  team Integer
  name Text
  email Text @unique
  secret Text @guarded
  bio Text @default("")
  bossId Integer?
  boss people? @relation("boss", fields: [bossId], references: [id])
  staff people[] @relation("boss")
  leads projects[]
  joined projects[] @relation("members")
  leadCount Integer @from(leads, count: true)
  deletedAt DateTime?
  @@softDelete
  @@fts([name])
  @@allow('all', team == auth().team)
}
model projects {
  id Integer @id
  team Integer
  cost Integer?
  leadId Integer?
  lead people? @relation(fields: [leadId], references: [id])
  members people[] @relation("members")
  @@allow('all', team == auth().team)
}
`
