package litestone

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/query"
)

// Answers are the results of Query by name, in the order asked: that of the text where the spec was JSON.
type Answers struct {
	names  []string
	values map[string]any
}

// Names gives the names in order.
func (a *Answers) Names() []string { return a.names }

// Get gives one result; nil when there is none of that name.
func (a *Answers) Get(name string) any { return a.values[name] }

// MarshalJSON writes {"name": result, …}.
func (a *Answers) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, n := range a.names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, _ := json.Marshal(n)
		b.Write(key)
		b.WriteByte(':')
		v, err := json.Marshal(a.values[n])
		if err != nil {
			return nil, err
		}
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Query runs several reads in one snapshot per database and answers them by name: {"users":
// {"where": …}, "paid": {"model": "orders", "_count": true}}. A name without model is a model's
// accessor. Each entry becomes findMany, aggregate or groupBy by what it asks. They are asked, and
// answered, in the order of the JSON text; those of a Map in the order of their names. One mistake
// refuses the whole.
func (c *Client) Query(ctx context.Context, spec any) (out *Answers, err error) {
	if o := c.watched(ctx); o != nil && len(o.operations) > 0 {
		err = spanning(ctx, c, o, "query", func(ctx context.Context) error {
			out, err = c.batch(ctx, spec)
			return err
		})
		return out, err
	}
	return c.batch(ctx, spec)
}

func (c *Client) batch(ctx context.Context, spec any) (*Answers, error) {
	entries, err := query.Batch(spec, c.core.config.Untrusted)
	if err != nil {
		return nil, err
	}
	out := &Answers{values: make(map[string]any, len(entries))}
	type call struct {
		table *DynamicTable
		args  any
	}
	calls := make([]call, len(entries))
	used := map[*database]bool{}
	for i, e := range entries {
		t := c.Table(e.Model)
		if t.c.bad != nil {
			return nil, t.c.bad
		}
		d, err := c.core.database(t.m)
		if err != nil {
			return nil, err
		}
		used[d] = true
		if err := c.uses(ctx, t, e.Args, used); err != nil {
			return nil, err
		}
		calls[i] = call{t, e.Args}
		out.names = append(out.names, e.Name)
	}
	err = c.budgeted(spec).snapshot(ctx, used, func(v *Client) error {
		for i, k := range calls {
			t := &DynamicTable{c: v, m: k.table.m}
			r, err := operations[query.Route(k.args)](ctx, t, []any{k.args})
			if err != nil {
				return err
			}
			out.values[entries[i].Name] = r
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// budgeted gives a view whose reads share one budget of rows, where the spec is a request body.
func (c *Client) budgeted(spec any) *Client {
	if _, ok := spec.(query.Untrusted); !ok {
		return c
	}
	v := *c
	v.rows = read.NewBudget(int64(c.core.config.Untrusted.Effective().Total))
	return &v
}

// snapshot gives a view whose reads of the databases used share one snapshot each.
func (c *Client) snapshot(ctx context.Context, used map[*database]bool, f func(*Client) error) error {
	if c.tx != nil {
		return f(c)
	}
	v := *c
	v.snap = map[*database]*conn.Conn{}
	return v.pin(ctx, c.core.order(), used, f)
}

func (c *Client) pin(ctx context.Context, rest []*database, used map[*database]bool, f func(*Client) error) error {
	for len(rest) > 0 && !used[rest[0]] {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return f(c)
	}
	pinned := func(cn *conn.Conn) error {
		c.snap[rest[0]] = cn
		return c.pin(ctx, rest[1:], used, f)
	}
	if rest[0].log != nil {
		return rest[0].log.Read(ctx, nil, true, nil, pinned)
	}
	if err := outside(ctx, rest[0]); err != nil {
		return err
	}
	return rest[0].db.Snapshot(ctx, pinned)
}
