package lite2go

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/schema"
)

// modelView is what model.tmpl prints.
type modelView struct {
	head
	Row, Create, Update, Columns, Set string
	RowDoc                            []string
	BaseTag, RowTag                   string
	RowFields                         []member
	CreateFields                      []member
	UpdateFields                      []member
	ColumnFields                      []member
	ColumnValues                      []value
}

func (g *generator) modelFile(m *schema.Model) job {
	n := g.names.models[m]
	im := imports{pkgBun: true, pkgLitestone: true}
	v := modelView{
		Row: n.row, Create: n.create, Update: n.update, Columns: n.columns, Set: n.set,
		RowDoc:  rowDoc(m, n),
		BaseTag: structTag(tag{"bun", bunTable(m, n.alias)}),
		RowTag:  structTag(tag{"bun", "-"}, tag{"json", "-"}),
	}
	foreign := foreignKeys(m)
	for _, f := range m.Fields {
		v.RowFields = append(v.RowFields, g.rowField(f, im))
		if in, ok := g.createField(f, foreign[f], im); ok {
			v.CreateFields = append(v.CreateFields, in)
		}
		if in, ok := g.updateField(f, im); ok {
			v.UpdateFields = append(v.UpdateFields, in)
		}
		typ, expr := g.modelColumn(f, im)
		v.ColumnFields = append(v.ColumnFields, member{Name: n.fields[f], Type: typ})
		v.ColumnValues = append(v.ColumnValues, value{Name: n.fields[f], Expr: expr})
	}
	v.head = g.head(im)
	return job{file: n.file, template: "model.tmpl", view: v}
}

func rowDoc(m *schema.Model, n *modelNames) []string {
	doc := []string{n.row + " is a row of model " + m.Name + "."}
	if m.Auto {
		doc[0] = n.row + " is an entry of log database " + m.Database.Name + "."
	}
	if !bunNamesTable(m) {
		doc = append(doc, "", "Plain bun cannot name its table; use the client.")
	}
	if own := comment(m.Doc); len(own) > 0 {
		doc = append(append(doc, ""), own...)
	}
	facts := modelFacts(m)
	if len(facts) > 0 {
		doc = append(doc, "")
	}
	for _, f := range facts {
		doc = append(doc, "  - "+f)
	}
	return doc
}

// foreignKeys are the columns a relation of the model holds. A create may leave them out, since
// a nested create or connect fills them. A relation into another database takes no nested writes.
func foreignKeys(m *schema.Model) map[*schema.Field]bool {
	out := map[*schema.Field]bool{}
	for _, r := range m.Relations {
		if r.Kind == schema.BelongsTo && !r.Across {
			for _, f := range r.Local {
				out[f] = true
			}
		}
	}
	return out
}

// rowField is a field of the row struct.
func (g *generator) rowField(f *schema.Field, im imports) member {
	out := member{Doc: g.fieldDoc(f), Name: g.names.models[f.Model].rowFields[f], Type: g.rowType(f, im)}
	json := f.Name
	var bun, check string
	switch {
	case f.Relation != nil:
		bun = g.bunRelation(f.Relation)
		json += ",omitempty"
	case f.Computed, !f.Stored() && f.From == nil:
		bun = "-"
	default:
		bun = bunColumn(f)
		if !f.ReadOnly() && f.Encrypted == nil {
			check = validate(f, f.Optional && !nilable(f), zeroIsFilled(f))
		}
	}
	out.Tag = structTag(tag{"bun", bun}, tag{"json", json}, tag{"validate", check})
	return out
}

// zeroIsFilled reports whether the zero value of a row's field may stand for "no value": null, or
// a value that a default or stamp replaces. A required list without items is checked as it is.
func zeroIsFilled(f *schema.Field) bool {
	if f.List {
		return f.Optional || f.Default != nil && f.Default.Kind != schema.DefaultEmptyList
	}
	return f.Default != nil || f.UpdatedAt
}

// createField is a field of the create input, and whether it has one: a plain value where every
// create must give it, else a litestone.Opt, which tells unset, null and a value apart.
func (g *generator) createField(f *schema.Field, foreign bool, im imports) (member, bool) {
	if f.Relation == nil && f.Required() && !foreign && !f.ReadOnly() {
		return member{
			Name: g.names.models[f.Model].fields[f],
			Type: g.valueType(f, im),
			Tag:  structTag(tag{"json", f.Name}, tag{"validate", validate(f, false, false)}),
		}, true
	}
	return g.updateField(f, im)
}

// updateField is a field of the update input, and whether it has one.
func (g *generator) updateField(f *schema.Field, im imports) (member, bool) {
	out := member{Name: g.names.models[f.Model].fields[f], Tag: structTag(tag{"json", f.Name + ",omitzero"})}
	switch {
	case f.Relation != nil && f.Relation.Across:
		return member{}, false
	case f.Relation != nil:
		out.Type = "litestone.Nest"
	case f.ReadOnly() || !f.Stored():
		return member{}, false
	default:
		out.Type = "litestone.Opt[" + g.valueType(f, im) + "]"
	}
	return out, true
}

// modelColumn is a typed column of the model's set: its type and the call that makes it.
func (g *generator) modelColumn(f *schema.Field, im imports) (typ, expr string) {
	typ, call := g.columnType(f, im)
	return typ, call + "(" + strconv.Quote(f.Model.Accessor) + ", " + strconv.Quote(f.Name) + ", " + strconv.Itoa(f.Index) + ")"
}
