package conn

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/query"
)

// Row is the row a statement stands on. It is valid until each returns; what Text and Value
// give is the caller's to keep, what Bytes gives is not. Texts of one Run share memory:
// clone the one that is to outlive the others by far.
//
// The accessors convert where another type is asked for, as SQLite does: NULL is zero, a
// TEXT is parsed, a REAL is cut toward zero. Where the difference matters, ask Kind.
//
// With the cgo driver, columns declared DATE, DATETIME or TIMESTAMP come back as TEXT in
// ISO 8601, whatever is stored. Litestone declares none; of another tool's tables, select an
// expression (CAST, || ”) to see the value itself.
type Row struct{ columns }

// Len is the number of columns.
func (r *Row) Len() int { return r.count() }

// Name is the name of column i as the statement gives it.
func (r *Row) Name(i int) string { return r.name(i) }

// Kind is the storage class of column i.
func (r *Row) Kind(i int) query.Kind { return r.kind(i) }

// Null reports whether column i is NULL.
func (r *Row) Null(i int) bool { return r.kind(i) == query.KindNull }

// Int64 is column i as an INTEGER; a REAL is cut toward zero.
func (r *Row) Int64(i int) int64 {
	switch r.kind(i) {
	case query.KindInt:
		return r.integer(i)
	case query.KindReal:
		return int64(r.real(i))
	case query.KindText:
		n, _ := strconv.ParseInt(r.text(i), 10, 64)
		return n
	}
	return 0
}

// Float64 is column i as a REAL.
func (r *Row) Float64(i int) float64 {
	switch r.kind(i) {
	case query.KindReal:
		return r.real(i)
	case query.KindInt:
		return float64(r.integer(i))
	case query.KindText:
		f, _ := strconv.ParseFloat(r.text(i), 64)
		return f
	}
	return 0
}

// Text is column i as TEXT; a BLOB gives its bytes, NULL the empty string.
func (r *Row) Text(i int) string {
	switch r.kind(i) {
	case query.KindText:
		return r.text(i)
	case query.KindBlob:
		return string(r.blob(i))
	case query.KindInt:
		return strconv.FormatInt(r.integer(i), 10)
	case query.KindReal:
		return strconv.FormatFloat(r.real(i), 'g', -1, 64)
	}
	return ""
}

// Bytes is column i as a BLOB, valid until each returns and not to be changed; a TEXT gives
// its UTF-8 bytes, NULL gives nil and an empty BLOB an empty slice.
func (r *Row) Bytes(i int) []byte {
	switch r.kind(i) {
	case query.KindNull:
		return nil
	case query.KindBlob:
		return r.blob(i)
	}
	return bytesOf(r.Text(i))
}

// Value is column i as nil, int64, float64, string or []byte; the bytes are the caller's.
func (r *Row) Value(i int) any {
	switch r.kind(i) {
	case query.KindInt:
		return r.integer(i)
	case query.KindReal:
		return r.real(i)
	case query.KindText:
		return r.text(i)
	case query.KindBlob:
		return append([]byte{}, r.blob(i)...)
	}
	return nil
}

// Stored is column i as a value that can be bound again; its text and bytes are the caller's.
func (r *Row) Stored(i int) query.Value {
	switch r.Kind(i) {
	case query.KindInt:
		return query.Int(r.Int64(i))
	case query.KindReal:
		return query.Real(r.Float64(i))
	case query.KindText:
		return query.Text(r.Text(i))
	case query.KindBlob:
		return query.Blob(r.Bytes(i))
	}
	return query.Null()
}
