package query_test

import (
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone/query"
)

type role string

// TestWhereTypedAndJSON holds that every condition of the typed builders is the same value as its
// JSON form, and that every operator is in the table.
func TestWhereTypedAndJSON(t *testing.T) {
	u := users(t)
	var (
		id       = query.IntCol("users", "id", u.at("id"))
		name     = query.TextCol("users", "name", u.at("name"))
		score    = query.RealCol("users", "score", u.at("score"))
		active   = query.BoolCol("users", "active", u.at("active"))
		roleCol  = query.EnumCol[role]("users", "role", u.at("role"))
		joined   = query.TimeCol("users", "joined", u.at("joined"))
		photo    = query.BlobCol("users", "photo", u.at("photo"))
		notes    = query.JSONCol("users", "notes", u.at("notes"))
		city     = query.TextAt("users", "address", u.at("address"), "city")
		floor    = query.IntAt("users", "address", u.at("address"), "floor")
		lat      = query.RealAt("users", "address", u.at("address"), "geo", "lat")
		verified = query.BoolAt("users", "address", u.at("address"), "verified")
		kind     = query.EnumAt[role]("users", "address", u.at("address"), "kind")
		inner    = query.ListAt[string]("users", "address", u.at("address"), "tags")
		geo      = query.JSONAt("users", "address", u.at("address"), "geo")
		tags     = query.ListCol[string]("users", "tags", u.at("tags"))
		marks    = query.ListCol[int64]("users", "marks", u.at("marks"))
		boss     = query.ToOne("users", "boss", u.at("boss"))
		orders   = query.ToMany("users", "orders", u.at("orders"))
		amount   = query.RealCol("orders", "amount", shop(t).Model("orders").Field("amount").Index)
		noon     = time.Date(2024, 2, 10, 13, 0, 0, 0, time.FixedZone("", 3600))
	)
	cases := []struct {
		json  string
		typed query.Cond
	}{
		{`{"id": 7}`, id.Eq(7)},
		{`{"id": {"equals": 7}}`, id.Eq(7)},
		{`{"id": {"not": 7}}`, id.Ne(7)},
		{`{"id": {"lt": 7}}`, id.Lt(7)},
		{`{"id": {"lte": 7}}`, id.Lte(7)},
		{`{"id": {"gt": -7}}`, id.Gt(-7)},
		{`{"id": {"gte": 9007199254740993}}`, id.Gte(9007199254740993)},
		{`{"id": {"in": [1, 2]}}`, id.In(1, 2)},
		{`{"id": [1, 2]}`, id.In(1, 2)},
		{`{"id": {"in": []}}`, id.In()},
		{`{"id": {"notIn": [1, 2]}}`, id.NotIn(1, 2)},
		{`{"id": {"notIn": []}}`, id.NotIn()},
		{`{"nick": null}`, query.TextCol("users", "nick", u.at("nick")).IsNull()},
		{`{"nick": {"not": null}}`, query.TextCol("users", "nick", u.at("nick")).NotNull()},
		{`{"score": 1}`, score.Eq(1)},
		{`{"score": {"not": 1.5}}`, score.Ne(1.5)},
		{`{"score": {"lt": 1.5}}`, score.Lt(1.5)},
		{`{"score": {"lte": 1.5}}`, score.Lte(1.5)},
		{`{"score": {"gt": 1e3}}`, score.Gt(1000)},
		{`{"score": {"gte": 1.5}}`, score.Gte(1.5)},
		{`{"score": [1.5, 2]}`, score.In(1.5, 2)},
		{`{"score": {"notIn": [2]}}`, score.NotIn(2)},
		{`{"name": "Ana"}`, name.Eq("Ana")},
		{`{"name": {"not": "Ana"}}`, name.Ne("Ana")},
		{`{"name": {"lt": "a"}}`, name.Lt("a")},
		{`{"name": {"lte": "a"}}`, name.Lte("a")},
		{`{"name": {"gt": "a"}}`, name.Gt("a")},
		{`{"name": {"gte": "a"}}`, name.Gte("a")},
		{`{"name": ["a", "b"]}`, name.In("a", "b")},
		{`{"name": {"notIn": ["a"]}}`, name.NotIn("a")},
		{`{"name": {"contains": "%"}}`, name.Contains("%")},
		{`{"name": {"startsWith": ""}}`, name.StartsWith("")},
		{`{"name": {"endsWith": "n"}}`, name.EndsWith("n")},
		{`{"active": false}`, active.Eq(false)},
		{`{"active": {"not": true}}`, active.Ne(true)},
		{`{"active": [true]}`, active.In(true)},
		{`{"active": {"notIn": [true]}}`, active.NotIn(true)},
		{`{"role": "admin"}`, roleCol.Eq("admin")},
		{`{"role": {"not": "admin"}}`, roleCol.Ne("admin")},
		{`{"role": ["admin", "guest"]}`, roleCol.In("admin", "guest")},
		{`{"role": {"notIn": ["admin"]}}`, roleCol.NotIn("admin")},
		{`{"role": {"lt": "guest"}}`, roleCol.Lt("guest")},
		{`{"role": {"lte": "guest"}}`, roleCol.Lte("guest")},
		{`{"role": {"gt": "guest"}}`, roleCol.Gt("guest")},
		{`{"role": {"gte": "guest"}}`, roleCol.Gte("guest")},
		{`{"role": {"contains": "dm"}}`, roleCol.Contains("dm")},
		{`{"role": {"startsWith": "ad"}}`, roleCol.StartsWith("ad")},
		{`{"role": {"endsWith": "in"}}`, roleCol.EndsWith("in")},
		{`{"joined": "2024-02-10T12:00:00Z"}`, joined.Eq(noon)},
		{`{"joined": {"not": "2024-02-10T14:00:00+02:00"}}`, joined.Ne(noon)},
		{`{"joined": {"lt": "2024-02-10T12:00"}}`, joined.Lt(noon)},
		{`{"joined": {"lte": "2024-02-10T12:00:00.0009Z"}}`, joined.Lte(noon)},
		{`{"joined": {"gt": "2024-02-10T12:00:00Z"}}`, joined.Gt(noon)},
		{`{"joined": {"gte": "2024-02-10T12:00:00Z"}}`, joined.Gte(noon)},
		{`{"joined": ["2024-02-10T12:00:00Z"]}`, joined.In(noon)},
		{`{"joined": {"notIn": ["2024-02-10T12:00:00Z"]}}`, joined.NotIn(noon)},
		{`{"joined": {"startsWith": "2024-"}}`, joined.StartsWith("2024-")},
		{`{"joined": {"contains": "-02-"}}`, joined.Contains("-02-")},
		{`{"joined": {"endsWith": "Z"}}`, joined.EndsWith("Z")},
		{`{"photo": null}`, photo.IsNull()},
		{`{"notes": {"not": null}}`, notes.NotNull()},
		{`{"address": {"city": "Oslo"}}`, city.Eq("Oslo")},
		{`{"address": {"floor": {"gte": 0}}}`, floor.Gte(0)},
		{`{"address": {"floor": null}}`, floor.IsNull()},
		{`{"address": {"geo": {"lat": 1.5}}}`, lat.Eq(1.5)},
		{`{"address": {"geo": null}}`, geo.IsNull()},
		{`{"address": {"geo": {"not": null}}}`, geo.NotNull()},
		{`{"address": {"verified": true}}`, verified.Eq(true)},
		{`{"address": {"kind": "guest"}}`, kind.Eq("guest")},
		{`{"address": {"tags": {"has": "x"}}}`, inner.Has("x")},
		{`{"address": {"since": {"gt": "2024-01-01"}}}`,
			query.Cond{Op: query.OpGt, Ref: floor.Ref(), Path: []string{"since"}, Value: query.Text("2024-01-01")}},
		{`{"tags": {"has": "it's"}}`, tags.Has("it's")},
		{`{"tags": {"hasEvery": ["a", "b"]}}`, tags.HasEvery("a", "b")},
		{`{"tags": {"hasEvery": []}}`, tags.HasEvery()},
		{`{"tags": {"hasSome": ["a"]}}`, tags.HasSome("a")},
		{`{"tags": {"hasSome": []}}`, tags.HasSome()},
		{`{"tags": {"isEmpty": true}}`, tags.IsEmpty()},
		{`{"tags": {"isEmpty": false}}`, tags.NotEmpty()},
		{`{"tags": {"equals": ["a<", "b"]}}`, tags.Eq("a<", "b")},
		{`{"tags": {"not": []}}`, tags.Ne()},
		{`{"tags": null}`, tags.IsNull()},
		{`{"marks": {"has": 10}}`, marks.Has(10)},
		{`{"boss": null}`, boss.IsNull()},
		{`{"boss": {"is": null}}`, boss.IsNull()},
		{`{"boss": {"isNot": null}}`, boss.NotNull()},
		{`{"boss": {"is": {"name": "Ana"}}}`, boss.Is(name.Eq("Ana"))},
		{`{"boss": {"isNot": {"name": "Ana"}}}`, boss.IsNot(name.Eq("Ana"))},
		{`{"boss": {"is": {}}}`, boss.Is()},
		{`{"orders": {"some": {"amount": {"gt": 5}}}}`, orders.Some(amount.Gt(5))},
		{`{"orders": {"some": {}}}`, orders.Some()},
		{`{"orders": {"every": {"amount": 5}}}`, orders.Every(amount.Eq(5))},
		{`{"orders": {"none": {}}}`, orders.None()},
		{`{"active": true, "id": 1}`, active.Eq(true).And(id.Eq(1))},
		{`{"id": {"gt": 1, "lt": 9}}`, id.Gt(1).And(id.Lt(9))},
		{`{"AND": [{"id": 1}, {"name": "a"}]}`, query.All(id.Eq(1), name.Eq("a"))},
		{`{"OR": [{"id": 1}, {"name": "a"}]}`, id.Eq(1).Or(name.Eq("a"))},
		{`{"OR": [{"id": 1}, {"name": "a"}]}`, query.Any(id.Eq(1), name.Eq("a"))},
		{`{"OR": [{}, {"id": 1}]}`, id.Eq(1)},
		{`{"NOT": {"id": 1}}`, query.Not(id.Eq(1))},
		{`{"NOT": [{"id": 1}, {"id": 2}]}`, query.Not(id.Eq(1)).And(query.Not(id.Eq(2)))},
		{`{"id": {"not": {"in": [1]}}}`, query.Not(id.In(1))},
		{`{"NOT": {}}`, query.Cond{}},
		{`{"AND": []}`, query.Cond{}},
		{`{"OR": []}`, query.Cond{}},
		{`{}`, query.Cond{}},
		{`{"$raw": "length(name) = 3"}`, query.SQL("length(name) = 3").Cond()},
		{`{"id": 1, "id": 2}`, id.Eq(2)},
	}
	seen := make(map[query.Op]bool)
	for _, c := range cases {
		t.Run(c.json, func(t *testing.T) {
			got, err := query.JSON(c.json).Predicate(scope(t, "users"))
			if err != nil {
				t.Fatal(err)
			}
			if got.Empty() && c.typed.Empty() {
				return
			}
			same(t, *got, c.typed)
			p, err := c.typed.Predicate(scope(t, "users"))
			if err != nil {
				t.Fatal(err)
			}
			same(t, p, got)
		})
		seen[c.typed.Op] = true
	}
	for op := query.OpAnd; op <= query.OpRaw; op++ {
		if !seen[op] {
			t.Errorf("no case makes operator %d", op)
		}
	}
}

func TestWhereRefused(t *testing.T) {
	cases := []struct {
		json   string
		fields []string
		says   string
	}{
		{`1`, names("where"), "must be an object"},
		{`null`, names("where"), "not null"},
		{`[]`, names("where"), "a list"},
		{`"1=1"`, names("where"), "a text"},
		{`{"nmae": 1}`, names("nmae"), `did you mean name?`},
		{`{"NAME": "x"}`, names("NAME"), `did you mean name?`},
		{`{"name": 1}`, names("name"), "must be a text, not a whole number"},
		{`{"id": "1"}`, names("id"), "must be a whole number"},
		{`{"id": true}`, names("id"), "must be a whole number, not a boolean"},
		{`{"active": 1}`, names("active"), "must be true or false"},
		{`{"role": "boss"}`, names("role"), "one of admin, member, guest"},
		{`{"role": "admn"}`, names("role"), "did you mean admin?"},
		{`{"joined": "2024-02-30"}`, names("joined"), "must be a date and time"},
		{`{"joined": 5}`, names("joined"), "date and time as text"},
		{`{"id": {"above": 1}}`, names("id"), `unknown operator "above"`},
		{`{"id": {"contains": "1"}}`, names("id"), `unknown operator "contains"`},
		{`{"id": {"has": 1}}`, names("id"), `unknown operator "has"`},
		{`{"id": {}}`, names("id"), "says nothing"},
		{`{"id": {"in": 1}}`, names("id"), "in must be a list"},
		{`{"id": {"in": [null]}}`, names("id"), "cannot hold null"},
		{`{"id": {"in": [[1]]}}`, names("id"), "not a list"},
		{`{"id": {"gt": null}}`, names("id"), "not null"},
		{`{"name": {"contains": 1}}`, names("name"), "must be a text"},
		{`{"tags": "a"}`, names("tags"), "must be a list"},
		{`{"tags": ["a"]}`, names("tags"), "a bare list means in"},
		{`{"tags": {"contains": "a"}}`, names("tags"), "unknown operator"},
		{`{"tags": {"has": 1}}`, names("tags"), "must be a text"},
		{`{"tags": {"has": ["a"]}}`, names("tags"), "single value"},
		{`{"tags": {"isEmpty": 1}}`, names("tags"), "true or false"},
		{`{"notes": {"a": 1}}`, names("notes"), "unknown operator"},
		{`{"notes": "x"}`, names("notes"), "only be compared with null"},
		{`{"address": "x"}`, names("address"), "only be compared with null"},
		{`{"address": {"town": "x"}}`, names("address.town"), "unknown key"},
		{`{"address": {"geo": {"lat": "x"}}}`, names("address.geo.lat"), "must be a number"},
		{`{"address": {"city": {"has": "x"}}}`, names("address.city"), "unknown operator"},
		{`{"boss": {"name": "x"}}`, names("boss"), "is or isNot"},
		{`{"boss": {"is": {"nmae": "x"}}}`, names("boss.nmae"), "did you mean name?"},
		{`{"boss": 1}`, names("boss"), "must be an object with is or isNot"},
		{`{"boss": {}}`, names("boss"), "says nothing"},
		{`{"orders": {"is": {}}}`, names("orders"), "some, every or none"},
		{`{"orders": null}`, names("orders"), "some, every or none"},
		{`{"orders": {"some": {"user": {"is": {"x": 1}}}}}`, names("orders.user.x"), "unknown field"},
		{`{"shout": "x"}`, names("shout"), "no column"},
		{`{"lastOrder": null}`, names("lastOrder"), "no column"},
		{`{"AND": {"id": 1}}`, names("AND"), "must be a list"},
		{`{"OR": "x"}`, names("OR"), "must be a list"},
		{`{"NOT": 1}`, names("where"), "must be an object"},
		{`{"OR": [{"id": 1}, {"x": 1}]}`, names("x"), "unknown field"},
		{`{"$raw": 5}`, names("$raw"), "fragment or a text"},
		{`{"$raw": {"SQL": "1=1"}}`, names("$raw"), "not an object"},
		{`{"$raw": ""}`, names("$raw"), "must not be empty"},
	}
	for _, c := range cases {
		t.Run(c.json, func(t *testing.T) {
			_, err := query.JSON(c.json).Predicate(scope(t, "users"))
			e := refusal(t, err)
			same(t, e.Fields, c.fields)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("says %q, not %q", err, c.says)
			}
			if e.Model == "" {
				t.Errorf("names no model: %v", err)
			}
		})
	}
}

func TestRawTextOnlyFromTrustedCode(t *testing.T) {
	sc := scope(t, "users")
	sc.Untrusted = true
	for _, args := range []string{
		`{"where": {"$raw": "1=1"}}`,
		`{"where": {"OR": [{"orders": {"some": {"$raw": "1=1"}}}]}}`,
		`{"include": {"orders": {"where": {"$raw": "1=1"}}}}`,
		`{"window": {"n": {"count": true, "filter": "1=1"}}}`,
		`{"$raw": "1=1"}`,
	} {
		refusal(t, query.JSON(args).Finding(sc, new(query.FindArgs)))
	}
	refusal(t, query.JSON(`{"_n": {"count": true, "filter": "1=1"}}`).Aggregating(sc, new(query.AggregateArgs)))

	frag := query.SQL("score > ?", 3)
	var a query.FindArgs
	if err := (query.Map{"where": query.Map{"$raw": &frag}}).Finding(sc, &a); err != nil {
		t.Fatal(err)
	}
	same(t, *a.Where, frag.Cond())
}

func TestDeepArgumentsAreRefused(t *testing.T) {
	for name, json := range map[string]string{
		"AND":   strings.Repeat(`{"AND":[`, 200) + `{"id":1}` + strings.Repeat(`]}`, 200),
		"not":   `{"id":` + strings.Repeat(`{"not":`, 200) + `1` + strings.Repeat(`}`, 200) + `}`,
		"boss":  strings.Repeat(`{"boss":{"is":`, 200) + `{"id":1}` + strings.Repeat(`}}`, 200),
		"plain": strings.Repeat(`[`, 20000),
	} {
		_, err := query.JSON(json).Predicate(scope(t, "users"))
		if e := refusal(t, err); name != "plain" && !strings.Contains(e.Message, "deeper than 50") {
			t.Errorf("%s: %v", name, err)
		}
	}
	include := strings.Repeat(`{"include":{"boss":`, 200) + `true` + strings.Repeat(`}}`, 200)
	refusal(t, query.JSON(include).Finding(scope(t, "users"), new(query.FindArgs)))
	order := `{"orderBy":` + strings.Repeat(`{"boss":`, 200) + `{"id":"asc"}` + strings.Repeat(`}`, 200) + `}`
	refusal(t, query.JSON(order).Finding(scope(t, "users"), new(query.FindArgs)))
	data := `{"data":` + strings.Repeat(`{"boss":{"create":`, 200) + `{}` + strings.Repeat(`}}`, 200) + `}`
	refusal(t, query.JSON(data).Creating(scope(t, "users"), new(query.CreateArgs)))
}

func TestJSONText(t *testing.T) {
	for _, bad := range []string{`{`, `{"id":1} x`, `{"id":1}{}`, "\x00"} {
		if _, err := query.JSON(bad).Tree(); err == nil {
			t.Errorf("%q is accepted", bad)
		} else {
			refusal(t, err)
		}
	}
	tree, err := query.JSON(``).Tree()
	if err != nil || tree != nil {
		t.Errorf("no text: %v, %v", tree, err)
	}
}
