package plan

import (
	"slices"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Computing is an @computed field of an answer: a function fills it when the statement has run, from
// inputs the statement reads.
type Computing struct {
	Field  *schema.Field
	Owner  int   // Output.Owner of its row
	Shown  bool  // false: it is made for another computed field only
	Allow  []int // columns that all must be 1, or the row's field may not be shown
	Inputs []Input
}

// Input is a value a function is given.
type Input struct {
	Field *schema.Field
	Col   int // -1: the field is computed itself, by an earlier Computing of the same row
	Allow int // the column that must be 1, or the row's value may not be read; -1: always
}

// compute adds what the functions of chosen fields need. A field that no function fills is absent,
// and so is one that is made of what the caller may not read. Of DISTINCT rows all are: the inputs
// would tell rows apart that show the same.
func (b *builder) compute(out *outputs, t *Table, chosen []*schema.Field) error {
	for _, f := range chosen {
		if b.distinct || !b.computable(f) {
			continue
		}
		at, err := b.computing(out, t, f)
		if err != nil {
			return err
		}
		out.computing[at].Shown = true
	}
	return nil
}

// computable reports whether a field has a function, and none of what that needs is hidden from the
// caller in every row.
func (b *builder) computable(f *schema.Field) bool {
	needs, ok := b.env.Computed[f]
	if !ok || b.hidden(f) {
		return false
	}
	for _, n := range needs {
		if b.hidden(n) || n.Computed && !b.computable(n) {
			return false
		}
	}
	return true
}

// computing plans one function's field after those it needs, once, and says which it is.
func (b *builder) computing(out *outputs, t *Table, f *schema.Field) (int, error) {
	if at := slices.IndexFunc(out.computing, func(c Computing) bool { return c.Field == f }); at >= 0 {
		return at, nil
	}
	c := Computing{Field: f}
	own, err := b.allowed(out, t, f)
	if err != nil {
		return 0, err
	}
	c.must(own)
	needs := b.env.Computed[f]
	for _, n := range needs {
		if n.Computed {
			at, err := b.computing(out, t, n)
			if err != nil {
				return 0, err
			}
			c.must(out.computing[at].Allow...)
			c.Inputs = append(c.Inputs, Input{Field: n, Col: -1, Allow: -1})
			continue
		}
		in, err := b.input(out, t, n)
		if err != nil {
			return 0, err
		}
		c.must(in.Allow)
		in.Allow = -1
		c.Inputs = append(c.Inputs, in)
	}
	if len(needs) == 0 {
		for _, n := range f.Model.Columns {
			if b.hidden(n) {
				continue
			}
			in, err := b.input(out, t, n)
			if err != nil {
				return 0, err
			}
			c.Inputs = append(c.Inputs, in)
		}
	}
	out.computing = append(out.computing, c)
	return len(out.computing) - 1, nil
}

// must adds conditions; -1 is none.
func (c *Computing) must(columns ...int) {
	for _, i := range columns {
		if i >= 0 && !slices.Contains(c.Allow, i) {
			c.Allow = append(c.Allow, i)
		}
	}
}

// input makes sure the statement reads a field as the caller may read it, and says where.
func (b *builder) input(out *outputs, t *Table, f *schema.Field) (Input, error) {
	in := Input{Field: f, Col: out.shown(f)}
	var err error
	if in.Allow, err = b.allowed(out, t, f); err != nil || in.Col >= 0 {
		return in, err
	}
	if in.Allow < 0 && f.Stored() {
		in.Col = out.link(t, f)
		return in, nil
	}
	x, err := b.value(t, f)
	if err != nil {
		return in, err
	}
	if in.Allow >= 0 {
		x = Case{When: []Expr{out.cols[in.Allow].Expr}, Then: []Expr{x}}
	}
	in.Col = len(out.cols)
	out.cols = append(out.cols, Output{Kind: OutLink, Expr: x})
	return in, nil
}

// allowed gives the column that is 1 where the row's field may be read; -1: it always may.
func (b *builder) allowed(out *outputs, t *Table, f *schema.Field) (int, error) {
	ok, err := b.readable(t, f)
	if err != nil || ok == nil {
		return -1, err
	}
	if i := slices.IndexFunc(out.cols, func(o Output) bool { return o.Kind == OutAllow && o.Field == f && o.Owner == 0 }); i >= 0 {
		return i, nil
	}
	if i, there := out.allows[f]; there {
		return i, nil
	}
	if out.allows == nil {
		out.allows = map[*schema.Field]int{}
	}
	out.allows[f] = len(out.cols)
	out.cols = append(out.cols, Output{Kind: OutLink, Expr: ok})
	return out.allows[f], nil
}

// shown gives the column that shows a field; -1: it is not shown.
func (o *outputs) shown(f *schema.Field) int {
	return slices.IndexFunc(o.cols, func(c Output) bool { return c.Kind == OutField && c.Field == f && c.Owner == 0 })
}

// owned moves a joined relation's fields into its parent's statement, whose columns stand before.
func (c Computing) owned(by, before int) Computing {
	moved := func(i int) int {
		if i < 0 {
			return i
		}
		return i + before
	}
	out := Computing{Field: c.Field, Owner: by, Shown: c.Shown}
	for _, i := range c.Allow {
		out.Allow = append(out.Allow, moved(i))
	}
	for _, in := range c.Inputs {
		out.Inputs = append(out.Inputs, Input{Field: in.Field, Col: moved(in.Col), Allow: moved(in.Allow)})
	}
	return out
}

// tellable refuses to tell rows apart by a computed field, which SQLite does not know.
func tellable(m *schema.Model, sel *query.Select) error {
	for _, r := range sel.Fields {
		f, err := r.Field(m)
		if err != nil {
			return err
		}
		if f.Computed {
			return Fault(m, f.Name, "the field is computed after the query, so distinct cannot tell rows apart by it")
		}
	}
	return nil
}
