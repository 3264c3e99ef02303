package logdb

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// scanner reads lines as rows of a model: the keys that are columns, as their columns store them.
// Other keys are ignored; a column without a key holds its literal default, else NULL, as it would
// had it been added to a table.
type scanner struct {
	columns []column
	absent  []query.Value // a row without any key
	place   map[string]int
}

type column struct {
	name string
	form form
}

// form is what a column's JSON value must be.
type form uint8

const (
	textForm form = iota
	intForm
	realForm
	boolForm
	timeForm
	blobForm
	jsonForm // kept as it stands
	listForm
)

func newScanner(m *schema.Model) *scanner {
	s := &scanner{absent: make([]query.Value, len(m.Columns)), place: map[string]int{}}
	for i, f := range m.Columns {
		s.columns = append(s.columns, column{f.Column, formOf(f)})
		s.place[f.Column] = i
		s.absent[i] = literalDefault(f)
	}
	return s
}

func formOf(f *schema.Field) form {
	if f.List {
		return listForm
	}
	switch f.Type {
	case schema.Integer:
		return intForm
	case schema.Real:
		return realForm
	case schema.Boolean:
		return boolForm
	case schema.DateTime:
		return timeForm
	case schema.Blob:
		return blobForm
	case schema.Json, schema.File:
		return jsonForm
	}
	return textForm
}

func literalDefault(f *schema.Field) query.Value {
	if f.Default == nil {
		return query.Null()
	}
	switch f.Default.Kind {
	case schema.DefaultEmptyList:
		return query.Text("[]")
	case schema.DefaultLiteral:
		switch v := f.Default.Literal.(type) {
		case bool:
			return query.Bool(v)
		case int64:
			if f.Type == schema.Real && !f.List {
				return query.Real(float64(v))
			}
			return query.Int(v)
		case float64:
			return query.Real(v)
		case string:
			if f.Type == schema.Blob && !f.List {
				return query.Blob([]byte(v))
			}
			return query.Text(v)
		}
	}
	return query.Null()
}

// row reads one line, without its end, into values by column. The texts among them share the line's
// memory. It answers why the line is no row, "" when it is one.
func (s *scanner) row(line []byte, values []query.Value) string {
	copy(values, s.absent)
	c := cursor{b: line}
	if !c.take('{') {
		return "is no JSON object"
	}
	if c.take('}') {
		return c.end()
	}
	for next := 0; ; next++ {
		raw, ok := c.value()
		if !ok || raw[0] != '"' {
			return noJSON
		}
		at, known := s.find(raw, next)
		if !c.take(':') {
			return noJSON
		}
		if raw, ok = c.value(); !ok {
			return noJSON
		}
		if known {
			next = at
			if !s.columns[at].read(raw, &values[at]) {
				return "column " + s.columns[at].name + " cannot hold " + shown(raw)
			}
		}
		switch {
		case c.take(','):
		case c.take('}'):
			return c.end()
		default:
			return noJSON
		}
	}
}

const noJSON = "is no JSON object that ends on its line"

// shown is a value in a message: its beginning.
func shown(raw []byte) string {
	if len(raw) > 40 {
		return strings.ToValidUTF8(string(raw[:40]), "") + "…"
	}
	return strings.ToValidUTF8(string(raw), "?")
}

// find gives a key's column; next is where it stands in lines of our own.
func (s *scanner) find(raw []byte, next int) (int, bool) {
	name := raw[1 : len(raw)-1]
	if next < len(s.columns) && string(name) == s.columns[next].name {
		return next, true
	}
	at, ok := s.place[string(name)]
	if !ok && strings.IndexByte(view(name), '\\') >= 0 {
		at, ok = s.place[unquote(raw)]
	}
	return at, ok
}

// read takes a JSON value as the column stores it; false when it cannot.
func (c *column) read(raw []byte, v *query.Value) bool {
	if raw[0] == 'n' {
		*v = query.Null()
		return true
	}
	switch c.form {
	case intForm:
		n, err := strconv.ParseInt(view(raw), 10, 64)
		if err != nil {
			x, err := strconv.ParseFloat(view(raw), 64)
			if n = int64(x); err != nil || x != math.Trunc(x) || math.Abs(x) > 1<<53 {
				return false
			}
		}
		*v = query.Int(n)
	case realForm:
		x, err := strconv.ParseFloat(view(raw), 64)
		*v = query.Real(x)
		return err == nil
	case boolForm:
		*v = query.Bool(raw[0] == 't')
		return raw[0] == 't' || raw[0] == 'f'
	case jsonForm:
		*v = query.Text(view(raw))
	case listForm:
		*v = query.Text(view(raw))
		return raw[0] == '['
	default:
		return raw[0] == '"' && c.readText(raw, v)
	}
	return true
}

func (c *column) readText(raw []byte, v *query.Value) bool {
	s := unquote(raw)
	switch c.form {
	case timeForm:
		if !stored(s) {
			var ok bool
			if s, ok = schema.StoredDateTime(s); !ok {
				return false
			}
		}
	case blobForm:
		b, err := base64.StdEncoding.DecodeString(s)
		*v = query.Blob(b)
		return err == nil
	}
	*v = query.Text(s)
	return true
}

// stored reports whether a time is in the stored form and surely possible.
func stored(s string) bool {
	const form = "0000-00-00T00:00:00.000Z"
	if len(s) != len(form) {
		return false
	}
	for i := range len(form) {
		if form[i] == '0' && (s[i] < '0' || s[i] > '9') || form[i] != '0' && s[i] != form[i] {
			return false
		}
	}
	return s[5:7] >= "01" && s[5:7] <= "12" && s[8:10] >= "01" && s[8:10] <= "28" && s[11:13] < "24" && s[14:16] < "60" && s[17:19] < "60"
}

// unquote gives the text of a JSON string, which shares its memory where nothing is escaped.
func unquote(raw []byte) string {
	s := view(raw[1 : len(raw)-1])
	if strings.IndexByte(s, '\\') < 0 && utf8.ValidString(s) {
		return s
	}
	json.Unmarshal(raw, &s) // the cursor has seen that it is one
	return s
}

// view reads bytes as a string without copying them.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// cursor walks over one line.
type cursor struct {
	b  []byte
	at int
}

func (c *cursor) space() {
	for c.at < len(c.b) && (c.b[c.at] == ' ' || c.b[c.at] == '\t' || c.b[c.at] == '\r') {
		c.at++
	}
}

func (c *cursor) take(b byte) bool {
	c.space()
	if c.at >= len(c.b) || c.b[c.at] != b {
		return false
	}
	c.at++
	return true
}

func (c *cursor) end() string {
	if c.space(); c.at < len(c.b) {
		return noJSON
	}
	return ""
}

// value takes one JSON value.
func (c *cursor) value() ([]byte, bool) {
	c.space()
	if c.at >= len(c.b) {
		return nil, false
	}
	from := c.at
	switch b := c.b[c.at]; {
	case b == '"':
		ok := c.text()
		return c.b[from:c.at], ok
	case b == '{' || b == '[':
		ok := c.nested()
		return c.b[from:c.at], ok && json.Valid(c.b[from:c.at])
	case b == 't':
		return c.word("true")
	case b == 'f':
		return c.word("false")
	case b == 'n':
		return c.word("null")
	}
	ok := c.number()
	return c.b[from:c.at], ok
}

func (c *cursor) word(w string) ([]byte, bool) {
	from := c.at
	if !strings.HasPrefix(view(c.b[from:]), w) {
		return nil, false
	}
	c.at += len(w)
	return c.b[from:c.at], true
}

// text passes over a string; one with escapes is looked at by encoding/json.
func (c *cursor) text() bool {
	from := c.at
	escaped := false
	for i := from + 1; i < len(c.b); i++ {
		switch b := c.b[i]; {
		case b == '"':
			c.at = i + 1
			return !escaped || json.Valid(c.b[from:c.at])
		case b == '\\':
			escaped = true
			i++
		case b < ' ':
			return false
		}
	}
	return false
}

// nested passes over an object or a list by its brackets.
func (c *cursor) nested() bool {
	depth := 0
	for c.at < len(c.b) {
		switch c.b[c.at] {
		case '"':
			if !c.text() {
				return false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		c.at++
		if depth == 0 {
			return true
		}
	}
	return false
}

// number passes over a number in JSON's form.
func (c *cursor) number() bool {
	c.sign("-")
	switch {
	case c.at < len(c.b) && c.b[c.at] == '0':
		c.at++
	case !c.digits():
		return false
	}
	if c.sign(".") && !c.digits() {
		return false
	}
	if c.sign("eE") {
		c.sign("+-")
		return c.digits()
	}
	return true
}

func (c *cursor) sign(any string) bool {
	if c.at < len(c.b) && strings.IndexByte(any, c.b[c.at]) >= 0 {
		c.at++
		return true
	}
	return false
}

func (c *cursor) digits() bool {
	from := c.at
	for c.at < len(c.b) && c.b[c.at] >= '0' && c.b[c.at] <= '9' {
		c.at++
	}
	return c.at > from
}
