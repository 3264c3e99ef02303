package plan

import (
	"fmt"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// scope is one row a policy expression can name.
type scope struct {
	table *Table
	model *schema.Model
}

// lowering turns a policy expression into SQL. SQLite evaluates it: what is unknown stays
// unknown, and the guard around it closes on unknown.
type lowering struct {
	*builder
	op     schema.Operation
	scopes []scope // innermost last
	noRow  bool    // fields are NULL: what holds then holds for every row
}

func (l *lowering) expr(e schema.Expr) (Expr, error) {
	switch e := e.(type) {
	case schema.And:
		x, y, err := l.pair(e.X, e.Y)
		return All{x, y}, err
	case schema.Or:
		x, y, err := l.pair(e.X, e.Y)
		return Any{x, y}, err
	case schema.Not:
		x, err := l.expr(e.X)
		return Not{x}, err
	case schema.Const:
		if e.Value {
			return one, nil
		}
		return zero, nil
	case schema.Truth:
		return l.truth(e.X)
	case schema.Compare:
		return l.compare(e)
	case schema.CheckRelation:
		return l.checkRelation(e)
	case schema.CheckModel:
		return l.checkModel(e)
	}
	return nil, fmt.Errorf("litestone: policy expression %T is not known", e)
}

func (l *lowering) pair(a, b schema.Expr) (Expr, Expr, error) {
	x, err := l.expr(a)
	if err != nil {
		return nil, nil, err
	}
	y, err := l.expr(b)
	return x, y, err
}

func (l *lowering) truth(o schema.Operand) (Expr, error) {
	if a, ok := o.(schema.AuthRef); ok {
		return Binary{"=", Param{Source{Kind: FromAuthTruth, Path: a.Path}}, one}, nil
	}
	if r, ok := o.(schema.RelationRef); ok {
		return l.relationPresent(r, true)
	}
	return l.operand(o)
}

var compareOps = [...]string{"=", "<>", "<", "<=", ">", ">="}

func (l *lowering) compare(c schema.Compare) (Expr, error) {
	x, y, op := c.X, c.Y, c.Op
	if _, ok := y.(schema.RelationRef); ok {
		x, y = y, x
	}
	if isNull(x) {
		x, y = y, x
	}
	if r, ok := x.(schema.RelationRef); ok {
		switch {
		case isNull(y):
			return l.relationPresent(r, op == schema.Ne)
		default:
			return l.relationIs(r, y, op == schema.Ne)
		}
	}
	if isNull(y) {
		return l.isNull(x, op == schema.Ne)
	}
	ex, err := l.operand(x)
	if err != nil {
		return nil, err
	}
	ey, err := l.operand(y)
	return Binary{compareOps[op], ex, ey}, err
}

func isNull(o schema.Operand) bool {
	l, ok := o.(schema.Literal)
	return ok && l.Value == nil
}

// isNull asks whether an operand is null. Of a field of no row in particular that is unknown: it
// would not hold for every row. A value of auth() that cannot be compared is there all the same.
func (l *lowering) isNull(o schema.Operand, negate bool) (Expr, error) {
	switch o := o.(type) {
	case schema.FieldRef:
		if l.noRow && o.Outer == len(l.scopes)-1 {
			return null, nil
		}
	case schema.AuthRef:
		return IsNull{X: Param{Source{Kind: FromAuthThere, Path: o.Path}}, Negate: negate}, nil
	}
	e, err := l.operand(o)
	return IsNull{X: e, Negate: negate}, err
}

func (l *lowering) operand(o schema.Operand) (Expr, error) {
	switch o := o.(type) {
	case schema.AuthRef:
		return Param{Source{Kind: FromAuth, Path: o.Path, Hidden: l.env.guardedSubject(o.Path)}}, nil
	case schema.NowRef:
		return Param{Source{Kind: FromNow}}, nil
	case schema.Literal:
		v, err := literal(o.Value)
		return constant(v), err
	case schema.FieldRef:
		return l.field(o)
	}
	return nil, fmt.Errorf("litestone: policy operand %T is not known", o)
}

// guardedSubject reports whether auth().path is a confidential field of the model marked @@auth, or of
// a row that it links to.
func (e *Env) guardedSubject(path []string) bool {
	for _, m := range e.Schema.Models {
		if !m.Subject {
			continue
		}
		for _, name := range path {
			f := m.Field(name)
			switch {
			case f == nil:
				return false
			case f.Confidential():
				return true
			case f.Relation == nil:
				return false
			}
			m = f.Relation.Target
		}
	}
	return false
}

func literal(v any) (query.Value, error) {
	switch v := v.(type) {
	case nil:
		return query.Null(), nil
	case bool:
		return query.Bool(v), nil
	case int64:
		return query.Int(v), nil
	case float64:
		return query.Real(v), nil
	case string:
		return query.Text(v), nil
	}
	return query.Value{}, fmt.Errorf("litestone: literal %T is not known", v)
}

func (l *lowering) row(outer int) scope { return l.scopes[len(l.scopes)-1-outer] }

// field reads a field of the judged row, walking to-one relations by scalar subqueries. A
// missing or soft-deleted row on the way makes the value NULL.
func (l *lowering) field(f schema.FieldRef) (Expr, error) {
	if l.noRow && f.Outer == len(l.scopes)-1 {
		return null, nil
	}
	at := l.row(f.Outer)
	return l.walk(at.table, f.Path, func(t *Table) (Expr, error) {
		return jsonPath(t.column(f.Field), f.JSON), nil
	})
}

func (l *lowering) walk(t *Table, path []*schema.Relation, last func(*Table) (Expr, error)) (Expr, error) {
	if len(path) == 0 {
		return last(t)
	}
	r := path[0]
	next, guards, err := l.open(r.Target, true, reach{op: schema.Read, trusted: true})
	if err != nil {
		return nil, err
	}
	e, err := l.walk(next, path[1:], last)
	if err != nil {
		return nil, err
	}
	return Scalar{&Select{&Body{
		Out:   []Output{{Expr: e}},
		From:  next,
		Where: append(link(r, t, next), guards...),
		Limit: one,
	}}}, nil
}

// link joins a row with its related row where both tables are in scope.
func link(r *schema.Relation, from, to *Table) All {
	var out All
	for i := range r.Local {
		out = append(out, Binary{"=", to.column(r.Remote[i]), from.column(r.Local[i])})
	}
	return out
}

func (l *lowering) relationPresent(r schema.RelationRef, present bool) (Expr, error) {
	if l.noRow && r.Outer == len(l.scopes)-1 {
		return null, nil
	}
	return l.walk(l.row(r.Outer).table, r.Path, func(t *Table) (Expr, error) {
		if r.Relation.Kind == schema.BelongsTo {
			return IsNull{X: t.column(r.Relation.Local[0]), Negate: present}, nil
		}
		to, guards, err := l.open(r.Relation.Target, true, reach{op: schema.Read, trusted: true})
		return Exists{Sub: &Select{&Body{Out: []Output{{Expr: one}}, From: to, Where: append(link(r.Relation, t, to), guards...)}}, Negate: !present}, err
	})
}

// relationIs compares a relation with auth(): its key against auth()'s field of the same name.
func (l *lowering) relationIs(r schema.RelationRef, y schema.Operand, negate bool) (Expr, error) {
	if l.noRow && r.Outer == len(l.scopes)-1 {
		return null, nil
	}
	auth, isAuth := y.(schema.AuthRef)
	return l.walk(l.row(r.Outer).table, r.Path, func(t *Table) (Expr, error) {
		var all All
		for i, f := range r.Relation.Local {
			var other Expr
			if isAuth {
				path := append(append([]string{}, auth.Path...), r.Relation.Remote[i].Name)
				other = Param{Source{Kind: FromAuth, Path: path, Hidden: l.env.guardedSubject(path)}}
			} else {
				e, err := l.operand(y)
				if err != nil {
					return nil, err
				}
				other = e
			}
			all = append(all, Binary{"=", t.column(f), other})
		}
		if negate {
			return Not{all}, nil
		}
		return all, nil
	})
}

// checkRelation asks the related row's own policy.
func (l *lowering) checkRelation(c schema.CheckRelation) (Expr, error) {
	if l.noRow && len(l.scopes) == 1 {
		return null, nil
	}
	op := c.Op
	if c.Same {
		op = l.op
	}
	r := c.Relation
	at := l.row(0)
	to, guards, err := l.open(r.Target, true, reach{op: op, trusted: true})
	if err != nil {
		return nil, err
	}
	inner := lowering{builder: l.builder, op: op}
	rules, err := inner.rules(to, r.Target, op, l.env.Policies.For(r.Target, op))
	if err != nil {
		return nil, err
	}
	from, on := to, All(nil)
	body := &Body{Out: []Output{{Expr: one}}, From: from}
	if r.Kind == schema.ManyToMany {
		j := l.joinTable(r, at.table)
		body.From, body.Joins = j.table, []Join{{Table: to, On: j.to(to)}}
		on = j.from
	} else {
		on = link(r, at.table, to)
	}
	body.Where = append(append(on, guards...), rules...)
	return Exists{Sub: &Select{body}}, nil
}

// checkModel tests whether some row of a model satisfies an expression.
func (l *lowering) checkModel(c schema.CheckModel) (Expr, error) {
	if l.noRow && len(l.scopes) == 1 {
		return null, nil
	}
	to, guards, err := l.open(c.Target, true, reach{op: schema.Read, trusted: true})
	if err != nil {
		return nil, err
	}
	inner := lowering{builder: l.builder, op: l.op, scopes: append(append([]scope{}, l.scopes...), scope{to, c.Target}), noRow: l.noRow}
	e, err := inner.expr(c.Expr)
	if err != nil {
		return nil, err
	}
	return Exists{Sub: &Select{&Body{Out: []Output{{Expr: one}}, From: to, Where: append(guards, e)}}}, nil
}

// joined is an implicit join table in scope.
type joined struct {
	table *Table
	from  All // links it to the row the relation starts from
	rel   *schema.Relation
}

// joinTable opens the join table of a many-to-many relation. It holds keys only, and is not
// guarded itself: the target it leads to is.
func (b *builder) joinTable(r *schema.Relation, from *Table) joined {
	j := &Table{Name: r.Join.Table, Alias: b.alias()}
	out := joined{table: j, rel: r}
	if from != nil {
		out.from = All{Binary{"=", Column{j, r.JoinLocal}, from.column(r.Local[0])}}
	}
	return out
}

func (j joined) to(t *Table) All {
	return All{Binary{"=", t.column(j.rel.Remote[0]), Column{j.table, j.rel.JoinRemote}}}
}

// jsonPath reads a key inside a typed Json column; no keys: the column itself.
func jsonPath(c Expr, path []string) Expr {
	if len(path) == 0 {
		return c
	}
	return Call{Name: "json_extract", Args: []Expr{c, constant(query.Text(jsonPathText(path)))}}
}

func jsonPathText(path []string) string {
	out := []byte{'$'}
	for _, p := range path {
		out = append(out, '.', '"')
		for i := range len(p) {
			if p[i] == '"' || p[i] == '\\' {
				out = append(out, '\\')
			}
			out = append(out, p[i])
		}
		out = append(out, '"')
	}
	return string(out)
}
