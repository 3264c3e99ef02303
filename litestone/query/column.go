package query

// Column is what every column can do; the typed columns embed it. Generated code makes one per
// field. A column of a key inside a typed Json field compares and sorts, but cannot be selected.
type Column struct {
	ref  Ref
	path []string
}

// Col is any typed column.
type Col interface {
	Selection
	column() Column
}

func newColumn(model, field string, index int, keys []string) Column {
	return Column{ref: Ref{Model: model, Name: field, Index: index}, path: keys}
}

func (c Column) column() Column { return c }

// Ref names the column's field.
func (c Column) Ref() Ref { return c.ref }

// Path gives the keys inside a typed Json field; nil for a field itself.
func (c Column) Path() []string { return c.path }

// Asc sorts upwards; nulls come first unless said.
func (c Column) Asc() Order { return Order{Ref: c.ref, Path: c.path} }

// Desc sorts downwards; nulls come last unless said.
func (c Column) Desc() Order { return Order{Ref: c.ref, Path: c.path, Desc: true} }

// IsNull holds for rows without a value; for a Json key also where the key is missing.
func (c Column) IsNull() Cond { return c.is(OpEq, Null()) }

// NotNull holds for rows with a value.
func (c Column) NotNull() Cond { return c.is(OpNe, Null()) }

// Selection selects the one field.
func (c Column) Selection(sc *Scope) (*Select, error) {
	if len(c.path) > 0 {
		return nil, invalid(c.ref.Model, join(sc.Path, c.ref.Name), "a key inside a Json field cannot be selected", "select the field")
	}
	return &Select{Fields: []Ref{c.ref}}, nil
}

func (c Column) is(op Op, v Value) Cond {
	return Cond{Op: op, Ref: c.ref, Path: c.path, Value: v}
}

func (c Column) oneOf(op Op, list []Value) Cond {
	if op == OpNotIn && len(list) == 0 {
		return Cond{} // excludes nothing
	}
	return Cond{Op: op, Ref: c.ref, Path: c.path, List: list}
}

func values[T any](vs []T, value func(T) Value) []Value {
	list := make([]Value, len(vs))
	for i, v := range vs {
		list[i] = value(v)
	}
	return list
}

// Number is a column that can be summed: Integer and Real.
type Number interface {
	Col
	number()
}
