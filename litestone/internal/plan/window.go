package plan

import (
	"strings"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// windowFunction is how a window function is called.
type windowFunction struct {
	name  string
	field bool // yields a value of its field, decoded like it
}

var windowFunctions = [...]windowFunction{
	query.RowNumber:   {"row_number", false},
	query.Rank:        {"rank", false},
	query.DenseRank:   {"dense_rank", false},
	query.CumeDist:    {"cume_dist", false},
	query.PercentRank: {"percent_rank", false},
	query.Ntile:       {"ntile", false},
	query.Lag:         {"lag", true},
	query.Lead:        {"lead", true},
	query.FirstValue:  {"first_value", true},
	query.LastValue:   {"last_value", true},
	query.NthValue:    {"nth_value", true},
	query.WinSum:      {"sum", false},
	query.WinAvg:      {"avg", false},
	query.WinMin:      {"min", true},
	query.WinMax:      {"max", true},
	query.WinCount:    {"count", false},
}

// windows adds the window columns to an answer and, by their names, to what it can be sorted by.
// SQLite computes them over the rows that where and the guards leave, before LIMIT. within, where
// it is not nil, parts the rows before anything else: one parent's rows from another's.
func (w *whereBuilder) windows(out *outputs, t *Table, m *schema.Model, list []query.Window, within []Expr) error {
	for i := range list {
		win := &list[i]
		for _, o := range out.cols {
			if o.Name == win.Alias || o.Kind == OutCount && win.Alias == "_count" {
				return Fault(m, win.Alias, "the answer would have two values named "+win.Alias)
			}
		}
		if m.Field(win.Alias) != nil {
			return Fault(m, win.Alias, "a window column cannot be named like a field")
		}
		call, err := w.window(t, m, win, within)
		if err != nil {
			return err
		}
		o := Output{Kind: OutExtra, Name: win.Alias, Expr: call}
		if f := windowFunctions[win.Func]; f.field && win.HasRef {
			o.Type = AsFld
			o.Field, _ = win.Ref.Field(m)
		}
		out.cols = append(out.cols, o)
		w.name(win.Alias, Literal{itoa(len(out.cols))})
	}
	return nil
}

// name lets orderBy speak of a value that is no field.
func (w *whereBuilder) name(name string, x Expr) {
	if w.names == nil {
		w.names = map[string]Expr{}
	}
	w.names[name] = x
}

func (w *whereBuilder) window(t *Table, m *schema.Model, win *query.Window, within []Expr) (Expr, error) {
	if int(win.Func) >= len(windowFunctions) {
		return nil, Fault(m, win.Alias, "the window function is not known")
	}
	c := Call{Name: windowFunctions[win.Func].name, Over: &Over{PartitionBy: within}}
	if win.HasRef {
		x, err := w.tested(t, m, win.Ref)
		if err != nil {
			return nil, err
		}
		c.Args = []Expr{x}
	}
	switch win.Func {
	case query.WinCount:
		c.Star = !win.HasRef
	case query.Ntile:
		c.Args = []Expr{number(win.N)}
	case query.NthValue:
		c.Args = append(c.Args, number(win.N))
	case query.Lag, query.Lead:
		c.Args = append(c.Args, number(win.N))
		if win.HasDefault {
			f, err := win.Ref.Field(m)
			if err != nil {
				return nil, err
			}
			defer w.hide(f.Confidential())()
			c.Args = append(c.Args, w.param(&win.Default))
		}
	}
	if !win.Filter.Empty() {
		e, err := w.where(t, m, win.Filter)
		if err != nil {
			return nil, err
		}
		c.Filter = e
	}
	for _, r := range win.PartitionBy {
		x, err := w.tested(t, m, r)
		if err != nil {
			return nil, err
		}
		c.Over.PartitionBy = append(c.Over.PartitionBy[:len(c.Over.PartitionBy):len(c.Over.PartitionBy)], x)
	}
	// A window cannot be sorted by another one: SQLite does not nest them.
	plain := *w
	plain.names = nil
	var err error
	if c.Over.OrderBy, err = plain.order(t, m, win.OrderBy); err != nil {
		return nil, err
	}
	c.Over.Frame = frameText(win.Frame)
	return c, nil
}

// tested is the value of a field the caller may test.
func (w *whereBuilder) tested(t *Table, m *schema.Model, r query.Ref) (Expr, error) {
	f, err := r.Field(m)
	if err != nil {
		return nil, err
	}
	if err := w.sortable(t, f); err != nil {
		return nil, err
	}
	return w.value(t, f)
}

func number(n int64) Expr { return Literal{itoa(int(n))} }

// frameText writes a frame from its numbers; empty for SQLite's default.
func frameText(f *query.Frame) string {
	if f == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("ROWS BETWEEN ")
	if f.Range {
		b.Reset()
		b.WriteString("RANGE BETWEEN ")
	}
	bound(&b, f.From, "PRECEDING")
	b.WriteString(" AND ")
	bound(&b, f.To, "FOLLOWING")
	return b.String()
}

func bound(b *strings.Builder, n *int64, unbounded string) {
	switch {
	case n == nil:
		b.WriteString("UNBOUNDED " + unbounded)
	case *n < 0:
		b.WriteString(itoa(int(-*n)) + " PRECEDING")
	case *n > 0:
		b.WriteString(itoa(int(*n)) + " FOLLOWING")
	default:
		b.WriteString("CURRENT ROW")
	}
}
