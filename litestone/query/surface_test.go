package query_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// pair is one thing asked for as JSON and by the typed builders.
type pair struct {
	json  string
	typed any // query.Find, SearchFind, Aggregate, GroupBy or Predicate
}

// counterparts show, for each name that a function of the JSON decoder knows, how the typed API
// says the same. TestEveryJSONNameHasATypedCounterpart finds the functions and names by itself.
func counterparts(t *testing.T) map[string]map[string]pair {
	s := surfaceSchema(t)
	u, o := s.Model("users"), s.Model("orders")
	at := func(m *schema.Model, f string) (string, string, int) { return m.Accessor, f, m.Field(f).Index }
	var (
		id      = query.IntCol(at(u, "id"))
		name    = query.TextCol(at(u, "name"))
		score   = query.RealCol(at(u, "score"))
		tags    = query.ListCol[string](at(u, "tags"))
		joined  = query.TimeCol(at(u, "joined"))
		photo   = query.FileCol(at(u, "photo"))
		boss    = query.ToOne(at(u, "boss"))
		reports = query.ToMany(at(u, "reports"))
		orders  = query.ToMany(at(u, "orders"))
		amount  = query.RealCol(at(o, "amount"))
	)
	find := func(json string, f query.Find) pair { return pair{json, f} }
	win := func(json string, w query.WinExpr) pair {
		return pair{`{"window": {"w": ` + json + `}}`, query.Find{Window: w}}
	}
	where := func(json string, c query.Cond) pair { return pair{json, query.Predicate(c)} }
	order := func(json string, o query.Order) pair {
		return pair{`{"orderBy": ` + json + `}`, query.Find{OrderBy: o}}
	}
	tree := func(json string, r query.Recursive) pair {
		return pair{`{"recursive": ` + json + `}`, query.Find{Recursive: &r}}
	}
	mark := func(json string, m *query.Mark) pair {
		return pair{`{"highlight": ` + json + `}`, query.SearchFind{Highlight: m}}
	}
	count := func(json string, c query.Counting) pair {
		return pair{`{"include": {"_count": {"select": ` + json + `}}}`, query.Find{Include: query.Counts(c)}}
	}
	agg := func(json string, items ...query.AggExpr) pair { return pair{json, query.Aggregate{Items: items}} }
	group := func(json string, g query.GroupBy) pair {
		g.By = []query.Col{name}
		return pair{`{"by": ["name"], ` + json + `}`, g}
	}
	byTime := func(json string, g query.GroupBy) pair {
		g.By = []query.Col{joined}
		return pair{`{"by": ["joined"], ` + json + `}`, g}
	}
	interval := func(unit string) pair {
		return byTime(`"interval": {"joined": "`+unit+`"}`, query.GroupBy{Interval: map[string]string{"joined": unit}})
	}
	having := func(json string, h query.Having) pair { return group(`"having": `+json, query.GroupBy{Having: h}) }

	whereArg := find(`{"where": {"id": 1}}`, query.Find{Where: id.Eq(1)})
	rawArg := find(`{"$raw": "id = 1"}`, query.Find{Where: query.All(query.SQL("id = 1").Cond())})
	withDeleted := find(`{"withDeleted": true}`, query.Find{WithDeleted: true})
	onlyDeleted := find(`{"onlyDeleted": true}`, query.Find{OnlyDeleted: true})
	distinct := find(`{"distinct": true}`, query.Find{Distinct: true})
	limit := find(`{"limit": 3}`, query.Find{Limit: 3})
	offset := find(`{"offset": 3}`, query.Find{Offset: 3})
	orderArg := order(`{"id": "asc"}`, id.Asc())
	selectArg := find(`{"select": {"id": true}}`, query.Find{Select: id})
	includeArg := find(`{"include": {"boss": true}}`, query.Find{Include: boss})
	windowArg := win(`{"rank": true}`, query.Win("w").Rank())
	recursiveArg := tree(`true`, query.Recursive{})
	highlight := mark(`true`, query.MarkIn())
	snippet := pair{`{"snippet": true}`, query.SearchFind{Snippet: query.MarkIn()}}
	noRank := pair{`{"withRank": false}`, query.SearchFind{WithoutRank: true}}
	partition := win(`{"rank": true, "partitionBy": ["name"]}`, query.Win("w").Rank().PartitionBy(name))
	winOrder := win(`{"rank": true, "orderBy": {"id": "desc"}}`, query.Win("w").Rank().OrderBy(id.Desc()))
	rows := win(`{"count": true, "rows": [-1, null]}`, query.Win("w").Count().Rows(query.Preceding(1), query.Unbounded()))
	ranges := win(`{"count": true, "orderBy": {"id": "asc"}, "range": [0, 2]}`,
		query.Win("w").Count().OrderBy(id.Asc()).Range(query.CurrentRow(), query.Following(2)))
	winFilter := win(`{"count": true, "filter": {"id": 1}}`, query.Win("w").Count().Filter(id.Eq(1)))
	winOffset := win(`{"lag": "id", "offset": 2}`, query.Win("w").Lag(id).Offset(2))
	winDefault := win(`{"lead": "id", "default": 0}`, query.Win("w").Lead(id).Default(0))
	nth := win(`{"nthValue": "id", "n": 2}`, query.Win("w").NthValue(id, 2))
	some := where(`{"orders": {"some": {"amount": 1}}}`, orders.Some(amount.Eq(1)))
	every := where(`{"orders": {"every": {"amount": 1}}}`, orders.Every(amount.Eq(1)))
	none := where(`{"orders": {"none": {"amount": 1}}}`, orders.None(amount.Eq(1)))
	is := where(`{"boss": {"is": {"id": 1}}}`, boss.Is(id.Eq(1)))
	isNot := where(`{"boss": {"isNot": {"id": 1}}}`, boss.IsNot(id.Eq(1)))
	asc, desc := order(`{"id": "asc"}`, id.Asc()), order(`{"id": {"dir": "desc"}}`, id.Desc())
	nullsFirst, nullsLast := order(`{"id": {"nulls": "first"}}`, id.Asc().NullsFirst()), order(`{"id": {"nulls": "last"}}`, id.Asc().NullsLast())
	countAll := find(`{"include": {"_count": true}}`, query.Find{Include: query.Counts()})
	fillStart := byTime(`"interval": {"joined": "day"}, "fillGaps": {"start": "2024-01-01", "end": "2024-01-02"}`,
		query.GroupBy{Interval: map[string]string{"joined": "day"}, FillGaps: query.Fill{Start: "2024-01-01T00:00:00.000Z", End: "2024-01-02T00:00:00.000Z"}})
	stringAgg := agg(`{"_stringAgg": {"field": "name", "separator": "-", "orderBy": "id"}}`, query.StringAgg(name).Separator("-").OrderBy(id.Asc()))
	stringDistinct := agg(`{"_stringAgg": {"field": "name", "distinct": true}}`, query.StringAgg(name).Distinct())
	namedFilter := agg(`{"_n": {"count": true, "filter": {"id": 1}}}`, query.Named("n", query.Count()).Filter(id.Eq(1)))
	namedDistinct := agg(`{"_n": {"count": "id", "distinct": true}}`, query.Named("n", query.CountDistinct(id)))
	aggregates := map[string]pair{
		"_count": agg(`{"_count": true}`, query.Count()), "_sum": agg(`{"_sum": {"score": true}}`, query.Sum(score)),
		"_avg": agg(`{"_avg": {"score": true}}`, query.Avg(score)), "_min": agg(`{"_min": {"name": true}}`, query.Min(name)),
		"_max": agg(`{"_max": {"name": true}}`, query.Max(name)), "_stringAgg": stringAgg,
	}
	functions := map[string]pair{
		"rowNumber": win(`{"rowNumber": true}`, query.Win("w").RowNumber()), "rank": windowArg,
		"denseRank": win(`{"denseRank": true}`, query.Win("w").DenseRank()), "cumeDist": win(`{"cumeDist": true}`, query.Win("w").CumeDist()),
		"percentRank": win(`{"percentRank": true}`, query.Win("w").PercentRank()), "ntile": win(`{"ntile": 3}`, query.Win("w").Ntile(3)),
		"lag": win(`{"lag": "id"}`, query.Win("w").Lag(id)), "lead": win(`{"lead": "id"}`, query.Win("w").Lead(id)),
		"firstValue": win(`{"firstValue": "id"}`, query.Win("w").FirstValue(id)), "lastValue": win(`{"lastValue": "id"}`, query.Win("w").LastValue(id)),
		"nthValue": win(`{"nthValue": "id"}`, query.Win("w").NthValue(id, 1)), "sum": win(`{"sum": "id"}`, query.Win("w").Sum(id)),
		"avg": win(`{"avg": "id"}`, query.Win("w").Avg(id)), "min": win(`{"min": "id"}`, query.Win("w").Min(id)),
		"max": win(`{"max": "id"}`, query.Win("w").Max(id)), "count": win(`{"count": "id"}`, query.Win("w").CountOf(id)),
	}
	windowOptions := map[string]pair{
		"partitionBy": partition, "orderBy": winOrder, "rows": rows, "range": ranges, "filter": winFilter, "offset": winOffset, "default": winDefault, "n": nth,
	}
	trees := map[string]pair{
		"direction": tree(`{"direction": "descendants"}`, query.Recursive{}), "nested": tree(`{"nested": true}`, query.Recursive{Nested: true}),
		"maxDepth": tree(`{"maxDepth": 2}`, query.Recursive{MaxDepth: 2}), "via": tree(`{"via": "reports"}`, query.Recursive{Via: "reports"}),
		"descendants": tree(`{"direction": "descendants"}`, query.Recursive{}), "ancestors": tree(`{"direction": "ancestors"}`, query.Recursive{Ancestors: true}),
	}
	marks := map[string]pair{
		"field": mark(`{"field": "name"}`, query.MarkIn(name)), "fields": mark(`{"fields": ["name"]}`, query.MarkIn(name)),
		"open": mark(`{"open": "[", "close": "]"}`, query.MarkIn().Between("[", "]")), "close": mark(`{"open": "[", "close": "]"}`, query.MarkIn().Between("[", "]")),
		"tags":   mark(`{"tags": ["[", "]"]}`, query.MarkIn().Between("[", "]")),
		"length": mark(`{"length": 9, "ellipsis": "~"}`, query.MarkIn().Tokens(9, "~")), "ellipsis": mark(`{"length": 9, "ellipsis": "~"}`, query.MarkIn().Tokens(9, "~")),
	}
	logic := map[string]pair{
		"AND": having(`{"AND": [{"_count": 1}, {"_count": 2}]}`, query.Count().Eq(1).And(query.Count().Eq(2))),
		"OR":  having(`{"OR": [{"_count": 1}, {"_count": 2}]}`, query.Count().Eq(1).Or(query.Count().Eq(2))),
		"NOT": having(`{"NOT": {"_count": 1}}`, query.Count().Eq(1).Not()),
	}
	aggregateWhere := pair{`{"where": {"id": 1}, "_count": true}`, query.Aggregate{Where: id.Eq(1), Items: []query.AggExpr{query.Count()}}}
	aggregateRaw := pair{`{"$raw": "id = 1", "_count": true}`, query.Aggregate{Where: query.All(query.SQL("id = 1").Cond()), Items: []query.AggExpr{query.Count()}}}
	aggregateWith := pair{`{"withDeleted": true, "_count": true}`, query.Aggregate{WithDeleted: true, Items: []query.AggExpr{query.Count()}}}
	aggregateOnly := pair{`{"onlyDeleted": true, "_count": true}`, query.Aggregate{OnlyDeleted: true, Items: []query.AggExpr{query.Count()}}}

	return map[string]map[string]pair{
		"findArguments": {
			"where": whereArg, "orderBy": orderArg, "select": selectArg, "include": includeArg, "limit": limit, "offset": offset, "distinct": distinct,
			"withDeleted": withDeleted, "onlyDeleted": onlyDeleted, "window": windowArg, "recursive": recursiveArg, "$raw": rawArg,
			"highlight": highlight, "snippet": snippet, "withRank": noRank,
			"cursor": {`{"cursor": "x"}`, query.Find{Cursor: "x"}},
		},
		"DecodeFind": {"withDeleted": withDeleted, "onlyDeleted": onlyDeleted, "distinct": distinct, "cursor": {`{"cursor": "x"}`, query.Find{Cursor: "x"}},
			"recursive": recursiveArg, "window": windowArg, "orderBy": orderArg},
		"decodePage":           {"limit": limit, "offset": offset},
		"decodeShape":          {"select": selectArg, "include": includeArg},
		"decodeWhereArguments": {"where": whereArg, "$raw": rawArg},
		"decodeWhereKey": {
			"AND": where(`{"AND": [{"id": 1}, {"name": "x"}]}`, id.Eq(1).And(name.Eq("x"))),
			"OR":  where(`{"OR": [{"id": 1}, {"name": "x"}]}`, query.Any(id.Eq(1), name.Eq("x"))),
			"NOT": where(`{"NOT": {"id": 1}}`, query.Not(id.Eq(1))), "$raw": where(`{"$raw": "id = 1"}`, query.SQL("id = 1").Cond()),
		},
		"relationOp":          {"some": some, "every": every, "none": none, "isNot": isNot},
		"decodeRelationWhere": {"some": some, "every": every, "none": none, "is": is, "isNot": isNot},
		"name": {
			"equals": where(`{"name": {"equals": "x"}}`, name.Eq("x")), "not": where(`{"name": {"not": "x"}}`, name.Ne("x")),
			"lt": where(`{"name": {"lt": "x"}}`, name.Lt("x")), "lte": where(`{"name": {"lte": "x"}}`, name.Lte("x")),
			"gt": where(`{"name": {"gt": "x"}}`, name.Gt("x")), "gte": where(`{"name": {"gte": "x"}}`, name.Gte("x")),
			"in": where(`{"name": {"in": ["x"]}}`, name.In("x")), "notIn": where(`{"name": {"notIn": ["x"]}}`, name.NotIn("x")),
			"contains": where(`{"name": {"contains": "x"}}`, name.Contains("x")), "startsWith": where(`{"name": {"startsWith": "x"}}`, name.StartsWith("x")),
			"endsWith": where(`{"name": {"endsWith": "x"}}`, name.EndsWith("x")), "has": where(`{"tags": {"has": "x"}}`, tags.Has("x")),
			"hasEvery": where(`{"tags": {"hasEvery": ["x"]}}`, tags.HasEvery("x")), "hasSome": where(`{"tags": {"hasSome": ["x"]}}`, tags.HasSome("x")),
			"isEmpty": where(`{"tags": {"isEmpty": true}}`, tags.IsEmpty()),
		},
		"direction":      {"asc": asc, "desc": desc, "dir": desc, "nulls": nullsFirst, "first": nullsFirst, "last": nullsLast},
		"decodeKeyOrder": {"dir": desc},
		"has": {
			"_depth": {`{"recursive": true, "orderBy": {"_depth": "asc"}}`, query.Find{Recursive: &query.Recursive{}, OrderBy: query.SortBy("_depth").Asc()}},
			"_rank":  {`{"orderBy": {"_rank": "asc"}}`, query.SearchFind{Find: query.Find{OrderBy: query.SortBy("_rank").Asc()}}},
		},
		"aggNames": aggregates, "checkItem": {"_count": aggregates["_count"]},
		"decodeSelect":   {"_count": find(`{"select": {"id": true, "_count": true}}`, query.Find{Select: query.Fields(id, query.Counts())})},
		"decodeSelected": {"resolve": find(`{"select": {"photo": {"resolve": false}}}`, query.Find{Select: photo.Unresolved()})},
		"decodeInclude":  {"_count": countAll},
		"decodeCounts":   {"select": count(`{"orders": true}`, orders)},
		"decodeCount": {
			"relation":    count(`{"big": {"relation": "orders"}}`, orders.Counted("big", nil)),
			"where":       count(`{"orders": {"where": {"amount": 1}}}`, orders.Counted("orders", amount.Eq(1))),
			"withDeleted": count(`{"reports": {"withDeleted": true}}`, reports.Counted("reports", nil).WithDeleted()),
			"onlyDeleted": count(`{"reports": {"onlyDeleted": true}}`, reports.Counted("reports", nil).OnlyDeleted()),
		},
		"windowFunc": functions, "windowNames": functions,
		"isWindowArgument": windowOptions, "decodeOption": windowOptions, "decodeFrame": {"range": ranges},
		"decodeRecursive":  {"direction": trees["direction"], "nested": trees["nested"], "maxDepth": trees["maxDepth"], "via": trees["via"]},
		"Recursive.decode": trees,
		"Mark.decode":      marks, "decodeMark": marks,
		"decodeMarks":     {"highlight": highlight, "snippet": snippet, "withRank": noRank},
		"DecodeAggregate": {"where": aggregateWhere, "$raw": aggregateRaw, "withDeleted": aggregateWith, "onlyDeleted": aggregateOnly},
		"decodeAggregate": {"withDeleted": aggregateWith, "onlyDeleted": aggregateOnly},
		"decodeItems":     {"distinct": agg(`{"_count": {"distinct": "id"}}`, query.CountDistinct(id))},
		"decodeString":    {"field": stringAgg, "separator": stringAgg, "orderBy": stringAgg, "distinct": stringDistinct},
		"decodeJoin":      {"separator": stringAgg, "orderBy": stringAgg, "distinct": stringDistinct},
		"decodeNamed": {"filter": namedFilter, "distinct": namedDistinct,
			"separator": agg(`{"_n": {"stringAgg": "name", "separator": "-"}}`, query.Named("n", query.StringAgg(name).Separator("-"))),
			"orderBy":   agg(`{"_n": {"stringAgg": "name", "orderBy": "id"}}`, query.Named("n", query.StringAgg(name).OrderBy(id.Asc()))),
		},
		"namedFunc": {
			"count": namedFilter, "sum": agg(`{"_n": {"sum": "score"}}`, query.Named("n", query.Sum(score))), "avg": agg(`{"_n": {"avg": "score"}}`, query.Named("n", query.Avg(score))),
			"min": agg(`{"_n": {"min": "name"}}`, query.Named("n", query.Min(name))), "max": agg(`{"_n": {"max": "name"}}`, query.Named("n", query.Max(name))),
			"stringAgg": agg(`{"_n": {"stringAgg": "name"}}`, query.Named("n", query.StringAgg(name))),
		},
		"DecodeGroupBy": {
			"by": group(`"limit": 1`, query.GroupBy{Limit: 1}), "where": group(`"where": {"id": 1}`, query.GroupBy{Where: id.Eq(1)}),
			"$raw": group(`"$raw": "id = 1"`, query.GroupBy{Where: query.All(query.SQL("id = 1").Cond())}), "withDeleted": group(`"withDeleted": true`, query.GroupBy{WithDeleted: true}),
			"onlyDeleted": group(`"onlyDeleted": true`, query.GroupBy{OnlyDeleted: true}), "interval": interval("month"), "fillGaps": fillStart,
			"having": having(`{"_count": {"gt": 1}}`, query.Count().Gt(1)), "orderBy": group(`"orderBy": {"name": "asc"}`, query.GroupBy{OrderBy: name.Asc()}),
			"limit": group(`"limit": 1`, query.GroupBy{Limit: 1}), "offset": group(`"offset": 1`, query.GroupBy{Offset: 1}),
		},
		"decodeInterval": {"interval": interval("month"), "fillGaps": fillStart, "start": fillStart, "end": fillStart},
		"intervalUnits": {"year": interval("year"), "quarter": interval("quarter"), "month": interval("month"), "week": interval("week"),
			"day": interval("day"), "hour": interval("hour")},
		"decodeGroupOrder": {"dir": group(`"orderBy": {"_count": {"dir": "desc"}}`, query.GroupBy{OrderBy: query.Count().Desc()}),
			"nulls": group(`"orderBy": {"_count": {"nulls": "last"}}`, query.GroupBy{OrderBy: query.Count().Asc().NullsLast()})},
		"havingKey":       logic,
		"havingOperators": {"equals": having(`{"_count": {"equals": 1}}`, query.Count().Eq(1)), "in": having(`{"_count": {"in": [1]}}`, query.Count().In(1))},
	}
}

// apart are the decoder's functions whose names are no arguments of queries.
var apart = map[string]string{
	"Batch":              "names the model of a query in a batch: db.Table(…), db.Users in Go",
	"SearchText":         "the text of a search, Search's argument in Go",
	"Route":              "chooses between findMany, aggregate and groupBy, which Go calls by name",
	"DecodeCreate":       "a write",
	"DecodeCreateMany":   "a write",
	"DecodeUpdate":       "a write",
	"DecodeUpdateMany":   "a write",
	"DecodeUpsert":       "a write",
	"DecodeUpsertMany":   "a write",
	"DecodeOnConflict":   "a write",
	"decodeOnConflict":   "a write",
	"DecodeDelete":       "a write",
	"DecodeDeleteMany":   "a write",
	"Nested.decodeParts": "a write",
	"wrapped":            "a write",
	"resolveItems":       "the typed side",
	"order":              "the typed side",
}

// calls are the operations whose arguments findArguments tells apart.
var calls = []string{"exists", "findUniqueOrThrow", "findFirstOrThrow", "findManyCursor"}

func surfaceSchema(t *testing.T) *schema.Schema {
	t.Helper()
	text := strings.Replace(shopSchema, "photo     Blob?", "photo     File?", 1)
	text = strings.Replace(text, "  @@softDelete\n", "  @@softDelete\n  @@fts([name])\n", 1)
	s, err := schema.FromText("shop.lite", text, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestEveryJSONNameHasATypedCounterpart walks the source of the JSON decoder, collects the names it
// compares with, and wants a pair for each of them that resolves to the same value.
func TestEveryJSONNameHasATypedCounterpart(t *testing.T) {
	table := counterparts(t)
	known := decoderNames(t)
	for function, names := range known {
		if apart[function] != "" {
			continue
		}
		for _, n := range names {
			if _, ok := table[function][n]; !ok && !slices.Contains(calls, n) {
				t.Errorf("%s knows %q: show how the typed API says it", function, n)
			}
		}
	}
	for function, names := range table {
		for name, p := range names {
			if !slices.Contains(known[function], name) {
				t.Errorf("%s does not know %q any more", function, name)
			}
			if !strings.Contains(p.json, strconv.Quote(name)) {
				t.Errorf("%s: %s does not say %q", function, p.json, name)
			}
			t.Run(function+"/"+name, func(t *testing.T) { p.check(t) })
		}
	}
	for function := range apart {
		if known[function] == nil {
			t.Errorf("the decoder has no function %s any more", function)
		}
	}
}

// check resolves both forms and compares what they are.
func (p pair) check(t *testing.T) {
	s := surfaceSchema(t)
	sc := func(op string) *query.Scope { return &query.Scope{Schema: s, Model: s.Model("users"), Operation: op} }
	fine := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	switch typed := p.typed.(type) {
	case query.Find:
		op := ""
		if typed.Cursor != "" {
			op = "findManyCursor"
		}
		var j, f query.FindArgs
		fine(query.JSON(p.json).Finding(sc(op), &j), typed.Finding(sc(op), &f))
		same(t, f, j)
	case query.SearchFind:
		tree, err := query.JSON(p.json).Tree()
		var j, f query.FindArgs
		fine(err, query.DecodeSearch(sc(""), tree, &j), typed.Finding(sc(""), &f))
		same(t, f, j)
	case query.Aggregate:
		var j, f query.AggregateArgs
		fine(query.JSON(p.json).Aggregating(sc(""), &j), typed.Aggregating(sc(""), &f))
		same(t, f, j)
	case query.GroupBy:
		var j, f query.GroupArgs
		fine(query.JSON(p.json).Grouping(sc(""), &j), typed.Grouping(sc(""), &f))
		j.Having, f.Having = flat(j.Having), flat(f.Having)
		same(t, f, j)
	case query.Predicate:
		j, err := query.JSON(p.json).Predicate(sc(""))
		f, err2 := typed.Predicate(sc(""))
		fine(err, err2)
		same(t, f, j)
	default:
		t.Fatalf("%T is no typed form", typed)
	}
}

// decoderNames gives, for each function of the JSON decoder, the names it tells apart: keys it
// looks up, texts it compares with, lists of names, and what is appended to them.
func decoderNames(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || !decodes(file) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				collect(fn, out)
			}
		}
	}
	return out
}

func decodes(file string) bool {
	for _, part := range []string{"json", "recursive", "batch", "route", "search_text", "aggregate"} {
		if strings.Contains(file, part) {
			return true
		}
	}
	return false
}

func collect(fn *ast.FuncDecl, out map[string][]string) {
	function := fn.Name.Name
	if fn.Recv != nil && function != "name" && function != "has" && !strings.HasPrefix(function, "decodeO") && !strings.HasPrefix(function, "decodeS") && !strings.HasPrefix(function, "decodeJ") {
		if star, ok := fn.Recv.List[0].Type.(*ast.StarExpr); ok {
			function = star.X.(*ast.Ident).Name + "." + function
		}
	}
	add := func(list ...ast.Expr) {
		for _, e := range list {
			lit, ok := e.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				continue
			}
			if s, err := strconv.Unquote(lit.Value); err == nil && isName(s) && !slices.Contains(out[function], s) {
				out[function] = append(out[function], s)
			}
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IndexExpr:
			add(n.Index)
		case *ast.CaseClause:
			add(n.List...)
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					e = kv.Key
				}
				add(e)
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				add(n.X, n.Y)
			}
		case *ast.ReturnStmt:
			if function == "name" {
				add(n.Results...)
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "append" {
				add(n.Args...)
			}
		}
		return true
	})
}

// isName reports whether a text can be a key of the arguments.
func isName(s string) bool {
	return len(s) > 1 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$") == "" || s == "n"
}
