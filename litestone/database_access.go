package litestone

import (
	"fmt"

	"github.com/litestone-go/orm/litestone/schema"
)

// access is what the configuration lets this client do with a database.
func (co *core) access(d *schema.Database) Access {
	a := co.config.Access[d.Name]
	if co.config.ReadOnly && a != AccessOff {
		return AccessReadOnly
	}
	if a == "" {
		return AccessReadWrite
	}
	return a
}

// checkAccess refuses what Config.Access cannot mean.
func checkAccess(s *schema.Schema, access map[string]Access) error {
	for name, a := range access {
		if s.Database(name) == nil {
			return &Error{Code: CodeConfig, Operation: "open", Message: fmt.Sprintf("Config.Access names %q, which is no database of the schema", name)}
		}
		switch a {
		case AccessReadWrite, AccessReadOnly, AccessOff:
		default:
			return &Error{Code: CodeConfig, Operation: "open", Message: fmt.Sprintf("Config.Access: database %s: there is no access %q", name, string(a)), Hint: "use one of the Access constants"}
		}
	}
	return nil
}
