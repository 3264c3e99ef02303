package schema

import (
	"slices"
	"strings"
)

func applyUnique(_ *checker, u *use) {
	f := u.field.f
	if len(f.Model.Key) == 1 && f.Model.Key[0] == f {
		return // a key is unique
	}
	f.Unique = true
	f.Model.Uniques = append(f.Model.Uniques, &Index{Fields: []*Field{f}, Unique: true, Span: u.attr.Span})
}

func applyBlockUnique(c *checker, u *use) {
	if fields, ok := c.columns(u, "fields"); ok && !c.indexedAlready(u, u.model.m.Uniques, fields) {
		u.model.m.Uniques = append(u.model.m.Uniques, &Index{Fields: fields, Unique: true, Span: u.attr.Span})
	}
}

// applyIndex makes an index; of a soft-delete model it covers live rows only (SPEC "Database").
func applyIndex(c *checker, u *use) {
	m := u.model.m
	if fields, ok := c.columns(u, "fields"); ok && !c.indexedAlready(u, m.Indexes, fields) {
		m.Indexes = append(m.Indexes, &Index{Fields: fields, Live: u.model.useOf("@@softDelete") != nil, Span: u.attr.Span})
	}
}

// indexedAlready: the same index twice is a mistake, unless a trait brought it.
func (c *checker) indexedAlready(u *use, have []*Index, fields []*Field) bool {
	i := slices.IndexFunc(have, func(x *Index) bool { return slices.Equal(x.Fields, fields) })
	if i < 0 {
		return false
	}
	inTrait := slices.ContainsFunc(u.model.uses, func(o *use) bool { return o.attr.Span == have[i].Span && o.trait != nil })
	if u.trait == nil && !inTrait {
		c.duplicateAttr(u.at(), u.attr, u.attr)
		c.errs[len(c.errs)-1].Related[0].Span = have[i].Span
	}
	return true
}

// indexSearchables gives each searchable field an index over its search tokens, where none begins
// with it: searching is what it is for.
func (md *modelDecl) indexSearchables() {
	m := md.m
	for _, f := range m.Columns {
		if f.Encrypted == nil || !f.Encrypted.Searchable {
			continue
		}
		begins := func(x *Index) bool { return x.Fields[0] == f }
		if !slices.ContainsFunc(m.Uniques, begins) && !slices.ContainsFunc(m.Indexes, begins) {
			m.Indexes = append(m.Indexes, &Index{Fields: []*Field{f}, Live: md.useOf("@@softDelete") != nil, Span: f.Span})
		}
	}
}

// nameIndexes gives every index a name that no table or index of its database has: idx_ or uniq_,
// table, columns; where two meet, the later one takes _2, _3, …
func (c *checker) nameIndexes() {
	taken := map[*Database]map[string]bool{}
	for _, db := range c.s.Databases {
		taken[db] = map[string]bool{}
	}
	for _, m := range c.s.Models {
		taken[m.Database][strings.ToLower(m.Table)] = true
	}
	for _, m := range c.s.Models {
		for _, list := range [][]*Index{m.Uniques, m.Indexes} {
			for _, x := range list {
				if x.Unique && len(x.Fields) == 1 && x.Fields[0].Unique && x.Fields[0].Encrypted == nil && isInline(m, x) {
					continue // stands in the table
				}
				x.Name = numberedName(indexName(m, x), func(name string) bool { return taken[m.Database][strings.ToLower(name)] })
				taken[m.Database][strings.ToLower(x.Name)] = true
			}
		}
	}
}

// isInline tells the index of @unique from one of @@unique over the same field.
func isInline(m *Model, x *Index) bool {
	return x.Span.Start >= x.Fields[0].Span.Start && x.Span.End <= x.Fields[0].Span.End && x.Span.File == x.Fields[0].Span.File
}

func indexName(m *Model, x *Index) string {
	name := "idx_" + m.Table
	if x.Unique {
		name = "uniq_" + m.Table
	}
	for _, f := range x.Fields {
		name += "_" + f.Column
	}
	return name
}

// applyFTS makes the full-text index (SPEC "Database": external content, any column names).
func applyFTS(c *checker, u *use) {
	md, m := u.model, u.model.m
	fields, ok := c.columns(u, "fields")
	for i, f := range fields {
		if ok && (f.Type != Text || f.List || f.Encrypted != nil) {
			hint := "index Text fields only"
			if f.Encrypted != nil {
				hint = "an encrypted text cannot be searched by its words"
			}
			c.fail(u.names("fields")[i].Span, CodeFTSOnWrongType, hint, "%s: @@fts: the field %s holds no plain text", md.at(), f.Name)
			return
		}
	}
	if !ok {
		return
	}
	m.FTS = &FTS{Fields: fields, Tokenizer: u.text("tokenize"), Span: u.attr.Span}
}

// settleFTS names the index table and finds the column that leads to the row.
func (c *checker) settleFTS(md *modelDecl) {
	m := md.m
	if m.FTS == nil {
		return
	}
	m.FTS.Table = m.Table + "_fts"
	if m.External {
		m.FTS.Table = m.Table // the model is the full-text table itself
	}
	if k := m.IntegerKey(); k != nil {
		m.FTS.RowID = k.Column
		return
	}
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		if !slices.ContainsFunc(m.Columns, func(f *Field) bool { return strings.EqualFold(f.Column, name) }) {
			m.FTS.RowID = name
			return
		}
	}
	c.fail(m.FTS.Span, CodeFTSWithoutRowID, "rename one of the columns rowid, _rowid_ and oid, or use an Integer @id",
		"%s: @@fts finds no way to a row: all names of SQLite's row number are columns", md.at())
}

// applySoftDelete: remove stamps deletedAt, so it must be there, a DateTime, and empty in live rows.
func applySoftDelete(c *checker, u *use) {
	md := u.model
	f := md.m.byName["deletedAt"]
	if f == nil || f.Type != DateTime || !f.Optional || f.List || !f.Stored() {
		at := u.attr.Span
		if f != nil && md.fields[f.Index].trait == nil {
			at = f.Span
		}
		c.fail(at, CodeSoftDeleteWithoutStamp, "write deletedAt DateTime?", "%s: @@softDelete needs a field deletedAt of type DateTime?", md.at())
		return
	}
	md.m.SoftDelete = &SoftDelete{Field: f, Cascade: u.word("cascade") == "cascade"}
}
