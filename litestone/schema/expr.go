package schema

// Expr is a resolved policy expression: every name in it is a field or relation that exists.
// It is sealed; the forms are And, Or, Not, Compare, Truth, CheckRelation, CheckModel and Const.
type Expr interface{ policyExpr() }

// And holds when both sides do.
type And struct{ X, Y Expr }

// Or holds when either side does.
type Or struct{ X, Y Expr }

// Not holds when X is false (not when it is unknown).
type Not struct{ X Expr }

// CompareOp is a comparison.
type CompareOp uint8

// The comparisons. Eq and Ne with a null literal are IS NULL and IS NOT NULL.
const (
	Eq CompareOp = iota
	Ne
	LtOp
	LteOp
	GtOp
	GteOp
)

// Compare compares two operands.
type Compare struct {
	Op   CompareOp
	X, Y Operand
}

// Truth is an operand standing alone: `open`, `auth().isAdmin`.
type Truth struct{ X Operand }

// CheckRelation is check(rel) or check(rel, 'op'): the related row's own policy.
type CheckRelation struct {
	Relation *Relation
	Same     bool // ask for the operation being judged
	Op       Operation
}

// CheckModel is check(model, expr): some row of the model satisfies Expr, in which names are
// Target's fields first, then the judged row's (FieldRef.Outer).
type CheckModel struct {
	Target *Model
	Expr   Expr
}

// Const is true or false.
type Const struct{ Value bool }

func (And) policyExpr()           {}
func (Or) policyExpr()            {}
func (Not) policyExpr()           {}
func (Compare) policyExpr()       {}
func (Truth) policyExpr()         {}
func (CheckRelation) policyExpr() {}
func (CheckModel) policyExpr()    {}
func (Const) policyExpr()         {}

// Operand is one side of a comparison: FieldRef, RelationRef, AuthRef, NowRef or Literal.
type Operand interface{ operand() }

// FieldRef is a field of the judged row, or of a row reached over to-one relations.
type FieldRef struct {
	Path  []*Relation // hops, each BelongsTo or HasOne; empty for the row itself
	Field *Field
	JSON  []string // keys inside a typed Json field
	Outer int      // how many CheckModel scopes outwards the row stands
}

// RelationRef is a to-one relation named as a whole: `owner == auth()`, `parent == null`.
type RelationRef struct {
	Path     []*Relation
	Relation *Relation
	Outer    int
}

// AuthRef is auth() or auth().a.b; an empty Path is the whole object.
type AuthRef struct{ Path []string }

// NowRef is now(): the call's time as DateTime text.
type NowRef struct{}

// Literal is null (nil), bool, int64, float64 or string. A string compared with a DateTime
// field is already normalised.
type Literal struct{ Value any }

func (FieldRef) operand()    {}
func (RelationRef) operand() {}
func (AuthRef) operand()     {}
func (NowRef) operand()      {}
func (Literal) operand()     {}

// UsesRow reports whether the expression looks at any row.
func UsesRow(e Expr) bool {
	switch e := e.(type) {
	case And:
		return UsesRow(e.X) || UsesRow(e.Y)
	case Or:
		return UsesRow(e.X) || UsesRow(e.Y)
	case Not:
		return UsesRow(e.X)
	case Compare:
		return rowOperand(e.X) || rowOperand(e.Y)
	case Truth:
		return rowOperand(e.X)
	case CheckRelation, CheckModel:
		return true
	}
	return false
}

func rowOperand(o Operand) bool {
	switch o.(type) {
	case FieldRef, RelationRef:
		return true
	}
	return false
}
