package query

import (
	"database/sql/driver"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// FromAny turns a caller's value for a field into what is stored: the types of a JSON tree and
// Go's own. It checks the scalar type, the elements of lists and the values of enums; validators,
// the shape of typed Json and null for a required field (but of an enum) are checked later. path
// stands in the Issue that says what the value must be.
func FromAny(f *schema.Field, v any, path string) (Value, *liteerr.Issue) {
	if v = plain(v); f.Type != schema.Json {
		v = driven(v)
	}
	if v == nil {
		if f.Type == schema.EnumType && !f.Optional && !f.List {
			return Null(), &liteerr.Issue{Path: path, Message: "must be " + oneOf(f.Enum)}
		}
		return Null(), nil
	}
	if f.List {
		return listText(f, v, path)
	}
	val, message := scalar(f, v)
	if message != "" {
		return Null(), &liteerr.Issue{Path: path, Message: message}
	}
	return val, nil
}

// plain looks through pointers, Opt and Value, and asks what knows its own database value.
func plain(v any) any {
	if o, ok := v.(interface{ Any() (any, bool) }); ok {
		v, _ = o.Any()
	}
	if x, ok := v.(Value); ok {
		return x.Any()
	}
	marshaler := reflect.TypeFor[json.Marshaler]()
	for {
		r := reflect.ValueOf(v)
		if r.Kind() != reflect.Pointer {
			return v
		}
		if r.IsNil() {
			return nil
		}
		if r.Type().Implements(marshaler) && !r.Type().Elem().Implements(marshaler) {
			return v // its own JSON would be lost
		}
		v = r.Elem().Interface()
	}
}

// driven gives the database value of what has one, as uuid.UUID or sql.NullString.
func driven(v any) any {
	if x, ok := v.(driver.Valuer); ok {
		if d, err := x.Value(); err == nil {
			return d
		}
	}
	return v
}

// scalar converts one value, or says what it must be.
func scalar(f *schema.Field, v any) (Value, string) {
	switch f.Type {
	case schema.Integer:
		return integer(v)
	case schema.Real:
		return realNumber(v)
	case schema.Boolean:
		if r := reflect.ValueOf(v); r.Kind() == reflect.Bool {
			return Bool(r.Bool()), ""
		}
		return Null(), "must be true or false, not " + described(v)
	case schema.DateTime:
		return dateTime(f, v)
	case schema.Json:
		return jsonText(v)
	case schema.Blob:
		return blob(v)
	case schema.File:
		if _, ok := object(v); !ok && reflect.ValueOf(v).Kind() != reflect.Struct {
			return Null(), "must be a file or a stored reference, not " + described(v)
		}
		return jsonText(v)
	case schema.EnumType:
		s, ok := textOf(v)
		if ok && f.Enum.Has(s) {
			return Text(s), ""
		}
		if !ok {
			return Null(), "must be " + oneOf(f.Enum) + ", not " + described(v)
		}
		return Null(), "must be " + oneOf(f.Enum) + suggested(s, f.Enum)
	case schema.Text:
		if s, ok := textOf(v); ok {
			return Text(s), ""
		}
		return Null(), "must be a text, not " + described(v)
	}
	return Null(), "takes no value"
}

func suggested(s string, e *schema.Enum) string {
	names := make([]string, len(e.Values))
	for i := range e.Values {
		names[i] = e.Values[i].Name
	}
	if hint := diag.DidYouMean(s, names...); hint != "" {
		return " (" + hint + ")"
	}
	return ""
}

func oneOf(e *schema.Enum) string {
	names := make([]string, len(e.Values))
	for i := range e.Values {
		names[i] = e.Values[i].Name
	}
	return "one of " + strings.Join(names, ", ")
}

func textOf(v any) (string, bool) {
	switch x := v.(type) {
	case string:
		return x, true
	case json.Number:
		return "", false
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.String {
		return r.String(), true
	}
	return "", false
}

func bytesOf(v any) ([]byte, bool) {
	if b, ok := v.([]byte); ok {
		return b, true
	}
	r := reflect.ValueOf(v)
	if r.Kind() == reflect.Slice && r.Type().Elem().Kind() == reflect.Uint8 {
		return r.Bytes(), true
	}
	return nil, false
}

// blob reads bytes, or the base64 text that JSON writes for them (RFC 4648, standard alphabet, padded).
// There is one text for a value: what the decoder would pass over, line ends and stray last bits, is
// refused.
func blob(v any) (Value, string) {
	if b, ok := bytesOf(v); ok {
		return Blob(b), ""
	}
	s, ok := textOf(v)
	if !ok {
		return Null(), "must be bytes, as base64 text in JSON, not " + described(v)
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || strings.ContainsAny(s, "\r\n") {
		return Null(), "must be bytes as base64 text, with + and /, padded with ="
	}
	return Blob(b), ""
}

// number gives a value's number; booleans and texts are none.
func number(v any) (Value, bool) {
	switch v.(type) {
	case json.Number:
	default:
		switch r := reflect.ValueOf(v); {
		case r.CanInt(), r.CanUint(), r.CanFloat():
			if r.Type() == reflect.TypeFor[time.Duration]() {
				return Null(), false
			}
		default:
			return Null(), false
		}
	}
	n, err := ValueOf(v)
	return n, err == nil
}

func integer(v any) (Value, string) {
	n, ok := number(v)
	if ok && n.Kind() == KindReal {
		var i int64
		if i, ok = wholeReal(n.Float64()); ok {
			n = Int(i)
		}
	}
	if !ok {
		return Null(), "must be a whole number, not " + described(v)
	}
	return n, ""
}

// wholeReal gives a real that is a whole number, where int64 holds it exactly.
func wholeReal(f float64) (int64, bool) {
	if f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

func realNumber(v any) (Value, string) {
	n, ok := number(v)
	if !ok {
		return Null(), "must be a number, not " + described(v)
	}
	return Real(n.Float64()), ""
}

// dateTime gives a column's normal form. A type's field is checked and kept as written.
func dateTime(f *schema.Field, v any) (Value, string) {
	switch x := v.(type) {
	case time.Time:
		stored, ok := schema.StoredTime(x)
		if !ok {
			return Null(), "must lie in the years 0 to 9999"
		}
		return Text(stored), ""
	case Time:
		return dateTime(f, x.Time)
	}
	s, ok := textOf(v)
	if !ok {
		return Null(), "must be a date and time as text, not " + described(v)
	}
	stored, ok := schema.StoredDateTime(s)
	if !ok {
		return Null(), "must be a date and time like 2026-01-31T10:00:00Z"
	}
	if f.Model == nil {
		return Text(s), ""
	}
	return Text(stored), ""
}

// jsonText is a value as JSON. A text stays a text: "123" is stored with its quotes.
func jsonText(v any) (Value, string) {
	s, ok := marshal(v)
	if !ok {
		return Null(), "must be a JSON value, not " + described(v)
	}
	return Text(s), ""
}

// marshal writes JSON without the escapes that only HTML needs.
func marshal(v any) (string, bool) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", false
	}
	return strings.TrimSuffix(b.String(), "\n"), true
}

// listText is a list field's JSON text; every element is checked as a value of its own.
func listText(f *schema.Field, v any, path string) (Value, *liteerr.Issue) {
	l, ok := list(v)
	if !ok {
		return Null(), &liteerr.Issue{Path: path, Message: "must be a list, not " + described(v)}
	}
	var b strings.Builder
	b.WriteByte('[')
	for i, e := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		text, message := element(f, e)
		if message != "" {
			return Null(), &liteerr.Issue{Path: path, Message: fmt.Sprintf("element %d %s", i+1, message)}
		}
		b.WriteString(text)
	}
	b.WriteByte(']')
	return Text(b.String()), nil
}

// element is one element as it stands inside a list's JSON text.
func element(f *schema.Field, e any) (string, string) {
	if e = plain(e); f.Type != schema.Json {
		e = driven(e)
	}
	if e == nil && f.Type != schema.Json {
		return "", "must not be null"
	}
	val, message := scalar(f, e)
	if message != "" {
		return "", message
	}
	switch {
	case f.Type == schema.Json || f.Type == schema.File:
		return val.Str(), ""
	case f.Type == schema.Boolean:
		if val.Int64() == 1 {
			return "true", ""
		}
		return "false", ""
	case val.Kind() == KindBlob:
		return "", "cannot hold bytes"
	}
	s, ok := marshal(val.Any())
	if !ok {
		return "", "must be a JSON value"
	}
	return s, ""
}

// inWhere is FromAny for a value to compare with: an Integer may be compared with a fraction.
func inWhere(f *schema.Field, v any) (Value, string) {
	if v = driven(plain(v)); v == nil {
		return Null(), ""
	}
	if f.Type == schema.Integer {
		if n, ok := number(v); ok {
			return n, ""
		}
	}
	return scalar(f, v)
}
