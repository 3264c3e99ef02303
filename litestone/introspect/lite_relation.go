package introspect

import (
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
)

// relate writes both sides of every foreign key and of every join table.
func (w *liteWriter) relate() {
	pairs := map[[2]*liteModel]int{}
	for _, m := range w.order {
		if m.table == nil {
			continue
		}
		for _, f := range m.table.ForeignKeys {
			if p := w.models[catalog.Fold(f.Parent)]; p != nil && !w.apart(m, p) {
				pairs[pair(m, p)]++
			}
		}
	}
	for _, j := range w.joins {
		a, b := w.models[catalog.Fold(parentOf(j, 0))], w.models[catalog.Fold(parentOf(j, 1))]
		if a != nil && b != nil {
			pairs[pair(a, b)]++
		}
	}
	for _, m := range w.order {
		if m.table == nil {
			continue
		}
		for i := range m.table.ForeignKeys {
			w.belongsTo(m, &m.table.ForeignKeys[i], pairs)
		}
	}
	for _, j := range w.joins {
		w.manyToMany(j, pairs)
	}
}

// apart reports whether no relation is written between two models.
func (w *liteWriter) apart(a, b *liteModel) bool {
	return w.o.Bare[catalog.Fold(a.stored)] || w.o.Bare[catalog.Fold(b.stored)]
}

func pair(a, b *liteModel) [2]*liteModel {
	if a.name > b.name {
		a, b = b, a
	}
	return [2]*liteModel{a, b}
}

func parentOf(j *catalog.Table, column int) string {
	for _, f := range j.ForeignKeys {
		if len(f.Columns) == 1 && catalog.Same(f.Columns[0], j.Columns[column].Name) {
			return f.Parent
		}
	}
	return ""
}

// belongsTo writes a relation and its other side. One that leads nowhere a schema can name stands
// in a comment.
func (w *liteWriter) belongsTo(m *liteModel, f *catalog.ForeignKey, pairs map[[2]*liteModel]int) {
	p := w.models[catalog.Fold(f.Parent)]
	local, ok := m.fieldNames(f.Columns)
	remote := ""
	if ok && p != nil && p.table != nil && len(f.Remote) == len(f.Columns) {
		remote, ok = p.fieldNames(f.Remote)
	} else {
		ok = false
	}
	if !ok || w.apart(m, p) {
		m.notes = append(m.notes, "FOREIGN KEY ("+strings.Join(f.Columns, ", ")+") REFERENCES "+f.Parent+" leads nowhere a schema can name.")
		return
	}
	name := m.free(relationName(f, p))
	title := ""
	if pairs[pair(m, p)] > 1 || m == p {
		title = quoteLite(m.name+"_"+name) + ", "
	}
	optional := ""
	for _, c := range f.Columns {
		if col := m.table.Column(c); col != nil && !col.NotNull && !catalog.Same(m.table.IntegerKey(), c) {
			optional = "?"
		}
	}
	attr := "@relation(" + title + "fields: [" + local + "], references: [" + remote + "]" + actionOf(", onDelete: ", f.OnDelete) + actionOf(", onUpdate: ", f.OnUpdate) + ")"
	m.fields = append(m.fields, &liteField{name: name, typ: p.name + optional, attrs: []string{attr}})
	back := &liteField{name: p.free(identifier(m.name)), typ: m.name + "[]"}
	if uniqueOver(m.table, f.Columns) {
		back.typ = m.name + "?"
	}
	if title != "" {
		back.attrs = append(back.attrs, "@relation("+strings.TrimSuffix(title, ", ")+")")
	}
	p.fields = append(p.fields, back)
}

// relationName is the column's without its Id, else the parent's.
func relationName(f *catalog.ForeignKey, p *liteModel) string {
	if len(f.Columns) == 1 {
		c := f.Columns[0]
		for _, suffix := range []string{"Id", "ID", "_id"} {
			if n := strings.TrimSuffix(c, suffix); n != c && n != "" {
				return identifier(n)
			}
		}
	}
	return p.name
}

func actionOf(clause string, a catalog.Action) string {
	word := map[catalog.Action]string{"CASCADE": "Cascade", "SET NULL": "SetNull", "SET DEFAULT": "SetDefault", "RESTRICT": "Restrict"}[a]
	if word == "" {
		return ""
	}
	return clause + word
}

// uniqueOver reports whether at most one row can have the same values in these columns.
func uniqueOver(t *catalog.Table, columns []string) bool {
	same := func(other []string) bool {
		if len(other) != len(columns) {
			return false
		}
		for _, c := range columns {
			found := false
			for _, o := range other {
				found = found || catalog.Same(c, o)
			}
			if !found {
				return false
			}
		}
		return true
	}
	if same(t.Key) {
		return true
	}
	for i := range t.Indexes {
		if x := &t.Indexes[i]; x.Unique && x.Where == "" && same(x.Columns()) {
			return true
		}
	}
	return false
}

// manyToMany writes the two lists a join table links.
func (w *liteWriter) manyToMany(j *catalog.Table, pairs map[[2]*liteModel]int) {
	a, b := w.models[catalog.Fold(parentOf(j, 0))], w.models[catalog.Fold(parentOf(j, 1))]
	if a == nil || b == nil {
		return
	}
	attrs := []string(nil)
	title := strings.TrimPrefix(j.Name[len("_"+a.name+"_"+b.name):], "_")
	if title != "" {
		attrs = []string{"@relation(" + quoteLite(title) + ")"}
	} else if pairs[pair(a, b)] > 1 {
		a.notes = append(a.notes, "The join table "+j.Name+" and other relations lead to "+b.name+": a schema tells them apart by names.")
	}
	a.fields = append(a.fields, &liteField{name: a.free(b.name), typ: b.name + "[]", attrs: attrs})
	b.fields = append(b.fields, &liteField{name: b.free(a.name), typ: a.name + "[]", attrs: attrs})
}
