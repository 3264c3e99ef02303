package query

import "github.com/litestone-go/orm/litestone/schema"

// Scope is what a form is resolved against.
type Scope struct {
	Schema    *schema.Schema
	Model     *schema.Model
	Path      string // dotted prefix of names in errors, "" at the top
	Untrusted bool   // the form came from a request body: raw SQL is refused
	Operation string // "findFirst", "count", …: which arguments are taken; "" for findMany's
	Limits    Limits // of what Untrusted asks
	depth     int    // levels of nesting so far
	includes  int    // levels of included relations so far
	capped    bool   // Limits apply
	single    bool   // a to-one relation's arguments
	root      string // the model called, when this is a relation's scope inside the call
	call      string // the operation called, likewise
}

// Predicate is a where: a Cond, JSON, a Fragment.
type Predicate interface {
	Predicate(*Scope) (*Cond, error)
}

// Ordering is an orderBy: an Order, Orders(…), JSON.
type Ordering interface {
	Ordering(*Scope) ([]Order, error)
}

// Selection is a select: columns, Fields(…), JSON.
type Selection interface {
	Selection(*Scope) (*Select, error)
}

// Including is an include: a relation, relation.With(Find), Includes(…), Counts, JSON.
type Including interface {
	Including(*Scope) (*Include, error)
}

// Find is the arguments of findMany, findFirst, findUnique, count, exists and of every
// nested read. The zero Find asks for all rows.
type Find struct {
	Where       Predicate
	OrderBy     Ordering
	Select      Selection
	Include     Including
	Limit       int // rows at most; 0: no limit
	Offset      int // rows skipped
	Distinct    bool
	WithDeleted bool // soft-deleted rows too
	OnlyDeleted bool // soft-deleted rows only
	Cursor      string
	Window      Windowing
	Recursive   *Recursive
}

// Finding is anything that resolves to FindArgs: Find and JSON.
type Finding interface {
	Finding(*Scope, *FindArgs) error
}

// FindArgs is a Find resolved.
type FindArgs struct {
	Where       *Cond // nil: all
	OrderBy     []Order
	Select      *Select // nil: every field that is shown
	Include     *Include
	Limit       int64
	HasLimit    bool // Limit counts, 0 too
	Offset      int64
	Distinct    bool
	WithDeleted bool
	OnlyDeleted bool
	Cursor      string
	Windows     []Window
	Recursive   *Recursive
	Search      *Search // set by search calls only
	Most        int64   // rows the whole call may answer, those of relations counted; 0: any number. Untrusted arguments have a bound

	cond  Cond     // where Where points when a Cond was given, so that it needs no allocation
	order [1]Order // likewise for a single Order
}

// Aggregate functions.
type Agg uint8

// The aggregate functions; AggNone is a plain field.
const (
	AggNone Agg = iota
	AggCount
	AggSum
	AggAvg
	AggMin
	AggMax
	AggString
)

// Nulls says where nulls sort.
type Nulls uint8

// The positions of nulls; by default first ascending, last descending.
const (
	NullsDefault Nulls = iota
	NullsFirst
	NullsLast
)

// Order is one sort key.
type Order struct {
	Hops  []Ref    // to-one relations walked first
	Ref   Ref      // the field; the list relation when Agg is set on a row query
	Path  []string // keys inside a typed Json field
	Agg   Agg      // relation aggregate (row queries) or the group's aggregate (groupBy)
	Of    Ref      // the aggregated field of the relation's target or of the group; unused by AggCount
	Name  string   // groupBy: a named aggregate; row queries: "_depth", "_rank" or a window's alias
	Desc  bool
	Nulls Nulls
}

// Select is the fields a row answers. Relations selected stand in Include.
type Select struct {
	None    bool // select: false: the write answers null
	Fields  []Ref
	Raw     []bool // beside Fields: the stored reference, not the resolved value; nil: all resolved
	Include *Include
	Count   bool // _count chosen
}

// Include is the relations a row answers beside its fields.
type Include struct {
	Relations []IncludeRelation
	CountAll  bool // _count: true
	Counts    []IncludeCount
}

// IncludeRelation is one included relation with its own arguments.
type IncludeRelation struct {
	Ref  Ref
	Args *FindArgs // nil: all rows, all shown fields
}

// IncludeCount is one entry of _count.
type IncludeCount struct {
	Name        string // the answer's key
	Ref         Ref
	Where       *Cond
	WithDeleted bool
	OnlyDeleted bool
}

// Recursive asks for a tree.
type Recursive struct {
	Ancestors bool
	Nested    bool
	MaxDepth  int    // 0: no bound
	Via       string // the relation or foreign key when several are possible
}

// Search is the text of a search call and what to show of it.
type Search struct {
	Text      string
	Highlight *Mark
	Snippet   *Mark
	NoRank    bool
}

// Mark says how matches are shown.
type Mark struct {
	Fields   []Ref // none: all of the index
	Open     string
	Close    string
	Ellipsis string
	Length   int // tokens of a snippet
}
