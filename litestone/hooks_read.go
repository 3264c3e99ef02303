package litestone

import (
	"context"
	"reflect"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// hookCall says what call a plugin is told of.
func (c *Client) hookCall(ctx context.Context, m *schema.Model, op string) (plugin.Call, error) {
	s, err := c.session(ctx)
	if err != nil {
		return plugin.Call{}, err
	}
	return plugin.Call{Who: who(s), Model: m, Operation: op}, nil
}

// refusedBy is the error of a plugin that refuses a call.
func refusedBy(err error, plugin string, m *schema.Model, op string) error {
	return liteerr.In(pluginError(err, CodeValidation, plugin, "refuses the call"), m.Accessor, op)
}

// filtering gives every model a filter of the session where a plugin may have one.
func (p *installed) filtering(s *schema.Schema, own map[*schema.Model]plan.FilterFunc) map[*schema.Model]plan.FilterFunc {
	if len(p.filters) == 0 {
		return own
	}
	out := make(map[*schema.Model]plan.FilterFunc, len(s.Models))
	for _, m := range s.Models {
		if out[m] = own[m]; out[m] == nil {
			out[m] = func(map[string]any) (*query.Cond, error) { return nil, nil }
		}
	}
	return out
}

// filter asks the plugins for a call's conditions; nil when none has any.
func (c *Client) filter(ctx context.Context, s *session.Session) func(*schema.Model) (*query.Cond, error) {
	list := c.core.plugins.filters
	if len(list) == 0 || s == nil {
		return nil
	}
	return func(m *schema.Model) (*query.Cond, error) {
		all := query.Cond{Op: query.OpAnd}
		for _, p := range list {
			var where query.Predicate
			err := c.core.plugins.ask(p.name, func() (err error) {
				where, err = p.do.Filter(c.hookContext(ctx), who(s), m)
				return err
			})
			if err != nil {
				return nil, pluginError(err, CodeAccessDenied, p.name, "gives no filter for "+m.Accessor)
			}
			if where == nil {
				continue
			}
			cond, err := where.Predicate(&query.Scope{Schema: c.core.schema, Model: m})
			if err != nil {
				return nil, &Error{Code: CodeConfig, Model: m.Accessor, Message: "the filter of plugin " + p.name + ": " + err.Error(), Err: err}
			}
			if !cond.Empty() {
				all.Kids = append(all.Kids, *cond)
			}
		}
		return &all, nil
	}
}

// beforeRead asks the plugins whether a read may run.
func (c *Client) beforeRead(ctx context.Context, m *schema.Model, op string, args any) error {
	list, hooks := c.core.plugins.beforeRead, c.core.plugins.hooks.beforeOf(op)
	if len(list) == 0 && hooks == nil {
		return nil
	}
	call, err := c.hookCall(ctx, m, op)
	if err != nil {
		return err
	}
	ctx = c.hookContext(ctx)
	if hooks != nil {
		if err := c.runHooks(ctx, hooks, &HookCall{Call: call, Client: c.ofHooks(), Args: args}); err != nil {
			return err
		}
	}
	r := plugin.Read{Call: call, Args: args}
	for _, p := range list {
		if err := c.core.plugins.ask(p.name, func() error { return p.do.BeforeRead(ctx, &r) }); err != nil {
			return refusedBy(err, p.name, m, op)
		}
	}
	return nil
}

// afterRead shows the plugins the rows of a read.
func (c *Client) afterRead(ctx context.Context, m *schema.Model, op string, typed bool, rows []unsafe.Pointer) error {
	return c.afterCounted(ctx, m, op, typed, rows, 0)
}

// afterCounted shows them the rows of a read with the number of rows there are.
func (c *Client) afterCounted(ctx context.Context, m *schema.Model, op string, typed bool, rows []unsafe.Pointer, count int64) error {
	list, hooks := c.core.plugins.afterRead, c.core.plugins.hooks.afterOf(op)
	if len(list) == 0 && hooks == nil {
		return nil
	}
	call, err := c.hookCall(ctx, m, op)
	if err != nil {
		return err
	}
	a := plugin.Answer{Call: call, Rows: make([]any, len(rows))}
	for i, p := range rows {
		if t := c.core.read.Type(m); typed && t != nil {
			a.Rows[i] = reflect.NewAt(t.Go, p).Interface()
		} else {
			a.Rows[i] = (*Record)(p)
		}
	}
	ctx = c.hookContext(ctx)
	for _, p := range list {
		if err := c.core.plugins.ask(p.name, func() error { return p.do.AfterRead(ctx, &a) }); err != nil {
			return refusedBy(err, p.name, m, op)
		}
	}
	if hooks == nil {
		return nil
	}
	return c.runHooks(ctx, hooks, &HookCall{Call: call, Client: c.ofHooks(), Rows: a.Rows, Count: count})
}
