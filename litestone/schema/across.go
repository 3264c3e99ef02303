package schema

import "github.com/litestone-go/orm/litestone/diag"

// A relation may lead into another database. Its foreign key is a plain column: SQLite holds no
// key between two files, and no statement reads both. So what a key does by itself is refused on
// it, and so is what a statement would have to look up over it; its rows are read by a statement
// of their own.

// across reports whether the relation of a field that was declared leads into another database. It
// is asked where the relation itself may be broken.
func (d *fieldDecl) across() bool {
	return d.model != nil && d.host != nil && d.model.Database != d.host.m.Database
}

// apart says where the other model stands, for messages.
func (r *Relation) apart() string {
	return "model " + r.Target.Name + " stands in database " + r.Target.Database.Name + ", this one in " + r.Model.Database.Name
}

// nothingActsAcrossDatabases: no key and no removal reaches into another file.
func (c *checker) nothingActsAcrossDatabases(d *fieldDecl, r *Relation) {
	if r.Kind == ManyToMany {
		c.fail(d.tree.Name.Span, CodeRelationAcrossDatabases, "write a model for the pairs, with a relation to each side", "%s: a join table stands in one file, and %s",
			d.at(), r.apart())
		return
	}
	if u := d.useOf("@relation"); u != nil && r.Kind == BelongsTo {
		for _, name := range []string{"onDelete", "onUpdate"} {
			if arg := u.arg(name); arg != nil {
				c.fail(arg.Span, CodeRelationAcrossDatabases, "leave "+name+" out, and change both sides in one Transaction", "%s: %s needs a foreign key, which stays in its file, and %s",
					d.at(), name, r.apart())
			}
		}
	}
	if u := d.useOf("@hardDelete"); u != nil {
		c.fail(u.attr.Span, CodeRelationAcrossDatabases, "leave it out, and remove both sides in one Transaction", "%s: @hardDelete: a removal stays in its file, and %s", d.at(), r.apart())
	}
}

// lookUp refuses a rule that would look for a row in another database.
func (r *resolver) lookUp(at diag.Span, rel *Relation) Expr {
	hint := "compare its key " + rel.Local[0].Name + ", or keep what the rule asks for in this model"
	if rel.Kind != BelongsTo {
		hint = "keep what the rule asks for in this model"
	}
	return r.fail(at, CodeRelationAcrossDatabases, hint, "the rule looks over the relation %s for a row in another file: model %s stands in database %s",
		rel.Name(), rel.Target.Name, rel.Target.Database.Name)
}
