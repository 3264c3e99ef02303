package plan

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// WriteKind is what a Writing does.
type WriteKind uint8

// The kinds.
const (
	Insert WriteKind = iota
	Update
	Delete
	Locate // finds rows a write is about: reads under the guards of its operation
	Reread // reads a row that was written, by its key, as the call's answer
)

// Deleted says which rows of a soft-delete model a write reaches.
type Deleted uint8

// The reaches; Live is the default.
const (
	Live Deleted = iota
	OnlyDeleted
	WithDeleted
)

// Writing is one statement of a write: what it does to which rows, and what it answers. Its
// values are the fields' addresses in it, see Shape.Writing.
type Writing struct {
	Kind    WriteKind
	Model   *schema.Model
	Op      schema.Operation // whose policy and gate hold for the rows
	Trusted bool             // the rows were found or made by this call, or follow from it: no guard but Deleted
	Any     bool             // Locate only: whatever the policy says, to tell a refusal from absence
	Seen    bool             // Locate only: rows that may be read
	Deleted Deleted

	Where  *query.Cond   // the caller's condition
	Key    []query.Value // the row of this key
	Within *Within       // rows linked with one parent
	Batch  *Batch        // rows linked with a batch of parents
	One    bool          // at most one row, the first by key

	Set    []Given
	States []State
	Clash  *Clash

	Return *query.FindArgs // what the call answers; nil: nothing
	Raw    []*schema.Field // columns the engine reads
	Later  bool            // rules that look at other rows are judged when the call ends
}

// Given is a column with its new value.
type Given struct {
	Field *schema.Field
	Value query.Value
	Rules bool // kept as stored where the field's write rules do not hold for the stored row
}

// State limits an update to rows from whose state a step leads to the new one, or that have
// none.
type State struct {
	Field *schema.Field
	From  []string
	Only  bool // a named step: the states in From and no others
}

// Within limits a write to the rows a relation links with one row: Values are those of its
// Local fields.
type Within struct {
	Relation *schema.Relation
	Values   []query.Value
}

// Batch limits a write to rows whose Fields hold one of the keys of a batch.
type Batch struct {
	Fields []*schema.Field
	Stamp  *query.Value // and that were removed by this stamp; nil: any
}

// Clash is what an insert does where the target's columns are taken.
type Clash struct {
	Target []*schema.Field
	Set    []*schema.Field // overwritten by the values given; empty: the row stays
	Stamps []Given         // and by these
}

// Write is an INSERT, UPDATE or DELETE with its guards in place. Like Select it can only be made
// in this package.
type Write struct{ body *WriteBody }

// Body gives what sqlgen renders.
func (w *Write) Body() *WriteBody { return w.body }

// WriteBody is the parts of an INSERT, UPDATE or DELETE. Its table has no alias: RETURNING would
// not know it.
type WriteBody struct {
	Kind      WriteKind
	Table     *Table
	Set       []SetColumn
	Where     All
	Conflict  *Conflict
	Returning []Output
}

// SetColumn gives a column of the statement's table a value.
type SetColumn struct {
	Column string
	X      Expr
}

// Conflict is ON CONFLICT (…) DO UPDATE, or DO NOTHING when Set is empty.
type Conflict struct {
	Target []string
	Set    []SetColumn
	Where  All
}

// Written is a planned Writing.
type Written struct {
	Write    *Write  // Insert, Update, Delete
	Select   *Select // Locate, Reread
	Answer   *Rows   // the answer's columns, relations and checks; its Select is no statement
	Checks   []Check
	Raw      []int // the columns of Writing.Raw
	Keys     []int // the key's columns, when Deferred
	Readable int   // the column that is 1 where the caller may read the row; -1: he may
	Deferred bool  // the new rows must be judged when the call ends
}

// PlanWrite plans one statement of a write.
func PlanWrite(env *Env, slots Slots, w *Writing) (*Written, error) {
	b := newBuilder(env, slots)
	switch w.Kind {
	case Insert:
		return b.insert(w)
	case Update:
		return b.update(w)
	case Delete:
		return b.delete(w)
	}
	return b.locate(w)
}

// Writing adds one statement of a write.
func (s *Shape) Writing(w *Writing) {
	s.Byte(byte(w.Kind))
	s.Num(w.Model.Index)
	var flags byte
	for i, f := range [...]bool{w.Trusted, w.One, w.Later, w.Return != nil, w.Within != nil, w.Batch != nil, w.Clash != nil, w.Key != nil} {
		if f {
			flags |= 1 << i
		}
	}
	s.Byte(flags)
	s.Byte(byte(w.Op)<<2 | byte(w.Deleted))
	s.bools(w.Any, w.Seen)
	s.givens(w.Set)
	s.fields(w.Raw)
	if w.Where != nil {
		s.Cond(w.Where)
	} else {
		s.Byte(0xff)
	}
	s.values(w.Key)
	if w.Within != nil {
		s.Num(w.Within.Relation.Model.Index)
		s.Num(w.Within.Relation.Field.Index)
		s.values(w.Within.Values)
	}
	if w.Batch != nil {
		s.fields(w.Batch.Fields)
		s.bools(w.Batch.Stamp != nil)
		if w.Batch.Stamp != nil {
			s.Value(w.Batch.Stamp)
		}
	}
	for i := range w.States {
		st := &w.States[i]
		s.Num(st.Field.Index)
		s.bools(st.Only)
		s.Num(len(st.From))
		for _, f := range st.From {
			s.Text(f)
		}
	}
	if c := w.Clash; c != nil {
		s.fields(c.Target)
		s.fields(c.Set)
		s.givens(c.Stamps)
	}
	if w.Return != nil {
		s.bools(w.Return.Select != nil && w.Return.Select.None)
		s.Find(w.Return)
	}
}

func (s *Shape) givens(list []Given) {
	s.Num(len(list))
	for i := range list {
		g := &list[i]
		n := g.Field.Index << 1
		if g.Rules {
			n |= 1
		}
		s.Num(n)
		s.record(&g.Value)
		s.Values = append(s.Values, g.Value)
	}
}

func (s *Shape) fields(list []*schema.Field) {
	s.Num(len(list))
	for _, f := range list {
		s.Num(f.Index)
	}
}

// values adds values whose kind does not matter to the statement.
func (s *Shape) values(list []query.Value) {
	s.Num(len(list))
	for i := range list {
		s.record(&list[i])
		s.Values = append(s.Values, list[i])
	}
}

// Allows reports whether a stored state meets the condition.
func (s State) Allows(v query.Value) bool {
	if v.IsNull() {
		return !s.Only
	}
	for _, from := range s.From {
		if from == v.Str() {
			return true
		}
	}
	return false
}
