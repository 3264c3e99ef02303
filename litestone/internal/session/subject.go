package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// Subject turns what a caller gave to As into the map policies look into: a map as it is, a
// struct by its JSON names. nil means nobody is signed in.
//
// Values inside a map that are no JSON scalars, lists or maps, such as structs and named types, are
// taken as their JSON shows them: a policy must not mistake what it does not know for what is not
// there.
func Subject(auth any) (map[string]any, error) {
	switch a := auth.(type) {
	case nil:
		return nil, nil
	case map[string]any:
		m, _, err := known(a)
		return m, err
	}
	v, err := shown(auth)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok && v != nil {
		return nil, fmt.Errorf("the auth object must be a struct or a map, not %T", auth)
	}
	return m, nil
}

// known gives a map whose values policies can look into, and whether it is the one given.
func known(m map[string]any) (out map[string]any, same bool, err error) {
	same = true
	for k, v := range m {
		x, as, err := value(v)
		if err != nil {
			return nil, false, fmt.Errorf("%s: %w", k, err)
		}
		if as {
			continue
		}
		if same {
			out, same = maps.Clone(m), false
		}
		out[k] = x
	}
	if same {
		return m, true, nil
	}
	return out, false, nil
}

// value gives one value of an auth object, and whether it is what was given.
func value(v any) (x any, same bool, err error) {
	switch v := v.(type) {
	case nil, bool, string, int, int64, float64, json.Number, time.Time, []any:
		return v, true, nil
	case map[string]any:
		return known(v)
	}
	x, err = shown(v)
	return x, false, err
}

// shown is a value as its JSON shows it.
func shown(v any) (x any, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	err = d.Decode(&x)
	return x, err
}
