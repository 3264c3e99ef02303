package read

import (
	"context"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// The kinds of calls, which tell shapes apart.
const (
	callFind byte = iota
	callUnique
	callCount
	callExists
	callAggregate
	callGroup
	callPage
	callBoth
	callChecks
	callWhy
)

// Call is one read on one connection.
type Call struct {
	Engine   *Engine
	Session  *session.Session
	Conn     *conn.Conn
	Typed    bool // answers generated structs, not records
	Audited  bool // what is read of logged models is noted in Trail
	Trail    Trail
	Trace    *plan.Trace // notes the guards of what is prepared, which serves no other call; nil: nobody asks
	Trial    bool        // every new row is judged when the call ends, and nothing prepared serves another
	Budget   *Budget     // how many rows it may answer; nil: any number
	Watcher  Watcher     // is told of the call's statements; nil: nobody asks
	Places   []Place     // the databases of relations into another one; nil: all rows are in one
	binding  Binding
	noted    *plan.Trace   // of the statement being planned, for Engine.Noted
	asked    int           // how much of the shape's key is the call's own, beside filters of the session
	unfilled []*rows.Batch // whose computed fields are to be filled
	inside   *conn.Conn    // of the open transaction they were read in; nil outside one
	scratch
}

// scratch is the room of a call that the next one works in: all that passes from one to the other, who
// may be somebody else.
type scratch struct {
	args    []query.Value
	shape   plan.Shape
	filters plan.SessionFilters
	links   linkIndex
}

// Reads is a compiled read of rows, with the reads of its relations.
type Reads struct {
	model    *schema.Model
	stmt     sqlgen.Stmt
	query    conn.Query
	decoder  *rows.Decoder
	checks   *checks
	includes []*includes
	tree     *nested
	logged   *logged // what of the rows goes into the audit log; nil: nothing
	own      int     // links the engine itself reads, before those of relations
	fills    bool    // functions fill fields of the rows
	away     []*schema.Model
	Many     bool // more than one statement: wants a snapshot
}

// checks are conditions on the session that hold or refuse the call.
type checks struct {
	gates  []plan.Gate
	stmt   sqlgen.Stmt
	query  conn.Query
	fields []*schema.Field
}

// includes is a compiled relation of a read.
type includes struct {
	plan    *plan.Include
	relator rows.Relator
	parent  []int // positions among the parent's links
	child   []int // positions among the child's links
	reads   *Reads
	tally   rows.Tally // of a count, which attaches no rows
	sizes   [sizes]sized
	mu      sizeLock
}

// NewCall prepares a call; its Conn is set when a connection is at hand. Release gives it back
// when it has ended.
func NewCall(e *Engine, s *session.Session, typed bool) *Call {
	c, ok := e.calls.Get().(*Call)
	if !ok {
		c = &Call{Engine: e}
	}
	c.Session, c.Typed = s, typed
	c.begins()
	return c
}

// keepScratch is the most values a call's scratch room may have to be kept for another call.
const keepScratch = 1024

// Release gives the call's room to the next one. The call and what it compiled for itself (Pages)
// must not be used after it; rows it answered may.
func (c *Call) Release() {
	if cap(c.args) > keepScratch || cap(c.shape.Values) > keepScratch || cap(c.links.keys) > keepScratch {
		return
	}
	clear(c.args[:cap(c.args)])
	clear(c.shape.Values[:cap(c.shape.Values)])
	clear(c.links.keys[:cap(c.links.keys)])
	clear(c.links.other)
	c.shape.Reset(false)
	c.filters.Begin(nil, nil)
	e := c.Engine
	c.ends()
	e.calls.Put(c)
}

// ends forgets the call, also what it left undone where it failed.
func (c *Call) ends() { *c = Call{Engine: c.Engine, scratch: c.scratch} }

// Filter adds the filters of plugins to the call.
func (c *Call) Filter(f func(*schema.Model) (*query.Cond, error)) { c.filters.More(f) }

// begins readies what depends on who asks.
func (c *Call) begins() {
	env := c.Engine.Env(c.Session)
	c.binding = Binding{Session: c.Session, Now: c.Engine.Now, Codec: env.Codec}
	if len(env.FilterFuncs) > 0 {
		var auth map[string]any
		if c.Session != nil {
			auth = c.Session.Auth
		}
		c.filters.Begin(env.FilterFuncs, auth)
	}
}

func (c *Call) begin(kind byte, m *schema.Model, mode plan.Mode, record bool) {
	c.shape.Reset(record)
	flag := kind << 3
	if c.Session != nil && c.Session.System {
		flag |= 1
	}
	if c.Typed {
		flag |= 2
	}
	if mode == plan.Alone {
		flag |= 4
	}
	c.shape.Model(m, flag)
}

// PrepareFind gives the compiled form of a find, from the cache where its shape was seen.
func (c *Call) PrepareFind(m *schema.Model, args *query.FindArgs, mode plan.Mode) (*Reads, error) {
	return c.prepare(callFind, m, args, mode, plan.Find)
}

type planner func(*plan.Env, plan.Slots, *schema.Model, *query.FindArgs, plan.Mode) (*plan.Rows, error)

func (c *Call) prepare(kind byte, m *schema.Model, args *query.FindArgs, mode plan.Mode, p planner) (*Reads, error) {
	c.Bound(args.Most)
	c.begin(kind, m, mode, false)
	c.shape.Find(args)
	if r, ok := c.Compiled().(*Reads); ok {
		c.binding.Values = c.shape.Values
		return r, nil
	}
	c.begin(kind, m, mode, true)
	c.shape.Find(args)
	env, slots, err := c.Planning()
	if err != nil {
		return nil, err
	}
	pr, err := p(env, slots, m, args, mode)
	if err != nil {
		return nil, err
	}
	r := c.Engine.compile(pr, c.Typed)
	c.Keep(r)
	c.binding.Values = c.shape.Values
	return r, nil
}

// compile renders a plan and prepares its decoders.
func (e *Engine) compile(p *plan.Rows, typed bool) *Reads {
	r := &Reads{}
	e.statement(r, p)
	e.finish(r, p, typed, nil)
	return r
}

func (e *Engine) statement(r *Reads, p *plan.Rows) {
	r.stmt = e.Dialect.Select(p.Select, 0)
	r.query = conn.Query{SQL: r.stmt.SQL, Short: short(p)}
}

// finish prepares what does not depend on the batch's size.
func (e *Engine) finish(r *Reads, p *plan.Rows, typed bool, own []int) {
	r.model = p.Model
	var t *rows.Type
	if typed {
		t = e.Type(p.Model)
	}
	links := append([]int{}, own...)
	r.own = len(own)
	at := map[int]int{}
	for i, l := range links {
		at[l] = i
	}
	place := func(columns ...int) (out []int) {
		for _, l := range columns {
			if _, ok := at[l]; !ok {
				at[l] = len(links)
				links = append(links, l)
			}
			out = append(out, at[l])
		}
		return out
	}
	var relations []*schema.Field
	for _, in := range p.Includes {
		if in.Count == "" {
			relations = append(relations, in.Field)
		}
		place(in.Parent...)
	}
	for _, j := range p.Joined {
		relations = append(relations, j.Field)
	}
	var parent, child, depth []int
	if p.Tree != nil {
		parent, child, depth = place(p.Tree.Parent...), place(p.Tree.Child...), place(p.Tree.Depth)
		if f := rows.ChildrenField(t, p.Tree.Field); f != nil {
			relations = append(relations, f)
		}
	}
	r.logged = e.logs(p, place)
	r.decoder = rows.Compile(p.Model, t, p.Out(), links, relations)
	if e.Unsealer != nil {
		r.decoder.Unseal(e.Unsealer)
	}
	for _, j := range p.Joined {
		var jt *rows.Type
		if typed {
			jt = e.Type(j.Model)
		}
		r.decoder.Join(j, jt, p.Out(), p.Computed, e.Functions)
	}
	if len(p.Computed) > 0 {
		r.decoder.Fill(p.Computed, e.Functions)
	}
	r.fills = r.decoder.Fills()
	for _, in := range p.Includes {
		if in.Count != "" {
			r.includes = append(r.includes, &includes{plan: in, tally: r.decoder.Tally(in.Count), parent: place(in.Parent...), reads: &Reads{model: in.Rows.Model}})
			continue
		}
		x := &includes{plan: in, relator: r.decoder.Relate(in.Field, in.Single), reads: &Reads{}}
		x.parent = place(in.Parent...)
		for i := range in.Child {
			x.child = append(x.child, i)
		}
		e.finish(x.reads, in.Rows, typed, in.Child)
		r.includes = append(r.includes, x)
	}
	if p.Tree != nil {
		r.tree = &nested{plan: p.Tree, nester: r.decoder.Nest(p.Tree, parent, child, depth[0])}
	}
	r.Many, r.away = len(r.includes) > 0, p.Away()
	if len(p.Checks) > 0 {
		r.checks = e.compileChecks(p.Checks)
	}
}

func (e *Engine) compileChecks(list []plan.Check) *checks {
	var exprs []plan.Expr
	out := &checks{}
	for _, c := range list {
		if c.Gate.Model != nil {
			out.gates = append(out.gates, c.Gate)
			continue
		}
		exprs = append(exprs, c.Expr)
		out.fields = append(out.fields, c.Field)
	}
	if len(exprs) == 0 {
		return out
	}
	out.stmt = e.Dialect.Exprs(exprs)
	out.query = conn.Query{SQL: out.stmt.SQL, Short: true}
	return out
}

// short reports whether a statement reads one row by its whole key, so that no interrupt
// needs to be armed for it.
func short(p *plan.Rows) bool { return p.ByKey }

// check asks the session's conditions.
func (c *Call) check(ctx context.Context, k *checks) error {
	if k == nil {
		return nil
	}
	if err := c.pass(ctx, k.gates); err != nil || len(k.fields) == 0 {
		return err
	}
	c.args = c.binding.Args(c.args[:0], k.stmt.Args)
	var err error
	run := c.Query(ctx, nil, k.query, k.stmt.Args, c.args, func(r *conn.Row) error {
		for i, f := range k.fields {
			if r.Int64(i) == 0 && err == nil {
				err = &liteerr.Error{Code: liteerr.AccessDenied, Model: f.Model.Accessor, Fields: []string{f.Name},
					Message: "the field may not be read, so it may not be tested either"}
			}
		}
		return nil
	})
	if run != nil {
		return run
	}
	return err
}

// Run answers the rows of a compiled read, relations attached.
func (c *Call) Run(ctx context.Context, r *Reads, hint int) ([]unsafe.Pointer, error) {
	if err := c.check(ctx, r.checks); err != nil {
		return nil, err
	}
	c.args = c.binding.Args(c.args[:0], r.stmt.Args)
	if r.query.Short {
		hint = 1 // found by its whole key
	}
	b := r.decoder.NewBatch(hint)
	if err := c.Query(ctx, r.model, r.query, r.stmt.Args, c.args, c.taking(b)); err != nil {
		return nil, err
	}
	if err := c.include(ctx, r, b); err != nil {
		return nil, err
	}
	if r.tree != nil {
		return r.tree.roots(b, c.binding.Values), nil
	}
	return b.Rows, nil
}
