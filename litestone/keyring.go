package litestone

import (
	"maps"
	"sync"
	"sync/atomic"

	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// keyring holds the codecs of encrypted fields, which a change of the key replaces database by
// database, each as it commits.
type keyring struct {
	codecs atomic.Pointer[codecs]
	epoch  atomic.Uint64 // counts the changes of codecs
	rotate sync.Mutex    // one change of the key at a time
}

// codecs are the codec the program opened with, and those of the databases whose key changed since.
type codecs struct {
	opened plugin.FieldCodec
	of     map[*schema.Database]plugin.FieldCodec
}

func newKeyring(c plugin.FieldCodec) *keyring {
	k := &keyring{}
	k.codecs.Store(&codecs{opened: c})
	return k
}

// codec is the one a database's fields are written with.
func (k *keyring) codec(d *schema.Database) plugin.FieldCodec {
	c := k.codecs.Load()
	if own := c.of[d]; own != nil {
		return own
	}
	return c.opened
}

// change makes another codec the one of a database. Only the holder of rotate may.
func (k *keyring) change(d *schema.Database, c plugin.FieldCodec) {
	next := *k.codecs.Load()
	next.of = maps.Clone(next.of)
	if next.of == nil {
		next.of = map[*schema.Database]plugin.FieldCodec{}
	}
	next.of[d] = c
	k.codecs.Store(&next)
	k.epoch.Add(1)
}

// Seal gives what the column of an encrypted field holds.
func (k *keyring) Seal(f *schema.Field, v query.Value) (query.Value, error) {
	s, err := k.codec(f.Model.Database).Encode(f, v)
	if err != nil {
		return s, pluginError(err, CodeConfig, "of encrypted fields", "could not encode "+f.Model.Accessor+"."+f.Name)
	}
	return s, nil
}

// Unseal gives the value of what a column holds; NULL when it cannot be read.
func (k *keyring) Unseal(f *schema.Field, stored query.Value) query.Value {
	if v, ok := k.codec(f.Model.Database).Decode(f, stored); ok {
		return v
	}
	return query.Null()
}

// Token gives the search token of a value; ok is false when the field is not searched by one.
func (k *keyring) Token(f *schema.Field, v query.Value) (query.Value, bool) {
	if v.IsNull() || !f.Encrypted.Searchable {
		return query.Null(), false
	}
	return k.codec(f.Model.Database).Token(f, v), true
}

// kept is the codec of a database whose change of the key failed at its commit: it goes on with the old
// key, and reads the new one too, which somebody may have written with in that moment.
type kept struct {
	plugin.FieldCodec
	failed plugin.FieldCodec
}

// Decode reads what either key has written.
func (k kept) Decode(f *schema.Field, stored query.Value) (query.Value, bool) {
	if v, ok := k.FieldCodec.Decode(f, stored); ok {
		return v, true
	}
	return k.failed.Decode(f, stored)
}

// Rotate changes the old key.
func (k kept) Rotate(key string) (plugin.FieldCodec, error) {
	c, err := k.FieldCodec.(plugin.KeyRotator).Rotate(key)
	if err != nil {
		return nil, err
	}
	return kept{c, k.failed}, nil
}
