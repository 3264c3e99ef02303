package rows

import (
	"encoding/json"
	"errors"
	"reflect"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Unsealer gives the value of what the column of an encrypted field holds; NULL when it cannot be
// read.
type Unsealer interface {
	Unseal(f *schema.Field, stored query.Value) query.Value
}

// Unseal makes the decoder show the values of encrypted fields, not what their columns hold. Only
// statements of the system read such columns. It comes before Join.
func (d *Decoder) Unseal(u Unsealer) {
	d.unsealer = u
	if d.typ == nil {
		for i, c := range d.layout.cols {
			if c.field.Encrypted != nil {
				d.sealedCols = append(d.sealedCols, i)
			}
		}
		return
	}
	open := d.steps[:0:0]
	for _, s := range d.steps {
		if s.field.Encrypted != nil {
			d.sealed = append(d.sealed, s)
		} else {
			open = append(open, s)
		}
	}
	if len(d.sealed) > 0 {
		d.steps = open
	}
}

// unsealStruct fills a struct's encrypted fields.
func (b *Batch) unsealStruct(r *conn.Row, p unsafe.Pointer) {
	for i := range b.d.sealed {
		s := &b.d.sealed[i]
		v := b.unsealed(s.field, r.Stored(s.col))
		if v.IsNull() {
			continue
		}
		at := unsafe.Add(p, s.offset)
		if s.pointer {
			at = b.optional(s, at)
		}
		switch s.kind {
		case kindText:
			*(*string)(at) = v.Str()
		case kindRaw:
			*(*json.RawMessage)(at) = json.RawMessage(v.Str())
		default:
			if err := json.Unmarshal([]byte(v.Str()), reflect.NewAt(s.typ, at).Interface()); err != nil {
				b.fail(s.field, errNotPlain)
			}
		}
	}
}

// errNotPlain stands for an error that could show a part of the value.
var errNotPlain = errors.New("the decrypted text is not JSON of the field's type")

// unsealRecord replaces a record's encrypted values.
func (b *Batch) unsealRecord(rec *Record) {
	for _, i := range b.d.sealedCols {
		rec.values[i] = b.unsealed(rec.layout.cols[i].field, rec.values[i])
	}
}

func (b *Batch) unsealed(f *schema.Field, stored query.Value) query.Value {
	if stored.IsNull() {
		return stored
	}
	return b.d.unsealer.Unseal(f, stored)
}
