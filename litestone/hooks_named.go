package litestone

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// hookGroup has every operation that hooks can be named after, and its group. The map never changes.
var hookGroup = map[string]string{
	"findMany": getters, "findFirst": getters, "findFirstOrThrow": getters, "findUnique": getters, "findUniqueOrThrow": getters,
	"findManyCursor": getters, "findManyAndCount": getters, "search": getters,
	"count": getters, "exists": getters, "aggregate": getters, "groupBy": getters,

	"create": setters, "createMany": setters, "update": setters, "updateMany": setters, "upsert": setters, "upsertMany": setters,
	"remove": setters, "removeMany": setters, "delete": setters, "deleteMany": setters, "restore": setters, "transition": setters,
}

const (
	getters = "getters"
	setters = "setters"
	every   = "all"
)

// general is the operation whose hooks hold for another one too.
func general(op string) string {
	switch op {
	case "findFirstOrThrow":
		return "findFirst"
	case "findUniqueOrThrow":
		return "findUnique"
	}
	return op
}

// namedHooks are Config.Hooks by operation, each list in the order it runs. Those of an operation
// without hooks are nil.
type namedHooks struct {
	before, after map[string][]namedHook
	writes        bool // some hook runs after writes
}

// namedHook is a hook with the place it was given at, for errors: "the hook before update".
type namedHook struct {
	at  string
	run Hook
}

// nameHooks sorts Config.Hooks; nil where there are none.
func nameHooks(h Hooks) (*namedHooks, error) {
	if err := checkHooks("Before", h.Before); err != nil {
		return nil, err
	}
	if err := checkHooks("After", h.After); err != nil {
		return nil, err
	}
	if len(h.Before)+len(h.After) == 0 {
		return nil, nil
	}
	n := &namedHooks{before: map[string][]namedHook{}, after: map[string][]namedHook{}}
	for op, group := range hookGroup {
		names := []string{every, group, general(op)}
		if general(op) != op {
			names = append(names, op)
		}
		n.before[op] = named(h.Before, "the hook before ", names)
		slices.Reverse(names)
		n.after[op] = named(h.After, "the hook after ", names)
		n.writes = n.writes || group == setters && n.after[op] != nil
	}
	return n, nil
}

func named(given map[string][]Hook, when string, names []string) (out []namedHook) {
	for _, name := range names {
		for _, h := range given[name] {
			out = append(out, namedHook{when + name, h})
		}
	}
	return out
}

// checkHooks refuses names that no call has.
func checkHooks(field string, given map[string][]Hook) error {
	known := []string{every, getters, setters}
	for op := range hookGroup {
		known = append(known, op)
	}
	slices.Sort(known)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := fmt.Sprintf("Config.Hooks.%s: %q", field, name)
		if !slices.Contains(known, name) {
			hint := diag.DidYouMean(name, known...)
			if hint == "" {
				hint = "name all, getters, setters or an operation, as update"
			}
			return &Error{Code: CodeConfig, Operation: "open", Message: at + " is no operation", Hint: hint}
		}
		if slices.ContainsFunc(given[name], func(h Hook) bool { return h == nil }) {
			return &Error{Code: CodeConfig, Operation: "open", Message: at + " holds nil", Hint: "leave it out"}
		}
	}
	return nil
}

// beforeOf gives the hooks that run before an operation.
func (n *namedHooks) beforeOf(op string) []namedHook {
	if n == nil {
		return nil
	}
	return n.before[op]
}

// afterOf gives the hooks that run after an operation.
func (n *namedHooks) afterOf(op string) []namedHook {
	if n == nil {
		return nil
	}
	return n.after[op]
}

// deepestHooks is how deep hooks may call through the client they are hooks of: without a bound a hook
// that calls itself would end the program.
const deepestHooks = 16

// hookDepthKey marks the context of a hook with how many hooks it stands in.
type hookDepthKey struct{ co *core }

// runHooks runs the hooks of a call, one after the other, until one refuses.
func (c *Client) runHooks(ctx context.Context, list []namedHook, h *HookCall) error {
	if len(list) == 0 {
		return nil
	}
	key := hookDepthKey{c.core}
	depth, _ := ctx.Value(key).(int)
	if depth == deepestHooks {
		return &Error{Code: CodeConfig, Model: h.Model.Accessor, Operation: h.Operation,
			Message: fmt.Sprintf("hooks called each other %d deep; the last is %s", depth, list[0].at),
			Hint:    "let the hook look at the call's Model and Operation before it makes calls of its own"}
	}
	ctx = context.WithValue(ctx, key, depth+1)
	for _, one := range list {
		err := c.core.plugins.guarded(one.at, func() error { return one.run(ctx, h) })
		if err != nil {
			return liteerr.In(hookError(err, one.at), h.Model.Accessor, h.Operation)
		}
	}
	return nil
}

// ofHooks is the view that hooks of a call are given: it asks as the call does, where the call does, and
// begins calls of its own.
func (c *Client) ofHooks() *Client {
	v := *c
	v.watch, v.bulk, v.rows = nil, nil, nil
	return &v
}

// hookError names the hook in an error that is not the client's own.
func hookError(err error, at string) error {
	return foreign(err, CodeValidation, at+" refuses the call")
}

// hooksBefore runs the hooks before a write. tell says what it is about to do.
func (c *Client) hooksBefore(ctx context.Context, m *schema.Model, op, step string, tell func(*announced)) error {
	list := c.core.plugins.hooks.beforeOf(op)
	if list == nil {
		return nil
	}
	call, err := c.hookCall(ctx, m, op)
	if err != nil {
		return err
	}
	var a announced
	tell(&a)
	return c.runHooks(c.hookContext(ctx), list, &HookCall{Call: call, Client: c.ofHooks(), Step: step, Writes: a.list})
}

// announced collects what a write is about to do.
type announced struct{ list []HookWrite }

func (a *announced) create(m *schema.Model, d *query.Data) error {
	a.list = append(a.list, HookWrite{Kind: plugin.Created, Model: m, Values: plugin.ValuesOf(m, d)})
	return eachNested(a, m, d)
}

func (a *announced) update(m *schema.Model, where *query.Cond, d *query.Data) error {
	a.list = append(a.list, HookWrite{Kind: plugin.Updated, Model: m, Where: where, Values: plugin.ValuesOf(m, d)})
	return eachNested(a, m, d)
}

// change tells of what an update, restore or transition is about to do.
func (a *announced) change(op string, m *schema.Model, where *query.Cond, d *query.Data) {
	at := len(a.list)
	a.update(m, where, d)
	if op == "restore" {
		a.list[at].Kind = plugin.Restored
	}
}

func (a *announced) delete(m *schema.Model, where *query.Cond, soft bool) error {
	kind := plugin.Deleted
	if soft {
		kind = plugin.Removed
	}
	a.list = append(a.list, HookWrite{Kind: kind, Model: m, Where: where, Values: plugin.ValuesOf(m, nil)})
	return nil
}

// hooksAfterWrite runs the hooks after a write, in its transaction.
func (o *observation) hooksAfterWrite(ctx context.Context, changes []plugin.Change) error {
	list := o.c.core.plugins.hooks.afterOf(o.call.Operation)
	if list == nil {
		return nil
	}
	ctx = o.context(ctx)
	v := o.c.ofHooks()
	if v.tx == nil {
		v.tx = joinedTransaction(ctx, o.c.core)
	}
	return o.c.runHooks(ctx, list, &HookCall{Call: o.call, Client: v, Step: o.step, Changes: changes})
}

// afterNumber runs the hooks after a read that answers a number.
func (c *Client) afterNumber(ctx context.Context, m *schema.Model, op string, n int64) error {
	return c.afterAnswer(ctx, m, op, HookCall{Count: n})
}

// afterGroups runs the hooks after a read that answers groups.
func (c *Client) afterGroups(ctx context.Context, m *schema.Model, op string, groups ...*Group) error {
	return c.afterAnswer(ctx, m, op, HookCall{Groups: groups})
}

func (c *Client) afterAnswer(ctx context.Context, m *schema.Model, op string, h HookCall) (err error) {
	list := c.core.plugins.hooks.afterOf(op)
	if list == nil {
		return nil
	}
	if h.Call, err = c.hookCall(ctx, m, op); err != nil {
		return err
	}
	h.Client = c.ofHooks()
	return c.runHooks(c.hookContext(ctx), list, &h)
}
