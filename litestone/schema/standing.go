package schema

import "strings"

// mayStandHere: an attribute stands on a field whose type and kind it is made for.
func (c *checker) mayStandHere(u *use) bool {
	d, f, row := u.field, u.field.f, u.row
	if d.bad {
		return false
	}
	if d.typ != nil && !row.inType {
		c.fail(u.attr.Span, CodeAttributeNotInType, "leave it out", "%s: %s does not stand in a type", d.at(), row.name)
		return false
	}
	derived := hasAttr(d.tree, "from")
	// A derived first or last answers a row, whatever type was declared.
	if derived && row.on == 0 && !row.column {
		return true
	}
	if row.on == 0 && f.Type == RelationType || row.on != 0 && !row.on.has(f.Type) {
		c.fail(u.attr.Span, CodeAttributeOnWrongType, row.standsOn(), "%s: %s does not stand on %s", d.at(), row.name, article(d))
		return false
	}
	if f.List && row.lists == singleOnly || !f.List && row.lists == listsOnly {
		c.fail(u.attr.Span, CodeAttributeOnWrongType, row.standsOn(), "%s: %s does not stand on %s", d.at(), row.name, article(d))
		return false
	}
	if row.column && d.typ == nil && f.Column == "" && f.Type != RelationType {
		c.fail(u.attr.Span, CodeAttributeWithoutColumn, "leave it out", "%s: %s wants a stored column, and this field has none", d.at(), row.name)
		return false
	}
	return true
}

func article(d *fieldDecl) string {
	name := d.tree.Type.Name.Name
	if d.f.List {
		return "a list of " + name
	}
	return "type " + name
}

// standsOn says what an attribute is for, as a hint.
func (r *attribute) standsOn() string {
	var names []string
	for s := Text; s <= RelationType; s++ {
		if r.on.has(s) {
			switch s {
			case RelationType:
				names = append(names, "relations")
			case EnumType:
				names = append(names, "enums")
			default:
				names = append(names, s.String())
			}
		}
	}
	what := strings.Join(names, ", ")
	switch {
	case r.on == 0 && r.lists == singleOnly:
		return r.name + " stands on single values, not on relations"
	case r.on == 0 && r.lists == listsOnly, r.lists == listsOnly:
		return r.name + " stands on lists"
	case r.on == 0:
		return r.name + " does not stand on relations"
	}
	return r.name + " stands on " + what
}
