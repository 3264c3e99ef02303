package write

import (
	"context"
	"slices"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/schema"
)

// Rows that are judged when the call ends are found again by their keys. What changes keys must not
// take them out of reach, or a row that may not be made is made under another key and moved.

// moves finds out which fields of each model, when they change, change the key of some row: those
// of its own key, and those that a key of another row follows. Where a key is set to something else
// when the row it points to goes, deletes change keys too.
func (e *Engine) moves(s *schema.Schema) {
	for _, m := range e.models {
		m.moves = make([]bool, len(m.Fields))
		for _, f := range m.Key {
			m.moves[f.Index] = true
		}
	}
	for _, m := range s.Models {
		for _, r := range m.Relations {
			if r.Kind == schema.BelongsTo && (r.OnDelete == schema.SetDefault || r.OnDelete == schema.SetNull) {
				e.shifts = e.shifts || slices.ContainsFunc(r.Local, func(f *schema.Field) bool { return slices.Contains(m.Key, f) })
			}
			if r.Kind != schema.BelongsTo || r.OnUpdate == schema.NoAction || r.OnUpdate == schema.Restrict {
				continue
			}
			for _, f := range r.Remote {
				e.models[r.Target.Index].moves[f.Index] = true
			}
		}
	}
}

// settle asks the rules that wait for the end of the call, or of its stream, before an update that
// changes keys. The row it moves is judged again under its new key, as an update.
func (k *work) settle(ctx context.Context, m *model, set []plan.Given) error {
	if !slices.ContainsFunc(set, func(g plan.Given) bool { return m.moves[g.Field.Index] }) {
		return nil
	}
	return k.settled(ctx)
}

// settleDelete is settle before a delete.
func (k *work) settleDelete(ctx context.Context, w *plan.Writing) error {
	if !k.e.shifts || w.Kind != plan.Delete {
		return nil
	}
	return k.settled(ctx)
}

// settled leaves no row waiting for its rules.
func (k *work) settled(ctx context.Context) error {
	if k.c.Trial != nil {
		if err := k.verdicts(ctx); err != nil {
			return err
		}
	} else if err := k.judgePending(ctx); err != nil {
		return err
	}
	k.pending = k.pending[:0]
	if k.c.Bulk != nil {
		return k.c.Bulk.judge(ctx, k)
	}
	return nil
}
