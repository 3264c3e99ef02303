package encrypt

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/query"
)

// plain renders a value with its storage class as the first byte.
func plain(v query.Value) []byte {
	b := []byte{byte(v.Kind())}
	switch v.Kind() {
	case query.KindInt:
		return strconv.AppendInt(b, v.Int64(), 10)
	case query.KindReal:
		return strconv.AppendFloat(b, v.Float64(), 'g', -1, 64)
	}
	return append(b, v.Str()...)
}

// value reads what plain rendered.
func value(b []byte) (query.Value, bool) {
	if len(b) == 0 {
		return query.Null(), false
	}
	kind, text := query.Kind(b[0]), string(b[1:])
	switch kind {
	case query.KindInt:
		n, err := strconv.ParseInt(text, 10, 64)
		return query.Int(n), err == nil
	case query.KindReal:
		n, err := strconv.ParseFloat(text, 64)
		return query.Real(n), err == nil
	case query.KindText:
		return query.Text(text), true
	case query.KindBlob:
		return query.Blob([]byte(text)), true
	}
	return query.Null(), false
}
