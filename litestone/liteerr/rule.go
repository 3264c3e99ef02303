package liteerr

// Rule is a rule of the schema that refused a row.
type Rule struct {
	Model     string // its accessor
	Operation string // "create", "update", "post-update", "delete", "read"
	Kind      string // "allow": none of the allow rules holds, and this is one of them; "deny"; "gate"
	Source    string // the rule as written
	At        string // where: "schema.lite:12:3"
}

// By notes which rules refused. They are for the logs of a program: no text or JSON of the error
// tells them.
func (e *Error) By(rules ...Rule) *Error {
	e.rules = rules
	return e
}

// Rules gives the rules that refused, where Config.PolicyDebug asked for them; else none.
func (e *Error) Rules() []Rule { return e.rules }

// String renders "deny create on docs: org.name == "closed" (schema.lite:14:3)".
func (r Rule) String() string {
	s := r.Kind + " " + r.Operation + " on " + r.Model + ": " + r.Source
	if r.At != "" {
		s += " (" + r.At + ")"
	}
	return s
}
