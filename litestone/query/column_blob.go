package query

// BlobColumn is a Blob field.
type BlobColumn struct{ Column }

// BlobCol makes the column of a Blob field.
func BlobCol(model, field string, index int) BlobColumn {
	return BlobColumn{newColumn(model, field, index, nil)}
}

// Eq holds where the field is these bytes.
func (c BlobColumn) Eq(v []byte) Cond { return c.is(OpEq, Blob(v)) }

// Ne holds where the field is other bytes; nulls do not match.
func (c BlobColumn) Ne(v []byte) Cond { return c.is(OpNe, Blob(v)) }

// In holds where the field is one of the values; none given matches nothing.
func (c BlobColumn) In(v ...[]byte) Cond { return c.oneOf(OpIn, values(v, Blob)) }

// NotIn holds where the field is none of the values; nulls match, none given excludes nothing.
func (c BlobColumn) NotIn(v ...[]byte) Cond { return c.oneOf(OpNotIn, values(v, Blob)) }
