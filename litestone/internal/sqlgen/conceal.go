package sqlgen

import (
	"slices"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/schema"
)

// A parameter that meets a confidential field's column in one comparison, call or list is, or tells,
// a value of that field. It is marked when the statement is rendered, so that no plan can forget it.

// meets reports whether an expression brings parameters together with the values of a confidential
// field.
func meets(e plan.Expr) bool {
	switch e := e.(type) {
	case plan.Binary:
		return tells(e.X) || tells(e.Y)
	case plan.Like:
		return tells(e.X)
	case plan.In:
		return tells(e.X) || slices.ContainsFunc(e.List, tells)
	case plan.InSelect:
		return tells(e.X) || tellsRow(e.Sub)
	case plan.InJSON:
		return tells(e.X)
	case plan.InKeys:
		return e.Hidden || slices.ContainsFunc(e.X, tells)
	case plan.RowEqual:
		return slices.ContainsFunc(e.X, tells)
	case plan.EachHas:
		return tells(e.List)
	case plan.Call:
		return slices.ContainsFunc(e.Args, tells)
	}
	return false
}

// tells reports whether an expression's value tells that of a confidential field. What only says yes or
// no about it does not.
func tells(e plan.Expr) bool {
	switch e := e.(type) {
	case plan.Column:
		return confidential(e)
	case plan.Binary:
		return tells(e.X) || tells(e.Y)
	case plan.RowValue:
		return slices.ContainsFunc(e, tells)
	case plan.Call:
		return slices.ContainsFunc(e.Args, tells)
	case plan.Case:
		return slices.ContainsFunc(e.Then, tells) || e.Else != nil && tells(e.Else)
	case plan.Scalar:
		return tellsRow(e.Sub)
	}
	return false
}

func tellsRow(s *plan.Select) bool {
	b := s.Body()
	return b != nil && slices.ContainsFunc(b.Out, func(o plan.Output) bool { return tells(o.Expr) })
}

// confidential reports whether a column holds a confidential field; of a derived table, whether the
// expression behind it does.
func confidential(c plan.Column) bool {
	t := c.Table
	switch {
	case t == nil:
	case t.Model != nil:
		return slices.ContainsFunc(t.Model.Columns, func(f *schema.Field) bool { return f.Column == c.Name && f.Confidential() })
	case t.Sub != nil && t.Sub.Body() != nil:
		return slices.ContainsFunc(t.Sub.Body().Out, func(o plan.Output) bool { return o.As == c.Name && tells(o.Expr) })
	}
	return false
}
