package schema

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
)

// holdRules asks every rule that looks at finished models. Each is a function named as the
// sentence that must hold.
func (c *checker) holdRules() {
	tables, children := c.tablesByName(), c.softChildren()
	for _, md := range c.order {
		c.modelHasColumns(md)
		c.modelIsNotInLogger(md)
		c.jsonlTakesNoSQLiteFeature(md)
		c.ftsTableIsFree(md, tables)
		c.softDeleteReachesItsChildren(md, children[md.m])
		for _, d := range md.fields {
			c.fieldHasOneSource(d)
			c.readOnlyFieldTakesNoInput(d)
			c.keyIsStoredByCallers(d)
			c.encryptedFieldKeepsItsSecret(d)
			c.generatedColumnsEnd(d)
			c.defaultPassesItsValidators(d)
			if r := d.f.Relation; r != nil && r.Kind == BelongsTo {
				c.referencesAreUnique(d, r)
				c.referencesHaveTheirType(d, r)
				if !r.Across {
					c.actionIsPossible(d, r)
				}
			}
			if r := d.f.Relation; r != nil {
				if r.Across {
					c.nothingActsAcrossDatabases(d, r)
				}
				c.hasOneIsUnique(d, r)
			}
		}
	}
	c.joinTablesAreFree(tables)
	for _, t := range c.s.Types {
		for _, d := range c.types[t.Name].fields {
			c.defaultPassesItsValidators(d)
		}
	}
	c.typesEnd()
}

func (c *checker) modelHasColumns(md *modelDecl) {
	if len(md.m.Columns) > 0 || slices.ContainsFunc(md.fields, func(d *fieldDecl) bool { return d.bad }) {
		return
	}
	c.fail(md.tree.Name.Span, CodeModelWithoutColumns, "write at least id Integer @id", "%s has no columns", md.at())
}

// modelIsNotInLogger: where main is a logger, a model names another database.
func (c *checker) modelIsNotInLogger(md *modelDecl) {
	if md.m.Database.Driver == Logger {
		c.fail(md.tree.Name.Span, CodeModelInLogger, "write @@db(other), or let main be an sqlite database", "%s: the logger database %s holds audit entries only", md.at(), md.m.Database.Name)
	}
}

// fieldHasOneSource: a value is given, generated, derived or computed.
func (c *checker) fieldHasOneSource(d *fieldDecl) {
	var first *use
	for _, u := range d.uses {
		switch u.row.name {
		case "@generated", "@computed", "@from", "@function", "@sequence":
			if first != nil && first.row.name != u.row.name {
				c.fail(u.attr.Span, CodeAttributesExclude, "keep one of them", "%s: %s does not go with %s", d.at(), atName(u.attr), atName(first.attr))
			}
			first = u
		}
	}
}

// readOnlyFieldTakesNoInput: what shapes a caller's value is meaningless where callers give none.
func (c *checker) readOnlyFieldTakesNoInput(d *fieldDecl) {
	if !d.f.ReadOnly() {
		return
	}
	for _, u := range d.uses {
		switch u.row.name {
		case "@default", "@updatedAt", "@updatedBy", "@encrypted", "@secret", "@accept", "@keepVersions":
		default:
			if !isInputRule(u.row.name) {
				continue
			}
		}
		c.fail(u.attr.Span, CodeAttributesExclude, "leave it out", "%s: %s has no effect, nobody writes this field", d.at(), u.row.name)
	}
}

func isInputRule(name string) bool {
	return slices.ContainsFunc(validatorAttributes(), func(a attribute) bool { return a.name == name })
}

func (c *checker) keyIsStoredByCallers(d *fieldDecl) {
	if d.f.ID && d.f.Generated != nil {
		c.fail(d.tree.Name.Span, CodeAttributesExclude, "use a column of its own as the key", "%s: a generated column cannot be the key", d.at())
	}
}

// encryptedFieldKeepsItsSecret: what would store or compare the plain text is refused.
func (c *checker) encryptedFieldKeepsItsSecret(d *fieldDecl) {
	f := d.f
	if f.Encrypted == nil {
		return
	}
	at := d.tree.Name.Span
	if f.Default != nil && f.Default.Kind == DefaultLiteral {
		c.fail(at, CodeEncryptedInTheClear, "leave the default out", "%s: a default that stands in the schema is no secret", d.at())
	}
	if f.Unique && !f.Encrypted.Searchable {
		c.fail(at, CodeEncryptedNotComparable, "write @encrypted(searchable: true)", "%s: @unique cannot compare values that are encrypted differently each time", d.at())
	}
	for _, x := range f.Model.Uniques {
		if !f.Unique && !f.Encrypted.Searchable && slices.Contains(x.Fields, f) {
			c.fail(at, CodeEncryptedNotComparable, "write @encrypted(searchable: true)", "%s: @@unique cannot compare values that are encrypted differently each time", d.at())
		}
	}
	for _, r := range f.Model.Relations {
		if r.Kind == BelongsTo && slices.Contains(r.Local, f) {
			c.fail(at, CodeEncryptedNotComparable, "leave the foreign key in the clear", "%s: a foreign key cannot be encrypted", d.at())
		}
	}
	if f.ID {
		c.fail(at, CodeEncryptedNotComparable, "use another key", "%s: a key cannot be encrypted", d.at())
	}
}

// generatedColumnsEnd: no generated column is made of itself by way of others.
func (c *checker) generatedColumnsEnd(d *fieldDecl) {
	if d.f.Generated == nil {
		return
	}
	seen := map[*Field]bool{}
	var reaches func(f *Field) bool
	reaches = func(f *Field) bool {
		if f.Generated == nil || seen[f] {
			return false
		}
		seen[f] = true
		for _, g := range f.Generated.Uses {
			if g == d.f || reaches(g) {
				return true
			}
		}
		return false
	}
	if reaches(d.f) {
		c.fail(d.tree.Name.Span, CodeGeneratedCycle, "make one of them a plain column", "%s: the generated column is made of itself by way of others", d.at())
	}
}

// jsonlTakesNoSQLiteFeature: an append-only file has no keys, triggers or rules to hold.
func (c *checker) jsonlTakesNoSQLiteFeature(md *modelDecl) {
	if md.m.Database.Driver != JSONL {
		return
	}
	say := func(at diag.Span, who, what string) {
		c.fail(at, CodeSQLiteOnly, "leave it out, or put the model into an sqlite database", "%s: %s needs an sqlite database, and %s is %s", who, what, md.m.Database.Name, md.m.Database.Driver)
	}
	for _, u := range md.uses {
		if u.row.sqlite {
			say(u.attr.Span, md.at(), u.row.name)
		}
	}
	for _, d := range md.fields {
		for _, u := range d.uses {
			if u.row.sqlite && !(u.row.name == "@relation" && d.across()) {
				say(u.attr.Span, d.at(), atName(u.attr))
			}
		}
		if d.model != nil && d.useOf("@relation") == nil && !hasAttr(d.tree, "from") && !d.across() {
			say(d.tree.Name.Span, d.at(), "a relation")
		}
	}
}

// softDeleteReachesItsChildren warns where removing a row leaves live children behind.
func (c *checker) softDeleteReachesItsChildren(md *modelDecl, children []string) {
	if len(children) > 0 && md.m.SoftDelete != nil && !md.m.SoftDelete.Cascade {
		c.warn(md.useOf("@@softDelete").attr.Span, CodeSoftDeleteWithoutCascade, "write @@softDelete(cascade) to remove and restore them together",
			"%s: removing a row leaves its rows of %s as they are", md.at(), strings.Join(children, ", "))
	}
}

// softChildren names the soft-deletable models that refer to each model, but for those whose rows
// are deleted for good, and those in another database, which no removal reaches.
func (c *checker) softChildren() map[*Model][]string {
	out := map[*Model][]string{}
	for _, md := range c.order {
		for _, r := range md.m.Relations {
			if r.Kind == BelongsTo && !r.Across && md.m.SoftDelete != nil && !slices.Contains(out[r.Target], md.m.Name) &&
				(r.Inverse == nil || !r.Inverse.Field.HardDelete) {
				out[r.Target] = append(out[r.Target], md.m.Name)
			}
		}
	}
	return out
}

// typesEnd: a type does not contain itself, by way of others either.
func (c *checker) typesEnd() {
	for _, t := range c.s.Types {
		td := c.types[t.Name]
		for _, d := range td.fields {
			if d.f.JSONType != nil && c.typeReaches(d.f.JSONType.Name, t.Name, map[string]bool{}) {
				c.fail(d.useOf("@type").attr.Span, CodeTypeCycle, "use plain Json where it comes again", "%s: the type contains itself", d.at())
			}
		}
	}
}

func (c *checker) typeReaches(from, to string, seen map[string]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	for _, d := range c.types[from].fields {
		if d.f.JSONType != nil && c.typeReaches(d.f.JSONType.Name, to, seen) {
			return true
		}
	}
	return false
}
