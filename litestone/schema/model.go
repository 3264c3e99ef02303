package schema

import "github.com/litestone-go/orm/litestone/diag"

// Model is one table (or append-only file, or external view) and everything its block says.
type Model struct {
	Index    int    // in Schema.Models
	Name     string // as declared
	Accessor string // the name a call uses: first letter lower
	GoName   string // singular PascalCase: the generated struct
	GoPlural string // the generated accessor and column set: Users for users
	Table    string
	Was      string // @@was: the model or table it was before a rename; empty: none
	Doc      string
	Span     diag.Span
	Database *Database

	Fields    []*Field // all, in declared order (a trait's fields before the host's own)
	Columns   []*Field // those stored in the table, generated columns included, in table order
	Key       []*Field // @id or @@id; empty for a model without a key (logs, external views)
	Relations []*Relation

	Uniques []*Index // @@unique and @unique, the key not among them
	Indexes []*Index
	FTS     *FTS // nil without @@fts

	SoftDelete *SoftDelete // nil without @@softDelete
	Rules      []*Rule     // @@allow and @@deny in source order
	Gate       *Gate       // nil without @@gate
	Logs       []*Log      // @@log

	External bool // @@external: no DDL, no migrations
	Strict   bool // STRICT table; false with @@noStrict
	Subject  bool // @@auth: the model auth() comes from
	Auto     bool // made by us (the logger's entries); not in the source

	byName map[string]*Field
}

// WasTables gives the names the table may have had before a rename: Was as it is written, then
// the table of a model of that name, plain and plural. Empty without @@was.
func (m *Model) WasTables() []string {
	if m.Was == "" {
		return nil
	}
	return []string{m.Was, tableName(m.Was, false), tableName(m.Was, true)}
}

// Field finds a field by its name (not its column); nil when there is none.
func (m *Model) Field(name string) *Field { return m.byName[name] }

// IntegerKey gives the single Integer key that is the table's rowid, or nil.
func (m *Model) IntegerKey() *Field {
	if len(m.Key) == 1 && m.Key[0].Type == Integer && !m.Key[0].List {
		return m.Key[0]
	}
	return nil
}

// Writable reports whether rows can be changed after they were written.
func (m *Model) Writable() bool { return m.Database.Driver == SQLite }

// Index is an index or a unique constraint.
type Index struct {
	Name   string // idx_<table>_<columns> or uniq_…; empty for an inline column constraint
	Fields []*Field
	Unique bool
	Live   bool // partial: covers rows that are not soft-deleted
	Span   diag.Span
}

// FTS is a model's full-text index: an FTS5 table with external content.
type FTS struct {
	Table     string // <table>_fts
	Fields    []*Field
	Tokenizer string // FTS5 tokenize option; empty for SQLite's default
	RowID     string // content_rowid: the integer key's column, else the first of rowid, _rowid_, oid that is no column
	Span      diag.Span
}

// SoftDelete says that remove stamps a column instead of deleting.
type SoftDelete struct {
	Field   *Field // deletedAt
	Cascade bool   // the stamp goes to the children too
}

// Operation is what a rule or gate speaks about.
type Operation uint8

// The operations of rules, in the order SPEC lists them.
const (
	Read Operation = iota
	Create
	Update     // judges the stored row
	PostUpdate // judges the new row
	Delete
	operations
)

// Operations is a set of operations.
type Operations uint8

// Of makes a set.
func Of(ops ...Operation) (s Operations) {
	for _, o := range ops {
		s |= 1 << o
	}
	return s
}

// Has reports whether the set holds op.
func (s Operations) Has(op Operation) bool { return s&(1<<op) != 0 }

func (o Operation) String() string {
	return [...]string{"read", "create", "update", "post-update", "delete"}[o]
}

// Rule is one @@allow or @@deny.
type Rule struct {
	Index      int // in Model.Rules
	Deny       bool
	Operations Operations
	Expr       Expr
	Message    string // custom; empty for the default one
	Source     string // the expression as written, for explanations
	Span       diag.Span
}

// RulesFor gives the allow and the deny rules of one operation, in source order.
func (m *Model) RulesFor(op Operation) (allow, deny []*Rule) {
	for _, r := range m.Rules {
		switch {
		case !r.Operations.Has(op):
		case r.Deny:
			deny = append(deny, r)
		default:
			allow = append(allow, r)
		}
	}
	return allow, deny
}

// Gate is @@gate("R.C.U.D"): the least level per operation, 0 to 9.
type Gate struct {
	Read, Create, Update, Delete int
	Span                         diag.Span
}

// Log is @@log or @log: which logger database entries go to.
type Log struct {
	Database *Database
	Reads    bool
	Writes   bool
	Span     diag.Span
}
