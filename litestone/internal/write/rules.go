package write

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Rule is a check of a whole row that the program brings.
type Rule struct {
	Check   func(ctx context.Context, data map[string]any) error
	Message string   // empty: the error's own text
	Path    []string // the field at fault, and keys inside it; empty: the row
}

// question is a row whose rules are still to be asked. The rows of a bulk call share their room,
// so it carries the values.
type question struct {
	rules []Rule
	data  map[string]any
	path  string
	spot  spot
}

// wonder notes the rules of a row that was taken. The rows of a bulk call are taken again when they
// are written; they were judged by then.
func (k *work) wonder(r *row) {
	if rules := r.m.rules; len(rules) > 0 && !k.asked {
		k.questions = append(k.questions, question{rules, r.data(), r.path, r.spot})
	}
}

// judged asks the rules of all rows taken, once their values have passed on their own, and says
// what is wrong with any of them.
func (k *work) judged(ctx context.Context) error {
	k.asked = true
	if len(k.issues) > 0 || k.failed != nil {
		return k.refused()
	}
	for _, q := range k.questions {
		for _, x := range q.rules {
			err := x.Check(ctx, q.data)
			var e *liteerr.Error
			switch {
			case err == nil:
				continue
			case errors.As(err, &e):
				return liteerr.Placed(liteerr.In(e, k.m.Accessor, k.op), q.spot.at()) // no verdict: the check could not be made
			}
			message := x.Message
			if message == "" {
				message = err.Error()
			}
			path := q.path
			if len(x.Path) > 0 {
				path = join(q.path, strings.Join(x.Path, "."))
			}
			k.issues = append(k.issues, liteerr.Issue{Path: path, At: q.spot.at(), Rule: "validate", Message: message})
		}
	}
	return k.refused()
}

// data is a row as its rules see it: what the call gives and, where it makes the row, the
// defaults written in the schema.
func (r *row) data() map[string]any {
	out := make(map[string]any, len(r.m.Columns))
	for _, f := range r.m.Columns {
		if r.has(f) {
			out[f.Name] = plainValue(f, r.vals[f.Index])
			continue
		}
		if d := f.Default; r.create && d != nil {
			switch d.Kind {
			case schema.DefaultLiteral:
				out[f.Name] = plainValue(f, literal(f, d.Literal))
			case schema.DefaultEmptyList:
				out[f.Name] = []any{}
			}
		}
	}
	return out
}

// plainValue is a value as JSON has it, but that Integers are int64 and Blobs []byte.
func plainValue(f *schema.Field, v query.Value) any {
	switch {
	case v.Kind() == query.KindText && (f.List || f.Type == schema.Json || f.Type == schema.File):
		var tree any
		if json.Unmarshal([]byte(v.Str()), &tree) == nil {
			return tree
		}
	case v.Kind() == query.KindInt && f.Type == schema.Boolean:
		return v.Int64() != 0
	}
	return v.Any()
}
