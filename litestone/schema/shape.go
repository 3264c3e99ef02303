package schema

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// The attributes applied first: keys, columns, databases, visibility.

func applyID(c *checker, u *use) {
	d, md := u.field, u.field.host
	switch {
	case d.f.Optional:
		c.fail(u.attr.Span, CodeOptionalKey, "write "+d.tree.Type.Name.Name+" without the question mark", "%s: a key cannot be optional", d.at())
	case md.keyBy != nil:
		r := c.fail(u.attr.Span, CodeSecondKey, "write @@id([a, b]) for a key of several fields", "%s: the model has a key already", d.at())
		r.Related = []diag.Related{{Message: "the first one", Span: md.keyBy.attr.Span}}
	default:
		md.keyBy = u
		md.m.Key = []*Field{d.f}
		d.f.ID = true
	}
}

func applyBlockID(c *checker, u *use) {
	md := u.model
	if md.keyBy != nil {
		r := c.fail(u.attr.Span, CodeSecondKey, "keep @id or @@id", "%s: the model has a key already", md.at())
		r.Related = []diag.Related{{Message: "the first one", Span: md.keyBy.attr.Span}}
		return
	}
	fields, ok := c.columns(u, "fields")
	if !ok {
		return
	}
	for i, f := range fields {
		if f.Optional {
			c.fail(u.names("fields")[i].Span, CodeOptionalKey, "make the field required", "%s: a key cannot hold the optional field %s", md.at(), f.Name)
		}
		f.ID = true
	}
	md.keyBy, md.m.Key = u, fields
}

// settleKey: a model whose rows are changed one by one has a key; logs and tables of others may
// go without.
func (c *checker) settleKey(md *modelDecl) {
	if len(md.m.Key) == 0 && md.keyBy == nil && !md.m.External && md.m.Database.Driver == SQLite && len(md.m.Fields) > 0 {
		if slices.ContainsFunc(md.fields, func(d *fieldDecl) bool { return hasAttr(d.tree, "id") || d.bad }) ||
			slices.ContainsFunc(md.attrs, func(a attrAt) bool { return a.attr.Name.Name == "id" }) {
			return // reported where it stands
		}
		c.fail(md.tree.Name.Span, CodeModelWithoutKey, "write id Integer @id, or @@id([a, b])", "%s has no key", md.at())
	}
}

// columns resolves a list of names to the model's columns; false when something was reported.
func (c *checker) columns(u *use, arg string) ([]*Field, bool) {
	md := u.model
	if md == nil {
		md = u.field.host
	}
	var out []*Field
	ok := true
	for _, id := range u.names(arg) {
		f := c.column(md, u, id)
		switch {
		case f == nil:
			ok = false
		case slices.Contains(out, f):
			c.fail(id.Span, CodeDuplicateName, "leave one out", "%s: %s: the field %s stands twice", u.at(), u.row.name, f.Name)
			ok = false
		default:
			out = append(out, f)
		}
	}
	return out, ok
}

// column resolves one name to a column of the model; nil when it was reported.
func (c *checker) column(md *modelDecl, u *use, id syntax.Ident) *Field {
	f := md.m.byName[id.Name]
	if f == nil {
		c.fail(id.Span, CodeUnknownField, suggest(id.Name, md.m.columnNames()...), "%s: %s: there is no field %s", u.at(), u.row.name, id.Name)
		return nil
	}
	if !f.Stored() {
		if !md.fields[f.Index].bad {
			c.fail(id.Span, CodeFieldWithoutColumn, columnHint(md, f), "%s: %s: the field %s has no column", u.at(), u.row.name, id.Name)
		}
		return nil
	}
	return f
}

// columnHint names the foreign key of a relation.
func columnHint(md *modelDecl, f *Field) string {
	d := md.fields[f.Index]
	if u := d.useOf("@relation"); u != nil {
		if names := u.names("fields"); len(names) > 0 {
			return "the relation's column is " + names[0].Name
		}
	}
	return ""
}

func (m *Model) columnNames() (names []string) {
	for _, f := range m.Fields {
		if f.Stored() {
			names = append(names, f.Name)
		}
	}
	return names
}

func (m *Model) fieldNames() (names []string) {
	for _, f := range m.Fields {
		names = append(names, f.Name)
	}
	return names
}

func applyMap(c *checker, u *use) {
	name := u.text("column")
	if problem := badIdentifier(name); problem != "" {
		c.fail(u.arg("column").Span, CodeBadName, "", "%s: the column name %s", u.at(), problem)
		return
	}
	u.field.f.Column = name
}

func applyBlockMap(c *checker, u *use) {
	name := u.text("table")
	if problem := badIdentifier(name); problem != "" {
		c.fail(u.arg("table").Span, CodeBadName, "", "%s: the table name %s", u.at(), problem)
		return
	}
	u.model.m.Table, u.model.mapped = name, true
}

// applyWas notes the column a field had before, so that a rename keeps its values.
func applyWas(c *checker, u *use) {
	name := u.text("column")
	if problem := badIdentifier(name); problem != "" {
		c.fail(u.arg("column").Span, CodeBadName, "", "%s: the column name %s", u.at(), problem)
		return
	}
	for _, f := range u.field.host.m.Fields {
		if f.Stored() && strings.EqualFold(f.Column, name) {
			c.fail(u.arg("column").Span, CodeWasIsTaken, "name the column the field had before, or leave @was out",
				"%s: the column %s is that of field %s", u.at(), name, f.Name)
			return
		}
	}
	u.field.f.Was = name
}

// applyBlockWas notes the name a model had before, so that a rename keeps its rows.
func applyBlockWas(c *checker, u *use) {
	name := u.text("table")
	if problem := badIdentifier(name); problem != "" {
		c.fail(u.arg("table").Span, CodeBadName, "", "%s: the table name %s", u.at(), problem)
		return
	}
	for _, md := range c.order {
		if md.m.Name == name {
			c.fail(u.arg("table").Span, CodeWasIsTaken, "name the model as it was before, or leave @@was out",
				"%s: there is a model %s", u.at(), name)
			return
		}
	}
	u.model.m.Was = name
}

// badIdentifier says why SQLite cannot keep a name.
func badIdentifier(name string) string {
	switch {
	case name == "":
		return "is empty"
	case strings.ContainsRune(name, 0):
		return "holds a NUL byte"
	case strings.ToValidUTF8(name, "") != name:
		return "is not valid UTF-8"
	}
	return ""
}

func applyDatabase(c *checker, u *use) {
	name := u.word("database")
	db := c.s.Database(name)
	switch {
	case db == nil:
		var names []string
		for _, d := range c.s.Databases {
			names = append(names, d.Name)
		}
		hint := diag.DidYouMean(name, names...)
		if hint == "" {
			hint = `declare it: database ` + name + ` { path "./` + name + `.db" }`
		}
		c.fail(u.arg("database").Span, CodeUnknownDatabase, hint, "%s: there is no database %s", u.at(), name)
	case db.Driver == Logger:
		c.fail(u.arg("database").Span, CodeModelInLogger, "use a jsonl database for entries of your own",
			"%s: the logger database %s holds audit entries only", u.at(), name)
	default:
		u.model.m.Database = db
	}
}

func applyStrict(c *checker, u *use) {
	if other := u.model.useOf("@@strict"); u.row.name == "@@noStrict" {
		if other != nil {
			c.fail(u.attr.Span, CodeAttributesExclude, "keep one of them", "%s: @@noStrict and @@strict exclude each other", u.at())
		}
		u.model.m.Strict = false
	}
}

func applySubject(c *checker, u *use) {
	for _, md := range c.order {
		if md.m.Subject {
			c.fail(u.attr.Span, CodeSecondSubject, "keep one of them", "%s: model %s is the @@auth model already", u.at(), md.m.Name)
			return
		}
	}
	u.model.m.Subject = true
}

func applyType(c *checker, u *use) {
	name := u.word("type")
	td := c.types[name]
	if td == nil {
		c.fail(u.arg("type").Span, CodeUnknownType, suggest(name, c.declNames("type")...), "%s: @type: there is no type %s", u.at(), name)
		return
	}
	u.field.f.JSONType = td.t
	if !u.boolean("strict", true) {
		// A loose use shares the fields; Schema.Types lists only the strict one.
		if td.loose == nil {
			loose := *td.t
			loose.Strict = false
			td.loose = &loose
		}
		u.field.f.JSONType = td.loose
	}
}

func applyOmit(_ *checker, u *use) { u.field.f.Omit = visibility(u) }

func applyGuarded(_ *checker, u *use) { u.field.f.Guarded = visibility(u) }

func visibility(u *use) Visibility {
	if u.word("where") == "all" {
		return Everywhere
	}
	return Lists
}

func applyEncrypted(_ *checker, u *use) {
	u.field.f.Encrypted = &Encrypted{Searchable: u.boolean("searchable", false), Rotate: u.boolean("rotate", true)}
	u.field.f.Guarded = Everywhere
}

// applySecret: @secret is @encrypted, @guarded(all) and a log of reads and writes where there is
// exactly one logger database to put it.
func applySecret(c *checker, u *use) {
	f := u.field.f
	for _, other := range []string{"@encrypted", "@guarded"} {
		if o := u.field.useOf(other); o != nil {
			c.fail(o.attr.Span, CodeAttributesExclude, "leave "+other+" out: @secret implies it", "%s: %s does not go with @secret", u.at(), other)
		}
	}
	f.Encrypted = &Encrypted{Rotate: u.boolean("rotate", true)}
	f.Guarded, f.Secret = Everywhere, true
	if len(c.loggers) == 1 {
		f.Logs = append(f.Logs, &Log{Database: c.loggers[0], Reads: true, Writes: true, Span: u.attr.Span})
	}
}
