package query_test

import (
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/query"
)

// orderColumns are the columns of orders as generated code has them.
type orderColumns struct {
	id     query.IntColumn
	amount query.RealColumn
	state  query.TextColumn
	paid   query.BoolColumn
	at     query.TimeColumn
}

func orders(t testing.TB) orderColumns {
	m := shop(t).Model("orders")
	at := func(n string) int { return m.Field(n).Index }
	return orderColumns{
		query.IntCol("orders", "id", at("id")), query.RealCol("orders", "amount", at("amount")),
		query.TextCol("orders", "state", at("state")), query.BoolCol("orders", "paid", at("paid")),
		query.TimeCol("orders", "at", at("at")),
	}
}

func TestAggregateTypedAndJSON(t *testing.T) {
	o := orders(t)
	cases := []struct {
		json  string
		typed query.Aggregate
	}{
		{`{"_count": true}`, query.Aggregate{Items: []query.AggExpr{query.Count()}}},
		{`{"_count": {"distinct": "state"}}`, query.Aggregate{Items: []query.AggExpr{query.CountDistinct(o.state)}}},
		{`{"_count": {"id": true, "state": true}}`, query.Aggregate{Items: []query.AggExpr{query.CountOfValues(o.id), query.CountOfValues(o.state)}}},
		{`{"where": {"paid": true}, "withDeleted": true, "_sum": {"amount": true, "id": false}, "_avg": {"amount": true}, "_min": {"state": true}, "_max": {"at": true}}`,
			query.Aggregate{Where: o.paid.Eq(true), WithDeleted: true,
				Items: []query.AggExpr{query.Sum(o.amount), query.Avg(o.amount), query.Min(o.state), query.Max(o.at)}}},
		{`{"onlyDeleted": true, "_stringAgg": {"field": "state"}}`,
			query.Aggregate{OnlyDeleted: true, Items: []query.AggExpr{query.StringAgg(o.state)}}},
		{`{"_stringAgg": {"field": "state", "separator": "; ", "orderBy": "id"}}`,
			query.Aggregate{Items: []query.AggExpr{query.StringAgg(o.state).Separator("; ").OrderBy(o.id.Asc())}}},
		{`{"_stringAgg": {"field": "state", "orderBy": [{"id": "desc"}], "distinct": true}}`,
			query.Aggregate{Items: []query.AggExpr{query.StringAgg(o.state).OrderBy(o.id.Desc()).Distinct()}}},
		{`{"_a": {"count": true}, "_b": {"count": "state", "distinct": true}, "_c": {"sum": "amount", "filter": "paid = 1"}, "_d": {"avg": "amount", "filter": {"paid": true}}, "_e": {"min": "at"}, "_f": {"max": "at"}, "_g": {"stringAgg": "state", "separator": "+"}}`,
			query.Aggregate{Items: []query.AggExpr{
				query.Named("a", query.Count()), query.Named("_b", query.CountDistinct(o.state)),
				query.Named("c", query.Sum(o.amount)).Filter(query.SQL("paid = 1")),
				query.Named("d", query.Avg(o.amount)).Filter(o.paid.Eq(true)),
				query.Named("e", query.Min(o.at)), query.Named("f", query.Max(o.at)),
				query.Named("g", query.StringAgg(o.state)).Separator("+"),
			}}},
	}
	for _, c := range cases {
		t.Run(c.json, func(t *testing.T) {
			var fromJSON, fromTyped query.AggregateArgs
			if err := query.JSON(c.json).Aggregating(scope(t, "orders"), &fromJSON); err != nil {
				t.Fatal(err)
			}
			if err := c.typed.Aggregating(scope(t, "orders"), &fromTyped); err != nil {
				t.Fatal(err)
			}
			same(t, fromTyped, fromJSON)
		})
	}
}

func TestGroupByTypedAndJSON(t *testing.T) {
	o := orders(t)
	count, sum := query.Count(), query.Sum(o.amount)
	big := query.Named("big", count).Filter(o.amount.Gt(9))
	cases := []struct {
		json  string
		typed query.GroupBy
	}{
		{`{"by": ["state"]}`, query.GroupBy{By: []query.Col{o.state}}},
		{`{"by": "state", "_count": true, "limit": 2, "offset": 1, "where": {"paid": false}, "onlyDeleted": true}`,
			query.GroupBy{By: []query.Col{o.state}, Items: []query.AggExpr{count}, Limit: 2, Offset: 1, Where: o.paid.Eq(false), OnlyDeleted: true}},
		{`{"by": ["state", "paid"], "orderBy": [{"state": "desc"}, {"_count": {"dir": "asc", "nulls": "last"}}, {"_sum": {"amount": "desc"}}, {"_big": "desc"}], "_big": {"count": true, "filter": {"amount": {"gt": 9}}}}`,
			query.GroupBy{By: []query.Col{o.state, o.paid}, Items: []query.AggExpr{big},
				OrderBy: query.Orders(o.state.Desc(), count.Asc().NullsLast(), sum.Desc(), big.Desc())}},
		{`{"by": ["at"], "interval": {"at": "month"}, "fillGaps": false, "_count": true}`,
			query.GroupBy{By: []query.Col{o.at}, Items: []query.AggExpr{count}, Interval: map[string]string{"at": "month"}, FillGaps: query.Fill{Off: true}}},
		{`{"by": ["at"], "interval": {"at": "week"}, "fillGaps": {"start": "2024-01-01", "end": "2024-02-01T00:00:00+01:00"}}`,
			query.GroupBy{By: []query.Col{o.at}, Interval: map[string]string{"at": "week"},
				FillGaps: query.Fill{Start: "2024-01-01T00:00:00.000Z", End: "2024-01-31T23:00:00.000Z"}}},
		{`{"by": ["state"], "having": {"_count": {"gt": 1}}}`, query.GroupBy{By: []query.Col{o.state}, Having: count.Gt(1)}},
		{`{"by": ["state"], "having": {"_count": 1}}`, query.GroupBy{By: []query.Col{o.state}, Having: count.Eq(1)}},
		{`{"by": ["state"], "having": {"_count": {"id": {"lt": 3}}}}`, query.GroupBy{By: []query.Col{o.state}, Having: query.CountOfValues(o.id).Lt(3)}},
		{`{"by": ["state"], "having": {"_sum": {"amount": {"gte": 5, "lt": 40}}}}`,
			query.GroupBy{By: []query.Col{o.state}, Having: sum.Gte(5).And(sum.Lt(40))}},
		{`{"by": ["state"], "having": {"_max": {"at": {"lte": "2024-01-01"}}}}`,
			query.GroupBy{By: []query.Col{o.state}, Having: query.Max(o.at).Lte("2024-01-01T00:00:00.000Z")}},
		{`{"by": ["state"], "having": {"_count": {"in": [1, 2], "not": 5}}}`,
			query.GroupBy{By: []query.Col{o.state}, Having: count.In(1, 2).And(count.Ne(5))}},
		{`{"by": ["state"], "having": {"_count": {"notIn": [1]}}}`, query.GroupBy{By: []query.Col{o.state}, Having: count.NotIn(1)}},
		{`{"by": ["state"], "having": {"state": ["new", "old"]}}`, query.GroupBy{By: []query.Col{o.state}, Having: query.HavingKey(o.state.In("new", "old"))}},
		{`{"by": ["at"], "interval": {"at": "month"}, "having": {"at": {"gte": "2024-02"}}}`,
			query.GroupBy{By: []query.Col{o.at}, Interval: map[string]string{"at": "month"},
				Having: query.HavingKey(query.Cond{Op: query.OpGte, Ref: o.at.Ref(), Value: query.Text("2024-02")})}},
		{`{"by": ["state"], "_big": {"count": true, "filter": {"amount": {"gt": 9}}}, "having": {"_big": {"gt": 0}}}`,
			query.GroupBy{By: []query.Col{o.state}, Items: []query.AggExpr{big}, Having: query.Named("big", count).Gt(0)}},
		{`{"by": ["state"], "having": {"OR": [{"_count": 1}, {"_sum": {"amount": null}}], "NOT": {"_count": 9}}}`,
			query.GroupBy{By: []query.Col{o.state}, Having: count.Eq(9).Not().And(count.Eq(1).Or(sum.Eq(nil)))}},
	}
	for _, c := range cases {
		t.Run(c.json, func(t *testing.T) {
			var fromJSON, fromTyped query.GroupArgs
			if err := query.JSON(c.json).Grouping(scope(t, "orders"), &fromJSON); err != nil {
				t.Fatal(err)
			}
			if err := c.typed.Grouping(scope(t, "orders"), &fromTyped); err != nil {
				t.Fatal(err)
			}
			fromJSON.Having, fromTyped.Having = flat(fromJSON.Having), flat(fromTyped.Having)
			same(t, fromTyped, fromJSON)
		})
	}
}

// flat takes away ANDs that join nothing and filters of aggregates, so that trees that mean the
// same are equal.
func flat(h *query.Having) *query.Having {
	if h == nil {
		return nil
	}
	h.Item.Filter = nil
	var kids []query.Having
	for i := range h.Kids {
		k := *flat(&h.Kids[i])
		if h.Op == query.OpAnd && k.Op == query.OpAnd {
			kids = append(kids, k.Kids...)
		} else {
			kids = append(kids, k)
		}
	}
	h.Kids = kids
	if h.Op == query.OpAnd && len(kids) == 1 {
		return &h.Kids[0]
	}
	return h
}

func TestAggregateRefused(t *testing.T) {
	cases := []struct {
		json   string
		fields []string
		says   string
	}{
		{``, nil, "nothing to aggregate"},
		{`{"where": {}}`, nil, "nothing to aggregate"},
		{`{"_count": false, "_sum": {"amount": false}}`, nil, "nothing to aggregate"},
		{`5`, nil, "must be an object"},
		{`{"orderBy": {}}`, names("orderBy"), "unknown argument"},
		{`{"_sum": true}`, names("_sum"), "object of fields"},
		{`{"_sum": {"state": true}}`, names("state"), "only numbers"},
		{`{"_sum": {"amout": true}}`, names("amout"), "did you mean amount?"},
		{`{"_sum": {"amount": 1}}`, names("amount"), "true or false"},
		{`{"_count": {"distinct": "x"}}`, names("x"), "unknown field"},
		{`{"_count": {"user": true}}`, names("user"), "no column"},
		{`{"_stringAgg": {}}`, names("_stringAgg"), "needs a field"},
		{`{"_stringAgg": {"field": "state", "sep": ","}}`, names("_stringAgg.sep"), "it takes field, separator"},
		{`{"_stringAgg": {"field": "state", "separator": 1}}`, names("_stringAgg"), "must be a text"},
		{`{"_stringAgg": {"field": "state", "distinct": true, "orderBy": "id", "separator": "-"}}`, names("_stringAgg"), "distinct"},
		{`{"_x": true}`, names("_x"), "must be an object with count"},
		{`{"_x": {}}`, names("_x"), "no function"},
		{`{"_x": {"count": true, "sum": "amount"}}`, names("_x"), "two functions"},
		{`{"_x": {"sum": true}}`, nil, "named by a text"},
		{`{"_x": {"count": true, "distinct": true}}`, names("_x"), "needs a field"},
		{`{"_x": {"count": true, "fliter": "1"}}`, names("_x.fliter"), "did you mean filter?"},
		{`{"_x": {"count": true, "filter": {"x": 1}}}`, names("x"), "unknown field"},
		{`{"_x\"": {"count": true}}`, names(`_x"`), "letters, digits"},
		{`{"_": {"count": true}}`, names("_"), "letters, digits"},
	}
	for _, c := range cases {
		t.Run(c.json, func(t *testing.T) {
			err := query.JSON(c.json).Aggregating(scope(t, "orders"), new(query.AggregateArgs))
			e := refusal(t, err)
			same(t, e.Fields, c.fields)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("says %q, not %q", err, c.says)
			}
		})
	}
}

func TestGroupByRefused(t *testing.T) {
	cases := []struct {
		json   string
		fields []string
		says   string
	}{
		{`{}`, names("by"), "fields to group by"},
		{`{"by": []}`, names("by"), "fields to group by"},
		{`{"by": [5]}`, nil, "named by a text"},
		{`{"by": ["state", "state"]}`, names("state"), "twice"},
		{`{"by": ["user"]}`, names("user"), "no column"},
		{`{"by": ["stat"]}`, names("stat"), "did you mean state?"},
		{`{"by": ["state"], "distinct": true}`, names("distinct"), "unknown argument"},
		{`{"by": ["state"], "orderBy": {"amount": "asc"}}`, names("amount"), "add it to by"},
		{`{"by": ["state"], "orderBy": {"_sum": "asc"}}`, names("_sum"), "needs a field"},
		{`{"by": ["state"], "orderBy": {"_sum": {"state": "asc"}}}`, names("state"), "only numbers"},
		{`{"by": ["state"], "orderBy": {"_big": "asc"}}`, names("_big"), "unknown aggregate"},
		{`{"by": ["state"], "orderBy": {"_stringAgg": {"state": "asc"}}}`, names("_stringAgg"), "cannot be sorted"},
		{`{"by": ["state"], "having": 5}`, names("having"), "must be an object"},
		{`{"by": ["state"], "having": {"amount": 1}}`, names("amount"), "fields of by"},
		{`{"by": ["state"], "having": {"_count": {}}}`, names("_count"), "says nothing"},
		{`{"by": ["state"], "having": {"_count": "x"}}`, names("_count"), "must be a number"},
		{`{"by": ["state"], "having": {"_count": {"gt": null}}}`, names("_count"), "not null"},
		{`{"by": ["state"], "having": {"_count": {"in": 1}}}`, names("_count"), "must be a list"},
		{`{"by": ["state"], "having": {"_sum": 1}}`, names("_sum"), "object of fields"},
		{`{"by": ["state"], "having": {"_sum": {"amount": {"has": 1}}}}`, names("amount"), "unknown operator"},
		{`{"by": ["state"], "having": {"_stringAgg": {"state": "x"}}}`, names("_stringAgg"), "cannot be compared"},
		{`{"by": ["state"], "having": {"_big": 1}}`, names("_big"), "unknown aggregate"},
		{`{"by": ["state"], "having": {"stat": 1}}`, names("stat"), "did you mean state?"},
		{`{"by": ["state"], "having": {"AND": {}}}`, names("AND"), "must be a list"},
		{`{"by": ["at"], "interval": "month"}`, names("interval"), "object of one field"},
		{`{"by": ["at"], "interval": {"at": 5}}`, names("at"), "must be a text"},
		{`{"by": ["at"], "interval": {"at": "moth"}}`, names("at"), "did you mean month?"},
		{`{"by": ["state"], "interval": {"at": "month"}}`, names("at"), "must be among by"},
		{`{"by": ["at"], "fillGaps": "yes"}`, names("fillGaps"), "true, false or"},
		{`{"by": ["at"], "fillGaps": {"from": "2024"}}`, names("fillGaps.from"), "unknown argument"},
		{`{"by": ["at"], "fillGaps": {"start": "2024"}}`, names("fillGaps"), "start must be a date"},
		{`{"by": ["at"], "limit": -1}`, names("limit"), "negative"},
	}
	for _, c := range cases {
		t.Run(c.json, func(t *testing.T) {
			err := query.JSON(c.json).Grouping(scope(t, "orders"), new(query.GroupArgs))
			e := refusal(t, err)
			same(t, e.Fields, c.fields)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("says %q, not %q", err, c.says)
			}
		})
	}
}

func TestTypedAggregatesRefused(t *testing.T) {
	o := orders(t)
	other := query.IntCol("users", "id", 0)
	for _, c := range []struct {
		group  query.GroupBy
		fields []string
	}{
		{query.GroupBy{}, names("by")},
		{query.GroupBy{By: []query.Col{other}}, names("id")},
		{query.GroupBy{By: []query.Col{query.TextAt("users", "address", 9, "city")}}, names("address")},
		{query.GroupBy{By: []query.Col{o.state}, Items: []query.AggExpr{query.Sum(other)}}, names("id")},
		{query.GroupBy{By: []query.Col{o.state}, Items: []query.AggExpr{query.Count().Filter(o.paid.Eq(true))}}, names("_count")},
		{query.GroupBy{By: []query.Col{o.state}, OrderBy: o.amount.Asc()}, names("amount")},
		{query.GroupBy{By: []query.Col{o.state}, Limit: -1}, names("limit")},
		{query.GroupBy{By: []query.Col{o.state}, Having: query.Count().Gt(struct{}{})}, names("having")},
		{query.GroupBy{By: []query.Col{o.state}, Having: query.HavingKey(o.paid.Eq(true))}, names("paid")},
		{query.GroupBy{By: []query.Col{o.state}, Having: query.HavingKey(o.state.Contains("x"))}, names("having")},
	} {
		same(t, refusal(t, c.group.Grouping(scope(t, "orders"), new(query.GroupArgs))).Fields, c.fields)
	}
	refusal(t, query.Aggregate{}.Aggregating(scope(t, "orders"), new(query.AggregateArgs)))
}

func TestRoute(t *testing.T) {
	for json, want := range map[string]string{
		`{"by": ["a"], "_count": true}`: "groupBy",
		`{"_count": true}`:              "aggregate",
		`{"_paid": {"count": true}}`:    "aggregate",
		`{"where": {"_x": 1}}`:          "findMany",
		`{}`:                            "findMany",
		`[]`:                            "findMany",
		`{`:                             "findMany",
		``:                              "findMany",
	} {
		if got := query.Route(query.JSON(json)); got != want {
			t.Errorf("%s is %s, want %s", json, got, want)
		}
	}
}
