package read

import (
	"slices"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/schema"
)

// Compiled gives what was compiled for the shape just walked, or nil. The filters that depend on
// who asks become part of the shape first, so what it gives was made for filters of this form,
// and their values are among the call's own.
func (c *Call) Compiled() any {
	e := c.Engine
	if c.Trace != nil || c.Trial {
		return nil
	}
	if len(e.user.FilterFuncs) == 0 {
		return e.Cached(c.shape.Key)
	}
	if err := c.filters.Walk(&c.shape, e.touched(c.shape.Key)); err != nil {
		return nil // planning meets the same filter and reports it
	}
	return e.Cached(c.shape.Key)
}

// Planning gives what the statement of the shape just walked, values recorded, is planned with.
func (c *Call) Planning() (*plan.Env, plan.Slots, error) {
	env := c.noting(c.Engine.Env(c.Session))
	if len(env.FilterFuncs) == 0 {
		return env, c.shape.Slots(), nil
	}
	c.asked = len(c.shape.Key)
	if err := c.filters.Walk(&c.shape, c.Engine.touched(c.shape.Key)); err != nil {
		return nil, nil, err
	}
	mine := *env
	mine.Session = &c.filters
	return &mine, c.shape.Slots(), nil
}

// noting is the environment for a call whose guards somebody looks at.
func (c *Call) noting(env *plan.Env) *plan.Env {
	if c.Trace == nil && !c.Trial && c.Engine.Noted == nil {
		return env
	}
	mine := *env
	mine.Trace, mine.Defer = c.Trace, c.Trial
	if mine.Trace == nil && c.Engine.Noted != nil {
		c.noted = &plan.Trace{}
		mine.Trace = c.noted
	}
	return &mine
}

// Keep remembers what was compiled for the shape that Planning planned.
func (c *Call) Keep(v any) {
	e := c.Engine
	if c.Trace != nil || c.Trial {
		return // what was planned to be looked at serves no other call
	}
	if e.Noted != nil && c.noted != nil {
		e.Noted(c.noted.Guards)
	}
	if len(e.user.FilterFuncs) > 0 {
		e.touch(c.shape.Key[:c.asked], c.filters.Walked())
	}
	e.Keep(c.shape.Key, v)
}

// touched gives the models whose filters of the session a shape of calls was seen to touch.
func (e *Engine) touched(key []byte) []*schema.Model {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.touches[string(key)]
}

// touch remembers them. A filter may ask about other models, so calls of one shape can touch more
// for one session than for another; all are asked then, which changes no answer.
func (e *Engine) touch(key []byte, models []*schema.Model) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(models) > len(e.touches[string(key)]) {
		if len(e.touches) >= cacheLimit {
			clear(e.touches)
		}
		e.touches[string(key)] = slices.Clone(models)
	}
}
