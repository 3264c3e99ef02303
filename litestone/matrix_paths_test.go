package litestone_test

import (
	"fmt"
	"testing"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// paths makes calls out of a schema.
type paths struct {
	schema *schema.Schema
	values map[*schema.Field][]any
}

// values gives some of the values each field has in either database, those of hidden rows among
// them.
func (w *twin) values(t *testing.T, other *twin) map[*schema.Field][]any {
	t.Helper()
	out := map[*schema.Field][]any{}
	for _, m := range w.db.Schema().Models {
		for _, x := range []*twin{w, other} {
			rows, err := x.db.SQL("SELECT * FROM \"" + m.Table + "\" ORDER BY id DESC").On(m.Database.Name).Rows(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range m.Columns {
				seen := map[any]bool{}
				for _, r := range rows {
					if v := r[f.Column]; v != nil && !seen[v] && len(seen) < 2 {
						seen[v] = true
						out[f] = append(out[f], v)
					}
				}
			}
		}
	}
	return out
}

// conditions tests every field of a model.
func (x *paths) conditions(m *schema.Model) (out []obj) {
	for _, f := range m.Fields {
		switch {
		case f.Relation != nil, f.From != nil && !f.List && f.From.Kind >= schema.FromFirst && f.Type == schema.RelationType:
			continue
		case f.From != nil:
			if f.From.Kind != schema.FromFirst && f.From.Kind != schema.FromLast {
				out = append(out, obj{f.Name: obj{"gt": 0}}, obj{f.Name: 1})
			}
			continue
		}
		for _, v := range x.values[f] {
			switch {
			case f.List:
				out = append(out, obj{f.Name: obj{"has": "FORBIDDEN label A"}}, obj{f.Name: obj{"isEmpty": false}})
			case f.Type == schema.Json:
				out = append(out, obj{f.Name: v})
			case f.Type == schema.Boolean:
				out = append(out, obj{f.Name: v == int64(1)})
			case f.Type == schema.Text:
				s := v.(string)
				out = append(out, obj{f.Name: s}, obj{f.Name: obj{"gt": s[:len(s)-1]}}, obj{f.Name: obj{"contains": s[len(s)/2:]}})
			default:
				out = append(out, obj{f.Name: v}, obj{f.Name: obj{"not": v}})
				if f.Enum == nil {
					out = append(out, obj{f.Name: obj{"gte": v}})
				}
			}
		}
		if f.Optional {
			out = append(out, obj{f.Name: nil}, obj{f.Name: obj{"not": nil}})
		}
	}
	return out
}

// wheres tests every field, and those of related rows.
func (x *paths) wheres(m *schema.Model) []obj {
	out := x.conditions(m)
	for _, r := range m.Relations {
		ops := []string{"is", "isNot"}
		if r.List() {
			ops = []string{"some", "every", "none"}
		} else {
			out = append(out, obj{r.Name(): nil})
		}
		for _, op := range ops {
			out = append(out, obj{r.Name(): obj{op: obj{}}})
			for _, c := range x.conditions(r.Target) {
				out = append(out, obj{r.Name(): obj{op: c}})
			}
		}
	}
	return append(out, obj{"OR": []any{out[0], obj{"NOT": out[len(out)-1]}}}, obj{"NOT": out[0]})
}

// orders sorts by every field, those of related rows, and their numbers.
func (x *paths) orders(m *schema.Model) (out []obj) {
	for _, f := range m.Fields {
		if f.Relation == nil {
			out = append(out, obj{f.Name: "desc"})
		}
	}
	for _, r := range m.Relations {
		if r.List() {
			out = append(out, obj{r.Name(): obj{"_count": "desc"}})
		}
		for _, f := range r.Target.Fields {
			switch {
			case f.Relation != nil || f.From != nil:
			case !r.List():
				out = append(out, obj{r.Name(): obj{f.Name: "asc"}})
			case f.Type == schema.Integer:
				out = append(out, obj{r.Name(): obj{"_max": obj{f.Name: "desc"}}})
			}
		}
	}
	return out
}

// shapes shows every field and every relation in every way.
func (x *paths) shapes(m *schema.Model) (out []obj) {
	for _, f := range m.Fields {
		if f.Relation == nil {
			out = append(out, obj{"select": obj{f.Name: true}})
		}
	}
	counts := obj{}
	for _, r := range m.Relations {
		inc := func(args any) { out = append(out, obj{"include": obj{r.Name(): args}}) }
		inc(true)
		for _, c := range x.conditions(r.Target) {
			inc(obj{"where": c})
			if r.List() {
				out = append(out, obj{"include": obj{"_count": obj{"select": obj{r.Name(): obj{"where": c}}}}})
			}
		}
		if r.List() {
			counts[r.Name()] = true
			for _, o := range x.orders(r.Target) {
				inc(obj{"orderBy": []any{o, obj{"id": "asc"}}, "limit": 2})
			}
		}
		for _, f := range r.Target.Fields {
			if f.Relation == nil {
				inc(obj{"select": obj{f.Name: true}})
			} else {
				inc(obj{"include": obj{f.Name: true}})
			}
		}
		if r.Target.SoftDelete != nil {
			inc(obj{"withDeleted": true})
		}
	}
	if len(counts) > 0 {
		out = append(out, obj{"include": obj{"_count": obj{"select": counts}}}, obj{"include": obj{"_count": true}})
	}
	return out
}

// merge joins arguments.
func merge(list ...obj) obj {
	out := obj{}
	for _, o := range list {
		for k, v := range o {
			out[k] = v
		}
	}
	return out
}

var byID = obj{"orderBy": []any{obj{"id": "asc"}}}

// of makes the calls of an operation on a model.
func (x *paths) of(t *testing.T, m *schema.Model, op string) (out [][]any) {
	t.Helper()
	add := func(args ...any) { out = append(out, args) }
	switch op {
	case "findMany", "findFirst", "findFirstOrThrow", "findManyAndCount", "findManyCursor":
		for _, w := range x.wheres(m) {
			add(merge(byID, obj{"where": w}))
		}
		for _, o := range x.orders(m) {
			add(obj{"orderBy": []any{o, obj{"id": "asc"}}, "limit": 2})
		}
		for _, s := range x.shapes(m) {
			add(merge(byID, s))
		}
		if m.SoftDelete != nil {
			add(merge(byID, obj{"withDeleted": true}))
		}
		if op == "findMany" {
			x.special(m, add)
		}
	case "findUnique", "findUniqueOrThrow":
		for _, w := range x.wheres(m) {
			add(obj{"where": w})
		}
		for _, s := range x.shapes(m) {
			add(merge(obj{"where": obj{"id": 2}}, s))
			add(merge(obj{"where": obj{"id": 11}}, s))
		}
	case "count", "exists":
		for _, w := range x.wheres(m) {
			add(obj{"where": w})
		}
		add(obj{})
	case "aggregate", "groupBy":
		x.aggregates(m, op, add)
	case "search":
		x.searches(m, add)
	case "optimizeFts":
	case "create", "createMany", "update", "updateMany", "upsert", "upsertMany", "remove", "removeMany", "delete", "deleteMany", "restore", "transition":
		x.writes(m, op, add)
	default:
		t.Fatalf("the operation %s is not in the matrix: say in paths.of what calls there are, or that it is rowless", op)
	}
	return out
}

// special are the reads that findMany alone takes.
func (x *paths) special(m *schema.Model, add func(...any)) {
	for _, f := range m.Fields {
		if f.Relation != nil {
			continue
		}
		add(obj{"distinct": true, "select": obj{f.Name: true}, "orderBy": obj{f.Name: "asc"}})
		for _, w := range []obj{
			{"lag": f.Name, "orderBy": obj{"id": "asc"}}, {"rowNumber": true, "partitionBy": f.Name, "orderBy": obj{"id": "asc"}},
			{"rank": true, "orderBy": obj{f.Name: "asc"}}, {"max": f.Name}, {"count": f.Name},
		} {
			add(merge(byID, obj{"window": obj{"w": w}}))
		}
	}
	for _, r := range m.Relations {
		if r.Target != m {
			continue
		}
		for _, rec := range []any{true, obj{"direction": "ancestors"}, obj{"nested": true}, obj{"via": r.Name()}, obj{"via": r.Name(), "nested": true}} {
			for _, id := range []int{1, 2, 11} {
				add(merge(byID, obj{"where": obj{"id": id}, "recursive": rec}))
			}
			add(merge(byID, obj{"recursive": rec}))
		}
	}
}

func (x *paths) aggregates(m *schema.Model, op string, add func(...any)) {
	base := obj{"_count": true}
	if op == "groupBy" {
		base["by"] = []any{"id"}
		base["orderBy"] = obj{"id": "asc"}
	}
	for _, w := range x.wheres(m) {
		add(merge(base, obj{"where": w}))
	}
	for _, f := range m.Fields {
		if f.Relation != nil {
			continue
		}
		for _, agg := range []string{"_min", "_max", "_sum", "_avg"} {
			add(merge(base, obj{agg: obj{f.Name: true}}))
		}
		add(merge(base, obj{"_n": obj{"count": f.Name, "distinct": true}}), obj{})
		add(merge(base, obj{"_stringAgg": obj{"field": f.Name, "orderBy": obj{"id": "asc"}}}))
		if op == "aggregate" {
			continue
		}
		add(obj{"by": []any{f.Name}, "_count": true, "orderBy": obj{f.Name: "asc"}})
		for _, v := range x.values[f] {
			add(merge(base, obj{"having": obj{"_max": obj{f.Name: obj{"gte": v}}}}))
		}
		if f.Type == schema.DateTime {
			add(obj{"by": []any{f.Name}, "interval": obj{f.Name: "month"}, "_count": true, "orderBy": obj{f.Name: "asc"}})
		}
	}
}

func (x *paths) searches(m *schema.Model, add func(...any)) {
	for _, text := range []string{"tea", "FORBIDDEN", "extra", "me OR A OR B", "bio : tea", `"likes tea"`, "fri*"} {
		quiet := obj{"withRank": false, "orderBy": obj{"id": "asc"}}
		add(text, quiet)
		for _, s := range x.shapes(m) {
			if text == "tea" {
				add(text, merge(quiet, s))
			}
		}
		for _, w := range x.conditions(m) {
			if text == "tea" {
				add(text, merge(quiet, obj{"where": w}))
			}
		}
		if m.FTS != nil {
			add(text, merge(quiet, obj{"highlight": obj{"fields": []any{"name", "bio"}}, "snippet": obj{"field": "bio"}}))
		}
	}
}

// fresh is a new row that everybody's policy lets pass, with a key of its own.
func fresh(m *schema.Model, id int) obj {
	switch m.Accessor {
	case "people":
		return obj{"id": id, "team": 1, "name": "new", "email": fmt.Sprintf("new%d@x", id), "wage": 1, "secret": "s", "note": "n"}
	case "projects":
		return obj{"id": id, "team": 1, "title": "new", "code": fmt.Sprintf("new%d", id)}
	case "tasks":
		return obj{"id": id, "title": "new", "projectId": 1}
	case "pins":
		return obj{"id": id, "label": "new"}
	case "visits":
		return obj{"id": id, "team": 1, "place": "new", "mood": "m"}
	case "stops":
		return obj{"id": id, "label": "new", "visitId": 1}
	}
	return obj{"id": id, "content": "new"}
}

// change is what an update sets.
func change(m *schema.Model) obj {
	return map[string]obj{"people": {"name": "changed"}, "projects": {"title": "changed"}, "tasks": {"title": "changed"}, "pins": {"label": "changed"}, "vaults": {"content": "changed"},
		"visits": {"place": "changed"}, "stops": {"label": "changed"}, "safes": {"content": "changed"}}[m.Accessor]
}

// writes makes the calls that write.
func (x *paths) writes(m *schema.Model, op string, add func(...any)) {
	wheres := x.wheres(m)
	switch op {
	case "create":
		add(obj{"data": fresh(m, 500)})
		for _, d := range x.given(m) {
			add(obj{"data": merge(fresh(m, 500), d)})
		}
		for _, n := range x.nested(m, true) {
			add(obj{"data": merge(fresh(m, 500), n)})
		}
		for _, s := range x.shapes(m) {
			add(merge(obj{"data": fresh(m, 500)}, s))
		}
	case "createMany":
		for _, d := range x.given(m) {
			add(obj{"data": []any{fresh(m, 501), merge(fresh(m, 500), d)}})
		}
	case "update":
		for _, w := range wheres {
			add(obj{"where": w, "data": change(m)})
			add(obj{"where": w, "data": obj{}})
		}
		for _, d := range x.given(m) {
			add(obj{"where": obj{"id": 2}, "data": d})
		}
		for _, id := range []int{1, 2, 11} {
			for _, n := range x.nested(m, false) {
				add(obj{"where": obj{"id": id}, "data": n})
			}
		}
		for _, s := range x.shapes(m) {
			add(merge(obj{"where": obj{"id": 2}, "data": change(m)}, s))
		}
	case "updateMany":
		for _, w := range wheres {
			add(obj{"where": w, "data": change(m)})
		}
		for _, d := range x.given(m) {
			add(obj{"data": d})
		}
	case "upsert":
		for _, w := range wheres {
			add(obj{"where": w, "create": fresh(m, 500), "update": change(m)})
			add(obj{"where": w, "create": fresh(m, 500), "update": obj{}})
		}
		for _, n := range x.nested(m, false) {
			add(obj{"where": obj{"id": 2}, "create": fresh(m, 500), "update": n})
		}
	case "upsertMany":
		for _, id := range []int{2, 11, 500} {
			add(obj{"data": []any{merge(fresh(m, id), change(m))}})
			for _, u := range m.Uniques {
				for _, v := range x.values[u.Fields[0]][:1] {
					add(obj{"data": []any{merge(fresh(m, 500), obj{u.Fields[0].Name: v})}, "conflictTarget": []any{u.Fields[0].Name}})
				}
			}
			for _, f := range m.Columns {
				add(obj{"data": []any{fresh(m, id)}, "conflictTarget": []any{f.Name}})
				add(obj{"data": []any{fresh(m, id)}, "update": []any{f.Name}})
			}
		}
	case "remove", "delete":
		for _, w := range wheres {
			add(obj{"where": w})
		}
		for _, s := range x.shapes(m) {
			add(merge(obj{"where": obj{"id": 2}}, s))
		}
	case "removeMany", "deleteMany":
		for _, w := range wheres {
			add(obj{"where": w})
		}
		add(obj{})
	case "restore":
		for _, w := range wheres {
			add(obj{"where": w})
		}
	case "transition":
		for _, id := range []int{1, 2, 11, 12, 13, 90} {
			add(id, "start")
			add(id, "finish")
			add(id, "fly")
		}
	}
}

// given sets every field to values that hidden rows have.
func (x *paths) given(m *schema.Model) (out []obj) {
	for _, f := range m.Columns {
		if f.ReadOnly() {
			continue
		}
		if list := x.values[f]; len(list) > 0 {
			v := list[0]
			if f.Type == schema.Boolean {
				v = v == int64(1)
			}
			out = append(out, obj{f.Name: v})
		}
		if f.Optional {
			out = append(out, obj{f.Name: nil})
		}
	}
	return out
}

// nested does everything with every relation.
func (x *paths) nested(m *schema.Model, create bool) (out []obj) {
	for _, r := range m.Relations {
		to := r.Target
		add := func(op query.NestedOp, args any) { out = append(out, obj{r.Name(): obj{op.String(): args}}) }
		add(query.NestCreate, fresh(to, 600))
		conds := append(x.conditions(to), obj{"id": 11}, obj{"id": 1})
		for _, c := range conds {
			add(query.NestConnect, c)
			add(query.NestConnectOrCreate, obj{"where": c, "create": fresh(to, 600)})
			if create {
				continue
			}
			add(query.NestDisconnect, c)
			add(query.NestDelete, c)
			add(query.NestUpdate, obj{"where": c, "data": change(to)})
			add(query.NestUpsert, obj{"where": c, "create": fresh(to, 600), "update": change(to)})
			if r.List() {
				add(query.NestSet, []any{c})
				add(query.NestUpdateMany, obj{"where": c, "data": change(to)})
				add(query.NestDeleteMany, c)
			}
		}
		if create {
			continue
		}
		if r.List() {
			add(query.NestSet, []any{})
			add(query.NestUpdateMany, obj{"where": obj{}, "data": change(to)})
			add(query.NestDeleteMany, obj{})
			continue
		}
		add(query.NestDisconnect, true)
		add(query.NestDelete, true)
		add(query.NestUpdate, change(to))
		add(query.NestUpsert, obj{"create": fresh(to, 600), "update": change(to)})
	}
	return out
}
