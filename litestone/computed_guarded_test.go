package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/plugins/encrypt"
	"github.com/litestone-go/orm/plugins/gate"
)

// tellAll is a function that tells all it is given.
var tellAll = func(_ context.Context, r *litestone.Record) (any, error) {
	return strings.ReplaceAll(fmt.Sprint(r.Map()), "<nil>", "-"), nil
}

const secretSchema = `
enum Step { first second  transitions { go: first -> second } }
model vaults {
  id      Integer @id
  owner   Integer
  name    Text
  pin     Text? @encrypted(searchable: true)
  note    Text? @guarded
  amount  Integer? @allow('read', auth().id == owner)
  rate    Integer? @allow('read', auth().chief)
  step    Step @default(first)
  coins   coins[]
  sum     Integer? @from(coins, sum: worth)
  last    coins? @from(coins, last: true)
  all     Text @computed
  pinned  Text? @computed
  noted   Text? @computed
  rich    Text? @computed
  richer  Text? @computed
  summed  Text? @computed
  quiet   Text? @computed @guarded
  own     Text? @computed @allow('read', auth().id == owner)
  @@allow('read', id < 4)
  @@allow('write', true)
}
model coins {
  id      Integer @id
  worth   Integer @allow('read', worth < 100)
  vault   vaults? @relation(fields: [vaultId], references: [id])
  vaultId Integer?
  @@allow('read', id < 3)
  @@allow('write', true)
}`

func tellsOf(needs ...string) litestone.Computed {
	return litestone.Computed{Needs: needs, Value: tellAll}
}

// A computed field tells nothing that its caller may not read: not of a need that is hidden from him
// in every row or in some, nor of rows behind a derived one.
func TestComputedFieldsTellNothingForbidden(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: secretSchema, DB: ":memory:", Plugins: []plugin.Plugin{encrypt.New("0123456789abcdef0123456789ABCDEF")},
		Computed: computed{"vaults": {"all": {Value: tellAll}, "pinned": tellsOf("pin", "id"), "noted": tellsOf("note", "id"), "rich": tellsOf("amount", "id"), "richer": tellsOf("rich", "rate"),
			"summed": tellsOf("sum"), "quiet": tellsOf("id"), "own": tellsOf("id")}}})
	for _, row := range []string{
		`{"id": 1, "owner": 7, "name": "a", "pin": "1111", "note": "n1", "amount": 10, "rate": 3, "coins": {"create": [{"id": 1, "worth": 5}, {"id": 2, "worth": 500}, {"id": 3, "worth": 7}]}}`,
		`{"id": 2, "owner": 8, "name": "b", "pin": "2222", "note": "n2", "amount": 20}`,
	} {
		must(t, db.AsSystem(), "vaults.create", litestone.JSON(`{"data": `+row+`, "select": false}`))
	}
	select8 := `"select": {"id": true, "all": true, "pinned": true, "noted": true, "rich": true, "richer": true, "summed": true, "quiet": true, "own": true}`
	for name, c := range map[string]struct {
		as    *litestone.Client
		first string
		both  string
	}{
		"nobody": {db,
			`{"id":1,"all":"map[id:1 name:a owner:7 step:first]","summed":"map[sum:5]"}`,
			`{"id":2,"all":"map[id:2 name:b owner:8 step:first]","summed":"map[sum:0]"}`},
		"an owner": {db.As(who(7)),
			`{"id":1,"all":"map[amount:10 id:1 name:a owner:7 step:first]","rich":"map[amount:10 id:1]","summed":"map[sum:5]","own":"map[id:1]"}`,
			`{"id":2,"all":"map[id:2 name:b owner:8 step:first]","summed":"map[sum:0]"}`},
		"an owner who is chief": {db.As(who(7, "chief", true)),
			`{"id":1,"all":"map[amount:10 id:1 name:a owner:7 rate:3 step:first]","rich":"map[amount:10 id:1]","richer":"map[rate:3 rich:map[amount:10 id:1]]","summed":"map[sum:5]","own":"map[id:1]"}`,
			`{"id":2,"all":"map[id:2 name:b owner:8 rate:- step:first]","summed":"map[sum:0]"}`},
		"the system": {db.AsSystem(),
			`{"id":1,"all":"map[amount:10 id:1 name:a note:n1 owner:7 pin:1111 rate:3 step:first]","pinned":"map[id:1 pin:1111]","noted":"map[id:1 note:n1]","rich":"map[amount:10 id:1]","richer":"map[rate:3 rich:map[amount:10 id:1]]","summed":"map[sum:512]","quiet":"map[id:1]","own":"map[id:1]"}`,
			`{"id":2,"all":"map[amount:20 id:2 name:b note:n2 owner:8 pin:2222 rate:- step:first]","pinned":"map[id:2 pin:2222]","noted":"map[id:2 note:n2]","rich":"map[amount:20 id:2]","richer":"map[rate:- rich:map[amount:20 id:2]]","summed":"map[sum:0]","quiet":"map[id:2]","own":"map[id:2]"}`},
	} {
		for call, want := range map[string]string{
			`vaults.findMany {"orderBy": {"id": "asc"}, ` + select8 + `}`:                                     "[" + c.first + "," + c.both + "]",
			`vaults.findUnique {"where": {"id": 1}, ` + select8 + `}`:                                         c.first,
			`vaults.update {"where": {"id": 1}, "data": {"name": "a"}, ` + select8 + `}`:                      c.first,
			`coins.findMany {"where": {"id": 1}, "select": {"vault": {` + select8 + `}}}`:                     `[{"vault":` + c.first + `}]`,
			`coins.findMany {"where": {"id": 1}, "select": {"vault": {"where": {"id": 1}, ` + select8 + `}}}`: `[{"vault":` + c.first + `}]`,
		} {
			s := jsonlScript{t: t, db: db}
			t.Run(name, func(t *testing.T) { s.call(c.as, call, want) })
		}
	}
	s := jsonlScript{t: t, db: db}
	// a row one may make but not read shows its key
	s.call(db.As(who(7)), `vaults.create {"data": {"id": 9, "owner": 7, "name": "z"}}`, `{"id":9}`)
	// a step's answer is whole: derived rows and computed fields too
	v, err := db.As(who(7)).Table("vaults").Transition(t.Context(), 1, "go")
	if got := shownAs(t, v); err != nil || got != `{"id":1,"owner":7,"name":"a","amount":10,"step":"second","sum":5,"last":{"id":2,"vaultId":1},"all":"map[amount:10 id:1 name:a owner:7 step:second]","rich":"map[amount:10 id:1]","summed":"map[sum:5]","own":"map[id:1]"}` {
		t.Error(got, err)
	}
}

// A need behind a gate refuses the call, as selecting it does.
func TestComputedFieldsBehindGates(t *testing.T) {
	db := openText(t, litestone.Config{DB: ":memory:", SchemaText: `
model users { id Integer @id  notes notes[]  n Integer @from(notes, count: true) @omit(all)  busy Text @computed }
model notes { id Integer @id  user users? @relation(fields: [userId], references: [id])  userId Integer?  @@gate("5") }`,
		Computed: computed{"users": {"busy": tellsOf("n")}},
		Plugins: []plugin.Plugin{gate.New(gate.Options{GetLevel: func(_ context.Context, auth map[string]any, _ string) (int, error) {
			return auth["level"].(int), nil
		}})}})
	must(t, db.AsSystem(), "users.create", litestone.JSON(`{"data": {"id": 1}}`))
	s := jsonlScript{t: t, db: db}
	s.call(db.As(map[string]any{"level": 4}), `users.findMany {"select": {"busy": true}}`, `!access_denied`)
	s.call(db.As(map[string]any{"level": 4}), `users.findMany {"select": {"id": true}}`, `[{"id":1}]`)
	s.call(db.As(map[string]any{"level": 5}), `users.findMany {"select": {"busy": true}}`, `[{"busy":"map[n:0]"}]`)
}

// Models of append-only files have computed fields like any other; nothing of them is in the file.
func TestComputedFieldsOfLogFiles(t *testing.T) {
	boom := false
	s := openJSONL(t, `
model visits {
  id   Integer @id
  path Text
  ms   Real?
  line Text @computed
  @@db(logs)
}
model users { id Integer @id  name Text }`, func(c *litestone.Config) {
		c.Computed = computed{"visits": {"line": {Needs: []string{"path", "ms"}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
			if boom {
				return nil, errors.New("boom")
			}
			return tellAll(context.Background(), r)
		}}}}
	})
	s.call(s.db, `visits.create {"data": {"path": "/a", "ms": 1}}`, `{"id":1,"path":"/a","ms":1,"line":"map[ms:1 path:/a]"}`)
	s.call(s.db, `visits.create {"data": {"path": "/b"}, "select": {"line": true}}`, `{"line":"map[ms:- path:/b]"}`)
	s.call(s.db, `visits.findMany {"where": {"id": 1}, "select": {"line": true}}`, `[{"line":"map[ms:1 path:/a]"}]`)
	s.call(s.db, `visits.findManyCursor {"limit": 1, "select": {"line": true}, "orderBy": {"path": "desc"}, "where": {"id": 2}}`, `{"items":[{"line":"map[ms:- path:/b]"}],"nextCursor":null,"hasMore":false}`)
	s.call(s.db, `$query {"users": {}, "v": {"model": "visits", "where": {"id": 1}, "select": {"line": true}}}`, `{"users":[],"v":[{"line":"map[ms:1 path:/a]"}]}`)
	boom = true
	s.call(s.db, `visits.create {"data": {"path": "/c"}}`, `!computed line`)
	s.call(s.db, `visits.count`, `2`)
}

// Who sees what is made of a logged field has read it.
func TestComputedFieldsAndTheAuditLog(t *testing.T) {
	a := openAudited(t, `
model people {
  id     Integer @id
  name   Text
  salary Integer? @log(audit)
  band   Text? @computed
  hello  Text? @computed
}
model teams { id Integer @id  pay Integer? @allow('read', id < 2) @log(audit)  paid Text? @computed  @@log(audit, reads: true, writes: false) }
`, func(c *litestone.Config) {
		c.Computed = computed{"people": {"band": tellsOf("salary"), "hello": tellsOf("name")}, "teams": {"paid": tellsOf("pay")}}
	})
	a.call(a.db, `people.create {"data": {"id": 1, "name": "a", "salary": 5}, "select": false}`, `teams.createMany {"data": [{"id": 1, "pay": 1}, {"id": 2, "pay": 2}]}`)
	a.expect(`create people.salary [1] - 5 -`, `create teams.pay [1,2] - - -`)
	a.call(a.db, `people.findMany {"select": {"hello": true}}`)
	a.expect()
	a.call(a.db, `people.findMany {"select": {"band": true}}`)
	a.expect(`read people.salary [1] - - -`)
	a.call(a.db, `people.findMany {"select": {"band": true, "salary": true}}`)
	a.expect(`read people.salary [1] - - -`)
	a.call(a.db, `teams.findMany {"select": {"paid": true}, "orderBy": {"id": "asc"}}`)
	a.expect(`read teams [1,2] - - -`, `read teams.pay [1] - - -`)
}
