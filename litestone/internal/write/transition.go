package write

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// states are the conditions an update's new states put on the old ones: the statement itself
// changes only a row that a step leads from, so nothing can come between.
func (k *work) states(r *row) []plan.State {
	if k.system() {
		return nil
	}
	var out []plan.State
	for _, f := range r.m.Columns {
		if f.Enum == nil || !f.Enum.HasMachine || f.List || r.state[f.Index] != given || r.vals[f.Index].IsNull() {
			continue
		}
		to := r.vals[f.Index].Str()
		s := plan.State{Field: f, From: []string{to}}
		for _, t := range f.Enum.Transitions {
			if t.To == to {
				s.From = append(s.From, t.From...)
			}
		}
		out = append(out, s)
	}
	return out
}

// stuck says why an update with states changed nothing: there is no such row (nil), its state
// does not lead to the new one, or it changed between two looks.
func (k *work) stuck(ctx context.Context, w *plan.Writing) error {
	states := w.States
	look := plan.Writing{Kind: plan.Locate, Model: w.Model, Op: w.Op, Deleted: w.Deleted, Where: w.Where, Key: w.Key, Within: w.Within, One: true}
	for _, s := range states {
		look.Raw = append(look.Raw, s.Field)
	}
	to := make([]string, len(states))
	for i, s := range states {
		for j := range w.Set {
			if w.Set[j].Field == s.Field {
				to[i] = w.Set[j].Value.Str()
			}
		}
	}
	out, err := k.run(ctx, &look)
	if err != nil || out.rows == 0 {
		return err
	}
	for i, s := range states {
		if from := out.raw[i]; !s.Allows(from) {
			return &liteerr.Error{Code: liteerr.TransitionInvalid, Model: w.Model.Accessor, Operation: k.op, Fields: []string{s.Field.Name},
				Message: "no transition leads from " + k.stateName(s.Field, from) + " to " + to[i]}
		}
	}
	return &liteerr.Error{Code: liteerr.TransitionConflict, Model: w.Model.Accessor, Operation: k.op,
		Message: "the row changed its state meanwhile", Hint: "read it again and decide anew"}
}

// stateName is a stored state for an error, told only where everybody may read it: who changes a row
// need not be one who sees it.
func (k *work) stateName(f *schema.Field, v query.Value) string {
	m := f.Model
	switch {
	case !k.system() && (m.Gate != nil || f.Guarded != schema.Shown || len(f.Rules) > 0 || !k.env().Policies.For(m, schema.Read).Open()):
		return "the row's state"
	case v.IsNull():
		return "no state"
	}
	return v.Str()
}

// Transition takes a named step of a state machine on the row of a key and answers the row; nil
// when there is none within the caller's reach.
//
// Errors: transition_not_found when no enum of the model has the step, transition_violation when
// it does not lead from the row's state.
func (e *Engine) Transition(ctx context.Context, c Call, m *schema.Model, key query.Value, name string) (unsafe.Pointer, error) {
	k := e.begin(c, m, "transition")
	defer e.end(k)
	if len(m.Key) != 1 {
		return nil, plan.Fault(m, "", "transition finds its row by a key of one field")
	}
	r := k.newRow(e.models[m.Index], false, "")
	var step plan.State
	for _, f := range m.Columns {
		if f.Enum == nil || f.List || step.Field != nil {
			continue
		}
		for _, t := range f.Enum.Transitions {
			if t.Name == name {
				step = plan.State{Field: f, From: t.From, Only: true}
				r.put(f, query.Text(t.To), given)
			}
		}
	}
	if step.Field == nil {
		return nil, &liteerr.Error{Code: liteerr.TransitionUnknown, Model: m.Accessor, Operation: k.op,
			Message: "the model has no transition " + name}
	}
	var out result
	err := k.atomic(ctx, func() (err error) {
		if err := k.permit(ctx, r); err != nil {
			return err
		}
		if !r.has(step.Field) {
			return &liteerr.Error{Code: liteerr.AccessDenied, Model: m.Accessor, Operation: k.op, Fields: []string{step.Field.Name},
				Message: "the field may not be written"}
		}
		k.stamp(r)
		k.w = plan.Writing{Kind: plan.Update, Model: m, Op: schema.Update, Key: []query.Value{key}, States: []plan.State{step},
			Set: sets(r, k.w.Set[:0]), Return: &query.FindArgs{}, Later: true}
		if r.counts() {
			k.w.Raw = m.Columns
		}
		if out, err = k.run(ctx, &k.w); err == nil && out.rows == 0 {
			err = k.stuck(ctx, &k.w)
		} else if err == nil && r.counts() {
			err = k.recount(ctx, r, out.raw)
		}
		if err != nil {
			return err
		}
		return k.attach(ctx, out)
	})
	return out.row(), err
}
