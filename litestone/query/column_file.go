package query

// FileColumn is a File field. It compares to null only.
type FileColumn struct{ Column }

// FileCol makes the column of a File field.
func FileCol(model, field string, index int) FileColumn {
	return FileColumn{newColumn(model, field, index, nil)}
}

// Unresolved selects the stored reference instead of what a plugin makes of it.
func (c FileColumn) Unresolved() Selection { return unresolved{c.ref} }

type unresolved struct{ ref Ref }

func (u unresolved) Selection(*Scope) (*Select, error) {
	return &Select{Fields: []Ref{u.ref}, Raw: []bool{true}}, nil
}
