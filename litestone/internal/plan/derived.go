package plan

import (
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// derived evaluates a @from field as a correlated subquery under the target's guards.
func (b *builder) derived(t *Table, f *schema.Field) (Expr, error) {
	from := f.From
	sub, to, err := b.related(t, from.Relation, reach{op: schema.Read})
	if err != nil {
		return nil, err
	}
	body := sub.body
	if from.Where != "" {
		body.Where = append(body.Where, Raw{SQL: from.Where})
	}
	switch from.Kind {
	case schema.FromExists:
		body.Out = []Output{{Expr: one}}
		return Exists{Sub: sub}, nil
	case schema.FromCount:
		body.Out = []Output{{Expr: Call{Name: "count", Star: true}}}
		return Scalar{sub}, nil
	case schema.FromSum, schema.FromMin, schema.FromMax:
		if b.hidden(from.Field) {
			return null, nil
		}
		x := Expr(to.column(from.Field))
		if ok, err := b.readable(to, from.Field); err != nil {
			return nil, err
		} else if ok != nil {
			x = Case{When: []Expr{ok}, Then: []Expr{x}}
		}
		call := Expr(Call{Name: map[schema.FromKind]string{schema.FromSum: "sum", schema.FromMin: "min", schema.FromMax: "max"}[from.Kind], Args: []Expr{x}})
		if from.Kind == schema.FromSum {
			call = Call{Name: "coalesce", Args: []Expr{call, zero}}
		}
		body.Out = []Output{{Expr: call}}
		return Scalar{sub}, nil
	}
	return nil, &liteerr.Error{Code: liteerr.Validation, Model: f.Model.Accessor, Fields: []string{f.Name},
		Message: "the field answers a whole row, which cannot be tested or sorted by"}
}

// derivedRow makes the include behind a @from(first|last) field: the one row by key order, or
// by the field asked for.
func derivedRow(f *schema.Field) *query.FindArgs {
	from := f.From
	target := from.Relation.Target
	args := &query.FindArgs{HasLimit: true, Limit: 1}
	desc := from.Kind == schema.FromLast
	by := target.Key
	if from.OrderBy != nil {
		by = append([]*schema.Field{from.OrderBy}, by...)
	}
	for _, k := range by {
		args.OrderBy = append(args.OrderBy, query.Order{Ref: refOf(k), Desc: desc})
	}
	if from.Where != "" {
		args.Where = &query.Cond{Op: query.OpRaw, Raw: &query.Fragment{SQL: from.Where}}
	}
	return args
}

func refOf(f *schema.Field) query.Ref {
	return query.Ref{Model: f.Model.Accessor, Name: f.Name, Index: f.Index}
}
