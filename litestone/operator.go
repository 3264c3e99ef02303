package litestone

import (
	"context"
	"fmt"

	"github.com/litestone-go/orm/litestone/schema"
)

// operator gives a database for an operation on the whole of it. Views of As are refused, since
// no policy could hold; so are calls inside a transaction, which would wait for its own end.
func (c *Client) operator(ctx context.Context, op, name string) (*database, error) {
	sess, err := c.session(ctx)
	if err != nil {
		return nil, err
	}
	if sess.Scoped {
		return nil, &Error{Code: CodeAccessDenied, Operation: op, Message: "a client scoped by auth does not operate on whole databases", Hint: "use the client it was made from, or AsSystem"}
	}
	if c.tx != nil {
		return nil, &Error{Code: CodeUnsupported, Operation: op, Message: "not inside a transaction", Hint: "call it on the client, before or after"}
	}
	if name == "" {
		name = "main"
		if d := c.core.schema.Database(name); d == nil || !c.core.uses(d) {
			if all := c.core.opened(); len(all) == 1 {
				return all[0], outside(ctx, all[0])
			}
		}
	}
	for _, d := range c.core.opened() {
		if d.Name == name {
			return d, outside(ctx, d)
		}
	}
	return nil, &Error{Code: CodeValidation, Operation: op, Message: fmt.Sprintf("there is no open sqlite database %q", name)}
}

// opened are the sqlite databases that are open, in the schema's order.
func (co *core) opened() (out []*database) {
	for _, d := range co.databases {
		if d.db != nil && d.Driver == schema.SQLite {
			out = append(out, d)
		}
	}
	return out
}
