package write_test

import (
	"fmt"
	"strings"
	"testing"
)

const firms = `
model firms {
  code      Text @id
  parent    firms? @relation(fields: [parentCode], references: [code])
  parentCode Text?
  subs      firms[]
  crews     crews[]
  badges    badges[] @hardDelete
  deletedAt DateTime?
  @@softDelete(cascade)
}
model crews {
  id        Integer @id
  firm      firms @relation(fields: [firmCode], references: [code])
  firmCode  Text
  jobs      jobs[]
  notes     notes[]
  deletedAt DateTime?
  @@softDelete
}
model jobs {
  id        Integer @id
  crew      crews @relation(fields: [crewId], references: [id])
  crewId    Integer
  deletedAt DateTime?
  @@softDelete
}
model notes {
  id     Integer @id
  crew   crews @relation(fields: [crewId], references: [id])
  crewId Integer
}
model badges {
  id       Integer @id
  firm     firms @relation(fields: [firmCode], references: [code])
  firmCode Text
  links    links[]
}
model links {
  id      Integer @id
  badge   badges @relation(fields: [badgeId], references: [id], onDelete: Cascade)
  badgeId Integer
}`

var tree = []step{
	{call: "firms.createMany", args: `{"data":[{"code":"a"},{"code":"b","parentCode":"a"},{"code":"c"}]}`},
	{call: "crews.createMany", args: `{"data":[{"id":1,"firmCode":"a"},{"id":2,"firmCode":"a"},{"id":3,"firmCode":"b"},{"id":4,"firmCode":"c"}]}`},
	{call: "jobs.createMany", args: `{"data":[{"id":1,"crewId":1},{"id":2,"crewId":2},{"id":3,"crewId":3},{"id":4,"crewId":4}]}`},
	{call: "notes.create", args: `{"data":{"id":1,"crewId":1}}`},
	{call: "badges.createMany", args: `{"data":[{"id":1,"firmCode":"a"},{"id":2,"firmCode":"b"},{"id":3,"firmCode":"c"}]}`},
	{call: "links.createMany", args: `{"data":[{"id":1,"badgeId":1},{"id":3,"badgeId":3}]}`},
}

const (
	live = `SELECT (SELECT group_concat(code ORDER BY code) FROM firms WHERE deletedAt IS NULL) AS firms,
		(SELECT group_concat(id ORDER BY id) FROM crews WHERE deletedAt IS NULL) AS crews,
		(SELECT group_concat(id ORDER BY id) FROM jobs WHERE deletedAt IS NULL) AS jobs,
		(SELECT group_concat(id ORDER BY id) FROM notes) AS notes,
		(SELECT group_concat(id ORDER BY id) FROM badges) AS badges,
		(SELECT group_concat(id ORDER BY id) FROM links) AS links`
)

// One stamp takes the whole tree, whatever its keys are; restoring brings back what that stamp
// took and nothing that went earlier.
func TestSoftDeleteTree(t *testing.T) {
	steps := append([]step{}, tree...)
	play(t, firms, append(steps,
		step{call: "crews.remove", args: `{"where":{"id":2}}`},
		step{call: live, want: `[{"firms":"a,b,c","crews":"1,3,4","jobs":"1,2,3,4","notes":"1","badges":"1,2,3","links":"1,3"}]`},
		step{call: "firms.remove", args: `{"where":{"code":"a"}}`, want: `{"code":"a","parentCode":null,"deletedAt":"2026-01-02T03:04:05.007Z"}`},
		step{call: live, want: `[{"firms":"c","crews":"4","jobs":"2,4","notes":"1","badges":"3","links":"3"}]`},
		step{call: "SELECT DISTINCT deletedAt FROM (SELECT deletedAt FROM firms UNION ALL SELECT deletedAt FROM jobs) WHERE deletedAt IS NOT NULL", want: `[{"deletedAt":"2026-01-02T03:04:05.007Z"}]`},
		step{call: "firms.restore", args: `{"where":{"code":"a"},"include":{"crews":true,"subs":true}}`, want: `[{"code":"a","parentCode":null,"deletedAt":null,"subs":[{"code":"b","parentCode":"a","deletedAt":null}],"crews":[{"id":1,"firmCode":"a","deletedAt":null}]}]`},
		step{call: live, want: `[{"firms":"a,b,c","crews":"1,3,4","jobs":"1,2,3,4","notes":"1","badges":"3","links":"3"}]`},
		// The two firms go by stamps of their own, though the clock stands still.
		step{call: "firms.remove", args: `{"where":{"code":"b"}}`},
		step{call: "firms.remove", args: `{"where":{"code":"a"}}`},
		step{call: "firms.restore", args: `{"where":{"code":"a"},"select":{"code":true}}`, want: `[{"code":"a"}]`},
		step{call: live, want: `[{"firms":"a,c","crews":"1,4","jobs":"1,2,4","notes":"1","badges":"3","links":"3"}]`},
		step{call: "crews.restore", args: `{"where":{"id":{"in":[2,3]}},"select":false}`, want: `[]`},
		step{call: live, want: `[{"firms":"a,c","crews":"1,2,3,4","jobs":"1,2,3,4","notes":"1","badges":"3","links":"3"}]`},
	)...)
}

func TestHardDelete(t *testing.T) {
	steps := append([]step{}, tree...)
	play(t, firms, append(steps,
		step{call: "firms.delete", args: `{"where":{"code":"c"}}`, err: "foreign_key"},
		step{call: "crews.removeMany", args: `{"where":{"firmCode":"c"}}`, want: `{"count":1}`},
		step{call: "jobs.deleteMany", args: `{"where":{"crewId":4}}`, want: `{"count":1}`},
		step{call: "crews.delete", args: `{"where":{"id":4}}`, want: `{"id":4,"firmCode":"c","deletedAt":"2026-01-02T03:04:05.006Z"}`},
		step{call: "badges.delete", args: `{"where":{"id":3},"include":{"links":true}}`, want: `{"id":3,"firmCode":"c","links":[{"id":3,"badgeId":3}]}`},
		step{call: "firms.delete", args: `{"where":{"code":"c"}}`, want: `{"code":"c","parentCode":null,"deletedAt":null}`},
		step{call: live, want: `[{"firms":"a,b","crews":"1,2,3","jobs":"1,2,3","notes":"1","badges":"1,2","links":"1"}]`},
	)...)
}

// More rows than a statement takes as parameters.
func TestWideCascade(t *testing.T) {
	var rows, leaves []string
	for i := 1; i <= 700; i++ {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"firmCode":"a"}`, i))
		leaves = append(leaves, fmt.Sprintf(`{"id":%d,"crewId":%d}`, i, i))
	}
	play(t, firms,
		step{call: "firms.create", args: `{"data":{"code":"a"}}`},
		step{call: "crews.createMany", args: `{"data":[` + strings.Join(rows, ",") + `]}`, want: `{"count":700}`},
		step{call: "jobs.createMany", args: `{"data":[` + strings.Join(leaves, ",") + `]}`, want: `{"count":700}`},
		step{call: "firms.removeMany", args: `{}`, want: `{"count":1}`},
		step{call: "SELECT (SELECT count(*) FROM jobs WHERE deletedAt IS NULL) + (SELECT count(*) FROM crews WHERE deletedAt IS NULL) AS n", want: `[{"n":0}]`},
		step{call: "firms.restore", args: `{"where":{"code":"a"}}`},
		step{call: "SELECT (SELECT count(*) FROM jobs WHERE deletedAt IS NULL) + (SELECT count(*) FROM crews WHERE deletedAt IS NULL) AS n", want: `[{"n":1400}]`},
	)
}
