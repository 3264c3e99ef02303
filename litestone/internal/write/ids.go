package write

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// ids makes the values of uuid(), ulid(), cuid() and nanoid(). Randomness is read in blocks, since
// each read of the system's source is a call of its own.
type ids struct {
	mu   *sync.Mutex
	from io.Reader
	room []byte // random bytes not used yet
	buf  []byte
	ulid *ulid.MonotonicEntropy
}

func newIDs(from io.Reader) ids {
	if from == nil {
		from = rand.Reader
	}
	return ids{mu: &sync.Mutex{}, from: from, buf: make([]byte, 1024), ulid: ulid.Monotonic(from, 0)}
}

// random fills b; the caller holds the lock.
func (g *ids) random(b []byte) error {
	if len(g.room) < len(b) {
		if _, err := io.ReadFull(g.from, g.buf); err != nil {
			return err
		}
		g.room = g.buf
	}
	copy(b, g.room)
	g.room = g.room[len(b):]
	return nil
}

// uuidV4 is a random UUID (RFC 9562, 5.4).
func (g *ids) uuidV4() (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var u [16]byte
	if err := g.random(u[:]); err != nil {
		return "", err
	}
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	var out [36]byte
	hex.Encode(out[:], u[:4])
	hex.Encode(out[9:], u[4:6])
	hex.Encode(out[14:], u[6:8])
	hex.Encode(out[19:], u[8:10])
	hex.Encode(out[24:], u[10:])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:]), nil
}

// ulidAt is a ULID of a time; those of one millisecond ascend in the order they are made.
func (g *ids) ulidAt(t time.Time) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	u, err := ulid.New(ulid.Timestamp(t), g.ulid)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

const (
	nanoLetters = "useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict"
	base36      = "0123456789abcdefghijklmnopqrstuvwxyz"
)

// nanoid is 21 letters of NanoID's alphabet of 64.
func (g *ids) nanoid() (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var b [21]byte
	if err := g.random(b[:]); err != nil {
		return "", err
	}
	for i := range b {
		b[i] = nanoLetters[b[i]&63]
	}
	return string(b[:]), nil
}

// cuid has the form of a cuid2: 24 letters and digits, a letter first.
func (g *ids) cuid() (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out [24]byte
	for n := 0; n < len(out); {
		var b [32]byte
		if err := g.random(b[:]); err != nil {
			return "", err
		}
		for _, c := range b {
			alphabet := base36
			if n == 0 {
				alphabet = base36[10:]
			}
			// Bytes beyond the largest multiple of the alphabet's size would favour its beginning.
			if limit := 256 - 256%len(alphabet); int(c) >= limit || n == len(out) {
				continue
			}
			out[n] = alphabet[int(c)%len(alphabet)]
			n++
		}
	}
	return string(out[:]), nil
}
