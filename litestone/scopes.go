package litestone

import (
	"context"
	"fmt"
	"strings"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Scope is a named piece of a query, registered in Config.Scopes and used by name: its where is
// ANDed with the call's, everything else is the call's where it says something, else the
// scope's. A scope is a convenience, not a policy: whoever calls may leave it out. Writes under one
// are unsupported.
type Scope struct {
	static  query.Finding
	dynamic func(auth map[string]any) query.Finding
}

// NewScope makes a scope of a Find, JSON or Map. It is checked at Open.
func NewScope(f query.Finding) Scope { return Scope{static: f} }

// ScopeFunc makes a scope that depends on who asks; auth is nil for nobody.
func ScopeFunc(f func(auth map[string]any) query.Finding) Scope { return Scope{dynamic: f} }

// scoped is a scope with its name.
type scoped struct {
	name string
	Scope
}

// namedScopes finds the models of Config.Scopes, named by their accessor or as the schema writes
// them, and refuses scopes that could not be called, or hide something that can.
func namedScopes(s *schema.Schema, in map[string]map[string]Scope) (map[*schema.Model]map[string]Scope, error) {
	out := make(map[*schema.Model]map[string]Scope, len(in))
	for model, scopes := range in {
		m := s.Model(model)
		if m == nil {
			return nil, &Error{Code: CodeConfig, Operation: "open", Message: fmt.Sprintf("Config.Scopes names %q, which is no model", model)}
		}
		if out[m] == nil {
			out[m] = make(map[string]Scope, len(scopes))
		}
		for name, sc := range scopes {
			if err := checkScope(s, m, name, sc); err != nil {
				return nil, err
			}
			if _, twice := out[m][name]; twice {
				return nil, &Error{Code: CodeConfig, Operation: "open", Model: m.Accessor, Message: fmt.Sprintf("Config.Scopes: %q is there twice, under %q and %q", name, m.Name, m.Accessor), Hint: "leave one"}
			}
			out[m][name] = sc
		}
	}
	return out, nil
}

func checkScope(s *schema.Schema, m *schema.Model, name string, sc Scope) error {
	wrong := func(message string) error {
		return &Error{Code: CodeConfig, Operation: "open", Model: m.Accessor, Message: fmt.Sprintf("Config.Scopes: %q %s", name, message), Hint: "give the scope another name"}
	}
	_, operation := operations[name]
	switch {
	case name == "" || strings.ContainsAny(name, ". "):
		return wrong("is no name")
	case name[0] == '$' || name[0] == '_':
		return wrong("begins with a sign that is reserved")
	case operation || name == "query":
		return wrong("is an operation of every table")
	case m.Field(name) != nil && m.Field(name).Relation != nil:
		return wrong("is a relation of the model")
	case sc.static == nil && sc.dynamic == nil:
		return wrong("says nothing")
	case sc.static == nil:
		return nil
	}
	var a query.FindArgs
	if err := sc.static.Finding(&query.Scope{Schema: s, Model: m, Operation: "findMany"}, &a); err != nil {
		return &Error{Code: CodeConfig, Operation: "open", Model: m.Accessor, Message: fmt.Sprintf("Config.Scopes: %q: %v", name, err), Err: err}
	}
	return nil
}

// Scope is the table under a named scope of Config.Scopes. Scopes chain. An unknown name is
// reported by the call.
func (t Table[T, C, U]) Scope(name string) Table[T, C, U] {
	t.scopes, t.c = t.c.chain(t.t.model, t.scopes, name)
	return t
}

// Scope is the table under a named scope of Config.Scopes. Scopes chain.
func (t *DynamicTable) Scope(name string) *DynamicTable {
	v := *t
	if t.m != nil {
		v.scopes, v.c = t.c.chain(t.m, t.scopes, name)
	}
	return &v
}

func (c *Client) chain(m *schema.Model, scopes []scoped, name string) ([]scoped, *Client) {
	s, ok := c.core.scopes[m][name]
	if !ok {
		v := *c
		v.bad = &Error{Code: CodeValidation, Model: m.Accessor, Fields: []string{name}, Message: fmt.Sprintf("there is no scope %q", name), Hint: "register it in Config.Scopes"}
		return scopes, &v
	}
	v := *c
	v.named = name
	return append(scopes[:len(scopes):len(scopes)], scoped{name, s}), &v
}

// readOnly refuses a write under a scope. A scope is a query's: it may order and limit, which no write
// does, and a write that left out its condition would reach rows the name says it does not.
func (c *Client) readOnly(m *schema.Model, op string) error {
	if c.named == "" {
		return nil
	}
	return &Error{Code: CodeUnsupported, Model: m.Accessor, Operation: op,
		Message: fmt.Sprintf("the scope %q is a piece of a query, and %s is none", c.named, op), Hint: "leave the scope out, and give the call its condition"}
}

// under puts the arguments of a call over those of its scopes.
func (c *Client) under(ctx context.Context, m *schema.Model, scopes []scoped, a *query.FindArgs) error {
	if len(scopes) == 0 {
		return nil
	}
	sess, err := c.session(ctx)
	if err != nil {
		return err
	}
	base := new(query.FindArgs)
	for _, s := range scopes {
		form := s.static
		if form == nil {
			if form = s.dynamic(sess.Auth); form == nil {
				continue
			}
		}
		next := new(query.FindArgs)
		if err := form.Finding(&query.Scope{Schema: c.core.schema, Model: m, Operation: "findMany"}, next); err != nil {
			return fmt.Errorf("scope %s: %w", s.name, err)
		}
		overlay(base, next)
	}
	overlay(base, a)
	*a = *base
	return nil
}

// overlay puts a over base: wheres are ANDed, the rest of a wins where it says something.
func overlay(base, a *query.FindArgs) {
	switch {
	case base.Where == nil:
		base.Where = a.Where
	case a.Where != nil:
		both := base.Where.And(*a.Where)
		base.Where = &both
	}
	if a.OrderBy != nil {
		base.OrderBy = a.OrderBy
	}
	if a.Select != nil {
		base.Select = a.Select
	}
	if a.Include != nil {
		base.Include = a.Include
	}
	if a.HasLimit {
		base.Limit, base.HasLimit = a.Limit, true
	}
	if a.Offset > 0 {
		base.Offset = a.Offset
	}
	if a.Windows != nil {
		base.Windows = a.Windows
	}
	if a.Recursive != nil {
		base.Recursive = a.Recursive
	}
	if a.Cursor != "" {
		base.Cursor = a.Cursor
	}
	if a.Search != nil {
		base.Search = a.Search
	}
	base.Most = a.Most
	base.Distinct = base.Distinct || a.Distinct
	base.WithDeleted = base.WithDeleted || a.WithDeleted
	base.OnlyDeleted = base.OnlyDeleted || a.OnlyDeleted
}

// where gives the scopes' conditions ANDed with a call's, for aggregates.
func (c *Client) where(ctx context.Context, m *schema.Model, scopes []scoped, where *query.Cond) (*query.Cond, error) {
	a := query.FindArgs{Where: where}
	err := c.under(ctx, m, scopes, &a)
	return a.Where, err
}
