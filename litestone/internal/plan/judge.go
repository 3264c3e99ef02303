package plan

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// judge adds to RETURNING what refuses a new row that breaks the model's rules for an
// operation. RETURNING runs row by row in the middle of the statement, so rules that look at
// other rows are judged there only when the call is this one statement on one row and they do not
// read its table; else the answer is true: the rows must be judged when the call ends.
func (b *builder) judge(w *Writing, out *outputs, t *Table, op schema.Operation, oneRow bool) (deferred bool, err error) {
	if w.Trusted {
		return false, nil
	}
	rules, err := b.policy(t, w.Model, op)
	if err != nil || len(rules) == 0 && !b.env.Defer {
		return false, err
	}
	if look := b.look(w.Model, op); b.env.Defer || look.others && (w.Later || !oneRow || look.own) {
		return true, nil
	}
	refusal := Case{When: []Expr{IsTrue{rules}}, Then: []Expr{one}, Else: Deny{Model: w.Model.Accessor, Rule: op.String()}}
	if b.env.Named {
		b.name(&refusal, w.Model, op, rules)
	}
	out.cols = append(out.cols, Output{Kind: OutPlain, Expr: refusal})
	return false, nil
}

// name makes a refusal say by which of the rules, each of which stands for itself: "create#3" is the
// model's rule of that index, "create" alone that no allow rule holds.
func (b *builder) name(c *Case, m *schema.Model, op schema.Operation, rules All) {
	p := b.env.Policies.For(m, op)
	for i, r := range p.Deny { // they stand after what allows, see rules
		c.When = append(c.When, Not{IsTrue{rules[len(rules)-len(p.Deny)+i]}})
		c.Then = append(c.Then, Deny{Model: m.Accessor, Rule: op.String() + "#" + itoa(r.Index)})
	}
}

// sight is what a model's rules look at beside the judged row.
type sight struct {
	others bool // some other row
	own    bool // rows of the model's own table, or of one it cannot be told from
}

// Looks reports whether the rules of an operation look at other rows than the judged one.
func Looks(env *Env, m *schema.Model, op schema.Operation) bool {
	return newBuilder(env, nil).look(m, op).others
}

func (b *builder) look(m *schema.Model, op schema.Operation) sight {
	v := viewer{env: b.env, home: m, seen: map[viewKey]bool{}}
	v.rules(m, op, 0)
	return v.sight
}

// viewer walks the rules of a model and those they ask.
type viewer struct {
	sight
	env  *Env
	home *schema.Model
	seen map[viewKey]bool
}

type viewKey struct {
	m  *schema.Model
	op schema.Operation
}

func (v *viewer) rules(m *schema.Model, op schema.Operation, depth int) {
	k := viewKey{m, op}
	if v.seen[k] {
		return
	}
	v.seen[k] = true
	p := v.env.Policies.For(m, op)
	for _, list := range [2][]*schema.Rule{p.Allow, p.Deny} {
		for _, r := range list {
			v.expr(r.Expr, op, depth)
		}
	}
}

func (v *viewer) see(m *schema.Model) {
	v.others = true
	v.own = v.own || m == v.home
}

func (v *viewer) expr(e schema.Expr, op schema.Operation, depth int) {
	switch e := e.(type) {
	case schema.And:
		v.expr(e.X, op, depth)
		v.expr(e.Y, op, depth)
	case schema.Or:
		v.expr(e.X, op, depth)
		v.expr(e.Y, op, depth)
	case schema.Not:
		v.expr(e.X, op, depth)
	case schema.Truth:
		v.operand(e.X)
	case schema.Compare:
		v.operand(e.X)
		v.operand(e.Y)
	case schema.CheckRelation:
		v.see(e.Relation.Target)
		if e.Same {
			v.rules(e.Relation.Target, op, depth+1)
		} else {
			v.rules(e.Relation.Target, e.Op, depth+1)
		}
	case schema.CheckModel:
		v.see(e.Target)
		v.expr(e.Expr, op, depth+1)
	}
}

func (v *viewer) operand(o schema.Operand) {
	switch o := o.(type) {
	case schema.FieldRef:
		for _, r := range o.Path {
			v.see(r.Target)
		}
	case schema.RelationRef:
		for _, r := range o.Path {
			v.see(r.Target)
		}
		if o.Relation.Kind != schema.BelongsTo {
			v.see(o.Relation.Target)
		}
	}
}

// Verify plans the judgement at the end of a call: the keys of the rows of the batch that break the
// rules of op.
func Verify(env *Env, m *schema.Model, op schema.Operation) (*Select, error) {
	b := newBuilder(env, nil)
	t, err := b.target(m, op, true)
	if err != nil {
		return nil, err
	}
	rules, err := b.policy(t, m, op)
	if err != nil {
		return nil, err
	}
	body := &Body{From: t}
	for _, c := range columns(t, m.Key) {
		body.Out = append(body.Out, Output{Kind: OutPlain, Expr: c})
	}
	body.Where = All{InKeys{X: columns(t, m.Key)}, Not{IsTrue{rules}}}
	return &Select{body}, nil
}

// MayWrite plans the question which fields of a new row a session may give: one column per
// field, 1 where one of its write rules holds. The rules see the row as values, those of absent
// fields NULL. All slots of the values must be collected.
func MayWrite(env *Env, slots Slots, m *schema.Model, fields []*schema.Field, row []Given) (*Select, error) {
	b := newBuilder(env, slots)
	inner := &Body{}
	t := &Table{Model: m, Alias: b.alias(), Sub: &Select{inner}}
	given := make(map[*schema.Field]*Given, len(row))
	for i := range row {
		given[row[i].Field] = &row[i]
	}
	for _, f := range m.Columns {
		x := Expr(null)
		if g := given[f]; g != nil {
			src := b.slot(&g.Value)
			src.Hidden = f.Confidential()
			x = Param{src}
		}
		inner.Out = append(inner.Out, Output{Expr: x, As: f.Column})
	}
	body := &Body{From: t}
	for _, f := range fields {
		ok, err := b.writable(t, f)
		if err != nil {
			return nil, err
		}
		body.Out = append(body.Out, Output{Kind: OutPlain, Expr: ok})
	}
	return &Select{body}, nil
}

// writable is the condition under which a field of t's row may be written: one of its rules
// holds.
func (b *builder) writable(t *Table, f *schema.Field) (Expr, error) {
	l := lowering{builder: b, op: schema.Update, scopes: []scope{{t, f.Model}}}
	var any Any
	for _, r := range f.Rules {
		if !r.Write {
			continue
		}
		e, err := l.expr(r.Expr)
		if err != nil {
			return nil, err
		}
		any = append(any, e)
	}
	return IsTrue{any}, nil
}

// columns are fields as columns of a table.
func columns(t *Table, fields []*schema.Field) []Expr {
	out := make([]Expr, len(fields))
	for i, f := range fields {
		out[i] = t.column(f)
	}
	return out
}

// texts are constants of text.
func texts(list []string) []Expr {
	out := make([]Expr, len(list))
	for i, s := range list {
		out[i] = constant(query.Text(s))
	}
	return out
}
