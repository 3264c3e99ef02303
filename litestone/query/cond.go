package query

// Ref names a field or relation of a model.
type Ref struct {
	Model string // accessor
	Name  string
	Index int // in schema.Model.Fields
}

// Op is what a Cond does.
type Op uint8

// The operators. Fields, lists, typed Json paths and relations share one node type.
const (
	OpAnd Op = iota // Kids; none: true
	OpOr            // Kids; none: adds nothing (true)
	OpNot           // Kids, ANDed, negated
	OpEq            // Value; NULL: IS NULL
	OpNe            // SQL's <>: drops nulls; NULL: IS NOT NULL
	OpLt
	OpLte
	OpGt
	OpGte
	OpIn         // List; empty matches nothing
	OpNotIn      // List; keeps nulls; empty adds nothing
	OpContains   // ASCII case folded; % and _ literal
	OpStartsWith // likewise
	OpEndsWith   // likewise
	OpHas        // Value is an element of the list field
	OpHasEvery   // List
	OpHasSome    // List
	OpIsEmpty    // Value 1 or 0
	OpSome       // relation list: Kids hold for some row
	OpEvery
	OpNone
	OpIs    // to-one relation: Kids hold for the row; no Kids and Value NULL: there is none
	OpIsNot // the negation of OpIs
	OpRaw   // Raw
)

// Cond is one node of a where tree. The zero Cond is an empty AND: true.
type Cond struct {
	Op    Op
	Ref   Ref      // the field or relation; unused by And, Or, Not, Raw
	Path  []string // keys inside a typed Json field
	Value Value
	List  []Value
	Kids  []Cond
	Raw   *Fragment
}

// Fragment is trusted SQL with bound values: ? for each of Args. Column names in it are the
// table's columns, unqualified.
type Fragment struct {
	SQL  string
	Args []Value
	Err  error // a bad argument given to the builder; reported by the call that uses it
}

// Empty reports whether the condition says nothing.
func (c *Cond) Empty() bool {
	if c == nil {
		return true
	}
	if c.Op > OpNot {
		return false
	}
	for i := range c.Kids {
		if !c.Kids[i].Empty() {
			return false
		}
	}
	return true
}

// And joins conditions: all must hold.
func (c Cond) And(more ...Cond) Cond {
	kids := make([]Cond, 0, len(more)+1)
	if c.Op == OpAnd {
		kids = append(kids, c.Kids...)
	} else {
		kids = append(kids, c)
	}
	return Cond{Op: OpAnd, Kids: append(kids, more...)}
}

// Or joins conditions: one must hold. An empty condition adds nothing, as in JSON.
func (c Cond) Or(more ...Cond) Cond {
	return Cond{Op: OpOr, Kids: append([]Cond{c}, more...)}
}

// Not negates by SQL's logic: a condition that is unknown (about a NULL) stays unknown.
func Not(c Cond) Cond { return Cond{Op: OpNot, Kids: []Cond{c}} }

// All joins conditions: all must hold; none given holds.
func All(c ...Cond) Cond { return Cond{Op: OpAnd, Kids: c} }

// Any joins conditions: one must hold; none given adds nothing.
func Any(c ...Cond) Cond { return Cond{Op: OpOr, Kids: c} }
