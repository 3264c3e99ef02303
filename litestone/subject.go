package litestone

import (
	"context"
	"fmt"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// AsID is a view that asks as a row of the model marked @@auth, found by its key: As(Subject(…)).
// The errors are Subject's, and there is no view then. A view of a transaction reads in it, and
// stays in it. Nothing is kept: make a view per request, and changed rights count from the next.
func (c *Client) AsID(ctx context.Context, key ...any) (*Client, error) {
	auth, err := c.Subject(ctx, key...)
	if err != nil {
		return nil, err
	}
	return c.As(auth), nil
}

// Subject reads the row of the model marked @@auth that has a key, for As or WithAuth; the values of
// a key of several fields are given in their order. It is read as the system, and not entered in the
// audit log.
//
// The answer holds the model's columns by name, also those of @omit and of conditional field rules,
// but not blobs, files and what is @guarded, @encrypted or @secret. Besides it holds what rules of
// the schema name after auth(): guarded fields, derived and computed ones, and fields of to-one relations.
//
// Errors: not_found (no such row, a removed one, a null key; or a relation that rules name, and that
// is required, leads to such a row), validation (a key of another type or number of values), config
// (no model is marked @@auth, or rules name what is no part of a subject: an encrypted field, a list
// of rows), and those of a read.
func (c *Client) Subject(ctx context.Context, key ...any) (map[string]any, error) {
	s := c.core.subject
	switch {
	case c.bad != nil:
		return nil, c.bad
	case s == nil:
		return nil, &Error{Code: CodeConfig, Operation: "subject", Message: "no model of the schema is marked @@auth",
			Hint: "write @@auth into the model of those who sign in, or tell As who they are"}
	case s.bad != nil:
		return nil, s.bad
	}
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, s.model, "subject", nil, func(ctx context.Context, c *Client) (map[string]any, error) { return c.Subject(ctx, key...) })
	}
	where, err := s.where(key)
	if err != nil {
		return nil, err
	}
	sel := *s.sel
	a := query.FindArgs{Where: where, Select: &sel, Limit: 1, HasLimit: true}
	found, err := records(c.AsSystem().subjects(ctx, s.model, &a))
	if err != nil {
		return nil, err
	}
	if len(found) != 1 || !s.whole(found[0]) {
		return nil, s.missing()
	}
	return found[0].Map(), nil
}

// subjects reads the rows of the @@auth model, without an entry in the audit log: nobody is shown them.
func (c *Client) subjects(ctx context.Context, m *schema.Model, a *query.FindArgs) ([]unsafe.Pointer, error) {
	call, err := c.reader(ctx, false)
	if err != nil {
		return nil, err
	}
	defer call.Release()
	call.Audited = false
	return c.run(ctx, call, m, "findUnique", a, plan.Alone)
}

// where finds the row of a key.
func (s *subject) where(key []any) (*query.Cond, error) {
	if len(key) != len(s.model.Key) {
		e := s.fault(CodeValidation, fmt.Sprintf("the key of %s has %d fields, and %d values are given", s.model.Name, len(s.model.Key), len(key)), "give the values in the key's order")
		return nil, e
	}
	all := query.Cond{Op: query.OpAnd, Kids: make([]query.Cond, len(key))}
	for i, f := range s.model.Key {
		v, issue := query.FromAny(f, key[i], f.Name)
		switch {
		case issue != nil:
			e := s.fault(CodeValidation, issue.Message, "")
			e.Fields, e.Issues = []string{issue.Path}, []Issue{*issue}
			return nil, e
		case v.IsNull():
			return nil, s.missing()
		}
		all.Kids[i] = query.Cond{Op: query.OpEq, Ref: query.RefOf(s.model, f), Value: v}
	}
	return &all, nil
}

func (s *subject) missing() *Error {
	return s.fault(CodeNotFound, "there is no such subject", "")
}

func (s *subject) fault(code Code, message, hint string) *Error {
	return &Error{Code: code, Model: s.model.Accessor, Operation: "subject", Message: message, Hint: hint}
}
