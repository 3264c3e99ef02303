package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
)

const acrossModels = `
database side { path "$DIR/side.db" }
model users {
  id      Integer @id
  name    Text
  teamId  Integer?
  team    teams? @relation(fields: [teamId], references: [id])
  posts   posts[]
  badge   badges?
  calls   calls[]
}
model posts {
  id      Integer @id
  title   Text
  userId  Integer
  user    users @relation(fields: [userId], references: [id], onDelete: Cascade)
  tagId   Integer?
  tag     tags? @relation(fields: [tagId], references: [id])
  @@fts([title])
}
model teams {
  id        Integer @id
  name      Text
  hidden    Boolean @default(false)
  secret    Text @default("s") @guarded
  upId      Integer?
  up        teams? @relation("up", fields: [upId], references: [id])
  down      teams[] @relation("up")
  users     users[]
  deletedAt DateTime?
  @@softDelete
  @@allow('read', hidden == false)
  @@db(side)
}
model badges {
  id     Integer @id
  userId Integer @unique
  user   users @relation(fields: [userId], references: [id])
  marks  marks[]
  @@db(side)
}
model marks {
  id      Integer @id
  badgeId Integer
  badge   badges @relation(fields: [badgeId], references: [id])
  @@db(side)
}
model tags {
  id    Integer @id
  name  Text
  posts posts[]
  @@db(side)
}
model calls {
  id     Integer @id
  path   Text
  userId Integer?
  user   users? @relation(fields: [userId], references: [id])
  @@index([userId])
  @@db(logs)
}
model pings {
  n      Integer
  teamId Integer?
  team   teams? @relation(fields: [teamId], references: [id])
  @@db(logs)
}`

func openAcross(t *testing.T, change ...func(*litestone.Config)) *jsonlScript {
	s := openJSONL(t, acrossModels, change...)
	for _, call := range []string{
		`teams.createMany {"data":[{"id":1,"name":"red"},{"id":2,"name":"blue","upId":1},{"id":3,"name":"dark","hidden":true,"upId":1},{"id":4,"name":"gone","upId":1}]}`,
		`users.createMany {"data":[{"id":1,"name":"Ada","teamId":1},{"id":2,"name":"Bob","teamId":2},{"id":3,"name":"Cem","teamId":3},{"id":4,"name":"Dag","teamId":4},{"id":5,"name":"Eve"},{"id":6,"name":"Far","teamId":99}]}`,
		`tags.createMany {"data":[{"id":1,"name":"x"},{"id":2,"name":"y"}]}`,
		`posts.createMany {"data":[{"id":1,"title":"one two","userId":1,"tagId":1},{"id":2,"title":"two","userId":1,"tagId":2},{"id":3,"title":"three","userId":2,"tagId":1}]}`,
		`badges.createMany {"data":[{"id":1,"userId":1},{"id":2,"userId":3}]}`,
		`marks.createMany {"data":[{"id":1,"badgeId":1},{"id":2,"badgeId":1}]}`,
		`calls.createMany {"data":[{"path":"/a","userId":1},{"path":"/b","userId":2},{"path":"/c","userId":1},{"path":"/d"},{"path":"/e","userId":77}]}`,
		`pings.createMany {"data":[{"n":1,"teamId":1},{"n":2,"teamId":3}]}`,
	} {
		name, args, _ := strings.Cut(call, " ")
		if _, err := s.db.Call(context.Background(), name, litestone.JSON(args)); err != nil {
			t.Fatal(call, err)
		}
	}
	if _, err := s.db.Call(context.Background(), "teams.remove", litestone.JSON(`{"where":{"id":4}}`)); err != nil {
		t.Fatal(err)
	}
	return s
}

// Every kind of relation, in both directions and between each pair of drivers.
func TestIncludesAcrossDatabases(t *testing.T) {
	s := openAcross(t)
	for _, x := range []struct{ call, want string }{
		{`users.findMany {"select":{"id":true,"team":{"select":{"name":true}}},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"team":{"name":"red"}},{"id":2,"team":{"name":"blue"}},{"id":3,"team":null},{"id":4,"team":null},{"id":5,"team":null},{"id":6,"team":null}]`},
		{`users.findMany {"select":{"id":true,"team":{"select":{"name":true},"withDeleted":true}},"where":{"id":4}}`, `[{"id":4,"team":{"name":"gone"}}]`},
		{`teams.findMany {"select":{"name":true,"users":{"select":{"name":true}}},"orderBy":{"id":"asc"}}`, `[{"name":"red","users":[{"name":"Ada"}]},{"name":"blue","users":[{"name":"Bob"}]}]`},
		{`users.findMany {"select":{"id":true,"badge":true},"where":{"id":{"lte":3}},"orderBy":{"id":"asc"}}`, `[{"id":1,"badge":{"id":1,"userId":1}},{"id":2,"badge":null},{"id":3,"badge":{"id":2,"userId":3}}]`},
		{`badges.findMany {"include":{"user":{"select":{"name":true}}},"orderBy":{"id":"asc"}}`, `[{"id":1,"userId":1,"user":{"name":"Ada"}},{"id":2,"userId":3,"user":{"name":"Cem"}}]`},
		{`calls.findMany {"select":{"path":true,"user":{"select":{"name":true}}}}`,
			`[{"path":"/a","user":{"name":"Ada"}},{"path":"/b","user":{"name":"Bob"}},{"path":"/c","user":{"name":"Ada"}},{"path":"/d","user":null},{"path":"/e","user":null}]`},
		{`users.findMany {"select":{"id":true,"calls":{"select":{"path":true}}},"where":{"id":{"lte":3}},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"calls":[{"path":"/a"},{"path":"/c"}]},{"id":2,"calls":[{"path":"/b"}]},{"id":3,"calls":[]}]`},
		// Arguments count per parent.
		{`users.findMany {"select":{"id":true,"calls":{"select":{"path":true},"where":{"path":{"not":"/b"}},"orderBy":{"id":"desc"},"limit":1}},"where":{"id":{"lte":2}},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"calls":[{"path":"/c"}]},{"id":2,"calls":[]}]`},
		{`users.findMany {"select":{"id":true,"calls":{"select":{"path":true},"orderBy":{"id":"asc"},"limit":1,"offset":1}},"where":{"id":{"lte":2}},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"calls":[{"path":"/c"}]},{"id":2,"calls":[]}]`},
		// Under and above relations of one database, back and forth.
		{`posts.findMany {"select":{"id":true,"tag":{"select":{"name":true}},"user":{"select":{"name":true,"badge":{"select":{"id":true,"marks":{"select":{"id":true},"orderBy":{"id":"asc"}}}},"calls":{"select":{"path":true,"user":{"select":{"id":true}}}}}}},"where":{"id":1}}`,
			`[{"id":1,"user":{"name":"Ada","badge":{"id":1,"marks":[{"id":1},{"id":2}]},"calls":[{"path":"/a","user":{"id":1}},{"path":"/c","user":{"id":1}}]},"tag":{"name":"x"}}]`},
		{`marks.findFirst {"select":{"id":true,"badge":{"select":{"user":{"select":{"posts":{"select":{"tag":{"select":{"posts":{"select":{"id":true},"orderBy":{"id":"asc"}}}}},"orderBy":{"id":"asc"}}}}}}}}`,
			`{"id":1,"badge":{"user":{"posts":[{"tag":{"posts":[{"id":1},{"id":3}]}},{"tag":{"posts":[{"id":2}]}}]}}}`},
		{`pings.findMany {"select":{"n":true,"team":{"select":{"name":true,"users":{"select":{"calls":{"select":{"path":true}}}}}}}}`,
			`[{"n":1,"team":{"name":"red","users":[{"calls":[{"path":"/a"},{"path":"/c"}]}]}},{"n":2,"team":null}]`},
		{`teams.findUnique {"where":{"id":1},"select":{"down":{"select":{"name":true,"users":{"select":{"name":true}}}}}}`, `{"down":[{"name":"blue","users":[{"name":"Bob"}]}]}`},
		// The other reads.
		{`users.findFirst {"where":{"id":2},"select":{"team":{"select":{"name":true}}}}`, `{"team":{"name":"blue"}}`},
		{`users.findUnique {"where":{"id":2},"select":{"team":{"select":{"name":true}}}}`, `{"team":{"name":"blue"}}`},
		{`users.findManyAndCount {"where":{"id":{"lte":2}},"limit":1,"orderBy":{"id":"asc"},"select":{"team":{"select":{"name":true}}}}`, `{"rows":[{"team":{"name":"red"}}],"total":2}`},
		{`users.findManyCursor {"where":{"id":{"lte":1}},"select":{"id":true,"calls":{"select":{"id":true}}}}`, `{"items":[{"id":1,"calls":[{"id":1},{"id":3}]}],"nextCursor":null,"hasMore":false}`},
		{`teams.findMany {"where":{"id":1},"recursive":true,"select":{"name":true,"users":{"select":{"name":true}}}}`, `[{"name":"blue","users":[{"name":"Bob"}],"_depth":1}]`},
		{`teams.findMany {"where":{"id":1},"recursive":{"nested":true},"select":{"name":true,"users":{"select":{"name":true}}}}`, `[{"name":"blue","users":[{"name":"Bob"}],"_depth":1,"children":[]}]`},
		// Counts are a statement of their own.
		{`users.findMany {"select":{"id":true,"_count":true},"where":{"id":{"lte":3}},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"_count":{"calls":2,"posts":2}},{"id":2,"_count":{"calls":1,"posts":1}},{"id":3,"_count":{"calls":0,"posts":0}}]`},
		{`users.findMany {"select":{"id":true},"include":{"_count":{"select":{"calls":true,"first":{"relation":"calls","where":{"path":"/a"}}}}},"where":{"id":{"lte":2}},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"_count":{"calls":2,"first":1}},{"id":2,"_count":{"calls":1,"first":0}}]`},
		{`tags.findMany {"include":{"_count":{"select":{"posts":true}}},"orderBy":{"id":"asc"}}`, `[{"id":1,"name":"x","_count":{"posts":2}},{"id":2,"name":"y","_count":{"posts":1}}]`},
		// The key is a plain field: filtered, sorted, grouped by.
		{`calls.groupBy {"by":["userId"],"_count":true,"orderBy":{"userId":"asc"},"having":{"_count":{"gt":1}}}`, `[{"userId":1,"_count":2}]`},
	} {
		s.call(s.db, x.call, x.want)
	}
	v, err := s.db.Table("posts").Search(context.Background(), "two", litestone.JSON(`{"select":{"id":true,"tag":{"select":{"name":true}}},"orderBy":{"id":"asc"},"withRank":false}`))
	if got := asJSON(t, v, err); got != `[{"id":1,"tag":{"name":"x"}},{"id":2,"tag":{"name":"y"}}]` {
		t.Error(got)
	}
	s.call(s.db, `$query {"users":{"where":{"id":1},"select":{"calls":{"select":{"id":true}},"team":{"select":{"name":true}},"_count":{"select":{"calls":true}}}},"n":{"model":"calls","_count":true},"posts":{"where":{"id":1},"select":{"tag":{"select":{"name":true}}}}}`,
		`{"users":[{"team":{"name":"red"},"calls":[{"id":1},{"id":3}],"_count":{"calls":2}}],"n":{"_count":5},"posts":[{"tag":{"name":"x"}}]}`)
}

// What would need one statement over two files says so, and where.
func TestRefusedAcrossDatabases(t *testing.T) {
	s := openAcross(t)
	for _, x := range []struct{ call, want string }{
		{`users.findMany {"where":{"team":{"is":{"name":"red"}}}}`, "!unsupported team"},
		{`users.count {"where":{"team":{"is":{"name":"red"}}}}`, "!unsupported team"},
		{`users.exists {"where":{"calls":{"some":{"path":"/a"}}}}`, "!unsupported calls"},
		{`users.findMany {"where":{"badge":null}}`, "!unsupported badge"},
		{`users.findMany {"where":{"NOT":{"OR":[{"calls":{"none":{}}}]}}}`, "!unsupported calls"},
		{`posts.findMany {"where":{"user":{"is":{"team":{"is":{"name":"red"}}}}}}`, "!unsupported user.team"},
		{`badges.findMany {"include":{"user":{"where":{"posts":{"some":{"tag":{"is":{"name":"x"}}}}}}}}`, "!unsupported user.posts.tag"},
		{`users.findMany {"include":{"posts":{"orderBy":{"tag":{"name":"asc"}}}}}`, "!unsupported posts.tag"},
		{`users.findMany {"include":{"_count":{"select":{"p":{"relation":"posts","where":{"tag":{"is":{"name":"x"}}}}}}}}`, "!unsupported posts.tag"},
		{`users.findMany {"include":{"_count":{"select":{"p":{"relation":"calls","where":{"user":{"is":{"name":"x"}}}}}}}}`, "!unsupported calls.user"},
		{`users.findMany {"orderBy":{"team":{"name":"asc"}}}`, "!unsupported team"},
		{`users.findMany {"orderBy":{"calls":{"_count":"desc"}}}`, "!unsupported calls"},
		{`posts.findMany {"orderBy":{"user":{"team":{"name":"asc"}}}}`, "!unsupported user.team"},
		{`users.findManyCursor {"orderBy":{"team":{"name":"asc"}}}`, "!unsupported team"},
		{`users.updateMany {"where":{"team":{"is":{"name":"red"}}},"data":{"name":"x"}}`, "!unsupported team"},
		{`users.deleteMany {"where":{"calls":{"some":{}}}}`, "!unsupported calls"},
		{`users.aggregate {"where":{"team":{"is":{"name":"red"}}},"_count":true}`, "!unsupported team"},
		{`users.groupBy {"by":["name"],"where":{"team":{"is":{"name":"red"}}},"_count":true}`, "!unsupported team"},
		{`users.findMany {"select":{"name":true,"_count":{"select":{"calls":true}}},"distinct":true}`, "!unsupported _count.calls"},
		{`calls.findMany {"where":{"user":{"is":{"name":"Ada"}}}}`, "!unsupported user"},
		// Nested writes.
		{`users.create {"data":{"name":"x","team":{"create":{"name":"t"}}}}`, "!unsupported team"},
		{`users.create {"data":{"name":"x","team":{"connect":{"id":1}}}}`, "!unsupported team"},
		{`users.create {"data":{"name":"x","calls":{"create":[{"path":"/"}]}}}`, "!unsupported calls"},
		{`users.update {"where":{"id":1},"data":{"badge":{"delete":true}}}`, "!unsupported badge"},
		{`users.update {"where":{"id":1},"data":{"posts":{"create":{"title":"x","tag":{"connect":{"id":1}}}}}}`, "!unsupported posts.tag"},
		{`users.upsert {"where":{"id":1},"create":{"name":"x"},"update":{"team":{"disconnect":true}}}`, "!unsupported team"},
		{`calls.create {"data":{"path":"/x","user":{"connect":{"id":1}}}}`, "!unsupported user"},
		{`users.createMany {"data":[{"name":"x","team":{"connect":{"id":1}}}]}`, "!validation team"},
		{`teams.create {"data":{"name":"x","users":{"connect":{"id":1}}}}`, "!unsupported users"},
		// Mistakes are told as ever.
		{`users.findMany {"include":{"team":{"select":{"nam":true}}}}`, "!validation team.nam"},
		{`users.findMany {"include":{"team":{"where":{"secret":"s"}}}}`, "!access_denied secret"},
		{`users.findMany {"where":{"team":{"is":{"secret":"s"}}}}`, "!unsupported team"},
	} {
		s.call(s.db, x.call, x.want)
	}
	_, err := s.db.Table("users").FindMany(context.Background(), litestone.JSON(`{"where":{"team":{"is":{"name":"red"}}}}`))
	const want = "litestone: model users: findMany: field team: a filter over the relation would need one statement over two databases: teams is stored in side, users in main" +
		" (find id of teams by a call of its own first, and filter teamId by that list)"
	if err == nil || err.Error() != want {
		t.Error(err)
	}
	s.call(s.db, `users.count {}`, `6`)
}

// The answers of writes lead into other databases too. A create in a log does not lead back into logs:
// its rows are there afterwards.
func TestWrittenRowsWithRelationsAcross(t *testing.T) {
	s := openAcross(t)
	for _, x := range []struct{ call, want string }{
		{`users.create {"data":{"id":10,"name":"J","teamId":2},"select":{"id":true,"team":{"select":{"name":true,"users":{"select":{"id":true},"orderBy":{"id":"asc"}}}},"calls":true,"_count":{"select":{"calls":true}}}}`,
			`{"id":10,"team":{"name":"blue","users":[{"id":2},{"id":10}]},"calls":[],"_count":{"calls":0}}`},
		{`users.update {"where":{"id":10},"data":{"teamId":1},"select":{"team":{"select":{"name":true}}}}`, `{"team":{"name":"red"}}`},
		{`users.upsert {"where":{"id":10},"create":{"name":"n"},"update":{"teamId":3},"select":{"team":{"select":{"name":true}}}}`, `{"team":null}`},
		{`users.delete {"where":{"id":1},"select":{"name":true,"calls":{"select":{"path":true}},"badge":{"select":{"id":true}}}}`, `{"name":"Ada","badge":{"id":1},"calls":[{"path":"/a"},{"path":"/c"}]}`},
		{`teams.remove {"where":{"id":2},"select":{"users":{"select":{"name":true}}}}`, `{"users":[{"name":"Bob"}]}`},
		{`teams.restore {"where":{"id":2},"select":{"users":{"select":{"name":true}}}}`, `[{"users":[{"name":"Bob"}]}]`},
		{`calls.create {"data":{"path":"/n","userId":2},"select":{"path":true,"user":{"select":{"name":true,"team":{"select":{"name":true}}}}}}`, `{"path":"/n","user":{"name":"Bob","team":{"name":"blue"}}}`},
		{`pings.create {"data":{"n":3,"teamId":2},"select":{"n":true,"team":{"select":{"name":true}}}}`, `{"n":3,"team":{"name":"blue"}}`},
		{`calls.create {"data":{"path":"/m","userId":2},"include":{"user":{"include":{"calls":true}}}}`, `!unsupported`},
		{`calls.findMany {"select":{"path":true},"where":{"userId":2}}`, `[{"path":"/b"},{"path":"/n"}]`},
		// The rows of the other side stay as they are.
		{`badges.count {"where":{"userId":1}}`, `1`},
		{`badges.findFirst {"where":{"id":1},"include":{"user":true}}`, `{"id":1,"userId":1,"user":null}`},
	} {
		s.call(s.db, x.call, x.want)
	}
}

// In a transaction every level sees what the transaction wrote, in whichever database; others see it
// when it has ended.
func TestTransactionsAcrossDatabases(t *testing.T) {
	s := openAcross(t)
	ctx := context.Background()
	const look = `users.findMany {"where":{"id":20},"select":{"name":true,"team":{"select":{"name":true,"users":{"select":{"id":true}}}},"calls":{"select":{"path":true}},"_count":{"select":{"calls":true}}}}`
	const want = `[{"name":"T","team":{"name":"new","users":[{"id":20}]},"calls":[{"path":"/t"}],"_count":{"calls":1}}]`
	undone := errors.New("undone")
	for _, fail := range []error{undone, nil} {
		err := s.db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			s.callIn(ctx, tx, `teams.create {"data":{"id":20,"name":"new"}}`, `{"id":20,"name":"new","hidden":false,"upId":null,"deletedAt":null}`)
			s.callIn(ctx, tx, `users.create {"data":{"id":20,"name":"T","teamId":20},"select":{"team":{"select":{"name":true}}}}`, `{"team":{"name":"new"}}`)
			s.callIn(ctx, tx, `calls.create {"data":{"path":"/t","userId":20},"select":{"user":{"select":{"name":true}}}}`, `{"user":{"name":"T"}}`)
			s.callIn(ctx, tx, look, want)
			s.callIn(ctx, tx, `$query {"users":{"where":{"id":20},"select":{"calls":{"select":{"path":true}}}}}`, `{"users":[{"calls":[{"path":"/t"}]}]}`)
			s.call(s.db, look, `[]`)
			err := tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
				s.callIn(ctx, tx, `teams.update {"where":{"id":20},"data":{"name":"x"},"select":{"users":{"select":{"id":true}}}}`, `{"users":[{"id":20}]}`)
				s.callIn(ctx, tx, `calls.create {"data":{"path":"/u","userId":20},"select":{"id":true}}`, `{"id":7}`)
				return undone
			})
			if !errors.Is(err, undone) {
				t.Error(err)
			}
			s.callIn(ctx, tx, look, want)
			return fail
		})
		if !errors.Is(err, fail) {
			t.Fatal(err)
		}
	}
	s.call(s.db, look, want)
}

// The guards of the target hold at each level, whoever asks, and tests tell nothing.
func TestGuardsAcrossDatabases(t *testing.T) {
	s := openAcross(t, func(c *litestone.Config) {
		c.Filters = map[string]litestone.Predicate{"calls": litestone.SQL("path <> '/c'")}
		c.FilterFuncs = map[string]func(map[string]any) litestone.Predicate{"teams": func(auth map[string]any) litestone.Predicate {
			if name, ok := auth["team"].(string); ok {
				return litestone.SQL("name = ?", name)
			}
			return nil
		}}
	})
	me := s.db.As(map[string]any{"id": 1})
	for range 2 { // the second time compiled
		s.call(s.db.As(map[string]any{"id": 2, "team": "blue"}), `users.findMany {"select":{"id":true,"team":{"select":{"name":true}}},"where":{"id":{"in":[1,2]}},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"team":null},{"id":2,"team":{"name":"blue"}}]`)
	}
	s.call(me, `users.findMany {"select":{"id":true,"team":true},"where":{"id":{"in":[1,3]}},"orderBy":{"id":"asc"}}`,
		`[{"id":1,"team":{"id":1,"name":"red","hidden":false,"upId":null,"deletedAt":null}},{"id":3,"team":null}]`)
	s.call(s.db.AsSystem(), `users.findMany {"select":{"id":true,"team":{"select":{"name":true,"secret":true}}},"where":{"id":3}}`, `[{"id":3,"team":{"name":"dark","secret":"s"}}]`)
	s.call(me, `users.findFirst {"where":{"id":1},"select":{"calls":{"select":{"path":true}},"_count":{"select":{"calls":true}}}}`, `{"calls":[{"path":"/a"}],"_count":{"calls":1}}`)
	s.call(me, `users.findMany {"include":{"_count":{"select":{"c":{"relation":"calls","where":{"nope":1}}}}}}`, `!validation calls.nope`)
	s.call(me, `users.findFirst {"include":{"team":{"orderBy":{"secret":"asc"}}}}`, `!access_denied secret`)
}

// Who asks from outside is bounded and refused as within one database, and a filter that would need two
// files is an error of Open.
func TestRequestsAcrossDatabases(t *testing.T) {
	s := openAcross(t, func(c *litestone.Config) { c.Untrusted = litestone.Limits{Rows: 2, Depth: 2, Total: 8} })
	ask := func(text string) string {
		v, err := s.db.As(map[string]any{"id": 1}).Table("users").FindMany(context.Background(), litestone.Untrusted(text))
		return asJSON(t, v, err)
	}
	if got := ask(`{"where":{"id":1},"select":{"calls":{"select":{"user":{"select":{"id":true}}}}}}`); got != `[{"calls":[{"user":{"id":1}},{"user":{"id":1}}]}]` {
		t.Error(got)
	}
	for _, text := range []string{
		`{"include":{"calls":{"include":{"user":{"include":{"calls":true}}}}}}`,
		`{"include":{"calls":{"limit":3}}}`,
		`{"include":{"calls":{"where":{"$raw":"1"}}}}`,
	} {
		if got := ask(text); !strings.HasPrefix(got, "error validation users") && !strings.HasPrefix(got, "error access_denied users") {
			t.Errorf("%s: %s", text, got)
		}
	}
	_, err := litestone.Open(context.Background(), litestone.Config{Parsed: s.db.Schema(), Filters: map[string]litestone.Predicate{
		"users": litestone.ToOne("users", "team", 3).Is(litestone.Text("teams", "name", 1).Eq("red"))}})
	var e *litestone.Error
	if !errors.As(err, &e) || e.Code != litestone.CodeUnsupported || strings.Join(e.Fields, " ") != "team" {
		t.Error(err)
	}
}

// A database that is not open is an error of the call that needs it, and of no other.
func TestClosedDatabaseAcross(t *testing.T) {
	s := openAcross(t)
	dir := s.dir
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	reopen := func(access map[string]litestone.Access) *litestone.Client {
		return openText(t, litestone.Config{Access: access, SchemaText: strings.ReplaceAll(`
database main { path "$DIR/main.db" }
database logs { path "$DIR/logs/"; driver jsonl }
`+acrossModels, "$DIR", dir)})
	}
	off := reopen(map[string]litestone.Access{"side": litestone.AccessOff, "logs": litestone.AccessReadOnly})
	s.call(off, `users.findFirst {"where":{"id":1},"select":{"team":{"select":{"name":true}}}}`, `!unsupported`)
	s.call(off, `users.create {"data":{"name":"no"},"select":{"badge":true}}`, `!unsupported`)
	s.call(off, `$query {"users":{"select":{"team":true}}}`, `!unsupported`)
	s.call(off, `users.findFirst {"where":{"id":1},"select":{"name":true,"calls":{"select":{"path":true}}}}`, `{"name":"Ada","calls":[{"path":"/a"},{"path":"/c"}]}`)
	s.call(off, `users.count {}`, `6`)
	off.Close()
	readOnly := reopen(map[string]litestone.Access{"side": litestone.AccessReadOnly})
	err := readOnly.Transaction(context.Background(), func(ctx context.Context, tx *litestone.Client) error {
		s.callIn(ctx, tx, `users.create {"data":{"id":30,"name":"R","teamId":1},"select":{"team":{"select":{"name":true,"users":{"select":{"id":true},"orderBy":{"id":"asc"}}}}}}`,
			`{"team":{"name":"red","users":[{"id":1},{"id":30}]}}`)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// Each database is one snapshot for all levels of a call, whatever is written meanwhile.
func TestOneSnapshotOfEachDatabase(t *testing.T) {
	s := openAcross(t)
	ctx, stop := context.WithCancel(context.Background())
	var writers sync.WaitGroup
	writers.Add(1)
	go func() {
		defer writers.Done()
		for n := 0; ctx.Err() == nil; n++ {
			if _, err := s.db.Call(ctx, "tags.updateMany", litestone.JSON(fmt.Sprintf(`{"data":{"name":"n%d"}}`, n))); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		}
	}()
	end := time.Now().Add(300 * time.Millisecond)
	for time.Now().Before(end) {
		v, err := s.db.Table("tags").FindFirst(context.Background(), litestone.JSON(`{"where":{"id":1},"select":{"name":true,"posts":{"select":{"tag":{"select":{"name":true}}},"limit":1}}}`))
		if err != nil {
			t.Fatal(err)
		}
		name, _ := v.Get("name")
		if want := fmt.Sprintf(`{"name":"%s","posts":[{"tag":{"name":"%s"}}]}`, name, name); asJSON(t, v, nil) != want {
			t.Fatal(asJSON(t, v, nil))
		}
	}
	stop()
	writers.Wait()
}

// Calls that hold several databases wait for each other in one order: few readers and many kinds of
// calls at once end all the same.
func TestCallsAcrossDatabasesDoNotWaitForEachOther(t *testing.T) {
	s := openAcross(t, func(c *litestone.Config) { c.Readers = 1 })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var all sync.WaitGroup
	calls := []string{
		`users.findMany {"include":{"team":true,"calls":{"include":{"user":true}}}}`,
		`teams.findMany {"include":{"users":{"include":{"calls":true}}}}`,
		`calls.findMany {"include":{"user":{"include":{"team":true}}}}`,
		`calls.create {"data":{"path":"/z","userId":1},"include":{"user":{"include":{"team":true}}}}`,
		`users.update {"where":{"id":2},"data":{"name":"B"},"include":{"team":true,"calls":true}}`,
		`teams.update {"where":{"id":2},"data":{"name":"B"},"include":{"users":{"include":{"calls":true}}}}`,
		`$query {"users":{"include":{"calls":true}},"teams":{"include":{"users":true}},"calls":{}}`,
	}
	for _, call := range calls {
		name, args, _ := strings.Cut(call, " ")
		all.Add(1)
		go func() {
			defer all.Done()
			for range 15 {
				if _, err := s.db.Call(ctx, name, litestone.JSON(args)); err != nil {
					t.Errorf("%s: %v", name, err)
					return
				}
			}
		}()
	}
	all.Add(1)
	go func() {
		defer all.Done()
		for range 15 {
			err := s.db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
				_, err := tx.Call(ctx, "users.update", litestone.JSON(`{"where":{"id":3},"data":{"name":"C"},"include":{"team":true,"calls":true}}`))
				return err
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	}()
	all.Wait()
}

// Nothing about a relation into another database is in the tables: keys need not lead anywhere, and
// Open finds the shape it made.
func TestNoForeignKeyAcrossDatabases(t *testing.T) {
	s := openAcross(t)
	s.call(s.db, `users.create {"data":{"name":"x","teamId":12345},"select":{"teamId":true}}`, `{"teamId":12345}`)
	keys, err := s.db.SQL("SELECT m.name, f.\"table\" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'").Rows(context.Background())
	if got := asJSON(t, keys, err); got != `[{"name":"posts","table":"users"}]` {
		t.Error(got)
	}
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	openText(t, litestone.Config{Parsed: s.db.Schema()})
}

// Keys of several fields and of every type, log files of two databases, and rules that compare keys.
func TestKeysAcrossDatabases(t *testing.T) {
	s := openJSONL(t, `
database side { path "$DIR/side.db" }
database trail { path "$DIR/trail/"; driver jsonl }
model homes {
  town   Text
  since  DateTime
  rooms  rooms[]
  @@id([town, since])
}
model rooms {
  id    Integer @id
  town  Text?
  since DateTime?
  home  homes? @relation(fields: [town, since], references: [town, since])
  size  Real?
  bag   bags? @relation(fields: [size], references: [size])
  @@db(side)
}
model bags {
  size  Real @id
  rooms rooms[]
  owner Integer?
  user  users? @relation(fields: [owner], references: [id])
  @@allow('read', user == auth())
}
model users {
  id    Integer @id
  bags  bags[]
  marks marks[]
  @@db(side)
}
model marks {
  id     Integer @id
  userId Integer
  user   users @relation(fields: [userId], references: [id])
  dots   dots[]
  @@db(logs)
}
model dots {
  n      Integer
  markId Integer?
  mark   marks? @relation(fields: [markId], references: [id])
  @@db(trail)
}`)
	for _, x := range []struct{ call, want string }{
		{`homes.createMany {"data":[{"town":"a","since":"2026-01-01"},{"town":"a","since":"2026-01-02"}]}`, `{"count":2}`},
		{`bags.createMany {"data":[{"size":1.5,"owner":1},{"size":2,"owner":2}]}`, `{"count":2}`},
		{`rooms.createMany {"data":[{"id":1,"town":"a","since":"2026-01-02T01:00:00+01:00","size":1.5},{"id":2,"town":"a","size":2},{"id":3,"town":"a","since":"2026-01-02"}]}`, `{"count":3}`},
		{`users.createMany {"data":[{"id":1},{"id":2}]}`, `{"count":2}`},
		{`marks.createMany {"data":[{"userId":1},{"userId":2}]}`, `{"count":2}`},
		{`dots.createMany {"data":[{"n":1,"markId":1},{"n":2},{"n":3,"markId":1}]}`, `{"count":3}`},
		{`homes.findMany {"select":{"since":true,"rooms":{"select":{"id":true},"orderBy":{"id":"asc"}},"_count":true},"orderBy":{"since":"asc"}}`,
			`[{"since":"2026-01-01T00:00:00.000Z","rooms":[],"_count":{"rooms":0}},{"since":"2026-01-02T00:00:00.000Z","rooms":[{"id":1},{"id":3}],"_count":{"rooms":2}}]`},
		{`rooms.findMany {"select":{"id":true,"home":{"select":{"since":true}},"bag":{"select":{"size":true}}},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"home":{"since":"2026-01-02T00:00:00.000Z"},"bag":null},{"id":2,"home":null,"bag":null},{"id":3,"home":{"since":"2026-01-02T00:00:00.000Z"},"bag":null}]`},
		{`dots.findMany {"select":{"n":true,"mark":{"select":{"user":{"select":{"id":true}},"dots":{"select":{"n":true}},"_count":true}}}}`,
			`[{"n":1,"mark":{"user":{"id":1},"dots":[{"n":1},{"n":3}],"_count":{"dots":2}}},{"n":2,"mark":null},{"n":3,"mark":{"user":{"id":1},"dots":[{"n":1},{"n":3}],"_count":{"dots":2}}}]`},
		{`users.findMany {"select":{"id":true,"marks":{"select":{"dots":{"select":{"n":true},"limit":1}}}},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"marks":[{"dots":[{"n":1}]}]},{"id":2,"marks":[{"dots":[]}]}]`},
		{`dots.create {"data":{"n":4,"markId":2},"include":{"mark":true}}`, `!unsupported`},
		{`dots.count {}`, `3`},
	} {
		s.call(s.db, x.call, x.want)
	}
	s.call(s.db.As(map[string]any{"id": 2}), `rooms.findMany {"select":{"id":true,"bag":{"select":{"size":true}}},"orderBy":{"id":"asc"},"limit":2}`, `[{"id":1,"bag":null},{"id":2,"bag":{"size":2}}]`)
	s.call(s.db.As(map[string]any{"id": 1}), `users.findMany {"select":{"id":true,"bags":{"select":{"size":true}},"_count":{"select":{"bags":true}}},"orderBy":{"id":"asc"}}`,
		`[{"id":1,"bags":[{"size":1.5}],"_count":{"bags":1}},{"id":2,"bags":[],"_count":{"bags":0}}]`)
}
