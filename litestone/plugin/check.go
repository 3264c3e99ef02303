package plugin

import "github.com/litestone-go/orm/litestone/schema"

// Checker looks at the schema, and at the plugin's own options, before Open opens anything.
type Checker interface {
	// Check fails Open by an error; no file has been made then.
	Check(s *schema.Schema) error
}

// CheckFunc is a Checker made of a function.
type CheckFunc func(s *schema.Schema) error

// Check calls the function.
func (f CheckFunc) Check(s *schema.Schema) error { return f(s) }
