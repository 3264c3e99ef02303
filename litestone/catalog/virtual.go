package catalog

// FTS is an FTS5 table.
type FTS struct {
	Name         string
	Columns      []string
	Content      string   // the table or view its text stands in; empty: its own
	ContentRowID string   // empty: rowid
	Options      []string // the other options as name=value, sorted
	SQL          string   // as stored
	Normal       string   // in normal form, for comparing
}

// ModuleTable is a virtual table of a module other than FTS5. Its columns are not read: the module
// may be missing in this program.
type ModuleTable struct {
	Name   string
	Module string
	SQL    string
}

// View is a view.
type View struct {
	Name     string
	Columns  []Column  // empty when the view cannot be prepared
	Triggers []Trigger // INSTEAD OF, sorted by name
	SQL      string    // as stored
	Normal   string    // in normal form, for comparing
}
