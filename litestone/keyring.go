package litestone

import (
	"sync"
	"sync/atomic"

	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// keyring holds the codec of encrypted fields, which a change of the key replaces.
type keyring struct {
	codec  atomic.Pointer[plugin.FieldCodec]
	epoch  atomic.Uint64 // counts the changes of the codec
	rotate sync.Mutex    // one change of the key at a time
}

func newKeyring(c plugin.FieldCodec) *keyring {
	k := &keyring{}
	k.codec.Store(&c)
	return k
}

// change makes another codec the one in use.
func (k *keyring) change(c *plugin.FieldCodec) {
	k.codec.Store(c)
	k.epoch.Add(1)
}

// Seal gives what the column of an encrypted field holds.
func (k *keyring) Seal(f *schema.Field, v query.Value) (query.Value, error) {
	s, err := (*k.codec.Load()).Encode(f, v)
	if err != nil {
		return s, pluginError(err, CodeConfig, "of encrypted fields", "could not encode "+f.Model.Accessor+"."+f.Name)
	}
	return s, nil
}

// Unseal gives the value of what a column holds; NULL when it cannot be read.
func (k *keyring) Unseal(f *schema.Field, stored query.Value) query.Value {
	if v, ok := (*k.codec.Load()).Decode(f, stored); ok {
		return v
	}
	return query.Null()
}

// Token gives the search token of a value; ok is false when the field is not searched by one.
func (k *keyring) Token(f *schema.Field, v query.Value) (query.Value, bool) {
	if v.IsNull() || !f.Encrypted.Searchable {
		return query.Null(), false
	}
	return (*k.codec.Load()).Token(f, v), true
}
