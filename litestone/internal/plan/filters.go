package plan

import (
	"strings"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// FilterFunc makes the global filter of a model for who asks; auth is nil for nobody. nil means
// every row.
type FilterFunc func(auth map[string]any) (*query.Cond, error)

// SessionFilters are the global filters that depend on who asks, as one call has them: a model's
// function is asked at most once, and only where the call touches the model.
//
// Their conditions are part of the call's shape. So a statement kept for one session's filter
// serves another only where both have the same form, and the values are always the call's own.
type SessionFilters struct {
	funcs map[*schema.Model]FilterFunc
	auth  map[string]any
	more  func(*schema.Model) (*query.Cond, error) // of plugins, for this call; nil: none
	asked map[*schema.Model]asked

	shape  *Shape          // the statement's
	walked []*schema.Model // whose conditions stand in the shape, in this order
}

// asked is a model's filter as one call has it.
type asked struct {
	cond      *query.Cond
	own, plug bool // whose it is; of both it is an AND of two
}

// Begin readies the filters for a call of a session with this auth object.
func (f *SessionFilters) Begin(funcs map[*schema.Model]FilterFunc, auth map[string]any) {
	f.funcs, f.auth, f.shape, f.more = funcs, auth, nil, nil
	f.walked = f.walked[:0]
	clear(f.asked)
}

// More adds the filters of plugins, which know the call. Every model has a function then.
func (f *SessionFilters) More(more func(*schema.Model) (*query.Cond, error)) { f.more = more }

// Walk adds the filters of models to the shape of a statement, where the call's own part of it
// ends.
func (f *SessionFilters) Walk(s *Shape, models []*schema.Model) error {
	f.shape, f.walked = s, f.walked[:0]
	for _, m := range models {
		if _, err := f.of(m); err != nil {
			return err
		}
	}
	return nil
}

// Walked gives the models whose filters stand in the shape, in their order. It is valid until
// the next Walk.
func (f *SessionFilters) Walked() []*schema.Model { return f.walked }

// of gives a model's filter, nil when there is none, and sees that it stands in the shape.
func (f *SessionFilters) of(m *schema.Model) (*query.Cond, error) {
	a, ok := f.asked[m]
	if !ok {
		c, err := f.funcs[m](f.auth)
		if err != nil {
			return nil, &liteerr.Error{Code: liteerr.Config, Model: m.Accessor, Message: "Config.FilterFuncs: " + err.Error(), Err: err}
		}
		a = asked{cond: c, own: !c.Empty()}
		if f.more != nil {
			of, err := f.more(m)
			if err != nil {
				return nil, err
			}
			a.cond, a.plug = both(c, of), !of.Empty()
		}
		if f.asked == nil {
			f.asked = map[*schema.Model]asked{}
		}
		f.asked[m] = a
	}
	for _, w := range f.walked {
		if w == m {
			return a.cond, nil
		}
	}
	f.walked = append(f.walked, m)
	f.shape.Num(m.Index)
	f.shape.Cond(a.cond)
	return a.cond, nil
}

// both is a condition that holds where two do; nil holds everywhere.
func both(a, b *query.Cond) *query.Cond {
	switch {
	case a.Empty():
		return b
	case b.Empty():
		return a
	}
	return &query.Cond{Op: query.OpAnd, Kids: []query.Cond{*a, *b}}
}

// Filtered reports whether some session may not reach all rows of a model.
func (e *Env) Filtered(m *schema.Model) bool {
	return !e.Filters[m].Empty() || e.FilterFuncs[m] != nil
}

// filters gives the conditions of a model's global filters on t's row. They hold whoever asks,
// the system too.
func (b *builder) filters(t *Table, m *schema.Model) (All, error) {
	if !b.env.Filtered(m) {
		return nil, nil
	}
	for i, f := range b.filtering {
		if f == m {
			return nil, circular(b.filtering[i:])
		}
	}
	b.filtering = append(b.filtering, m)
	defer func() { b.filtering = b.filtering[:len(b.filtering)-1] }()
	var all All
	if f := b.env.Filters[m]; !f.Empty() {
		e, err := b.constants().where(t, m, f)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
		b.tracedFilter(m, GuardFilter, e)
	}
	f, err := b.sessionFilter(m)
	if err != nil || f.Empty() {
		return all, err
	}
	e, err := (&whereBuilder{builder: b, trusted: true}).where(t, m, f)
	if err == nil && b.env.Trace != nil {
		b.tracedSession(m, e)
	}
	return append(all, e), err
}

// sessionFilter gives a model's filter for who asks. An environment that knows no session gives
// an error instead of all rows.
func (b *builder) sessionFilter(m *schema.Model) (*query.Cond, error) {
	if b.env.FilterFuncs[m] == nil {
		return nil, nil
	}
	if b.env.Session == nil || b.slots == nil {
		return nil, &liteerr.Error{Code: liteerr.Unsupported, Model: m.Accessor, Message: "this statement is made without a session, and the model has a filter that needs one"}
	}
	return b.env.Session.of(m)
}

// rawFiltered reports whether a model's filters hold raw SQL over its own columns.
func (b *builder) rawFiltered(m *schema.Model) (bool, error) {
	f, err := b.sessionFilter(m)
	return hasRaw(b.env.Filters[m]) || hasRaw(f), err
}

func circular(models []*schema.Model) error {
	names := make([]string, 0, len(models)+1)
	for _, m := range models {
		names = append(names, m.Accessor)
	}
	names = append(names, names[0])
	return &liteerr.Error{Code: liteerr.Config, Model: names[0],
		Message: "global filters ask each other in a circle: " + strings.Join(names, " → "),
		Hint:    "let one of them test its own columns only, or the key of the other"}
}

// CheckFilters builds every fixed global filter once: what cannot be built is an error of the
// configuration, not of the first call.
func CheckFilters(env *Env) error {
	for _, m := range env.Schema.Models {
		if env.Filters[m].Empty() {
			continue
		}
		fixed := *env
		fixed.FilterFuncs = nil
		if _, err := Count(&fixed, Slots{}, m, &query.FindArgs{}); err != nil {
			return err
		}
	}
	return nil
}
