package migrate

// Change is one difference a plan takes away. It is sealed; the forms are CreateTable,
// AddColumn, RebuildTable, CreateIndex, DropIndex, CreateSearch and DropSearch.
type Change interface{ change() }

// CreateTable makes a model's table, a join table or a system table.
type CreateTable struct{ Table string }

// AddColumn adds a column in place.
type AddColumn struct{ Table, Column string }

// RebuildTable makes the table anew beside the old one, copies every row and takes its place.
type RebuildTable struct {
	Table   string
	Reasons []string // in words, one per difference
	Dropped []string // columns whose values go with the old table
}

// CreateIndex makes an index.
type CreateIndex struct{ Table, Index string }

// DropIndex drops an index.
type DropIndex struct{ Table, Index string }

// CreateSearch makes a full-text table with its triggers and fills it from the rows there are.
type CreateSearch struct{ Table, FTS string }

// DropSearch drops a full-text table and its triggers; the text itself stands in the table.
type DropSearch struct{ Table, FTS string }

func (CreateTable) change()  {}
func (AddColumn) change()    {}
func (RebuildTable) change() {}
func (CreateIndex) change()  {}
func (DropIndex) change()    {}
func (CreateSearch) change() {}
func (DropSearch) change()   {}
