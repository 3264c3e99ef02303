package litestone_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
)

// Two tenants share every table; some rows of one point to rows of the other, as bugs and attacks
// make them.
const tenantsSchema = `
model accounts {
  id     Integer @id
  tenant Integer
  name   Text
  users  users[]
  people Integer @from(users, count: true)
  lead   users @from(users, first: true)
}
model users {
  id        Integer @id
  tenant    Integer
  name      Text
  score     Integer @default(0)
  at        DateTime @default(now())
  accountId Integer?
  account   accounts? @relation(fields: [accountId], references: [id])
  managerId Integer?
  manager   users? @relation("tree", fields: [managerId], references: [id])
  reports   users[] @relation("tree")
  posts     posts[]
  busy      Boolean @from(posts, exists: true)
  @@fts([name])
}
model posts {
  id     Integer @id
  tenant Integer
  title  Text
  userId Integer
  user   users @relation(fields: [userId], references: [id])
  tags   tags[]
}
model tags {
  id     Integer @id
  tenant Integer
  label  Text @unique
  uses   Integer @default(0)
  posts  posts[]
}
`

// tenantsRows are the rows of every model as JSON, by accessor.
func fillTenants(t *testing.T, db *litestone.Client) {
	t.Helper()
	ctx := litestone.AsSystem(t.Context())
	put := func(model, format string, args ...any) {
		if _, err := db.Table(model).Create(ctx, litestone.Map{"data": litestone.JSON(fmt.Sprintf(format, args...))}); err != nil {
			t.Fatal(model, err)
		}
	}
	for i := 1; i <= 6; i++ {
		put("accounts", `{"id": %d, "tenant": %d, "name": "account %d"}`, i, i%2+1, i)
	}
	for i := 1; i <= 20; i++ {
		manager := "null"
		if i > 3 {
			manager = fmt.Sprint(i / 2)
		}
		put("users", `{"id": %d, "tenant": %d, "name": "user number %d", "score": %d, "at": "2026-0%d-10T00:00:00.000Z", "accountId": %d, "managerId": %s}`,
			i, i%2+1, i, i*7%10, i%9+1, i%6+1, manager)
	}
	for i := 1; i <= 8; i++ {
		put("tags", `{"id": %d, "tenant": %d, "label": "tag %d"}`, i, i%2+1, i)
	}
	for i := 1; i <= 40; i++ {
		put("posts", `{"id": %d, "tenant": %d, "title": "post %d", "userId": %d, "tags": {"connect": [{"id": %d}, {"id": %d}]}}`,
			i, i/3%2+1, i, i%20+1, i%8+1, i%3+1)
	}
}

// tenantFilter is the filter of a model for an auth object: {"tenant": n, "form": …}. The forms
// say the same in ways that make different statements.
func tenantFilter(model string, auth map[string]any) litestone.Predicate {
	if auth == nil {
		return litestone.JSON(`{"tenant": -1}`)
	}
	n := fmt.Sprint(auth["tenant"])
	switch auth["form"] {
	case "all":
		return nil
	case "in":
		return litestone.JSON(`{"tenant": {"in": [` + n + `, 70, 71, 72, 73, 74, 75, 76, 77, 78]}}`)
	case "long":
		list := make([]string, 400)
		for i := range list {
			list[i] = fmt.Sprint(1000 + i)
		}
		return litestone.JSON(`{"tenant": {"in": [` + strings.Join(append(list, n), ",") + `]}}`)
	case "raw":
		return litestone.SQL("`tenant` = ?", auth["tenant"])
	case "related":
		switch model {
		case "users":
			return litestone.JSON(`{"account": {"is": {"name": {"startsWith": "account"}}}}`)
		case "tags":
			return nil
		}
	case "even": // the same form as the default, another statement only by its value
		n = "2"
	}
	return litestone.JSON(`{"tenant": ` + n + `}`)
}

var tenantModels = []string{"accounts", "users", "posts", "tags"}

// openTenants opens a file with filters that are functions, or with those they give for one auth
// object.
func openTenants(t *testing.T, path string, fixed bool, auth map[string]any) *litestone.Client {
	t.Helper()
	noon := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	cfg := litestone.Config{SchemaText: tenantsSchema, DB: path, Now: func() time.Time { return noon }}
	if fixed {
		cfg.Filters = map[string]litestone.Predicate{}
	} else {
		cfg.FilterFuncs = map[string]func(map[string]any) litestone.Predicate{}
	}
	for _, m := range tenantModels {
		if !fixed {
			cfg.FilterFuncs[m] = func(auth map[string]any) litestone.Predicate { return tenantFilter(m, auth) }
		} else if p := tenantFilter(m, auth); p != nil {
			cfg.Filters[m] = p
		}
	}
	return openText(t, cfg)
}

// tenantReads are calls over every path a read can take to a table.
var tenantReads = []struct{ call, args string }{
	{"users.findMany", `{"orderBy": {"id": "asc"}}`},
	{"users.findMany", `{"where": {"score": {"gt": 2}}, "orderBy": [{"account": {"name": "asc"}}, {"id": "asc"}], "limit": 5}`},
	{"users.findMany", `{"orderBy": [{"posts": {"_count": "desc"}}, {"id": "asc"}]}`},
	{"users.findMany", `{"distinct": true, "select": {"score": true}, "orderBy": {"score": "asc"}}`},
	{"users.findMany", `{"orderBy": {"id": "asc"}, "include": {"account": true, "posts": {"orderBy": {"id": "asc"}, "include": {"tags": {"orderBy": {"id": "asc"}}}}, "manager": true}}`},
	{"users.findMany", `{"orderBy": {"id": "asc"}, "include": {"posts": {"orderBy": {"id": "desc"}, "limit": 2, "offset": 1}, "reports": {"select": {"id": true}, "orderBy": {"id": "asc"}}}}`},
	{"users.findMany", `{"orderBy": {"id": "asc"}, "include": {"_count": true}}`},
	{"users.findMany", `{"orderBy": {"id": "asc"}, "select": {"id": true, "_count": {"select": {"posts": {"where": {"title": {"contains": "1"}}}, "reports": true}}}}`},
	{"accounts.findMany", `{"orderBy": {"id": "asc"}}`},
	{"accounts.findMany", `{"where": {"people": {"gt": 1}}, "orderBy": [{"people": "desc"}, {"id": "asc"}]}`},
	{"posts.findMany", `{"where": {"user": {"is": {"score": {"lt": 9}}}}, "orderBy": {"id": "asc"}}`},
	{"posts.findMany", `{"where": {"user": {"isNot": {"score": {"lt": 5}}}}, "orderBy": {"id": "asc"}}`},
	{"posts.findMany", `{"where": {"tags": {"some": {"label": {"in": ["tag 1", "tag 2", "tag 5"]}}}}, "orderBy": {"id": "asc"}}`},
	{"posts.findMany", `{"where": {"tags": {"every": {"id": {"lt": 4}}}}, "orderBy": {"id": "asc"}}`},
	{"posts.findMany", `{"where": {"tags": {"none": {"id": {"gt": 6}}}}, "orderBy": {"id": "asc"}}`},
	{"posts.findMany", `{"window": {"n": {"rowNumber": true, "partitionBy": "userId", "orderBy": {"id": "asc"}}}, "orderBy": {"id": "asc"}}`},
	{"users.findMany", `{"where": {"id": 1}, "recursive": {"direction": "descendants"}, "orderBy": {"id": "asc"}}`},
	{"users.findMany", `{"where": {"id": 20}, "recursive": {"direction": "ancestors"}, "orderBy": {"id": "asc"}}`},
	{"users.findMany", `{"where": {"id": 1}, "recursive": {"nested": true}, "orderBy": {"id": "asc"}}`},
	{"users.findFirst", `{"orderBy": {"id": "desc"}}`},
	{"users.findUnique", `{"where": {"id": 4}}`},
	{"users.findUnique", `{"where": {"id": 5}}`},
	{"users.findUniqueOrThrow", `{"where": {"id": 5}}`},
	{"users.exists", `{"where": {"id": 6}}`},
	{"users.count", `{}`},
	{"users.count", `{"where": {"posts": {"some": {}}}}`},
	{"users.findManyAndCount", `{"orderBy": {"id": "asc"}, "limit": 3}`},
	{"users.findManyCursor", `{"orderBy": {"score": "desc"}, "limit": 4}`},
	{"users.aggregate", `{"_count": true, "_sum": {"score": true}, "_stringAgg": {"field": "name", "orderBy": {"id": "asc"}}}`},
	{"users.groupBy", `{"by": ["accountId"], "_count": true, "_max": {"score": true}, "orderBy": {"accountId": "asc"}}`},
	{"users.groupBy", `{"by": ["at"], "interval": {"at": "month"}, "_count": true, "orderBy": {"at": "asc"}}`},
	{"tags.findMany", `{"orderBy": {"id": "asc"}, "include": {"posts": {"orderBy": {"id": "asc"}}}}`},
}

// tenantWrites are calls over every path a write can take to a table.
var tenantWrites = []struct{ call, args string }{
	{"users.update", `{"where": {"id": 2}, "data": {"name": "renamed"}, "include": {"posts": {"orderBy": {"id": "asc"}}, "account": true}}`},
	{"users.update", `{"where": {"id": 3}, "data": {"name": "renamed"}, "include": {"posts": {"orderBy": {"id": "asc"}}, "account": true}}`},
	{"users.updateMany", `{"where": {"score": {"gt": 3}}, "data": {"score": 1}}`},
	{"users.updateMany", `{"data": {"score": 2}}`},
	{"users.remove", `{"where": {"id": 19}}`},
	{"posts.delete", `{"where": {"id": 7}}`},
	{"posts.delete", `{"where": {"id": 8}}`},
	{"posts.deleteMany", `{"where": {"title": {"contains": "3"}}}`},
	{"posts.removeMany", `{}`},
	{"tags.upsert", `{"where": {"id": 3}, "create": {"id": 3, "tenant": 1, "label": "new"}, "update": {"uses": 5}}`},
	{"tags.upsert", `{"where": {"id": 4}, "create": {"id": 4, "tenant": 1, "label": "new"}, "update": {"uses": 5}}`},
	{"tags.upsertMany", `{"data": [{"id": 1, "tenant": 2, "label": "tag 1", "uses": 8}, {"id": 50, "tenant": 2, "label": "fifty"}]}`},
	{"tags.upsertMany", `{"data": [{"id": 2, "tenant": 1, "label": "tag 2", "uses": 8}]}`},
	{"tags.createMany", `{"data": [{"tenant": 1, "label": "a"}, {"tenant": 2, "label": "b"}]}`},
	{"users.create", `{"data": {"tenant": 1, "name": "new", "posts": {"connect": [{"id": 3}]}}, "include": {"posts": true}}`},
	{"users.create", `{"data": {"tenant": 1, "name": "new", "posts": {"connect": [{"id": 1}]}}, "include": {"posts": true}}`},
	{"users.create", `{"data": {"tenant": 2, "name": "new", "account": {"connectOrCreate": {"where": {"id": 2}, "create": {"id": 90, "tenant": 2, "name": "made"}}}}}`},
	{"users.create", `{"data": {"tenant": 2, "name": "new", "account": {"connectOrCreate": {"where": {"name": "account 3"}, "create": {"id": 91, "tenant": 2, "name": "made"}}}}}`},
	{"users.update", `{"where": {"id": 4}, "data": {"posts": {"updateMany": {"where": {}, "data": {"title": "mine"}}}}}`},
	{"users.update", `{"where": {"id": 5}, "data": {"posts": {"update": {"where": {"id": 4}, "data": {"title": "mine"}}}}}`},
	{"users.update", `{"where": {"id": 5}, "data": {"posts": {"update": {"where": {"id": 24}, "data": {"title": "mine"}}}}}`},
	{"users.update", `{"where": {"id": 4}, "data": {"posts": {"deleteMany": {}}}}`},
	{"users.update", `{"where": {"id": 5}, "data": {"posts": {"deleteMany": {}}}}`},
	{"users.update", `{"where": {"id": 8}, "data": {"manager": {"update": {"name": "boss"}}}}`},
	{"users.update", `{"where": {"id": 7}, "data": {"account": {"disconnect": true}}}`},
	{"users.update", `{"where": {"id": 7}, "data": {"reports": {"set": [{"id": 9}, {"id": 11}]}}}`},
	{"users.update", `{"where": {"id": 6}, "data": {"account": {"upsert": {"create": {"tenant": 1, "name": "u"}, "update": {"name": "u"}}}}}`},
	{"posts.update", `{"where": {"id": 3}, "data": {"tags": {"disconnect": [{"id": 4}], "connect": [{"id": 6}]}}, "include": {"tags": {"orderBy": {"id": "asc"}}}}`},
	{"posts.update", `{"where": {"id": 1}, "data": {"tags": {"connect": [{"id": 7}]}}, "include": {"tags": {"orderBy": {"id": "asc"}}}}`},
}

var tenantSubjects = []map[string]any{
	{"id": 1, "tenant": 1}, {"id": 2, "tenant": 2},
	{"id": 1, "tenant": 1, "form": "in"}, {"id": 2, "tenant": 2, "form": "in"},
	{"id": 1, "tenant": 1, "form": "related"}, {"id": 2, "tenant": 2, "form": "long"},
	{"id": 1, "tenant": 1, "form": "raw"}, {"id": 2, "tenant": 2, "form": "raw"},
	{"id": 3, "form": "all"}, {"id": 1, "tenant": 1, "form": "even"}, nil,
}

// asJSON is a call's answer or error as text.
func asJSON(t *testing.T, v any, err error) string {
	t.Helper()
	var e *litestone.Error
	if errors.As(err, &e) {
		return fmt.Sprintf("error %s %s %v", e.Code, e.Model, e.Fields)
	}
	if err != nil {
		t.Fatalf("untyped error %v", err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestFiltersOfTheSessionAreFilters lets subjects take turns at one client, whose filters are
// functions, and holds each answer against that of a client whose filters are fixed to what the
// functions give the subject.
func TestFiltersOfTheSessionAreFilters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tenants.db")
	fillTenants(t, openText(t, litestone.Config{SchemaText: tenantsSchema, DB: path}))
	shared := openTenants(t, path, false, nil)
	fixed := make([]*litestone.Client, len(tenantSubjects))
	for i, auth := range tenantSubjects {
		fixed[i] = openTenants(t, path, true, auth)
	}
	answers := map[string]int{}
	for _, op := range tenantReads {
		for range 2 {
			for i, auth := range tenantSubjects {
				got, err := shared.As(auth).Call(t.Context(), op.call, litestone.JSON(op.args))
				have := asJSON(t, got, err)
				got, err = fixed[i].As(auth).Call(t.Context(), op.call, litestone.JSON(op.args))
				if want := asJSON(t, got, err); have != want {
					t.Errorf("as %v: %s %s\n got  %s\n want %s", auth, op.call, op.args, have, want)
				}
				answers[op.call+op.args+have]++
			}
		}
	}
	if len(answers) < 2*len(tenantReads) {
		t.Errorf("%d different answers to %d calls: the filters hardly matter", len(answers), len(tenantReads))
	}
	for _, text := range []string{"user", `"number 4" OR 5`} {
		for i, auth := range tenantSubjects {
			got, err := shared.As(auth).Call(t.Context(), "users.search", text, litestone.JSON(`{"highlight": {"field": "name"}}`))
			have := asJSON(t, got, err)
			got, err = fixed[i].As(auth).Call(t.Context(), "users.search", text, litestone.JSON(`{"highlight": {"field": "name"}}`))
			if want := asJSON(t, got, err); have != want {
				t.Errorf("as %v: search %s\n got  %s\n want %s", auth, text, have, want)
			}
		}
	}
	spec := litestone.JSON(`{"users": {"orderBy": {"id": "asc"}}, "n": {"model": "posts", "_count": true}, "by": {"model": "tags", "by": ["uses"], "_count": true}}`)
	for i, auth := range tenantSubjects {
		got, err := shared.As(auth).Query(t.Context(), spec)
		have := asJSON(t, got, err)
		got, err = fixed[i].As(auth).Query(t.Context(), spec)
		if want := asJSON(t, got, err); have != want {
			t.Errorf("as %v: query\n got  %s\n want %s", auth, have, want)
		}
	}
}

var errUndo = errors.New("undo")

// TestFiltersOfTheSessionBindWrites does the same with writes, and looks at all tables after each.
func TestFiltersOfTheSessionBindWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tenants.db")
	fillTenants(t, openText(t, litestone.Config{SchemaText: tenantsSchema, DB: path}))
	shared := openTenants(t, path, false, nil)
	effect := func(c *litestone.Client, auth map[string]any, call, args string) (out string) {
		err := c.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
			got, err := tx.As(auth).Call(ctx, call, litestone.JSON(args))
			out = asJSON(t, got, err)
			for _, table := range append([]string{"_posts_tags"}, tenantModels...) {
				rows, err := tx.SQL("SELECT * FROM `" + table + "` ORDER BY 1, 2").Rows(ctx)
				if err != nil {
					return err
				}
				text, err := json.Marshal(rows)
				if err != nil {
					return err
				}
				out += "\n" + table + " " + string(text)
			}
			return errUndo
		})
		if !errors.Is(err, errUndo) {
			t.Fatalf("as %v: %s %s: %v", auth, call, args, err)
		}
		return out
	}
	fixed := make([]*litestone.Client, len(tenantSubjects))
	for i, auth := range tenantSubjects {
		fixed[i] = openTenants(t, path, true, auth)
	}
	for _, op := range tenantWrites {
		seen := map[string]bool{}
		for range 2 {
			for i, auth := range tenantSubjects {
				got, want := effect(shared, auth, op.call, op.args), effect(fixed[i], auth, op.call, op.args)
				if got != want {
					t.Errorf("as %v: %s %s\n%s", auth, op.call, op.args, firstDifference(got, want))
				}
				seen[got] = true
			}
		}
		if len(seen) < 2 && !strings.HasSuffix(op.call, "createMany") {
			t.Errorf("%s %s: the filters change nothing", op.call, op.args)
		}
	}
}

// firstDifference shows the lines in which two texts differ first.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "got  " + x[i] + "\nwant " + y[i]
		}
	}
	return a + "\n" + b
}

// TestFiltersOfTheSessionMeetInParallel shares one client between subjects that ask at once.
func TestFiltersOfTheSessionMeetInParallel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tenants.db")
	fillTenants(t, openText(t, litestone.Config{SchemaText: tenantsSchema, DB: path}))
	shared := openTenants(t, path, false, nil)
	ctx := t.Context()
	var wg sync.WaitGroup
	for i, auth := range tenantSubjects[:8] {
		if auth["form"] == "related" {
			continue
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			me := shared.As(auth)
			for range 60 {
				for _, m := range []string{"users", "posts", "tags"} {
					rows, err := me.Table(m).FindMany(ctx, litestone.JSON(`{"where": {"id": {"gt": 0}}, "include": {"posts": {"limit": 2}}}`))
					if m == "posts" {
						rows, err = me.Table(m).FindMany(ctx, litestone.JSON(`{"include": {"user": true, "tags": true}}`))
					}
					if err != nil {
						t.Error(err)
						return
					}
					text, _ := json.Marshal(rows)
					if other := fmt.Sprintf(`"tenant":%d`, 3-i%2-1); len(rows) == 0 || strings.Contains(string(text), other) {
						t.Errorf("%v sees rows of another tenant: %s", auth, text)
						return
					}
				}
			}
		}()
	}
	wg.Wait()
}

func TestFilterFuncsAreAskedOncePerCallAndOnlyWhereNeeded(t *testing.T) {
	asked := map[string]int{}
	var auths []map[string]any
	cfg := litestone.Config{SchemaText: tenantsSchema, DB: ":memory:", FilterFuncs: map[string]func(map[string]any) litestone.Predicate{}}
	for _, m := range tenantModels {
		cfg.FilterFuncs[m] = func(auth map[string]any) litestone.Predicate {
			asked[m]++
			auths = append(auths, auth)
			return nil
		}
	}
	db := openText(t, cfg)
	for _, c := range []struct {
		call, args string
		want       map[string]int
	}{
		{"users.count", `{}`, map[string]int{"users": 1}},
		{"users.findMany", `{"select": {"id": true}}`, map[string]int{"users": 1}},
		{"users.findMany", `{"select": {"id": true}, "include": {"posts": {"include": {"user": true}}, "manager": true}}`, map[string]int{"users": 1, "posts": 1}},
		{"tags.updateMany", `{"data": {"uses": 1}}`, map[string]int{"tags": 1}},
	} {
		for range 3 {
			clear(asked)
			auths = nil
			if _, err := db.As(map[string]any{"id": 7}).Call(t.Context(), c.call, litestone.JSON(c.args)); err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(asked) != fmt.Sprint(c.want) {
				t.Errorf("%s %s asked %v, want %v", c.call, c.args, asked, c.want)
			}
			for _, a := range auths {
				if fmt.Sprint(a["id"]) != "7" {
					t.Errorf("asked with auth %v", a)
				}
			}
		}
	}
	auths = nil
	if _, err := db.AsSystem().Table("users").Count(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if len(auths) != 1 || auths[0] != nil {
		t.Errorf("the system's filter was asked with %v", auths)
	}
}

func TestFiltersThatCannotBe(t *testing.T) {
	open := func(c litestone.Config) error {
		c.SchemaText, c.DB = tenantsSchema, ":memory:"
		db, err := litestone.Open(t.Context(), c)
		if err == nil {
			db.Close()
		}
		return err
	}
	type filters = map[string]litestone.Predicate
	type funcs = map[string]func(map[string]any) litestone.Predicate
	all := func(map[string]any) litestone.Predicate { return nil }
	wantError(t, open(litestone.Config{Filters: filters{"nope": litestone.JSON(`{}`)}}), litestone.CodeConfig, "nope")
	wantError(t, open(litestone.Config{FilterFuncs: funcs{"nope": all}}), litestone.CodeConfig, "nope")
	wantError(t, open(litestone.Config{FilterFuncs: funcs{"users": nil}}), litestone.CodeConfig, "users")
	wantError(t, open(litestone.Config{Filters: filters{"users": litestone.JSON(`{"manager": {"is": {"tenant": 1}}}`)}}), litestone.CodeConfig, "circle", "users → users")
	wantError(t, open(litestone.Config{Filters: filters{
		"users": litestone.JSON(`{"posts": {"some": {"tenant": 1}}}`), "posts": litestone.JSON(`{"user": {"is": {"tenant": 1}}}`),
	}}), litestone.CodeConfig, "circle", "users → posts → users")

	db := openText(t, litestone.Config{SchemaText: tenantsSchema, DB: ":memory:", FilterFuncs: funcs{
		"users": func(map[string]any) litestone.Predicate { return litestone.JSON(`{"manager": {"is": {"tenant": 1}}}`) },
		"tags":  func(map[string]any) litestone.Predicate { return litestone.JSON(`{"nope": 1}`) },
		"posts": all,
	}})
	for range 2 {
		_, err := db.Table("users").Count(t.Context(), nil)
		wantError(t, err, litestone.CodeConfig, "circle")
		_, err = db.Table("tags").FindMany(t.Context(), nil)
		wantError(t, err, litestone.CodeConfig, "tags", "nope")
		_, err = db.Call(t.Context(), "posts.findMany", litestone.JSON(`{"include": {"tags": true}}`))
		wantError(t, err, litestone.CodeConfig, "nope")
		_, err = db.Table("tags").UpdateMany(t.Context(), litestone.JSON(`{"data": {"uses": 1}}`))
		wantError(t, err, litestone.CodeConfig, "nope")
		if _, err = db.Table("posts").Count(t.Context(), nil); err != nil {
			t.Error(err)
		}
	}
}

// TestFilterFuncsThatLookElsewhere has a filter that tests other models for some sessions only: a
// statement made for one must not serve the other.
func TestFilterFuncsThatLookElsewhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tenants.db")
	fillTenants(t, openText(t, litestone.Config{SchemaText: tenantsSchema, DB: path}))
	db := openText(t, litestone.Config{SchemaText: tenantsSchema, DB: path, FilterFuncs: map[string]func(map[string]any) litestone.Predicate{
		"posts": func(auth map[string]any) litestone.Predicate {
			switch auth["looks"] {
			case "user":
				return litestone.JSON(`{"user": {"is": {}}}`)
			case "tags":
				return litestone.JSON(`{"tags": {"some": {}}}`)
			}
			return nil
		},
		"users": func(auth map[string]any) litestone.Predicate {
			return litestone.JSON(fmt.Sprintf(`{"id": {"lte": %v}}`, auth["upto"]))
		},
		"tags": func(auth map[string]any) litestone.Predicate {
			return litestone.JSON(fmt.Sprintf(`{"id": {"lte": %v}}`, auth["upto"]))
		},
	}})
	type subject struct {
		looks string
		upto  int
		want  int64
	}
	subjects := []subject{{"", 0, 40}, {"user", 4, 8}, {"tags", 1, 0}, {"user", 1, 2}, {"", 9, 40}, {"tags", 0, 0}, {"user", 0, 0}, {"tags", 8, 40}}
	// Those with the tag 1: i%8+1 or i%3+1 is 1.
	for i := 1; i <= 40; i++ {
		if i%8 == 0 || i%3 == 0 {
			subjects[2].want++
		}
	}
	for range 3 {
		for _, s := range subjects {
			n, err := db.As(map[string]any{"looks": s.looks, "upto": s.upto}).Table("posts").Count(t.Context(), nil)
			if err != nil || n != s.want {
				t.Errorf("%+v counts %d, %v", s, n, err)
			}
		}
		slices.Reverse(subjects)
	}
}
