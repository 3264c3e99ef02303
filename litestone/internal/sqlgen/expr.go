package sqlgen

import (
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/plan"
)

// all writes a conjunction, each member in its own parentheses.
func (w *writer) all(list []plan.Expr) {
	if len(list) == 0 {
		w.text("1")
		return
	}
	w.joined(list, " AND ")
}

func (w *writer) joined(list []plan.Expr, op string) {
	for i, e := range list {
		if i > 0 {
			w.text(op)
		}
		w.text("(")
		w.expr(e)
		w.text(")")
	}
}

func (w *writer) paren(e plan.Expr) {
	w.text("(")
	w.expr(e)
	w.text(")")
}

func (w *writer) expr(e plan.Expr) {
	if meets(e) {
		w.hide++
		defer func() { w.hide-- }()
	}
	switch e := e.(type) {
	case plan.Column:
		w.column(e)
	case plan.Param:
		w.param(e.Source)
	case plan.Literal:
		w.text(e.SQL)
	case plan.Binary:
		w.operand(e.X)
		w.text(" " + e.Op + " ")
		w.operand(e.Y)
	case plan.All:
		w.all(e)
	case plan.Any:
		if len(e) == 0 {
			w.text("0")
			return
		}
		w.joined(e, " OR ")
	case plan.RowValue:
		w.list(e)
	case plan.Not:
		w.text("NOT ")
		w.paren(e.X)
	case plan.IsNull:
		w.operand(e.X)
		w.pick(e.Negate, " IS NOT NULL", " IS NULL")
	case plan.IsTrue:
		w.paren(e.X)
		w.text(" IS TRUE")
	case plan.IsFalse:
		w.paren(e.X)
		w.text(" IS FALSE")
	case plan.Like:
		w.operand(e.X)
		w.text(" LIKE ")
		w.expr(e.Pattern)
		w.text(` ESCAPE '\'`)
	case plan.Raw:
		w.raw(e)
	case plan.Case:
		w.caseWhen(e)
	case plan.Call:
		w.call(e)
	case plan.Deny:
		w.deny(e)
	default:
		w.membership(e)
	}
}

// list writes expressions between commas.
func (w *writer) list(l []plan.Expr) {
	for i, e := range l {
		if i > 0 {
			w.text(", ")
		}
		w.expr(e)
	}
}

// operand writes an operand of an infix operator: in parentheses unless it cannot be misread.
func (w *writer) operand(e plan.Expr) {
	switch e.(type) {
	case plan.Column, plan.Param, plan.Literal, plan.Call, plan.Scalar:
		w.expr(e)
	default:
		w.paren(e)
	}
}

func (w *writer) pick(negate bool, yes, no string) {
	if negate {
		w.text(yes)
	} else {
		w.text(no)
	}
}

// membership writes what looks into lists and subqueries.
func (w *writer) membership(e plan.Expr) {
	switch e := e.(type) {
	case plan.In:
		w.operand(e.X)
		w.pick(e.Negate, " NOT IN (", " IN (")
		for i, x := range e.List {
			if i > 0 {
				w.text(", ")
			}
			w.expr(x)
		}
		w.text(")")
	case plan.InSelect:
		w.operand(e.X)
		w.pick(e.Negate, " NOT IN (", " IN (")
		w.query(e.Sub)
		w.text(")")
	case plan.InJSON:
		w.operand(e.X)
		w.pick(e.Negate, " NOT IN (", " IN (")
		w.text(eachValue)
		w.expr(e.Array)
		w.text("))")
	case plan.InKeys:
		w.inKeys(e)
	case plan.RowEqual:
		w.rowEqual(e)
	case plan.EachHas:
		w.text("EXISTS (SELECT 1 FROM json_each(")
		w.expr(e.List)
		w.text(") AS \"_each\" WHERE \"_each\".\"value\" = ")
		w.expr(e.Item)
		w.text(")")
	case plan.Exists:
		w.pick(e.Negate, "NOT EXISTS (", "EXISTS (")
		w.query(e.Sub)
		w.text(")")
	case plan.Scalar:
		w.text("(")
		w.query(e.Sub)
		w.text(")")
	default:
		panic("litestone: no SQL for this expression")
	}
}

// eachValue reads a list that travels as one JSON array, in the form plan writes it: a blob is an array
// of its hexadecimal digits, text that JSON cannot hold an object.
const eachValue = "SELECT CASE type WHEN 'array' THEN unhex(value ->> 0) WHEN 'object' THEN CAST(unhex(value ->> 't') AS TEXT) ELSE value END FROM json_each("

// inKeys writes membership in a batch of parents' keys. Keys of several columns are row values.
func (w *writer) inKeys(e plan.InKeys) {
	n := len(e.X)
	if n == 1 {
		w.operand(e.X[0])
		w.text(" IN (")
		if w.keys < 0 {
			w.text(eachValue)
			w.param(plan.Source{Kind: plan.FromKeyJSON})
			w.text(")")
		} else {
			for i := range w.keys {
				if i > 0 {
					w.text(", ")
				}
				w.param(plan.Source{Kind: plan.FromKeys, Slot: i})
			}
		}
		w.text(")")
		return
	}
	w.text("(")
	for i, x := range e.X {
		if i > 0 {
			w.text(", ")
		}
		w.expr(x)
	}
	w.text(") IN (")
	if w.keys < 0 {
		w.text("SELECT ")
		for i := range n {
			if i > 0 {
				w.text(", ")
			}
			at := "'$[" + strconv.Itoa(i) + "]"
			w.text("CASE json_type(value, " + at + "') WHEN 'array' THEN unhex(value ->> " + at + "[0]') WHEN 'object' THEN CAST(unhex(value ->> " + at + ".t') AS TEXT) ELSE value ->> ")
			w.num(i)
			w.text(" END")
		}
		w.text(" FROM json_each(")
		w.param(plan.Source{Kind: plan.FromKeyJSON})
		w.text(")")
	} else {
		w.text("VALUES ")
		for k := range w.keys {
			if k > 0 {
				w.text(", ")
			}
			w.text("(")
			for i := range n {
				if i > 0 {
					w.text(", ")
				}
				w.param(plan.Source{Kind: plan.FromKeys, Slot: k*n + i})
			}
			w.text(")")
		}
	}
	w.text(")")
}

// raw writes a caller's fragment; its own ? stand for its own values. The line break ends a
// comment the fragment may end with.
func (w *writer) raw(r plan.Raw) {
	w.text("(")
	w.text(r.SQL)
	w.text("\n)")
	w.args = append(w.args, r.Args...)
}

func (w *writer) caseWhen(c plan.Case) {
	w.text("CASE")
	for i := range c.When {
		w.text(" WHEN ")
		w.expr(c.When[i])
		w.text(" THEN ")
		w.expr(c.Then[i])
	}
	if c.Else != nil {
		w.text(" ELSE ")
		w.expr(c.Else)
	}
	w.text(" END")
}

func (w *writer) call(c plan.Call) {
	w.text(c.Name)
	w.text("(")
	if c.Star {
		w.text("*")
	}
	if c.Distinct {
		w.text("DISTINCT ")
	}
	for i, a := range c.Args {
		if i > 0 {
			w.text(", ")
		}
		w.expr(a)
	}
	w.order(c.OrderBy)
	w.text(")")
	if c.Filter != nil {
		w.text(" FILTER (WHERE ")
		w.expr(c.Filter)
		w.text(")")
	}
	if c.Over != nil {
		w.over(c.Over)
	}
}

func (w *writer) over(o *plan.Over) {
	w.text(" OVER (")
	for i, p := range o.PartitionBy {
		if i == 0 {
			w.text("PARTITION BY ")
		} else {
			w.text(", ")
		}
		w.expr(p)
	}
	w.order(o.OrderBy)
	if o.Frame != "" {
		w.text(" " + o.Frame)
	}
	w.text(")")
}

// deny writes what makes the statement fail: the row breaks a rule.
func (w *writer) deny(d plan.Deny) {
	what := "'litestone:denied:" + strings.ReplaceAll(d.Model+":"+d.Rule, "'", "''") + "'"
	if w.d.Refusal == Raise {
		w.text("RAISE(ABORT, " + what + ")")
	} else {
		w.text("json_extract('{}', " + what + ")")
	}
}
