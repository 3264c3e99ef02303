package litestone_test

import (
	"maps"
	"slices"
	"strings"
)

type obj = map[string]any

// asker makes random calls, and notes whether one of them tests what the asker may not read: then
// it must be refused.
type asker struct {
	d      dice
	w      *world
	denied bool
	apart  bool // it would need one statement over two databases: then it must be refused too
}

// tests notes that a field with rules is tested.
func (a *asker) tests(s *wSecret) {
	if s != nil && !s.open(a.w) {
		a.denied = true
	}
}

func (a *asker) where(m *wModel, depth int) obj {
	switch k := a.d.n(12); {
	case k < 2 && depth > 0:
		return obj{choose(a.d, []string{"AND", "OR"}): []any{a.where(m, depth-1), a.where(m, depth-1)}}
	case k == 2 && depth > 0:
		return obj{"NOT": a.where(m, depth-1)}
	case k < 7 && depth > 0:
		if x := a.related(m, depth-1); x != nil {
			return x
		}
	case k == 7 && len(m.secrets) > 0:
		s := choose(a.d, m.secrets)
		a.tests(s)
		return obj{s.name: choose(a.d, []any{"x", nil, obj{"gte": "y"}, obj{"contains": "z"}})}
	case k == 8 && len(m.from) > 0:
		switch f := choose(a.d, m.from); f.kind {
		case "exists":
			return obj{f.name: chance(a.d, 50)}
		case "last":
		default:
			return obj{f.name: obj{"gt": a.d.n(4)}}
		}
	}
	return a.plain()
}

// plain tests a column that everybody may read.
func (a *asker) plain() obj {
	switch a.d.n(7) {
	case 0:
		return obj{"owner": choose(a.d, []any{1, 2, nil, []any{1, 3}, obj{"notIn": []any{2}}, obj{"not": 1}})}
	case 1:
		return obj{"tag": choose(a.d, []any{"a", nil, obj{"contains": "B"}, obj{"startsWith": "c%"}, obj{"not": nil}, obj{"in": []any{}}})}
	case 2:
		return obj{"flag": choose(a.d, []any{true, false, nil})}
	case 3:
		return obj{"id": obj{choose(a.d, []string{"gt", "lte", "not"}): a.d.n(8)}}
	case 4:
		return obj{"at": obj{"gte": "2026-02-01"}}
	case 5:
		return obj{"body": obj{"contains": choose(a.d, words)}}
	}
	return obj{"n": obj{choose(a.d, []string{"gt", "lt", "gte", "not"}): a.d.n(5)}}
}

// link is a relation seen from one side.
type link struct {
	name   string
	to     *wModel
	list   bool
	secret *wSecret
	apart  bool // it leads into another database
}

// links gives a model's relations.
func (a *asker) links(m *wModel) (out []link) {
	for _, p := range m.parents {
		out = append(out, link{p.rel, p.to, false, p.secret, p.to.side != m.side})
	}
	for _, o := range a.w.models {
		for _, p := range o.parents {
			if p.to == m {
				out = append(out, link{p.inverse, o, true, p.secret, o.side != m.side})
			}
		}
	}
	for _, j := range a.w.joins {
		if j.a == m {
			out = append(out, link{j.relA, j.b, true, nil, false})
		}
		if j.b == m {
			out = append(out, link{j.relB, j.a, true, nil, false})
		}
	}
	return out
}

// link chooses a relation that is not taken yet; list asks for one of many rows.
func (a *asker) link(m *wModel, taken obj, list bool) (link, bool) {
	all := a.links(m)
	all = slices.DeleteFunc(all, func(l link) bool { return taken[l.name] != nil || list && !l.list })
	if len(all) == 0 {
		return link{}, false
	}
	l := choose(a.d, all)
	if chance(a.d, 70) && l.secret != nil && !l.secret.open(a.w) {
		return link{}, false // not every call is one that is refused
	}
	a.tests(l.secret)
	return l, true
}

// tested chooses a relation that the call tests or sorts by, seldom one into another database.
func (a *asker) tested(m *wModel) (link, bool) {
	denied := a.denied
	l, ok := a.link(m, nil, false)
	if ok && l.apart && chance(a.d, 70) {
		a.denied = denied
		return link{}, false
	}
	a.apart = a.apart || ok && l.apart
	return l, ok
}

func (a *asker) related(m *wModel, depth int) obj {
	l, ok := a.tested(m)
	switch {
	case !ok:
		return nil
	case l.list:
		return obj{l.name: obj{choose(a.d, []string{"some", "every", "none"}): a.where(l.to, depth)}}
	case chance(a.d, 25):
		return obj{l.name: nil}
	}
	return obj{l.name: obj{choose(a.d, []string{"is", "isNot"}): a.where(l.to, depth)}}
}

// orderBy is a random order that ends with the key, so that it is whole.
func (a *asker) orderBy(m *wModel) []any {
	dir := choose(a.d, []any{"asc", "desc", obj{"dir": "asc", "nulls": "last"}, obj{"dir": "desc", "nulls": "first"}})
	out := []any{obj{"id": choose(a.d, []string{"asc", "desc"})}}
	var x obj
	switch a.d.n(6) {
	case 0, 1:
		x = obj{choose(a.d, []string{"n", "tag", "owner", "at"}): dir}
	case 2:
		if len(m.secrets) > 0 {
			s := choose(a.d, m.secrets)
			a.tests(s)
			x = obj{s.name: dir}
		}
	case 3:
		if len(m.from) > 0 {
			if f := choose(a.d, m.from); f.kind != "last" {
				x = obj{f.name: dir}
			}
		}
	case 4:
		l, ok := a.tested(m)
		switch {
		case !ok:
		case !l.list:
			x = obj{l.name: obj{"n": dir}}
		case l.name == "far" || l.name == "near" || chance(a.d, 50):
			x = obj{l.name: obj{"_count": choose(a.d, []string{"asc", "desc"})}}
		default:
			x = obj{l.name: obj{choose(a.d, []string{"_sum", "_max"}): obj{"n": choose(a.d, []string{"asc", "desc"})}}}
		}
	}
	if x == nil {
		return out
	}
	return append([]any{x}, out...)
}

// shape adds what the answer shows: select or include, some levels deep.
func (a *asker) shape(args obj, m *wModel, depth int) {
	switch a.d.n(4) {
	case 0:
		sel := obj{"id": true}
		for range a.d.n(4) {
			sel[choose(a.d, []string{"owner", "n", "tag", "flag", "at", "body", "told", "again"})] = true
		}
		for _, s := range m.secrets {
			if chance(a.d, 50) {
				sel[s.name] = true
			}
			if s.shown && chance(a.d, 50) {
				sel["c"+s.name] = true
			}
		}
		for _, f := range m.from {
			if chance(a.d, 40) {
				sel[f.name] = true
			}
		}
		a.include(sel, m, depth)
		args["select"] = sel
	case 1, 2:
		inc := obj{}
		a.include(inc, m, depth)
		if len(inc) > 0 {
			args["include"] = inc
		}
	}
}

func (a *asker) include(in obj, m *wModel, depth int) {
	if depth == 0 {
		return
	}
	for range 1 + a.d.n(2) {
		if l, ok := a.link(m, in, false); ok {
			in[l.name] = a.nested(l, depth-1)
		}
	}
	if !chance(a.d, 25) {
		return
	}
	counts := obj{}
	for range 1 + a.d.n(2) {
		if l, ok := a.link(m, counts, true); ok {
			if counts[l.name] = true; chance(a.d, 50) {
				counts[l.name] = obj{"where": a.where(l.to, 1)}
			}
		}
	}
	if len(counts) > 0 {
		in["_count"] = obj{"select": counts}
	}
}

func (a *asker) nested(l link, depth int) any {
	if chance(a.d, 25) && !l.list {
		return true
	}
	args := obj{}
	if chance(a.d, 50) {
		args["where"] = a.where(l.to, 1)
	}
	if l.list {
		args["orderBy"] = a.orderBy(l.to)
		if chance(a.d, 40) {
			args["limit"] = 1 + a.d.n(3)
		}
		if chance(a.d, 20) {
			args["offset"] = a.d.n(2)
		}
	}
	if l.to.soft && chance(a.d, 25) {
		args[choose(a.d, []string{"withDeleted", "onlyDeleted"})] = true
	}
	a.shape(args, l.to, depth)
	return args
}

// reach adds what any read takes.
func (a *asker) reach(m *wModel) obj {
	args := obj{}
	if chance(a.d, 70) {
		args["where"] = a.where(m, 2)
	}
	if m.soft && chance(a.d, 25) {
		args[choose(a.d, []string{"withDeleted", "onlyDeleted"})] = true
	}
	return args
}

// asked is one random call.
type asked struct {
	op    string
	model *wModel
	args  []any
	loose bool // the rows come in any order
}

func (a *asker) ask() asked {
	m := choose(a.d, a.w.models)
	args := a.reach(m)
	q := asked{op: "findMany", model: m}
	switch k := a.d.n(20); {
	case k < 6:
		a.shape(args, m, 2)
		args["orderBy"] = a.orderBy(m)
		if chance(a.d, 40) {
			args["limit"] = a.d.n(5)
		}
		if chance(a.d, 20) {
			args["offset"] = a.d.n(3)
		}
	case k == 6:
		q.op = choose(a.d, []string{"findFirst", "findManyAndCount"})
		a.shape(args, m, 1)
		args["orderBy"] = a.orderBy(m)
		if q.op == "findManyAndCount" {
			args["limit"], args["offset"] = 1+a.d.n(3), a.d.n(3)
		}
	case k == 7:
		q.op = "findUnique"
		args, a.denied, a.apart = obj{"where": obj{"id": 1 + a.d.n(8)}}, false, false
		a.shape(args, m, 1)
	case k == 8:
		q.op = choose(a.d, []string{"count", "exists"})
	case k == 9:
		q.loose = true
		sel := obj{}
		for range 1 + a.d.n(2) {
			sel[choose(a.d, []string{"tag", "owner", "flag"})] = true
		}
		for _, s := range m.secrets {
			if chance(a.d, 30) {
				sel[s.name] = true
				a.tests(s)
			}
		}
		args["distinct"], args["select"] = true, sel
	case k == 10 && len(m.from) > 0, k == 11:
		q.op = "findManyCursor"
		args["orderBy"], args["limit"] = a.orderBy(m), 1+a.d.n(4)
		a.shape(args, m, 1)
	case k == 12, k == 13:
		q.op = "aggregate"
		a.aggregates(args, m)
	case k == 14, k == 15:
		q.op = "groupBy"
		a.groups(args, m)
	case k == 16:
		a.window(args, m)
	case k == 17 && m.fts:
		q.op = "search"
		args["withRank"] = false
		args["orderBy"] = a.orderBy(m)
		if chance(a.d, 50) {
			args["highlight"] = obj{"field": "body", "open": "<", "close": ">"}
		}
		q.args = []any{choose(a.d, []string{"apple", "pear OR fig", "pl*", "apple NOT pear", `"lime fig"`, "zzz"})}
	case k == 18:
		for _, p := range m.parents {
			if p.to == m {
				a.tests(p.secret)
				args["recursive"] = choose(a.d, []any{true, obj{"direction": "ancestors"}, obj{"maxDepth": 2}, obj{"nested": true}})
				args["orderBy"] = a.orderBy(m)
			}
		}
		if args["recursive"] == nil {
			args["orderBy"] = a.orderBy(m)
		}
	default:
		args["orderBy"] = a.orderBy(m)
		a.shape(args, m, 1)
		other := choose(a.d, a.w.models)
		count := a.reach(other)
		count["model"], count["_count"] = other.name, true
		args["model"] = m.name
		return asked{op: "$query", model: m, args: []any{obj{"rows": args, "count": count}}}
	}
	q.args = append(q.args, args)
	return q
}

// counted picks a column to aggregate, seldom one with rules.
func (a *asker) counted(m *wModel) string {
	if len(m.secrets) > 0 && chance(a.d, 8) {
		s := choose(a.d, m.secrets)
		a.tests(s)
		return s.name
	}
	return choose(a.d, []string{"n", "owner", "id"})
}

func (a *asker) aggregates(args obj, m *wModel) {
	args["_count"] = true
	for range 1 + a.d.n(2) {
		if name := choose(a.d, []string{"_min", "_max"}); args[name] == nil {
			args[name] = obj{a.counted(m): true}
		}
	}
	if chance(a.d, 60) {
		args[choose(a.d, []string{"_sum", "_avg"})] = obj{choose(a.d, []string{"n", "owner"}): true}
	}
	if chance(a.d, 30) {
		args["_some"] = obj{"count": choose(a.d, []string{"tag", "n"}), "distinct": true}
	}
}

func (a *asker) groups(args obj, m *wModel) {
	by := choose(a.d, []string{"tag", "owner", "flag"})
	if len(m.secrets) > 0 && chance(a.d, 10) {
		s := choose(a.d, m.secrets)
		a.tests(s)
		by = s.name
	}
	list := []any{by}
	if chance(a.d, 30) {
		list = append(list, "at")
		args["interval"] = obj{"at": "month"}
		if chance(a.d, 40) {
			args["fillGaps"] = obj{"start": "2026-01-01", "end": "2026-04-01"}
		}
	}
	args["by"] = list
	a.aggregates(args, m)
	delete(args, "_some")
	if chance(a.d, 40) {
		args["having"] = obj{"_count": obj{"gt": a.d.n(3)}}
	}
	order := []any{obj{by: "asc"}}
	if len(list) > 1 {
		order = append(order, obj{"at": "asc"})
	}
	args["orderBy"] = order
}

func (a *asker) window(args obj, m *wModel) {
	over := obj{"orderBy": a.orderBy(m)}
	switch a.d.n(4) {
	case 0:
		over["rowNumber"] = true
	case 1:
		over["sum"] = "n"
	case 2:
		over["lag"] = a.counted(m)
	default:
		over["count"] = true
		over["partitionBy"] = choose(a.d, []string{"tag", "owner"})
	}
	args["window"] = obj{"w": over}
	args["orderBy"] = a.orderBy(m)
}

// without gives arguments as the copy takes them: the fields it lacks are not selected.
func (w *world) without(v any) any {
	switch v := v.(type) {
	case obj:
		out := maps.Clone(v)
		for k, x := range out {
			if out[k] = w.without(x); x == true && w.lacks(strings.TrimPrefix(k, "c")) {
				delete(out, k)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = w.without(x)
		}
		return out
	}
	return v
}

// lacks reports whether a field is left out of the copy.
func (w *world) lacks(name string) bool {
	for _, m := range w.models {
		for _, s := range m.secrets {
			if s.name == name {
				return s.never(w)
			}
		}
	}
	return false
}
