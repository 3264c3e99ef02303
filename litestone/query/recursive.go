package query

import "github.com/litestone-go/orm/litestone/schema"

// checkRecursive holds that the model has a relation to itself, and that via names one.
func checkRecursive(sc *Scope, r *Recursive) error {
	var names []string
	found := false
	for _, rel := range sc.Model.Relations {
		if rel.Target != sc.Model {
			continue
		}
		names = append(names, rel.Name())
		if rel.Name() == r.Via {
			found = true
		}
		if rel.Kind == schema.BelongsTo {
			for _, f := range rel.Local {
				names = append(names, f.Name)
				found = found || f.Name == r.Via
			}
		}
	}
	if len(names) == 0 {
		return sc.invalid("recursive", "the model has no relation to itself", "")
	}
	if r.Via != "" && !found {
		return sc.unknown(r.Via, "relation to itself", names)
	}
	if r.MaxDepth < 0 {
		return sc.invalid("maxDepth", "must not be negative", "0 means no bound")
	}
	return nil
}
