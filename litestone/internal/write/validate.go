package write

import (
	"bytes"
	"encoding/json"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// issues are the failing values of a call, found before anything is written.
type issues []liteerr.Issue

func (l *issues) add(path, name, rule, message string) {
	*l = append(*l, liteerr.Issue{Path: join(path, name), Rule: rule, Message: message})
}

// refused is the error of the issues found; nil when there are none.
func (k *work) refused() error {
	if k.failed != nil || len(k.issues) == 0 {
		return k.failed
	}
	e := &liteerr.Error{Code: liteerr.Validation, Model: k.m.Accessor, Operation: k.op, Issues: append([]liteerr.Issue{}, k.issues...)}
	seen := map[string]bool{}
	for _, i := range e.Issues {
		if i.Path != "" && !seen[i.Path] {
			seen[i.Path] = true
			e.Fields = append(e.Fields, i.Path)
		}
	}
	e.Message, e.At = e.Issues[0].Message, e.Issues[0].At
	for _, i := range e.Issues[1:] {
		e.Message += "; " + i.Message
	}
	return e
}

// validate asks the validators of a field about a value that is not null. Typed Json is put into
// its final form on the way: defaults of missing keys, transforms.
func (k *work) validate(f *schema.Field, v *query.Value, path string) {
	if f.JSONType != nil && v.Kind() == query.KindText {
		k.typed(f, v, join(path, f.Name))
	}
	if f.Enum != nil && !f.List && !f.Enum.Has(v.Str()) {
		k.issues.add(path, f.Name, "", "is no value of "+f.Enum.Name)
	}
	for _, x := range f.Validators {
		if message := judgeValue(x, f, *v); message != "" {
			k.issues.add(path, f.Name, x.Name, message)
		}
	}
}

// judgeValue asks one validator; "" says the value passes.
func judgeValue(x *schema.Validator, f *schema.Field, v query.Value) string {
	switch {
	case f.List:
		return judgeList(x, v)
	case v.Kind() == query.KindInt:
		return x.CheckInt(v.Int64())
	case v.Kind() == query.KindReal:
		return x.CheckNumber(v.Float64())
	case v.Kind() == query.KindText:
		return x.Check(v.Str())
	}
	return ""
}

// judgeList asks a validator of lists; no other stands on a list.
func judgeList(x *schema.Validator, v query.Value) string {
	var list []json.RawMessage
	if json.Unmarshal([]byte(v.Str()), &list) != nil {
		return ""
	}
	keys := make([]string, len(list))
	for i, e := range list {
		keys[i] = compact(e)
	}
	return x.CheckItems(keys)
}

func compact(e json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, e) != nil {
		return string(e)
	}
	return b.String()
}

// marshal writes JSON without the escapes that only HTML needs.
func marshal(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return "null"
	}
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}

// missing is the error of required columns without a value: those the caller left out or made
// null, in table order. SQLite numbers a new row whose INTEGER PRIMARY KEY is null, but no row
// that is there can lose its number.
func (k *work) missing(r *row) error {
	var fields []string
	if key := r.m.IntegerKey(); key != nil && !r.create && r.has(key) && r.vals[key.Index].IsNull() {
		fields = append(fields, join(r.path, key.Name))
	}
	for _, f := range r.m.required {
		switch {
		case r.has(f):
			if !r.vals[f.Index].IsNull() {
				continue
			}
		case !r.create || filledBySQL(f):
			continue
		}
		fields = append(fields, join(r.path, f.Name))
	}
	if fields == nil {
		return nil
	}
	e := &liteerr.Error{Code: liteerr.NotNull, Model: k.m.Accessor, Operation: k.op, Fields: fields, At: r.spot.at(),
		Message: "a value is required"}
	if f := r.unnumbered(fields); f != nil {
		e.Message = "the number is counted per " + scopeNames(f) + ", and no value is given for it"
		e.Hint = "give " + scopeNames(f) + ", or the number itself"
	}
	return e
}
