package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

// Check looks for what is wrong with the client's open databases, as Examine does for a
// Config: damage, references to rows that are not there, full-text tables that lag behind, a
// shape that is not the schema's. It changes nothing and lets calls go on.
//
// What is wrong is a finding. An error says that a database could not be asked.
func (c *Client) Check(ctx context.Context) ([]Checkup, error) {
	out := []Checkup{}
	for _, o := range c.core.databases {
		at := Checkup{Location: Location{Database: o.Name, Driver: o.Driver.String(), Path: o.path, Exists: exists(o.path)}, Findings: []Finding{}}
		if o.Driver == schema.SQLite {
			if o.db == nil {
				continue
			}
			d, err := c.operator(ctx, "check", o.Name)
			if err != nil {
				return nil, err
			}
			bad, err := migrate.Health(ctx, d.db, c.core.schema, d.Database)
			if err != nil {
				return nil, liteerr.In(err, "", "check")
			}
			for _, p := range bad {
				at.Findings = append(at.Findings, Finding(p))
			}
			at.Examined, at.Path, at.Exists = true, d.db.Path(), true
		}
		out = append(out, at)
	}
	return out, nil
}
