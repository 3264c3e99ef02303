package query_test

import (
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

// TestFindTypedAndJSON holds that every argument of a read resolves to the same value typed and as
// JSON.
func TestFindTypedAndJSON(t *testing.T) {
	u := users(t)
	ordersModel := shop(t).Model("orders")
	var (
		id        = query.IntCol("users", "id", u.at("id"))
		name      = query.TextCol("users", "name", u.at("name"))
		score     = query.RealCol("users", "score", u.at("score"))
		joined    = query.TimeCol("users", "joined", u.at("joined"))
		role      = query.EnumCol[role]("users", "role", u.at("role"))
		city      = query.TextAt("users", "address", u.at("address"), "city")
		boss      = query.ToOne("users", "boss", u.at("boss"))
		reports   = query.ToMany("users", "reports", u.at("reports"))
		orders    = query.ToMany("users", "orders", u.at("orders"))
		amount    = query.RealCol("orders", "amount", ordersModel.Field("amount").Index)
		state     = query.TextCol("orders", "state", ordersModel.Field("state").Index)
		lastOrder = query.JSONCol("users", "lastOrder", u.at("lastOrder"))
	)
	cases := []struct {
		json  string
		typed query.Find
	}{
		{``, query.Find{}},
		{`{}`, query.Find{}},
		{`{"where": {"id": 1}}`, query.Find{Where: id.Eq(1)}},
		{`{"limit": 5, "offset": "2"}`, query.Find{Limit: 5, Offset: 2}},
		{`{"limit": "5", "offset": 2.0}`, query.Find{Limit: 5, Offset: 2}},
		{`{"distinct": true, "withDeleted": true}`, query.Find{Distinct: true, WithDeleted: true}},
		{`{"onlyDeleted": true, "withDeleted": false, "limit": null, "select": null}`, query.Find{OnlyDeleted: true}},
		{`{"orderBy": {"id": "asc"}}`, query.Find{OrderBy: id.Asc()}},
		{`{"orderBy": []}`, query.Find{}},
		{`{"orderBy": {}}`, query.Find{}},
		{`{"orderBy": {"id": {}}}`, query.Find{OrderBy: id.Asc()}},
		{`{"orderBy": [{"name": {"dir": "desc", "nulls": "last"}}, {"id": {"nulls": "first"}}]}`,
			query.Find{OrderBy: query.Orders(name.Desc().NullsLast(), id.Asc().NullsFirst())}},
		{`{"orderBy": {"boss": {"name": "desc"}}}`, query.Find{OrderBy: boss.By(name.Desc())}},
		{`{"orderBy": {"boss": {"boss": {"id": "asc"}}}}`, query.Find{OrderBy: boss.By(boss.By(id.Asc()))}},
		{`{"orderBy": {"boss": {"orders": {"_count": "desc"}}}}`, query.Find{OrderBy: boss.By(orders.Count().Desc())}},
		{`{"orderBy": {"orders": {"_count": "asc"}}}`, query.Find{OrderBy: orders.Count().Asc()}},
		{`{"orderBy": {"orders": {"_sum": {"amount": "desc"}}}}`, query.Find{OrderBy: orders.Sum(amount).Desc()}},
		{`{"orderBy": {"orders": {"_avg": {"amount": {"dir": "desc", "nulls": "first"}}}}}`, query.Find{OrderBy: orders.Avg(amount).Desc().NullsFirst()}},
		{`{"orderBy": {"orders": {"_min": {"state": "asc"}}}}`, query.Find{OrderBy: orders.Min(state).Asc()}},
		{`{"orderBy": {"orders": {"_max": {"amount": "asc"}}}}`, query.Find{OrderBy: orders.Max(amount).Asc()}},
		{`{"orderBy": {"address": {"city": "desc"}}}`, query.Find{OrderBy: city.Desc()}},
		{`{"select": {"name": true, "id": true, "role": false}}`, query.Find{Select: query.Fields(id, name)}},
		{`{"select": {"lastOrder": true}}`, query.Find{Select: lastOrder}},
		{`{"select": {"id": true, "orders": true}}`, query.Find{Select: query.Fields(id, orders)}},
		{`{"select": {"id": true, "boss": {"select": {"name": true}}}}`,
			query.Find{Select: query.Fields(id, boss.With(query.Find{Select: name}))}},
		{`{"select": {"id": true, "_count": true}}`, query.Find{Select: query.Fields(id, query.Counts())}},
		{`{"include": {"orders": true}}`, query.Find{Include: orders}},
		{`{"include": {"orders": true, "boss": false}}`, query.Find{Include: orders}},
		{`{"include": {"boss": true, "orders": {"where": {"amount": {"gt": 1}}, "orderBy": {"amount": "asc"}, "limit": 3, "offset": 1, "withDeleted": true}}}`,
			query.Find{Include: query.Includes(boss, orders.With(query.Find{Where: amount.Gt(1), OrderBy: amount.Asc(), Limit: 3, Offset: 1, WithDeleted: true}))}},
		{`{"include": {"_count": true}}`, query.Find{Include: query.Counts()}},
		{`{"include": {"_count": {"select": {"orders": true, "reports": false, "big": {"relation": "orders", "where": {"amount": {"gt": 9}}}}}}}`,
			query.Find{Include: query.Counts(orders.Counted("big", amount.Gt(9)), orders)}},
		{`{"include": {"_count": {"select": {"reports": {"onlyDeleted": true}, "all": {"relation": "reports", "withDeleted": true}}}}}`,
			query.Find{Include: query.Counts(reports.Counted("all", nil).WithDeleted(), reports.Counted("reports", nil).OnlyDeleted())}},
		{`{"recursive": true, "orderBy": {"_depth": "desc"}}`, query.Find{Recursive: &query.Recursive{}, OrderBy: query.SortBy("_depth").Desc()}},
		{`{"recursive": {"direction": "ancestors", "nested": true, "maxDepth": 3, "via": "bossId"}}`,
			query.Find{Recursive: &query.Recursive{Ancestors: true, Nested: true, MaxDepth: 3, Via: "bossId"}}},
		{`{"recursive": {"direction": "descendants", "via": "reports"}}`, query.Find{Recursive: &query.Recursive{Via: "reports"}}},
		{`{"recursive": false}`, query.Find{}},
		{`{"window": {"w": {"rowNumber": true}}, "orderBy": {"w": "asc"}}`,
			query.Find{Window: query.Win("w").RowNumber(), OrderBy: query.SortBy("w").Asc()}},
		{`{"window": {"w": {"rank": true, "partitionBy": "role", "orderBy": {"score": "desc"}}}}`,
			query.Find{Window: query.Win("w").Rank().PartitionBy(role).OrderBy(score.Desc())}},
		{`{"window": {"a": {"denseRank": true}, "b": {"cumeDist": true}, "c": {"percentRank": true}, "d": {"ntile": 4}}}`,
			query.Find{Window: query.Windows(query.Win("a").DenseRank(), query.Win("b").CumeDist(), query.Win("c").PercentRank(), query.Win("d").Ntile(4))}},
		{`{"window": {"a": {"lag": "score"}, "b": {"lead": "score", "offset": 2, "default": 0}, "c": {"lag": "name", "default": "it's"}}}`,
			query.Find{Window: query.Windows(query.Win("a").Lag(score), query.Win("b").Lead(score).Offset(2).Default(0.0), query.Win("c").Lag(name).Default("it's"))}},
		{`{"window": {"a": {"firstValue": "id"}, "b": {"lastValue": "id", "rows": [null, null]}, "c": {"nthValue": "id", "n": 2}}}`,
			query.Find{Window: query.Windows(query.Win("a").FirstValue(id), query.Win("b").LastValue(id).Rows(query.Unbounded(), query.Unbounded()), query.Win("c").NthValue(id, 2))}},
		{`{"window": {"a": {"sum": "score", "rows": [-6, 0]}, "b": {"avg": "score", "rows": [-1, 1]}, "c": {"min": "name"}, "d": {"max": "joined"}, "e": {"count": true}, "f": {"count": "score"}}}`,
			query.Find{Window: query.Windows(
				query.Win("a").Sum(score).Rows(query.Preceding(6), query.CurrentRow()),
				query.Win("b").Avg(score).Rows(query.Preceding(1), query.Following(1)),
				query.Win("c").Min(name), query.Win("d").Max(joined), query.Win("e").Count(), query.Win("f").CountOf(score))}},
		{`{"window": {"a": {"count": true, "orderBy": {"score": "asc"}, "range": [-10, 0]}, "b": {"sum": "score", "filter": {"id": 1}}}}`,
			query.Find{Window: query.Windows(
				query.Win("a").Count().OrderBy(score.Asc()).Range(query.Preceding(10), query.CurrentRow()),
				query.Win("b").Sum(score).Filter(id.Eq(1)))}},
		{`{"window": {"a": {"count": true, "filter": "score > 1"}}}`,
			query.Find{Window: query.Win("a").Count().Filter(query.SQL("score > 1"))}},
	}
	for _, c := range cases {
		t.Run(c.json, func(t *testing.T) {
			var fromJSON, fromTyped query.FindArgs
			if err := query.JSON(c.json).Finding(scope(t, "users"), &fromJSON); err != nil {
				t.Fatal(err)
			}
			if err := c.typed.Finding(scope(t, "users"), &fromTyped); err != nil {
				t.Fatal(err)
			}
			same(t, fromTyped, fromJSON)
		})
	}
}

func TestFindArgumentsByOperation(t *testing.T) {
	cases := []struct {
		operation, json string
		fields          []string
	}{
		{"findMany", `{"were": {}}`, names("were")},
		{"findMany", `{"cursor": "x"}`, names("cursor")},
		{"findMany", `{"data": {}}`, names("data")},
		{"count", `{"limit": 1}`, names("limit")},
		{"count", `{"where": {"id": 1}, "withDeleted": true}`, nil},
		{"exists", `{"orderBy": {"id": "asc"}}`, names("orderBy")},
		{"findUnique", `{"where": {"id": 1}, "select": {"id": true}}`, nil},
		{"findUnique", `{"limit": 1}`, names("limit")},
		{"findFirst", `{"orderBy": {"id": "asc"}, "offset": 1}`, nil},
		{"findFirst", `{"limit": 1}`, names("limit")},
		{"findManyCursor", `{"cursor": "x", "limit": 5}`, nil},
		{"findManyCursor", `{"cursor": 5}`, names("cursor")},
		{"findManyCursor", `{"offset": 5}`, names("offset")},
		{"", `{"include": {"orders": {"distinct": true}}}`, names("orders.distinct")},
	}
	for _, c := range cases {
		sc := scope(t, "users")
		sc.Operation = c.operation
		err := query.JSON(c.json).Finding(sc, new(query.FindArgs))
		if c.fields == nil {
			if err != nil {
				t.Errorf("%s %s: %v", c.operation, c.json, err)
			}
			continue
		}
		e := refusal(t, err)
		same(t, e.Fields, c.fields)
		if e.Operation != c.operation {
			t.Errorf("%s %s: names operation %q", c.operation, c.json, e.Operation)
		}
	}
}

func TestFindRefused(t *testing.T) {
	cases := []struct {
		json   string
		fields []string
		says   string
	}{
		{`[]`, nil, "must be an object, not a list"},
		{`"x"`, nil, "must be an object"},
		{`{"limit": -1}`, names("limit"), "not be negative"},
		{`{"limit": "many"}`, names("limit"), "whole number"},
		{`{"limit": 1.5}`, names("limit"), "whole number"},
		{`{"limit": true}`, names("limit"), "whole number"},
		{`{"limit": 1e300}`, names("limit"), "whole number"},
		{`{"limit": 99999999999999999999}`, names("limit"), "whole number"},
		{`{"offset": {}}`, names("offset"), "whole number"},
		{`{"distinct": "yes"}`, names("distinct"), "true or false"},
		{`{"withDeleted": 1}`, names("withDeleted"), "true or false"},
		{`{"orderBy": "id"}`, names("orderBy"), "must be an object"},
		{`{"orderBy": {"id": "asc", "name": "asc"}}`, names("orderBy"), "write a list"},
		{`{"orderBy": {"id": "up"}}`, names("id"), "direction"},
		{`{"orderBy": {"id": null}}`, names("id"), "direction"},
		{`{"orderBy": {"id": {"dir": "asc", "nulls": "middle"}}}`, names("id"), "first or last"},
		{`{"orderBy": {"id": {"direction": "asc"}}}`, names("id"), "sorted by direction"},
		{`{"orderBy": {"idd": "asc"}}`, names("idd"), "did you mean id?"},
		{`{"orderBy": {"boss": "asc"}}`, names("boss"), "is a relation"},
		{`{"orderBy": {"boss": {}}}`, names("boss"), "no field"},
		{`{"orderBy": {"boss": {"nam": "asc"}}}`, names("boss.nam"), "unknown field"},
		{`{"orderBy": {"boss": {"_count": "asc"}}}`, names("boss"), "for list relations"},
		{`{"orderBy": {"orders": {"amount": "asc"}}}`, names("orders"), "list relation"},
		{`{"orderBy": {"orders": {"_stringAgg": "asc"}}}`, names("orders"), "list relation"},
		{`{"orderBy": {"orders": {"_sum": "asc"}}}`, names("orders"), "needs a field"},
		{`{"orderBy": {"orders": {"_sum": {"state": "asc"}}}}`, names("orders.state"), "only numbers"},
		{`{"orderBy": {"orders": {"_sum": {"amuont": "asc"}}}}`, names("orders.amuont"), "did you mean amount?"},
		{`{"orderBy": {"address": {"town": "asc"}}}`, names("address.town"), "unknown key"},
		{`{"orderBy": {"shout": "asc"}}`, names("shout"), "no column"},
		{`{"orderBy": {"lastOrder": "asc"}}`, names("lastOrder"), "no column"},
		{`{"orderBy": {"_depth": "asc"}}`, names("_depth"), "unknown field"},
		{`{"orderBy": {"_rank": "asc"}}`, names("_rank"), "unknown field"},
		{`{"select": false}`, names("select"), "writes only"},
		{`{"select": true}`, names("select"), "must be an object"},
		{`{"select": {}}`, names("select"), "selects nothing"},
		{`{"select": {"id": false}}`, names("select"), "selects nothing"},
		{`{"select": {"id": 1}}`, names("id"), "true or false"},
		{`{"select": {"id": {"resolve": false}}}`, names("id"), "true or false"},
		{`{"select": {"idd": true}}`, names("idd"), "did you mean id?"},
		{`{"select": {"idd": false}}`, names("idd"), "did you mean id?"},
		{`{"select": {"orders": {"select": {"x": true}}}}`, names("orders.x"), "unknown field"},
		{`{"include": {"name": true}}`, names("name"), "unknown relation"},
		{`{"include": {"lastOrder": true}}`, names("lastOrder"), "unknown relation"},
		{`{"include": {"order": true}}`, names("order"), "did you mean orders?"},
		{`{"include": {"orders": 1}}`, names("orders"), "true, false or an object"},
		{`{"include": ["orders"]}`, names("include"), "must be an object"},
		{`{"include": {"orders": {"include": {"user": {"select": {"x": true}}}}}}`, names("orders.user.x"), "unknown field"},
		{`{"include": {"_count": {"select": {"boss": true}}}}`, names("boss"), "only list relations"},
		{`{"include": {"_count": {"select": {"a b": {"relation": "orders"}}}}}`, names("a b"), "letters, digits"},
		{`{"include": {"_count": {"orders": true}}}`, names("_count.orders"), "unknown argument"},
		{`{"include": {"_count": {"select": {"orders": {"limit": 1}}}}}`, names("orders.limit"), "unknown argument"},
		{`{"recursive": "up"}`, names("recursive"), "true, false or an object"},
		{`{"recursive": {"depth": 1}}`, names("recursive.depth"), "unknown argument"},
		{`{"recursive": {"maxDepth": 0}}`, names("maxDepth"), "at least 1"},
		{`{"recursive": {"maxDepth": "all"}}`, names("maxDepth"), "whole number"},
		{`{"recursive": {"via": "orders"}}`, names("orders"), "relation to itself"},
		{`{"window": {"id": {"rowNumber": true}}}`, names("id"), "named like a field"},
		{`{"window": {"a-b": {"rowNumber": true}}}`, names("a-b"), "letters, digits"},
		{`{"window": {"w": true}}`, names("w"), "window function"},
		{`{"window": {"w": {}}}`, names("w"), "no window function"},
		{`{"window": {"w": {"rowNumbr": true}}}`, names("w"), "did you mean rowNumber?"},
		{`{"window": {"w": {"rowNumber": 1}}}`, names("w"), "must be true"},
		{`{"window": {"w": {"rowNumber": true, "rank": true}}}`, names("w"), "two functions"},
		{`{"window": {"w": {"rowNumber": true, "order": {}}}}`, names("w"), "did you mean orderBy?"},
		{`{"window": {"w": {"rowNumber": true, "filter": "1"}}}`, names("w"), "filter is for"},
		{`{"window": {"w": {"sum": "name"}}}`, names("name"), "only numbers"},
		{`{"window": {"w": {"sum": "scor"}}}`, names("scor"), "did you mean score?"},
		{`{"window": {"w": {"sum": true}}}`, nil, "named by a text"},
		{`{"window": {"w": {"ntile": 0}}}`, names("w"), "at least 1"},
		{`{"window": {"w": {"ntile": "x"}}}`, names("w"), "whole number"},
		{`{"window": {"w": {"lag": "id", "offset": -1}}}`, names("w"), "not be negative"},
		{`{"window": {"w": {"sum": "id", "offset": 1}}}`, names("w"), "for lag and lead"},
		{`{"window": {"w": {"lag": "id", "default": [1]}}}`, names("w"), "single value"},
		{`{"window": {"w": {"lag": "id", "n": 1}}}`, names("w"), "for nthValue"},
		{`{"window": {"w": {"sum": "id", "rows": [0]}}}`, names("w"), "two bounds"},
		{`{"window": {"w": {"sum": "id", "rows": [1, 0]}}}`, names("w"), "ends before it begins"},
		{`{"window": {"w": {"sum": "id", "rows": ["a", 0]}}}`, names("w"), "whole number"},
		{`{"window": {"w": {"sum": "id", "range": [-1, 0]}}}`, names("w"), "one field sorted by"},
		{`{"window": {"w": {"sum": "id", "rows": [0, 0], "range": [0, 0]}}}`, names("w"), "not both"},
		{`{"window": {"w": {"sum": "id", "partitionBy": ["x"]}}}`, names("x"), "unknown field"},
		{`{"window": {"w": {"sum": "id", "filter": 5}}}`, names("w"), "filter must be"},
	}
	for _, c := range cases {
		t.Run(c.json, func(t *testing.T) {
			err := query.JSON(c.json).Finding(scope(t, "users"), new(query.FindArgs))
			e := refusal(t, err)
			same(t, e.Fields, c.fields)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("says %q, not %q", err, c.says)
			}
		})
	}
}

func TestTypedFindRefused(t *testing.T) {
	u := users(t)
	id := query.IntCol("users", "id", u.at("id"))
	other := query.IntCol("orders", "id", 0)
	cases := []struct {
		find   query.Find
		fields []string
		says   string
	}{
		{query.Find{Limit: -1}, names("limit"), "negative"},
		{query.Find{Offset: -1}, names("offset"), "negative"},
		{query.Find{Select: query.NoRow()}, names("select"), "writes only"},
		{query.Find{Select: query.Fields()}, names("select"), "selects nothing"},
		{query.Find{Select: query.TextAt("users", "address", u.at("address"), "city")}, names("address"), "cannot be selected"},
		{query.Find{Where: query.SQL("x = ?", struct{}{})}, nil, "cannot store"},
		{query.Find{Include: query.ToMany("orders", "labels", 6).With(query.Find{})}, names("labels"), "another model"},
		{query.Find{Include: query.Counts(query.ToMany("orders", "labels", 6))}, names("labels"), "another model"},
		{query.Find{Include: query.Counts(query.ToMany("users", "boss", u.at("boss")))}, names("boss"), "only list relations"},
		{query.Find{Include: query.Counts(query.ToMany("users", "orders", u.at("orders")).Counted("a b", nil))}, names("a b"), "letters"},
		{query.Find{Window: query.Win("id").RowNumber()}, names("id"), "named like a field"},
		{query.Find{Window: query.Win("w").Sum(other)}, names("id"), "another model"},
		{query.Find{Window: query.Win("w").Lag(id).Default(struct{}{})}, names("w"), "cannot store"},
		{query.Find{Window: query.Windows(query.Win("w").Count(), query.Win("w").Count())}, names("w"), "two window columns"},
		{query.Find{Recursive: &query.Recursive{Via: "orders"}}, names("orders"), "relation to itself"},
	}
	for _, c := range cases {
		err := c.find.Finding(scope(t, "users"), new(query.FindArgs))
		e := refusal(t, err)
		same(t, e.Fields, c.fields)
		if !strings.Contains(err.Error(), c.says) {
			t.Errorf("says %q, not %q", err, c.says)
		}
	}
	err := query.Find{Recursive: new(query.Recursive)}.Finding(scope(t, "labels"), new(query.FindArgs))
	same(t, refusal(t, err).Fields, names("recursive"))
}

// TestFindAllocatesNothing holds that resolving the common typed find costs no allocation.
func TestFindAllocatesNothing(t *testing.T) {
	sc := scope(t, "users")
	id := query.IntCol("users", "id", 0)
	f := query.Find{Where: id.Eq(7), OrderBy: id.Desc(), Limit: 20}
	var a query.FindArgs
	if n := testing.AllocsPerRun(100, func() {
		a = query.FindArgs{}
		if err := f.Finding(sc, &a); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	same(t, *a.Where, id.Eq(7))
	same(t, a.OrderBy, []query.Order{id.Desc()})
}

func TestSearchTypedAndJSON(t *testing.T) {
	word := query.TextCol("labels", "word", 1)
	cases := []struct {
		json  string
		typed query.SearchFind
	}{
		{``, query.SearchFind{}},
		{`{"highlight": true, "withRank": false}`, query.SearchFind{Highlight: query.MarkIn(), WithoutRank: true}},
		{`{"highlight": {"field": "word", "open": "[", "close": "]"}}`, query.SearchFind{Highlight: query.MarkIn(word).Between("[", "]")}},
		{`{"snippet": {"fields": ["word"], "tags": ["<b>", "</b>"], "length": 5, "ellipsis": "..."}}`,
			query.SearchFind{Snippet: query.MarkIn(word).Between("<b>", "</b>").Tokens(5, "...")}},
		{`{"where": {"word": "x"}, "orderBy": {"_rank": "asc"}, "limit": 3}`,
			query.SearchFind{Find: query.Find{Where: word.Eq("x"), OrderBy: query.SortBy("_rank").Asc(), Limit: 3}}},
	}
	for _, c := range cases {
		var fromJSON, fromTyped query.FindArgs
		tree, err := query.JSON(c.json).Tree()
		if err != nil {
			t.Fatal(err)
		}
		if err := query.DecodeSearch(scope(t, "labels"), tree, &fromJSON); err != nil {
			t.Fatal(err)
		}
		if err := c.typed.Finding(scope(t, "labels"), &fromTyped); err != nil {
			t.Fatal(err)
		}
		same(t, fromTyped, fromJSON)
	}
}

func TestSearchRefused(t *testing.T) {
	for json, fields := range map[string][]string{
		`{"highlight": {"field": "id"}}`:                  names("id"),
		`{"snippet": {"field": 5}}`:                       names("snippet"),
		`{"snippet": {"length": 0}}`:                      names("length"),
		`{"snippet": {"length": 65}}`:                     names("length"),
		`{"snippet": {"tags": ["a"]}}`:                    names("snippet"),
		`{"snippet": {"tag": ["a"]}}`:                     names("snippet.tag"),
		`{"snippet": "word"}`:                             names("snippet"),
		`{"withRank": "no"}`:                              names("withRank"),
		`{"window": {}}`:                                  names("window"),
		`{"highlight": {"field": "word", "close": true}}`: names("highlight"),
	} {
		tree, err := query.JSON(json).Tree()
		if err != nil {
			t.Fatal(err)
		}
		e := refusal(t, query.DecodeSearch(scope(t, "labels"), tree, new(query.FindArgs)))
		same(t, e.Fields, fields)
	}
	e := refusal(t, query.SearchFind{Snippet: &query.Mark{Fields: []query.Ref{{Model: "labels", Name: "id"}}, Length: 1}}.Finding(scope(t, "labels"), new(query.FindArgs)))
	same(t, e.Fields, names("id"))
	err := query.SearchFind{Snippet: query.MarkIn()}.Finding(scope(t, "users"), new(query.FindArgs))
	if le, ok := err.(*liteerr.Error); !ok || le.Code != liteerr.Unsupported {
		t.Errorf("a search of a model without an index: %v", err)
	}
}
