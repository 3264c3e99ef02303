package litestone

import (
	"fmt"
	"slices"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

const defaultEventRows = 10_000

// herald makes events of changes and tells them.
type herald struct {
	told    Events
	max     int
	subject []*announcement // by schema index; nil: the model is not watched
}

// announcement is what is told of a model's rows.
type announcement struct {
	columns  *rows.Columns
	machines []machine
}

// machine is a column whose enum has a state machine.
type machine struct {
	field *schema.Field
	at    int // in the model's columns
}

// newHerald looks Config.OnEvent up; nil where nobody wants to be told.
func newHerald(cfg *Config, s *schema.Schema) (*herald, error) {
	on := cfg.OnEvent
	h := &herald{told: on, max: on.MaxRows, subject: make([]*announcement, len(s.Models))}
	switch {
	case on.MaxRows < 0:
		return nil, &Error{Code: CodeConfig, Operation: "open", Message: "Config.OnEvent.MaxRows is below 0", Hint: "leave it out for 10,000"}
	case on.MaxRows == 0:
		h.max = defaultEventRows
	}
	watched := make(map[*schema.Model]bool, len(on.Models))
	for _, name := range on.Models {
		m := s.Model(name)
		if m == nil {
			names := make([]string, len(s.Models))
			for i, m := range s.Models {
				names[i] = m.Accessor
			}
			return nil, &Error{Code: CodeConfig, Operation: "open", Message: fmt.Sprintf("Config.OnEvent.Models names %q, which is no model", name), Hint: diag.DidYouMean(name, names...)}
		}
		watched[m] = true
	}
	if on.Create == nil && on.Update == nil && on.Remove == nil && on.Transition == nil && on.Change == nil {
		return nil, nil
	}
	for _, m := range s.Models {
		if len(on.Models) > 0 && !watched[m] {
			continue
		}
		a := &announcement{columns: rows.ColumnsOf(m, shownInLog)}
		for i, f := range m.Columns {
			if f.Enum != nil && f.Enum.HasMachine && !f.List && shownInLog(f) {
				a.machines = append(a.machines, machine{f, i})
			}
		}
		h.subject[m.Index] = a
	}
	return h, nil
}

// watches reports whether events tell of a model.
func (h *herald) watches(m *schema.Model) bool { return h != nil && h.subject[m.Index] != nil }

// collect makes the events of one call; rows beyond the limit are counted in r.
func (h *herald) collect(r *reports, o *observation, changes []write.Change) (out []*Event) {
	now := o.c.core.config.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range changes {
		c := &changes[i]
		a := h.subject[c.Model.Index]
		if a == nil {
			continue
		}
		kind, steps := a.kind(c, o.step)
		if r.kept >= h.max {
			r.sums.count(tallied{asker: o.asker, operation: o.call.Operation, model: c.Model, kind: kind, steps: steps, rows: 1, at: now})
			continue
		}
		r.kept++
		row := EventRow{Before: a.columns.Record(c.Before), After: a.columns.Record(c.After)}
		if n := len(out); n > 0 && out[n-1].Model == c.Model && out[n-1].Kind == kind && slices.Equal(out[n-1].Steps, steps) {
			out[n-1].Rows = append(out[n-1].Rows, row)
			out[n-1].Count++
			continue
		}
		e := &Event{Call: o.call, Kind: kind, Rows: []EventRow{row}, Count: 1, Steps: steps, At: now}
		e.Model = c.Model
		out = append(out, e)
	}
	return out
}

// kind says what happened to a row. named is the step that was asked for by its name.
func (a *announcement) kind(c *write.Change, named string) (EventKind, []Step) {
	switch c.Kind {
	case write.Created:
		return EventCreate, nil
	case write.Removed:
		return EventRemove, nil
	case write.Restored:
		return EventRestore, nil
	case write.Deleted:
		return EventDelete, nil
	}
	var steps []Step
	for _, m := range a.machines {
		if c.Before == nil {
			break
		}
		if s, ok := m.step(c.Before[m.at], c.After[m.at], named); ok {
			steps = append(steps, s)
		}
	}
	if steps == nil {
		return EventUpdate, nil
	}
	return EventTransition, steps
}

// step finds the step between two states: the named one where several lead the same way, else the first.
func (m machine) step(before, after query.Value, named string) (out Step, ok bool) {
	if before == after || before.IsNull() || after.IsNull() {
		return Step{}, false
	}
	from, to := before.Str(), after.Str()
	for _, t := range m.field.Enum.Transitions {
		if t.To == to && slices.Contains(t.From, from) && (!ok || t.Name == named) {
			out, ok = Step{m.field.Name, t.Name, from, to}, true
		}
	}
	return out, ok
}
