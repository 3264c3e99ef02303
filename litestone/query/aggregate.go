package query

// AggregateArgs is a resolved aggregate call; GroupArgs adds the grouping.
type AggregateArgs struct {
	Where       *Cond
	WithDeleted bool
	OnlyDeleted bool
	Items       []AggItem
}

// AggItem is one aggregate of the answer.
type AggItem struct {
	Name      string // "_count", "_sum", …, or a named aggregate "_paid"
	Named     bool   // stands alone under Name; else under Name and the field's name
	Func      Agg
	Ref       Ref  // the field; unused by count of rows
	HasRef    bool // Ref counts
	Distinct  bool
	Nested    bool // _count: {field: true}: answered as an object
	Filter    *Cond
	Separator string // AggString
	OrderBy   []Order
}

// GroupArgs is a resolved groupBy call.
type GroupArgs struct {
	AggregateArgs
	By       []Ref
	Interval map[string]string // field name → year, quarter, month, week, day, hour
	FillGaps Fill
	Having   *Having
	OrderBy  []Order
	Limit    int64
	HasLimit bool
	Offset   int64
	Most     int64 // groups the whole call may answer; 0: any number. Untrusted arguments have a bound
}

// Fill says how empty buckets are added.
type Fill struct {
	Off        bool
	Start, End string // DateTime text; empty: the where's bounds
}

// Having is one node of a having tree: And, Or, Not over comparisons of aggregates or keys.
type Having struct {
	Op    Op // OpAnd, OpOr, OpNot with Kids; else a comparison
	Item  AggItem
	Key   Ref // a by field, when IsKey
	IsKey bool
	Value Value
	List  []Value
	Kids  []Having

	err error // a bad value given to the builder; reported by the call that uses it
}

// Windowing resolves to windows.
type Windowing interface {
	Windowing(*Scope) ([]Window, error)
}

// WindowFunc is a window function.
type WindowFunc uint8

// The window functions.
const (
	RowNumber WindowFunc = iota
	Rank
	DenseRank
	CumeDist
	PercentRank
	Ntile
	Lag
	Lead
	FirstValue
	LastValue
	NthValue
	WinSum
	WinAvg
	WinMin
	WinMax
	WinCount
)

// Window is one window column.
type Window struct {
	Alias       string
	Func        WindowFunc
	Ref         Ref
	HasRef      bool
	N           int64 // ntile's buckets, nthValue's n, lag's and lead's offset
	Default     Value // lag, lead
	HasDefault  bool
	PartitionBy []Ref
	OrderBy     []Order
	Frame       *Frame
	Filter      *Cond
}

// Frame is rows or range between two bounds; nil bounds are unbounded.
type Frame struct {
	Range    bool
	From, To *int64 // negative: preceding, 0: current row, positive: following
}
