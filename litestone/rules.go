package litestone

import (
	"context"
	"fmt"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/schema"
)

// Rule checks a whole row, for what no validator of a single field can say: one date before
// another, a field that is needed when another has a value (seed "Computed fields", $validate).
type Rule struct {
	// Check answers nil when the data is fine; any other error refuses the call with
	// CodeValidation. An *Error says that no verdict was possible: the call fails with it.
	//
	// data holds the values the call gives, transforms done, by field name: for an update
	// those that change, for a create also the defaults written in the schema. A field the call
	// makes null is there and nil. Values are as in JSON, but that an Integer is an int64 and a
	// Blob []byte; a DateTime is text in its stored form, so the order of texts is that of times.
	// Relations and what is not known before the write (ids, now(), keys of nested rows) are not
	// in it. Changing data changes nothing.
	//
	// It is called before anything is written, from the goroutine of the call, and for rows of a
	// bulk call one after the other.
	Check func(ctx context.Context, data map[string]any) error

	// Message says what must hold. Defaults to the text of Check's error.
	Message string

	// Path is the field at fault, and keys inside typed Json after it. Defaults to the row itself.
	Path []string
}

// writeRules hands Config.Validate to the write engine.
func writeRules(s *schema.Schema, in map[string][]Rule) (map[*schema.Model][]write.Rule, error) {
	out := make(map[*schema.Model][]write.Rule, len(in))
	for name, rules := range in {
		m := s.Model(name)
		if m == nil {
			names := make([]string, len(s.Models))
			for i, m := range s.Models {
				names[i] = m.Accessor
			}
			return nil, &Error{Code: CodeConfig, Operation: "open", Message: fmt.Sprintf("Config.Validate names %q, which is no model", name), Hint: diag.DidYouMean(name, names...)}
		}
		for i, r := range rules {
			switch {
			case r.Check == nil:
				return nil, &Error{Code: CodeConfig, Operation: "open", Model: m.Accessor, Message: fmt.Sprintf("Config.Validate: rule %d has no Check", i+1)}
			case len(r.Path) > 0 && m.Field(r.Path[0]) == nil:
				names := make([]string, len(m.Fields))
				for i, f := range m.Fields {
					names[i] = f.Name
				}
				return nil, &Error{Code: CodeConfig, Operation: "open", Model: m.Accessor, Message: fmt.Sprintf("Config.Validate: rule %d: there is no field %q", i+1, r.Path[0]), Hint: diag.DidYouMean(r.Path[0], names...)}
			}
			out[m] = append(out[m], write.Rule(r))
		}
	}
	return out, nil
}
