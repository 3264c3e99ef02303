package plan

import (
	"github.com/litestone-go/orm/litestone/internal/policy"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Asking is the question which guards keep a row from an operation.
type Asking struct {
	Op      schema.Operation
	Deleted Deleted      // the rows the operation reaches
	Where   *query.Cond  // which row, found whoever asks
	Scopes  []ScopeWhere // what the call is made under
}

// ScopeWhere is the condition of a scope.
type ScopeWhere struct {
	Name  string
	Where *query.Cond
}

// Asking adds a question.
func (s *Shape) Asking(q *Asking) {
	s.Cond(q.Where)
	for i := range q.Scopes {
		s.Cond(q.Scopes[i].Where)
	}
}

// Why is a planned question. Its first column is 1 where the operation reaches the row, its second
// where the row may be read; two follow for each guard that has a condition: whether it is true, and
// whether it is false. SQLite judges every one, as it does in a call.
type Why struct {
	Model  *schema.Model
	Select *Select
	Guards []Noted
	Gates  []Gate // that the guards' own conditions ask, of other models
	Key    int    // the first column of the key
}

// PlanWhy plans the question why an operation does not reach a row: every guard is a column instead of
// a condition. The row itself is found without guards, so the answer is for those who may see all.
func PlanWhy(env *Env, slots Slots, m *schema.Model, q *Asking) (*Why, error) {
	if len(m.Key) == 0 {
		return nil, keyless(m)
	}
	all := *env
	all.System = true
	b := newBuilder(&all, slots)
	t, guards, err := b.open(m, false, reach{op: q.Op, trusted: true, withDeleted: true})
	if err != nil {
		return nil, err
	}
	w := &Why{Model: m, Key: 2}
	body := &Body{From: t, Where: guards}
	trusted := &whereBuilder{builder: b, trusted: true}
	if !q.Where.Empty() {
		e, err := trusted.where(t, m, q.Where)
		if err != nil {
			return nil, err
		}
		body.Where = append(body.Where, e)
	}
	r := reach{op: q.Op, withDeleted: q.Deleted == WithDeleted, onlyDeleted: q.Deleted == OnlyDeleted}
	for i := range q.Scopes {
		e, err := trusted.where(t, m, q.Scopes[i].Where)
		if err != nil {
			return nil, err
		}
		w.Guards = append(w.Guards, Noted{Kind: GuardScope, Model: m, Name: q.Scopes[i].Name, Cond: e})
	}
	b.env = env
	if err := b.noted(w, t, r); err != nil {
		return nil, err
	}
	reached, err := b.reaches(t, m, r)
	if err != nil {
		return nil, err
	}
	readable, err := b.readPolicy(t, m)
	if err != nil {
		return nil, err
	}
	w.answer(body, t, reached, readable)
	for _, k := range m.Key {
		body.OrderBy = append(body.OrderBy, Term{X: t.column(k)})
	}
	body.Limit = number(2)
	for _, c := range b.checks {
		if c.Gate.Model != nil {
			w.Gates = append(w.Gates, c.Gate)
		}
	}
	return w, nil
}

func keyless(m *schema.Model) error {
	return &liteerr.Error{Code: liteerr.Unsupported, Model: m.Accessor, Message: "a row is judged by its key, and the model has none"}
}

// noted lists what open gives for a model, each condition on t's row.
func (b *builder) noted(w *Why, t *Table, r reach) error {
	m, env := t.Model, b.env
	defer func() { b.env = env }()
	tracing := *env
	tracing.Trace = &Trace{}
	b.env = &tracing
	if err := b.traced(t, m, r); err != nil {
		return err
	}
	if _, err := b.filters(t, m); err != nil {
		return err
	}
	for _, n := range tracing.Trace.Guards {
		if n.Model != m {
			continue // of what a filter looks at
		}
		if n.Rule != nil {
			l := lowering{builder: b, op: r.op, scopes: []scope{{t, m}}}
			var err error
			if n.Cond, err = l.expr(n.Rule.Expr); err != nil {
				return err
			}
		}
		w.Guards = append(w.Guards, n)
	}
	for _, f := range m.Fields {
		if err := b.notedField(w, t, f, r.op); err != nil {
			return err
		}
	}
	return nil
}

// notedField lists a field that not everybody may read or, for an operation that changes rows, write.
func (b *builder) notedField(w *Why, t *Table, f *schema.Field, op schema.Operation) error {
	n := Noted{Kind: GuardField, Model: f.Model, Op: op, Field: f}
	switch {
	case op == schema.Read && f.Guarded != schema.Shown:
		n.Cond = zero
	case op == schema.Read && len(policy.Field(f, false)) > 0:
		any, err := b.fieldRules(t, f, false, false)
		if err != nil {
			return err
		}
		n.Cond = any
	case op == schema.Update && len(policy.Field(f, true)) > 0:
		any, err := b.writable(t, f)
		if err != nil {
			return err
		}
		n.Cond, n.Write = any, true
	default:
		return nil
	}
	w.Guards = append(w.Guards, n)
	return nil
}

// reaches says whether an operation reaches t's row, by the guards that open gives a call.
func (b *builder) reaches(t *Table, m *schema.Model, r reach) (Expr, error) {
	if n := needs(m, r.op); n >= levelSystem && !b.env.System || n >= levelLocked {
		return zero, nil
	}
	same, guards, err := b.open(m, true, r)
	if err != nil {
		return nil, err
	}
	return Exists{Sub: &Select{&Body{Out: []Output{{Expr: one}}, From: same, Where: append(sameRow(m, t, same), guards...)}}}, nil
}

// answer writes the columns down.
func (w *Why) answer(body *Body, t *Table, reached Expr, readable All) {
	for _, scope := range w.Guards {
		if scope.Kind == GuardScope {
			reached = All{reached, scope.Cond}
		}
	}
	body.Out = []Output{{Kind: OutPlain, Expr: IsTrue{reached}}, {Kind: OutPlain, Expr: IsTrue{readable}}}
	for _, g := range w.Guards {
		if g.Cond != nil {
			body.Out = append(body.Out, Output{Kind: OutPlain, Expr: IsTrue{g.Cond}}, Output{Kind: OutPlain, Expr: IsFalse{g.Cond}})
		}
	}
	w.Key = len(body.Out)
	for _, k := range w.Model.Key {
		body.Out = append(body.Out, Output{Kind: OutPlain, Expr: t.column(k), Field: k})
	}
	w.Select = &Select{body}
}

// Judgement plans what Verify asks, rule by rule: which rules of an operation the rows of a batch of
// keys meet, or, where only the broken one is asked for, which the first row that breaks one breaks.
func Judgement(env *Env, m *schema.Model, op schema.Operation, broken bool) (*Why, error) {
	if len(m.Key) == 0 {
		return nil, keyless(m)
	}
	b := newBuilder(env, nil)
	t, err := b.target(m, op, true)
	if err != nil {
		return nil, err
	}
	rules, err := b.policy(t, m, op)
	if err != nil {
		return nil, err
	}
	w := &Why{Model: m}
	body := &Body{From: t, Where: All{InKeys{X: columns(t, m.Key)}}}
	if broken {
		body.Where, body.Limit = append(body.Where, Not{IsTrue{rules}}), one
	}
	p := b.env.Policies.For(m, op)
	for i, list := range [2][]*schema.Rule{p.Allow, p.Deny} {
		for _, r := range list {
			l := lowering{builder: b, op: op, scopes: []scope{{t, m}}}
			e, err := l.expr(r.Expr)
			if err != nil {
				return nil, err
			}
			w.Guards = append(w.Guards, Noted{Kind: [2]GuardKind{GuardAllow, GuardDeny}[i], Model: m, Op: op, Rule: r, Cond: e})
		}
	}
	readable, err := b.readPolicy(t, m)
	if err != nil {
		return nil, err
	}
	for _, c := range b.checks {
		if c.Gate.Soft {
			w.Gates = append(w.Gates, c.Gate)
		}
	}
	w.answer(body, t, rules, readable)
	return w, nil
}
