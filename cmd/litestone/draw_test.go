package main_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// Names that mean something to SQL, Go, bun or the language itself stand beside plain ones.
var (
	drawnModels = []string{"users", "order", "Group", "select", "index", "client", "type", "news", "apiKeys", "rowid", "table_2", "Model"}
	drawnFields = []string{"name", "from", "order", "Count", "rowid", "json", "func", "error", "key", "value", "x1", "a_b", "isOpen", "as", "row", "data", "where", "oid"}
	drawnEnums  = []string{"Role", "State", "Kind"}
	drawnTypes  = []string{"Place", "Range"}
	drawnTraits = []string{"Stamped", "Named"}
)

// scalarLines are the columns a model or trait may have; %s is the name.
var scalarLines = []string{
	"%s Text", "%s Text?", `%s Text @default("it's \"odd\" ` + "`x`" + `")`, "%s Text @trim @lower @length(1, 40)", `%s Text? @regex("^[a-z|,]+$", "letters")`,
	"%s Text? @email", "%s Text? @url @endsWith(\".org\")", "%s Text? @phone", "%s Text? @date", "%s Text? @datetime", "%s Text @slug @default(\"x\")",
	"%s Text @default(uuid())", "%s Text @default(ulid())", "%s Text @default(nanoid())", "%s Text @default(cuid())", "%s Text @markdown",
	"%s Integer", "%s Integer? @gt(-1.5) @lte(9)", "%s Integer @default(-7)", "%s Integer? @updatedBy", "%s Integer? @default(auth().id)",
	"%s Real", "%s Real? @gte(0) @lt(0.5)", "%s Real @default(1e-3)", "%s Boolean", "%s Boolean @default(true)", "%s Boolean?",
	"%s DateTime", "%s DateTime? ", "%s DateTime @default(now())", "%s DateTime @updatedAt", `%s DateTime @default("2026-01-31")`,
	"%s Json", "%s Json?", `%s Json @default("{\"a\": [1]}")`, "%s Blob", "%s Blob?", "%s Text[]", "%s Integer[]?", "%s Real[] @maxItems(3)", "%s Text[] @minItems(0) @uniqueItems",
	"%s Text? @omit", "%s Text? @omit(all)", "%s Text? @guarded", "%s Text? @allow('read', auth() != null)", "%s Text @unique", "%s Integer? @unique",
	`%s Text @map("odd \"col\" umn")`, `%s Integer @map("group")`, "%s Text @computed",
	"%s Text? @encrypted", "%s Text? @encrypted(searchable: true)", "%s Text @encrypted(rotate: false)", "%s Text? @secret",
}

// drawer writes one schema.
type drawer struct {
	t      *rapid.T
	b      strings.Builder
	enums  []string
	types  []string
	traits []string
	models []string
	slug   bool // there is a function shout(x)
}

func (d *drawer) one(n int) bool { return rapid.IntRange(1, n).Draw(d.t, "one") == n }

func (d *drawer) pick(from []string) string { return rapid.SampledFrom(from).Draw(d.t, "pick") }

func (d *drawer) some(from []string, least int) []string {
	return rapid.Permutation(from).Draw(d.t, "order")[:rapid.IntRange(least, len(from)).Draw(d.t, "n")]
}

func (d *drawer) line(format string, args ...any) { fmt.Fprintf(&d.b, format+"\n", args...) }

// drawSchema writes a schema of a few declarations of every sort. Most hold.
func drawSchema(t *rapid.T) string {
	d := &drawer{t: t}
	if d.one(3) {
		d.line(`database main { path "./app.db" }`)
	}
	d.enums, d.types, d.traits = d.some(drawnEnums, 0), d.some(drawnTypes, 0), d.some(drawnTraits, 0)
	d.models = rapid.Permutation(drawnModels).Draw(t, "models")[:rapid.IntRange(1, 4).Draw(t, "n")]
	if d.slug = d.one(2); d.slug {
		d.line("function shout(x: Text): Text { @@expr(\"upper({x}) || '!'\") }")
	}
	for _, e := range d.enums {
		d.enum(e)
	}
	for i, name := range d.types {
		d.jsonType(i, name)
	}
	for i, name := range d.traits {
		d.line("trait %s {", name)
		d.line("  "+d.pick(scalarLines), fmt.Sprintf("trait%d", i))
		if i > 0 && d.one(2) {
			d.line("  @@trait(%s)", d.traits[0])
		}
		d.line("}")
	}
	for i := range d.models {
		d.model(i)
	}
	return d.b.String()
}

func (d *drawer) enum(name string) {
	values := d.some([]string{"a", "open", "Done", "in_2", "default"}, 1)
	d.line("/// One of %s.\nenum %s {\n  %s", strings.Join(values, ", "), name, strings.Join(values, "\n  "))
	if len(values) > 1 && d.one(2) {
		d.line("  transitions {\n    go: %s -> %s\n    back: [%s] -> %s\n  }", values[0], values[1], strings.Join(values[1:], ", "), values[0])
	}
	d.line("}")
}

func (d *drawer) jsonType(i int, name string) {
	d.line("type %s {", name)
	for j, f := range d.some(drawnFields[:6], 1) {
		lines := []string{"%s Text", "%s Text? @trim @length(1, 9)", "%s Integer @default(3)", "%s Real? @gte(0.5)", "%s Boolean @default(false)", "%s Text[]", "%s Json?", "%s DateTime?"}
		if len(d.enums) > 0 {
			lines = append(lines, "%s "+d.enums[0], "%s "+d.enums[0]+"?")
		}
		if i > 0 && j == 0 {
			lines = []string{"%s Json? @type(" + d.types[0] + ")"}
		}
		d.line("  "+d.pick(lines), f)
	}
	d.line("}")
}

// keyOf is the type of a model's key: a foreign key must have the same.
func keyOf(model string) string {
	if model == "news" || model == "type" {
		return "Text"
	}
	return "Integer"
}

func (d *drawer) model(i int) {
	name := d.models[i]
	d.line("/// Of %s.\nmodel %s {", name, name)
	if keyOf(name) == "Text" {
		d.line("  id Text @id @default(ulid())")
	} else {
		d.line("  id Integer @id")
	}
	var texts, columns []string
	for _, f := range rapid.Permutation(drawnFields).Draw(d.t, "fields")[:rapid.IntRange(1, 6).Draw(d.t, "n")] {
		format := d.pick(scalarLines)
		if len(d.enums) > 0 && d.one(5) {
			e := d.pick(d.enums)
			format = "%s " + d.pick([]string{e, e + "?", e + "[]"})
		}
		if len(d.types) > 0 && d.one(6) {
			format = "%s " + d.pick([]string{"Json", "Json?"}) + " @type(" + d.pick(d.types) + d.pick([]string{"", ", strict: false"}) + ")"
		}
		d.line("  "+format, f)
		if strings.Contains(format, "@computed") || strings.Contains(format, "@updatedAt") {
			continue // no column, or one value for all rows of a write
		}
		if columns = append(columns, f); strings.HasPrefix(format, "%s Text") && !strings.Contains(format, "[]") && !strings.Contains(format, "@encrypted") && !strings.Contains(format, "@secret") {
			texts = append(texts, f)
		}
	}
	if len(texts) > 0 && d.one(2) {
		lines := []string{"  made Text @generated(\"lower({%s})\")", "  made Text? @generated(\"nullif(trim({%s}), '')\", stored)"}
		if d.slug {
			lines = append(lines, "  made Text @shout(%s)")
		}
		d.line(d.pick(lines), texts[0])
	}
	d.relations(i)
	if d.one(3) {
		d.line("  number Integer @sequence(scope: id)")
	}
	if len(d.traits) > 0 && d.one(2) {
		d.line("  @@trait(%s)", d.pick(d.traits))
	}
	if len(texts) > 0 && d.one(2) {
		d.line("  @@fts([%s])", strings.Join(d.some(texts, 1), ", "))
	}
	if len(columns) > 0 && d.one(2) {
		d.line("  @@%s([%s])", d.pick([]string{"index", "unique"}), strings.Join(d.some(columns, 1), ", "))
	}
	if d.one(2) {
		d.line("  deletedAt DateTime?\n  @@softDelete%s", d.pick([]string{"", "(cascade)"}))
	}
	if d.one(3) {
		d.line("  @@allow('read', id == auth().id || auth().role == 'admin')\n  @@deny('delete', auth() == null, \"sign in\")")
	}
	if i > 0 && d.one(3) {
		d.line("  @@allow('update', %s)", d.pick([]string{"check(parent)", "check(parent, 'read')", "parent == auth()", "parentId == auth().id && parent != null", "check(" + d.models[0] + ", id == auth().id)"}))
	}
	if d.one(6) {
		d.line("  @@gate(%q)", d.pick([]string{"0", "1.3.4.6", "2.4"}))
	}
	if d.one(5) {
		d.line("  @@noStrict")
	}
	if d.one(5) {
		d.line("  @@map(\"table of %s\")", name)
	}
	d.line("}")
}

// relations gives a model a parent, children, a tree of its own and a many-to-many side. Every
// model may have the one before it as its parent; the two sides must agree, so that no draw decides.
func (d *drawer) relations(i int) {
	name := d.models[i]
	if i > 0 {
		parent := d.models[i-1]
		d.line("  parent %s? @relation(\"up%d\", fields: [parentId], references: [id]%s)\n  parentId %s?", parent, i,
			d.pick([]string{"", ", onDelete: Cascade", ", onDelete: SetNull", ", onDelete: Restrict"}), keyOf(parent))
	}
	if i+1 < len(d.models) {
		child := d.models[i+1]
		d.line("  children %s[] @relation(\"up%d\")", child, i+1)
		d.line("  %s", d.pick([]string{
			"", "howMany Integer @from(children, count: true)", "latest " + child + "? @from(children, last: true)",
			"anyChild Boolean @from(children, exists: true, where: \"1 = 1\")", "topChild " + keyOf(child) + "? @from(children, max: id)",
		}))
	}
	if i < 2 && len(d.models) > 1 {
		d.line("  friends %s[]", d.models[1-i])
	}
	if d.one(3) {
		d.line("  boss %[1]s? @relation(\"tree\", fields: [bossId], references: [id])\n  bossId %[2]s?\n  staff %[1]s[] @relation(\"tree\")", name, keyOf(name))
	}
}
