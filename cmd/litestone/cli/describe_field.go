package cli

import (
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

type fieldJSON struct {
	Name       string          `json:"name"`
	Type       string          `json:"type"` // as written: Text?, Integer[], the name of an enum or model
	Go         string          `json:"go"`
	Column     string          `json:"column,omitempty"`
	Doc        string          `json:"doc,omitempty"`
	Shape      string          `json:"shape,omitempty"` // the type of a typed Json field
	Strict     *bool           `json:"strict,omitempty"`
	ID         bool            `json:"id,omitempty"`
	Unique     bool            `json:"unique,omitempty"`
	Required   bool            `json:"required,omitempty"` // a create must give it
	ReadOnly   bool            `json:"readOnly,omitempty"`
	Default    *defaultJSON    `json:"default,omitempty"`
	Generated  *generatedJSON  `json:"generated,omitempty"`
	Computed   bool            `json:"computed,omitempty"`
	From       *fromJSON       `json:"from,omitempty"`
	Relation   *relationJSON   `json:"relation,omitempty"`
	Sequence   []string        `json:"sequence,omitempty"` // the fields numbers are counted by
	UpdatedAt  bool            `json:"updatedAt,omitempty"`
	UpdatedBy  string          `json:"updatedBy,omitempty"`
	Transforms []string        `json:"transforms,omitempty"`
	Validators []validatorJSON `json:"validators,omitempty"`
	Omit       string          `json:"omit,omitempty"`    // "lists", "all"
	Guarded    string          `json:"guarded,omitempty"` // "lists", "all"
	Encrypted  *encryptedJSON  `json:"encrypted,omitempty"`
	Secret     bool            `json:"secret,omitempty"`
	Rules      []fieldRuleJSON `json:"rules,omitempty"`
	Logs       []logJSON       `json:"logs,omitempty"`
	Accept     []string        `json:"accept,omitempty"`
	Keep       bool            `json:"keepVersions,omitempty"`
	Markdown   bool            `json:"markdown,omitempty"`
	HardDelete bool            `json:"hardDelete,omitempty"`
	At         *placeOf        `json:"at,omitempty"`
}

type defaultJSON struct {
	Value any    `json:"value,omitempty"` // absent: null, or made by a call
	Call  string `json:"call,omitempty"`  // now(), uuid(), auth().id …
	Field string `json:"field,omitempty"` // the sibling it is copied from
}

type generatedJSON struct {
	SQL    string   `json:"sql"`
	Stored bool     `json:"stored"`
	Uses   []string `json:"uses"`
}

type fromJSON struct {
	Relation string `json:"relation"`
	Model    string `json:"model"`
	Kind     string `json:"kind"`
	Field    string `json:"field,omitempty"`
	Where    string `json:"where,omitempty"`
	OrderBy  string `json:"orderBy,omitempty"`
}

type relationJSON struct {
	Kind       string   `json:"kind"`
	Model      string   `json:"model"`
	Fields     []string `json:"fields"`
	References []string `json:"references"`
	Inverse    string   `json:"inverse,omitempty"`
	OnDelete   string   `json:"onDelete"`
	OnUpdate   string   `json:"onUpdate"`
	Join       string   `json:"join,omitempty"`
	Across     bool     `json:"across,omitempty"` // the other model stands in another database
}

type validatorJSON struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

type encryptedJSON struct {
	Searchable bool `json:"searchable"`
	Rotate     bool `json:"rotate"`
}

type fieldRuleJSON struct {
	Read       bool   `json:"read"`
	Write      bool   `json:"write"`
	Expression string `json:"expression"`
}

func describeFields(fields []*schema.Field) []fieldJSON {
	out := make([]fieldJSON, len(fields))
	for i, f := range fields {
		out[i] = describeField(f)
	}
	return out
}

func describeField(f *schema.Field) fieldJSON {
	j := fieldJSON{
		Name: f.Name, Type: f.TypeName(), Go: f.GoName, Column: f.Column, Doc: f.Doc, ID: f.ID, Unique: f.Unique,
		Required: f.Required() || f.Model == nil && !f.Optional && !f.List && f.Default == nil, ReadOnly: f.ReadOnly(),
		Computed: f.Computed, UpdatedAt: f.UpdatedAt, Omit: visibility(f.Omit), Guarded: visibility(f.Guarded), Secret: f.Secret,
		Logs: describeLogs(f.Logs), Accept: f.Accept, Keep: f.KeepVersions, Markdown: f.Markdown, HardDelete: f.HardDelete, At: placed(f.Span),
	}
	if t := f.JSONType; t != nil {
		j.Shape, j.Strict = t.Name, &t.Strict
	}
	if f.Default != nil {
		j.Default = describeDefault(f)
	}
	if g := f.Generated; g != nil {
		j.Generated = &generatedJSON{g.SQL, g.Stored, fieldNames(g.Uses)}
	}
	if f.From != nil {
		j.From = describeFrom(f.From)
	}
	if r := f.Relation; r != nil {
		j.Relation = describeRelation(r)
	}
	if f.Sequence != nil {
		j.Sequence = fieldNames(f.Sequence.Scope)
	}
	if f.UpdatedBy != nil {
		j.UpdatedBy = "auth()." + strings.Join(f.UpdatedBy, ".")
	}
	for _, t := range f.Transforms {
		j.Transforms = append(j.Transforms, t.String())
	}
	for _, v := range f.Validators {
		message := v.Message
		if message == "" {
			message = v.Rule()
		}
		j.Validators = append(j.Validators, validatorJSON{v.Name, message})
	}
	if e := f.Encrypted; e != nil {
		j.Encrypted = &encryptedJSON{e.Searchable, e.Rotate}
	}
	for _, r := range f.Rules {
		j.Rules = append(j.Rules, fieldRuleJSON{r.Read, r.Write, r.Source})
	}
	return j
}

func visibility(v schema.Visibility) string { return [...]string{"", "lists", "all"}[v] }

func describeDefault(f *schema.Field) *defaultJSON {
	d := f.Default
	switch d.Kind {
	case schema.DefaultNow:
		return &defaultJSON{Call: "now()"}
	case schema.DefaultUUID:
		return &defaultJSON{Call: "uuid()"}
	case schema.DefaultULID:
		return &defaultJSON{Call: "ulid()"}
	case schema.DefaultCUID:
		return &defaultJSON{Call: "cuid()"}
	case schema.DefaultNanoID:
		return &defaultJSON{Call: "nanoid()"}
	case schema.DefaultAuth:
		return &defaultJSON{Call: "auth()." + strings.Join(d.Auth, ".")}
	case schema.DefaultField:
		return &defaultJSON{Field: d.Field.Name}
	case schema.DefaultEmptyList:
		return &defaultJSON{Value: []any{}}
	}
	if s, ok := d.Literal.(string); ok && (f.List || f.Type == schema.Json) {
		return &defaultJSON{Value: rawJSON(s)}
	}
	return &defaultJSON{Value: d.Literal}
}

func describeFrom(d *schema.From) *fromJSON {
	kind := [...]string{"count", "sum", "min", "max", "first", "last", "exists"}[d.Kind]
	j := &fromJSON{Relation: d.Relation.Name(), Model: d.Relation.Target.Name, Kind: kind, Where: d.Where}
	if d.Field != nil {
		j.Field = d.Field.Name
	}
	if d.OrderBy != nil {
		j.OrderBy = d.OrderBy.Name
	}
	return j
}

func describeRelation(r *schema.Relation) *relationJSON {
	kind := [...]string{"belongsTo", "hasOne", "hasMany", "manyToMany"}[r.Kind]
	j := &relationJSON{Kind: kind, Model: r.Target.Name, Fields: fieldNames(r.Local), References: fieldNames(r.Remote), OnDelete: r.OnDelete.String(), OnUpdate: r.OnUpdate.String(), Across: r.Across}
	if r.Inverse != nil {
		j.Inverse = r.Inverse.Name()
	}
	if r.Join != nil {
		j.Join = r.Join.Table
	}
	return j
}
