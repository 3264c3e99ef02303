package litestone

import (
	"context"
	"errors"
	"log/slog"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// What Config.PolicyDebug logs. Nothing of it reaches a caller, and none of it is a value of a row:
// rules are told as the schema writes them, conditions made in Go by their SQL without values.

// debugging sets up what the engines tell.
func (co *core) debugging(env *plan.Env) func([]plan.Noted) {
	if !co.config.PolicyDebug {
		return nil
	}
	env.Named = true
	return func(list []plan.Noted) {
		if len(list) == 0 || !co.logger().Enabled(context.Background(), slog.LevelDebug) {
			return
		}
		lines := make([]string, len(list))
		for i, g := range co.read.Describe(list) {
			lines[i] = g.String()
		}
		co.logger().Debug("litestone: the guards of a statement", "guards", lines)
	}
}

// refusal logs which rules refused a write.
func (c *Client) refusal(ctx context.Context, m *schema.Model, op string, err error) {
	var e *Error
	if !c.core.config.PolicyDebug || !errors.As(err, &e) || e.Code != CodeAccessDenied {
		return
	}
	rules := []string{}
	for _, r := range e.Rules() {
		rules = append(rules, r.String())
	}
	model := e.Model
	if model == "" {
		model = m.Accessor
	}
	c.core.logger().InfoContext(ctx, "litestone: access denied", "model", model, "operation", op, "fields", e.Fields, "reason", e.Message, "rules", rules, "actor", c.actor(ctx))
}

// sought makes a write of one row, and logs what hid the row where it answers none.
func sought(ctx context.Context, c *Client, m *schema.Model, op string, where *query.Cond, typed bool, run func(write.Call) (unsafe.Pointer, error)) (unsafe.Pointer, error) {
	p, err := written(ctx, c, m, op, typed, run)
	if c.core.config.PolicyDebug && p == nil && (err == nil || op == "upsert" && errors.Is(err, ErrAccessDenied)) {
		a, _ := reaches(op)
		if op == "upsert" {
			a.Op = schema.Update
		}
		a.Where = where
		c.hidden(ctx, m, op, a)
	}
	return p, err
}

// unseen logs what hid the row of a read that answers none.
func (c *Client) unseen(ctx context.Context, m *schema.Model, op string, f *query.FindArgs) {
	if !c.core.config.PolicyDebug {
		return
	}
	a := plan.Asking{Op: schema.Read, Where: f.Where}
	switch {
	case f.OnlyDeleted:
		a.Deleted = plan.OnlyDeleted
	case f.WithDeleted:
		a.Deleted = plan.WithDeleted
	}
	c.hidden(ctx, m, op, a)
}

// hidden logs which guards kept a row from a call that answered none. A row the call did reach may be
// one that its caller may not read.
func (c *Client) hidden(ctx context.Context, m *schema.Model, op string, a plan.Asking) {
	if s, err := c.session(ctx); err != nil || s.System || len(m.Key) == 0 {
		return
	}
	v, err := c.judgeRow(ctx, m, &a)
	if err == nil && v.Reached && !v.Readable {
		a.Op, a.Deleted = schema.Read, plan.WithDeleted
		v, err = c.judgeRow(ctx, m, &a)
	}
	if err != nil || !v.Found {
		return
	}
	guards := []string{}
	for _, g := range v.Guards {
		if g.Blocks {
			guards = append(guards, g.String())
		}
	}
	if len(guards) > 0 {
		c.core.logger().InfoContext(ctx, "litestone: a row is hidden", "model", m.Accessor, "operation", op, "guards", guards, "actor", c.actor(ctx))
	}
}

// actor is the id of who asks; empty for nobody.
func (c *Client) actor(ctx context.Context) string {
	s, err := c.session(ctx)
	if err != nil {
		return ""
	}
	return s.ActorID()
}
