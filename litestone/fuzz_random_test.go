package litestone_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// TestRandomArguments asks what FuzzArguments asks with arguments that are mostly well formed: it
// gets deeper than bytes at random do. LITESTONE_SOAK is a number of calls to make instead of the
// usual ones.
func TestRandomArguments(t *testing.T) {
	w := openWatched(t)
	ada, system := w.db.As(map[string]any{"id": 1}), w.db.AsSystem()
	n, _ := strconv.Atoi(os.Getenv("LITESTONE_SOAK"))
	if n == 0 {
		n = 2000
	}
	g := guesser{rand.New(rand.NewPCG(uint64(n), 7))}
	answered := 0
	for i := range n {
		call := reads[g.IntN(len(reads))]
		text, err := json.Marshal(g.arguments(call))
		if err != nil {
			t.Fatal(err)
		}
		w.hold(t, ada, call, litestone.JSON(text))
		w.hold(t, ada, call, litestone.Untrusted(text))
		if !strings.Contains(string(text), "$raw") { // trusted code's own SQL
			w.hold(t, system, call, litestone.JSON(text))
		}
		if i%10 == 0 {
			if _, err := w.ask(system, call, litestone.JSON(text)); err == nil {
				answered++
			}
		}
	}
	if answered < n/10/5 {
		t.Errorf("only %d of %d random calls are answered: they hardly test anything", answered, n/10)
	}
}

// guesser makes arguments that a caller could mean, and now and then something else.
type guesser struct{ *rand.Rand }

func (g guesser) one(of ...any) any { return of[g.IntN(len(of))] }

func (g guesser) chance(percent int) bool { return g.IntN(100) < percent }

// odd gives, now and then, a value that does not belong.
func (g guesser) odd(v any) any {
	if g.chance(2) {
		return g.one(nil, true, false, -1, 0, 1e308, "", "id", "' OR 1=1 --", `"`, []any{}, obj{}, []any{nil}, obj{"id": obj{"id": 1}})
	}
	return v
}

func (g guesser) arguments(call string) any {
	model := "people"
	switch call {
	case "notes.findMany", "notes.groupBy":
		model = "notes"
	case "topics.findMany", "topics.findManyCursor":
		model = "topics"
	case "$query":
		out := obj{}
		for i := range g.IntN(4) {
			q := g.arguments(reads[g.IntN(len(reads)-1)]).(obj)
			q["model"] = g.one("people", "people", "notes", "topics")
			out["q"+strconv.Itoa(i)] = q
		}
		return out
	}
	switch call {
	case "people.aggregate":
		return g.aggregate(model)
	case "people.groupBy", "notes.groupBy":
		return g.group(model)
	case "people.count", "people.exists":
		return g.some(obj{"where": g.where(model, 3), "withDeleted": true, "onlyDeleted": g.one(true, false)})
	case "people.findUnique":
		return g.some(obj{"where": g.where(model, 3), "select": g.selection(model, 2), "include": g.include(model, 2)})
	case "people.findManyCursor", "topics.findManyCursor":
		return g.some(obj{"where": g.where(model, 2), "orderBy": g.orders(model), "limit": g.IntN(4), "select": g.selection(model, 2), "include": g.include(model, 2)})
	case "people.search":
		return g.some(obj{"where": g.where(model, 2), "limit": g.IntN(4), "offset": g.IntN(3), "include": g.include(model, 2), "highlight": g.mark(), "snippet": g.mark(), "withRank": g.one(true, false),
			"orderBy": obj{"_rank": "desc"}})
	case "people.findFirst":
		return g.some(obj{"where": g.where(model, 3), "orderBy": g.orders(model), "include": g.include(model, 3), "offset": g.IntN(3), "window": g.windows(model), "distinct": true})
	}
	return g.find(model, 3)
}

// some leaves out most entries.
func (g guesser) some(all obj) obj {
	for k := range all {
		if g.chance(55) {
			delete(all, k)
		} else {
			all[k] = g.odd(all[k])
		}
	}
	if g.chance(2) {
		all[g.one("where", "x", "$raw", "limit", "data").(string)] = g.one(1, "id = 1", obj{}, nil)
	}
	return all
}

func (g guesser) find(model string, depth int) obj {
	a := obj{"where": g.where(model, depth), "orderBy": g.orders(model), "limit": g.IntN(4), "offset": g.IntN(3)}
	if g.chance(50) {
		a["select"] = g.selection(model, depth)
	} else {
		a["include"] = g.include(model, depth)
	}
	if model == "people" && g.chance(30) {
		a["recursive"] = g.one(true, obj{"direction": "ancestors"}, obj{"nested": true, "maxDepth": 2}, obj{"via": "bossId"})
	}
	if g.chance(40) {
		a["window"] = g.windows(model)
	}
	if g.chance(20) {
		a["distinct"] = true
	}
	return g.some(a)
}

func (g guesser) field(model string) string {
	switch model {
	case "people":
		return g.one("id", "name", "bio", "mood", "score", "at", "tags", "address", "pay", "secret", "bossId", "noted", "loud", "latest", "nope").(string)
	case "notes":
		return g.one("id", "text", "ownerId").(string)
	}
	return "key"
}

func (g guesser) relation(model string) (name, target string, list bool) {
	switch model {
	case "people":
		switch g.IntN(3) {
		case 0:
			return "boss", "people", false
		case 1:
			return "team", "people", true
		}
		return "notes", "notes", true
	case "notes":
		if g.chance(50) {
			return "owner", "people", false
		}
		return "topics", "topics", true
	}
	return "notes", "notes", true
}

func (g guesser) value(field string) any {
	switch field {
	case "id", "bossId", "ownerId", "noted", "pay", "score":
		return g.one(0, 1, 2, -1, 1.5, "2", int64(1)<<62)
	case "at":
		return g.one("2024-01-31", "2024-02-29T12:00:00+02:00", "2025", "2025-13-01")
	case "mood":
		return g.one("fine", "odd", "sad")
	}
	return g.one("Ada", "a", "", "it's", `"; --`, "%", "open", 7)
}

func (g guesser) where(model string, depth int) any {
	out := obj{}
	for range g.IntN(3) + 1 {
		switch {
		case depth > 0 && g.chance(30):
			name, target, list := g.relation(model)
			inner := g.where(target, depth-1)
			if list {
				out[name] = obj{g.one("some", "every", "none").(string): inner}
			} else {
				out[name] = g.one(obj{"is": inner}, obj{"isNot": inner}, nil, obj{"is": nil})
			}
		case depth > 0 && g.chance(20):
			out[g.one("AND", "OR", "NOT").(string)] = []any{g.where(model, depth-1), g.where(model, depth-1)}
		default:
			f := g.field(model)
			out[f] = g.odd(g.condition(f))
		}
	}
	return out
}

func (g guesser) condition(f string) any {
	v := g.value(f)
	switch f {
	case "tags":
		return g.one(obj{"has": v}, obj{"hasEvery": []any{v, "b"}}, obj{"hasSome": []any{v}}, obj{"isEmpty": true}, nil, obj{"equals": []any{"a", "b"}})
	case "address":
		return g.one(obj{"city": v}, obj{"geo": obj{"lat": obj{"gt": 1.5}}}, nil, obj{"not": nil}, obj{"city": obj{"contains": "s"}, "geo": nil})
	}
	long := make([]any, g.IntN(40))
	for i := range long {
		long[i] = g.value(f)
	}
	op := g.one("equals", "not", "lt", "lte", "gt", "gte", "contains", "startsWith", "endsWith").(string)
	return g.one(v, nil, obj{op: v}, obj{"in": long}, obj{"notIn": long}, obj{"not": obj{op: v}}, obj{"gte": v, "lt": g.value(f)}, long)
}

func (g guesser) direction() any {
	return g.one("asc", "desc", obj{"dir": "desc", "nulls": "first"}, obj{"nulls": "last"})
}

func (g guesser) orders(model string) any {
	list := make([]any, g.IntN(3)+1)
	for i := range list {
		name, target, many := g.relation(model)
		switch {
		case g.chance(60):
			list[i] = obj{g.field(model): g.direction()}
		case many:
			list[i] = obj{name: g.one(obj{"_count": g.direction()}, obj{"_max": obj{g.field(target): g.direction()}})}
		default:
			list[i] = obj{name: obj{g.field(target): g.direction()}}
		}
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}

func (g guesser) selection(model string, depth int) any {
	out := obj{}
	for range g.IntN(4) + 1 {
		out[g.field(model)] = g.odd(true)
	}
	for k, v := range g.include(model, depth).(obj) {
		out[k] = v
	}
	return out
}

func (g guesser) include(model string, depth int) any {
	out := obj{}
	if g.chance(30) {
		name, target, _ := g.relation(model)
		out["_count"] = g.one(true, obj{"select": obj{name: true, "n": obj{"relation": name, "where": g.where(target, 1)}}})
	}
	for range g.IntN(3) {
		if depth == 0 {
			break
		}
		name, target, list := g.relation(model)
		args := obj{"where": g.where(target, 1), "select": g.selection(target, depth-1)}
		if list {
			args["orderBy"], args["limit"], args["offset"] = g.orders(target), g.IntN(3), g.IntN(2)
		}
		out[name] = g.one(true, g.some(args))
	}
	return out
}

func (g guesser) windows(model string) any {
	out := obj{}
	for i := range g.IntN(2) + 1 {
		f := g.field(model)
		w := g.one(obj{"rowNumber": true}, obj{"denseRank": true}, obj{"percentRank": true}, obj{"ntile": g.IntN(4)}, obj{"lag": f, "offset": g.IntN(3), "default": g.value(f)}, obj{"lead": f},
			obj{"firstValue": f}, obj{"nthValue": f, "n": g.IntN(3)}, obj{"sum": "id"}, obj{"avg": f}, obj{"count": true, "filter": g.where(model, 1)}, obj{"max": f}).(obj)
		if g.chance(50) {
			w["partitionBy"] = g.one(g.field(model), []any{g.field(model), "id"})
		}
		if g.chance(70) {
			w["orderBy"] = g.orders(model)
		}
		if g.chance(40) {
			w[g.one("rows", "range").(string)] = []any{g.one(nil, -2, 0, int64(-1)<<63), g.one(nil, 0, 3)}
		}
		out["w"+strconv.Itoa(i)] = w
	}
	return out
}

func (g guesser) mark() any {
	return g.one(true, obj{"field": "name"}, obj{"fields": []any{"bio", "name"}, "open": "<'", "close": `">`}, obj{"length": g.IntN(70), "ellipsis": "…"}, obj{"tags": []any{"a", "b"}})
}

func (g guesser) aggregate(model string) obj {
	f := g.field(model)
	return g.some(obj{
		"_count": g.one(true, obj{f: true}, obj{"distinct": f}), "_sum": obj{"id": true}, "_avg": obj{"id": true, g.one("score", "noted").(string): true}, "_min": obj{f: true}, "_max": obj{f: true},
		"_stringAgg": g.one(obj{"field": f}, obj{"field": f, "separator": "'", "orderBy": g.one("id", g.orders(model))}, obj{"field": f, "distinct": true}),
		"_x":         g.one(obj{"count": true, "filter": g.where(model, 2)}, obj{"max": f}, obj{"stringAgg": f, "distinct": true, "separator": "|"}), "where": g.where(model, 3),
	})
}

func (g guesser) group(model string) obj {
	a := g.aggregate(model)
	f := g.field(model)
	by := []any{f}
	more := obj{
		"having":  g.one(obj{"_count": obj{"gte": g.IntN(3)}}, obj{f: g.condition(f)}, obj{"OR": []any{obj{"_max": obj{f: g.value(f)}}, obj{"_x": obj{"gt": 0}}}}, obj{"NOT": obj{"_count": 1}}),
		"orderBy": g.one(obj{"_count": "desc"}, obj{f: g.direction()}, obj{"_sum": obj{"id": g.direction()}}, obj{"_x": "asc"}),
		"limit":   g.IntN(4), "offset": g.IntN(2),
	}
	if model == "people" && g.chance(40) {
		by = append(by, "at")
		more["interval"] = obj{"at": g.one("year", "quarter", "month", "week", "day", "hour", "minute")}
		more["fillGaps"] = g.one(true, false, obj{"start": "2024-01-01", "end": g.one("2024-01-03", "2023-01-01", "9999-01-01")})
	}
	for k, v := range g.some(more) {
		a[k] = v
	}
	a["by"] = g.odd(by)
	return a
}
