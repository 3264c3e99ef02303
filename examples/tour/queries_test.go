package tour_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/litestone-go/orm/examples/tour/models"
	"github.com/litestone-go/orm/litestone"
)

// section is one table of docs/queries.md.
type section struct {
	title, text string
	call        string // of every row
	under       string // the argument that the rows stand for; empty: all arguments
	rows        []row
}

type row struct {
	json  string
	typed any
}

var (
	c = models.Customers
	o = models.Orders
	p = models.Posts
)

// reference is what docs/queries.md shows: the same thing as JSON and in Go.
func reference() []section {
	return []section{
		{"Fields", "An object of fields, ANDed. A bare value is equality, a bare list `in`, null `IS NULL`. `not`, `lt` … follow SQL and leave out nulls; `notIn` keeps them. " +
			"`contains`, `startsWith`, `endsWith` fold ASCII case, and `%` and `_` in them are plain characters.",
			"customer.findMany", "where", []row{
				{`{"name": "Ada"}`, c.Name.Eq("Ada")},
				{`{"name": {"not": "Ada"}}`, c.Name.Ne("Ada")},
				{`{"name": ["Ada", "Bob"]}`, c.Name.In("Ada", "Bob")},
				{`{"name": {"notIn": ["Ada"]}}`, c.Name.NotIn("Ada")},
				{`{"id": {"gte": 1, "lt": 3}}`, c.ID.Gte(1).And(c.ID.Lt(3))},
				{`{"name": {"contains": "D"}}`, c.Name.Contains("D")},
				{`{"name": {"startsWith": "a"}}`, c.Name.StartsWith("a")},
				{`{"name": {"endsWith": "m"}}`, c.Name.EndsWith("m")},
				{`{"referrerId": null}`, c.ReferrerID.IsNull()},
				{`{"referrerId": {"not": null}}`, c.ReferrerID.NotNull()},
				{`{"spent": {"gt": 100}}`, c.Spent.Gt(100)},
			}},
		{"Lists and typed JSON", "List fields and the keys of a `Json @type(…)` field, at any depth. A missing key matches null.",
			"customer.findMany", "where", []row{
				{`{"tags": {"has": "math"}}`, c.Tags.Has("math")},
				{`{"tags": {"hasEvery": ["math", "early"]}}`, c.Tags.HasEvery("math", "early")},
				{`{"tags": {"hasSome": ["early", "late"]}}`, c.Tags.HasSome("early", "late")},
				{`{"tags": {"isEmpty": true}}`, c.Tags.IsEmpty()},
				{`{"tags": {"equals": ["math"]}}`, c.Tags.Eq("math")},
				{`{"address": {"city": "Oslo"}}`, c.Address.City.Eq("Oslo")},
				{`{"address": {"geo": {"lat": {"gt": 50}}}}`, c.Address.Geo.Lat.Gt(50)},
				{`{"address": {"zip": null}}`, c.Address.Zip.IsNull()},
			}},
		{"AND, OR, NOT, SQL", "Empty ones add nothing. `$raw` is for trusted code: a client of `As` and `Untrusted` arguments refuse it as text, not as a fragment made in Go.",
			"customer.findMany", "where", []row{
				{`{"AND": [{"id": 1}, {"name": "Ada"}]}`, c.ID.Eq(1).And(c.Name.Eq("Ada"))},
				{`{"OR": [{"id": 1}, {"name": "Bob"}]}`, c.ID.Eq(1).Or(c.Name.Eq("Bob"))},
				{`{"NOT": {"name": "Ada"}}`, litestone.Not(c.Name.Eq("Ada"))},
				{`{"$raw": "length(name) = 3"}`, litestone.SQL("length(name) = ?", 3)},
			}},
		{"Relations", "`some`, `every`, `none` on lists, `is`, `isNot` on single ones. The related rows are those the caller may see.",
			"customer.findMany", "where", []row{
				{`{"orders": {"some": {"state": "paid"}}}`, c.Orders.Some(o.State.Eq(models.StatePaid))},
				{`{"orders": {"every": {"total": {"gt": 50}}}}`, c.Orders.Every(o.Total.Gt(50))},
				{`{"orders": {"none": {}}}`, c.Orders.None()},
				{`{"referrer": {"is": {"name": "Ada"}}}`, c.Referrer.Is(c.Name.Eq("Ada"))},
				{`{"referrer": {"isNot": {"name": "Ada"}}}`, c.Referrer.IsNot(c.Name.Eq("Ada"))},
				{`{"referrer": null}`, c.Referrer.IsNull()},
			}},
		{"Order, limit, distinct", "Several orders are a list. Nulls come first ascending and last descending unless said otherwise. Without an order rows come in any.",
			"customer.findMany", "", []row{
				{`{"orderBy": {"name": "desc"}}`, litestone.Find{OrderBy: c.Name.Desc()}},
				{`{"orderBy": [{"referrerId": {"dir": "asc", "nulls": "last"}}, {"id": "asc"}]}`, litestone.Find{OrderBy: litestone.Orders(c.ReferrerID.Asc().NullsLast(), c.ID.Asc())}},
				{`{"orderBy": {"referrer": {"name": "asc"}}}`, litestone.Find{OrderBy: c.Referrer.By(c.Name.Asc())}},
				{`{"orderBy": {"orders": {"_count": "desc"}}}`, litestone.Find{OrderBy: c.Orders.Count().Desc()}},
				{`{"orderBy": {"orders": {"_sum": {"total": "desc"}}}}`, litestone.Find{OrderBy: c.Orders.Sum(o.Total).Desc()}},
				{`{"orderBy": {"address": {"city": "asc"}}}`, litestone.Find{OrderBy: c.Address.City.Asc()}},
				{`{"orderBy": {"id": "asc"}, "limit": 2, "offset": 1}`, litestone.Find{OrderBy: c.ID.Asc(), Limit: 2, Offset: 1}},
				{`{"select": {"referrerId": true}, "distinct": true, "orderBy": {"referrerId": "asc"}}`, litestone.Find{Select: c.ReferrerID, Distinct: true, OrderBy: c.ReferrerID.Asc()}},
			}},
		{"Select and include", "Select names what is read, include adds relations; both nest. Arguments of a relation count per parent; each relation is one statement, and all of a call read one snapshot.",
			"customer.findMany", "", []row{
				{`{"select": {"id": true, "name": true}}`, litestone.Find{Select: litestone.Fields(c.ID, c.Name)}},
				{`{"select": {"name": true, "orders": {"select": {"total": true}}}}`, litestone.Find{Select: litestone.Fields(c.Name, c.Orders.With(litestone.Find{Select: o.Total}))}},
				{`{"include": {"orders": {"where": {"total": {"gt": 50}}, "orderBy": {"total": "desc"}, "limit": 1}}}`, litestone.Find{Include: c.Orders.With(litestone.Find{Where: o.Total.Gt(50), OrderBy: o.Total.Desc(), Limit: 1})}},
				{`{"include": {"referrer": true, "referred": {"include": {"orders": true}}}}`, litestone.Find{Include: litestone.Includes(c.Referrer, c.Referred.With(litestone.Find{Include: c.Orders}))}},
				{`{"include": {"_count": true}}`, litestone.Find{Include: litestone.Counts()}},
				{`{"include": {"_count": {"select": {"orders": true, "open": {"relation": "orders", "where": {"state": "open"}}}}}}`, litestone.Find{Include: litestone.Counts(c.Orders, c.Orders.Counted("open", o.State.Eq(models.StateOpen)))}},
			}},
		{"Trees", "Of a model with a relation to itself: the rows below (or above) those that match, which are left out. `_depth` counts from 1. Cycles end. `via` names the relation or foreign key where there are several; `nested` (`Nested: true`) puts rows into their parents, each once, below the first by key of the nearest: as `children` in JSON, in the relation's field in Go.",
			"customer.findMany", "", []row{
				{`{"where": {"name": "Ada"}, "recursive": true, "orderBy": {"_depth": "asc"}}`, litestone.Find{Where: c.Name.Eq("Ada"), Recursive: &litestone.Recursive{}, OrderBy: litestone.SortBy("_depth").Asc()}},
				{`{"where": {"name": "Cem"}, "recursive": {"direction": "ancestors", "maxDepth": 1}}`, litestone.Find{Where: c.Name.Eq("Cem"), Recursive: &litestone.Recursive{Ancestors: true, MaxDepth: 1}}},
				{`{"where": {"name": "Ada"}, "recursive": {"via": "referred"}, "orderBy": {"id": "asc"}}`, litestone.Find{Where: c.Name.Eq("Ada"), Recursive: &litestone.Recursive{Via: "referred"}, OrderBy: c.ID.Asc()}},
			}},
		{"Pages", "findManyCursor answers `{items, nextCursor, hasMore}`, 20 rows unless limit says otherwise. The order is completed by the key. A cursor that was altered, or made for another order, is a validation error.",
			"order.findManyCursor", "", []row{
				{`{"orderBy": {"placedAt": "desc"}, "limit": 2}`, litestone.Find{OrderBy: o.PlacedAt.Desc(), Limit: 2}},
			}},
		{"Windows", "All sixteen functions of SQLite, computed before the limit; rows can be sorted by them. Bounds of `rows` and `range` count from the row: negative before it, null without bound.",
			"order.findMany", "", []row{
				{`{"window": {"place": {"rank": true, "orderBy": {"total": "desc"}}}, "orderBy": {"place": "asc"}}`, litestone.Find{Window: litestone.Win("place").Rank().OrderBy(o.Total.Desc()), OrderBy: litestone.SortBy("place").Asc()}},
				{`{"window": {"n": {"rowNumber": true, "partitionBy": ["customerId"], "orderBy": {"id": "asc"}}}}`, litestone.Find{Window: litestone.Win("n").RowNumber().PartitionBy(o.CustomerID).OrderBy(o.ID.Asc())}},
				{`{"window": {"sum": {"sum": "total", "orderBy": {"id": "asc"}, "rows": [null, 0]}}}`, litestone.Find{Window: litestone.Win("sum").Sum(o.Total).OrderBy(o.ID.Asc()).Rows(litestone.Unbounded(), litestone.CurrentRow())}},
				{`{"window": {"mean": {"avg": "total", "orderBy": {"id": "asc"}, "rows": [-1, 1]}}}`, litestone.Find{Window: litestone.Win("mean").Avg(o.Total).OrderBy(o.ID.Asc()).Rows(litestone.Preceding(1), litestone.Following(1))}},
				{`{"window": {"prev": {"lag": "total", "offset": 1, "default": 0, "orderBy": {"id": "asc"}}}}`, litestone.Find{Window: litestone.Win("prev").Lag(o.Total).Offset(1).Default(0).OrderBy(o.ID.Asc())}},
				{`{"window": {"paid": {"count": true, "filter": {"state": "paid"}}}}`, litestone.Find{Window: litestone.Win("paid").Count().Filter(o.State.Eq(models.StatePaid))}},
			}},
		{"Aggregates", "`_count`, `_sum`, `_avg`, `_min`, `_max`, `_stringAgg`, and named ones with a filter. The sum of nothing is null.",
			"order.aggregate", "", []row{
				{`{"_count": true, "_sum": {"total": true}}`, litestone.Aggregate{Items: []litestone.AggExpr{litestone.Count(), litestone.Sum(o.Total)}}},
				{`{"where": {"state": "paid"}, "_avg": {"total": true}, "_max": {"placedAt": true}}`, litestone.Aggregate{Where: o.State.Eq(models.StatePaid), Items: []litestone.AggExpr{litestone.Avg(o.Total), litestone.Max(o.PlacedAt)}}},
				{`{"_count": {"distinct": "customerId"}}`, litestone.Aggregate{Items: []litestone.AggExpr{litestone.CountDistinct(o.CustomerID)}}},
				{`{"_stringAgg": {"field": "state", "separator": ", ", "orderBy": "total"}}`, litestone.Aggregate{Items: []litestone.AggExpr{litestone.StringAgg(o.State).Separator(", ").OrderBy(o.Total.Asc())}}},
				{`{"_big": {"count": true, "filter": {"total": {"gte": 100}}}}`, litestone.Aggregate{Items: []litestone.AggExpr{litestone.Named("_big", litestone.Count()).Filter(o.Total.Gte(100))}}},
			}},
		{"Groups", "Aggregates per group of equal keys. Times group by year, quarter, month, week, day or hour; groups that are missing between known bounds (`gte` and `lt` of the where, or `fillGaps`) are filled in, with sums of 0.",
			"order.groupBy", "", []row{
				{`{"by": ["state"], "_count": true, "orderBy": {"_count": "desc"}}`, litestone.GroupBy{By: []litestone.Col{o.State}, Items: []litestone.AggExpr{litestone.Count()}, OrderBy: litestone.Count().Desc()}},
				{`{"by": ["customerId"], "_sum": {"total": true}, "having": {"_sum": {"total": {"gt": 200}}}}`, litestone.GroupBy{By: []litestone.Col{o.CustomerID}, Items: []litestone.AggExpr{litestone.Sum(o.Total)}, Having: litestone.Sum(o.Total).Gt(200)}},
				{`{"by": ["placedAt"], "interval": {"placedAt": "month"}, "fillGaps": {"start": "2026-01-01", "end": "2026-04-30"}, "_count": true}`, litestone.GroupBy{By: []litestone.Col{o.PlacedAt}, Interval: map[string]string{"placedAt": "month"}, FillGaps: litestone.Fill{Start: "2026-01-01", End: "2026-04-30"}, Items: []litestone.AggExpr{litestone.Count()}}},
			}},
		{"Search", "On a model with `@@fts`, in FTS5's syntax, best first, 20 rows unless limit says otherwise. `_rank` stands beside the fields, marked texts in `_highlight` and `_snippet`.",
			"post.search", "", []row{
				{`{"where": {"published": true}}`, litestone.SearchFind{Find: litestone.Find{Where: p.Published.Eq(true)}}},
				{`{"highlight": {"field": "body", "open": "[", "close": "]"}, "withRank": false}`, litestone.SearchFind{Highlight: litestone.MarkIn(p.Body).Between("[", "]"), WithoutRank: true}},
				{`{"snippet": {"fields": ["body"], "length": 3, "ellipsis": "…"}, "limit": 5}`, litestone.SearchFind{Snippet: litestone.MarkIn(p.Body).Tokens(3, "…"), Find: litestone.Find{Limit: 5}}},
			}},
	}
}

const searchText = "engine OR world"

// TestQueriesReference runs both columns of docs/queries.md and holds that they answer the same; and
// that the document shows them. LITESTONE_UPDATE=queries rewrites its tables.
func TestQueriesReference(t *testing.T) {
	ctx := t.Context()
	shopDB := shop(ctx)
	defer shopDB.Close()
	blog, _, _ := open(ctx)
	defer blog.Close()
	sources := typedSources(t)
	var doc bytes.Buffer
	n := 0
	for _, s := range reference() {
		fmt.Fprintf(&doc, "## %s\n\n%s\n\n| JSON | Go |\n|---|---|\n", s.title, s.text)
		for _, r := range s.rows {
			fmt.Fprintf(&doc, "| %s | %s |\n", code(r.json), code(sources[n]))
			n++
			args := r.json
			if s.under != "" {
				args = fmt.Sprintf(`{%q: %s, "orderBy": {"id": "asc"}}`, s.under, args)
				r.typed = litestone.Find{Where: r.typed.(litestone.Predicate), OrderBy: c.ID.Asc()}
			}
			var want any
			var err error
			if s.call == "post.search" {
				want, err = blog.AsSystem().Call(ctx, s.call, searchText, litestone.JSON(args))
			} else {
				want, err = shopDB.Call(ctx, s.call, litestone.JSON(args))
			}
			if err != nil {
				t.Errorf("%s: %v", args, err)
				continue
			}
			got, err := typed(ctx, shopDB, blog.AsSystem(), s.call, r.typed)
			if err != nil {
				t.Errorf("%s: %v", sources[n-1], err)
				continue
			}
			a, _ := json.Marshal(want)
			b, _ := json.Marshal(got)
			if string(a) != string(b) {
				t.Errorf("%s answers %s\n%s answers %s", args, a, sources[n-1], b)
			}
			if len(a) < 4 {
				t.Errorf("%s answers nothing", args)
			}
		}
		doc.WriteByte('\n')
	}
	compareDocument(t, "../../docs/queries.md", doc.String())
}

// code writes a cell of a table.
func code(s string) string { return "`" + strings.ReplaceAll(s, "|", `\|`) + "`" }

func typed(ctx context.Context, db, blog *models.Client, call string, args any) (any, error) {
	switch a := args.(type) {
	case litestone.Find:
		switch call {
		case "customer.findMany":
			return db.Customers.FindMany(ctx, a)
		case "order.findMany":
			return db.Orders.FindMany(ctx, a)
		case "order.findManyCursor":
			return db.Orders.FindManyCursor(ctx, a)
		}
	case litestone.SearchFind:
		return blog.Posts.Search(ctx, searchText, a)
	case litestone.Aggregate:
		return db.Orders.Aggregate(ctx, a)
	case litestone.GroupBy:
		return db.Orders.GroupBy(ctx, a)
	}
	return nil, fmt.Errorf("no call %s with %T", call, args)
}

// typedSources gives the Go text of every row of reference, in order.
func typedSources(t *testing.T) (out []string) {
	t.Helper()
	const name = "queries_test.go"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if fn, ok := n.(*ast.FuncDecl); ok {
			return fn.Name.Name == "reference"
		}
		lit, ok := n.(*ast.CompositeLit)
		if !ok || lit.Type != nil || len(lit.Elts) != 2 {
			return true
		}
		if first, ok := lit.Elts[0].(*ast.BasicLit); ok && strings.HasPrefix(first.Value, "`{") {
			e := lit.Elts[1]
			out = append(out, string(text[fset.Position(e.Pos()).Offset:fset.Position(e.End()).Offset]))
		}
		return true
	})
	return out
}

// compareDocument holds that a document has a part between its marks, or writes it.
func compareDocument(t *testing.T, path, want string) {
	t.Helper()
	const begin, end = "<!-- reference begins -->\n", "<!-- reference ends -->\n"
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	i, j := strings.Index(text, begin), strings.Index(text, end)
	if i < 0 || j < i {
		t.Fatalf("%s has no marks for its reference", path)
	}
	if text[i+len(begin):j] == want {
		return
	}
	if os.Getenv("LITESTONE_UPDATE") != "queries" {
		t.Fatalf("%s does not show this reference: LITESTONE_UPDATE=queries go test ./examples/tour -run TestQueriesReference", path)
	}
	if err := os.WriteFile(path, []byte(text[:i+len(begin)]+want+text[j:]), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Fatalf("%s is rewritten: look at it, then run again", path)
}
