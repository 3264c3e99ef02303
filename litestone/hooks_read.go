package litestone

import (
	"context"
	"reflect"
	"unsafe"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/plugin"
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

// beforeRead asks the plugins whether a read may run.
func (c *Client) beforeRead(ctx context.Context, m *schema.Model, op string, args any) error {
	list := c.core.plugins.beforeRead
	if len(list) == 0 {
		return nil
	}
	call, err := c.hookCall(ctx, m, op)
	if err != nil {
		return err
	}
	r := plugin.Read{Call: call, Args: args}
	for _, p := range list {
		if err := p.do.BeforeRead(c.hookContext(ctx), &r); err != nil {
			return refusedBy(err, p.name, m, op)
		}
	}
	return nil
}

// afterRead shows the plugins the rows of a read.
func (c *Client) afterRead(ctx context.Context, m *schema.Model, op string, typed bool, rows []unsafe.Pointer) error {
	list := c.core.plugins.afterRead
	if len(list) == 0 {
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
	for _, p := range list {
		if err := p.do.AfterRead(c.hookContext(ctx), &a); err != nil {
			return refusedBy(err, p.name, m, op)
		}
	}
	return nil
}
