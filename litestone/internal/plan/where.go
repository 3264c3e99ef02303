package plan

import (
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// whereBuilder turns a caller's condition into SQL over one table.
type whereBuilder struct {
	*builder
	trusted bool                      // schema or client code, not a caller: every field may be tested
	source  func(*query.Value) Source // nil: the call's slots
	names   map[string]Expr           // what can be sorted by beside fields: windows, _depth, _rank
	hiding  bool                      // values belong to a confidential field
}

// caller is the builder for what a caller asks: fields he may not read may not be tested.
func (b *builder) caller() *whereBuilder { return &whereBuilder{builder: b, trusted: b.env.System} }

// hide marks the values that follow, until the function it answers is called, as those of a confidential
// field. sqlgen marks what meets such a field's column; this marks them where there is none: a caller
// who may not read the field compares NULL, and gaps between groups have columns of their own.
func (w *whereBuilder) hide(confidential bool) (done func()) {
	was := w.hiding
	w.hiding = was || confidential
	return func() { w.hiding = was }
}

func (w *whereBuilder) param(v *query.Value) Param {
	src := Source{}
	if w.source != nil {
		src = w.source(v)
	} else {
		src = w.slot(v)
	}
	src.Hidden = w.hiding
	return Param{src}
}

// slot finds a call's value by its address.
func (b *builder) slot(p any) Source {
	n, ok := b.slots[p]
	if !ok {
		panic("litestone: a value of the call was not collected")
	}
	return Source{Kind: FromSlot, Slot: n}
}

// where builds a condition; nil stands for "all".
func (w *whereBuilder) where(t *Table, m *schema.Model, c *query.Cond) (Expr, error) {
	switch c.Op {
	case query.OpAnd:
		var all All
		for i := range c.Kids {
			if c.Kids[i].Empty() {
				continue
			}
			e, err := w.where(t, m, &c.Kids[i])
			if err != nil {
				return nil, err
			}
			all = append(all, e)
		}
		if len(all) == 0 {
			return one, nil
		}
		return all, nil
	case query.OpOr:
		var any Any
		for i := range c.Kids {
			if c.Kids[i].Empty() {
				continue
			}
			e, err := w.where(t, m, &c.Kids[i])
			if err != nil {
				return nil, err
			}
			any = append(any, e)
		}
		if len(any) == 0 {
			return one, nil
		}
		return any, nil
	case query.OpNot:
		all := query.Cond{Op: query.OpAnd, Kids: c.Kids}
		if all.Empty() {
			return one, nil
		}
		e, err := w.where(t, m, &all)
		return Not{e}, err
	case query.OpRaw:
		return w.raw(t, m, c.Raw)
	case query.OpSome, query.OpEvery, query.OpNone, query.OpIs, query.OpIsNot:
		return w.relation(t, m, c)
	}
	return w.compare(t, m, c)
}

// raw takes in a trusted fragment. It names columns without their table, so where other tables
// stand beside its own it is asked in a scope that has the row's own table only.
func (w *whereBuilder) raw(t *Table, m *schema.Model, f *query.Fragment) (Expr, error) {
	if f.Err != nil {
		return nil, f.Err
	}
	if problem := f.Broken(); problem != "" {
		return nil, Fault(m, "$raw", "the SQL expression "+problem)
	}
	r := Raw{SQL: f.SQL}
	for i := range f.Args {
		src := w.param(&f.Args[i]).Source
		src.Hidden = w.env.Discreet // nobody knows which columns it meets
		r.Args = append(r.Args, src)
	}
	if !t.crowded || len(m.Key) == 0 {
		return r, nil
	}
	// The row is guarded where it was opened; this only looks at it again.
	self, guards, err := w.open(m, true, reach{op: schema.Read, withDeleted: true, trusted: true})
	if err != nil {
		return nil, err
	}
	return Exists{Sub: &Select{&Body{Out: []Output{{Expr: one}}, From: self, Where: append(append(sameRow(m, t, self), guards...), r)}}}, nil
}

// sameRow says that two tables of a model stand on one row.
func sameRow(m *schema.Model, a, b *Table) (all All) {
	for _, k := range m.Key {
		all = append(all, Binary{"=", b.column(k), a.column(k)})
	}
	return all
}

// compare builds a comparison of one field.
func (w *whereBuilder) compare(t *Table, m *schema.Model, c *query.Cond) (Expr, error) {
	f, err := c.Ref.Field(m)
	if err != nil {
		return nil, err
	}
	defer w.hide(f.Confidential())()
	if f.Encrypted != nil {
		return w.encrypted(t, f, c)
	}
	if !w.trusted {
		if err := w.testable(t, f); err != nil {
			return nil, err
		}
	}
	x, err := w.value(t, f)
	if err != nil {
		return nil, err
	}
	x = jsonPath(x, c.Path)
	if f.Inside(c.Path).List {
		return w.list(x, m, f, c)
	}
	if f.Type == schema.Json && len(c.Path) == 0 && c.Value.Kind() == query.KindText {
		// Documents compare in SQLite's own minified form.
		switch c.Op {
		case query.OpEq:
			return Binary{"=", x, Call{Name: "json", Args: []Expr{w.param(&c.Value)}}}, nil
		case query.OpNe:
			return Binary{"<>", x, Call{Name: "json", Args: []Expr{w.param(&c.Value)}}}, nil
		}
	}
	if e := w.comparison(x, c.Op, &c.Value, c.List); e != nil {
		return e, nil
	}
	return nil, Fault(m, f.Name, "array operators work on list fields, and "+f.Name+" is not one")
}

// comparison compares a single value by a scalar operator; nil for any other operator.
func (w *whereBuilder) comparison(x Expr, op query.Op, v *query.Value, list []query.Value) Expr {
	switch op {
	case query.OpEq:
		if v.IsNull() {
			return IsNull{X: x}
		}
		return Binary{"=", x, w.param(v)}
	case query.OpNe:
		if v.IsNull() {
			return IsNull{X: x, Negate: true}
		}
		return Binary{"<>", x, w.param(v)}
	case query.OpLt:
		return Binary{"<", x, w.param(v)}
	case query.OpLte:
		return Binary{"<=", x, w.param(v)}
	case query.OpGt:
		return Binary{">", x, w.param(v)}
	case query.OpGte:
		return Binary{">=", x, w.param(v)}
	case query.OpIn:
		return w.in(x, list, false)
	case query.OpNotIn:
		if len(list) == 0 {
			return one
		}
		return Any{w.in(x, list, true), IsNull{X: x}}
	case query.OpContains:
		return w.like(x, v, "%", "%")
	case query.OpStartsWith:
		return w.like(x, v, "", "%")
	case query.OpEndsWith:
		return w.like(x, v, "%", "")
	}
	return nil
}

// value is a field's value as SQL: its column, or a derived field's subquery.
func (b *builder) value(t *Table, f *schema.Field) (Expr, error) {
	if f.From != nil {
		return b.derived(t, f)
	}
	if !f.Stored() {
		return nil, &liteerr.Error{Code: liteerr.Validation, Model: f.Model.Accessor, Fields: []string{f.Name},
			Message: "the field is computed after the query and cannot be tested or sorted by"}
	}
	return t.column(f), nil
}

func (w *whereBuilder) in(x Expr, list []query.Value, negate bool) Expr {
	if len(list) == 0 {
		return zero
	}
	if w.source == nil && listLen(len(list)) == asJSON {
		return InJSON{X: x, Array: w.param(&list[0]), Negate: negate}
	}
	in := In{X: x, Negate: negate}
	for _, p := range w.members(list) {
		in.List = append(in.List, p)
	}
	return in
}

// members are the values of a list as parameters: of a call as many as its shape has room for, since
// calls with other lists of that length share the statement.
func (w *whereBuilder) members(list []query.Value) []Param {
	n := len(list)
	if w.source == nil {
		n = listLen(n)
	}
	out := make([]Param, 0, n)
	for i := range list {
		out = append(out, w.param(&list[i]))
	}
	for i := len(list); i < n; i++ {
		p := out[len(list)-1]
		p.Source.Slot += i - len(list) + 1
		out = append(out, p)
	}
	return out
}

func (w *whereBuilder) like(x Expr, v *query.Value, before, after string) Expr {
	s := w.param(v).Source
	if s.Kind == FromConst {
		return Like{x, constant(LikePattern(s.Const, before, after))}
	}
	s.Kind, s.Before, s.After = FromLike, before, after
	return Like{x, Param{s}}
}

// LikePattern makes a LIKE pattern, escaped by a backslash, from a value's text. To LIKE a NUL ends
// the pattern, so that contains would match whatever the text before it does; escaped, it makes the
// pattern match nothing.
func LikePattern(v query.Value, before, after string) query.Value {
	if v.IsNull() {
		return v
	}
	s := v.Str()
	out := make([]byte, 0, len(s)+8)
	out = append(out, before...)
	for i := range len(s) {
		switch s[i] {
		case '%', '_', '\\', 0:
			out = append(out, '\\')
		}
		out = append(out, s[i])
	}
	return query.Text(string(append(out, after...)))
}

// list builds an operator of a list field.
func (w *whereBuilder) list(x Expr, m *schema.Model, f *schema.Field, c *query.Cond) (Expr, error) {
	switch c.Op {
	case query.OpHas:
		return EachHas{x, w.param(&c.Value)}, nil
	case query.OpHasEvery:
		if len(c.List) == 0 {
			return one, nil
		}
		var all All
		for i := range c.List {
			all = append(all, EachHas{x, w.param(&c.List[i])})
		}
		return all, nil
	case query.OpHasSome:
		if len(c.List) == 0 {
			return zero, nil
		}
		var any Any
		for i := range c.List {
			any = append(any, EachHas{x, w.param(&c.List[i])})
		}
		return any, nil
	case query.OpIsEmpty:
		return Binary{"=", Binary{"=", Call{Name: "json_array_length", Args: []Expr{x}}, zero}, w.param(&c.Value)}, nil
	case query.OpEq:
		if c.Value.IsNull() {
			return IsNull{X: x}, nil
		}
		return Binary{"=", Call{Name: "json", Args: []Expr{x}}, Call{Name: "json", Args: []Expr{w.param(&c.Value)}}}, nil
	case query.OpNe:
		if c.Value.IsNull() {
			return IsNull{X: x, Negate: true}, nil
		}
		return Binary{"<>", Call{Name: "json", Args: []Expr{x}}, Call{Name: "json", Args: []Expr{w.param(&c.Value)}}}, nil
	}
	return nil, Fault(m, f.Name, "the list field "+f.Name+" takes has, hasEvery, hasSome, isEmpty, equality with a whole list, and null")
}

// relation builds a relation filter: the target's guards hold inside it.
func (w *whereBuilder) relation(t *Table, m *schema.Model, c *query.Cond) (Expr, error) {
	f, err := c.Ref.Field(m)
	if err != nil {
		return nil, err
	}
	r := f.Relation
	if r == nil {
		return nil, Fault(m, f.Name, f.Name+" is not a relation")
	}
	listOp := c.Op == query.OpSome || c.Op == query.OpEvery || c.Op == query.OpNone
	if listOp != r.List() {
		if r.List() {
			return nil, Fault(m, f.Name, "the list relation "+f.Name+" takes some, every and none")
		}
		return nil, Fault(m, f.Name, "the relation "+f.Name+" takes is and isNot")
	}
	if !w.trusted {
		if err := w.traversable(t, r); err != nil {
			return nil, err
		}
	}
	if err := apart(r, filtering); err != nil {
		return nil, err
	}
	sub, to, err := w.related(t, r, reach{op: schema.Read})
	if err != nil {
		return nil, err
	}
	body := sub.body
	body.Out = []Output{{Expr: one}}
	kids := query.Cond{Op: query.OpAnd, Kids: c.Kids}
	var e Expr
	if !kids.Empty() {
		if e, err = w.where(to, r.Target, &kids); err != nil {
			return nil, beneath(err, m, f.Name)
		}
	}
	negate := c.Op == query.OpNone || c.Op == query.OpEvery || c.Op == query.OpIsNot
	switch {
	case c.Op == query.OpEvery:
		if e == nil {
			return one, nil
		}
		body.Where = append(body.Where, Not{IsTrue{e}})
	case e != nil:
		body.Where = append(body.Where, e)
	}
	if (c.Op == query.OpIs || c.Op == query.OpIsNot) && e == nil && c.Value.IsNull() && c.Kids == nil {
		negate = !negate // is: null
	}
	return Exists{Sub: sub, Negate: negate}, nil
}

// related opens the rows of a relation of t's row, guards and link in place, for a
// correlated subquery.
func (b *builder) related(t *Table, r *schema.Relation, reach reach) (*Select, *Table, error) {
	reach.crowded = reach.crowded || r.Kind == schema.ManyToMany
	to, guards, err := b.open(r.Target, true, reach)
	if err != nil {
		return nil, nil, err
	}
	if r.Kind == schema.ManyToMany {
		j := b.joinTable(r, t)
		return &Select{&Body{From: j.table, Joins: []Join{{Table: to, On: j.to(to)}}, Where: append(j.from, guards...)}}, to, nil
	}
	return &Select{&Body{From: to, Where: append(link(r, t, to), guards...)}}, to, nil
}
