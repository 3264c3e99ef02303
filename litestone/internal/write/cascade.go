package write

import (
	"context"
	"time"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// cascades finds, once, which models' foreign keys point to which, and which models take part in
// cascading soft deletes.
func (e *Engine) cascades(s *schema.Schema) {
	for _, m := range s.Models {
		for _, r := range m.Relations {
			if r.Kind != schema.BelongsTo || r.Target.Database != m.Database {
				continue // no transaction spans two databases
			}
			parent := e.models[r.Target.Index]
			c := child{relation: r, hard: r.Field.HardDelete}
			if r.Inverse != nil && r.Inverse.Field.HardDelete {
				c.hard = true
			}
			parent.children = append(parent.children, c)
		}
	}
	for _, m := range e.models {
		if m.SoftDelete != nil && m.SoftDelete.Cascade {
			e.spread(m)
		}
	}
}

// spread marks a model and all that its removals reach.
func (e *Engine) spread(m *model) {
	if m.cascading {
		return
	}
	m.cascading = true
	for _, c := range m.children {
		if below := e.models[c.relation.Model.Index]; below.SoftDelete != nil && !c.hard {
			e.spread(below)
		}
	}
}

// removedAt is the stamp of a removal. Where removals cascade no two share one, so that restoring
// brings back what its own removal took.
func (k *work) removedAt(m *schema.Model) query.Value {
	if !k.e.models[m.Index].cascading {
		return k.call.Bind().Instant()
	}
	return query.Text(session.TimeText(time.UnixMilli(k.e.stamps.after(k.e.read.Now().UnixMilli()))))
}

// cascade follows a removal down the tree. rows are the removed rows' columns; every live row
// below gets the same stamp, once, so that cycles end. Rows of @hardDelete relations go for
// good. Children follow their parent whatever their own policies say.
func (k *work) cascade(ctx context.Context, m *model, rows []query.Value, at query.Value) error {
	for _, c := range m.children {
		below := k.e.models[c.relation.Model.Index]
		if below.SoftDelete == nil && !c.hard {
			continue
		}
		keys := columnsOf(m.Model, rows, c.relation.Remote)
		if len(keys) == 0 {
			continue
		}
		w := plan.Writing{Model: below.Model, Op: schema.Delete, Trusted: true, Batch: &plan.Batch{Fields: c.relation.Local}}
		if c.hard {
			w.Kind, w.Deleted = plan.Delete, plan.WithDeleted
			if _, err := k.runBatch(ctx, &w, keys); err != nil {
				return k.fault(err)
			}
			continue
		}
		w.Kind, w.Raw = plan.Update, below.Columns
		w.Set = []plan.Given{{Field: below.SoftDelete.Field, Value: at}}
		out, err := k.runBatch(ctx, &w, keys)
		if err != nil {
			return k.fault(err)
		}
		if out.rows > 0 {
			if err := k.cascade(ctx, below, out.raw, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// columnsOf takes some columns out of rows of all columns. Rows with a NULL among them are left
// out: nothing points to them.
func columnsOf(m *schema.Model, rows []query.Value, fields []*schema.Field) []query.Value {
	width := len(m.Columns)
	place := make([]int, len(fields))
	for i, f := range fields {
		for j, c := range m.Columns {
			if c == f {
				place[i] = j
			}
		}
	}
	out := make([]query.Value, 0, len(rows)/max(width, 1)*len(fields))
next:
	for at := 0; at+width <= len(rows); at += width {
		for _, p := range place {
			if rows[at+p].IsNull() {
				continue next
			}
		}
		for _, p := range place {
			out = append(out, rows[at+p])
		}
	}
	return out
}
