package plan

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Children is the answer's key of the rows below a row, in a nested tree.
const Children = "children"

// Tree says how the rows of a recursive read hang together.
type Tree struct {
	Field         *schema.Field // the list relation that holds a row's children; nil: the model has none
	Parent, Child []int         // columns of a row's own end and of its foreign key
	Depth         int           // the column of the depth
	Up            bool          // ancestors: parents are deeper than their children
	Limit, Offset int           // of the topmost rows: places among the call's values, -1: none
}

// nest makes sure the columns are read that say which row hangs below which.
func (w *climber) nest(out *outputs, t, found *Table, e *edge, args *query.FindArgs) (*Tree, error) {
	m := w.model
	if args.Distinct {
		return nil, Fault(m, "distinct", "a nested tree has every row once")
	}
	tree := &Tree{Up: args.Recursive.Ancestors, Limit: -1, Offset: -1, Field: below(e)}
	for _, in := range out.includes {
		if in.Field.Name == Children || in.Field == tree.Field {
			return nil, Fault(m, in.Field.Name, "a nested tree answers the rows below already")
		}
	}
	if e.join != nil {
		own := e.rel.Local[0]
		if i := w.column(own); i < 0 || i >= len(m.Key) {
			return nil, Fault(m, "recursive", "a nested tree follows relations by the key")
		}
		tree.Parent = []int{out.link(t, own)}
		tree.Child = []int{len(out.cols)}
		out.cols = append(out.cols, Output{Kind: OutLink, Field: own, Expr: w.above(t, found, e)})
	}
	for i := range e.parent {
		tree.Parent = append(tree.Parent, out.link(t, e.parent[i]))
		tree.Child = append(tree.Child, out.link(t, e.child[i]))
	}
	if args.HasLimit {
		tree.Limit = w.slot(&args.Limit).Slot
	}
	if args.Offset > 0 {
		tree.Offset = w.slot(&args.Offset).Slot
	}
	return tree, nil
}

// below is the list relation that holds a row's children.
func below(e *edge) *schema.Field {
	if e.join != nil {
		return e.rel.Field
	}
	for _, r := range e.rel.Model.Relations {
		if r.Target == r.Model && r.Kind == schema.HasMany && keyEdge(r, false).name == keyEdge(e.rel, false).name {
			return r.Field
		}
	}
	return nil
}

// keep makes the rows found an expression of their own, to be looked at more than once.
func (w *climber) keep(found *Table) *Table {
	cte := CTE{Name: w.alias(), Sub: found.Sub}
	for i := range w.model.Key {
		cte.Columns = append(cte.Columns, treeColumn(i))
	}
	cte.Columns = append(cte.Columns, depthColumn)
	w.with = append(w.with, cte)
	return w.named(cte.Name)
}

// above is the row that t's row hangs below where several may be joined with it: the first by key of
// those one step nearer to the start, or one step farther among ancestors. NULL where only the start is
// there. So every row stands in the tree once, as it does among rows side by side, and no cycle closes.
func (w *climber) above(t, found *Table, e *edge) Expr {
	j := w.joinTable(e.rel, nil)
	p := w.named(found.Name)
	step := "-"
	if w.up {
		step = "+"
	}
	parent := Column{j.table, e.rel.JoinLocal}
	return Scalar{&Select{&Body{
		Out:   []Output{{Expr: Call{Name: "min", Args: []Expr{parent}}}},
		From:  j.table,
		Joins: []Join{{Table: p, On: All{Binary{"=", Column{p, treeColumn(w.column(e.rel.Local[0]))}, parent}}}},
		Where: All{
			Binary{"=", Column{j.table, e.rel.JoinRemote}, t.column(e.rel.Remote[0])},
			Binary{"=", Column{p, depthColumn}, Binary{step, Column{found, depthColumn}, one}},
		},
	}}}
}
