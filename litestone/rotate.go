package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// RotateKey encrypts every @encrypted and @secret field anew, but those with rotate: false, removed
// rows too, in one transaction per database that commit together at the end; the client uses the new
// key from then on. Values that no key at hand can read stay as they are. It answers how many
// rows were rewritten. Calls that write meanwhile wait; a search that runs in the moment of
// the commit may find nothing.
//
// Other processes must be opened with the new key; until then they read null.
//
// Errors: config (a key of the wrong form, no codec that can rotate), access_denied (a view of
// As), unsupported (inside a transaction), read_only, busy, cancelled. Nothing has changed then.
func (c *Client) RotateKey(ctx context.Context, key string) (int64, error) {
	n, err := c.rotateKey(ctx, key)
	return n, liteerr.In(err, "", "rotateKey")
}

func (c *Client) rotateKey(ctx context.Context, key string) (n int64, err error) {
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
	now := k.codec.Load()
	r, ok := (*now).(plugin.KeyRotator)
	if !ok {
		return 0, &Error{Code: CodeConfig, Message: "the plugin that encodes fields has no key to change", Hint: "it does not implement plugin.KeyRotator"}
	}
	next, err := r.Rotate(key)
	if err != nil {
		return 0, pluginError(err, CodeConfig, "of encrypted fields", "refuses the key")
	}
	swapped := false
	err = c.core.recode(ctx, work, *now, next, &n, func() {
		// Before the commits: the new codec reads both, and whoever writes next must use it.
		k.change(&next)
		swapped = true
	})
	if err != nil {
		if swapped {
			k.change(now)
		}
		return 0, err
	}
	return n, nil
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

// recode rewrites the databases' fields, their transactions one inside the other in the schema's
// order; done is called when all is rewritten and nothing committed.
func (co *core) recode(ctx context.Context, work map[*database][]rotating, from, to plugin.FieldCodec, n *int64, done func()) error {
	for _, d := range co.databases {
		list := work[d]
		if len(list) == 0 {
			continue
		}
		if err := outside(ctx, d); err != nil {
			return err
		}
		delete(work, d)
		return d.db.Tx(ctx, func(t *conn.Tx) error {
			for _, r := range list {
				some, err := co.write.Recode(ctx, t.Conn(), r.model, r.fields, recoder(from, to))
				if err != nil {
					return err
				}
				*n += some
			}
			return co.recode(ctx, work, from, to, n, done)
		})
	}
	done()
	return nil
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
