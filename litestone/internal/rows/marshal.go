package rows

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// MarshalRow writes a generated struct as JSON: the fields that were read, in schema order, then
// the extras by name. Relations appear only when they were included. The generated MarshalJSON
// calls it; row is the embedded Row of v.
func MarshalRow(row *Row, v any) ([]byte, error) {
	r := reflect.ValueOf(v)
	t := r.Type()
	b := append(make([]byte, 0, 256), '{')
	add := func(name string, value any) error {
		j, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = appendString(b, name)
		b = append(b, ':')
		b = append(b, j...)
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "" || name == "-" {
			continue
		}
		if row.read == nil {
			if strings.Contains(options, "omitempty") && r.Field(i).IsZero() {
				continue
			}
		} else if !row.Read(name) {
			continue
		}
		if err := add(name, r.Field(i).Interface()); err != nil {
			return nil, err
		}
	}
	names := make([]string, 0, len(row.extra))
	for k := range row.extra {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		if err := add(k, row.extra[k]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}
