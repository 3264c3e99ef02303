package litestone

import (
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// unserved refuses, by name, what the schema language has and this version does not enforce
// yet. A promise that would be ignored is worse than a refusal.
func unserved(s *schema.Schema) error {
	var found []string
	add := func(where, what string) { found = append(found, where+": "+what) }
	for _, m := range s.Models {
		if m.Auto {
			continue
		}
		at := "model " + m.Name
		if m.Gate != nil {
			add(at, "@@gate needs the gate plugin")
		}
		if len(m.Logs) > 0 {
			add(at, "@@log is not served yet")
		}
		if m.Database.Driver != schema.SQLite {
			add(at, "jsonl databases are not served yet")
		}
		for _, f := range m.Fields {
			at := "model " + m.Name + ": field " + f.Name
			switch {
			case f.Encrypted != nil:
				add(at, "@encrypted and @secret need the encrypt plugin")
			case f.Type == schema.File:
				add(at, "File needs the filestorage plugin")
			case len(f.Logs) > 0:
				add(at, "@log is not served yet")
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return &Error{Code: CodeConfig, Operation: "open", Message: "the schema asks for what this client does not have: " + strings.Join(found, "; ")}
}
