package read

import (
	"context"
	"slices"
)

// Fill fills the computed fields of all rows the call has read so far. Reads call it when they have
// given their connection back; writes before they commit, so that a function that fails undoes them.
func (c *Call) Fill(ctx context.Context) error {
	if len(c.unfilled) == 0 {
		return nil
	}
	list := c.unfilled
	c.unfilled = nil
	if c.inside != nil {
		ctx = c.inside.Within(ctx)
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
