package plan

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Include is one relation read for a batch of parents by one statement.
type Include struct {
	Field    *schema.Field // where the rows are attached: the relation's field, or a @from field
	Relation *schema.Relation
	Single   bool   // attached as one row or null
	Count    string // the entry of _count that the rows' number goes to; empty: the rows are attached
	Parent   []int  // the parent statement's columns that hold the link
	Child    []int  // this statement's columns that hold the same values
	Rows     *Rows
}

// Rows is a planned read of rows, with what stands beside them.
type Rows struct {
	Model    *schema.Model
	Select   *Select
	Checks   []Check
	Includes []*Include
	Joined   []*Joined
	Computed []Computing
	Tree     *Tree // the rows hang below each other; nil: they stand side by side
	ByKey    bool  // reads at most one row, found by its whole key
}

// Out gives the statement's columns.
func (r *Rows) Out() []Output { return r.Select.body.Out }

// InKeys is membership in the batch of parents' keys; sqlgen writes as many parameters as the
// batch has.
type InKeys struct {
	X      []Expr
	Hidden bool // the keys are values of a confidential field, on whichever side of the relation
}

func (InKeys) sqlExpr() {}

// relations adds the included relations and counts of an answer.
func (b *builder) relations(out *outputs, t *Table, m *schema.Model, in *query.Include) error {
	if in == nil {
		return nil
	}
	for i := range in.Relations {
		ir := &in.Relations[i]
		f, err := ir.Ref.Field(m)
		if err != nil {
			return err
		}
		if f.Relation == nil {
			return Fault(m, f.Name, f.Name+" is a field, not a relation, and cannot be included")
		}
		if err := b.traversable(t, f.Relation); err != nil {
			return err
		}
		args := ir.Args
		if args == nil {
			args = &query.FindArgs{}
		}
		if done, err := b.join(out, t, f, args); err != nil {
			return err
		} else if done {
			continue
		}
		inc, err := b.include(out, t, f, f.Relation, args)
		if err != nil {
			return beneath(err, m, f.Name)
		}
		out.includes = append(out.includes, inc)
	}
	return b.counts(out, t, m, in)
}

// counts adds _count as correlated subqueries under the targets' guards.
func (b *builder) counts(out *outputs, t *Table, m *schema.Model, in *query.Include) error {
	if in.CountAll {
		for _, r := range m.Relations {
			if !r.List() {
				continue
			}
			if err := b.count(out, t, r, r.Name(), reach{op: schema.Read}, nil); err != nil {
				return err
			}
		}
	}
	for i := range in.Counts {
		c := &in.Counts[i]
		f, err := c.Ref.Field(m)
		if err != nil {
			return err
		}
		if f.Relation == nil || !f.Relation.List() {
			return Fault(m, f.Name, "_count counts list relations; "+f.Name+" is not one")
		}
		if err := b.count(out, t, f.Relation, c.Name, reach{op: schema.Read, withDeleted: c.WithDeleted, onlyDeleted: c.OnlyDeleted}, c.Where); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) count(out *outputs, t *Table, r *schema.Relation, name string, reach reach, where *query.Cond) error {
	if err := b.traversable(t, r); err != nil {
		return err
	}
	if r.Across {
		return b.tally(out, t, r, name, reach, where)
	}
	sub, to, err := b.related(t, r, reach)
	if err != nil {
		return err
	}
	if !where.Empty() {
		e, err := b.caller().where(to, r.Target, where)
		if err != nil {
			return beneath(err, t.Model, r.Name())
		}
		sub.body.Where = append(sub.body.Where, e)
	}
	sub.body.Out = []Output{{Expr: Call{Name: "count", Star: true}}}
	out.cols = append(out.cols, Output{Kind: OutCount, Expr: Scalar{sub}, Name: name})
	return nil
}

// include plans the statement that reads a relation's rows for all parents of a batch.
func (b *builder) include(out *outputs, t *Table, field *schema.Field, r *schema.Relation, args *query.FindArgs) (*Include, error) {
	in := &Include{Field: field, Relation: r, Single: !r.List()}
	for _, f := range r.Local {
		in.Parent = append(in.Parent, out.link(t, f))
	}
	cb := newBuilder(b.env, b.slots)
	cb.home, cb.at = b.stands(r), b.at+field.Name+"."
	cb.joins = !args.HasLimit && args.Offset == 0 // rows numbered per parent stand in a subquery
	cb.checks = b.checks
	rows, child, err := cb.batch(r, args)
	if err != nil {
		return nil, err
	}
	// Asked once, with the outermost statement's: also when that finds no row.
	b.checks, rows.Checks = cb.checks, nil
	in.Rows, in.Child = rows, child
	return in, nil
}

// batch plans the rows of a relation for a batch of parents; child says which columns hold
// the parents' keys. Limits count per parent, by a row number within each.
func (b *builder) batch(r *schema.Relation, args *query.FindArgs) (*Rows, []int, error) {
	m := r.Target
	t, guards, err := b.open(m, true, reach{op: schema.Read, withDeleted: args.WithDeleted, onlyDeleted: args.OnlyDeleted, crowded: r.Kind == schema.ManyToMany})
	if err != nil {
		return nil, nil, err
	}
	out, err := b.answer(t, m, args, InList)
	if err != nil {
		return nil, nil, err
	}
	if args.Recursive != nil || args.Search != nil || args.Cursor != "" {
		return nil, nil, Fault(m, r.Name(), "an included relation takes no tree, search or cursor")
	}
	body := &Body{From: t, Distinct: args.Distinct}
	var links []Expr
	var child []int
	if r.Kind == schema.ManyToMany {
		j := b.joinTable(r, nil)
		body.From, body.Joins = j.table, []Join{{Table: t, On: j.to(t)}}
		links = []Expr{Column{j.table, r.JoinLocal}}
		child = []int{len(out.cols)}
		out.cols = append(out.cols, Output{Kind: OutLink, Expr: links[0], Field: r.Local[0]})
	} else {
		for _, f := range r.Remote {
			links = append(links, t.column(f))
			child = append(child, out.link(t, f))
		}
	}
	body.Where = append(All{InKeys{links, confidentialLink(r)}}, guards...)
	if !args.Where.Empty() {
		e, err := b.caller().where(t, m, args.Where)
		if err != nil {
			return nil, nil, err
		}
		body.Where = append(body.Where, e)
	}
	w := b.caller()
	if err := w.windows(out, t, m, args.Windows, links); err != nil {
		return nil, nil, err
	}
	if args.HasLimit || args.Offset > 0 {
		w.names = nil // the rows are numbered beside the windows, which cannot look at each other
	}
	terms, err := w.order(t, m, args.OrderBy)
	if err != nil {
		return nil, nil, err
	}
	body.OrderBy = terms
	body.Out = out.cols
	body.Joins = append(body.Joins, out.joins...)
	sel := &Select{body}
	if args.HasLimit || args.Offset > 0 {
		sel = b.perParent(body, links, m, t, args)
	}
	return &Rows{Model: m, Select: sel, Checks: b.checks, Includes: out.includes, Joined: out.joined, Computed: out.computing}, child, nil
}

// perParent numbers the rows of each parent and keeps those between offset and offset+limit.
func (b *builder) perParent(body *Body, links []Expr, m *schema.Model, t *Table, args *query.FindArgs) *Select {
	order := body.OrderBy
	for _, k := range m.Key {
		order = append(order[:len(order):len(order)], Term{X: t.column(k)})
	}
	inner := *body
	inner.OrderBy = nil
	inner.Out = append([]Output{}, body.Out...)
	for i := range inner.Out {
		inner.Out[i].As = "c" + itoa(i)
	}
	inner.Out = append(inner.Out, Output{Kind: OutLink, As: "n", Expr: Call{Name: "row_number", Over: &Over{PartitionBy: links, OrderBy: order}}})
	d := &Table{Alias: b.alias(), Sub: &Select{&inner}}
	n := Column{d, "n"}
	outer := &Body{From: d, OrderBy: []Term{{X: n}}}
	for i, o := range body.Out {
		o.Expr = Column{d, "c" + itoa(i)}
		outer.Out = append(outer.Out, o)
	}
	if args.Offset > 0 {
		outer.Where = append(outer.Where, Binary{">", n, Param{b.slot(&args.Offset)}})
	}
	if args.HasLimit {
		upto := Expr(Param{b.slotOr(&args.Limit, args.Limit)})
		if args.Offset > 0 {
			upto = Binary{"+", upto, Param{b.slot(&args.Offset)}}
		}
		outer.Where = append(outer.Where, Binary{"<=", n, upto})
	}
	return &Select{outer}
}

// slotOr gives a number's place among the call's values, or the number itself when it is this
// package's own and not the caller's.
func (b *builder) slotOr(p *int64, v int64) Source {
	if n, ok := b.slots[p]; ok {
		return Source{Kind: FromSlot, Slot: n}
	}
	return Source{Kind: FromConst, Const: query.Int(v)}
}

// answer chooses the fields, relations and counts of a row.
func (b *builder) answer(t *Table, m *schema.Model, args *query.FindArgs, mode Mode) (*outputs, error) {
	if args.Distinct && args.Select != nil {
		if err := tellable(m, args.Select); err != nil {
			return nil, err
		}
		if err := b.distinguished(t, m, args.Select); err != nil {
			return nil, err
		}
	}
	b.distinct = args.Distinct
	out, err := b.fields(t, m, args.Select, mode)
	if err != nil {
		return nil, err
	}
	b.logKeys(out, t, m, args)
	if b.joins {
		if out.joinable, err = b.mayJoin(m, args); err != nil {
			return nil, err
		}
	}
	if args.Select != nil {
		if err := b.relations(out, t, m, args.Select.Include); err != nil {
			return nil, err
		}
	}
	if err := b.relations(out, t, m, args.Include); err != nil {
		return nil, err
	}
	return out, distinguishable(out, m, args)
}
