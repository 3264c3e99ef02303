package plan

import (
	"github.com/litestone-go/orm/litestone/schema"
)

// Select is a read with its guards in place. The zero Select reads nothing and renders as
// an error; there is no way to make another one outside this package.
type Select struct{ body *Body }

// Body gives what sqlgen renders.
func (s *Select) Body() *Body { return s.body }

// Body is the parts of a SELECT.
type Body struct {
	With     []CTE
	Distinct bool
	Out      []Output
	From     *Table
	Joins    []Join
	Where    All
	GroupBy  []Expr
	Having   Expr
	OrderBy  []Term
	Limit    Expr
	Offset   Expr
	Union    *Select // WITH RECURSIVE's second member: UNION, not UNION ALL, unless All
	UnionAll bool
}

// CTE is one member of WITH.
type CTE struct {
	Name    string
	Columns []string
	Sub     *Select
}

// Join is one joined table.
type Join struct {
	Left  bool
	Table *Table
	On    All
}

// Table is a table in scope.
type Table struct {
	Model *schema.Model // nil for join tables, FTS tables, CTEs and subqueries
	Name  string        // the table's name
	Alias string        // empty: the name itself qualifies columns
	Sub   *Select       // a derived table
	Each  Expr          // the elements of a JSON array, as column "value"

	crowded bool // other tables stand beside it: unqualified names may be theirs
}

// Qualifier is what columns are qualified with.
func (t *Table) Qualifier() string {
	if t.Alias != "" {
		return t.Alias
	}
	return t.Name
}

func (t *Table) column(f *schema.Field) Column { return Column{t, f.Column} }

// OutputKind says what a result column is.
type OutputKind uint8

// The kinds of result columns.
const (
	OutField  OutputKind = iota // a field's value
	OutExtra                    // a value beside the fields: _rank, _depth, a window's column
	OutCount                    // one entry of _count
	OutAllow                    // 1 when the row-dependent field beside it may be read
	OutLink                     // a key the engine needs and the caller does not see
	OutBucket                   // a groupBy key cut to an interval
	OutPlain                    // aggregates: decoded by Func
)

// Output is one result column.
type Output struct {
	Kind  OutputKind
	Expr  Expr
	Field *schema.Field // OutField, OutAllow, OutLink, and aggregates of a field
	Name  string        // OutExtra, OutCount, OutPlain: the answer's key
	Group string        // OutPlain: the object the key stands in ("_sum"), or empty
	Type  ValueType     // how OutExtra and OutPlain are decoded
	As    string        // the column's name, where an outer select needs one
	Owner int           // whose column it is: 0 the row's, else that of the relation joined under this number
}

// ValueType is how a value beside the fields is decoded.
type ValueType uint8

// The value types.
const (
	AsIs  ValueType = iota // int64, float64, string or nil by storage class
	AsFld                  // like the field
	AsBool
)
