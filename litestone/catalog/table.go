package catalog

import "strings"

// Table is an ordinary table.
type Table struct {
	Name          string
	Columns       []Column // in table order
	Key           []string // primary key columns in key order; empty without one
	Autoincrement bool
	Strict        bool
	WithoutRowID  bool
	Indexes       []Index      // sorted by name, the key's own left out
	ForeignKeys   []ForeignKey // sorted by columns
	Checks        []Check      // sorted by column, then expression
	Triggers      []Trigger    // sorted by name
	SQL           string       // CREATE TABLE as stored
}

// Column finds a column; nil when there is none.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if Same(t.Columns[i].Name, name) {
			return &t.Columns[i]
		}
	}
	return nil
}

// Index finds an index by name; nil when there is none.
func (t *Table) Index(name string) *Index {
	for i := range t.Indexes {
		if Same(t.Indexes[i].Name, name) {
			return &t.Indexes[i]
		}
	}
	return nil
}

// Trigger finds a trigger by name; nil when there is none.
func (t *Table) Trigger(name string) *Trigger {
	for i := range t.Triggers {
		if Same(t.Triggers[i].Name, name) {
			return &t.Triggers[i]
		}
	}
	return nil
}

// IntegerKey gives the column that is the rowid, or "".
func (t *Table) IntegerKey() string {
	if len(t.Key) != 1 || t.WithoutRowID {
		return ""
	}
	if c := t.Column(t.Key[0]); c != nil && Same(c.Type, "INTEGER") {
		return c.Name
	}
	return ""
}

// Generation says whether and where a generated column's values are kept.
type Generation uint8

// The kinds of generated columns (https://www.sqlite.org/gencol.html).
const (
	NotGenerated Generation = iota
	Virtual
	Stored
)

// Column is one column. It is comparable with ==.
type Column struct {
	Name      string
	Type      string // declared, upper case; may be empty outside STRICT tables
	NotNull   bool   // false for an INTEGER PRIMARY KEY, which is never null anyway
	Default   string // normal form; empty: none
	Generated Generation
	Expr      string // of a generated column, normal form
	Collation string // upper case; empty for BINARY
}

// Affinity is what a column makes of the values put into it, outside STRICT tables.
type Affinity string

// The affinities.
const (
	TextAffinity    Affinity = "TEXT"
	IntegerAffinity Affinity = "INTEGER"
	RealAffinity    Affinity = "REAL"
	NumericAffinity Affinity = "NUMERIC"
	BlobAffinity    Affinity = "BLOB"
)

// Affinity reads it out of the declared type (https://www.sqlite.org/datatype3.html#determination_of_column_affinity).
func (c *Column) Affinity() Affinity {
	t := strings.ToUpper(c.Type)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(t, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has("INT"):
		return IntegerAffinity
	case has("CHAR", "CLOB", "TEXT"):
		return TextAffinity
	case t == "" || has("BLOB"):
		return BlobAffinity
	case has("REAL", "FLOA", "DOUB"):
		return RealAffinity
	}
	return NumericAffinity
}

// Check is a CHECK constraint. It is comparable with ==.
type Check struct {
	Column string // whose definition it stands in; empty for the table's own
	Expr   string // normal form
}

// Action is what a foreign key does: "NO ACTION", "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT".
type Action string

// ForeignKey is a foreign key.
type ForeignKey struct {
	Columns  []string
	Parent   string
	Remote   []string // the parent's columns; its key where the constraint names none
	OnDelete Action
	OnUpdate Action
}

// Trigger is a trigger on a table or view.
type Trigger struct {
	Name   string
	Table  string
	SQL    string // as stored
	Normal string // in normal form, for comparing
}
