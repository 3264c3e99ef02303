package litestone

import (
	"context"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// RotateKey encrypts every @encrypted and @secret field anew, but those with rotate: false, removed
// rows too, in one transaction per database. Each database goes over to the new key as its transaction
// commits. Values that no key at hand can read stay as they are. It answers how many rows were
// rewritten. Calls that write meanwhile wait; a search that runs in the moment of the commit may find
// nothing.
//
// All databases are rewritten before the first commits, and then they commit one after the other, the
// schema's last first. Where one of the commits fails, as with a full disk, those before it keep the new
// key, and it and the others the old: this client reads, searches and writes each with its own. Call
// RotateKey with the same key again to finish. The same state is left by a power cut between two
// commits: then a program must know both keys, as encrypt.New(new, old) does, and call RotateKey(new)
// to finish before it writes. Until then it reads everything, but by searchable fields finds, and knows as
// taken, only what has the new key.
//
// Other processes must be opened with the new key; until then they read null.
//
// Errors: config (a key of the wrong form, no codec that can rotate), access_denied (a view of
// As), unsupported (inside a transaction), read_only, busy, cancelled, full. Nothing has changed then,
// unless the message names the databases that have the new key.
func (c *Client) RotateKey(ctx context.Context, key string) (int64, error) {
	n, err := c.rotateKey(ctx, key)
	return n, liteerr.In(err, "", "rotateKey")
}

func (c *Client) rotateKey(ctx context.Context, key string) (int64, error) {
	s, err := c.session(ctx)
	switch {
	case err != nil:
		return 0, err
	case s.Scoped:
		return 0, &Error{Code: CodeAccessDenied, Message: "a view of As may not change the key", Hint: "use the client itself, or AsSystem"}
	case c.tx != nil:
		return 0, &Error{Code: CodeUnsupported, Message: "the key changes in a transaction of its own", Hint: "call it on the client, outside of Transaction"}
	case c.core.keys == nil:
		return 0, &Error{Code: CodeConfig, Message: "no plugin encodes fields", Hint: "install plugins/encrypt"}
	}
	k := c.core.keys
	k.rotate.Lock()
	defer k.rotate.Unlock()
	work, err := c.core.encrypted()
	if err != nil {
		return 0, err
	}
	r := rotation{co: c.core, key: key}
	if _, err := r.next(k.codecs.Load().opened); err != nil { // said also where there is nothing to rewrite
		return 0, err
	}
	for _, d := range c.core.databases {
		if len(work[d]) > 0 {
			r.list = append(r.list, rotatingIn{d, work[d]})
		}
	}
	if err := r.run(ctx, r.list); err != nil {
		return 0, r.torn(err)
	}
	return r.rows, nil
}

// rotating is the fields of a model whose key changes.
type rotating struct {
	model  *schema.Model
	fields []*schema.Field
}

// encrypted groups the fields whose key changes by database. A database that is not open would keep
// values of the old key: it is an error.
func (co *core) encrypted() (map[*database][]rotating, error) {
	out := map[*database][]rotating{}
	for _, m := range co.schema.Models {
		r := rotating{model: m}
		for _, f := range m.Columns {
			if f.Encrypted != nil && f.Encrypted.Rotate {
				r.fields = append(r.fields, f)
			}
		}
		if len(r.fields) == 0 {
			continue
		}
		d, err := co.database(m)
		if err != nil {
			return nil, err
		}
		out[d] = append(out[d], r)
	}
	return out, nil
}

// rotation is one change of the key.
type rotation struct {
	co   *core
	key  string
	list []rotatingIn // in the schema's order
	rows int64
	done []string // the databases that have committed
}

type rotatingIn struct {
	d      *database
	models []rotating
}

// next is a codec with the new key.
func (r *rotation) next(now plugin.FieldCodec) (plugin.FieldCodec, error) {
	k, ok := now.(plugin.KeyRotator)
	if !ok {
		return nil, &Error{Code: CodeConfig, Message: "the plugin that encodes fields has no key to change", Hint: "it does not implement plugin.KeyRotator"}
	}
	next, err := k.Rotate(r.key)
	if err != nil {
		return nil, pluginError(err, CodeConfig, "of encrypted fields", "refuses the key")
	}
	return next, nil
}

// run rewrites the databases, their transactions one inside the other in the schema's order: nothing
// commits before all is rewritten.
func (r *rotation) run(ctx context.Context, rest []rotatingIn) error {
	if len(rest) == 0 {
		return nil
	}
	d, k := rest[0].d, r.co.keys
	if err := outside(ctx, d); err != nil {
		return err
	}
	now := k.codec(d.Database)
	next, err := r.next(now)
	if err != nil {
		return err
	}
	changed := false
	err = d.db.Tx(ctx, func(t *conn.Tx) error {
		for _, m := range rest[0].models {
			n, err := r.co.write.Recode(ctx, t.Conn(), m.model, m.fields, recoder(now, next))
			if err != nil {
				return err
			}
			r.rows += n
		}
		if err := r.run(ctx, rest[1:]); err != nil {
			return err
		}
		// Before the commit: the new codec reads both, and whoever writes next must use it.
		k.change(d.Database, next)
		changed = true
		return nil
	})
	switch {
	case err == nil:
		r.done = append(r.done, d.Name)
	case changed:
		k.change(d.Database, kept{now, next})
	}
	return err
}

// torn says in an error which databases have the new key already.
func (r *rotation) torn(err error) error {
	if len(r.done) == 0 {
		return err
	}
	e := &Error{Code: CodeSQL, Err: err}
	if known, ok := err.(*Error); ok {
		*e = *known
	}
	e.Message = "the key changed in " + strings.Join(r.done, ", ") + " and in no other database: " + err.Error()
	e.Hint = "all can be read with both keys; call RotateKey with the same key again to finish"
	return e
}

func recoder(from, to plugin.FieldCodec) write.Recoder {
	return func(f *schema.Field, stored query.Value) (query.Value, bool, error) {
		v, ok := from.Decode(f, stored)
		if !ok {
			return stored, false, nil
		}
		s, err := to.Encode(f, v)
		return s, err == nil, err
	}
}
