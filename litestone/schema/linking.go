package schema

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// end is one relation field while the other side is looked for.
type end struct {
	d      *fieldDecl
	u      *use   // its @relation; nil without one
	name   string // the relation's name; empty for an unnamed one
	target *Model
	broken bool // it cannot be told what it is the other side of
}

// linkRelations makes the relations of all models. First those that hold a foreign key, then the
// fields without one find their other side: a foreign key of the same relation name in the target
// (HasMany, HasOne), else a list in the target (ManyToMany). Several relations between the same
// two models are told apart by a name on both sides: @relation("author", …).
func (c *checker) linkRelations() {
	var open []*end
	keyed := map[[2]*Model][]*end{} // holder, target
	for _, md := range c.order {
		for _, d := range md.fields {
			if d.model == nil || d.bad || hasAttr(d.tree, "from") || hasAttr(d.tree, "computed") {
				continue
			}
			e := &end{d: d, u: d.useOf("@relation"), target: d.model}
			pair := [2]*Model{md.m, e.target}
			if e.u == nil && hasAttr(d.tree, "relation") {
				e.broken = true // its arguments were reported
				c.linkHalf(e)
				keyed[pair] = append(keyed[pair], e)
				continue
			}
			if e.u != nil {
				e.name = e.u.text("name")
			}
			if e.u == nil || e.u.arg("fields") == nil && e.u.arg("references") == nil {
				open = append(open, e)
				continue
			}
			if c.linkKey(e) {
				keyed[pair] = append(keyed[pair], e)
			}
		}
	}
	c.linkOpen(open, keyed)
	for _, md := range c.order {
		for _, f := range md.m.Fields {
			if f.Relation != nil {
				f.Relation.Index = len(md.m.Relations)
				md.m.Relations = append(md.m.Relations, f.Relation)
			}
		}
	}
	c.settleJoins()
}

// linkKey makes a BelongsTo of fields: and references:. It reports true when the field may be the
// other side of another one, which holds after mistakes in the columns too.
func (c *checker) linkKey(e *end) bool {
	d, u := e.d, e.u
	if d.f.List {
		c.fail(u.attr.Span, CodeRelationFieldsOnList, "write the foreign key in "+e.target.Name+", which holds one row each", "%s: a list holds no foreign key", d.at())
		return false
	}
	if u.arg("fields") == nil || u.arg("references") == nil {
		c.fail(u.attr.Span, CodeMissingArgument, "write @relation(fields: [thisId], references: [id])", "%s: @relation needs both fields and references", d.at())
		c.columns(u, "fields")
		c.referencedAll(e, u)
		return true
	}
	r := &Relation{Field: d.f, Model: d.host.m, Target: e.target, Kind: BelongsTo, Across: d.across(),
		OnDelete: actionNamed(u.word("onDelete")), OnUpdate: actionNamed(u.word("onUpdate"))}
	var ok, all bool
	r.Local, ok = c.columns(u, "fields")
	r.Remote, all = c.referencedAll(e, u)
	if !ok || !all {
		return true
	}
	if len(r.Local) != len(r.Remote) {
		c.fail(u.attr.Span, CodeRelationCounts, "name as many fields as references", "%s: %d fields refer to %d references", d.at(), len(r.Local), len(r.Remote))
		return true
	}
	d.f.Relation = r
	return true
}

// linkHalf looks at the columns of a @relation of which another argument was reported.
func (c *checker) linkHalf(e *end) {
	if u := e.d.half; u != nil {
		c.columns(u, "fields")
		c.referencedAll(e, u)
	}
}

// referencedAll finds the columns that references: names; false when one was reported.
func (c *checker) referencedAll(e *end, u *use) (out []*Field, ok bool) {
	ok = true
	for _, id := range u.names("references") {
		f := c.referenced(e, id)
		if f == nil {
			ok = false
			continue
		}
		out = append(out, f)
	}
	return out, ok
}

func (c *checker) referenced(e *end, id syntax.Ident) *Field {
	f := e.target.byName[id.Name]
	switch {
	case f == nil:
		c.fail(id.Span, CodeUnknownField, suggest(id.Name, e.target.columnNames()...), "%s: model %s has no field %s", e.d.at(), e.target.Name, id.Name)
	case !f.Stored():
		c.fail(id.Span, CodeFieldWithoutColumn, "", "%s: the field %s of model %s has no column", e.d.at(), id.Name, e.target.Name)
	default:
		return f
	}
	return nil
}

// linkOpen pairs the fields that hold no foreign key.
func (c *checker) linkOpen(open []*end, keyed map[[2]*Model][]*end) {
	claimed := map[*end]*end{}
	var lists []*end
	for _, e := range open {
		if u := e.u; u != nil && (u.arg("onDelete") != nil || u.arg("onUpdate") != nil) {
			c.fail(u.attr.Span, CodeMissingArgument, "write the action where the foreign key is", "%s: onDelete and onUpdate go with fields and references", e.d.at())
			continue
		}
		matches := named(keyed[[2]*Model{e.target, e.d.host.m}], e.name)
		switch {
		case len(matches) > 1:
			c.ambiguous(e, matches)
		case len(matches) == 1 && claimed[matches[0]] != nil:
			d := c.fail(e.d.tree.Name.Span, CodeAmbiguousRelation, `give each pair a name: @relation("name") here and @relation("name", fields: …) there`,
				"%s: %s.%s is the other side of %s already", e.d.at(), e.target.Name, matches[0].d.f.Name, claimed[matches[0]].d.f.Name)
			d.Related = []diag.Related{{Message: "the field it is paired with", Span: claimed[matches[0]].d.tree.Name.Span}}
		case len(matches) == 1:
			claimed[matches[0]] = e
			c.linkInverse(e, matches[0].d.f.Relation)
		case e.d.f.List:
			lists = append(lists, e)
		default:
			c.otherSideMissing(e, keyed)
		}
	}
	c.linkLists(lists, keyed)
}

func named(ends []*end, name string) []*end {
	var out []*end
	for _, e := range ends {
		if e.name == name && !e.broken {
			out = append(out, e)
		}
	}
	return out
}

func (c *checker) linkInverse(e *end, key *Relation) {
	if key == nil {
		return // the foreign key was reported
	}
	r := &Relation{Field: e.d.f, Model: e.d.host.m, Target: e.target, Kind: HasOne, Local: key.Remote, Remote: key.Local,
		Inverse: key, OnDelete: key.OnDelete, OnUpdate: key.OnUpdate, Across: key.Across}
	if e.d.f.List {
		r.Kind = HasMany
	}
	key.Inverse, e.d.f.Relation = r, r
}

// linkLists pairs lists with lists: many-to-many.
func (c *checker) linkLists(lists []*end, keyed map[[2]*Model][]*end) {
	for _, e := range lists {
		if e.d.f.Relation != nil {
			continue
		}
		var matches []*end
		for _, o := range lists {
			if o != e && o.d.host.m == e.target && o.target == e.d.host.m && o.name == e.name && o.d.f.Relation == nil {
				matches = append(matches, o)
			}
		}
		switch len(matches) {
		case 0:
			c.otherSideMissing(e, keyed)
		case 1:
			c.linkJoin(e, matches[0])
		default:
			c.ambiguous(e, matches)
		}
	}
}

func (c *checker) ambiguous(e *end, matches []*end) {
	var fields []string
	for _, m := range matches {
		fields = append(fields, m.d.f.Name)
	}
	d := c.fail(e.d.tree.Name.Span, CodeAmbiguousRelation, `give each pair a name: @relation("name") here and @relation("name", fields: …) there`,
		"%s: the other side in model %s may be %s", e.d.at(), e.target.Name, strings.Join(fields, " or "))
	for _, m := range matches {
		d.Related = append(d.Related, diag.Related{Message: "one of them", Span: m.d.tree.Name.Span})
	}
}

func (c *checker) otherSideMissing(e *end, keyed map[[2]*Model][]*end) {
	host, target := e.d.host.m.Name, e.target.Name
	there := keyed[[2]*Model{e.target, e.d.host.m}]
	if slices.ContainsFunc(there, func(o *end) bool { return o.broken }) {
		return
	}
	hint := "write in " + target + ": " + host + " " + host + " @relation(fields: [" + accessorName(host) + "Id], references: [id])"
	switch {
	case len(there) > 0 && e.name == "":
		hint = "write the relation's name here too: @relation(\"" + there[0].name + "\")"
	case len(there) > 0:
		hint = "write the name " + e.name + " at " + target + "." + there[0].d.f.Name + " too"
	case !e.d.f.List:
		hint = "write @relation(fields: [" + e.d.f.Name + "Id], references: [id]) here, or in " + target + " a relation to " + host
	}
	c.fail(e.d.tree.Name.Span, CodeRelationWithoutOtherSide, hint, "%s: the relation has no other side in model %s", e.d.at(), target)
}

// linkJoin makes both sides of a many-to-many relation and its join table.
func (c *checker) linkJoin(a, b *end) {
	if a.d.host.m == b.d.host.m && a.d.f.Name > b.d.f.Name || a.d.host.m != b.d.host.m && joinBefore(b.d.host.m, a.d.host.m) {
		a, b = b, a
	}
	for _, e := range []*end{a, b} {
		if m := e.d.host.m; len(m.Key) != 1 {
			if e.d.host.keyBy != nil || len(m.Key) > 0 {
				c.fail(e.d.tree.Name.Span, CodeJoinWithoutKey, "write a model for the pairs, with a relation to each side",
					"%s: a many-to-many relation needs a key of one field in model %s", e.d.at(), m.Name)
			}
			return
		}
	}
	ma, mb := a.d.host.m, b.d.host.m
	t := &JoinTable{A: ma, B: mb, Database: ma.Database}
	t.Table, t.ColumnA, t.ColumnB = joinNames(ma.Name, mb.Name, a.name)
	if ma.Was != "" || mb.Was != "" {
		t.Was = &JoinWas{}
		oldA, oldB := orElse(ma.Was, ma.Name), orElse(mb.Was, mb.Name)
		if swapped := ma != mb && nameBefore(oldB, oldA); swapped {
			t.Was.Table, t.Was.ColumnB, t.Was.ColumnA = joinNames(oldB, oldA, a.name)
		} else {
			t.Was.Table, t.Was.ColumnA, t.Was.ColumnB = joinNames(oldA, oldB, a.name)
		}
	}
	across := ma.Database != mb.Database // refused when everything is known
	ra := &Relation{Field: a.d.f, Model: ma, Target: mb, Kind: ManyToMany, Across: across, Local: ma.Key, Remote: mb.Key,
		OnDelete: Cascade, OnUpdate: Cascade, Join: t, JoinLocal: t.ColumnA, JoinRemote: t.ColumnB}
	rb := &Relation{Field: b.d.f, Model: mb, Target: ma, Kind: ManyToMany, Across: across, Local: mb.Key, Remote: ma.Key,
		OnDelete: Cascade, OnUpdate: Cascade, Join: t, JoinLocal: t.ColumnB, JoinRemote: t.ColumnA, Inverse: ra}
	ra.Inverse = rb
	a.d.f.Relation, b.d.f.Relation = ra, rb
	c.s.Joins = append(c.s.Joins, t)
}

// joinNames gives the table and the columns that link two models, already in order. A relation's
// name tells several join tables of the same models apart.
func joinNames(a, b, relation string) (table, columnA, columnB string) {
	table, columnA, columnB = "_"+strings.ToLower(a)+"_"+strings.ToLower(b), a+"Id", b+"Id"
	if a == b {
		columnA, columnB = a+"AId", a+"BId"
	}
	if relation != "" {
		table += "_" + snakeCase(relation)
	}
	return table, columnA, columnB
}

// joinBefore orders the two models of a join table by their names in lower case.
func joinBefore(a, b *Model) bool { return nameBefore(a.Name, b.Name) }

func nameBefore(a, b string) bool {
	la, lb := strings.ToLower(a), strings.ToLower(b)
	return la < lb || la == lb && a < b
}

func (c *checker) settleJoins() {
	slices.SortFunc(c.s.Joins, func(a, b *JoinTable) int { return strings.Compare(a.Table, b.Table) })
}
