package query

import "math"

// Kind is one of SQLite's storage classes.
type Kind uint8

// The storage classes (https://www.sqlite.org/datatype3.html).
const (
	KindNull Kind = iota
	KindInt
	KindReal
	KindText
	KindBlob
)

// Value is one value on its way to SQL, already in the form SQLite stores: a Boolean is 0 or
// 1, a DateTime its text, Json its text. The zero Value is NULL. It holds no pointers but
// its text, so a call's arguments live in one slice.
type Value struct {
	kind Kind
	num  uint64
	str  string
}

// Null is SQL NULL.
func Null() Value { return Value{} }

// Int is an INTEGER.
func Int(v int64) Value { return Value{kind: KindInt, num: uint64(v)} }

// Real is a REAL.
func Real(v float64) Value { return Value{kind: KindReal, num: math.Float64bits(v)} }

// Text is a TEXT.
func Text(v string) Value { return Value{kind: KindText, str: v} }

// Blob is a BLOB; the bytes are copied. A nil slice is an empty blob, not NULL.
func Blob(v []byte) Value { return Value{kind: KindBlob, str: string(v)} }

// Bool is INTEGER 1 or 0.
func Bool(v bool) Value {
	if v {
		return Int(1)
	}
	return Int(0)
}

// Kind gives the storage class.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether v is NULL.
func (v Value) IsNull() bool { return v.kind == KindNull }

// Int64 gives an INTEGER's number; 0 for other kinds.
func (v Value) Int64() int64 {
	if v.kind != KindInt {
		return 0
	}
	return int64(v.num)
}

// Float64 gives a REAL's or INTEGER's number; 0 for other kinds.
func (v Value) Float64() float64 {
	switch v.kind {
	case KindReal:
		return math.Float64frombits(v.num)
	case KindInt:
		return float64(int64(v.num))
	}
	return 0
}

// Str gives a TEXT's text or a BLOB's bytes as a string; empty for other kinds.
func (v Value) Str() string { return v.str }

// Any gives nil, int64, float64, string or []byte: what database/sql takes.
func (v Value) Any() any {
	switch v.kind {
	case KindInt:
		return int64(v.num)
	case KindReal:
		return math.Float64frombits(v.num)
	case KindText:
		return v.str
	case KindBlob:
		return []byte(v.str)
	}
	return nil
}
