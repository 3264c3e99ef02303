package read

import (
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
)

// linkIndex finds the parents of a batch by their keys. It is kept from relation to relation:
// nothing in it outlives one.
type linkIndex struct {
	whole map[int64]int32       // parents by a key that is one INTEGER
	other map[query.Value]int32 // by any other key
	next  []int32               // parent → the next one of the same key, -1 for none
	keys  []query.Value         // the different keys
	first []int32               // child → its first parent, -1 for none
	count []int32               // parent → its children
}

// index takes in the parents' keys, which stand at places among their links. A key with a NULL in
// it links to nothing.
func (x *linkIndex) index(parents *rows.Batch, places []int) {
	if x.whole == nil {
		x.whole, x.other = map[int64]int32{}, map[query.Value]int32{}
	}
	clear(x.whole)
	clear(x.other)
	x.next, x.keys = x.next[:0], x.keys[:0]
	var buf [4]query.Value
	for i := range parents.Rows {
		l := link(buf[:0], parents, i, places)
		before, seen, linked := x.put(l, int32(i))
		x.next = append(x.next, before)
		if linked && !seen {
			x.keys = append(x.keys, l...)
		}
	}
}

func link(to []query.Value, b *rows.Batch, row int, places []int) []query.Value {
	for _, p := range places {
		to = append(to, b.Links[row*b.Width+p])
	}
	return to
}

func (x *linkIndex) put(l []query.Value, i int32) (before int32, seen, linked bool) {
	if len(l) == 1 && l[0].Kind() == query.KindInt {
		before, seen = x.whole[l[0].Int64()]
		x.whole[l[0].Int64()] = i
	} else {
		k, ok := rows.Key(l)
		if !ok {
			return -1, false, false
		}
		before, seen = x.other[k]
		x.other[k] = i
	}
	if !seen {
		before = -1
	}
	return before, seen, true
}

func (x *linkIndex) parent(l []query.Value) int32 {
	if len(l) == 1 && l[0].Kind() == query.KindInt {
		if i, ok := x.whole[l[0].Int64()]; ok {
			return i
		}
		return -1
	}
	if k, ok := rows.Key(l); ok {
		if i, ok := x.other[k]; ok {
			return i
		}
	}
	return -1
}

// attach hangs the children, whose keys stand at places among their links, below the parents. The
// lists of all parents are parts of one.
func (x *linkIndex) attach(r rows.Relator, parents, kids *rows.Batch, places []int) {
	x.first, x.count = x.first[:0], append(x.count[:0], make([]int32, len(parents.Rows))...)
	total := 0
	var buf [4]query.Value
	for i, row := range kids.Rows {
		p := x.parent(link(buf[:0], kids, i, places))
		x.first = append(x.first, p)
		for ; p >= 0; p = x.next[p] {
			if r.Single() {
				r.Attach(parents.Rows[p], row)
				continue
			}
			x.count[p]++
			total++
		}
	}
	if r.Single() {
		return
	}
	all := make([]unsafe.Pointer, total)
	lists := make([][]unsafe.Pointer, len(parents.Rows))
	for p, n := range x.count {
		lists[p], all = all[:0:n], all[n:]
	}
	for i, row := range kids.Rows {
		for p := x.first[i]; p >= 0; p = x.next[p] {
			lists[p] = append(lists[p], row)
		}
	}
	for p, row := range parents.Rows {
		r.Fill(row, lists[p])
	}
}
