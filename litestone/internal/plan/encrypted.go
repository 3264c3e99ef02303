package plan

import (
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// sortable refuses a field where values are ordered or grouped: one that the caller may not read,
// and an encrypted one to all, since what is stored has neither the order nor the equality of the
// values.
func (w *whereBuilder) sortable(t *Table, f *schema.Field) error {
	if !w.trusted {
		return w.testable(t, f)
	}
	if f.Encrypted == nil {
		return nil
	}
	e := Fault(f.Model, f.Name, "an encrypted field cannot be sorted, grouped or aggregated by")
	e.Hint = "sort the rows that were read"
	return e
}

// encrypted builds a condition on an encrypted field. Whether there is a value may be asked by
// everybody whom the field's read rules admit, and equality is decided by search tokens; without them it is unknown, so that neither
// the condition nor its opposite matches.
func (w *whereBuilder) encrypted(t *Table, f *schema.Field, c *query.Cond) (Expr, error) {
	if !w.trusted {
		if err := w.permitted(t, f); err != nil {
			return nil, err
		}
	}
	searchable := ddl.Searchable(f)
	switch {
	case len(c.Path) > 0, c.Op == query.OpEq && c.Value.IsNull(), c.Op == query.OpNe && c.Value.IsNull() && w.trusted:
		if len(c.Path) > 0 {
			return null, nil
		}
		return IsNull{X: t.column(f), Negate: c.Op == query.OpNe}, nil
	case c.Op != query.OpEq && c.Op != query.OpIn:
		switch {
		case searchable:
			e := Fault(f.Model, f.Name, "an encrypted field is searched by equality and in only")
			e.Hint = "what is stored cannot be compared otherwise"
			return nil, e
		case !w.trusted:
			return nil, denied(f)
		}
		return null, nil
	case !searchable || w.env.Codec == nil:
		return null, nil
	case c.Op == query.OpEq:
		return token(t, f, w.param(&c.Value).Source), nil
	case len(c.List) > inlineLimit:
		return nil, Fault(f.Model, f.Name, "at most 256 values can be searched for in an encrypted field at once")
	case len(c.List) == 0:
		return zero, nil
	}
	var any Any
	for _, x := range w.members(c.List) {
		any = append(any, token(t, f, x.Source))
	}
	return any, nil
}

// token compares a searchable field with one value.
func token(t *Table, f *schema.Field, src Source) Expr {
	switch src.Kind {
	case FromSlot:
		src.Kind, src.Field = FromToken, f
	case FromConst:
		src.Kind, src.Field = FromConstToken, f
	}
	src.Hidden = true
	return Binary{"=", tokenOf(t, f), Param{src}}
}

// tokenOf is the search token a stored value begins with, in the words of the index over it.
func tokenOf(t *Table, f *schema.Field) Expr {
	return Call{Name: "substr", Args: []Expr{t.column(f), one, Literal{itoa(ddl.TokenLength)}}}
}

// keyColumns are the columns a batch of keys is compared with; a searchable field's keys are
// search tokens.
func keyColumns(t *Table, fields []*schema.Field) []Expr {
	out := columns(t, fields)
	for i, f := range fields {
		if f.Encrypted != nil {
			out[i] = tokenOf(t, f)
		}
	}
	return out
}
