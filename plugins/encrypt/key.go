package encrypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// keyLength is the bytes of a key.
const keyLength = 32

// keyID tells which key a value was encrypted with. It is derived from the key and tells nothing
// of it.
type keyID [4]byte

// key is one key with what is derived from it: no derived key is used for two purposes.
type key struct {
	id   keyID
	aead cipher.AEAD
	mac  []byte // of search tokens
}

// newKey reads a key: 32 bytes, or 64 hexadecimal digits. Errors do not contain it.
func newKey(text string) (*key, error) {
	raw := []byte(text)
	switch len(text) {
	case keyLength:
	case 2 * keyLength:
		var err error
		if raw, err = hex.DecodeString(text); err != nil {
			return nil, errors.New("a key of 64 characters consists of hexadecimal digits")
		}
	case 0:
		return nil, errors.New("the key is empty")
	default:
		return nil, errors.New("a key is 32 bytes, or 64 hexadecimal digits")
	}
	k := &key{mac: derived(raw, "litestone search v1", sha256.Size)}
	copy(k.id[:], derived(raw, "litestone key id v1", len(k.id)))
	block, err := aes.NewCipher(derived(raw, "litestone encrypt v1", keyLength))
	if err == nil {
		k.aead, err = cipher.NewGCM(block)
	}
	return k, err
}

// derived makes a key for one purpose (RFC 5869).
func derived(secret []byte, purpose string, length int) []byte {
	b, err := hkdf.Key(sha256.New, secret, nil, purpose, length)
	if err != nil {
		panic(err) // only for lengths far beyond ours
	}
	return b
}

// The forms of stored text. A token has the same length always: indexes are made over it.
const (
	sealedMark = "v1."
	tokenMark  = "v1s."
	tokenSize  = len(tokenMark) + 43 // base64 of 32 bytes
)

var encoding = base64.RawURLEncoding.Strict()

// envelope is stored text, parsed.
type envelope struct {
	token string // empty where the field is not searchable
	id    keyID
	nonce []byte
	data  []byte
}

const nonceSize, tagSize = 12, 16

func parse(text string, searchable bool) (e envelope, ok bool) {
	mark := sealedMark
	if searchable {
		if len(text) < tokenSize+1 || text[:len(tokenMark)] != tokenMark || text[tokenSize] != '.' {
			return e, false
		}
		e.token, text, mark = text[:tokenSize], text[tokenSize+1:], ""
	}
	if len(text) < len(mark) || text[:len(mark)] != mark {
		return e, false
	}
	b, err := encoding.DecodeString(text[len(mark):])
	if err != nil || len(b) < len(e.id)+nonceSize+tagSize {
		return e, false
	}
	copy(e.id[:], b)
	b = b[len(e.id):]
	e.nonce, e.data = b[:nonceSize], b[nonceSize:]
	return e, true
}

// bound is what a ciphertext is bound to: it decrypts for the same field with the same token only.
func (k *key) bound(f *schema.Field, token string) []byte {
	b := make([]byte, 0, 64)
	b = append(b, "litestone v1\x00"...)
	b = append(b, k.id[:]...)
	b = append(b, f.Model.Name...)
	b = append(b, 0)
	b = append(b, f.Name...)
	b = append(b, 0)
	return append(b, token...)
}

func (k *key) seal(f *schema.Field, token string, plain []byte) string {
	b := make([]byte, len(k.id)+nonceSize, len(k.id)+nonceSize+len(plain)+tagSize)
	copy(b, k.id[:])
	nonce := b[len(k.id):]
	_, _ = rand.Read(nonce) // never fails: crypto/rand ends the program instead
	b = k.aead.Seal(b, nonce, plain, k.bound(f, token))
	text := encoding.EncodeToString(b)
	if token != "" {
		return token + "." + text
	}
	return sealedMark + text
}

func (k *key) open(f *schema.Field, e envelope) ([]byte, bool) {
	b, err := k.aead.Open(nil, e.nonce, e.data, k.bound(f, e.token))
	return b, err == nil
}

// token gives the search token of a value: fields do not share tokens, so equal values in two
// fields cannot be told.
func (k *key) token(f *schema.Field, v query.Value) string {
	h := hmac.New(sha256.New, k.mac)
	h.Write([]byte(f.Model.Name + "\x00" + f.Name + "\x00"))
	h.Write(plain(v))
	return tokenMark + encoding.EncodeToString(h.Sum(nil))
}
