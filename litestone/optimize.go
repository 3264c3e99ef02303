package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// Optimize merges the segments of full-text indexes into one
// (https://www.sqlite.org/fts5.html#the_optimize_command) and lets SQLite renew the statistics
// its planner needs (https://www.sqlite.org/pragma.html#pragma_optimize). It takes the accessors
// of models with @@fts; without any, it takes all. It answers the models whose index was
// merged.
func (c *Client) Optimize(ctx context.Context, models ...string) ([]string, error) {
	chosen, err := c.searchable(models)
	if err != nil {
		return nil, err
	}
	done := []string{}
	for _, m := range chosen {
		if err := c.optimizeFTS(ctx, m); err != nil {
			return done, err
		}
		done = append(done, m.Accessor)
	}
	if len(models) > 0 {
		return done, nil
	}
	for _, o := range c.core.opened() {
		d, err := c.operator(ctx, "optimize", o.Name)
		if err == nil {
			err = d.db.Write(ctx, func(cn *conn.Conn) error {
				return cn.Run(ctx, conn.Query{SQL: "PRAGMA optimize(0x10002)"}, nil, nil)
			})
		}
		if err != nil {
			return done, liteerr.In(err, "", "optimize")
		}
	}
	return done, nil
}

// searchable are the models with a full-text index among those named, all when none is.
func (c *Client) searchable(names []string) (out []*schema.Model, err error) {
	if len(names) == 0 {
		for _, m := range c.core.schema.Models {
			if _, err := c.core.database(m); err == nil && m.FTS != nil && !m.External {
				out = append(out, m)
			}
		}
		return out, nil
	}
	for _, name := range names {
		t := c.Table(name)
		if t.c.bad != nil {
			return nil, t.c.bad
		}
		out = append(out, t.m)
	}
	return out, nil
}

func (c *Client) optimizeFTS(ctx context.Context, m *schema.Model) error {
	if m.FTS == nil {
		return &Error{Code: CodeUnsupported, Model: m.Accessor, Operation: "optimizeFts", Message: "the model has no full-text index", Hint: "declare one with @@fts([field])"}
	}
	d, err := c.operator(ctx, "optimizeFts", m.Database.Name)
	if err != nil {
		return liteerr.In(err, m.Accessor, "optimizeFts")
	}
	fts := ddl.Quote(m.FTS.Table)
	err = d.db.Write(ctx, func(cn *conn.Conn) error {
		return cn.Script(ctx, "INSERT INTO "+fts+" ("+fts+") VALUES ('optimize')")
	})
	return liteerr.In(err, m.Accessor, "optimizeFts")
}

// OptimizeFTS merges the segments of the model's full-text index into one, which makes searches
// faster after many writes. It needs @@fts on the model.
func (t Table[T, C, U]) OptimizeFTS(ctx context.Context) error {
	return t.c.optimizeFTS(ctx, t.t.model)
}

// OptimizeFTS merges the segments of the model's full-text index into one.
func (t *DynamicTable) OptimizeFTS(ctx context.Context) error {
	if t.c.bad != nil {
		return t.c.bad
	}
	return t.c.optimizeFTS(ctx, t.m)
}
