package write_test

import "testing"

// Errors of the database name the model and its fields, not tables and columns.
func TestErrorsNameTheSchema(t *testing.T) {
	play(t, `
model users {
  id    Integer @id @map("user_id")
  email Text @unique @map("mail")
  area  Text? @map("a")
  slot  Integer? @map("s")
  notes notes[]
  @@map("people")
  @@unique([area, slot])
}
model notes {
  id     Integer @id
  user   users @relation(fields: [userId], references: [id])
  userId Integer @map("u")
}`,
		step{call: "users.create", args: `{"data":{"id":1,"email":"a","area":"x","slot":1}}`},
		step{call: "users.create", args: `{"data":{"email":"a"}}`, err: "unique: email"},
		step{call: "users.create", args: `{"data":{"id":1,"email":"b"}}`, err: "unique: id"},
		step{call: "users.create", args: `{"data":{"email":"c","area":"x","slot":1}}`, err: "unique: area, slot"},
		step{call: "users.update", args: `{"where":{"id":1},"data":{"email":null}}`, err: "not_null: email"},
		step{call: "notes.create", args: `{"data":{"userId":9}}`, err: "foreign_key"},
		step{call: "notes.create", args: `{"data":{"user":{"create":{"email":"a"}}}}`, err: "unique: email"},
		step{call: "users.upsert", args: `{"where":{"id":2},"create":{"id":2,"email":"a"},"update":{"slot":2}}`, err: "unique: email"},
		step{call: "users.upsert", args: `{"where":{"id":1},"create":{"id":1,"email":"zz"},"update":{"slot":2}}`, want: `{"id":1,"email":"a","area":"x","slot":2}`},
		step{call: "users.upsert", args: `{"where":{"email":"n"},"create":{"email":"n"},"update":{"slot":2}}`, want: `{"id":2,"email":"n","area":null,"slot":null}`},
		step{call: "users.upsert", args: `{"where":{"email":"n"},"create":{"email":"other"},"update":{"slot":3}}`, want: `{"id":2,"email":"n","area":null,"slot":3}`},
	)
}

// Numbers of a sequence come back when the call fails, and go on from what is stored.
func TestSequenceStartsFromWhatIsStored(t *testing.T) {
	db := open(t, `
model bills {
  id   Integer @id
  shop Text
  year Integer @default(2026)
  num  Integer? @sequence(scope: [shop, year])
  code Text @unique
}
model tickets {
  id   Integer @id
  kind Text @default("t")
  num  Integer @sequence(scope: kind)
}`)
	if _, err := db.SQL("INSERT INTO bills (shop, year, num, code) VALUES ('a', 2026, 7, 'x')").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, s := range []step{
		{call: "bills.create", args: `{"data":{"shop":"a","code":"b"},"select":{"num":true,"year":true}}`, want: `{"num":8,"year":2026}`},
		{call: "bills.create", args: `{"data":{"shop":"a","code":"b"}}`, err: "unique: code"},
		{call: "bills.create", args: `{"data":{"shop":"a","year":2027,"code":"c"},"select":{"num":true}}`, want: `{"num":1}`},
		{call: "bills.create", args: `{"data":{"shop":"a","code":"d"},"select":{"num":true}}`, want: `{"num":9}`},
		{call: "bills.upsert", args: `{"where":{"code":"d"},"create":{"shop":"a","code":"d"},"update":{"year":2028}}`, want: `{"id":4,"shop":"a","year":2028,"num":9,"code":"d"}`},
		{call: "bills.upsertMany", args: `{"data":[{"shop":"a","code":"d"},{"shop":"a","code":"e"}],"conflictTarget":"code"}`, want: `{"count":2}`},
		{call: "SELECT code, num FROM bills ORDER BY code", want: `[{"code":"b","num":8},{"code":"c","num":1},{"code":"d","num":9},{"code":"e","num":10},{"code":"x","num":7}]`},
		{call: "tickets.createMany", args: `{"data":[{},{},{"num":9},{}]}`, want: `{"count":4}`},
		{call: "SELECT num FROM tickets ORDER BY id", want: `[{"num":1},{"num":2},{"num":9},{"num":10}]`},
	} {
		db.play(t, i, s)
	}
}

// A state machine holds wherever one row is changed, and tells nothing of rows out of reach.
func TestStates(t *testing.T) {
	play(t, `
enum State { new done  transitions { finish: new -> done } }
model jobs {
  id    Integer @id
  state State? @default(new)
  size  Integer @default(0)
  owner Integer?
  @@allow('read', true)
  @@allow('create', true)
  @@allow('update', owner == null || owner == auth().id)
}`,
		step{call: "jobs.createMany", args: `{"data":[{"id":1},{"id":2,"state":null},{"id":3,"state":"done"},{"id":4,"state":"done","owner":9}]}`},
		step{call: "jobs.update", args: `{"where":{"id":{"gte":1}},"data":{"state":"done"}}`, want: `{"id":1,"state":"done","size":0,"owner":null}`},
		step{call: "jobs.update", args: `{"where":{"id":1},"data":{"state":"done","size":2}}`, want: `{"id":1,"state":"done","size":2,"owner":null}`},
		step{call: "jobs.update", args: `{"where":{"id":1},"data":{"state":"new"}}`, err: "transition_violation: state"},
		step{call: "jobs.update", args: `{"where":{"id":1},"data":{"state":null}}`, want: `{"id":1,"state":null,"size":2,"owner":null}`},
		step{call: "jobs.update", args: `{"where":{"id":2},"data":{"state":"done"}}`, want: `{"id":2,"state":"done","size":0,"owner":null}`},
		step{call: "jobs.update", args: `{"where":{"id":4},"data":{"state":"new"}}`, want: `null`},
		step{call: "jobs.upsertMany", args: `{"data":[{"id":3,"state":"new"}]}`, err: "transition_violation: state"},
		step{as: "system", call: "jobs.update", args: `{"where":{"id":3},"data":{"state":"new"},"select":{"state":true}}`, want: `{"state":"new"}`},
		step{call: "jobs.transition", args: `[3,"finish"]`, want: `{"id":3,"state":"done","size":0,"owner":null}`},
		step{call: "jobs.transition", args: `[3,"finish"]`, err: "transition_violation: state"},
		step{call: "jobs.transition", args: `[4,"finish"]`, want: `null`},
		step{call: "jobs.transition", args: `[3,"fly"]`, err: "transition_not_found"},
	)
}

// Values made from siblings and from the caller; a copy is taken before its source is
// transformed.
func TestDefaultsFromElsewhere(t *testing.T) {
	play(t, `
model docs {
  id    Integer @id
  title Text @trim @upper
  slug  Text @default(title) @slug
  plan  Text @default("free")
  label Text? @default(plan)
  by    Text? @default(auth().id)
  boss  Boolean? @default(auth().boss)
  ed    Integer? @updatedBy
}`,
		step{as: `{"id":7,"boss":true}`, call: "docs.create", args: `{"data":{"title":" My Doc "}}`, want: `{"id":1,"title":"MY DOC","slug":"my-doc","plan":"free","label":"free","by":"7","boss":true,"ed":null}`},
		step{as: `{"id":"x","boss":"maybe"}`, call: "docs.create", args: `{"data":{"title":"b","plan":"gold","label":null}}`, want: `{"id":2,"title":"B","slug":"b","plan":"gold","label":null,"by":"x","boss":null,"ed":null}`},
		step{as: `{"id":3}`, call: "docs.update", args: `{"where":{"id":2},"data":{"ed":99,"title":" c "}}`, want: `{"id":2,"title":"C","slug":"b","plan":"gold","label":null,"by":"x","boss":null,"ed":3}`},
		step{as: `{"id":4}`, call: "docs.upsertMany", args: `{"data":[{"id":2,"title":"d"},{"id":5,"title":"E F"}]}`, want: `{"count":2}`},
		step{call: "docs.findMany", args: `{"where":{"id":{"in":[2,5]}},"orderBy":{"id":"asc"},"select":{"title":true,"slug":true,"by":true,"ed":true}}`,
			want: `[{"title":"D","slug":"b","by":"x","ed":4},{"title":"E F","slug":"e-f","by":"4","ed":null}]`},
	)
}

// A model of one row gives its integer key a fixed default: a second row is refused.
func TestIntegerKeyWithADefault(t *testing.T) {
	play(t, `model settings { id Integer @id @default(7) @map("key"); name Text }`,
		step{call: "settings.create", args: `{"data":{"name":"a"}}`, want: `{"id":7,"name":"a"}`},
		step{call: "settings.create", args: `{"data":{"name":"b"}}`, err: "unique: id"},
		step{call: "settings.createMany", args: `{"data":[{"name":"b"}]}`, err: "unique: id"},
		step{call: "settings.upsertMany", args: `{"data":[{"name":"c"}]}`, want: `{"count":1}`},
		step{call: "settings.findMany", want: `[{"id":7,"name":"c"}]`},
	)
}
