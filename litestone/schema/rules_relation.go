package schema

import "slices"

// referencesAreUnique: SQLite refuses every write where a foreign key's parent columns are not a
// key or unique together (https://www.sqlite.org/foreignkeys.html#fk_indexes).
func (c *checker) referencesAreUnique(d *fieldDecl, r *Relation) {
	if r.Target.External || sameSet(r.Target.Key, r.Remote) ||
		slices.ContainsFunc(r.Target.Uniques, func(x *Index) bool { return sameSet(x.Fields, r.Remote) }) {
		return
	}
	if len(r.Target.Key) == 0 && c.models[r.Target.Name].keyBy == nil && r.Target.Writable() {
		return // the missing key was reported
	}
	names := make([]string, len(r.Remote))
	for i, f := range r.Remote {
		names[i] = f.Name
	}
	hint := "write @unique on " + r.Target.Name + "." + names[0]
	if len(names) > 1 {
		hint = "write @@unique over these fields in " + r.Target.Name
	}
	if !r.Target.Writable() {
		hint = "refer to the key of " + r.Target.Name + ": nothing else is unique in an append-only file"
	}
	at := d.useOf("@relation").arg("references").Span
	c.fail(at, CodeReferencesNotUnique, hint, "%s: the references are neither the key of model %s nor unique", d.at(), r.Target.Name)
}

func sameSet(a, b []*Field) bool {
	if len(a) != len(b) {
		return false
	}
	for _, f := range a {
		if !slices.Contains(b, f) {
			return false
		}
	}
	return true
}

// referencesHaveTheirType: the foreign key holds the same kind of value as what it refers to.
func (c *checker) referencesHaveTheirType(d *fieldDecl, r *Relation) {
	fields := d.useOf("@relation").names("fields")
	for i, f := range r.Local {
		to := r.Remote[i]
		if f.Type == to.Type && f.Enum == to.Enum && f.List == to.List || d.host.fields[f.Index].bad || c.models[r.Target.Name].fields[to.Index].bad {
			continue
		}
		c.fail(fields[i].Span, CodeRelationTypes, "give both the same type", "%s: %s is %s and refers to %s.%s, which is %s",
			d.at(), f.Name, f.TypeName(), r.Target.Name, to.Name, to.TypeName())
	}
}

// actionIsPossible: SetNull needs a column that can be null.
func (c *checker) actionIsPossible(d *fieldDecl, r *Relation) {
	for _, arg := range []string{"onDelete", "onUpdate"} {
		u := d.useOf("@relation")
		if u.word(arg) != "SetNull" {
			continue
		}
		for _, f := range r.Local {
			if !f.Optional {
				c.fail(u.arg(arg).Span, CodeSetNullOnRequired, "write "+f.Name+" as optional, or choose another action", "%s: %s: SetNull cannot empty the required field %s", d.at(), arg, f.Name)
				break
			}
		}
	}
}

// hasOneIsUnique warns where nothing keeps a second row from taking the same parent.
func (c *checker) hasOneIsUnique(d *fieldDecl, r *Relation) {
	if r.Kind != HasOne || r.Target.External || sameSet(r.Target.Key, r.Remote) ||
		slices.ContainsFunc(r.Target.Uniques, func(x *Index) bool { return sameSet(x.Fields, r.Remote) }) {
		return
	}
	hint := "write @unique on " + r.Target.Name + "." + r.Remote[0].Name + ", or make this a list"
	if !r.Target.Writable() {
		hint = "make this a list"
	}
	c.warn(d.tree.Name.Span, CodeHasOneNotUnique, hint,
		"%s: several rows of %s may refer to one row", d.at(), r.Target.Name)
}
