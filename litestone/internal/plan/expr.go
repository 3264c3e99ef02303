package plan

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Expr is a piece of SQL that yields a value. It is sealed.
type Expr interface{ sqlExpr() }

type (
	// Column is a column of a table in scope, always written qualified.
	Column struct {
		Table *Table
		Name  string
	}
	// Param is a bound value.
	Param struct{ Source Source }
	// Literal is SQL text made by this package: a number, a keyword, a fixed string.
	Literal struct{ SQL string }
	// Binary is X op Y; op is one of this package's own constants.
	Binary struct {
		Op   string
		X, Y Expr
	}
	// All is a conjunction, Any a disjunction; each member stands in its own parentheses.
	All []Expr
	Any []Expr
	// Not is SQL's NOT.
	Not struct{ X Expr }
	// RowValue is several values compared as one: (a, b) < (c, d).
	RowValue []Expr
	// IsNull tests for NULL.
	IsNull struct {
		X      Expr
		Negate bool
	}
	// IsTrue is (X) IS TRUE: unknown becomes false.
	IsTrue struct{ X Expr }
	// IsFalse is (X) IS FALSE.
	IsFalse struct{ X Expr }
	// In tests membership of a list of parameters.
	In struct {
		X      Expr
		List   []Expr
		Negate bool
	}
	// InSelect tests membership of a subquery's single column.
	InSelect struct {
		X      Expr
		Sub    *Select
		Negate bool
	}
	// InJSON tests membership of the elements of a JSON array given as one parameter.
	InJSON struct {
		X      Expr
		Array  Expr
		Negate bool
	}
	// Like is X LIKE pattern with ESCAPE; the pattern is a parameter made from the value.
	Like struct{ X, Pattern Expr }
	// Call is a function call; Name is one of this package's own constants.
	Call struct {
		Name     string
		Args     []Expr
		Star     bool // count(*)
		Distinct bool
		OrderBy  []Term
		Filter   Expr
		Over     *Over
	}
	// Case is CASE WHEN … THEN … ELSE … END.
	Case struct {
		When, Then []Expr
		Else       Expr
	}
	// Exists is EXISTS (SELECT …).
	Exists struct {
		Sub    *Select
		Negate bool
	}
	// Scalar is a subquery used as a value.
	Scalar struct{ Sub *Select }
	// Raw is a caller's trusted SQL with its bound values.
	Raw struct {
		SQL  string
		Args []Source
	}
	// Deny is RAISE(ABORT, 'litestone:denied:…') or its fallback.
	Deny struct{ Model, Rule string }
	// EachHas tests whether an element of a JSON list column equals a value.
	EachHas struct {
		List Expr
		Item Expr
	}
)

func (Column) sqlExpr()   {}
func (Param) sqlExpr()    {}
func (Literal) sqlExpr()  {}
func (Binary) sqlExpr()   {}
func (All) sqlExpr()      {}
func (Any) sqlExpr()      {}
func (Not) sqlExpr()      {}
func (RowValue) sqlExpr() {}
func (IsNull) sqlExpr()   {}
func (IsTrue) sqlExpr()   {}
func (IsFalse) sqlExpr()  {}
func (In) sqlExpr()       {}
func (InSelect) sqlExpr() {}
func (InJSON) sqlExpr()   {}
func (Like) sqlExpr()     {}
func (Call) sqlExpr()     {}
func (Case) sqlExpr()     {}
func (Exists) sqlExpr()   {}
func (Scalar) sqlExpr()   {}
func (Raw) sqlExpr()      {}
func (Deny) sqlExpr()     {}
func (EachHas) sqlExpr()  {}

// Over is a window.
type Over struct {
	PartitionBy []Expr
	OrderBy     []Term
	Frame       string // "ROWS BETWEEN … AND …", made from numbers; empty: the default frame
}

// Term is one ORDER BY term.
type Term struct {
	X     Expr
	Desc  bool
	Nulls query.Nulls
}

// SourceKind says where a bound value comes from.
type SourceKind uint8

// The sources of bound values.
const (
	FromSlot       SourceKind = iota // the call's value number Slot
	FromConst                        // Const, the same for every call
	FromAuth                         // auth().Path of the session
	FromNow                          // the call's time as DateTime text
	FromLike                         // the call's value number Slot as a LIKE pattern
	FromKeys                         // key number Slot of the batch of parents
	FromAuthTruth                    // 1 when auth().Path is there and neither false, 0 nor empty, else 0
	FromKeyJSON                      // all keys of the batch as one JSON array
	FromAuthThere                    // 1 when auth().Path is there and not null, else NULL
	FromToken                        // the search token of Field for the value number Slot
	FromConstToken                   // the search token of Field for Const
	FromGate                         // 1 when the session's level reaches Gate, else 0
)

// Source is where a parameter's value comes from.
type Source struct {
	Kind   SourceKind
	Slot   int
	Const  query.Value
	Path   []string
	Field  *schema.Field // FromToken
	Gate   Gate          // FromGate
	Before string        // FromLike: what the pattern begins with, "%" or ""
	After  string        // FromLike: what it ends with

	// Hidden keeps the value out of events, logs and explanations: it is, or may be, that of a
	// confidential field. sqlgen sets it where the value meets such a field's column.
	Hidden bool
}

func constant(v query.Value) Param { return Param{Source{Kind: FromConst, Const: v}} }

var (
	one  = Literal{"1"}
	zero = Literal{"0"}
	null = Literal{"NULL"}
)
