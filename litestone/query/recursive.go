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

// decodeRecursive reads true, or {direction, nested, maxDepth, via}.
func decodeRecursive(sc *Scope, v any) (*Recursive, error) {
	if v == nil || v == false {
		return nil, nil
	}
	r := new(Recursive)
	if v != true {
		o, ok := object(v)
		if !ok {
			return nil, sc.invalid("recursive", "must be true, false or an object, not "+described(v), "")
		}
		if err := onlyArguments(sc, join(sc.Path, "recursive"), o, []string{"direction", "nested", "maxDepth", "via"}); err != nil {
			return nil, err
		}
		if err := r.decode(sc, o); err != nil {
			return nil, err
		}
	}
	if err := checkRecursive(sc, r); err != nil {
		return nil, err
	}
	return r, sc.capTree(r)
}

func (r *Recursive) decode(sc *Scope, o map[string]any) (err error) {
	switch o["direction"] {
	case nil, "descendants":
	case "ancestors":
		r.Ancestors = true
	default:
		return sc.invalid("direction", "must be descendants or ancestors", "")
	}
	if r.Nested, err = sc.boolean("nested", o["nested"]); err != nil {
		return err
	}
	if d := o["maxDepth"]; d != nil {
		n, err := sc.count("maxDepth", d)
		if err != nil {
			return err
		}
		r.MaxDepth = int(min(n, 1<<30))
		if n == 0 {
			return sc.invalid("maxDepth", "must be at least 1", "leave it out for no bound")
		}
	}
	if via := o["via"]; via != nil {
		if r.Via, err = sc.text("via", via); err != nil {
			return err
		}
	}
	return nil
}
