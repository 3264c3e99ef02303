package litestone

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// storedAny is a function's answer as a column would hold it.
func storedAny(f *schema.Field, v any) (query.Value, error) {
	s, issue := query.FromAny(f, v, f.Name)
	if issue != nil {
		return s, fmt.Errorf("the function's answer %s", issue.Message)
	}
	if s, err := rows.Whole(f, s); err != nil || f.JSONType == nil || s.IsNull() {
		return s, err
	}
	d := json.NewDecoder(bytes.NewReader([]byte(s.Str())))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return s, err
	}
	list, many := tree.([]any)
	if !many || !f.List {
		list = []any{tree}
	}
	for _, x := range list {
		if err := fits(f.JSONType, x, ""); err != nil {
			return s, fmt.Errorf("the function's answer %w", err)
		}
	}
	return s, nil
}

// fits checks a value against its type: names of keys, and types of values. Keys with a default may be
// missing, since whoever reads them knows it.
func fits(t *schema.Type, v any, path string) error {
	keys, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%smust be an object of type %s", path, t.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if t.Strict && t.Field(name) == nil {
			return fmt.Errorf("%s: %s is not a key of type %s", path+name, name, t.Name)
		}
	}
	for _, f := range t.Fields {
		x, there := keys[f.Name]
		at := path + f.Name
		switch {
		case x == nil && (f.Optional || !there && (f.Default != nil || f.List)):
		case x == nil:
			return fmt.Errorf("%s: is required", at)
		case f.JSONType != nil && !f.List:
			if err := fits(f.JSONType, x, at+"."); err != nil {
				return err
			}
		default:
			if _, issue := query.FromAny(f, x, at); issue != nil {
				return fmt.Errorf("%s: %s", at, issue.Message)
			}
		}
	}
	return nil
}
