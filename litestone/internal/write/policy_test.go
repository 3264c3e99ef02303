package write_test

import "testing"

// Rules that read the table a call changes are judged on what the call leaves behind.
func TestRulesThatReadTheirOwnTable(t *testing.T) {
	play(t, `
model nodes {
  id       Integer @id
  open     Boolean @default(false)
  parentId Integer?
  parent   nodes? @relation(fields: [parentId], references: [id])
  kids     nodes[]
  @@allow('read', true)
  @@allow('create', parentId == null || parent.open)
  @@allow('update', true)
  @@allow('post-update', parentId == null || parent.open)
}`,
		step{as: "system", call: "nodes.createMany", args: `{"data":[{"id":10,"open":true},{"id":20,"open":true,"parentId":10},{"id":1,"parentId":10},{"id":2,"parentId":20}]}`, want: `{"count":4}`},
		step{call: "nodes.create", args: `{"data":{"id":30,"parentId":1}}`, err: "access_denied"},
		step{call: "nodes.create", args: `{"data":{"id":30,"parentId":10}}`, want: `{"id":30,"open":false,"parentId":10}`},
		// Every child of a node must see it closed, also children with smaller ids.
		step{call: "nodes.updateMany", args: `{"data":{"open":false}}`, err: "access_denied"},
		step{call: "nodes.updateMany", args: `{"where":{"id":20},"data":{"open":false}}`, want: `{"count":1}`},
		step{call: "nodes.createMany", args: `{"data":[{"id":40,"parentId":41},{"id":41,"open":true}]}`, err: "foreign_key"},
		step{call: "nodes.createMany", args: `{"data":[{"id":41,"open":true},{"id":40,"parentId":41}]}`, want: `{"count":2}`},
		step{call: "nodes.createMany", args: `{"data":[{"id":51},{"id":50,"parentId":51}]}`, err: "access_denied"},
		// A nested row is judged when all of the call is written.
		step{call: "nodes.create", args: `{"data":{"id":60,"open":true,"kids":{"create":[{"id":61}]}}}`, want: `{"id":60,"open":true,"parentId":null}`},
		step{call: "nodes.create", args: `{"data":{"id":70,"kids":{"create":[{"id":71}]}}}`, err: "access_denied"},
		step{call: "nodes.update", args: `{"where":{"id":60},"data":{"parentId":60,"open":false}}`, err: "access_denied"},
		step{call: "SELECT id FROM nodes WHERE id >= 50 ORDER BY id", want: `[{"id":60},{"id":61}]`},
	)
}

// What a caller may change but not read is changed, and answered as if it were not there; what
// he creates and may not read answers its key.
func TestAnswersObeyTheReadPolicy(t *testing.T) {
	play(t, `
model votes {
  id     Integer @id
  by     Integer
  choice Text
  poll   polls @relation(fields: [pollId], references: [id])
  pollId Integer
  @@allow('read', by == auth().id)
}
model polls {
  id    Integer @id
  votes votes[]
}`,
		step{as: "system", call: "polls.create", args: `{"data":{"id":1}}`},
		step{as: `{"id":1}`, call: "votes.create", args: `{"data":{"id":1,"by":1,"choice":"a","pollId":1},"include":{"poll":true}}`, want: `{"id":1,"by":1,"choice":"a","pollId":1,"poll":{"id":1}}`},
		step{as: `{"id":1}`, call: "votes.create", args: `{"data":{"id":2,"by":2,"choice":"b","pollId":1},"include":{"poll":true}}`, want: `{"id":2}`},
		step{as: `{"id":1}`, call: "votes.create", args: `{"data":{"id":3,"by":2,"choice":"b","pollId":1},"select":{"choice":true}}`, want: `{"id":3}`},
		step{as: `{"id":1}`, call: "votes.create", args: `{"data":{"id":4,"by":2,"choice":"b","poll":{"create":{"id":2}}}}`, want: `{"id":4}`},
		step{as: `{"id":1}`, call: "votes.update", args: `{"where":{"id":2},"data":{"choice":"c"}}`, want: `null`},
		step{as: `{"id":1}`, call: "votes.upsert", args: `{"where":{"id":2},"create":{"id":2,"by":2,"choice":"x","pollId":1},"update":{"choice":"d"}}`, want: `null`},
		step{as: `{"id":1}`, call: "votes.upsert", args: `{"where":{"id":9},"create":{"id":9,"by":2,"choice":"x","pollId":1},"update":{"choice":"d"}}`, want: `{"id":9}`},
		step{call: "SELECT choice FROM votes WHERE id = 2", want: `[{"choice":"d"}]`},
		step{as: `{"id":1}`, call: "votes.delete", args: `{"where":{"id":2},"include":{"poll":true}}`, want: `null`},
		step{as: `{"id":1}`, call: "polls.create", args: `{"data":{"id":3,"votes":{"create":[{"id":5,"by":1,"choice":"e"},{"id":6,"by":2,"choice":"f"}]}},"include":{"votes":true}}`, want: `{"id":3,"votes":[{"id":5,"by":1,"choice":"e","pollId":3}]}`},
		step{call: "SELECT id FROM votes ORDER BY id", want: `[{"id":1},{"id":3},{"id":4},{"id":5},{"id":6},{"id":9}]`},
	)
}

// Nested steps ask the policies of the rows they touch.
func TestNestedStepsObeyTheTarget(t *testing.T) {
	play(t, `
model teams {
  id    Integer @id
  docs  docs[]
  tags  tags[]
}
model docs {
  id     Integer @id
  owner  Integer
  body   Text @default("")
  team   teams? @relation(fields: [teamId], references: [id])
  teamId Integer?
  @@allow('all', owner == auth().id)
}
model tags {
  id    Integer @id
  owner Integer
  teams teams[]
  @@allow('read', true)
  @@allow('write', owner == auth().id)
}`,
		step{as: "system", call: "teams.createMany", args: `{"data":[{"id":1},{"id":2}]}`},
		step{as: "system", call: "docs.createMany", args: `{"data":[{"id":1,"owner":1,"teamId":1},{"id":2,"owner":2,"teamId":1},{"id":3,"owner":2}]}`},
		step{as: "system", call: "tags.createMany", args: `{"data":[{"id":1,"owner":1},{"id":2,"owner":2}]}`},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"docs":{"update":{"where":{"id":2},"data":{"body":"x"}}}}}`, err: "not_found: docs"},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"docs":{"update":{"where":{"id":1},"data":{"owner":2}}}}}`, err: "access_denied"},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"docs":{"delete":{"id":2}}}}`, err: "not_found: docs"},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"docs":{"connect":{"id":3}}}}`, err: "not_found: docs"},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"docs":{"create":{"id":9,"owner":2}}}}`, err: "access_denied"},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"docs":{"updateMany":{"where":{},"data":{"body":"mine"}},"deleteMany":{"owner":2}}}}`, want: `{"id":1}`},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"docs":{"set":[]}}}`, want: `{"id":1}`},
		step{call: "SELECT id, body, teamId FROM docs ORDER BY id", want: `[{"id":1,"body":"mine","teamId":null},{"id":2,"body":"","teamId":1},{"id":3,"body":"","teamId":null}]`},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"tags":{"connect":[{"id":1},{"id":2}]}}}`, err: "not_found: tags"},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"tags":{"connect":[{"id":1},{"id":1}]}},"include":{"tags":true}}`, want: `{"id":1,"tags":[{"id":1,"owner":1}]}`},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"tags":{"upsert":{"where":{"id":5},"create":{"id":5,"owner":1},"update":{"owner":1}}}},"include":{"tags":{"orderBy":{"id":"asc"}}}}`, want: `{"id":1,"tags":[{"id":1,"owner":1},{"id":5,"owner":1}]}`},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"tags":{"set":[{"id":5}]}},"include":{"tags":true}}`, want: `{"id":1,"tags":[{"id":5,"owner":1}]}`},
		step{as: `{"id":1}`, call: "teams.update", args: `{"where":{"id":1},"data":{"tags":{"delete":{"id":5}}},"include":{"tags":true}}`, want: `{"id":1,"tags":[]}`},
	)
}

// An upsert does not tell a row it may not change from none by making another one.
func TestUpsertOfARowOutOfReach(t *testing.T) {
	play(t, `
model notes {
  id    Integer @id
  slug  Text
  owner Integer
  @@allow('read', true)
  @@allow('create', owner == auth().id)
  @@allow('update', owner == auth().id, "only your own notes")
}`,
		step{as: "system", call: "notes.create", args: `{"data":{"id":1,"slug":"a","owner":2}}`},
		step{as: `{"id":1}`, call: "notes.upsert", args: `{"where":{"slug":"a"},"create":{"slug":"a","owner":1},"update":{"slug":"b"}}`, err: "access_denied"},
		step{as: `{"id":1}`, call: "notes.upsert", args: `{"where":{"slug":"z"},"create":{"slug":"z","owner":1},"update":{"slug":"b"}}`, want: `{"id":2,"slug":"z","owner":1}`},
		step{as: `{"id":1}`, call: "notes.upsertMany", args: `{"data":[{"id":2,"slug":"zz","owner":1},{"id":1,"slug":"mine","owner":1}]}`, err: "access_denied"},
		step{as: `{"id":1}`, call: "notes.upsertMany", args: `{"data":[{"id":1}]}`, err: "access_denied"},
		step{as: `{"id":1}`, call: "notes.upsertMany", args: `{"data":[{"id":2,"slug":"zz"},{"id":3,"slug":"c","owner":1}]}`, want: `{"count":2}`},
		step{call: "SELECT id, slug, owner FROM notes ORDER BY id", want: `[{"id":1,"slug":"a","owner":2},{"id":2,"slug":"zz","owner":1},{"id":3,"slug":"c","owner":1}]`},
	)
}

// Field rules on write: judged by the values of a new row, by the stored row of an update.
func TestFieldRulesThatLookAtTheRow(t *testing.T) {
	play(t, `
model posts {
  id     Integer @id
  author Integer
  pinned Boolean @default(false) @allow('write', author == auth().id) @allow('write', auth().role == 'admin')
  title  Text
  at     DateTime? @updatedAt
}`,
		step{as: `{"id":1}`, call: "posts.create", args: `{"data":{"id":1,"author":1,"pinned":true,"title":"a"},"select":{"pinned":true}}`, want: `{"pinned":true}`},
		step{as: `{"id":1}`, call: "posts.create", args: `{"data":{"id":2,"author":2,"pinned":true,"title":"b"},"select":{"pinned":true}}`, want: `{"pinned":false}`},
		step{as: `{"id":2}`, call: "posts.updateMany", args: `{"data":{"pinned":true,"author":2}}`, want: `{"count":2}`},
		step{call: "SELECT pinned FROM posts ORDER BY id", want: `[{"pinned":1},{"pinned":1}]`},
		step{as: `{"id":3}`, call: "posts.update", args: `{"where":{"id":1},"data":{"pinned":false}}`, want: `{"id":1,"author":2,"pinned":true,"title":"a","at":"2026-01-02T03:04:05.006Z"}`},
		step{as: `{"id":3,"role":"admin"}`, call: "posts.update", args: `{"where":{"id":1},"data":{"pinned":false},"select":{"pinned":true}}`, want: `{"pinned":false}`},
		step{as: `{"id":9}`, call: "posts.upsertMany", args: `{"data":[{"id":1,"author":2,"pinned":true,"title":"c"},{"id":7,"author":9,"pinned":true,"title":"d"}]}`, want: `{"count":2}`},
		step{call: "SELECT id, pinned FROM posts ORDER BY id", want: `[{"id":1,"pinned":0},{"id":2,"pinned":1},{"id":7,"pinned":1}]`},
	)
}

func TestRefusalsSayTheRulesMessage(t *testing.T) {
	db := open(t, `
model notes {
  id    Integer @id
  owner Integer
  @@allow('create', owner == auth().id, "write your own notes")
  @@allow('update', true)
  @@deny('post-update', owner == 0, "somebody must own it")
}`)
	for _, c := range []struct{ call, args, want string }{
		{"notes.create", `{"data":{"owner":1}}`, "litestone: model notes: create: write your own notes"},
		{"notes.createMany", `{"data":[{"owner":1}]}`, "litestone: model notes: createMany: data[0]: write your own notes"},
		{"notes.updateMany", `{"data":{"owner":0}}`, "litestone: model notes: updateMany: somebody must own it"},
	} {
		if c.call == "notes.updateMany" {
			db.play(t, 0, step{as: "system", call: "notes.create", args: `{"data":{"owner":1}}`})
		}
		_, err := db.run(t, step{call: c.call, args: c.args})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.call, err, c.want)
		}
	}
}
