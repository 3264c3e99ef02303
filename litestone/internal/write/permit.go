package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// ruled are the fields of a row that the caller gave and whose write rules may refuse him.
func (k *work) ruled(r *row) bool {
	if !r.m.hasRuled || k.system() {
		return false
	}
	for _, f := range r.m.Columns {
		if r.state[f.Index] == given && r.m.ruled[f.Index] {
			return true
		}
	}
	return false
}

func (k *work) system() bool { return k.c.Session != nil && k.c.Session.System }

// permit drops the values of fields the caller may not write. A new row is judged by its own
// values; rules of an update that look at the stored row stay with the statement.
//
// What was judged beside a value that is dropped is judged again without it: nobody opens one
// field by claiming another that is not his to write either.
func (k *work) permit(ctx context.Context, r *row) error {
	if !k.ruled(r) {
		return nil
	}
	for {
		fields := k.undecided(r)
		if len(fields) == 0 {
			return nil
		}
		if dropped, err := k.ask(ctx, r, fields); err != nil || !dropped {
			return err
		}
	}
}

// undecided drops what is known to be refused and gives the fields whose rules must be asked.
func (k *work) undecided(r *row) (fields []*schema.Field) {
	for _, f := range r.m.Columns {
		if r.state[f.Index] != given || !r.m.ruled[f.Index] {
			continue
		}
		byRow := usesRow(f)
		if allowed, known := k.allowed[f]; known && !byRow {
			if !allowed {
				r.state[f.Index] = absent
			}
			continue
		}
		if !r.create && byRow {
			r.judged = true
			continue
		}
		fields = append(fields, f)
	}
	return fields
}

// ask asks SQLite for the rules of some fields, over the row's values, and tells whether any was
// dropped; what depends on the session alone is asked once per call.
func (k *work) ask(ctx context.Context, r *row, fields []*schema.Field) (dropped bool, err error) {
	row := sets(r, nil)
	for i := range row {
		if g := &row[i]; g.Field.Encrypted != nil && !g.Value.IsNull() {
			g.Value = query.Text("") // rules ask of it whether it is null; the value itself stays here
		}
	}
	for i := range r.m.fills {
		if d := &r.m.fills[i]; r.create && d.kind == fillLiteral && !r.has(d.field) {
			row = append(row, plan.Given{Field: d.field, Value: d.literal})
		}
	}
	w := plan.Writing{Model: r.m.Model, Set: row, Raw: fields}
	stmt, err := k.cached(shapeRules, 0, func(s *plan.Shape) { s.Writing(&w) }, func(env *plan.Env, slots plan.Slots) (*plan.Select, error) {
		return plan.MayWrite(env, slots, r.m.Model, fields, row)
	})
	if err != nil {
		return false, err
	}
	k.args = k.call.Bind().Args(k.args[:0], stmt.Args)
	err = k.call.Query(ctx, nil, conn.Query{SQL: stmt.SQL, Short: true}, stmt.Args, k.args, func(c *conn.Row) error {
		for i, f := range fields {
			allowed := c.Int64(i) != 0
			if !allowed {
				r.state[f.Index], dropped = absent, true
			}
			if !usesRow(f) {
				if k.allowed == nil {
					k.allowed = map[*schema.Field]bool{}
				}
				k.allowed[f] = allowed
			}
		}
		return nil
	})
	return dropped, err
}

// usesRow reports whether a field's write rules look at the row.
func usesRow(f *schema.Field) bool {
	for _, x := range f.Rules {
		if x.Write && !x.RowIndependent() {
			return true
		}
	}
	return false
}
