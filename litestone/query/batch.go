package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Entry is one query of a batch.
type Entry struct {
	Name  string // the answer's key
	Model string // the accessor
	Args  any    // a map, or Untrusted where the batch is
}

// Batch reads the spec of several queries: an object of arguments by name, where "model" names the
// model when the name is not its accessor. Entries come in the order of the text, those of a Map
// sorted by name.
func Batch(spec any, l Limits) ([]Entry, error) {
	if u, ok := spec.(Untrusted); ok {
		return untrustedBatch(u, l)
	}
	var names []string
	if j, ok := spec.(JSON); ok {
		tree, err := j.Tree()
		if err != nil {
			return nil, err
		}
		spec, names = tree, j.names()
	}
	o, ok := object(spec)
	if !ok {
		return nil, invalid("", "", "a batch is an object of queries by name, not "+described(spec), "")
	}
	out := make([]Entry, 0, len(o))
	if names == nil {
		names = sortedKeys(o)
	}
	for _, name := range names {
		args, ok := object(o[name])
		if !ok {
			return nil, invalid("", name, "must be the arguments of a query, not "+described(o[name]), "")
		}
		e := Entry{Name: name, Model: name, Args: args}
		if m, has := args["model"]; has {
			s, ok := m.(string)
			if !ok {
				return nil, invalid("", name+".model", "must be a model's name, not "+described(m), "")
			}
			e.Model, e.Args = s, without(args, "model")
		}
		out = append(out, e)
	}
	return out, nil
}

// names are the names of an object, each where it stands first; nil for text that is none. The text
// was parsed before.
func (j JSON) names() (names []string) {
	dec := json.NewDecoder(strings.NewReader(string(j)))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var value json.RawMessage
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok || dec.Decode(&value) != nil {
			return nil
		}
		if !seen[name] {
			names = append(names, name)
		}
		seen[name] = true
	}
	return names
}

// untrustedBatch marks every query of a request body.
func untrustedBatch(u Untrusted, l Limits) ([]Entry, error) {
	if l = l.withDefaults(); len(u) > l.Bytes {
		return nil, invalid("", "", fmt.Sprintf("the batch is larger than %d bytes", l.Bytes), "")
	}
	entries, err := Batch(JSON(u), l)
	if len(entries) > l.Queries {
		return nil, invalid("", "", fmt.Sprintf("the batch has more than %d queries", l.Queries), "ask in several requests")
	}
	for i := range entries {
		var b bytes.Buffer
		text := json.NewEncoder(&b)
		text.SetEscapeHTML(false) // what fitted must not be made too large here
		if err := text.Encode(entries[i].Args); err != nil {
			return nil, invalid("", entries[i].Name, err.Error(), "")
		}
		entries[i].Args = Untrusted(bytes.TrimSuffix(b.Bytes(), []byte{'\n'}))
	}
	return entries, err
}

func without(m map[string]any, key string) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		if k != key {
			out[k] = v
		}
	}
	return out
}
