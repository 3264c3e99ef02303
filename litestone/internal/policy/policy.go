// Package policy decides which of a model's rules judge an operation, and how they combine:
// no allow rule leaves an operation open, one closes it but where it holds, and a deny rule
// that holds or cannot be decided always closes it.
package policy

import "github.com/litestone-go/orm/litestone/schema"

// Policy is the rules of one operation on one model.
type Policy struct {
	Allow []*schema.Rule // empty: open
	Deny  []*schema.Rule
}

// Open reports whether nothing restricts the operation.
func (p Policy) Open() bool { return len(p.Allow) == 0 && len(p.Deny) == 0 }

// Set is the policies of every model and operation of a schema, made once.
type Set struct {
	rows [][5]Policy
}

// NewSet collects the rules of a schema.
func NewSet(s *schema.Schema) *Set {
	set := &Set{rows: make([][5]Policy, len(s.Models))}
	for i, m := range s.Models {
		for op := range set.rows[i] {
			p := &set.rows[i][op]
			p.Allow, p.Deny = m.RulesFor(schema.Operation(op))
		}
	}
	return set
}

// For gives a model's rules for an operation.
func (s *Set) For(m *schema.Model, op schema.Operation) Policy { return s.rows[m.Index][op] }

// Message is what a refused operation answers: the custom text of the rule, else a plain one.
func (p Policy) Message(m *schema.Model, op schema.Operation) string {
	for _, list := range [2][]*schema.Rule{p.Deny, p.Allow} {
		for _, r := range list {
			if r.Message != "" {
				return r.Message
			}
		}
	}
	return "the policy of " + m.Name + " does not allow this " + op.String()
}

// Field gives the rules of a field that apply to reading (or writing) it. A field that has some may
// be read or written where one of them holds.
func Field(f *schema.Field, write bool) (rules []*schema.FieldRule) {
	for _, r := range f.Rules {
		if write && r.Write || !write && r.Read {
			rules = append(rules, r)
		}
	}
	return rules
}
