package plan

import (
	"github.com/litestone-go/orm/litestone/internal/policy"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Check is a condition about the session alone that must hold before a statement runs: a gate, or an
// expression. The fields of rows are NULL in it: what holds then holds for every row.
type Check struct {
	Gate  Gate // Model is set: the check is a gate
	Expr  Expr
	Field *schema.Field
}

func denied(f *schema.Field) error {
	return &liteerr.Error{Code: liteerr.AccessDenied, Model: f.Model.Accessor, Fields: []string{f.Name},
		Message: "the field may not be read here, so it may not be tested either"}
}

// testable refuses a field in where, orderBy, by, having, a window or a cursor when the
// caller may not read it: an order or a count would tell what it holds.
func (b *builder) testable(t *Table, f *schema.Field) error {
	if b.env.System {
		return nil
	}
	if f.Guarded != schema.Shown {
		return denied(f)
	}
	return b.permitted(t, f)
}

// distinguished refuses to tell rows apart by a field that was chosen and may not be read.
func (b *builder) distinguished(t *Table, m *schema.Model, sel *query.Select) error {
	for _, r := range sel.Fields {
		f, err := r.Field(m)
		if err != nil {
			return err
		}
		if err := b.testable(t, f); err != nil {
			return err
		}
	}
	return nil
}

// permitted asks that one of a field's read rules holds whatever the row.
func (b *builder) permitted(t *Table, f *schema.Field) error {
	if b.env.System {
		return nil
	}
	any, err := b.fieldRules(t, f, false, true)
	if err != nil || len(any) == 0 {
		return err
	}
	b.checks = append(b.checks, Check{Expr: IsTrue{any}, Field: f})
	return nil
}

// fieldRules gives the rules of a field for reading or writing it: it is open where one of them
// holds, and where there are none.
func (b *builder) fieldRules(t *Table, f *schema.Field, write, noRow bool) (Any, error) {
	var any Any
	for _, r := range policy.Field(f, write) {
		l := lowering{builder: b, op: schema.Read, scopes: []scope{{t, f.Model}}, noRow: noRow}
		e, err := l.expr(r.Expr)
		if err != nil {
			return nil, err
		}
		any = append(any, e)
	}
	return any, nil
}

// hidden reports whether the caller never sees a field, whatever the row.
func (b *builder) hidden(f *schema.Field) bool { return !b.env.System && f.Guarded != schema.Shown }

// readable gives the condition under which the row's field may be read; nil: always.
func (b *builder) readable(t *Table, f *schema.Field) (Expr, error) {
	if b.env.System {
		return nil, nil
	}
	any, err := b.fieldRules(t, f, false, false)
	if err != nil || len(any) == 0 {
		return nil, err
	}
	return IsTrue{any}, nil
}
