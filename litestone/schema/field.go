package schema

import (
	"regexp"

	"github.com/litestone-go/orm/litestone/diag"
)

// Scalar is a field's base type.
type Scalar uint8

// The base types. A field of type EnumType has Field.Enum, a Json field may have
// Field.JSONType, a RelationType field has Field.Relation.
const (
	Text Scalar = iota
	Integer
	Real
	Boolean
	DateTime
	Json
	Blob
	File
	EnumType
	RelationType
)

// Field is one line of a model or type.
type Field struct {
	Index    int    // in Model.Fields (or Type.Fields)
	Model    *Model // nil for a type's field
	Name     string
	GoName   string
	Column   string // empty for what is not stored
	Was      string // @was: the column it had before a rename; empty: none
	Doc      string
	Type     Scalar
	List     bool // T[]
	Optional bool // T?
	Span     diag.Span

	Enum     *Enum // Type is EnumType
	JSONType *Type // @type(T) on Json, or nil
	// Relation is set when Type is RelationType, but for a derived first or last: that field
	// answers From.Relation's target and is no relation itself.
	Relation *Relation

	ID     bool // part of the key
	Unique bool // @unique

	Default    *Default   // nil: none
	Generated  *Generated // a generated column
	From       *From      // a derived field, evaluated at query time
	Computed   bool       // @computed: a Go function fills it
	Sequence   *Sequence  // @sequence
	UpdatedAt  bool
	UpdatedBy  []string // the path into auth() stamped on update; nil: none, ["id"] the default
	Transforms []Transform
	Validators []*Validator

	Omit      Visibility // @omit
	Guarded   Visibility // @guarded; Everywhere for @encrypted and @secret
	Encrypted *Encrypted // @encrypted and @secret
	Secret    bool
	Rules     []*FieldRule // @allow
	Logs      []*Log       // @log

	Accept       []string // @accept media types
	KeepVersions bool
	Markdown     bool
	HardDelete   bool // on a relation: its rows are deleted for good
}

// Stored reports whether the field is a column.
func (f *Field) Stored() bool { return f.Column != "" }

// Required reports whether a create must be given a value: stored, not optional, and
// nothing else fills it.
func (f *Field) Required() bool {
	return f.Stored() && !f.Optional && f.Default == nil && f.Generated == nil && f.Sequence == nil &&
		!f.UpdatedAt && f.UpdatedBy == nil && !f.List && !(f.ID && f.Model != nil && f.Model.IntegerKey() == f)
}

// ReadOnly reports whether a caller may never give a value: generated, derived or computed.
func (f *Field) ReadOnly() bool { return f.Generated != nil || f.From != nil || f.Computed }

// Visibility says where a field stays out of answers.
type Visibility uint8

// The degrees of @omit and @guarded.
const (
	Shown      Visibility = iota
	Lists                 // @omit, @guarded: see SPEC "Access"
	Everywhere            // (all)
)

// DefaultKind says where a default value comes from.
type DefaultKind uint8

// The kinds of defaults.
const (
	DefaultLiteral   DefaultKind = iota
	DefaultNow                   // now()
	DefaultUUID                  // uuid(), version 4
	DefaultULID                  // ulid()
	DefaultCUID                  // cuid()
	DefaultNanoID                // nanoid()
	DefaultField                 // @default(sibling)
	DefaultAuth                  // @default(auth().x)
	DefaultEmptyList             // a required list without a default: []
)

// Default is a field's default.
type Default struct {
	Kind    DefaultKind
	Literal any      // nil, bool, int64, float64 or string as the field stores it (Json: its text)
	Field   *Field   // DefaultField
	Auth    []string // DefaultAuth: the path after auth().
}

// Generated is a generated column's expression, with {field} already resolved to
// columns in backticks.
type Generated struct {
	SQL    string
	Stored bool
	Uses   []*Field // fields named with {…}
}

// FromKind is what a derived field answers.
type FromKind uint8

// The kinds of @from.
const (
	FromCount FromKind = iota
	FromSum
	FromMin
	FromMax
	FromFirst
	FromLast
	FromExists
)

// From is @from(relation, …).
type From struct {
	Relation *Relation
	Kind     FromKind
	Field    *Field // FromSum, FromMin, FromMax: of the relation's target
	Where    string // SQL fragment over the target's columns; empty: all
	OrderBy  *Field // FromFirst, FromLast; nil: key order
}

// Sequence is @sequence(scope: f) or (scope: [f, g]).
type Sequence struct{ Scope []*Field }

// Encrypted is @encrypted or @secret.
type Encrypted struct {
	Searchable bool
	Rotate     bool // false with rotate: false
}

// Transform is applied to a text before validation.
type Transform uint8

// The transforms.
const (
	Trim Transform = iota
	Lower
	Upper
	Slug
)

// ValidatorKind is which check a Validator makes.
type ValidatorKind uint8

// The validators.
const (
	Email ValidatorKind = iota
	URL
	Date
	DateTimeText
	Phone
	Regex
	Length
	Gt
	Gte
	Lt
	Lte
	StartsWith
	EndsWith
	Contains
	MinItems
	MaxItems
	UniqueItems
)

// Validator is one validating attribute with its arguments.
type Validator struct {
	Kind    ValidatorKind
	Name    string         // the attribute without @
	Pattern *regexp.Regexp // Regex, unanchored
	Source  string         // Regex: as written
	Text    string         // StartsWith, EndsWith, Contains
	Num     float64        // Gt, Gte, Lt, Lte; MinItems, MaxItems
	Min     int            // Length, in runes
	Max     int            // Length; -1: no upper bound
	Message string         // custom; empty for the default one
}

// FieldRule is @allow('read'|'write'|'all', expr) on a field.
type FieldRule struct {
	Read, Write bool
	Expr        Expr
	Source      string
	Span        diag.Span
}

// RowIndependent reports whether the rule gives the same answer for every row.
func (r *FieldRule) RowIndependent() bool { return !UsesRow(r.Expr) }

// Inside is the field of a Json type that keys lead to from f; f itself without keys or where they
// lead nowhere.
func (f *Field) Inside(keys []string) *Field {
	at := f
	for _, k := range keys {
		if at.JSONType == nil {
			return f
		}
		if at = at.JSONType.Field(k); at == nil {
			return f
		}
	}
	return at
}
