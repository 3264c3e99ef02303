package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

// hookedDoor is the door of calls that encrypt, or that plugins observe. Others have a plain one.
type hookedDoor struct {
	door
	codec *plugin.FieldCodec // when the call began; nil without encrypted fields
	o     *observation       // nil: nobody asks
}

// entry is the door for a call's writes.
func (c *Client) entry(o *observation) write.Door {
	switch k := c.core.keys; {
	case k != nil:
		return &hookedDoor{door{c}, k.codec.Load(), o}
	case o != nil:
		return &hookedDoor{door{c}, nil, o}
	}
	return door{c}
}

// fresh refuses a write whose values may be encrypted with a key that has changed.
func (d *hookedDoor) fresh() error {
	if d.codec != nil && d.c.core.keys.codec.Load() != d.codec {
		return errKeyChanged
	}
	return nil
}

// Single runs f like door.
func (d *hookedDoor) Single(ctx context.Context, m *schema.Model, f func(*conn.Conn) error) error {
	return d.door.Single(ctx, m, func(cn *conn.Conn) error {
		if err := d.fresh(); err != nil {
			return err
		}
		return f(cn)
	})
}

// Atomic runs f like door, in a transaction that hooks can take part in.
func (d *hookedDoor) Atomic(ctx context.Context, m *schema.Model, f func(*conn.Conn) error) error {
	return d.c.atomic(ctx, m, func(t *conn.Tx) error {
		if err := d.fresh(); err != nil {
			return err
		}
		if d.o != nil {
			d.o.tx = t
		}
		return f(t.Conn())
	})
}
