package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// below reports whether something nested in the row happens after the row is written.
func (r *row) below() bool {
	for i := range r.nested {
		if n := &r.nested[i]; n.relation.Kind != schema.BelongsTo || n.Op == query.NestDelete {
			return true
		}
	}
	return false
}

// before runs what is nested in the rows that this row's foreign keys point to, and sets the
// keys. at is the row as stored, nil for a new one.
func (k *work) before(ctx context.Context, r *row, at *place) error {
	for i := range r.nested {
		if n := &r.nested[i]; n.relation.Kind == schema.BelongsTo {
			if err := k.parent(ctx, r, n, at); err != nil {
				return k.placedIn(err, r, n)
			}
		}
	}
	return nil
}

// after runs what is nested in the rows that point to this row. at is the row as written.
func (k *work) after(ctx context.Context, r *row, at *place) error {
	for i := range r.nested {
		n := &r.nested[i]
		var err error
		switch n.relation.Kind {
		case schema.BelongsTo:
			if n.Op == query.NestDelete {
				err = k.deleteParent(ctx, r, n)
			}
		default:
			err = k.child(ctx, r, n, at)
		}
		if err != nil {
			return k.placedIn(err, r, n)
		}
	}
	return nil
}

// notFound is the error of a row that a nested operation is about.
func (k *work) notFound(r *row, n *nested) error {
	what := "linked "
	if n.Op == query.NestConnect || n.Op == query.NestSet {
		what = ""
	}
	return &liteerr.Error{Code: liteerr.NotFound, Model: k.m.Accessor, Operation: k.op, Fields: []string{join(r.path, n.relation.Name())},
		Message: n.Op.String() + " found no " + what + "row of " + n.relation.Target.Accessor + " within reach"}
}

// find looks for the first row of a condition that may be updated; nil when there is none.
func (k *work) find(ctx context.Context, m *model, where *query.Cond, within *plan.Within) (*place, error) {
	w := plan.Writing{Kind: plan.Locate, Model: m.Model, Op: schema.Update, Where: where, Within: within, One: true, Raw: m.Columns}
	out, err := k.run(ctx, &w)
	if err != nil || out.rows == 0 {
		return nil, err
	}
	return &place{m: m, values: out.raw}, nil
}

// findAll looks for all rows of a condition that may be updated.
func (k *work) findAll(ctx context.Context, m *model, where *query.Cond, within *plan.Within) ([]*place, error) {
	w := plan.Writing{Kind: plan.Locate, Model: m.Model, Op: schema.Update, Where: where, Within: within, Raw: m.Columns}
	out, err := k.run(ctx, &w)
	if err != nil {
		return nil, err
	}
	width := len(m.Columns)
	all := make([]*place, 0, out.rows)
	for at := 0; at+width <= len(out.raw); at += width {
		all = append(all, &place{m: m, values: out.raw[at : at+width]})
	}
	return all, nil
}

// hasNull reports whether a link is incomplete: it links to nothing.
func hasNull(values []query.Value) bool {
	for _, v := range values {
		if v.IsNull() {
			return true
		}
	}
	return false
}

// target is the model a nested operation is about.
func (k *work) target(n *nested) *model { return k.e.models[n.relation.Target.Index] }
