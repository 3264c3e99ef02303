package conn

import (
	"database/sql/driver"
	"strconv"
	"time"

	"github.com/litestone-go/orm/litestone/query"
)

// Row is the row a statement stands on. It is valid until each returns; Text is the caller's
// to keep, Bytes is not.
//
// The accessors convert as SQLite does when asked for another type (a TEXT asked for Int64
// is parsed, NULL is zero): use Kind where the difference matters. Both drivers turn columns
// declared DATE, DATETIME, TIMESTAMP (and one of them BOOLEAN) into Go's own types; these
// come back as TEXT in ISO 8601 and as INTEGER. Litestone declares no such columns; reading
// another tool's, select an expression of the column (CAST, || ”) to see what is stored.
type Row struct {
	names  []string
	values []driver.Value
}

// Len is the number of columns.
func (r *Row) Len() int { return len(r.values) }

// Name is the name of column i as the statement gives it.
func (r *Row) Name(i int) string { return r.names[i] }

// Null reports whether column i is NULL.
func (r *Row) Null(i int) bool { return r.values[i] == nil }

// Kind is the storage class of column i.
func (r *Row) Kind(i int) query.Kind {
	switch r.values[i].(type) {
	case int64, bool:
		return query.KindInt
	case float64:
		return query.KindReal
	case string, time.Time:
		return query.KindText
	case []byte:
		return query.KindBlob
	}
	return query.KindNull
}

// Int64 is column i as an INTEGER; a REAL is cut toward zero.
func (r *Row) Int64(i int) int64 {
	switch v := r.values[i].(type) {
	case int64:
		return v
	case float64:
		return int64(v)
	case bool:
		if v {
			return 1
		}
	case string:
		n, _ := strconv.ParseInt(v, 10, 64)
		return n
	}
	return 0
}

// Float64 is column i as a REAL.
func (r *Row) Float64(i int) float64 {
	switch v := r.values[i].(type) {
	case float64:
		return v
	case string:
		f, _ := strconv.ParseFloat(v, 64)
		return f
	}
	return float64(r.Int64(i))
}

// Text is column i as TEXT; NULL is the empty string.
func (r *Row) Text(i int) string {
	switch v := r.values[i].(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatInt(r.Int64(i), 10)
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return ""
}

// Bytes is column i as a BLOB, valid until each returns; a TEXT gives its UTF-8 bytes, NULL
// gives nil and an empty BLOB an empty slice.
func (r *Row) Bytes(i int) []byte {
	switch v := r.values[i].(type) {
	case nil:
		return nil
	case []byte:
		if v == nil { // how one driver writes an empty BLOB
			return []byte{}
		}
		return v
	}
	return []byte(r.Text(i))
}

// Value is column i as nil, int64, float64, string or []byte; the bytes are the caller's.
func (r *Row) Value(i int) any {
	switch v := r.values[i].(type) {
	case []byte:
		return append([]byte{}, v...)
	case bool:
		return r.Int64(i)
	case time.Time:
		return r.Text(i)
	default:
		return v
	}
}
