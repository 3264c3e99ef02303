package read_test

import (
	"fmt"
	"testing"
)

const cats = `
model cats {
  id       Integer @id
  name     Text
  shown    Boolean
  parent   cats? @relation(fields: [parentId], references: [id])
  parentId Integer?
  children cats[]
  deletedAt DateTime?
  @@softDelete
  @@allow('read', shown || auth().admin)
}`

const catRows = `INSERT INTO cats VALUES (1,'root',1,NULL,NULL),(2,'a',1,1,NULL),(3,'b',1,1,NULL),(4,'aa',1,2,NULL),
 (5,'ab',0,2,NULL),(6,'aaa',1,4,NULL),(7,'abx',1,5,NULL),(8,'gone',1,3,'2024-01-01T00:00:00.000Z'),(9,'under',1,8,NULL)`

func TestTree(t *testing.T) {
	f := open(t, cats, catRows)
	admin := as(map[string]any{"admin": true})
	const id = `"select":{"id":true},"orderBy":[{"_depth":"asc"},{"id":"asc"}]`
	for _, c := range []struct{ name, args, want string }{
		{"descendants", `{"where":{"id":1},"recursive":true,` + id + `}`, `[{"id":2,"_depth":1},{"id":3,"_depth":1},{"id":4,"_depth":2},{"id":6,"_depth":3}]`},
		{"depth", `{"where":{"id":1},"recursive":{"maxDepth":2},` + id + `}`, `[{"id":2,"_depth":1},{"id":3,"_depth":1},{"id":4,"_depth":2}]`},
		{"with deleted", `{"where":{"id":3},"recursive":true,"withDeleted":true,` + id + `}`, `[{"id":8,"_depth":1},{"id":9,"_depth":2}]`},
		{"ancestors", `{"where":{"id":6},"recursive":{"direction":"ancestors"},` + id + `}`, `[{"id":4,"_depth":1},{"id":2,"_depth":2},{"id":1,"_depth":3}]`},
		{"a hidden row cuts the way up", `{"where":{"id":7},"recursive":{"direction":"ancestors"},` + id + `}`, `[]`},
		{"ancestors, bounded", `{"where":{"id":6},"recursive":{"direction":"ancestors","maxDepth":1},` + id + `}`, `[{"id":4,"_depth":1}]`},
		{"of several starts each row once", `{"where":{"id":{"in":[1,2]}},"recursive":true,` + id + `}`, `[{"id":3,"_depth":1},{"id":4,"_depth":1},{"id":6,"_depth":2}]`},
		{"ancestors of several", `{"where":{"id":{"in":[3,6]}},"recursive":{"direction":"ancestors"},` + id + `}`, `[{"id":1,"_depth":1},{"id":4,"_depth":1},{"id":2,"_depth":2}]`},
		{"nested", `{"where":{"id":1},"recursive":{"nested":true},"orderBy":{"id":"desc"},"select":{"name":true}}`,
			`[{"name":"b","_depth":1,"children":[]},{"name":"a","_depth":1,"children":[{"name":"aa","_depth":2,"children":[{"name":"aaa","_depth":3,"children":[]}]}]}]`},
		{"limit of a nested tree", `{"where":{"id":1},"recursive":{"nested":true},"orderBy":{"id":"asc"},"select":{"id":true},"offset":1,"limit":5}`, `[{"id":3,"_depth":1,"children":[]}]`},
		{"nested ancestors", `{"where":{"id":6},"recursive":{"nested":true,"direction":"ancestors"},"select":{"id":true}}`,
			`[{"id":1,"_depth":3,"children":[{"id":2,"_depth":2,"children":[{"id":4,"_depth":1,"children":[]}]}]}]`},
		{"with includes and windows", `{"where":{"id":2},"recursive":true,"select":{"id":true,"parent":{"select":{"name":true}}},"window":{"n":{"count":true}},"orderBy":{"id":"asc"}}`,
			`[{"id":4,"parent":{"name":"a"},"_depth":1,"n":2},{"id":6,"parent":{"name":"aa"},"_depth":2,"n":2}]`},
		{"where may be raw", `{"where":{"name":"root","OR":[{"id":1}]},"recursive":{"maxDepth":1},"select":{"id":true},"orderBy":{"id":"asc"}}`, `[{"id":2,"_depth":1},{"id":3,"_depth":1}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := *f
			g.t = t
			g.expect(nil, "cats.findMany", c.args, c.want)
		})
	}
	f.expect(admin, "cats.findMany", `{"where":{"id":2},"recursive":true,`+id+`}`, `[{"id":4,"_depth":1},{"id":5,"_depth":1},{"id":6,"_depth":2},{"id":7,"_depth":2}]`)
	f.expect(nil, "cats.findMany", `{"where":{"id":5},"recursive":true}`, `[]`)
}

func TestTreeWithCycles(t *testing.T) {
	f := open(t, cats, `INSERT INTO cats VALUES (1,'a',1,3,NULL),(2,'b',1,1,NULL),(3,'c',1,2,NULL),(4,'d',1,3,NULL),(5,'e',1,5,NULL)`)
	const id = `"select":{"id":true},"orderBy":[{"_depth":"asc"},{"id":"asc"}]`
	f.expect(nil, "cats.findMany", `{"where":{"id":1},"recursive":true,`+id+`}`, `[{"id":2,"_depth":1},{"id":3,"_depth":2},{"id":4,"_depth":3}]`)
	f.expect(nil, "cats.findMany", `{"where":{"id":4},"recursive":{"direction":"ancestors"},`+id+`}`, `[{"id":3,"_depth":1},{"id":2,"_depth":2},{"id":1,"_depth":3}]`)
	f.expect(nil, "cats.findMany", `{"where":{"id":4},"recursive":{"direction":"ancestors","nested":true},`+id+`}`,
		`[{"id":1,"_depth":3,"children":[{"id":2,"_depth":2,"children":[{"id":3,"_depth":1,"children":[]}]}]}]`)
	f.expect(nil, "cats.findMany", `{"where":{"id":5},"recursive":true}`, `[]`)
	f.expect(nil, "cats.findMany", `{"where":{"id":5},"recursive":{"direction":"ancestors"}}`, `[]`)
}

func TestTreeOverSeveralRelations(t *testing.T) {
	f := open(t, `
model workers {
  id       Integer @id
  boss     workers? @relation(fields: [bossId], references: [id])
  bossId   Integer?
  mentor   workers? @relation(fields: [mentorId], references: [id])
  mentorId Integer?
  third    workers? @relation(fields: [thirdId], references: [id])
  thirdId  Integer?
}`, `INSERT INTO workers VALUES (1,NULL,NULL,NULL),(2,1,NULL,NULL),(3,2,1,NULL),(4,NULL,3,1)`)
	f.expect(nil, "workers.findMany", `{"where":{"id":1},"recursive":true,"select":{"id":true},"orderBy":[{"id":"asc"},{"_depth":"asc"}]}`,
		`[{"id":2,"_depth":1,"_via":"bossId"},{"id":3,"_depth":1,"_via":"mentorId"},{"id":3,"_depth":2,"_via":"bossId"},{"id":4,"_depth":1,"_via":"thirdId"},{"id":4,"_depth":2,"_via":"mentorId"}]`)
	f.expect(nil, "workers.findMany", `{"where":{"id":1},"recursive":{"via":"mentorId"},"select":{"id":true},"orderBy":{"id":"asc"}}`, `[{"id":3,"_depth":1},{"id":4,"_depth":2}]`)
	f.expect(nil, "workers.findMany", `{"where":{"id":4},"recursive":{"via":"mentor","direction":"ancestors"},"select":{"id":true},"orderBy":{"id":"asc"}}`, `[{"id":1,"_depth":2},{"id":3,"_depth":1}]`)
	f.expect(nil, "workers.findMany", `{"where":{"id":1},"recursive":{"nested":true}}`, `error validation recursive`)
	f.expect(nil, "workers.findMany", `{"recursive":{"via":"nobody"}}`, `error validation nobody`)
}

// A graph has rows that several ways lead to, and cycles: each row is answered once, at the length
// of the shortest way.
func TestTreeOverManyToMany(t *testing.T) {
	f := open(t, `
model packs {
  id      Integer @id
  open    Boolean
  uses    packs[] @relation("uses")
  usedBy  packs[] @relation("uses")
  @@allow('read', open)
}`, `INSERT INTO packs VALUES (1,1),(2,1),(3,1),(4,1),(5,1),(6,0),(7,1)`)
	r := f.model("packs").Field("uses").Relation
	f.sql(fmt.Sprintf("INSERT INTO %q (%q, %q) VALUES (1,2),(1,3),(2,4),(3,4),(4,5),(5,1),(4,4),(1,6),(6,7),(2,5)", r.Join.Table, r.JoinLocal, r.JoinRemote))
	const id = `"select":{"id":true},"orderBy":[{"_depth":"asc"},{"id":"asc"}]`
	f.expect(nil, "packs.findMany", `{"where":{"id":1},"recursive":{"via":"uses"},`+id+`}`,
		`[{"id":2,"_depth":1},{"id":3,"_depth":1},{"id":4,"_depth":2},{"id":5,"_depth":2}]`)
	f.expect(nil, "packs.findMany", `{"where":{"id":4},"recursive":{"via":"uses","direction":"ancestors"},`+id+`}`,
		`[{"id":2,"_depth":1},{"id":3,"_depth":1},{"id":1,"_depth":2},{"id":5,"_depth":3}]`)
	f.expect(nil, "packs.findMany", `{"where":{"id":4},"recursive":{"via":"usedBy","maxDepth":1},`+id+`}`, `[{"id":2,"_depth":1},{"id":3,"_depth":1}]`)
	f.expect(nil, "packs.findMany", `{"where":{"id":4},"recursive":true}`, `error validation recursive`)
	// Nested, each hangs below the first of those it is nearest by.
	const only = `"select":{"id":true},"orderBy":{"id":"asc"}`
	for _, c := range []struct{ name, args, want string }{
		{"descendants", `{"where":{"id":1},"recursive":{"via":"uses","nested":true},` + only + `}`,
			`[{"id":2,"_depth":1,"children":[{"id":4,"_depth":2,"children":[]},{"id":5,"_depth":2,"children":[]}]},{"id":3,"_depth":1,"children":[]}]`},
		{"the other side", `{"where":{"id":4},"recursive":{"via":"usedBy","nested":true},` + only + `}`,
			`[{"id":2,"_depth":1,"children":[{"id":1,"_depth":2,"children":[{"id":5,"_depth":3,"children":[]}]}]},{"id":3,"_depth":1,"children":[]}]`},
		{"ancestors", `{"where":{"id":4},"recursive":{"via":"uses","nested":true,"direction":"ancestors"},` + only + `}`,
			`[{"id":5,"_depth":3,"children":[{"id":1,"_depth":2,"children":[{"id":2,"_depth":1,"children":[]},{"id":3,"_depth":1,"children":[]}]}]}]`},
		{"from two rows", `{"where":{"id":{"in":[2,3]}},"recursive":{"via":"uses","nested":true,"maxDepth":2},` + only + `}`,
			`[{"id":4,"_depth":1,"children":[]},{"id":5,"_depth":1,"children":[{"id":1,"_depth":2,"children":[]}]}]`},
		{"limit counts the topmost", `{"where":{"id":1},"recursive":{"via":"uses","nested":true},` + only + `,"limit":1,"offset":1}`, `[{"id":3,"_depth":1,"children":[]}]`},
		{"a hidden row bears nothing", `{"where":{"id":6},"recursive":{"via":"uses","nested":true},` + only + `}`, `[]`},
	} {
		t.Run("nested/"+c.name, func(t *testing.T) { f.expect(nil, "packs.findMany", c.args, c.want) })
	}
	f.expect(nil, "packs.findMany", `{"where":{"id":4},"recursive":{"nested":true}}`, `error validation recursive`)
	f.expect(nil, "packs.findMany", `{"where":{"id":4},"recursive":{"via":"uses","nested":true},"include":{"uses":true}}`, `error validation uses`)
	f.expect(system, "packs.count", `{}`, `7`)
}
