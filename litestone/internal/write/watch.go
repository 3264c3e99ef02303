package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// ChangeKind is what happened to a row.
type ChangeKind uint8

// The kinds of changes.
const (
	Created ChangeKind = iota
	Updated
	Removed
	Restored
	Deleted
)

// Change is one row of a watched model that a call changed: its columns in the model's order.
type Change struct {
	Model  *schema.Model
	Kind   ChangeKind
	Before []query.Value // nil: the row is new
	After  []query.Value // nil: the row is gone
}

// Observer is told what a call changed when all its statements have run, in its transaction. An error
// undoes the call.
type Observer interface {
	Observe(ctx context.Context, changes []Change) error
}

// watches marks the models whose changes are told; their deletions, and those of rows whose deletion
// takes such rows along, look below first.
func (e *Engine) watches(watched func(*schema.Model) bool) {
	if watched == nil {
		return
	}
	for _, m := range e.models {
		m.watched = watched(m.Model)
	}
}

// observed reports whether what the call does with a model's rows is told to somebody: then it is one
// transaction whatever it takes.
func (k *work) observed() bool {
	if k.c.Observer == nil || k.m == nil {
		return false
	}
	m := k.e.models[k.m.Index]
	return m.watched || m.erasing
}

// tell tells the observer what the call changed.
func (k *work) tell(ctx context.Context) error {
	if k.c.Observer == nil || len(k.changes) == 0 {
		return nil
	}
	list := k.changes
	k.changes = nil
	return k.c.Observer.Observe(ctx, list)
}

// changed notes what a statement did with rows of a watched model. was are the rows before, when
// they were read.
func (k *work) changed(l *logging, was, now []query.Value) {
	if !l.m.watched || k.c.Observer == nil {
		return
	}
	m := l.m.Model
	width := len(m.Columns)
	before := rowsByKey(m, was)
	for at := 0; at+width <= len(now); at += width {
		row := now[at : at+width : at+width]
		c := Change{Model: m, Kind: l.change}
		switch l.change {
		case Created:
			c.After = row
		case Deleted:
			c.Before = row
		case Removed:
			c.Before, c.After = unstamped(m, row), row
		default:
			c.After = row
			key := rowKey(m, row)
			if c.Before = before[key]; c.Before == nil && len(was) == width {
				c.Before = was // one row, whose key changed
			}
		}
		k.changes = append(k.changes, c)
	}
}

// changeOf says what a statement does to rows.
func changeOf(w *plan.Writing) ChangeKind {
	switch {
	case w.Kind == plan.Insert:
		return Created
	case w.Kind == plan.Delete:
		return Deleted
	case w.Op == schema.Delete:
		return Removed
	}
	if sd := w.Model.SoftDelete; sd != nil && w.Deleted == plan.OnlyDeleted && len(w.Set) > 0 && w.Set[0].Field == sd.Field {
		return Restored
	}
	return Updated
}

func rowsByKey(m *schema.Model, rows []query.Value) map[string][]query.Value {
	width := len(m.Columns)
	out := make(map[string][]query.Value, len(rows)/max(width, 1))
	for at := 0; at+width <= len(rows) && len(m.Key) > 0; at += width {
		row := rows[at : at+width : at+width]
		out[rowKey(m, row)] = row
	}
	return out
}

func rowKey(m *schema.Model, row []query.Value) string {
	return plan.JSONRows(keysOf(m, row, len(m.Columns)), 1).Str()
}
