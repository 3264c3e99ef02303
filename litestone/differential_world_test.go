package litestone_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// dice is where random choices come from.
type dice struct{ *rand.Rand }

// n gives 0 … n-1.
func (d dice) n(n int) int { return d.IntN(n) }

func chance(d dice, percent int) bool { return d.n(100) < percent }

func choose[T any](d dice, list []T) T { return list[d.n(len(list))] }

// world is a random schema with rows and somebody who asks. Every rule in it is known in two
// forms: as text, and as a rule that this file judges by itself.
type world struct {
	models []*wModel
	joins  []*wJoin
	auth   map[string]any // nil: nobody
	sides  bool           // models stand in two databases
}

// wModel is a model. Its columns id, owner, n, tag, flag and at are always there.
type wModel struct {
	name    string
	soft    bool
	fts     bool
	side    bool // stored in another database; the copy is one
	allow   []rule
	deny    []rule
	filter  int // a global filter n >= filter; 99: none
	secrets []*wSecret
	parents []*wParent // what its foreign keys point to
	from    []*wFrom
	rows    []*wRow
}

// wSecret is a field with rules of its own.
type wSecret struct {
	name    string
	guarded bool
	rule    rule // unused when guarded
	shown   bool // a computed field shows what it holds
}

// wParent is a belongsTo relation with its foreign key, and the name of its other side.
type wParent struct {
	to       *wModel
	rel, key string
	inverse  string
	secret   *wSecret // the key's rules; nil: none
}

// wJoin is a many-to-many relation.
type wJoin struct {
	a, b       *wModel
	relA, relB string // relA stands in a and leads to b
	table      string
	pairs      [][2]int
	colA, colB string
}

// wFrom is a derived field over the other side of a relation.
type wFrom struct {
	name, kind string // count, sum, exists, last
	over       *wModel
	parent     *wParent // the relation of over that leads here
}

// wRow is a stored row: nil is NULL.
type wRow struct {
	id      int
	owner   any
	n       any
	tag     any
	flag    any
	at      any
	body    string
	deleted bool
	secrets map[string]string
	keys    map[string]any // foreign keys by name
}

func (w *world) addModel(d dice, i int) {
	m := &wModel{name: fmt.Sprintf("m%d", i), soft: chance(d, 40), fts: chance(d, 40), filter: 99, side: w.sides && i > 0 && chance(d, 50)}
	if chance(d, 15) {
		m.filter = 0
	}
	for j, up := range w.models {
		if chance(d, 70) {
			m.parents = append(m.parents, &wParent{to: up, rel: fmt.Sprintf("up%d", j), key: fmt.Sprintf("up%dId", j), inverse: m.name + "s"})
		}
	}
	if chance(d, 40) {
		m.parents = append(m.parents, &wParent{to: m, rel: "boss", key: "bossId", inverse: "staff"})
	}
	w.models = append(w.models, m)
}

func newWorld(d dice) *world {
	w := &world{sides: chance(d, 40)}
	if chance(d, 85) {
		w.auth = map[string]any{"id": 1 + d.n(3)}
		for _, k := range []string{"level", "role", "vip"} {
			if chance(d, 60) {
				w.auth[k] = map[string]any{"level": d.n(5), "role": choose(d, []string{"admin", "user"}), "vip": chance(d, 50)}[k]
			}
		}
	}
	for i := range 2 + d.n(3) {
		w.addModel(d, i)
	}
	if last := len(w.models) - 1; chance(d, 60) {
		a, b := w.models[d.n(last)], w.models[last]
		if a.side == b.side {
			j := &wJoin{a: a, b: b, relA: "far", relB: "near", table: "_" + a.name + "_" + b.name, colA: a.name + "Id", colB: b.name + "Id"}
			w.joins = append(w.joins, j)
		}
	}
	for i, m := range w.models {
		for _, p := range m.parents {
			if p.to != m && p.to.side == m.side && chance(d, 50) {
				kind := choose(d, []string{"count", "sum", "exists", "last"})
				p.to.from = append(p.to.from, &wFrom{name: fmt.Sprintf("%s%s", kind, m.name), kind: kind, over: m, parent: p})
			} else if chance(d, 25) {
				p.secret = newSecret(d, w, m, p.key)
			}
		}
		if chance(d, 75) {
			for range 1 + d.n(2) {
				m.allow = append(m.allow, newRule(d, w, m, 2))
			}
		}
		if chance(d, 30) {
			m.deny = append(m.deny, newRule(d, w, m, 1))
		}
		for s := range d.n(3) {
			m.secrets = append(m.secrets, newSecret(d, w, m, fmt.Sprintf("s%d%s", s, m.name)))
		}
		m.fill(d, i)
	}
	for _, j := range w.joins {
		seen := map[[2]int]bool{}
		for range d.n(12) {
			p := [2]int{choose(d, j.a.rows).id, choose(d, j.b.rows).id}
			if !seen[p] {
				seen[p] = true
				j.pairs = append(j.pairs, p)
			}
		}
	}
	return w
}

func newSecret(d dice, w *world, m *wModel, name string) *wSecret {
	s := &wSecret{name: name, shown: chance(d, 50)}
	switch {
	case chance(d, 30):
		s.guarded = true
	case chance(d, 40):
		s.rule = sessionRule(d)
	default:
		s.rule = newRule(d, w, m, 1)
	}
	return s
}

var tags = []any{nil, "a", "b", "B", "c%"}

// fill makes rows. Foreign keys point to rows made before, so that every order of models works.
func (m *wModel) fill(d dice, at int) {
	for i := range 4 + d.n(7) {
		r := &wRow{id: i + 1, tag: choose(d, tags), secrets: map[string]string{}, keys: map[string]any{}, deleted: m.soft && chance(d, 25)}
		r.body = strings.Join([]string{choose(d, words), choose(d, words), choose(d, words)}, " ")
		if chance(d, 80) {
			r.owner = 1 + d.n(3)
		}
		if chance(d, 80) {
			r.n = d.n(6) - 1
		}
		if chance(d, 75) {
			r.flag = d.n(2)
		}
		if chance(d, 75) {
			r.at = fmt.Sprintf("2026-%02d-%02dT00:00:00.000Z", 1+d.n(3), 1+d.n(2)*9)
		}
		for _, p := range m.parents {
			r.keys[p.key] = nil
			if list := p.to.rows; len(list) > 0 && chance(d, 80) {
				r.keys[p.key] = choose(d, list).id
			}
		}
		for _, s := range m.secrets {
			r.secrets[s.name] = choose(d, []string{"x", "y", "z"})
		}
		m.rows = append(m.rows, r)
	}
}

var words = []string{"apple", "pear", "plum", "fig", "lime"}

// row gives a row by its id, nil when there is none.
func (m *wModel) row(id any) *wRow {
	for _, r := range m.rows {
		if id == r.id {
			return r
		}
	}
	return nil
}

// permits judges the read policy on a row, the global filter and soft delete aside.
func (w *world) permits(m *wModel, r *wRow) bool {
	ok := len(m.allow) == 0
	for _, x := range m.allow {
		ok = ok || x.judge(w, r) == yes
	}
	for _, x := range m.deny {
		ok = ok && x.judge(w, r) == no
	}
	return ok
}

// shows is permits and the global filter: what a read may find.
func (w *world) shows(m *wModel, r *wRow) bool {
	if m.filter != 99 {
		n, ok := r.n.(int)
		if !ok || n < m.filter {
			return false
		}
	}
	return w.permits(m, r)
}

// open tells whether a field may be read whatever the row, and closed that it never can.
func (s *wSecret) open(w *world) bool { return !s.guarded && s.rule.judge(w, nil) == yes }

// schema writes the schema: as it is, or for the copy, that has neither rules nor the fields
// nobody may read.
func (w *world) schema(copied bool) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if w.sides && !copied {
		line("database side { path \":memory:\" }")
	}
	for _, m := range w.models {
		line("model %s {", m.name)
		line("  id Integer @id\n  owner Integer?\n  n Integer?\n  tag Text?\n  flag Boolean?\n  at DateTime?\n  body Text @default(\"\")")
		for _, s := range m.secrets {
			if rules, ok := w.fieldRules(s, copied); ok {
				line("  %s Text?%s", s.name, rules)
				if s.shown {
					line("  c%s Text? @computed", s.name)
				}
			}
		}
		for _, p := range m.parents {
			if rules, ok := w.fieldRules(p.secret, copied); ok {
				line("  %s Integer?%s\n  %s %s? @relation(\"%s%s\", fields: [%s], references: [id])", p.key, rules, p.rel, p.to.name, p.rel, m.name, p.key)
			}
		}
		for _, o := range w.models {
			for _, p := range o.parents {
				if _, ok := w.fieldRules(p.secret, copied); ok && p.to == m {
					line("  %s %s[] @relation(\"%s%s\")", p.inverse, o.name, p.rel, o.name)
				}
			}
		}
		for _, f := range m.from {
			switch f.kind {
			case "count":
				line("  %s Integer @from(%s, count: true)", f.name, f.parent.inverse)
			case "sum":
				line("  %s Integer? @from(%s, sum: n)", f.name, f.parent.inverse)
			case "exists":
				line("  %s Boolean @from(%s, exists: true, where: \"n > 1\")", f.name, f.parent.inverse)
			case "last":
				line("  %s %s? @from(%s, last: true)", f.name, f.over.name, f.parent.inverse)
			}
		}
		for _, j := range w.joins {
			if j.a == m {
				line("  %s %s[]", j.relA, j.b.name)
			}
			if j.b == m {
				line("  %s %s[]", j.relB, j.a.name)
			}
		}
		line("  told Text @computed\n  again Text? @computed")
		if m.soft {
			line("  deletedAt DateTime?\n  @@softDelete")
		}
		if m.side && !copied {
			line("  @@db(side)")
		}
		if m.fts {
			line("  @@fts([body])")
		}
		if !copied {
			for _, x := range m.allow {
				line("  @@allow('read', %s)", x.text())
			}
			for _, x := range m.deny {
				line("  @@deny('read', %s)", x.text())
			}
		}
		line("}")
	}
	return b.String()
}

// fieldRules gives the attributes of a field with rules, and whether the field is there at all. A
// copy has the fields that may be read in some row.
func (w *world) fieldRules(s *wSecret, copied bool) (string, bool) {
	switch {
	case s == nil:
		return "", true
	case copied:
		return "", !s.never(w)
	case s.guarded:
		return " @guarded", true
	}
	return " @allow('read', " + s.rule.text() + ")", true
}

// never reports whether a field's rules hold for no row, whatever it holds; the key of a relation
// one may not go over counts as such.
func (s *wSecret) never(w *world) bool {
	if strings.HasSuffix(s.name, "Id") {
		return !s.open(w)
	}
	return s.guarded || !s.rule.byRow() && s.rule.judge(w, nil) != yes
}
