package catalog

// Index is an index, or the one behind a UNIQUE constraint.
type Index struct {
	Name       string
	Constraint bool // made by UNIQUE in the table: it cannot be dropped by itself
	Unique     bool
	Parts      []Part
	Where      string // normal form; empty for an index of all rows
	SQL        string // as stored; empty for a constraint's
}

// Part is one column or expression of an index. It is comparable with ==.
type Part struct {
	Column    string // empty for an expression
	Expr      string // normal form; empty for a column
	Desc      bool
	Collation string // upper case; empty for BINARY
}

// Columns gives the names of an index's columns, "" for an expression.
func (x *Index) Columns() []string {
	out := make([]string, len(x.Parts))
	for i, p := range x.Parts {
		out[i] = p.Column
	}
	return out
}

// Alike reports whether two indexes serve the same: everything but the name and the text.
func (x *Index) Alike(y *Index) bool {
	if x.Unique != y.Unique || x.Where != y.Where || len(x.Parts) != len(y.Parts) {
		return false
	}
	for i, p := range x.Parts {
		q := y.Parts[i]
		if !Same(p.Column, q.Column) || p.Expr != q.Expr || p.Desc != q.Desc || p.Collation != q.Collation {
			return false
		}
	}
	return true
}
