package write

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// typed checks a Json value against its type: names of keys, types and validators of values.
// Defaults fill missing keys and transforms change texts; a value that needs neither is kept
// as written.
func (k *work) typed(f *schema.Field, v *query.Value, path string) {
	if out, changed := k.object(f.JSONType, json.RawMessage(v.Str()), path); changed {
		*v = query.Text(string(out))
	}
}

func (k *work) wrong(path, message string) {
	k.issues = append(k.issues, liteerr.Issue{Path: path, Message: message})
}

// object checks one typed object. A changed one has its keys in the type's order.
func (k *work) object(t *schema.Type, raw json.RawMessage, path string) (json.RawMessage, bool) {
	var keys map[string]json.RawMessage
	if json.Unmarshal(raw, &keys) != nil || keys == nil {
		k.wrong(path, "must be an object of type "+t.Name)
		return raw, false
	}
	if t.Strict {
		k.unknownKeys(t, keys, path)
	}
	any := false
	for _, f := range t.Fields {
		at := join(path, f.Name)
		value, ok := keys[f.Name]
		if !ok {
			made, ok := missingKey(f)
			switch {
			case ok:
				keys[f.Name], any = made, true
			case !f.Optional:
				k.wrong(at, "is required")
			}
			continue
		}
		if out, changed := k.key(f, value, at); changed {
			keys[f.Name], any = out, true
		}
	}
	if !any {
		return raw, false
	}
	return ordered(t, keys), true
}

func (k *work) unknownKeys(t *schema.Type, keys map[string]json.RawMessage, path string) {
	var names, unknown []string
	for _, f := range t.Fields {
		names = append(names, f.Name)
	}
	for name := range keys {
		if t.Field(name) == nil {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		message := "is not a key of type " + t.Name
		if hint := diag.DidYouMean(name, names...); hint != "" {
			message += " (" + hint + ")"
		}
		k.wrong(join(path, name), message)
	}
}

// missingKey is the default of a key that is not there. Defaults in a type are literals.
func missingKey(f *schema.Field) (json.RawMessage, bool) {
	d := f.Default
	if d == nil {
		if f.List && !f.Optional {
			return json.RawMessage("[]"), true
		}
		return nil, false
	}
	if d.Kind == schema.DefaultEmptyList {
		return json.RawMessage("[]"), true
	}
	if s, ok := d.Literal.(string); ok && (f.List || f.Type == schema.Json) {
		return json.RawMessage(s), true
	}
	return json.RawMessage(marshal(d.Literal)), true
}

// key checks one value of an object, and transforms it.
func (k *work) key(f *schema.Field, raw json.RawMessage, path string) (json.RawMessage, bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		k.wrong(path, "must be a JSON value")
		return raw, false
	}
	if v == nil {
		if !f.Optional {
			k.wrong(path, "must not be null")
		}
		return raw, false
	}
	if f.JSONType != nil {
		return k.object(f.JSONType, raw, path)
	}
	val, issue := query.FromAny(f, v, path)
	if issue != nil {
		k.issues = append(k.issues, *issue)
		return raw, false
	}
	out, changed := raw, false
	if t := transform(f, val); t != val {
		val, out, changed = t, json.RawMessage(marshal(t.Str())), true
	}
	for _, x := range f.Validators {
		if message := judgeValue(x, f, val); message != "" {
			k.issues = append(k.issues, liteerr.Issue{Path: path, Rule: x.Name, Message: message})
		}
	}
	return out, changed
}

// ordered writes an object with the type's keys first, in their order, then the others by name.
func ordered(t *schema.Type, keys map[string]json.RawMessage) json.RawMessage {
	names := make([]string, 0, len(keys))
	for _, f := range t.Fields {
		if _, ok := keys[f.Name]; ok {
			names = append(names, f.Name)
		}
	}
	var others []string
	for name := range keys {
		if t.Field(name) == nil {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	b := []byte{'{'}
	for i, name := range append(names, others...) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, marshal(name)...)
		b = append(b, ':')
		b = append(b, keys[name]...)
	}
	return append(b, '}')
}
