package write

import (
	"context"
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// An update gives no numbers, but it may take some: a number set by hand, or one that a row takes
// along into another scope. The counter of the row's scope then rises to it, so that create does
// not give it out again.

// counts reports whether an update may put a number into some scope.
func (r *row) counts() bool {
	for _, f := range r.m.sequences {
		if r.has(f) && !r.vals[f.Index].IsNull() || slices.ContainsFunc(f.Sequence.Scope, r.changes) {
			return true
		}
	}
	return false
}

// changes reports whether an update gives a column a value: its own, or a stamp still to come.
func (r *row) changes(f *schema.Field) bool {
	return r.has(f) || f.UpdatedAt || f.UpdatedBy != nil
}

// recount raises the counters to the numbers of rows that were changed. rows are all columns of each,
// as stored.
func (k *work) recount(ctx context.Context, r *row, rows []query.Value) error {
	type counter struct {
		scope []query.Value
		name  query.Value
		n     int64
	}
	width := len(r.m.Columns)
	for _, f := range r.m.sequences {
		var all []counter
		at := map[string]int{}
		for i := 0; i+width <= len(rows); i += width {
			row := rows[i : i+width]
			n := columnIn(r.m.Model, row, f)
			scope, ok := scopeOf(f, func(s *schema.Field) query.Value { return columnIn(r.m.Model, row, s) })
			if n.IsNull() || !ok {
				continue
			}
			name := scopeName(scope)
			j, known := at[name.Str()]
			if !known {
				j, at[name.Str()] = len(all), len(all)
				all = append(all, counter{scope, name, n.Int64()})
			}
			all[j].n = max(all[j].n, n.Int64())
		}
		for _, c := range all {
			if err := k.rise(ctx, f, c.name, c.scope, c.n); err != nil {
				return err
			}
		}
	}
	return nil
}

// scopeOf gives the values a sequence counts by; ok is false where one is null.
func scopeOf(f *schema.Field, value func(*schema.Field) query.Value) (scope []query.Value, ok bool) {
	scope = make([]query.Value, len(f.Sequence.Scope))
	for i, s := range f.Sequence.Scope {
		if scope[i] = value(s); scope[i].IsNull() {
			return nil, false
		}
	}
	return scope, true
}

// scopeName is the name of a scope's counter.
func scopeName(scope []query.Value) query.Value {
	if len(scope) == 0 {
		return query.Text("[]")
	}
	return plan.JSONRows(scope, 1)
}

// unnumbered is the required @sequence field a new row has no number for, when that is all that is
// missing in it.
func (r *row) unnumbered(missing []string) *schema.Field {
	if !r.create || len(missing) != 1 {
		return nil
	}
	for _, f := range r.m.sequences {
		if join(r.path, f.Name) == missing[0] && !r.has(f) {
			return f
		}
	}
	return nil
}

// scopeNames are the fields a sequence counts by, for errors.
func scopeNames(f *schema.Field) string {
	names := make([]string, len(f.Sequence.Scope))
	for i, s := range f.Sequence.Scope {
		names[i] = s.Name
	}
	return strings.Join(names, " and ")
}
