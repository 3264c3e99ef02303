package litestone

import (
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// unserved refuses, by name, what the schema language has and this version does not enforce
// yet. A promise that would be ignored is worse than a refusal.
func unserved(s *schema.Schema, p *installed) error {
	var found []string
	add := func(where, what string) { found = append(found, where+": "+what) }
	for _, m := range s.Models {
		if m.Auto {
			continue
		}
		at := "model " + m.Name
		if m.Gate != nil && p.leveler == nil {
			add(at, "@@gate needs a plugin that tells levels, as plugins/gate")
		}
		for _, f := range m.Fields {
			at := "model " + m.Name + ": field " + f.Name
			if f.Encrypted != nil && p.codec == nil {
				add(at, "@encrypted and @secret need a plugin that encodes fields, as plugins/encrypt")
			}
			if f.Type == schema.File {
				add(at, "File needs the filestorage plugin")
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return &Error{Code: CodeConfig, Operation: "open", Message: "the schema asks for what this client does not have: " + strings.Join(found, "; ")}
}
