package litestone

import (
	"fmt"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// globalFilters resolves Config.Filters once.
func globalFilters(s *schema.Schema, in map[string]Predicate) (map[*schema.Model]*query.Cond, error) {
	out := make(map[*schema.Model]*query.Cond, len(in))
	for name, p := range in {
		m := s.Model(name)
		if m == nil {
			return nil, &Error{Code: CodeConfig, Operation: "open", Message: fmt.Sprintf("Config.Filters names %q, which is no model", name)}
		}
		c, err := p.Predicate(&query.Scope{Schema: s, Model: m})
		if err != nil {
			return nil, &Error{Code: CodeConfig, Operation: "open", Model: m.Accessor, Message: "Config.Filters: " + err.Error(), Err: err}
		}
		if other := out[m]; other != nil { // the model's name and its accessor
			both := other.And(*c)
			c = &both
		}
		out[m] = c
	}
	return out, nil
}

// sessionFilters finds the models of Config.FilterFuncs. What the functions answer is resolved by
// the calls that ask them.
func sessionFilters(s *schema.Schema, in map[string]func(map[string]any) Predicate) (map[*schema.Model]plan.FilterFunc, error) {
	if len(in) == 0 {
		return nil, nil
	}
	out := make(map[*schema.Model]plan.FilterFunc, len(in))
	for name, f := range in {
		m := s.Model(name)
		switch {
		case m == nil:
			return nil, &Error{Code: CodeConfig, Operation: "open", Message: fmt.Sprintf("Config.FilterFuncs names %q, which is no model", name)}
		case f == nil:
			return nil, &Error{Code: CodeConfig, Operation: "open", Model: m.Accessor, Message: "Config.FilterFuncs: the function is nil", Hint: "leave the model out"}
		case out[m] != nil:
			return nil, &Error{Code: CodeConfig, Operation: "open", Model: m.Accessor, Message: fmt.Sprintf("Config.FilterFuncs has the model twice, as %q and %q", m.Name, m.Accessor), Hint: "leave one"}
		}
		out[m] = func(auth map[string]any) (*query.Cond, error) {
			p := f(auth)
			if p == nil {
				return nil, nil
			}
			return p.Predicate(&query.Scope{Schema: s, Model: m})
		}
	}
	return out, nil
}
