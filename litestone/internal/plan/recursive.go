package plan

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// edge is one way from a row of a model to others of the same model.
type edge struct {
	rel  *schema.Relation
	name string          // what _via says: the foreign key's field, or the relation's
	from []*schema.Field // of the row one stands on
	to   []*schema.Field // of the next one; equal to from

	join             *schema.JoinTable // many-to-many: from is in its column joinFrom, to in joinTo
	joinFrom, joinTo string

	parent, child []*schema.Field // the foreign key as parent = child; nil for many-to-many
	single        bool            // no row can be reached over two ways: children of one parent each
}

// edges finds the ways a tree goes: over the relation or foreign key named, else over every
// foreign key of the model to itself.
func edges(m *schema.Model, r *query.Recursive) ([]edge, error) {
	var out, joined []edge
	for _, rel := range m.Relations {
		if rel.Target != m {
			continue
		}
		named := r.Via == rel.Name()
		if rel.Kind == schema.ManyToMany {
			if e := joinEdge(rel, r.Ancestors); named {
				return []edge{e}, nil
			} else if r.Via == "" {
				joined = append(joined, e)
			}
			continue
		}
		e := keyEdge(rel, r.Ancestors)
		if named || r.Via != "" && r.Via == e.name {
			return []edge{e}, nil
		}
		seen := false
		for _, o := range out {
			seen = seen || o.name == e.name
		}
		if r.Via == "" && !seen {
			out = append(out, e)
		}
	}
	switch {
	case len(out) > 0:
		return out, nil
	case len(joined) == 1:
		return joined, nil
	case len(joined) > 1:
		return nil, Fault(m, "recursive", "the model has several relations to itself: name one with via")
	case r.Via != "":
		return nil, Fault(m, r.Via, r.Via+" is no relation of "+m.Name+" to itself")
	}
	return nil, Fault(m, "recursive", "the model has no relation to itself")
}

func keyEdge(r *schema.Relation, up bool) edge {
	e := edge{rel: r, parent: r.Remote, child: r.Local}
	if r.Kind != schema.BelongsTo {
		e.parent, e.child = r.Local, r.Remote
	}
	var names []string
	for _, f := range e.child {
		names = append(names, f.Name)
	}
	e.name = strings.Join(names, ",")
	if up {
		e.from, e.to = e.child, e.parent
	} else {
		e.from, e.to = e.parent, e.child
		e.single = !r.Model.External && distinctive(r.Model, e.parent)
	}
	return e
}

// distinctive reports whether no two rows of a model have the same values in the fields.
func distinctive(m *schema.Model, fields []*schema.Field) bool {
	if sameFields(fields, m.Key) || len(fields) == 1 && fields[0].Unique {
		return true
	}
	for _, u := range m.Uniques {
		if !u.Live && sameFields(fields, u.Fields) {
			return true
		}
	}
	return false
}

func sameFields(a, b []*schema.Field) bool {
	if len(a) != len(b) {
		return false
	}
	for _, f := range a {
		if !slices.Contains(b, f) {
			return false
		}
	}
	return true
}

func joinEdge(r *schema.Relation, up bool) edge {
	e := edge{rel: r, name: r.Name(), join: r.Join, from: r.Local, to: r.Remote, joinFrom: r.JoinLocal, joinTo: r.JoinRemote}
	if up {
		e.from, e.to, e.joinFrom, e.joinTo = r.Remote, r.Local, r.JoinRemote, r.JoinLocal
	}
	return e
}

// tree plans a recursive read:
//
//	WITH start AS (the rows the caller's where finds),
//	     reach AS (every row met from them, each once),
//	     tree AS (start, depth 0, UNION the next rows, depth + 1)
//	SELECT … FROM (each row of tree but the start's, at its least depth) JOIN the table
//
// Guards hold on every row stepped on, so what lies behind a hidden row is not found. Cycles end:
// children of a parent each are never entered twice but through the start, which is left out;
// elsewhere the depth stays below the number of rows reach holds.
func (b *builder) tree(m *schema.Model, args *query.FindArgs, mode Mode) (*Rows, error) {
	if args.Search != nil {
		return nil, Fault(m, "recursive", "a search cannot be recursive")
	}
	if len(m.Key) == 0 {
		return nil, Fault(m, "recursive", "a model without a key has no tree")
	}
	list, err := edges(m, args.Recursive)
	if err != nil {
		return nil, err
	}
	r := reach{op: schema.Read, withDeleted: args.WithDeleted, onlyDeleted: args.OnlyDeleted}
	w := climber{builder: b, model: m, reach: r, max: args.Recursive.MaxDepth, up: args.Recursive.Ancestors}
	if err := w.start(args.Where, list); err != nil {
		return nil, err
	}
	found := &Table{Alias: b.alias()}
	for i := range list {
		sel, err := w.climb(&list[i], len(list) > 1)
		if err != nil {
			return nil, err
		}
		if found.Sub == nil {
			found.Sub = sel
			continue
		}
		last := found.Sub.body
		for last.Union != nil {
			last = last.Union.body
		}
		last.Union, last.UnionAll = sel, true
	}
	return w.answerTree(found, list, args, mode)
}

// climber writes the common table expressions of a tree.
type climber struct {
	*builder
	model *schema.Model
	reach reach
	max   int
	up    bool // ancestors
	with  []CTE
	begin string // the name of start
	cols  []*schema.Field
}

// Names of the columns of tree and found.
const (
	depthColumn = "_litestone_depth"
	viaColumn   = "_litestone_via"
)

func treeColumn(i int) string { return "_litestone_" + itoa(i) }

// start finds the rows the tree begins at.
func (w *climber) start(where *query.Cond, list []edge) error {
	t, body, err := w.base(w.model, where, w.reach)
	if err != nil {
		return err
	}
	w.cols = append(w.cols, w.model.Key...)
	for _, e := range list {
		if err := w.traversable(t, e.rel); err != nil {
			return err
		}
		for _, f := range e.from {
			if w.column(f) < 0 {
				w.cols = append(w.cols, f)
			}
		}
	}
	body.Out = w.outputs(t)
	w.begin = w.alias()
	w.with = append(w.with, CTE{Name: w.begin, Columns: w.columns(), Sub: &Select{body}})
	return nil
}

func (w *climber) column(f *schema.Field) int {
	for i, c := range w.cols {
		if c == f {
			return i
		}
	}
	return -1
}

func (w *climber) columns() (names []string) {
	for i := range w.cols {
		names = append(names, treeColumn(i))
	}
	return names
}

// outputs reads the columns of a tree from the model's table.
func (w *climber) outputs(t *Table) (out []Output) {
	for _, f := range w.cols {
		out = append(out, Output{Expr: t.column(f)})
	}
	return out
}

// copied reads them from an expression made before.
func (w *climber) copied(t *Table) (out []Output) {
	for i := range w.cols {
		out = append(out, Output{Expr: Column{t, treeColumn(i)}})
	}
	return out
}

func (w *climber) named(cte string) *Table { return &Table{Name: cte, Alias: w.alias()} }

// step opens the rows next to those of a tree.
func (w *climber) step(e *edge, tree *Table) (*Table, *Body, error) {
	r := w.reach
	r.crowded = true
	next, guards, err := w.open(w.model, true, r)
	if err != nil {
		return nil, nil, err
	}
	body := &Body{From: tree}
	from := func(f *schema.Field) Expr { return Column{tree, treeColumn(w.column(f))} }
	if e.join != nil {
		j := &Table{Name: e.join.Table, Alias: w.alias()}
		body.Joins = []Join{
			{Table: j, On: All{Binary{"=", Column{j, e.joinFrom}, from(e.from[0])}}},
			{Table: next, On: All{Binary{"=", next.column(e.to[0]), Column{j, e.joinTo}}}},
		}
	} else {
		var on All
		for i := range e.from {
			on = append(on, Binary{"=", next.column(e.to[i]), from(e.from[i])})
		}
		body.Joins = []Join{{Table: next, On: on}}
	}
	body.Where = guards
	return next, body, nil
}

// deepTree is the depth asked for beyond which rows are counted first: on a cycle every depth up to
// the one asked for would be walked.
const deepTree = 100

// climb adds the tree of one edge and gives the rows it found, the start's left out, each at its
// least depth.
func (w *climber) climb(e *edge, several bool) (*Select, error) {
	var bound Expr
	if w.max > 0 && (e.single || w.max <= deepTree) {
		bound = number(int64(w.max))
	} else if !e.single {
		reach := w.alias()
		at := w.named(reach)
		next, more, err := w.step(e, at)
		if err != nil {
			return nil, err
		}
		more.Out = w.outputs(next)
		from := w.named(w.begin)
		first := &Body{Out: w.copied(from), From: from, Union: &Select{more}}
		w.with = append(w.with, CTE{Name: reach, Columns: w.columns(), Sub: &Select{first}})
		bound = Scalar{&Select{&Body{Out: []Output{{Expr: Call{Name: "count", Star: true}}}, From: w.named(reach)}}}
		if w.max > 0 {
			bound = Call{Name: "min", Args: []Expr{number(int64(w.max)), bound}}
		}
	}
	name := w.alias()
	at := w.named(name)
	next, more, err := w.step(e, at)
	if err != nil {
		return nil, err
	}
	depth := Column{at, depthColumn}
	more.Out = append(w.outputs(next), Output{Expr: Binary{"+", depth, one}})
	if bound != nil {
		more.Where = append(more.Where, Binary{"<", depth, bound})
	}
	if e.single {
		more.Where = append(more.Where, w.notStart(next.column))
	}
	from := w.named(w.begin)
	first := &Body{Out: append(w.copied(from), Output{Expr: zero}), From: from, Union: &Select{more}, UnionAll: e.single}
	w.with = append(w.with, CTE{Name: name, Columns: append(w.columns(), depthColumn), Sub: &Select{first}})

	all := w.named(name)
	out := &Body{From: all}
	for i := range w.model.Key {
		c := Column{all, treeColumn(i)}
		out.Out = append(out.Out, Output{Expr: c, As: treeColumn(i)})
		if !e.single {
			out.GroupBy = append(out.GroupBy, c)
		}
	}
	least := Expr(Column{all, depthColumn})
	if e.single {
		out.Where = All{Binary{">", least, zero}}
	} else {
		out.Where = All{w.notStart(func(f *schema.Field) Column { return Column{all, treeColumn(w.column(f))} })}
		least = Call{Name: "min", Args: []Expr{least}}
	}
	out.Out = append(out.Out, Output{Expr: least, As: depthColumn})
	if several {
		out.Out = append(out.Out, Output{Expr: constant(query.Text(e.name)), As: viaColumn})
	}
	return &Select{out}, nil
}

// notStart says that a row is none of those the tree begins at.
func (w *climber) notStart(column func(*schema.Field) Column) Expr {
	s := w.named(w.begin)
	body := &Body{Out: []Output{{Expr: one}}, From: s}
	for i, k := range w.model.Key {
		body.Where = append(body.Where, Binary{"=", Column{s, treeColumn(i)}, column(k)})
	}
	return Exists{Sub: &Select{body}, Negate: true}
}

// answerTree reads the rows that were found.
func (w *climber) answerTree(found *Table, list []edge, args *query.FindArgs, mode Mode) (*Rows, error) {
	b, m := w.builder, w.model
	r := w.reach
	r.crowded = true
	t, guards, err := b.open(m, false, r)
	if err != nil {
		return nil, err
	}
	nested := args.Recursive.Nested && len(list) == 1
	if nested && list[0].join != nil {
		found = w.keep(found)
	}
	body := &Body{With: w.with, From: found, Distinct: args.Distinct, Where: guards}
	var on All
	for i, k := range m.Key {
		on = append(on, Binary{"=", t.column(k), Column{found, treeColumn(i)}})
	}
	body.Joins = []Join{{Table: t, On: on}}
	out, err := b.answer(t, m, args, mode)
	if err != nil {
		return nil, err
	}
	caller := b.caller()
	if err := caller.windows(out, t, m, args.Windows, nil); err != nil {
		return nil, err
	}
	depth := Column{found, depthColumn}
	caller.name("_depth", depth)
	rows := &Rows{Model: m}
	at := len(out.cols)
	out.cols = append(out.cols, Output{Kind: OutExtra, Name: "_depth", Expr: depth})
	if len(list) > 1 {
		out.cols = append(out.cols, Output{Kind: OutExtra, Name: "_via", Expr: Column{found, viaColumn}})
	}
	if args.Recursive.Nested {
		if !nested {
			return nil, Fault(m, "recursive", "a nested tree follows one relation: name it with via")
		}
		if rows.Tree, err = w.nest(out, t, found, &list[0], args); err != nil {
			return nil, err
		}
		rows.Tree.Depth = at
	} else {
		b.limit(body, args)
	}
	if body.OrderBy, err = caller.order(t, m, args.OrderBy); err != nil {
		return nil, err
	}
	if len(body.OrderBy) == 0 {
		body.OrderBy = []Term{{X: depth}}
	}
	body.Out = out.cols
	rows.Select, rows.Checks, rows.Includes, rows.Computed = &Select{body}, b.checks, out.includes, out.computing
	return rows, nil
}
