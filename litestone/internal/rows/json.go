package rows

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// MarshalJSON writes the record's fields in schema order, then the extras by name.
func (r *Record) MarshalJSON() ([]byte, error) {
	return r.append(make([]byte, 0, 64+24*len(r.values)))
}

// append writes the record and, in place, those related to it.
func (r *Record) append(b []byte) (_ []byte, err error) {
	b = append(b, '{')
	first := true
	key := func(name string) {
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendString(b, name), ':')
	}
	for _, e := range r.layout.order {
		switch {
		case e.rel:
			key(e.field.Name)
			if b, err = r.rels[e.pos].append(b); err != nil {
				return nil, err
			}
		case r.hidden == nil || !r.hidden[e.pos]:
			key(e.field.Name)
			b = appendValue(b, e.field, r.values[e.pos])
		}
	}
	for _, k := range sortedNames(r.extra) {
		key(k)
		if b, err = appendAny(b, r.extra[k]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func (r related) append(b []byte) ([]byte, error) {
	switch {
	case r.list:
		return appendRecords(b, r.many)
	case r.one == nil:
		return append(b, "null"...), nil
	}
	return r.one.append(b)
}

func appendRecords(b []byte, list []*Record) (_ []byte, err error) {
	b = append(b, '[')
	for i, r := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = r.append(b); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

func sortedNames(m map[string]any) []string {
	if len(m) == 0 {
		return nil
	}
	names := make([]string, 0, len(m))
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

// appendAny writes a value that stands beside the fields.
func appendAny(b []byte, v any) (_ []byte, err error) {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case float64:
		return appendFloat(b, v), nil
	case string:
		return appendString(b, v), nil
	case []*Record:
		return appendRecords(b, v)
	case map[string]any:
		b = append(b, '{')
		for i, k := range sortedNames(v) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, k), ':')
			if b, err = appendAny(b, v[k]); err != nil {
				return nil, err
			}
		}
		return append(b, '}'), nil
	}
	j, err := json.Marshal(v)
	return append(b, j...), err
}

// AppendValue writes a field's stored value as JSON: Boolean as a word, Json and lists in place, a
// Blob in base64.
func AppendValue(b []byte, f *schema.Field, v query.Value) []byte { return appendValue(b, f, v) }

// AppendString writes a JSON string.
func AppendString(b []byte, s string) []byte { return appendString(b, s) }

func appendValue(b []byte, f *schema.Field, v query.Value) []byte {
	switch v.Kind() {
	case query.KindNull:
		return append(b, "null"...)
	case query.KindInt:
		if f.Type == schema.Boolean {
			return strconv.AppendBool(b, v.Int64() != 0)
		}
		return strconv.AppendInt(b, v.Int64(), 10)
	case query.KindReal:
		return appendFloat(b, v.Float64())
	case query.KindBlob:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, []byte(v.Str()))
		return append(b, '"')
	}
	if (f.List || f.Type == schema.Json || f.Type == schema.File) && json.Valid([]byte(v.Str())) {
		return append(b, v.Str()...)
	}
	return appendString(b, v.Str())
}

// appendFloat writes a number as encoding/json does; what JSON has no number for is null.
func appendFloat(b []byte, x float64) []byte {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return append(b, "null"...)
	}
	if abs := math.Abs(x); abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(b, x, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, x, 'e', -1, 64)
	if n := len(b); n >= 4 && b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' { // e-09 is e-9
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}

// appendString writes a JSON string. What only HTML needs escaped is left as it is: the encoder
// around it escapes that when it is told to.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendEscaped(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

const hexDigits = "0123456789abcdef"

func appendEscaped(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && n == 1:
				b = append(b, `\ufffd`...)
			case r == '\u2028', r == '\u2029': // line ends in JavaScript
				b = append(b, `\u202`...)
				b = append(b, hexDigits[r&0xf])
			default:
				b = append(b, s[i:i+n]...)
			}
			i += n
			continue
		}
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
		default:
			b = append(b, c)
		}
		i++
	}
	return append(b, '"')
}
