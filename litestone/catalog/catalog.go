// Package catalog holds the facts of a database as plain values: what is there, not what the
// schema says should be. Package introspect fills them from a live database; package migrate
// compares two of them.
//
// SQL expressions in them (defaults, checks, generated columns, conditions) are in one
// normal form, so that equal expressions are equal strings: see Normal in package introspect.
// Lists that have no order of their own are sorted, so two catalogs of equal databases are
// deeply equal but for the order of a table's columns.
package catalog

// Catalog is one database file.
type Catalog struct {
	Tables  []Table       // ordinary tables, sorted by name; SQLite's own (sqlite_…) left out
	FTS     []FTS         // FTS5 tables, sorted by name
	Modules []ModuleTable // virtual tables of other modules, sorted by name
	Views   []View        // sorted by name
}

// Table finds an ordinary table; nil when there is none. Names are compared as SQLite does.
func (c *Catalog) Table(name string) *Table {
	for i := range c.Tables {
		if Same(c.Tables[i].Name, name) {
			return &c.Tables[i]
		}
	}
	return nil
}

// FTSTable finds an FTS5 table; nil when there is none.
func (c *Catalog) FTSTable(name string) *FTS {
	for i := range c.FTS {
		if Same(c.FTS[i].Name, name) {
			return &c.FTS[i]
		}
	}
	return nil
}

// View finds a view; nil when there is none.
func (c *Catalog) View(name string) *View {
	for i := range c.Views {
		if Same(c.Views[i].Name, name) {
			return &c.Views[i]
		}
	}
	return nil
}

// Empty reports whether the database holds nothing at all.
func (c *Catalog) Empty() bool {
	return len(c.Tables)+len(c.FTS)+len(c.Modules)+len(c.Views) == 0
}

// Same reports whether SQLite takes two names for the same: ASCII letters fold, others don't.
func Same(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

// Fold gives a name with its ASCII letters in lower case: equal for names that are the Same.
func Fold(name string) string {
	b := []byte(name)
	for i := range b {
		b[i] = lower(b[i])
	}
	return string(b)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
