package rows

import (
	"reflect"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Nester hangs the rows of a recursive read below each other. It is made once per statement.
type Nester struct {
	up            bool
	parent, child []int // places among a row's links: its own end and its foreign key
	depth         int
	relator       Relator // typed rows with a list relation for the children
	typ           reflect.Type
}

// Nest prepares hanging the decoder's rows; parent, child and depth are places among the links.
func (d *Decoder) Nest(t *plan.Tree, parent, child []int, depth int) *Nester {
	n := &Nester{up: t.Up, parent: parent, child: child, depth: depth}
	if d.typ != nil {
		n.typ = d.typ.Go
		if t.Field != nil {
			n.relator = d.Relate(t.Field, false)
		}
	}
	return n
}

// ChildrenField is the relation that holds a typed row's children; nil when they stand beside
// the fields, as a record's do.
func ChildrenField(t *Type, f *schema.Field) *schema.Field {
	if t == nil || f == nil || !t.slots[f.Index].present {
		return nil
	}
	return f
}

// Roots attaches every row to its parent and gives those without one, in the order they were
// read. A parent is nearer to the start than its children, or farther among ancestors; so a cycle
// is cut where it closes.
func (n *Nester) Roots(b *Batch) []unsafe.Pointer {
	index := make(map[query.Value]int, len(b.Rows))
	var buf [4]query.Value
	key := func(row int, places []int) (query.Value, bool) {
		l := buf[:0]
		for _, p := range places {
			l = append(l, b.Links[row*b.Width+p])
		}
		return Key(l)
	}
	for i := range b.Rows {
		if k, ok := key(i, n.parent); ok {
			index[k] = i
		}
	}
	depth := func(row int) int64 { return b.Links[row*b.Width+n.depth].Int64() }
	roots := []unsafe.Pointer{}
	children := make([][]unsafe.Pointer, len(b.Rows))
	for i, row := range b.Rows {
		if k, ok := key(i, n.child); ok {
			if p, ok := index[k]; ok && p != i && (depth(p) > depth(i)) == n.up && depth(p) != depth(i) {
				children[p] = append(children[p], row)
				continue
			}
		}
		roots = append(roots, row)
	}
	for i, row := range b.Rows {
		n.attach(b, row, children[i])
	}
	return roots
}

func (n *Nester) attach(b *Batch, row unsafe.Pointer, children []unsafe.Pointer) {
	switch {
	case n.typ == nil:
		list := make([]*Record, len(children))
		for i, c := range children {
			list[i] = (*Record)(c)
		}
		(*Record)(row).extra[plan.Children] = list
	case n.relator.ok:
		n.relator.Empty([]unsafe.Pointer{row})
		for _, c := range children {
			n.relator.Attach(row, c)
		}
	default:
		list := reflect.MakeSlice(reflect.SliceOf(reflect.PointerTo(n.typ)), 0, len(children))
		for _, c := range children {
			list = reflect.Append(list, reflect.NewAt(n.typ, c))
		}
		(*Row)(unsafe.Add(row, b.d.typ.row)).extra[plan.Children] = list.Interface()
	}
}
