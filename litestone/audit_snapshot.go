package litestone

import (
	"encoding/json"

	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// snapshot writes a row of an entry, or the entry's field of it. Values that are not for everybody
// (encrypted, secret, guarded) never are in it: the log is a plain file.
func snapshot(e *read.Entry, row []query.Value) json.RawMessage {
	if row == nil {
		return nil
	}
	if e.Field == nil {
		var fields []*schema.Field
		var values []query.Value
		for i, f := range e.Model.Columns {
			if shownInLog(f) {
				fields, values = append(fields, f), append(values, row[i])
			}
		}
		return appendFields(nil, fields, values)
	}
	if !shownInLog(e.Field) {
		return nil
	}
	for i, f := range e.Model.Columns {
		if f == e.Field && !row[i].IsNull() {
			return rows.AppendValue(nil, f, row[i])
		}
	}
	return nil
}

func shownInLog(f *schema.Field) bool {
	return f.Guarded == schema.Shown && f.Encrypted == nil && !f.Secret
}

// appendFields writes an object of fields.
func appendFields(b []byte, fields []*schema.Field, values []query.Value) []byte {
	b = append(b, '{')
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(rows.AppendString(b, f.Name), ':')
		b = rows.AppendValue(b, f, values[i])
	}
	return append(b, '}')
}
