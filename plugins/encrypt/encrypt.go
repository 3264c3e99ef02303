// Package encrypt serves @encrypted and @secret: values are stored under AES-256-GCM and shown to
// the system only.
//
//	db, err := litestone.Open(ctx, litestone.Config{
//		Schema:  "schema.lite",
//		Plugins: []plugin.Plugin{encrypt.New(os.Getenv("ENC_KEY"))},
//	})
//
// A key is 32 bytes, or the same as 64 hexadecimal digits. Client.RotateKey changes it.
//
// What is stored is text: a version, then the key's number, a random nonce and the ciphertext in
// base64. The model and the field are bound to it (additional data), so a value copied into another
// field does not decrypt. With searchable: true a token stands before it, an HMAC-SHA-256 of
// the value under a key of its own: equality and uniqueness are decided on tokens. Whoever
// sees the file learns the lengths of values, and of searchable ones which are equal within a field.
package encrypt

import (
	"fmt"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Codec is the plugin. Its zero value is of no use; New makes it.
type Codec struct {
	keys []*key // the first encrypts; all decrypt; the last is that of rotate: false
	err  error  // a key of the wrong form, told at Open
}

// New makes the plugin for Config.Plugins. Values are encrypted with key, and decrypted with
// whichever of the keys they were encrypted with. Searching finds what key encrypted.
//
// Fields with rotate: false stay with the last of the keys, in writing too: after a rotation, a
// program that has such fields opens with the new key first and the first one it ever had last.
//
// A key of the wrong form fails Open with CodeConfig.
func New(key string, older ...string) *Codec {
	c := &Codec{}
	for i, text := range append([]string{key}, older...) {
		k, err := newKey(text)
		if err != nil {
			c.err = wrongKey(fmt.Sprintf("key %d of the encrypt plugin: %v", i+1, err))
			return c
		}
		c.keys = append(c.keys, k)
	}
	return c
}

func wrongKey(message string) error {
	return &liteerr.Error{Code: liteerr.Config, Message: message, Hint: "make one with: openssl rand -hex 32"}
}

// Name is "encrypt".
func (*Codec) Name() string { return "encrypt" }

// String keeps keys out of whatever is printed.
func (*Codec) String() string { return "encrypt.Codec" }

// GoString keeps keys out of whatever is printed.
func (*Codec) GoString() string { return "encrypt.Codec" }

// Check implements plugin.Checker: it tells a key of the wrong form before anything is opened.
func (c *Codec) Check(*schema.Schema) error { return c.err }

// keyFor is the key a field is written with.
func (c *Codec) keyFor(f *schema.Field) *key {
	if !f.Encrypted.Rotate {
		return c.keys[len(c.keys)-1]
	}
	return c.keys[0]
}

// Encode implements plugin.FieldCodec.
func (c *Codec) Encode(f *schema.Field, v query.Value) (query.Value, error) {
	k := c.keyFor(f)
	token := ""
	if f.Encrypted.Searchable {
		token = k.token(f, v)
	}
	return query.Text(k.seal(f, token, plain(v))), nil
}

// Decode implements plugin.FieldCodec.
func (c *Codec) Decode(f *schema.Field, stored query.Value) (query.Value, bool) {
	e, ok := parse(stored.Str(), f.Encrypted.Searchable)
	if !ok || stored.Kind() != query.KindText {
		return query.Null(), false
	}
	for _, k := range c.keys {
		if k.id != e.id {
			continue
		}
		if b, ok := k.open(f, e); ok {
			return value(b)
		}
	}
	return query.Null(), false
}

// Token implements plugin.FieldCodec.
func (c *Codec) Token(f *schema.Field, v query.Value) query.Value {
	return query.Text(c.keyFor(f).token(f, v))
}

// Rotate implements plugin.KeyRotator.
func (c *Codec) Rotate(text string) (plugin.FieldCodec, error) {
	k, err := newKey(text)
	if err != nil {
		return nil, wrongKey("the new key: " + err.Error())
	}
	next := &Codec{keys: []*key{k}}
	for _, old := range c.keys {
		if old.id != k.id {
			next.keys = append(next.keys, old)
		}
	}
	if last := c.keys[len(c.keys)-1]; last.id == k.id {
		next.keys = append(next.keys, k) // back to the first key: rotate: false stays with it
	}
	return next, nil
}
