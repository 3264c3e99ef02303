package logdb

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// appendLine writes a row as a line: an object with every column, in the model's order. values
// are the columns' as SQLite stores them.
func appendLine(b []byte, m *schema.Model, values []query.Value) []byte {
	for i, f := range m.Columns {
		sep := byte(',')
		if i == 0 {
			sep = '{'
		}
		b = append(rows.AppendString(append(b, sep), f.Column), ':')
		if v := values[i]; oneLine(f, v) {
			b = rows.AppendValue(b, f, v)
		} else {
			b = appendCompact(b, v.Str())
		}
	}
	return append(b, '}', '\n')
}

// oneLine reports whether a value's JSON has no line end in it: only JSON as a caller wrote it may.
func oneLine(f *schema.Field, v query.Value) bool {
	return v.Kind() != query.KindText || !(f.List || f.Type == schema.Json || f.Type == schema.File) || !strings.ContainsAny(v.Str(), "\n\r")
}

func appendCompact(b []byte, text string) []byte {
	var out bytes.Buffer
	if json.Compact(&out, []byte(text)) != nil {
		return rows.AppendString(b, text)
	}
	return append(b, out.Bytes()...)
}
