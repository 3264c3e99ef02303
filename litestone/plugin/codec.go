package plugin

import (
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// TokenLength is the length in bytes of the token that a stored value of a searchable field
// begins with. Indexes are made over that many characters, so it never changes.
const TokenLength = ddl.TokenLength

// FieldCodec stores the fields marked @encrypted and @secret in another form. A schema that has
// such fields needs exactly one.
type FieldCodec interface {
	// Encode gives what the column holds for a value that is not null: text that begins with
	// the value's token where the field is searchable. An error refuses the write; it must not
	// contain the value.
	Encode(f *schema.Field, v query.Value) (query.Value, error)

	// Decode gives the value of what a column holds; ok is false for what this codec cannot
	// read: another key's values, damaged or foreign text. Such a field reads null.
	Decode(f *schema.Field, stored query.Value) (v query.Value, ok bool)

	// Token gives the token of a value: ASCII text of TokenLength bytes, the same for the same
	// value of the same field. It is asked for searchable fields only.
	Token(f *schema.Field, v query.Value) query.Value
}

// KeyRotator is a FieldCodec whose key can change: Client.RotateKey needs it.
type KeyRotator interface {
	// Rotate gives a codec that encodes with a new key, and still decodes what the receiver
	// encoded. The receiver itself stays as it is. A key of the wrong form is an error that does
	// not contain it.
	Rotate(key string) (FieldCodec, error)
}
