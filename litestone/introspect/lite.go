package introspect

import (
	"fmt"
	"sort"
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
)

// LiteOptions say what a catalog alone does not tell.
type LiteOptions struct {
	// Source is named in the first comment: the file that was read.
	Source string

	// External gives the tables that are marked @@external, folded, with the reasons in words.
	External map[string][]string

	// Bare gives those of them that are written without relations, folded.
	Bare map[string]bool

	// Dates tells whether a column of text holds nothing but DateTime values as Litestone stores
	// them. It is asked about columns that look like it. Nil: none does.
	Dates func(table, column string) bool

	// Pluralize says that the project makes table names plural; the names then stand in @@map.
	Pluralize bool
}

// Lite writes a database as a schema: tables as models, CHECKs as enums and Booleans, foreign keys
// as relations, full-text tables as @@fts. What a schema cannot say stands in comments. Whether the
// schema makes the same database is not looked at here: package migrate compares.
func Lite(c *catalog.Catalog, o LiteOptions) string {
	w := &liteWriter{c: c, o: o, models: map[string]*liteModel{}, names: map[string]bool{}}
	w.findSearch()
	w.findJoins()
	w.nameModels()
	for _, m := range w.order {
		w.columns(m)
	}
	w.relate()
	return w.write()
}

type liteWriter struct {
	c *catalog.Catalog
	o LiteOptions

	order  []*liteModel
	models map[string]*liteModel // by folded table
	names  map[string]bool       // taken by declarations, folded
	enums  []*liteEnum
	joins  []*catalog.Table        // join tables of implicit relations
	called map[string]string       // folded table → model name, where a join table tells it
	search map[string]*catalog.FTS // folded table → its full-text table, kept by our triggers
	broken []string                // views SQLite cannot read
	loose  []*catalog.FTS          // full-text tables of others
}

type liteModel struct {
	table    *catalog.Table // nil for views and full-text tables
	name     string
	stored   string // the table's name
	external []string
	isView   bool
	fields   []*liteField
	taken    map[string]bool // field names, folded
	lines    []string        // @@ lines
	notes    []string        // comments before the model
	soft     bool
}

type liteField struct {
	column *catalog.Column
	name   string
	typ    string // with ? and []
	attrs  []string
	notes  []string // comments before the field
	enum   *liteEnum
}

type liteEnum struct {
	name   string
	values []string
}

// system reports whether a table is Litestone's own.
func system(table string) bool {
	t := catalog.Fold(table)
	return strings.HasPrefix(t, "_litestone") || t == "_locks"
}

// findSearch tells the full-text tables @@fts makes from those others keep.
func (w *liteWriter) findSearch() {
	w.search = map[string]*catalog.FTS{}
	for i := range w.c.FTS {
		f := &w.c.FTS[i]
		t := w.c.Table(strings.TrimSuffix(f.Name, "_fts"))
		own := t != nil && strings.HasSuffix(f.Name, "_fts") && t.Trigger(f.Name+"_insert") != nil &&
			(catalog.Same(f.Content, t.Name) || catalog.Same(f.Content, f.Name+"_source"))
		if own && w.o.External[catalog.Fold(t.Name)] == nil {
			w.search[catalog.Fold(t.Name)] = f
		} else {
			w.loose = append(w.loose, f)
		}
	}
}

// findJoins finds the tables of implicit many-to-many relations. Their columns tell what the two
// models are called.
func (w *liteWriter) findJoins() {
	w.called = map[string]string{}
	for i := range w.c.Tables {
		t := &w.c.Tables[i]
		if !strings.HasPrefix(t.Name, "_") || system(t.Name) || w.o.External[catalog.Fold(t.Name)] != nil || !t.WithoutRowID ||
			len(t.Columns) != 2 || len(t.Key) != 2 || len(t.ForeignKeys) != 2 {
			continue
		}
		var models []string
		for _, col := range t.Columns {
			name := strings.TrimSuffix(col.Name, "Id")
			if name == col.Name || identifier(name) != name {
				break
			}
			for _, f := range t.ForeignKeys {
				if len(f.Columns) == 1 && catalog.Same(f.Columns[0], col.Name) && w.c.Table(f.Parent) != nil {
					models = append(models, name)
					if w.called[catalog.Fold(f.Parent)] == "" {
						w.called[catalog.Fold(f.Parent)] = name
					}
				}
			}
		}
		if len(models) == 2 && !catalog.Same(t.ForeignKeys[0].Parent, t.ForeignKeys[1].Parent) &&
			strings.HasPrefix(catalog.Fold(t.Name), catalog.Fold("_"+models[0]+"_"+models[1])) {
			w.joins = append(w.joins, t)
		}
	}
}

func (w *liteWriter) isJoin(t *catalog.Table) bool {
	for _, j := range w.joins {
		if j == t {
			return true
		}
	}
	return false
}

func (w *liteWriter) nameModels() {
	add := func(stored string) *liteModel {
		name := w.called[catalog.Fold(stored)]
		if name == "" {
			name = stored
		}
		m := &liteModel{stored: stored, name: w.declare(name), taken: map[string]bool{}}
		if m.name != stored || strings.ToLower(stored) != stored || w.o.Pluralize {
			m.lines = append(m.lines, "@@map("+quoteLite(stored)+")")
		}
		w.order = append(w.order, m)
		w.models[catalog.Fold(stored)] = m
		return m
	}
	for i := range w.c.Tables {
		t := &w.c.Tables[i]
		if system(t.Name) || w.isJoin(t) {
			continue
		}
		m := add(t.Name)
		m.table, m.external = t, w.o.External[catalog.Fold(t.Name)]
	}
	for i := range w.c.Views {
		v := &w.c.Views[i]
		if strings.HasSuffix(v.Name, "_fts_source") {
			continue
		}
		if len(v.Columns) == 0 {
			w.broken = append(w.broken, v.Name)
			continue
		}
		m := add(v.Name)
		m.isView = true
		m.notes = append(m.notes, "A view: which field is its key cannot be known, and each may be null.")
		for j := range v.Columns {
			c := &v.Columns[j]
			f := m.field(c.Name, c)
			f.typ = plainType(c) + "?"
		}
	}
	for _, x := range w.loose {
		m := add(x.Name)
		m.isView = true
		m.notes = append(m.notes, "A full-text table that Litestone does not keep.")
		m.fields = append(m.fields, &liteField{name: "rowid", typ: "Integer", attrs: []string{"@id"}})
		m.taken["rowid"] = true
		var names []string
		for _, n := range x.Columns {
			f := m.field(n, nil)
			f.typ = "Text?"
			names = append(names, f.name)
		}
		if len(names) > 0 {
			m.lines = append(m.lines, "@@fts(["+strings.Join(names, ", ")+"])")
		}
	}
}

// declare gives a declaration a name of its own.
func (w *liteWriter) declare(name string) string {
	name = identifier(name)
	switch name {
	case "Integer", "Int", "Real", "Float", "Text", "String", "Boolean", "DateTime", "Json", "Blob", "Bytes", "File":
		name += "_"
	}
	out := name
	for n := 2; w.names[catalog.Fold(out)]; n++ {
		out = fmt.Sprintf("%s_%d", name, n)
	}
	w.names[catalog.Fold(out)] = true
	return out
}

// field adds a field for a column; @map keeps the column's name where the field's is another.
func (m *liteModel) field(column string, c *catalog.Column) *liteField {
	f := &liteField{column: c, name: m.free(identifier(column))}
	if f.name != column {
		f.attrs = append(f.attrs, "@map("+quoteLite(column)+")")
	}
	m.fields = append(m.fields, f)
	return f
}

// free gives a field name nobody has yet.
func (m *liteModel) free(name string) string {
	switch name {
	case "AND", "OR", "NOT", "_count", "_sum", "_avg", "_min", "_max", "_stringAgg", "_rank", "_depth", "_via", "_highlight", "_snippet":
		name += "_"
	}
	out := name
	for n := 2; m.taken[catalog.Fold(out)]; n++ {
		out = fmt.Sprintf("%s_%d", name, n)
	}
	m.taken[catalog.Fold(out)] = true
	return out
}

// named gives the field of a column; nil when it is left out.
func (m *liteModel) named(column string) *liteField {
	for _, f := range m.fields {
		if f.column != nil && catalog.Same(f.column.Name, column) {
			return f
		}
	}
	return nil
}

// fieldNames gives the names of the fields of columns; false when one is an expression or left out.
func (m *liteModel) fieldNames(columns []string) (string, bool) {
	var out []string
	for _, c := range columns {
		f := m.named(c)
		if f == nil {
			return "", false
		}
		out = append(out, f.name)
	}
	return strings.Join(out, ", "), true
}

// identifier makes a name a schema takes: letters, digits and _, a letter or _ first.
func identifier(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_':
			b.WriteRune(r)
		case '0' <= r && r <= '9':
			if i == 0 {
				b.WriteByte('x')
			}
			b.WriteRune(r)
		default:
			b.WriteByte('_')
		}
	}
	if b.Len() == 0 || strings.Trim(b.String(), "_") == "" {
		return "x" + b.String()
	}
	return b.String()
}

// quoteLite writes a text literal of the schema language.
func quoteLite(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// write puts everything in order.
func (w *liteWriter) write() string {
	var b strings.Builder
	source := ""
	if w.o.Source != "" {
		source = " from " + oneLine(w.o.Source)
	}
	fmt.Fprintf(&b, "// Made by litestone introspect%s. A database does not know policies, validators, transforms,\n", source)
	b.WriteString("// what a Text means or what a relation is called: look through it and add what you know.\n")
	if len(w.c.Modules) > 0 {
		var names []string
		for _, m := range w.c.Modules {
			names = append(names, oneLine(m.Name)+" ("+oneLine(m.Module)+")")
		}
		fmt.Fprintf(&b, "// Left out, being virtual tables of other modules: %s.\n", strings.Join(names, ", "))
	}
	if len(w.broken) > 0 {
		fmt.Fprintf(&b, "// Left out, being views that name something that is not there: %s.\n", oneLine(strings.Join(w.broken, ", ")))
	}
	if t := w.c.Table("_litestone_sequences"); t != nil {
		b.WriteString("// There are counters of @sequence fields in _litestone_sequences: which fields they scope cannot be known.\n")
	}
	for _, e := range w.enums {
		fmt.Fprintf(&b, "\nenum %s { %s }\n", e.name, strings.Join(e.values, " "))
	}
	for _, m := range w.order {
		b.WriteByte('\n')
		for _, n := range m.notes {
			b.WriteString("// " + oneLine(n) + "\n")
		}
		if len(m.external) > 0 {
			b.WriteString("// @@external: left as it is, since a schema cannot say it or would say it otherwise:\n")
			for _, r := range m.external {
				b.WriteString("//   " + oneLine(r) + "\n")
			}
			b.WriteString("// Without @@external, push makes the table anew by what stands here, and keeps its rows.\n")
		}
		fmt.Fprintf(&b, "model %s {\n", m.name)
		for _, f := range m.fields {
			for _, n := range f.notes {
				b.WriteString("  // " + oneLine(n) + "\n")
			}
			b.WriteString("  " + strings.Join(append([]string{f.name, f.typ}, f.attrs...), " ") + "\n")
		}
		lines := append([]string(nil), m.lines...)
		if len(m.external) > 0 || m.isView {
			lines = append(lines, "@@external")
		}
		sort.SliceStable(lines, func(i, j int) bool { return rank(lines[i]) < rank(lines[j]) })
		for _, l := range lines {
			b.WriteString("  " + l + "\n")
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// rank puts comments last and @@map first.
func rank(line string) int {
	switch {
	case strings.HasPrefix(line, "@@map"):
		return 0
	case strings.HasPrefix(line, "//"):
		return 2
	}
	return 1
}

// oneLine makes any text fit a comment.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
}
