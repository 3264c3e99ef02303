package write

import (
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// row is one row on its way to the database.
type row struct {
	m      *model
	vals   []query.Value // by field index
	state  []state       // by field index
	nested []nested
	path   string // the relations that lead to the row, "" at the top
	spot   spot
	create bool
	sealed bool // encrypted already
	judged bool // write rules are judged on the stored row, by the statement
}

// state is where a column's value comes from.
type state uint8

const (
	absent state = iota
	given        // by the caller, or copied from what he gave: it is checked
	filled       // by a default, a stamp or the parent of a nested row
)

// nested is one operation on the rows of a relation.
type nested struct {
	*query.Nested
	relation *schema.Relation
	create   *row
	update   *row
	gone     *place // the row a to-one delete is about
}

func (r *row) clear() {
	clear(r.vals)
	clear(r.state)
	clear(r.nested)
	r.nested, r.m, r.spot = r.nested[:0], nil, spot{}
}

func (r *row) put(f *schema.Field, v query.Value, s state) {
	r.vals[f.Index], r.state[f.Index] = v, s
}

// has reports whether the row carries a value for a field, null included.
func (r *row) has(f *schema.Field) bool { return r.state[f.Index] != absent }

// newRow gives an empty row, from an earlier call where there is one.
func (k *work) newRow(m *model, create bool, path string) *row {
	if k.used == len(k.rows) {
		k.rows = append(k.rows, &row{})
	}
	r := k.rows[k.used]
	k.used++
	n := len(m.Fields)
	if cap(r.vals) < n {
		r.vals, r.state = make([]query.Value, n), make([]state, n)
	}
	r.vals, r.state = r.vals[:n], r.state[:n]
	r.m, r.create, r.path, r.judged, r.sealed = m, create, path, false, false
	return r
}

// take reads the caller's values of a row and of all rows nested in it, transforms and checks
// them. What is wrong is collected in k.issues; refused says so.
func (k *work) take(m *model, d *query.Data, create bool, path string, at spot) *row {
	r := k.newRow(m, create, path)
	r.spot = at
	before := len(k.issues)
	for _, i := range d.Issues {
		i.Path = join(path, i.Path)
		k.issues = append(k.issues, i)
	}
	for i := range d.Set {
		a := &d.Set[i]
		f, err := a.Ref.Field(m.Model)
		if err != nil {
			k.fail(err)
			continue
		}
		if f.ReadOnly() || !f.Stored() {
			k.issues.add(path, f.Name, "", "is computed and takes no value")
			continue
		}
		r.put(f, a.Value, given)
	}
	if create {
		for _, f := range m.copies {
			if from := f.Default.Field; !r.has(f) && r.has(from) {
				r.put(f, r.vals[from.Index], given)
			}
		}
	}
	for _, f := range m.Columns {
		if r.state[f.Index] == given && m.checked[f.Index] {
			k.check(r, f)
		}
	}
	for i := before; i < len(k.issues); i++ {
		k.issues[i].At = r.spot.at()
	}
	for i := range d.Nested {
		n := &d.Nested[i]
		f, err := n.Ref.Field(m.Model)
		if err != nil {
			k.fail(err)
			continue
		}
		if f.Relation == nil || f.Relation.Target.Database != m.Database {
			k.fail(plan.Fault(m.Model, join(path, f.Name), "takes no nested writes: its rows are not in this database"))
			continue
		}
		x := nested{Nested: n, relation: f.Relation}
		below := k.e.models[f.Relation.Target.Index]
		if n.Create != nil {
			x.create = k.take(below, n.Create, true, join(path, f.Name), spot{up: r, in: n})
		}
		if n.Update != nil {
			x.update = k.take(below, n.Update, false, join(path, f.Name), spot{up: r, in: n})
		}
		r.nested = append(r.nested, x)
	}
	k.wonder(r)
	return r
}

// fail notes the first error that is no failing value.
func (k *work) fail(err error) {
	if k.failed == nil {
		k.failed = err
	}
}

// check transforms a value and asks its validators.
func (k *work) check(r *row, f *schema.Field) {
	v := &r.vals[f.Index]
	if v.IsNull() {
		return
	}
	*v = transform(f, *v)
	k.validate(f, v, r.path)
}

// sets are the row's columns with their new values, in table order.
func sets(r *row, dst []plan.Given) []plan.Given {
	for _, f := range r.m.Columns {
		switch r.state[f.Index] {
		case absent:
		case given:
			dst = append(dst, plan.Given{Field: f, Value: r.vals[f.Index], Rules: r.judged && r.m.ruled[f.Index]})
		default:
			dst = append(dst, plan.Given{Field: f, Value: r.vals[f.Index]})
		}
	}
	return dst
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
