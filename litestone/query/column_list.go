package query

// ListColumn is a list field, T[] in the schema.
type ListColumn[T any] struct{ Column }

// ListCol makes the column of a list field.
func ListCol[T any](model, field string, index int) ListColumn[T] {
	return ListColumn[T]{newColumn(model, field, index, nil)}
}

// ListAt makes the column of a list key inside a typed Json field.
func ListAt[T any](model, field string, index int, keys ...string) ListColumn[T] {
	return ListColumn[T]{newColumn(model, field, index, keys)}
}

// Eq holds where the list has exactly these elements, in this order.
func (c ListColumn[T]) Eq(v ...T) Cond { return c.whole(OpEq, v) }

// Ne holds where the list has other elements, or the same in another order; nulls do not match.
func (c ListColumn[T]) Ne(v ...T) Cond { return c.whole(OpNe, v) }

// Has holds where v is an element.
func (c ListColumn[T]) Has(v T) Cond { return c.elements(OpHas, []T{v}) }

// HasEvery holds where all values are elements; none given adds no condition.
func (c ListColumn[T]) HasEvery(v ...T) Cond { return c.elements(OpHasEvery, v) }

// HasSome holds where at least one value is an element; none given matches nothing.
func (c ListColumn[T]) HasSome(v ...T) Cond { return c.elements(OpHasSome, v) }

// IsEmpty holds for rows with an empty list.
func (c ListColumn[T]) IsEmpty() Cond { return c.is(OpIsEmpty, Int(1)) }

// NotEmpty holds for rows with an element.
func (c ListColumn[T]) NotEmpty() Cond { return c.is(OpIsEmpty, Int(0)) }

func (c ListColumn[T]) whole(op Op, vs []T) Cond {
	if vs == nil {
		vs = []T{}
	}
	text, ok := marshal(vs)
	if !ok {
		return c.refused("holds what JSON cannot write")
	}
	return c.is(op, Text(text))
}

func (c ListColumn[T]) refused(message string) Cond {
	return Cond{Op: OpRaw, Raw: &Fragment{Err: invalid(c.ref.Model, c.ref.Name, message, "")}}
}

// elements turns a value no column can hold into a fragment that carries the error to the call.
func (c ListColumn[T]) elements(op Op, vs []T) Cond {
	if op == OpHasEvery && len(vs) == 0 {
		return Cond{}
	}
	list := make([]Value, len(vs))
	for i, v := range vs {
		var err error
		if list[i], err = ValueOf(v); err != nil {
			return c.refused(err.Error())
		}
	}
	if op == OpHas {
		return c.is(op, list[0])
	}
	return c.oneOf(op, list)
}
