package plan

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Shape is what a call looks like without its values: two calls of one shape run the same
// statement. Key tells shapes apart; Values are the call's values in the order of the walk.
//
// The walk is the hot path of every call: it appends to two slices and nothing else. When a
// shape is new, Slots says where each value went.
type Shape struct {
	Key    []byte
	Values []query.Value
	slots  Slots
}

// Reset empties the shape for another walk; slots are recorded when record is set.
func (s *Shape) Reset(record bool) {
	s.Key, s.Values, s.slots = s.Key[:0], s.Values[:0], nil
	if record {
		s.slots = Slots{}
	}
}

// Slots gives each value's place, when the walk recorded them.
func (s *Shape) Slots() Slots { return s.slots }

// record notes where the value at an address goes.
func (s *Shape) record(p any) {
	if s.slots != nil {
		s.slots[p] = len(s.Values)
	}
}

// Byte adds a distinguishing byte.
func (s *Shape) Byte(b byte) { s.Key = append(s.Key, b) }

// Num adds a distinguishing number.
func (s *Shape) Num(n int) { s.Key = binary.AppendVarint(s.Key, int64(n)) }

// Text adds a distinguishing text.
func (s *Shape) Text(t string) {
	s.Num(len(t))
	s.Key = append(s.Key, t...)
}

// Value adds a value; the key learns its storage class only.
func (s *Shape) Value(v *query.Value) {
	s.record(v)
	s.Values = append(s.Values, *v)
	s.Byte(byte(v.Kind()))
}

// list adds the values of a list. Lengths are rounded up, and padded with the last value, so
// that lists of many lengths share few statements; a long list travels as one JSON array.
func (s *Shape) list(l []query.Value) {
	n := listLen(len(l))
	s.Num(n)
	if n == asJSON {
		s.record(&l[0])
		s.Values = append(s.Values, jsonArray(l))
		return
	}
	for i := range l {
		s.record(&l[i])
		s.Values = append(s.Values, l[i])
	}
	for i := len(l); i < n; i++ {
		s.Values = append(s.Values, l[len(l)-1])
	}
}

// inlineLimit is the longest list written as parameters.
const inlineLimit = 256

// asJSON is the length listLen answers for lists beyond inlineLimit.
const asJSON = -1

// listLen rounds a list's length: exact up to eight, then powers of two.
func listLen(n int) int {
	if n <= 8 {
		return n
	}
	if n > inlineLimit {
		return asJSON
	}
	p := 16
	for p < n {
		p *= 2
	}
	return p
}

// jsonArray renders values as JSON, for json_each. What JSON cannot hold is in hexadecimal: a blob
// as ["…"], text that is not UTF-8 as {"t":"…"}; sqlgen reads them back.
func jsonArray(l []query.Value) query.Value {
	b := make([]byte, 0, 16*len(l))
	b = append(b, '[')
	for i, v := range l {
		if i > 0 {
			b = append(b, ',')
		}
		switch v.Kind() {
		case query.KindInt:
			b = strconv.AppendInt(b, v.Int64(), 10)
		case query.KindReal:
			b = appendReal(b, v.Float64())
		case query.KindText:
			if text := v.Str(); utf8.ValidString(text) && !strings.Contains(text, "\x00") {
				t, _ := json.Marshal(text)
				b = append(b, t...)
			} else {
				b = append(hex.AppendEncode(append(b, `{"t":"`...), []byte(text)), `"}`...)
			}
		case query.KindBlob:
			b = append(hex.AppendEncode(append(b, `["`...), []byte(v.Str())), `"]`...)
		default:
			b = append(b, "null"...)
		}
	}
	return query.Text(string(append(b, ']')))
}

// appendReal writes a number that SQLite reads back as the same REAL, never as an INTEGER.
func appendReal(b []byte, f float64) []byte {
	n := len(b)
	b = strconv.AppendFloat(b, f, 'g', -1, 64)
	if !bytes.ContainsAny(b[n:], ".e") {
		b = append(b, ".0"...)
	}
	return b
}

func (s *Shape) ref(r query.Ref) { s.Num(r.Index); s.Key = append(s.Key, r.Name...); s.Byte(0) }

// Cond adds a where tree.
func (s *Shape) Cond(c *query.Cond) {
	if c == nil {
		s.Byte(0xff)
		return
	}
	s.Byte(byte(c.Op))
	switch c.Op {
	case query.OpAnd, query.OpOr, query.OpNot:
	case query.OpRaw:
		s.Text(c.Raw.SQL)
		s.Num(len(c.Raw.Args))
		for i := range c.Raw.Args {
			s.Value(&c.Raw.Args[i])
		}
		return
	default:
		s.ref(c.Ref)
		s.Num(len(c.Path))
		for _, p := range c.Path {
			s.Text(p)
		}
		switch c.Op {
		case query.OpIn, query.OpNotIn:
			s.list(c.List)
		case query.OpHasEvery, query.OpHasSome:
			s.Num(len(c.List))
			for i := range c.List {
				s.Value(&c.List[i])
			}
		default:
			s.Value(&c.Value)
		}
	}
	s.Num(len(c.Kids))
	for i := range c.Kids {
		s.Cond(&c.Kids[i])
	}
}

// Find adds the arguments of a row query.
func (s *Shape) Find(a *query.FindArgs) {
	if a == nil {
		s.Byte(0xfe)
		return
	}
	var flags byte
	for i, f := range [...]bool{a.HasLimit, a.Offset > 0, a.Distinct, a.WithDeleted, a.OnlyDeleted, a.Recursive != nil, a.Search != nil, a.Select != nil} {
		if f {
			flags |= 1 << i
		}
	}
	s.Byte(flags)
	s.Cond(a.Where)
	s.Orders(a.OrderBy)
	if a.HasLimit {
		s.number(&a.Limit)
	}
	if a.Offset > 0 {
		s.number(&a.Offset)
	}
	if a.Select != nil {
		s.bools(a.Select.None, a.Select.Count)
		s.Num(len(a.Select.Fields))
		for i, f := range a.Select.Fields {
			s.ref(f)
			s.bools(a.Select.Raw != nil && a.Select.Raw[i])
		}
		s.Include(a.Select.Include)
	}
	s.Include(a.Include)
	s.Windows(a.Windows)
	if r := a.Recursive; r != nil {
		s.Num(r.MaxDepth)
		s.Text(r.Via)
		s.bools(r.Ancestors, r.Nested)
	}
	if q := a.Search; q != nil {
		s.record(&q.Text)
		s.Values = append(s.Values, query.Text(q.Text))
		s.bools(q.NoRank, q.Highlight != nil, q.Snippet != nil)
		s.mark(q.Highlight)
		s.mark(q.Snippet)
	}
}

// number adds a limit or an offset.
func (s *Shape) number(n *int64) {
	s.record(n)
	s.Values = append(s.Values, query.Int(*n))
	s.Byte(byte(query.KindInt))
}

func (s *Shape) bools(bs ...bool) {
	for _, b := range bs {
		if b {
			s.Byte(1)
		} else {
			s.Byte(0)
		}
	}
}

func (s *Shape) mark(m *query.Mark) {
	if m == nil {
		return
	}
	s.Num(len(m.Fields))
	for _, f := range m.Fields {
		s.ref(f)
	}
	s.Text(m.Open)
	s.Text(m.Close)
	s.Text(m.Ellipsis)
	s.Num(m.Length)
}

// Orders adds sort keys.
func (s *Shape) Orders(list []query.Order) {
	s.Num(len(list))
	for i := range list {
		o := &list[i]
		s.Num(len(o.Hops))
		for _, h := range o.Hops {
			s.ref(h)
		}
		s.ref(o.Ref)
		s.Byte(byte(o.Agg))
		s.ref(o.Of)
		s.Text(o.Name)
		s.Num(len(o.Path))
		for _, p := range o.Path {
			s.Text(p)
		}
		s.bools(o.Desc)
		s.Byte(byte(o.Nulls))
	}
}

// Include adds included relations.
func (s *Shape) Include(in *query.Include) {
	if in == nil {
		s.Byte(0xfd)
		return
	}
	s.Num(len(in.Relations))
	for i := range in.Relations {
		s.ref(in.Relations[i].Ref)
		s.Find(in.Relations[i].Args)
	}
	s.bools(in.CountAll)
	s.Num(len(in.Counts))
	for i := range in.Counts {
		c := &in.Counts[i]
		s.Text(c.Name)
		s.ref(c.Ref)
		s.bools(c.WithDeleted, c.OnlyDeleted)
		s.Cond(c.Where)
	}
}

// Windows adds window columns.
func (s *Shape) Windows(list []query.Window) {
	s.Num(len(list))
	for i := range list {
		w := &list[i]
		s.Text(w.Alias)
		s.Byte(byte(w.Func))
		s.bools(w.HasRef, w.HasDefault, w.Frame != nil)
		s.ref(w.Ref)
		s.Num(int(w.N))
		s.Value(&w.Default)
		s.Num(len(w.PartitionBy))
		for _, p := range w.PartitionBy {
			s.ref(p)
		}
		s.Orders(w.OrderBy)
		if f := w.Frame; f != nil {
			s.bools(f.Range, f.From != nil, f.To != nil)
			if f.From != nil {
				s.Num(int(*f.From))
			}
			if f.To != nil {
				s.Num(int(*f.To))
			}
		}
		s.Cond(w.Filter)
	}
}

// Model adds a model and the kind of call made on it.
func (s *Shape) Model(m *schema.Model, call byte) {
	s.Byte(call)
	s.Num(m.Index)
}

// JSONRows renders keys of width columns as one JSON array: of values, or of arrays.
func JSONRows(keys []query.Value, width int) query.Value {
	if width == 1 {
		return jsonArray(keys)
	}
	b := []byte{'['}
	for i := 0; i+width <= len(keys); i += width {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, jsonArray(keys[i:i+width]).Str()...)
	}
	return query.Text(string(append(b, ']')))
}
