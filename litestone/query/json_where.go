package query

import (
	"fmt"
	"slices"

	"github.com/litestone-go/orm/litestone/schema"
)

// Predicate reads the text as a where.
func (j JSON) Predicate(sc *Scope) (*Cond, error) {
	tree, err := j.Tree()
	if err != nil {
		return nil, err
	}
	return decodePredicate(sc, tree)
}

// Predicate reads the map as a where.
func (m Map) Predicate(sc *Scope) (*Cond, error) { return decodePredicate(sc, m) }

func decodePredicate(sc *Scope, tree any) (*Cond, error) {
	c, err := decodeWhere(sc, tree)
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// decodeWhere reads a where of sc.Model. Several keys are ANDed, in the order of their names, so
// that the same where always makes the same SQL.
func decodeWhere(sc *Scope, v any) (Cond, error) {
	switch x := v.(type) {
	case JSON:
		tree, err := x.Tree()
		if err != nil {
			return Cond{}, err
		}
		return decodeWhere(sc, tree)
	case Cond:
		return x, nil
	case *Cond:
		if x != nil {
			return *x, nil
		}
	case Fragment:
		return fragment(sc, "where", x)
	case *Fragment:
		if x != nil {
			return fragment(sc, "where", *x)
		}
	}
	o, ok := object(v)
	if !ok {
		return Cond{}, sc.invalid("where", "must be an object, not "+described(v), "")
	}
	if err := sc.checkDepth(); err != nil {
		return Cond{}, err
	}
	if len(o) == 1 {
		for key, v := range o {
			return decodeWhereKey(sc, key, v)
		}
	}
	all := Cond{Op: OpAnd}
	for _, key := range sortedKeys(o) {
		c, err := decodeWhereKey(sc, key, o[key])
		if err != nil {
			return Cond{}, err
		}
		if !c.Empty() {
			all.Kids = append(all.Kids, c)
		}
	}
	if len(all.Kids) == 1 {
		return all.Kids[0], nil
	}
	return all, nil
}

func decodeWhereKey(sc *Scope, key string, v any) (Cond, error) {
	switch key {
	case "AND":
		return decodeWheres(sc, key, OpAnd, v)
	case "OR":
		return decodeWheres(sc, key, OpOr, v)
	case "NOT":
		if l, ok := list(v); ok {
			return decodeNots(sc, l)
		}
		return decodeNots(sc, []any{v})
	case "$raw":
		return decodeRaw(sc, key, v)
	}
	f := sc.Model.Field(key)
	if f == nil {
		return Cond{}, sc.unknown(key, "field", append(fieldNames(sc.Model, nil), "AND", "OR", "NOT"))
	}
	switch {
	case f.Relation != nil:
		return decodeRelationWhere(sc, f, v)
	case !testable(f):
		return Cond{}, sc.invalid(key, "cannot be filtered by: it is no column", "")
	}
	return decodeField(sc, f, RefOf(sc.Model, f), nil, v)
}

// testable reports whether a field can be tested and sorted by: computed fields and related
// rows cannot.
func testable(f *schema.Field) bool {
	return f.Relation == nil && !f.Computed && (f.From == nil || f.From.Kind != schema.FromFirst && f.From.Kind != schema.FromLast)
}

func decodeWheres(sc *Scope, key string, op Op, v any) (Cond, error) {
	l, ok := list(v)
	if !ok {
		return Cond{}, sc.invalid(key, "must be a list of wheres, not "+described(v), "")
	}
	in, err := sc.deeper()
	if err != nil {
		return Cond{}, err
	}
	c := Cond{Op: op, Kids: make([]Cond, 0, len(l))}
	for _, e := range l {
		kid, err := decodeWhere(in, e)
		if err != nil {
			return Cond{}, err
		}
		if !kid.Empty() {
			c.Kids = append(c.Kids, kid)
		}
	}
	if len(c.Kids) == 1 {
		return c.Kids[0], nil
	}
	return c, nil
}

// decodeNots reads NOT: an object is negated as a whole, of a list each one.
func decodeNots(sc *Scope, l []any) (Cond, error) {
	in, err := sc.deeper()
	if err != nil {
		return Cond{}, err
	}
	all := Cond{Op: OpAnd}
	for _, e := range l {
		kid, err := decodeWhere(in, e)
		if err != nil {
			return Cond{}, err
		}
		if !kid.Empty() {
			all.Kids = append(all.Kids, Not(kid))
		}
	}
	if len(all.Kids) == 1 {
		return all.Kids[0], nil
	}
	return all, nil
}

// decodeRaw reads $raw and filter: a fragment made by Go code, or SQL text where the caller is
// trusted. An object is neither, whatever it pretends to be.
func decodeRaw(sc *Scope, key string, v any) (Cond, error) {
	switch x := v.(type) {
	case Fragment:
		return fragment(sc, key, x)
	case *Fragment:
		if x != nil {
			return fragment(sc, key, *x)
		}
	case string:
		if sc.Untrusted {
			return Cond{}, sc.invalid(key, "SQL as text is refused in requests and on a client that speaks for somebody", "use the where's operators, or make a fragment in Go code")
		}
		if x == "" {
			return Cond{}, sc.invalid(key, "must not be empty", "")
		}
		return fragment(sc, key, Fragment{SQL: x})
	}
	return Cond{}, sc.invalid(key, "must be an SQL fragment or a text, not "+described(v), "")
}

func fragment(sc *Scope, key string, f Fragment) (Cond, error) {
	if f.Err != nil {
		return Cond{}, sc.invalid(key, f.Err.Error(), "")
	}
	return f.Cond(), nil
}

// decodeRelationWhere reads a relation filter: some, every, none on lists; is, isNot and null on
// single rows.
func decodeRelationWhere(sc *Scope, f *schema.Field, v any) (Cond, error) {
	ref := RefOf(sc.Model, f)
	names := []string{"some", "every", "none"}
	if !f.Relation.List() {
		names = []string{"is", "isNot"}
		if v == nil {
			return Cond{Op: OpIs, Ref: ref}, nil
		}
	}
	o, ok := object(v)
	if !ok {
		return Cond{}, sc.invalid(f.Name, "must be an object with "+orList(names)+", not "+described(v), "")
	}
	in := sc.inside(f, opInclude)
	all := Cond{Op: OpAnd}
	for _, name := range sortedKeys(o) {
		if !slices.Contains(names, name) {
			return Cond{}, sc.unknownOp(f.Name, name, names)
		}
		op := relationOp(name)
		if o[name] == nil && !f.Relation.List() {
			all.Kids = append(all.Kids, Cond{Op: op, Ref: ref})
			continue
		}
		kid, err := decodeWhere(in, o[name])
		if err != nil {
			return Cond{}, err
		}
		all.Kids = append(all.Kids, Cond{Op: op, Ref: ref, Kids: []Cond{kid}})
	}
	if len(all.Kids) == 0 {
		return Cond{}, sc.invalid(f.Name, "says nothing about the relation", "use "+orList(names))
	}
	if len(all.Kids) == 1 {
		return all.Kids[0], nil
	}
	return all, nil
}

func relationOp(name string) Op {
	switch name {
	case "some":
		return OpSome
	case "every":
		return OpEvery
	case "none":
		return OpNone
	case "isNot":
		return OpIsNot
	}
	return OpIs
}

func (sc *Scope) unknownOp(path, op string, ops []string) error {
	e := sc.unknownAt(join(sc.Path, path), op, "operator", ops)
	if e.Hint == "" {
		e.Hint = "it takes " + orList(ops)
	}
	return e
}

func orList(names []string) string {
	switch len(names) {
	case 0:
		return "nothing"
	case 1:
		return names[0]
	}
	s := names[0]
	for _, n := range names[1 : len(names)-1] {
		s += ", " + n
	}
	return fmt.Sprintf("%s or %s", s, names[len(names)-1])
}
