package write

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Restore brings back the removed rows the condition finds, with all that the same removal took,
// and answers them by key. It asks the policy of updates.
func (e *Engine) Restore(ctx context.Context, c Call, m *schema.Model, a *query.DeleteArgs) ([]unsafe.Pointer, error) {
	k := e.begin(c, m, "restore")
	defer e.end(k)
	answer := []unsafe.Pointer{}
	err := k.atomic(ctx, func() error {
		w := plan.Writing{Kind: plan.Locate, Model: m, Op: schema.Update, Deleted: plan.OnlyDeleted, Where: a.Where, Raw: m.Columns}
		found, err := k.run(ctx, &w)
		if err != nil || found.rows == 0 {
			return err
		}
		keys := columnsOf(m, found.raw, m.Key)
		revive := plan.Writing{Kind: plan.Update, Model: m, Op: schema.Update, Deleted: plan.OnlyDeleted, Batch: &plan.Batch{Fields: m.Key},
			Set: []plan.Given{{Field: m.SoftDelete.Field, Value: query.Null()}}, Later: true}
		if _, err := k.runBatch(ctx, &revive, keys); err != nil {
			return k.fault(err)
		}
		if e.models[m.Index].cascading {
			if err := k.reviveBelow(ctx, e.models[m.Index], found.raw); err != nil {
				return err
			}
		}
		ret := wanted(&a.Return)
		if ret == nil {
			return nil
		}
		look := plan.Writing{Kind: plan.Reread, Model: m, Op: schema.Read, Trusted: true, Batch: &plan.Batch{Fields: m.Key}, Return: ret}
		out, err := k.runBatch(ctx, &look, keys)
		if err != nil {
			return err
		}
		answer = append(answer, out.answers.Seen.Rows...)
		return k.attach(ctx, out)
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// reviveBelow brings back what the stamps of removed rows took below them. rows are the rows'
// columns as they were; each stamp is followed by itself.
func (k *work) reviveBelow(ctx context.Context, m *model, rows []query.Value) error {
	stamp := 0
	for i, c := range m.Columns {
		if c == m.SoftDelete.Field {
			stamp = i
		}
	}
	width := len(m.Columns)
	groups := map[string][]query.Value{}
	var order []query.Value
	for at := 0; at+width <= len(rows); at += width {
		s := rows[at+stamp]
		if _, ok := groups[s.Str()]; !ok {
			order = append(order, s)
		}
		groups[s.Str()] = append(groups[s.Str()], rows[at:at+width]...)
	}
	for _, s := range order {
		if err := k.revive(ctx, m, groups[s.Str()], s); err != nil {
			return err
		}
	}
	return nil
}

// revive brings back the rows below that carry a stamp.
func (k *work) revive(ctx context.Context, m *model, rows []query.Value, stamp query.Value) error {
	for _, c := range m.children {
		below := k.e.models[c.relation.Model.Index]
		if below.SoftDelete == nil || c.hard {
			continue
		}
		keys := columnsOf(m.Model, rows, c.relation.Remote)
		if len(keys) == 0 {
			continue
		}
		w := plan.Writing{Kind: plan.Update, Model: below.Model, Op: schema.Update, Trusted: true, Deleted: plan.OnlyDeleted,
			Batch: &plan.Batch{Fields: c.relation.Local, Stamp: &stamp}, Raw: below.Columns,
			Set: []plan.Given{{Field: below.SoftDelete.Field, Value: query.Null()}}}
		out, err := k.runBatch(ctx, &w, keys)
		if err != nil {
			return k.fault(err)
		}
		if out.rows > 0 {
			if err := k.revive(ctx, below, out.raw, stamp); err != nil {
				return err
			}
		}
	}
	return nil
}
