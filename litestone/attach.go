package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// AttachOptions say how a file is attached. The zero value works.
type AttachOptions struct {
	Database string // the database it is attached to. Defaults to main
	ReadOnly bool   // SQL() may read the file only
}

// Attach makes another database file visible to the statements of SQL() under a schema name, as
// in SELECT … FROM archive.users. It holds for all connections from their next call on, until
// Detach or Close; calls on models never see it.
//
// No policy of the schema holds for the file. SQLite keeps writes to several files in one
// transaction together when the power stays; after a power cut some files may have them and
// others not.
//
// Errors: validation (a name that cannot be used or is taken), config (a file that is not there
// or cannot be opened), corrupt (one that is no database).
func (c *Client) Attach(ctx context.Context, path, name string, options ...AttachOptions) error {
	var o AttachOptions
	for _, given := range options {
		o = given
	}
	d, err := c.operator(ctx, "attach", o.Database)
	if err != nil {
		return err
	}
	return liteerr.In(d.db.Attach(ctx, path, name, o.ReadOnly || d.db.ReadOnly()), "", "attach")
}

// Detach takes an attached file away again. The database defaults to main.
func (c *Client) Detach(ctx context.Context, name string, database ...string) error {
	d, err := c.operator(ctx, "detach", first(database))
	if err != nil {
		return err
	}
	return liteerr.In(d.db.Detach(name), "", "detach")
}
