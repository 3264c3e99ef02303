package litestone_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// TestNoWriteMakesRowsThatTheirRulesRefuse makes random writes, nested ones included, under random
// rules for new rows that look at other rows, and judges every row they left behind a second time, by
// code of this test. In half of the worlds the rules hold for changed rows too; in the other half for
// new ones only, which nothing else of the call changes then but their keys.
//
// LITESTONE_ACCESS is a number of writes to make instead of the usual ones, LITESTONE_SEED the first
// of the random worlds.
func TestNoWriteMakesRowsThatTheirRulesRefuse(t *testing.T) {
	total, _ := strconv.Atoi(os.Getenv("LITESTONE_ACCESS"))
	if total == 0 {
		total = 4000
	}
	seed, _ := strconv.ParseUint(os.Getenv("LITESTONE_SEED"), 10, 64)
	outcomes, judged := map[string]int{}, 0
	for n := 0; n < total; n += 40 {
		w := newWritten(t, seed)
		judged += w.run(t, 40, outcomes)
		if err := w.sys.Close(); err != nil { // thousands of worlds at once would be too many open files
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("LITESTONE_SEED=%d", seed)
		}
		seed++
	}
	t.Logf("%v, %d rows judged", outcomes, judged)
	if outcomes["done"] < total/5 || outcomes[string(litestone.CodeAccessDenied)] < total/50 || judged < total/50 {
		t.Error("the writes are not worth making")
	}
}

// written is a database that is written to.
type written struct {
	dice
	newOnly bool // the rules are those of new rows only
	rules   map[string]newRowRule
	text    string
	sys, me *litestone.Client
}

// newRowRule is a rule in two forms.
type newRowRule struct {
	text  string
	holds func(s stored, r obj) bool
}

// stored is all rows by model.
type stored map[string][]obj

// row finds a row by its id.
func (s stored) row(model string, id any) obj {
	for _, r := range s[model] {
		if id != nil && r["id"] == id {
			return r
		}
	}
	return nil
}

func more(v any, than float64) bool {
	n, ok := v.(float64)
	return ok && n > than
}

func ownShop(s stored, r obj) bool { return s.row("shops", r["shopId"])["owner"] == 1.0 }

var orderRules = []newRowRule{
	{"shop.owner == auth().id", ownShop},
	{"shop.owner == auth().id || n > 3", func(s stored, r obj) bool { return ownShop(s, r) || more(r["n"], 3) }},
	{"owner == auth().id", func(_ stored, r obj) bool { return r["owner"] == 1.0 }},
	{"up.n > 2 || owner == auth().id", func(s stored, r obj) bool { return r["owner"] == 1.0 || more(s.row("orders", r["upId"])["n"], 2) }},
	{"shop == null || shop.owner == auth().id", func(s stored, r obj) bool { return r["shopId"] == nil || ownShop(s, r) }},
}

var lineRules = []newRowRule{
	{"order.owner == auth().id", func(s stored, r obj) bool { return s.row("orders", r["orderId"])["owner"] == 1.0 }},
	{"shop.owner == auth().id", ownShop},
	{"n > 2 || order.shop.owner == auth().id", func(s stored, r obj) bool {
		order := s.row("orders", r["orderId"])
		return more(r["n"], 2) || order != nil && ownShop(s, order)
	}},
}

func newWritten(t *testing.T, seed uint64) *written {
	d := dice{rand.New(rand.NewPCG(seed, 7))}
	w := &written{dice: d, newOnly: seed%2 == 1, rules: map[string]newRowRule{"orders": choose(d, orderRules), "lines": choose(d, lineRules)}}
	follow := choose(d, []string{", onUpdate: Cascade", ""})
	rules := func(m string) string {
		text := "@@allow('read, update, delete', true)\n  @@allow('create', " + w.rules[m].text + ")"
		if !w.newOnly {
			text += "\n  @@allow('post-update', " + w.rules[m].text + ")"
		}
		return text
	}
	const mark = "mark Text @default(uuid()) @unique @allow('write', false)" // tells which row it is, whatever its key
	w.text = `
model shops { id Integer @id  owner Integer  ` + mark + `  orders orders[]  lines lines[] }
model orders {
  id Integer @id  n Integer?  owner Integer?  code Integer? @unique  ` + mark + `
  shopId Integer?  shop shops? @relation(fields: [shopId], references: [id]` + follow + `)
  upId Integer?  up orders? @relation("up", fields: [upId], references: [id]` + follow + `)
  downs orders[] @relation("up")  lines lines[]
  ` + rules("orders") + `
}
model lines {
  k Integer  n Integer?  ` + mark + `
  orderId Integer  order orders @relation(fields: [orderId], references: [id]` + follow + `)
  shopId Integer?  shop shops? @relation(fields: [shopId], references: [id]` + follow + `)
  @@id([orderId, k])
  ` + rules("lines") + `
}`
	db := openText(t, litestone.Config{SchemaText: w.text, DB: ":memory:", Readers: 1})
	w.sys, w.me = db.AsSystem(), db.As(who(1))
	for i := range 4 {
		must(t, w.sys, "shops.create", args{"data": args{"id": i, "owner": 1 + i%2}})
	}
	for i := range 4 {
		data := args{"id": i, "n": d.n(6), "owner": 1 + d.n(2), "shopId": d.n(4)}
		if i > 0 {
			data["upId"] = d.n(i)
		}
		must(t, w.sys, "orders.create", args{"data": data})
		must(t, w.sys, "lines.create", args{"data": args{"k": i, "orderId": d.n(i + 1), "n": d.n(6), "shopId": d.n(4)}})
	}
	return w
}

// run makes writes and says how many rows it judged.
func (w *written) run(t *testing.T, calls int, outcomes map[string]int) (judged int) {
	before := w.load(t)
	for range calls {
		m, op, a := w.call()
		_, err := w.me.Call(t.Context(), m+"."+op, litestone.Map(a))
		var e *litestone.Error
		switch {
		case err == nil:
			outcomes["done"]++
		case errors.As(err, &e):
			outcomes[string(e.Code)]++
		}
		after := w.load(t)
		report := func(format string, v ...any) {
			t.Errorf("%s\n%s.%s %s answers %v\nbefore %s\nafter %s\n%s", w.text, m, op, shownAs(t, a), err, shownAs(t, before), shownAs(t, after), fmt.Sprintf(format, v...))
		}
		if err != nil && shownAs(t, before) != shownAs(t, after) {
			report("it was refused, and changed rows")
		}
		for m, rule := range w.rules {
			was := map[any]string{}
			for _, r := range before[m] {
				was[r["mark"]] = w.told(t, before, r)
			}
			for _, r := range after[m] {
				old, known := was[r["mark"]]
				if known && (w.newOnly || old == w.told(t, after, r)) {
					continue
				}
				if judged++; !rule.holds(after, r) {
					report("%s breaks %s", shownAs(t, r), rule.text)
				}
				if len(r["mark"].(string)) < 20 {
					report("the mark of %s is the caller's", shownAs(t, r))
				}
			}
		}
		if t.Failed() {
			return judged
		}
		before = after
	}
	return judged
}

func (w *written) load(t *testing.T) stored {
	s := stored{}
	for _, m := range []string{"shops", "orders", "lines"} {
		var list []obj
		if err := json.Unmarshal([]byte(shownAs(t, must(t, w.sys, m+".findMany", args{}))), &list); err != nil {
			t.Fatal(err)
		}
		s[m] = list
	}
	return s
}

// told is a row as text. Foreign keys are the rows they lead to: a key that follows its row is not
// changed by the caller.
func (w *written) told(t *testing.T, s stored, r obj) string {
	o := obj{}
	for k, v := range r {
		o[k] = v
	}
	for k, m := range map[string]string{"shopId": "shops", "orderId": "orders", "upId": "orders"} {
		if to := s.row(m, r[k]); to != nil {
			o[k] = to["mark"]
		}
	}
	return shownAs(t, o)
}

// call is a random write.
func (w *written) call() (model, op string, a obj) {
	m := choose(w.dice, []string{"shops", "orders", "lines"})
	switch op = choose(w.dice, []string{"create", "createMany", "update", "update", "update", "updateMany", "upsert", "upsertMany", "upsertMany"}); op {
	case "create":
		a = obj{"data": w.row(m, true, 2)}
	case "createMany":
		a = obj{"data": []any{w.row(m, true, 0), w.row(m, true, 0)}}
	case "update":
		a = obj{"where": w.where(m), "data": w.row(m, false, 2)}
	case "updateMany":
		a = obj{"where": w.where(m), "data": w.row(m, false, 0)}
	case "upsert":
		a = obj{"where": w.where(m), "create": w.row(m, true, 1), "update": w.row(m, false, 2)}
	case "upsertMany":
		a = obj{"data": []any{w.row(m, true, 0), w.row(m, true, 0), w.row(m, true, 0)}}
		if m == "orders" && chance(w.dice, 60) {
			a["conflictTarget"] = []any{"code"}
		}
		if w.newOnly {
			a["update"] = []any{}
			if m != "lines" && chance(w.dice, 70) {
				a["update"] = []any{"id"}
			}
		}
	}
	return m, op, a
}

// writtenLinks are the relations of each model: the target, and whether it is a list.
var writtenLinks = map[string][]struct {
	name, key, to string
	list          bool
}{
	"shops":  {{"orders", "", "orders", true}, {"lines", "", "lines", true}},
	"orders": {{"shop", "shopId", "shops", false}, {"lines", "", "lines", true}, {"up", "upId", "orders", false}, {"downs", "", "orders", true}},
	"lines":  {{"order", "orderId", "orders", false}, {"shop", "shopId", "shops", false}},
}

// row is the values of a new or changed row, with writes nested in it.
func (w *written) row(m string, create bool, depth int) obj {
	o := obj{}
	set := func(percent int, names ...string) {
		for _, name := range names {
			if chance(w.dice, percent) {
				if o[name] = w.n(6); name == "id" || name == "k" || name == "code" {
					o[name] = w.n(30)
				}
			}
		}
	}
	keys, fixed := 15, w.newOnly && !create // what the rules look at stays
	switch {
	case create:
		keys = 85
	case fixed:
		keys = 80
	}
	switch m {
	case "shops":
		set(keys, "id")
		if !fixed {
			o["owner"] = 1 + w.n(2)
		}
	case "orders":
		set(keys, "id")
		set(30, "code")
		if !fixed {
			set(40, "n", "owner", "shopId")
			set(20, "upId")
		}
	case "lines":
		set(keys, "k")
		if !fixed {
			set(keys, "orderId")
			set(35, "n", "shopId")
		}
	}
	set(20, "mark")
	if o["mark"] != nil {
		o["mark"] = fmt.Sprint("mine", w.n(1000))
	}
	if depth == 0 {
		return o
	}
	for _, l := range writtenLinks[m] {
		if !chance(w.dice, 45) || fixed && !l.list {
			continue
		}
		delete(o, l.key)
		o[l.name] = w.nested(l.to, l.list, create, depth-1)
	}
	return o
}

// nested is operations on the rows of a relation.
func (w *written) nested(to string, list, create bool, depth int) obj {
	ops := []string{"create", "connect", "connectOrCreate", "update", "upsert", "disconnect", "delete"}
	n := 1
	if list {
		ops = append(ops, "set", "updateMany", "deleteMany")
		n += w.n(2)
	}
	switch {
	case create:
		ops = ops[:3]
	case w.newOnly:
		ops = []string{"create", "update", "updateMany", "upsert"}
		n += 2
	}
	o := obj{}
	for range n {
		op := choose(w.dice, ops)
		o[op] = w.nest(op, to, list, depth)
	}
	if made, one := o["create"].(obj); one && w.newOnly && list && !create { // a row made here is moved here
		key := map[bool]string{true: "k", false: "id"}[to == "lines"]
		made[key] = w.n(30)
		o = obj{"create": made, choose(w.dice, []string{"update", "updateMany"}): obj{"where": obj{key: made[key]}, "data": w.row(to, false, 0)}}
	}
	return o
}

func (w *written) nest(op, to string, list bool, depth int) any {
	where := w.where(to)
	found := func(a obj) any {
		if list {
			a["where"] = where
		}
		return a
	}
	switch op {
	case "create":
		if list && chance(w.dice, 30) {
			return []any{w.row(to, true, depth), w.row(to, true, 0)}
		}
		return w.row(to, true, depth)
	case "connectOrCreate":
		return obj{"where": where, "create": w.row(to, true, 0)}
	case "set":
		return []any{where}
	case "update":
		if !list {
			return w.row(to, false, depth)
		}
		return found(obj{"data": w.row(to, false, depth)})
	case "updateMany":
		return found(obj{"data": w.row(to, false, 0)})
	case "upsert":
		return found(obj{"create": w.row(to, true, 0), "update": w.row(to, false, depth)})
	}
	if !list && slices.Contains([]string{"disconnect", "delete"}, op) {
		return true
	}
	return where
}

func (w *written) where(m string) obj {
	if m == "lines" {
		return choose(w.dice, []obj{{"k": w.n(6)}, {"n": w.n(6)}, {"orderId": w.n(6), "k": w.n(6)}, {"shopId": w.n(6)}})
	}
	return choose(w.dice, []obj{{"id": w.n(6)}, {"id": w.n(6)}, {"owner": w.n(3)}, {"id": obj{"gt": w.n(3)}}})
}
