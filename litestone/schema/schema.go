// Package schema turns parsed .lite files into meaning: traits spliced, relations linked,
// attributes typed, every rule checked. Each fact is decided here once; no other package
// looks at an attribute's name or derives a table, column, accessor or Go name.
//
// A *Schema is immutable after Check and safe for concurrent use.
package schema

import (
	"github.com/litestone-go/orm/litestone/diag"
)

// Schema is a checked schema.
type Schema struct {
	Files     []*diag.File
	Databases []*Database // in declared order; an implicit sqlite database "main" stands first when no block of that name does
	Models    []*Model    // in declared order, then the models made automatically (Model.Auto)
	Enums     []*Enum
	Types     []*Type
	Functions []*Function
	Joins     []*JoinTable // implicit many-to-many tables, sorted by name
	Warnings  diag.List

	byName map[string]*Model // by declared name and by accessor
}

// Model finds a model by its accessor or its declared name; nil when there is none.
func (s *Schema) Model(name string) *Model { return s.byName[name] }

// Database finds a database by name; nil when there is none.
func (s *Schema) Database(name string) *Database {
	for _, d := range s.Databases {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// Driver is how a database stores its models.
type Driver uint8

// The drivers of a database block.
const (
	SQLite Driver = iota
	JSONL         // append-only .jsonl files, one per model
	Logger        // append-only audit log with an automatic model
)

// Database is one database block, or the implicit main one.
type Database struct {
	Name        string
	Doc         string
	Driver      Driver
	Path        Path
	Retention   Duration // zero: kept for ever
	MaxSize     int64    // bytes, 0: no limit; jsonl and logger
	Replication bool
	Implicit    bool
	Span        diag.Span
}

// Path is a literal or env("X", "default").
type Path struct {
	Literal string // the literal, or env's default
	Env     string // the variable's name; empty for a literal
	Set     bool   // a path was given at all
}

// Duration is a retention as written: 30d, 24h, 2w, 1y.
type Duration struct {
	N    int64
	Unit string // "h", "d", "w", "y"; empty: none
}

// Enum is an enum with its state machine.
type Enum struct {
	Name        string
	GoName      string
	Doc         string
	Values      []EnumValue
	Transitions []Transition
	HasMachine  bool // only the transitions listed are allowed
	Span        diag.Span
}

// EnumValue is one value of an enum.
type EnumValue struct {
	Name   string
	GoName string // with the enum's name before it: RoleAdmin
	Doc    string
}

// Has reports whether v is a value of the enum.
func (e *Enum) Has(v string) bool {
	for i := range e.Values {
		if e.Values[i].Name == v {
			return true
		}
	}
	return false
}

// Transition is a named step of an enum's state machine.
type Transition struct {
	Name   string
	GoName string
	From   []string
	To     string
}

// Function is a schema function: a named SQL expression used for STORED generated columns.
type Function struct {
	Name   string
	Params []string // in order; {name} in SQL stands for an argument
	SQL    string
	Result Scalar
}

// Type is the shape of a typed Json field.
type Type struct {
	Name   string
	GoName string
	Doc    string
	Fields []*Field // Column empty, Model nil
	Strict bool     // unknown keys are refused; false in the copy that fields with strict: false use
	Span   diag.Span
}

// Field finds a field of the type by name; nil when there is none.
func (t *Type) Field(name string) *Field {
	for _, f := range t.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// JoinTable is the table an implicit many-to-many relation stands on.
type JoinTable struct {
	Table    string // _a_b: model names, sorted, lower case
	A, B     *Model
	ColumnA  string // references A's key
	ColumnB  string // references B's key
	Database *Database

	Was *JoinWas // the table before A or B was renamed with @@was; nil: neither was
}

// JoinWas is what a join table was called while its models had other names.
type JoinWas struct{ Table, ColumnA, ColumnB string }
