package migrate

// Change is one difference a plan takes away. It is sealed; the forms are CreateTable,
// AddColumn, DropColumn, SetNotNull, RenameTable, RenameColumn, RebuildTable, DropTable,
// CreateIndex, DropIndex, CreateSearch and DropSearch.
type Change interface{ change() }

// CreateTable makes a model's table, a join table or a system table.
type CreateTable struct{ Table string }

// AddColumn adds a column in place.
type AddColumn struct{ Table, Column string }

// DropColumn drops a column in place.
type DropColumn struct{ Table, Column string }

// SetNotNull makes a column required, or optional, in place.
type SetNotNull struct {
	Table, Column string
	NotNull       bool
}

// RenameTable gives a table the name its model has now; its full-text table and the indexes named
// after it go, and come again under the new name.
type RenameTable struct{ From, To string }

// RenameColumn gives a column the name its field has now.
type RenameColumn struct{ Table, From, To string }

// DropTable drops a table with its rows. Only ways back have it: a push never drops a table.
type DropTable struct{ Table string }

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
func (DropColumn) change()   {}
func (SetNotNull) change()   {}
func (RenameTable) change()  {}
func (RenameColumn) change() {}
func (DropTable) change()    {}
func (RebuildTable) change() {}
func (CreateIndex) change()  {}
func (DropIndex) change()    {}
func (CreateSearch) change() {}
func (DropSearch) change()   {}
