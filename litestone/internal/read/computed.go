package read

import (
	"context"
	"slices"

	"github.com/litestone-go/orm/litestone/internal/conn"
)

// Fill fills the computed fields of all rows the call has read so far. Reads call it when they have
// given their connection back; writes before they commit, so that a function that fails undoes them:
// home is their connection, nil for a read.
func (c *Call) Fill(ctx context.Context, home *conn.Conn) error {
	if len(c.unfilled) == 0 {
		return nil
	}
	list := c.unfilled
	c.unfilled = nil
	for _, cn := range [...]*conn.Conn{c.inside, home} {
		if cn != nil {
			ctx = cn.Within(ctx)
		}
	}
	for _, b := range list {
		if err := b.Fill(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fallible reports whether functions fill fields of the rows or of their relations'.
func (r *Reads) fallible() bool {
	return r.fills || slices.ContainsFunc(r.includes, func(x *includes) bool { return x.reads.fallible() })
}
