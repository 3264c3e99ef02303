package introspect

import (
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/schema"
)

// columns writes the fields, key, uniques, indexes and full-text index of a table.
func (w *liteWriter) columns(m *liteModel) {
	if m.table == nil {
		return
	}
	t := m.table
	m.soft = softDeletes(t)
	for i := range t.Columns {
		c := &t.Columns[i]
		w.column(m, c, m.field(c.Name, c))
	}
	switch {
	case len(t.Key) > 1:
		if names, ok := m.fieldNames(t.Key); ok {
			m.lines = append(m.lines, "@@id(["+names+"])")
		}
	case len(t.Key) == 0:
		m.notes = append(m.notes, "The table has no key: findUnique, update by key and relations need one.")
	}
	if m.soft {
		m.lines = append(m.lines, "@@softDelete")
	}
	if !t.Strict {
		m.lines = append(m.lines, "@@noStrict")
	}
	for i := range t.Indexes {
		w.index(m, &t.Indexes[i])
	}
	for _, k := range t.Checks {
		if k.Column == "" {
			m.notes = append(m.notes, "CHECK ("+k.Expr+") is on the whole table.")
		}
	}
	if f := w.search[catalog.Fold(t.Name)]; f != nil {
		w.fts(m, f)
	}
	m.notes = append(m.notes, passing(t)...)
}

// passing says what the table has now and would not have once it is made anew.
func passing(t *catalog.Table) (out []string) {
	if t.Autoincrement {
		out = append(out, "AUTOINCREMENT: gone once a push makes the table anew.")
	}
	for _, k := range tokenize(t.SQL) {
		if k.is("deferred") {
			return append(out, "Foreign keys are DEFERRABLE INITIALLY DEFERRED, until a push makes the table anew.")
		}
	}
	return out
}

// softDeletes: deletedAt is there, and an index covers the rows where it is null.
func softDeletes(t *catalog.Table) bool {
	c := t.Column("deletedAt")
	if c == nil || c.NotNull || c.Name != "deletedAt" || c.Generated != catalog.NotGenerated {
		return false
	}
	for i := range t.Indexes {
		if t.Indexes[i].Where == "deletedat is null" {
			return true
		}
	}
	return false
}

// column decides about one field.
func (w *liteWriter) column(m *liteModel, c *catalog.Column, f *liteField) {
	key := len(m.table.Key) == 1 && catalog.Same(m.table.Key[0], c.Name)
	inKey := false
	for _, k := range m.table.Key {
		inKey = inKey || catalog.Same(k, c.Name)
	}
	base := w.baseType(m, c, f)
	f.typ = base
	if !c.NotNull && !inKey || c.Generated != catalog.NotGenerated {
		f.typ += "?"
	}
	if key {
		f.attrs = append([]string{"@id"}, f.attrs...)
	}
	for i := range m.table.Indexes {
		if x := &m.table.Indexes[i]; x.Unique && x.Where == "" && len(x.Parts) == 1 && plainPart(x.Parts[0]) && catalog.Same(x.Parts[0].Column, c.Name) &&
			(x.Constraint || !strings.HasPrefix(catalog.Fold(x.Name), "uniq_"+catalog.Fold(m.stored)+"_")) && !key {
			f.attrs = append(f.attrs, "@unique")
			break
		}
	}
	switch {
	case c.Generated != catalog.NotGenerated && !strings.ContainsAny(c.Expr, "{}"):
		stored := ""
		if c.Generated == catalog.Stored {
			stored = ", stored"
		}
		f.attrs = append(f.attrs, "@generated("+quoteLite(c.Expr)+stored+")")
	case c.Generated != catalog.NotGenerated:
		f.notes = append(f.notes, "Generated as "+c.Expr)
	case c.Default != "":
		w.defaultOf(m, c, f, base)
	}
	if c.Collation != "" {
		f.notes = append(f.notes, "COLLATE "+c.Collation)
	}
}

// baseType gives a field's type without its marks. A CHECK tells enums, Booleans, Json and lists;
// of the rest the declared type is all there is to go by.
func (w *liteWriter) baseType(m *liteModel, c *catalog.Column, f *liteField) string {
	for _, k := range m.table.Checks {
		if !catalog.Same(k.Column, c.Name) {
			continue
		}
		name := bareName(c.Name)
		if k.Expr == name+" in(0, 1)" && c.Affinity() == catalog.IntegerAffinity {
			return "Boolean"
		}
		if k.Expr == "json_valid("+name+")" && c.Affinity() == catalog.TextAffinity {
			if c.Default == "'[]'" && c.NotNull {
				f.notes = append(f.notes, "What the list holds cannot be known.")
				return "Text[]"
			}
			f.notes = append(f.notes, "Json, or a list of something: a database does not tell.")
			return "Json"
		}
		if values := enumValues(k.Expr, name); values != nil && c.Affinity() == catalog.TextAffinity {
			f.enum = w.enum(c.Name, values)
			return f.enum.name
		}
		f.notes = append(f.notes, "CHECK ("+k.Expr+")")
	}
	if m.soft && c.Name == "deletedAt" {
		return "DateTime"
	}
	if looksLikeTime(c) && (c.Affinity() == catalog.TextAffinity || c.Affinity() == catalog.NumericAffinity) {
		if isNow(c.Default) || w.o.Dates != nil && w.o.Dates(m.table.Name, c.Name) {
			return "DateTime"
		}
		if c.Affinity() == catalog.NumericAffinity {
			f.notes = append(f.notes, "Declared "+c.Type+", but what is stored is not what Litestone writes: 2026-01-31T10:00:00.000Z")
			return "Text"
		}
	}
	if c.Type == "" {
		f.notes = append(f.notes, "Declared without a type: it may hold anything.")
	}
	if strings.HasPrefix(c.Type, "BOOL") {
		f.notes = append(f.notes, "Declared "+c.Type+": as a Boolean it would have CHECK ("+c.Name+" IN (0, 1)).")
	}
	return plainType(c)
}

func plainType(c *catalog.Column) string {
	if strings.EqualFold(c.Type, "ANY") {
		return "Text"
	}
	switch c.Affinity() {
	case catalog.IntegerAffinity:
		return "Integer"
	case catalog.TextAffinity:
		return "Text"
	case catalog.RealAffinity:
		return "Real"
	case catalog.NumericAffinity:
		if strings.HasPrefix(strings.ToUpper(c.Type), "BOOL") {
			return "Integer"
		}
		return "Real"
	}
	return "Blob"
}

// looksLikeTime goes by the declared type, the name, or the default.
func looksLikeTime(c *catalog.Column) bool {
	t, n := strings.ToUpper(c.Type), c.Name
	return strings.HasPrefix(t, "DATE") || strings.HasPrefix(t, "TIMESTAMP") || isNow(c.Default) ||
		strings.HasSuffix(n, "At") || strings.HasSuffix(catalog.Fold(n), "_at") || strings.HasSuffix(catalog.Fold(n), "date")
}

func isNow(def string) bool { return def == Normal(ddl.Now) }

// enumValues reads `c in('a', 'b')`; nil for anything else, or for a value that is no name.
func enumValues(expr, column string) []string {
	rest, ok := strings.CutPrefix(expr, column+" in")
	if !ok {
		return nil
	}
	tokens := tokenize(rest)
	if len(tokens) < 3 || !tokens[0].is("(") || !tokens[len(tokens)-1].is(")") {
		return nil
	}
	var out []string
	for i, t := range tokens[1 : len(tokens)-1] {
		if i%2 == 1 {
			if !t.is(",") {
				return nil
			}
			continue
		}
		if t.kind != text || t.text[0] != '\'' {
			return nil
		}
		v, _ := quoted(t.text, 0)
		if v == "" || identifier(v) != v || v == "transitions" {
			return nil
		}
		out = append(out, v)
	}
	return out
}

// enum gives the enum of these values, making it where there is none yet.
func (w *liteWriter) enum(column string, values []string) *liteEnum {
	for _, e := range w.enums {
		if strings.Join(e.values, " ") == strings.Join(values, " ") {
			return e
		}
	}
	name := identifier(column)
	e := &liteEnum{name: w.declare(strings.ToUpper(name[:1]) + name[1:]), values: values}
	w.enums = append(w.enums, e)
	return e
}

// defaultOf writes @default where a schema has a word for it.
func (w *liteWriter) defaultOf(m *liteModel, c *catalog.Column, f *liteField, base string) {
	if base == "Text[]" {
		return // a list without a default begins empty
	}
	say := func(v string) { f.attrs = append(f.attrs, "@default("+v+")") }
	for _, g := range generators() {
		if c.Default == g.sql {
			switch {
			case g.name == "now()" && base == "DateTime" && strings.HasPrefix(catalog.Fold(c.Name), "updated"):
				f.attrs = append(f.attrs, "@updatedAt")
			case g.name == "now()" && base != "DateTime" && base != "Text" || g.name != "now()" && base != "Text":
				f.notes = append(f.notes, "DEFAULT ("+c.Default+")")
			default:
				say(g.name)
			}
			return
		}
	}
	isText := strings.HasPrefix(c.Default, "'")
	value := ""
	if isText {
		v, end := quoted(c.Default, 0)
		if end != len(c.Default) {
			isText = false
		}
		value = v
	}
	number := strings.ReplaceAll(c.Default, " ", "")
	_, notNumber := strconv.ParseFloat(number, 64)
	switch {
	case f.enum != nil && isText:
		say(value)
	case base == "Boolean" && (number == "0" || number == "1"):
		say(strconv.FormatBool(number == "1"))
	case (base == "Text" || base == "DateTime" || base == "Json") && isText:
		say(quoteLite(value))
	case (base == "Integer" || base == "Real") && notNumber == nil:
		say(number)
	default:
		f.notes = append(f.notes, "DEFAULT "+c.Default)
	}
}

type generator struct{ name, sql string }

// generators are the defaults Litestone itself writes as SQL.
func generators() []generator {
	var out []generator
	for _, g := range []struct {
		name string
		kind schema.DefaultKind
	}{{"now()", schema.DefaultNow}, {"uuid()", schema.DefaultUUID}, {"ulid()", schema.DefaultULID}, {"cuid()", schema.DefaultCUID}, {"nanoid()", schema.DefaultNanoID}} {
		out = append(out, generator{g.name, Normal(ddl.DefaultSQL(&schema.Field{Default: &schema.Default{Kind: g.kind}}))})
	}
	return out
}

// index writes @@unique and @@index; an index a schema has no word for stands in a comment.
func (w *liteWriter) index(m *liteModel, x *catalog.Index) {
	plain := true
	for _, p := range x.Parts {
		plain = plain && plainPart(p)
	}
	names, ok := m.fieldNames(x.Columns())
	live := m.soft && x.Where == "deletedat is null"
	switch {
	case plain && ok && x.Unique && x.Where == "" && len(x.Parts) == 1 && (x.Constraint || !strings.HasPrefix(catalog.Fold(x.Name), "uniq_"+catalog.Fold(m.stored)+"_")):
		return // @unique
	case plain && ok && x.Unique && x.Where == "":
		m.lines = append(m.lines, "@@unique(["+names+"])")
	case plain && ok && !x.Unique && (x.Where == "" && !m.soft || live):
		m.lines = append(m.lines, "@@index(["+names+"])")
	default:
		sql := x.SQL
		if sql == "" {
			sql = "UNIQUE (" + strings.Join(x.Columns(), ", ") + ")"
		}
		m.lines = append(m.lines, "// stays as it is: "+oneLine(sql))
	}
}

func plainPart(p catalog.Part) bool { return p.Column != "" && !p.Desc && p.Collation == "" }

// fts writes @@fts. Its columns are the fields' own but for the few names FTS5 keeps.
func (w *liteWriter) fts(m *liteModel, f *catalog.FTS) {
	var columns []string
	for _, n := range f.Columns {
		if m.table.Column(n) == nil {
			n = strings.TrimRight(n, "_")
		}
		columns = append(columns, n)
	}
	names, ok := m.fieldNames(columns)
	if !ok {
		return
	}
	tokenizer := ""
	for _, o := range f.Options {
		if v, found := strings.CutPrefix(o, "tokenize="); found {
			tokenizer = ", tokenize: " + quoteLite(v)
		}
	}
	m.lines = append(m.lines, "@@fts(["+names+"]"+tokenizer+")")
}
