package jsonschema

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// property describes a field; false when there is nothing to describe.
func (w *writer) property(f *schema.Field) (object, bool) {
	var out object
	switch {
	case f.Relation != nil:
		if !w.Relations {
			return nil, false
		}
		return w.relation(f)
	case f.From != nil && (f.From.Kind == schema.FromFirst || f.From.Kind == schema.FromLast):
		target := f.From.Relation.Target
		if !Describes(target, w.Options) {
			return nil, false
		}
		out = object{{"anyOf", []any{w.needModel(target), object{{"type", "null"}}}}}
	default:
		out = w.value(f)
	}
	if f.Doc != "" {
		out = append(out, member{"description", f.Doc})
	}
	if d := f.Default; d != nil {
		if v, ok := literal(f, d); ok {
			out = append(out, member{"default", v})
		}
	}
	switch {
	case !w.input() && (f.ReadOnly() || f.UpdatedAt || f.UpdatedBy != nil):
		out = append(out, member{"readOnly", true})
	case w.input() && (f.Guarded != schema.Shown || f.Encrypted != nil):
		out = append(out, member{"writeOnly", true})
	}
	if facts := w.fieldFacts(f); len(facts) > 0 {
		out = append(out, member{"x-litestone", facts})
	}
	return out, true
}

// value describes the values of a field: its type, null where that may be, its rules.
func (w *writer) value(f *schema.Field) object {
	if !f.List {
		return nullable(w.rules(f, w.scalar(f)), f.Optional || f.From != nil && mayBeNull(f.From))
	}
	out := object{{"type", "array"}, {"items", w.rules(f, w.scalar(f))}}
	for _, v := range f.Validators {
		switch v.Kind {
		case schema.MinItems:
			out = out.atLeast("minItems", math.Ceil(v.Num))
		case schema.MaxItems:
			out = out.atMost("maxItems", math.Floor(v.Num))
		case schema.UniqueItems:
			out = out.set("uniqueItems", true)
		}
	}
	return nullable(out, f.Optional)
}

// mayBeNull reports whether a derived field has no value without rows.
func mayBeNull(f *schema.From) bool { return f.Kind == schema.FromMin || f.Kind == schema.FromMax }

// scalar describes one value of the field's type.
func (w *writer) scalar(f *schema.Field) object {
	switch f.Type {
	case schema.Integer:
		return object{{"type", "integer"}, {"format", "int64"}}
	case schema.Real:
		return object{{"type", "number"}}
	case schema.Boolean:
		return object{{"type", "boolean"}}
	case schema.DateTime:
		return object{{"type", "string"}, {"format", "date-time"}}
	case schema.Blob:
		return object{{"type", "string"}, {"contentEncoding", "base64"}}
	case schema.File:
		return object{{"type", "object"}}
	case schema.EnumType:
		return w.needEnum(f.Enum)
	case schema.Json:
		if f.JSONType != nil {
			return w.needType(f.JSONType)
		}
		return object{{"type", []string{"object", "array", "string", "number", "boolean"}}}
	}
	out := object{{"type", "string"}}
	if f.Markdown {
		out = append(out, member{"contentMediaType", "text/markdown"})
	}
	return out
}

// nullable adds null to what a value may be.
func nullable(o object, yes bool) object {
	if !yes {
		return o
	}
	switch t := o.get("type").(type) {
	case string:
		return o.set("type", []string{t, "null"})
	case []string:
		return o.set("type", append(append([]string{}, t...), "null"))
	}
	return object{{"anyOf", []any{o, object{{"type", "null"}}}}}
}

// relation describes what an include brings, or names the operations of a nested write.
func (w *writer) relation(f *schema.Field) (object, bool) {
	r := f.Relation
	if !Describes(r.Target, Options{Mode: Full, Audience: w.Audience}) {
		return nil, false
	}
	var out object
	switch {
	case w.input():
		operations := object{}
		for _, op := range nestedOperations(r, w.Mode) {
			operations = append(operations, member{op, object{}})
		}
		out = object{{"type", "object"}, {"properties", operations}, {"additionalProperties", false}}
	case r.List():
		out = object{{"type", "array"}, {"items", w.needModel(r.Target)}}
	default:
		// One that may not be read is null, whatever the schema says.
		out = object{{"anyOf", []any{w.needModel(r.Target), object{{"type", "null"}}}}}
	}
	if f.Doc != "" {
		out = append(out, member{"description", f.Doc})
	}
	kind := [...]string{"belongsTo", "hasOne", "hasMany", "manyToMany"}[r.Kind]
	return append(out, member{"x-litestone", object{{"relation", kind}, {"model", r.Target.Name}, {"fields", names(r.Local)}, {"references", names(r.Remote)}}}), true
}

// nestedOperations are the operations of a nested write (SPEC "Writes"). A row that is being
// created has nothing linked yet that could be changed.
func nestedOperations(r *schema.Relation, m Mode) []string {
	out := []string{"create", "connect", "connectOrCreate"}
	if m == Create {
		return out
	}
	if r.List() {
		return append(out, "set", "disconnect", "update", "updateMany", "upsert", "delete", "deleteMany")
	}
	out = append(out, "update", "upsert")
	if r.Optional() {
		out = append(out, "disconnect", "delete")
	}
	return out
}

// literal gives a default as JSON; false for those that a function makes.
func literal(f *schema.Field, d *schema.Default) (any, bool) {
	switch d.Kind {
	case schema.DefaultEmptyList:
		return []any{}, true
	case schema.DefaultLiteral:
		if s, ok := d.Literal.(string); ok && (f.List || f.Type == schema.Json) {
			return json.RawMessage(s), json.Valid([]byte(s))
		}
		return d.Literal, f.Type != schema.Blob
	}
	return nil, false
}

// fieldFacts is what keywords cannot say of a field.
func (w *writer) fieldFacts(f *schema.Field) object {
	out := object{}
	add := func(on bool, key string, value any) {
		if on {
			out = append(out, member{key, value})
		}
	}
	add(f.ID, "id", true)
	add(f.Unique, "unique", true)
	if d := f.Default; d != nil {
		if text, ok := madeDefault(d); ok {
			add(true, "default", text)
		}
	}
	add(f.Generated != nil, "generated", true)
	add(f.Computed, "computed", true)
	if f.From != nil {
		kind := [...]string{"count", "sum", "min", "max", "first", "last", "exists"}[f.From.Kind]
		from := object{{"relation", f.From.Relation.Name()}, {"kind", kind}}
		if f.From.Field != nil {
			from = append(from, member{"field", f.From.Field.Name})
		}
		add(true, "from", from)
	}
	if f.Sequence != nil {
		add(true, "sequence", names(f.Sequence.Scope))
	}
	add(f.UpdatedAt, "updatedAt", true)
	if f.UpdatedBy != nil {
		add(true, "updatedBy", "auth()."+strings.Join(f.UpdatedBy, "."))
	}
	var transforms []string
	for _, t := range f.Transforms {
		transforms = append(transforms, t.String())
	}
	add(transforms != nil, "transforms", transforms)
	add(len(f.Validators) > 0, "validators", validators(f))
	add(f.Omit == schema.Lists, "omit", "lists")
	add(f.Omit == schema.Everywhere, "omit", "all")
	add(f.Type == schema.File, "file", true)
	add(f.Accept != nil, "accept", f.Accept)
	add(f.KeepVersions, "keepVersions", true)
	if w.Audience == System {
		add(f.Guarded != schema.Shown, "guarded", true)
		add(f.Encrypted != nil, "encrypted", true)
		add(f.Secret, "secret", true)
		add(f.Stored() && f.Column != f.Name, "column", f.Column)
	}
	return out
}

// madeDefault writes a default that is no literal as the schema does.
func madeDefault(d *schema.Default) (string, bool) {
	switch d.Kind {
	case schema.DefaultNow:
		return "now()", true
	case schema.DefaultUUID:
		return "uuid()", true
	case schema.DefaultULID:
		return "ulid()", true
	case schema.DefaultCUID:
		return "cuid()", true
	case schema.DefaultNanoID:
		return "nanoid()", true
	case schema.DefaultField:
		return d.Field.Name, true
	case schema.DefaultAuth:
		return "auth()." + strings.Join(d.Auth, "."), true
	}
	return "", false
}
