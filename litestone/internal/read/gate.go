package read

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/schema"
)

// Allow refuses operations on a model that the session's level does not reach, where a call may need
// them all and no single statement asks for each.
func (c *Call) Allow(ctx context.Context, m *schema.Model, ops ...schema.Operation) error {
	gates, err := c.Engine.Env(c.Session).Gates(m, ops...)
	if err != nil {
		return err
	}
	return c.pass(ctx, gates)
}

// pass asks the session's level for each gate of a statement and refuses below it. It is asked
// before every run: what was compiled for one session tells nothing of another's level.
func (c *Call) pass(ctx context.Context, gates []plan.Gate) error {
	for i := range gates {
		g := &gates[i]
		level := 0
		if c.Engine.Level != nil {
			var err error
			if level, err = c.Engine.Level(ctx, c.Session, g.Model); err != nil {
				return err
			}
		}
		switch {
		case g.Soft:
			if c.binding.levels == nil {
				c.binding.levels = map[*schema.Model]int{}
			}
			c.binding.levels[g.Model] = level
		case level < g.Need:
			return g.Denied()
		}
	}
	return nil
}
